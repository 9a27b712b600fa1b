"""From planned to analysed: the funnel of the survey, rates of response, interviews and their counts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.commissioning.people import (
    ANALYSED,
    ANSWERED,
    FOUND,
    SURVEY,
    TALKS,
    analysed,
    interviewed,
    left_out,
    normalised,
    of_regions,
    planned,
)
from peerbook.chapters.side_by_side.raw_rows import has_rows, rows_of
from peerbook.disclosure import MARK, Cell, Counted
from peerbook.evidence.flow import flow, flow_figure
from peerbook.outputs import Output, formats, table, text
from peerbook.survey.keys import ends_again

if TYPE_CHECKING:
    from peerbook.study import Study

LEVEL = 0.95
TAGS = ("speakers as printed", "tags with a small letter", "tags read as of the survey")


def funnel(study: Study, exclusion_reasons: str = "all") -> Output | None:
    """Figure 10.1: commissioners planned for, found, who answered, and whose answers are analysed.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
        Which reasons to leave a response out are followed.
    """
    if not has_rows(study, *SURVEY):
        return None
    return flow_figure(
        "fig-10.1",
        pages.added("From commissioners planned for to answers analysed"),
        stages(study, exclusion_reasons),
        ("commissioner", "commissioners"),
        notes=["Reasons that nobody wrote down are drawn as not stated."],
        people=Counted(counts={"n": _of_stage}, by=(), sums=_sums(flow(stages(study, exclusion_reasons)))),
    )


def _of_stage(row: Mapping[str, object]) -> Cell:
    """Return what a number of the flow counts: those at a stage, or those who left after it."""
    unit = _unit_of(str(row["stage"]), str(row["reason"]))
    return Cell(unit, {"Sector": str(row["group"])} if row["group"] else {})


def _unit_of(stage: str, reason: str = "") -> str:
    return f"commissioners {stage}" + (f", left: {reason}" if reason else "")


def _sums(told: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Say that a stage is the next one and those who left in between."""
    reasons = told[told["reason"] != ""].drop_duplicates(["stage", "reason"])
    left = {
        stage: [_unit_of(stage, reason) for reason in of["reason"]] for stage, of in reasons.groupby("stage")
    }
    return {
        _unit_of(stage): (_unit_of(following), *left.get(stage, ()))
        for stage, following in pairwise(told["stage"].drop_duplicates())
    }


def stages(study: Study, exclusion_reasons: str) -> pd.DataFrame:
    """Count the stages of the survey, as `peerbook.evidence.flow` wants them."""
    contacts, every = (rows_of(study, f"commissioning/{name}") for name in ("contacts", "responses"))
    titles = {name: _labels(study, "responses", name) for name in ("sector", "excluded")}
    out = left_out(study, exclusion_reasons)["excluded"].value_counts(sort=False)
    aim = planned(study)
    rows = [
        ("planned", "", "", aim if aim is None or aim >= len(contacts) else None),
        ("found and asked", "", "", len(contacts)),
        ("answered", "", "", len(every)),
        *_by_sector("answered", every, titles["sector"]),
        *[
            ("answered", formats.lower_first(titles["excluded"][reason]), "", n)
            for reason, n in out.items()
            if n
        ],
        ("analysed", "", "", len(every) - int(out.sum())),
        *_by_sector("analysed", analysed(study, exclusion_reasons), titles["sector"]),
    ]
    if len(every) > len(contacts):  # a folder whose answers came from people on no list
        rows[1] = ("found and asked", "", "", None)
    return pd.DataFrame(rows, columns=["stage", "reason", "group", "n"])


def _by_sector(stage: str, rows: pd.DataFrame, titles: dict[str, str]) -> list[tuple]:
    """Count the sectors, if everybody has one."""
    if (rows["sector"] == "").any():
        return []
    return [(stage, "", title, int((rows["sector"] == sector).sum())) for sector, title in titles.items()]


