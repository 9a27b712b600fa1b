"""Chapter 10: the survey of commissioners and the interviews with them.

Table 10.1 has the number of the report. All else is added: the report has no other table or figure.
`__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from peerbook.chapters.side_by_side import beside_print, raw_rows
from peerbook.chapters.side_by_side.beside_print import discrepancies
from peerbook.chapters.side_by_side.commissioning.people import (
    ANALYSED,
    FOUND,
    TABLES,
    TALKS,
    analysed,
    interviewed,
    of_regions,
    planned,
)
from peerbook.chapters.side_by_side.commissioning.sample import (
    funnel,
    interviews,
    one_region,
    rates,
    readings,
)
from peerbook.chapters.side_by_side.commissioning.survey import (
    answers,
    information_needs,
    needs,
    outcomes,
    survey_answers,
    types,
)
from peerbook.chapters.side_by_side.commissioning.views import (
    categories,
    category_counts,
    example,
    most_named,
    most_spoken_of,
)
from peerbook.chapters.side_by_side.raw_rows import has_rows, rows_of
from peerbook.disclosure import Counted
from peerbook.outputs import Output, formats, text

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "types",
    "outcomes",
    "answers",
    "needs",
    "most_spoken_of",
    "categories",
    "example",
    "funnel",
    "rates",
    "interviews",
    "one_region",
    "readings",
    "printed_tables",
    "statements",
    "discrepancies",
    "row_origins",
]

MISSING = "survey of commissioners or interviews with them"


def in_short(study: Study, exclusion_reasons: str = "all", include_pilot_interview: bool = False) -> Output:
    """Say in three lines who answered, what they buy and what they want to see.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    include_pilot_interview : bool
    """
    if not has_rows(study, *TABLES):
        return raw_rows.absent("text-in-short-commissioning", MISSING, TABLES)
    said = survey_answers(study, exclusion_reasons)
    closed = said.set_index("answer")["n"]
    outcome = said[said["question"] == "Outcomes sought"]
    most = most_named(category_counts(study, exclusion_reasons, include_pilot_interview))
    top = outcome[outcome["n"] == outcome["n"].max()]
    numbers = {
        "found": len(rows_of(study, "commissioning/contacts")),
        "analysed": len(analysed(study, exclusion_reasons)),
        "interviews": len(interviewed(study, include_pilot_interview)),
        "buy": int(
            said.loc[(said["question"].str.startswith("Commissions")) & (said["answer"] == "Yes"), "n"].sum()
        ),
        "happy": int(closed.loc["Yes"].iloc[1]) if "Yes" in closed else 0,
        "outcome": formats.words(top["answer"].map(formats.lower_first)),
        "outcome people": int(top["n"].max()) if len(top) else 0,
        "theme": formats.words(most["label"].map(formats.lower_first)),
        "theme people": int((most["survey"] + most["interviews"]).max()) if len(most) else 0,
    }
    return text(
        "text-in-short-commissioning",
        _in_short,
        numbers,
        people=Counted(
            counts={
                "found": FOUND,
                "analysed": ANALYSED,
                "interviews": TALKS,
                **{name: f"{ANALYSED}, {name}" for name in ("buy", "happy", "outcome people")},
                "theme people": "commissioners of the theme most spoke of",
            }
        ),
    )


def _in_short(n: dict) -> str:
    of = formats.count(n["analysed"])
    outcome, theme = n["outcome"], n["theme"]
    lines = [
        f"{formats.count(n['found'])} people who buy care were asked. {of} sent answers that can be used, "
        f"and {formats.count(n['interviews'])} were spoken to. So few cannot speak for all.",
        f"{formats.count(n['buy'])} of {of} buy some peer support, and {formats.count(n['happy'])} of {of} "
        "are happy with how much."
        + (
            f" They hope most for {outcome} ({formats.count(n['outcome people'])} of {of})."
            if outcome
            else ""
        ),
        f"What most spoke of was {theme} ({formats.plural(n['theme people'], 'person', 'people')})."
        if theme
        else "What they spoke of is not coded.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def printed_tables(study: Study) -> Output | None:
    """Table 10.8: Table 10.1 as printed and as rebuilt: the themes and who is the example of each.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, *TABLES):
        return None
    return beside_print.printed_tables("table-10.8", {"table_10_1": information_needs(study)}, study.region)


def statements(study: Study, exclusion_reasons: str = "all", include_pilot_interview: bool = False) -> Output:
    """Table 10.9: what the chapter states, and what the rows give.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    include_pilot_interview : bool
    """
    found = computed(study, exclusion_reasons, include_pilot_interview) if has_rows(study, *TABLES) else {}
    return beside_print.statements_table("table-10.9", "chapter 10", found, study.region)


def computed(study: Study, exclusion_reasons: str, include_pilot: bool) -> dict[str, float | str]:
    """Compute what the chapter states, by the names of its statements."""
    every, people = rows_of(study, "commissioning/responses"), analysed(study, exclusion_reasons)
    talks = interviewed(study, include_pilot)
    out = every[~every["response_id"].isin(people["response_id"])]["excluded"].value_counts()
    regions = people.loc[people["region"] != "", "region"].value_counts()
    both = of_regions(study, exclusion_reasons, include_pilot)
    inside = both.drop("", errors="ignore")
    open_ = rows_of(study, "programme/milestones").query("milestone == 'survey'")
    counts = {name: people[name].value_counts() for name in ("commissions", "happy", "third_sector_view")}
    place, sector = (talks[name].value_counts() for name in ("in_programme", "sector"))
    aim = planned(study)
    return {
        "survey_planned": float("nan") if aim is None else aim,
        "commissioners_found": len(rows_of(study, "commissioning/contacts")),
        "survey_responses": len(every),
        "survey_excluded": _numbers(out, "no_data", "not_mental_health", between=" + "),
        "survey_analysed": len(people),
        "survey_regions": f"{regions.max() if len(regions) else 0}; {len(regions)}",
        "interviews_by_place": _numbers(place, "yes", "no"),
        "interviews_by_sector": _numbers(sector, "clinical", "council"),
        "one_region_percent": formats.share(inside.max() if len(inside) else None, int(both.sum())),
        "commissions_peer_support": _numbers(counts["commissions"], "yes", "no", "unsure"),
        "happy_with_amount": int(counts["happy"].get("yes", 0)),
        "third_sector_views": int(counts["third_sector_view"].get("yes", 0)),
        "survey_open": " to ".join([*open_["starts"], *open_["ends"]]),
    }


def _numbers(counts, *names: str, between: str = "; ") -> str:
    return between.join(str(int(counts.get(name, 0))) for name in names)


def row_origins(study: Study) -> Output | None:
    """Table 10.11: how many rows are printed, judged or made up.

    Parameters
    ----------
    study : Study
    """
    return raw_rows.origins(study, "table-10.11", TABLES) if has_rows(study, *TABLES) else None
