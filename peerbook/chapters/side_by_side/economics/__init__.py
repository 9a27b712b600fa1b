"""Health, use of services and their cost by quarter, from the quarterly forms of the log.

The report has none of it: an economic evaluation was done apart from it, with the same log. `__all__` has
what the notebook shows, in its order, and before it `extract`, which its outputs are made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.economics.extract import (
    COMPLETE,
    EVERY,
    HEALTH,
    IMPUTATIONS,
    IMPUTED,
    INDEX,
    LEVEL,
    POUNDS,
    REASONS,
    Extract,
    answered,
    asked_about,
    by_quarter,
    extract,
    followed_up,
    reasons,
    use_by_quarter,
)
from peerbook.disclosure import LARGEST, Cell, Counted, is_withheld
from peerbook.economics.imputed import LEAST
from peerbook.outputs import Output, figure, formats, plots, table, text
from peerbook.outputs.evidence import PUBLISHED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = [  # noqa: RUF022 the order of the page
    "extract",
    "in_short",
    "answers",
    "means",
    "quarters_table",
    "service_use",
    "unit_costs",
    "whose_years",
    "years",
]

EVERYBODY = "people of the follow-up"
KNOWN: Mapping[str, str] = MappingProxyType({"answer": "known"})
YEARS = "Years of full health"
_PRICED = ("service", "per", "pounds", "year", "what", "source", "read_in")
_YEARS_AND_COST: Mapping[str, str] = MappingProxyType(
    {HEALTH: "Quality-adjusted life years", POUNDS: "Cost of priced services"}
)
_DIGITS: Mapping[str, int] = MappingProxyType({HEALTH: 3, POUNDS: 0})


def _people_of(measure: str) -> str:
    """Return the unit of people by measure, in the words that tie the outputs of the page together."""
    return f"{EVERYBODY}, measure {measure}"


def in_short(log: Log, found: Extract) -> Output:
    """Say that nothing was compared, how health was, what services cost, and who was followed up."""
    services = asked_about(log).values()
    quarters, years = by_quarter(found), followed_up(found)
    first = quarters[quarters["month"] == 0]
    whole = years[(years["measure"] == HEALTH) & (years["way"] == COMPLETE)]
    data = pd.concat([first, whole.assign(measure=YEARS, people=found.could_finish.sum())])
    data = data[["measure", "n", "people", "mean", LARGEST]].assign(
        months=3 * found.last,
        services=len(services),
        unpriced=sum(service.unit_cost is None for service in services),
    )
    return text(
        "text-in-short-economics",
        _in_short,
        data,
        people=Counted(
            counts={"n": _known_at_start, "people": _asked_at_start},
            by=(),
            means={"mean": "n"},
            plain=("months", "services", "unpriced"),
        ),
    )


def _known_at_start(row: Mapping[str, str]) -> Cell:
    if row["measure"] == YEARS:
        return Cell(EVERYBODY, {"reason": REASONS[0]})
    return Cell(_people_of(row["measure"]), {"month": "0", **KNOWN})


def _asked_at_start(row: Mapping[str, str]) -> Cell:
    if row["measure"] == YEARS:
        return Cell("people in time for the whole follow-up")
    return Cell(_people_of(row["measure"]), {"month": "0"})


def _in_short(data: pd.DataFrame) -> str:
    rows = {row["measure"]: row for row in data.to_dict("records")}
    health, cost, years = (rows[measure] for measure in (HEALTH, POUNDS, YEARS))
    lines = [
        "There was no group without peer support to compare with. So this page cannot say what peer support "
        "saves, or what it does for health.",
        f"At their first log {formats.count(health['n'])} people had a health index of "
        f"{formats.number(health['mean'], 2)} on average. Full health is 1."
        if _is_known(health)
        else "These data have no health index.",
        f"The services that have a price here cost £{formats.count(cost['mean'])} a person in three months "
        f"({formats.count(cost['n'])} people).{_unpriced(cost)}"
        if _is_known(cost)
        else "These data tell of no service that has a price here.",
        f"Of {formats.count(years['people'])} people who could be followed for "
        f"{formats.count(years['months'])} months, {formats.count(years['n'])} gave each answer that is "
        "needed." + (_years_in_words(years) if _is_known(years) else ""),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _years_in_words(row: Mapping[str, float]) -> str:
    return (
        f" They had {formats.number(row['mean'], 2)} years of full health, of "
        f"{formats.number(row['months'] / 12, 2)} that the time could give."
    )


def _is_known(row: Mapping[str, float]) -> bool:
    """Say whether anybody answered; a number that is withheld was known."""
    return is_withheld(row["n"]) or row["n"] > 0


def _unpriced(row: Mapping[str, float]) -> str:
    """Say how many services cost something that is not counted."""
    if not row["unpriced"]:
        return ""
    return (
        f" {formats.upper_first(formats.in_words(row['unpriced']))} of {formats.in_words(row['services'])} "
        "services have no price yet, so the true cost is higher."
    )


def answers(log: Log, found: Extract) -> Output | None:
    """Table H.1: the answers that the health index is made from, at the first log; none if none was asked."""
    scores = log.definitions.questionnaires.get(INDEX)
    if scores is None:
        return None
    levels = log.definitions.tables["logs"].fields[next(iter(scores.items))].categories
    data = answered(found, scores.items, {int(value): words for value, words in levels.items()})
    return table(
        "table-h.1",
        pages.added("Problems with health at the first log, in percent of people"),
        data.astype({"n": "int64"}),
        _as_answers,
        people=Counted(
            counts={"n": Cell(_people_of(HEALTH), {"month": "0"})},
            by=(("question", "answer"),),
            percents={"percent": "n"},
        ),
    )


def _as_answers(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(shown=[_share(row) for row in data.to_dict("records")])
    wide = shown.set_index(["question", "answer"])["shown"].unstack("answer")  # noqa: PD010 one value each
    wide = wide.reindex(index=data["question"].unique(), columns=data["answer"].unique())
    return wide.set_axis(map(formats.upper_first, wide.index)).rename_axis(index="Question", columns=None)


def _share(row: Mapping[str, float]) -> str:
    """Write a percentage with its count."""
    if is_withheld(row["n"]) or formats.is_missing(row["percent"]):
        return formats.missing(row["n"], row["percent"])
    return f"{formats.percent(row['percent'], digits=0)} ({formats.count(row['n'])})"


_OF_QUARTERS = Counted(
    unit=EVERYBODY,
    counts={
        "_n": Cell(EVERYBODY, KNOWN),  # means rest on it, whatever is withheld beside it
        "n": Cell(EVERYBODY, KNOWN),
        "people": Cell(EVERYBODY),
        "unanswered": Cell(EVERYBODY, {"answer": "not answered"}),
        "absent": Cell(EVERYBODY, {"answer": "no log"}),
    },
    by=("month",),
    each=("measure",),
    means=dict.fromkeys(("mean", "sd", "ci_low", "ci_high"), "_n"),
)


def means(log: Log, found: Extract, level: float = LEVEL) -> Output:
    """Figure H.1: the health index and the cost of services by quarter, with intervals."""
    return figure(
        "fig-h.1",
        pages.added(
            "Mean health index, and mean cost in pounds of the priced services in the three months before, "
            "with intervals"
        ),
        _means_in_words,
        by_quarter(found, level),
        _draw_means,
        arrange=partial(_as_quarters, kept=("people", "n")),
        notes=[
            "Whoever stopped writing is not in later means: the people of one month are not those of the "
            "next."
        ],
        people=_OF_QUARTERS,
    )


def _means_in_words(data: pd.DataFrame) -> str:
    said = []
    for measure, rows in data.groupby("measure", sort=False):
        told = [
            f"{formats.number(row.mean, _DIGITS[measure])} at {_when(row.month)} "
            f"({formats.plural(row.n, 'person', 'people')})"
            for row in rows[["mean", "month", "n"]].itertuples(index=False, name="Row")
        ]
        said.append(f"{measure}: {formats.words(told)}")
    return f"Two panels of means with intervals. {'; '.join(said)}."


def _when(month: float) -> str:
    """Name a quarter by the months since the first log."""
    return "the start" if month == 0 else f"{formats.count(month)} months"


def _draw_means(data: pd.DataFrame) -> Figure:
    panels = dict(list(data.groupby("measure", sort=False)))
    return plots.error_bars(panels, "Mean", shared=False)


def quarters_table(log: Log, found: Extract, level: float = LEVEL) -> Output:
    """Table H.2: the same with what is missing, and why."""
    return table(
        "table-h.2",
        pages.added("Health index and cost by quarter, and how many answers are missing"),
        by_quarter(found, level),
        _as_quarters,
        notes=[
            "In time: joined early enough to be asked. No log: no log near the quarter or, for cost, no "
            "quarterly form. Not answered: the form was short or left blank what the cost needs.",
            "Means are of those who answered. Costs are in pounds and uneven: a few people have most of it, "
            "so that intervals of small groups are rough.",
        ],
        people=_OF_QUARTERS,
    )


def _as_quarters(
    data: pd.DataFrame, kept: tuple[str, ...] = ("people", "n", "unanswered", "absent")
) -> pd.DataFrame:
    heads = {"people": "In time", "n": "Known", "unanswered": "Not answered", "absent": "No log"}
    rows = data.to_dict("records")
    shown = {heads[name]: [formats.count(row[name]) for row in rows] for name in kept}
    shown["Mean (SD)"] = [formats.mean_sd(r["mean"], r["sd"], _DIGITS[r["measure"]]) for r in rows]
    shown["Interval"] = [formats.interval(r["ci_low"], r["ci_high"], _DIGITS[r["measure"]]) for r in rows]
    places = [(row["measure"], formats.upper_first(_when(row["month"]))) for row in rows]
    return pd.DataFrame(shown, pd.MultiIndex.from_tuples(places, names=["Measure", "Quarter"]))


def service_use(log: Log, found: Extract) -> Output:
    """Table H.3: how many used each service, and how often, by quarter."""
    return table(
        "table-h.3",
        pages.added("Use of services in the three months before: share of people, and mean for everybody"),
        use_by_quarter(found, asked_about(log)),
        _as_use,
        notes=[
            "First the percent of people who used it, then the mean number of nights, visits or contacts of "
            "all who told of it.",
            "A community service that was left blank was not used, as the form says, if any other of these "
            "was filled in. Short forms do not ask about them.",
        ],
        people=Counted(
            unit="people who told of a service",
            counts={
                "users": Cell("people who told of a service", {"used": "yes"}),  # first: means rest on it
                "n": Cell("people who told of a service"),
            },
            by=("month",),
            each=("service",),
            bases={"percent": "n"},
        ),
    )


def _as_use(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    shown = [f"{formats.percent(row['percent'])}; {formats.number(row['mean'], 2)}" for row in rows]
    wide = data.assign(shown=shown).set_index(["service", "month"])["shown"].unstack("month")  # noqa: PD010
    people = data.groupby("month")["n"].max()
    wide = wide.reindex(data["service"].unique())
    heads = [f"{formats.upper_first(_when(m))} (up to {formats.count(people[m])} people)" for m in wide]
    return wide.set_axis(heads, axis=1).rename_axis(index="Service", columns=None)


def unit_costs(log: Log) -> Output:
    """Table H.4: what one use of each service costs, with year and source; and which have no price."""
    rows = [
        {
            "service": service.label,
            "per": service.kind.removesuffix("s"),
            "pounds": service.unit_cost.pounds if service.unit_cost else None,
            "year": service.unit_cost.year if service.unit_cost else "",
            "what": service.unit_cost.what if service.unit_cost else "not costed",
            "source": service.unit_cost.source if service.unit_cost else "",
            "read_in": service.unit_cost.read_in if service.unit_cost else "",
        }
        for service in asked_about(log).values()
    ]
    return table(
        "table-h.4",
        pages.added(
            "What one night, visit or contact costs in pounds, with the year of the price and its source"
        ),
        pd.DataFrame(rows, columns=[*_PRICED]).astype({"pounds": float}),
        _as_unit_costs,
        notes=_about_prices,
        evidence=PUBLISHED,
    )


def _as_unit_costs(data: pd.DataFrame) -> pd.DataFrame:
    """Put services that have a price in common into one row."""
    prices = ["pounds", "year", "what", "source", "read_in"]
    shared = data.dropna(subset="pounds").groupby(prices, sort=False)["service"].agg("; ".join).reset_index()
    return pd.DataFrame(
        {
            "£": [formats.count(pounds) for pounds in shared["pounds"]],
            "Year": shared["year"].to_numpy(),
            "Price of": shared["what"].to_numpy(),
            "Source": shared["source"].to_numpy(),
            "Read in": shared["read_in"].to_numpy(),
        },
        pd.Index(shared["service"], name="Service"),
    )


def _about_prices(data: pd.DataFrame) -> list[str]:
    without = data.loc[data["pounds"].isna(), "service"]
    notes = [f"Not costed, as no price with a source was at hand: {'; '.join(without)}."]
    notes = notes if len(without) else []
    if len(set(data["year"]) - {""}) > 1:
        notes.append("The years differ, and prices were not brought to one year.")
    if (data["read_in"] != "").any():
        notes.append("Prices read at second hand should be checked in their source before they are used.")
    return [*notes, "A contact has one price, however long it lasts."]


def whose_years(log: Log, found: Extract) -> Output:
    """Table H.5: of how many people quality-adjusted life years are known, and why not of others."""
    counts = reasons(found).value_counts().reindex(list(REASONS), fill_value=0)
    data = counts.rename_axis("reason").reset_index(name="n")
    data = pd.concat([data, pd.DataFrame({"reason": ["Total"], "n": [len(found.index)]})], ignore_index=True)
    return table(
        "table-h.5",
        pages.added(f"People by what is known of their health over {3 * found.last} months"),
        data,
        lambda data: (
            data.assign(reason=data["reason"].map(formats.upper_first))
            .set_index("reason")
            .rename_axis(index="What is known")
            .rename(columns={"n": "People"})
        ),
        notes=["Joined too late: less than the whole time was left until the last log of all."],
        people=Counted(EVERYBODY, counts={"n": Cell(EVERYBODY)}, by=("reason",)),
    )


def years(log: Log, found: Extract, level: float = LEVEL, imputations: int = IMPUTATIONS) -> Output:
    """Table H.6: quality-adjusted life years and cost over the follow-up, with and without filled gaps."""
    return table(
        "table-h.6",
        pages.added(
            f"Quality-adjusted life years, and cost in pounds, of a person over {3 * found.last} months"
        ),
        followed_up(found, level),
        _as_years,
        notes=[
            f"The most that {3 * found.last} months can give is {formats.number(found.last / 4, 2)} years.",
            *_about_filling(found, imputations),
        ],
        people=Counted(
            counts={"n": _of_followed_up},
            by=("measure", "way"),
            models=dict.fromkeys(("mean", "se", "ci_low", "ci_high", "missing_information"), "n"),
        ),
    )


def _about_filling(found: Extract, imputations: int) -> list[str]:
    too_few = [
        f"Gaps could not be filled for {formats.lower_first(name)}: at one quarter fewer than {LEAST} people "
        "answered."
        for measure, name in _YEARS_AND_COST.items()
        if measure not in found.pooled
    ]
    if not found.pooled:
        return too_few
    return [
        *too_few,
        f"“{IMPUTED}” is no observation: multiple imputation by chained equations, {imputations} times, for "
        "those who joined in time. It holds only if people who stopped are like those who went on, given "
        "their other answers. Where these say little of what is missing, its intervals come out too narrow: "
        "look at those of all answers.",
        "Lost: share of the uncertainty that comes from missing answers.",
    ]


def _of_followed_up(row: Mapping[str, str]) -> Cell:
    if row["way"] == IMPUTED:
        return Cell("people in time for the whole follow-up", alone=True)
    if row["way"] == EVERY:
        return Cell(f"people with an answer at any quarter, {row['measure']}", alone=True)
    if row["measure"] == HEALTH:
        return Cell(EVERYBODY, {"reason": REASONS[0]}, alone=True)
    return Cell("people with every cost of the follow-up", alone=True)


def _as_years(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    shown = {
        "People": [formats.count(row["n"]) for row in rows],
        "Mean": [formats.number(row["mean"], _DIGITS[row["measure"]]) for row in rows],
        "Interval": [formats.interval(r["ci_low"], r["ci_high"], _DIGITS[r["measure"]]) for r in rows],
        "Lost": [
            formats.percent(100 * row["missing_information"], digits=0)
            if not formats.is_missing(row["missing_information"])
            else formats.missing(row["missing_information"])
            for row in rows
        ],
    }
    places = [(_YEARS_AND_COST[row["measure"]], row["way"]) for row in rows]
    return pd.DataFrame(shown, pd.MultiIndex.from_tuples(places, names=["Measure", "From"]))