def _labels(study: Study, name: str, column: str) -> dict[str, str]:
    return dict(study.definitions.tables[f"commissioning/{name}"].fields[column].categories)


def rates(study: Study, exclusion_reasons: str = "all") -> Output | None:
    """Table 10.2: how many of those found answered, in all, by sector and by how they were found.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    """
    if not has_rows(study, *SURVEY):
        return None
    contacts = rows_of(study, "commissioning/contacts")
    answered = contacts["contact_id"].isin(rows_of(study, "commissioning/responses")["contact_id"])
    kept = contacts["contact_id"].isin(analysed(study, exclusion_reasons)["contact_id"])
    groups = [("All", "everybody", contacts.index == contacts.index)]
    for column, heading in (("sector", "Sector"), ("source", "Found through")):
        labels = _labels(study, "contacts", column)
        groups += [(heading, label, contacts[column] == code) for code, label in labels.items()]
    data = pd.DataFrame(
        [
            (heading, label, int(of.sum()), int((of & answered).sum()), int((of & kept).sum()))
            for heading, label, of in groups
        ],
        columns=["group", "who", "found", "answered", "analysed"],
    )
    return table(
        "table-10.2",
        pages.added("Commissioners found, who answered, and whose answers are analysed"),
        with_interval(data.assign(percent=0.0), "answered", "found"),
        _rates,
        notes=[
            "Percent answered, of those found, with its 95% interval.",
            "The report has the sectors of those who answered. Of the others it says nothing: in the "
            "stand-in data their sector, and how they were found, is made up.",
        ],
        people=Counted(
            counts={"found": partial(_of_group, unit=FOUND)}
            | {"answered": partial(_of_group, unit=ANSWERED), "analysed": partial(_of_group, unit=ANALYSED)},
            by=(),
            percents={"percent": "answered"},
            bases={"percent": "found"},
            follows=ends_again("answered", "found", ("low", "high")),
        ),
    )


def _of_group(row: Mapping[str, object], unit: str) -> Cell:
    """Return what a number of a group counts: everybody, or those of a sector or source."""
    return Cell(unit, {} if row["group"] == "All" else {str(row["group"]): str(row["who"])})


def _rates(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.set_index(["group", "who"])
    return shown[["found", "answered", "analysed"]].assign(
        percent_answered=[formats.percent(value) for value in shown["percent"]],
        interval=[f"{formats.interval(*limits, 1)}" for limits in shown[["low", "high"]].to_numpy(float)],
    )


def with_interval(data: pd.DataFrame, part: str, whole: str) -> pd.DataFrame:
    """Add `percent`, `low` and `high`: the share of a part in a whole and its Wilson interval, 0 to 100.

    Of nobody there is no share: all three are missing.

    Notes
    -----
    E. B. Wilson (1927), as in `statsmodels.stats.proportion.proportion_confint`.

    Examples
    --------
    >>> rows = with_interval(pd.DataFrame({"yes": [10], "of": [15]}), "yes", "of")
    >>> rows[["percent", "low", "high"]].round(1).to_numpy().tolist()
    [[66.7, 41.7, 84.8]]
    """
    from statsmodels.stats.proportion import proportion_confint

    rows = []
    for n, of in data[[part, whole]].astype(float).to_numpy():
        low, high = proportion_confint(n, of, 1 - LEVEL, method="wilson") if of else (float("nan"),) * 2
        rows.append((formats.share(n, of), 100 * low, 100 * high))
    return data.assign(
        **pd.DataFrame(rows, columns=["percent", "low", "high"], index=data.index, dtype=float)
    )


def interviews(study: Study, include_pilot_interview: bool = False) -> Output | None:
    """Table 10.3: interviews with commissioners, by place and sector.

    Parameters
    ----------
    study : Study
    include_pilot_interview : bool
        Whether the pilot counts.
    """
    if not has_rows(study, "commissioning/interviews"):
        return None
    rows = interviewed(study, include_pilot_interview)
    of_regions_ = rows.loc[rows["region"] != "", "region"].value_counts()
    counted = [
        ("Interviews", "all", len(rows)),
        ("Place", "in regions of the programme", (rows["in_programme"] == "yes").sum()),
        ("Place", "outside the programme", (rows["in_programme"] == "no").sum()),
        ("Place", "not stated", (rows["in_programme"] == "").sum()),
        ("Regions", "regions with an interview", len(of_regions_)),
        ("Regions", "interviews in the region with most", of_regions_.max() if len(of_regions_) else 0),
        *[
            ("Sector", formats.lower_first(label), (rows["sector"] == code).sum())
            for code, label in _labels(study, "interviews", "sector").items()
        ],
        ("Recording", "recorded", (rows["recorded"] == "yes").sum()),
        ("Recording", "not recorded", (rows["recorded"] == "no").sum()),
    ]
    data = pd.DataFrame(counted, columns=["group", "what", "interviews"]).astype({"interviews": int})
    with_or_without = "with" if include_pilot_interview else "without"
    return table(
        "table-10.3",
        pages.added(f"Interviews with commissioners, {with_or_without} the pilot"),
        data,
        row_headers=2,
        notes=["A pilot tries out the questions. A parameter of this page says whether it counts."],
        people=Counted(counts={"interviews": _of_talks}, by=()),
    )


def _of_talks(row: Mapping[str, object]) -> Cell | None:
    """Return what a number of interviews counts: all, or those of a place, sector or way of recording."""
    if row["group"] == "Regions":
        return None if str(row["what"]).startswith("regions") else Cell(TALKS, {"Region": "with most"})
    return Cell(TALKS, {} if row["what"] == "all" else {str(row["group"]): str(row["what"])})


def readings(study: Study, exclusion_reasons: str = "all") -> Output | None:
    """Table 10.4: what the report says of the number of interviews, and which reading gives it.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    """
    if not has_rows(study, "commissioning/interviews", "commissioning/extracts", "commissioning/responses"):
        return None
    said = published.load("side_by_side", "commissioning_interviews").set_index("what")["n"].astype(float)
    found = {pilot: _counts(study, exclusion_reasons, pilot) for pilot in (False, True)}
    titles = {
        "interviews": "interviews",
        "in_regions": "in regions of the programme",
        "outside": "outside it",
        "one_locality": "in the region with most",
        "clinical": "clinical commissioning",
        "council": "local authority",
        "tags": "speakers of interviews in quotations",
        "percent_one_region": "percent of answers and interviews from one region",
    }
    rows = [(title, said[key], found[False][key], found[True][key]) for key, title in titles.items()]
    rows += [(tag, n, None, None) for tag, n in zip(TAGS, _odd_tags(study), strict=True)]
    data = pd.DataFrame(rows, columns=["what", "printed", "without_the_pilot", "with_the_pilot"])
    return table(
        "table-10.4",
        pages.added("The interviews as the report counts them, and as the rows do"),
        data,
        _readings,
        notes=_tags_in_words,
        people=Counted(by=(), extremes=("without_the_pilot", "with_the_pilot"), plain=("printed",)),
    )


def _counts(study: Study, exclusion_reasons: str, pilot: bool) -> dict[str, float]:
    rows = interviewed(study, pilot)
    shares = of_regions(study, exclusion_reasons, pilot)
    regions = rows.loc[rows["region"] != "", "region"].value_counts()
    inside = shares.drop("", errors="ignore")
    speakers = rows_of(study, "commissioning/extracts")
    return {
        "interviews": len(rows),
        "in_regions": int((rows["in_programme"] == "yes").sum()),
        "outside": int((rows["in_programme"] == "no").sum()),
        "one_locality": int(regions.max()) if len(regions) else 0,
        "clinical": int((rows["sector"] == "clinical").sum()),
        "council": int((rows["sector"] == "council").sum()),
        "tags": int(
            speakers.loc[speakers["interview_id"].isin(rows["interview_id"]), "interview_id"].nunique()
        ),
        "percent_one_region": formats.share(inside.max() if len(inside) else None, int(shares.sum())),
    }


def _odd_tags(study: Study) -> tuple[int, int, int]:
    """Count speakers of interviews as printed, tags with a small letter, and tags read as the other kind."""
    rows = rows_of(study, "commissioning/extracts").query("quoted == 'yes'")
    printed = rows["speaker_printed"].map(normalised)
    read = rows["response_id"].where(rows["response_id"] != "", rows["interview_id"])
    return (
        int(printed[printed.str.startswith("CI")].nunique()),
        int((printed != rows["speaker_printed"]).sum()),
        int((printed.str[:2] != read.str[:2]).sum()),
    )


def _tags_in_words(data: pd.DataFrame) -> list[str]:
    speakers, small, other = data.set_index("what").loc[list(TAGS), "printed"]
    return [
        f"As printed there are {formats.count(speakers)} speakers of interviews. "
        f"{formats.plural(small, 'tag')} with a small letter L in place of a capital I "
        f"{'is' if small == 1 else 'are'} put right.",
        f"{formats.plural(other, 'tag')} named for an interview {'is' if other == 1 else 'are'} read as one "
        "of the survey: the words are those of a form, and the survey has a number to spare. This is a "
        "judgement.",
    ]


def _readings(data: pd.DataFrame) -> pd.DataFrame:
    shown = data[~data["what"].isin(TAGS)].set_index("what")
    agrees = [_which(*row) for row in shown.to_numpy(float)]
    for column in shown:
        shown[column] = [
            formats.percent(value) if "percent" in what else formats.count(value)
            for what, value in shown[column].items()
        ]
    return shown.assign(printed_number_fits=agrees)


def _which(printed: float, without: float, with_: float) -> str:
    if formats.is_missing(without) or formats.is_missing(with_):
        return MARK
    fits = [name for name, n in (("without", without), ("with", with_)) if round(n) == round(printed)]
    return {0: "neither", 1: f"{''.join(fits)} the pilot", 2: "both"}[len(fits)]


def one_region(
    study: Study,
    exclusion_reasons: str = "all",
    include_pilot_interview: bool = False,
    region_dominance_threshold: float = 0.3,
    show_locality: bool = False,
) -> Output | None:
    """Say how much of all answers and interviews is from one region, and warn if it is too much.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    include_pilot_interview : bool
    region_dominance_threshold : float
        Share from which a region is said to weigh too much, 0 to 1.
    show_locality : bool
        Whether the region is named.
    """
    if not has_rows(study, "commissioning/responses", "commissioning/interviews"):
        return None
    counts = of_regions(study, exclusion_reasons, include_pilot_interview)
    inside = counts.drop("", errors="ignore")
    numbers = {
        "region": (inside.index[0] if show_locality and len(inside) else "One region"),
        "in it": int(inside.iloc[0]) if len(inside) else 0,
        "all": int(counts.sum()),
        "regions": len(inside),
        "of survey": analysed(study, exclusion_reasons)["region"].replace("", None).nunique(),
    }
    return text(
        "text-10.1",
        partial(_one_region, threshold=region_dominance_threshold),
        numbers,
        people=Counted(
            counts={"in it": "commissioners of one region", "all": "commissioners answered or interviewed"},
            plain=("regions", "of survey"),
        ),
    )


def _one_region(n: dict, threshold: float) -> str:
    if not n["all"]:
        return "Nobody was asked."
    share = formats.share(n["in it"], n["all"])
    told = (
        f"The survey reached {formats.plural(n['of survey'], 'region')}. "
        f"{formats.upper_first(n['region'])} gives {formats.count(n['in it'])} of "
        f"{formats.count(n['all'])} answers and interviews ({formats.percent(share)})."
    )
    if formats.is_missing(share) or share < 100 * threshold:
        return told
    limit = formats.percent(100 * threshold, digits=0)
    return f"{told} That is {limit} or more: what this page tells may be true of that region alone."
