"""Tables A4.1 to A4.4 cell by cell: what is printed and what the cohort gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import first_logs
from peerbook.log.home import HOME
from peerbook.published import load
from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.answers import BOXES

if TYPE_CHECKING:
    from peerbook.study import Study

MEAN_WITHIN, SD_WITHIN = 0.1, 0.15
SCORES = {
    "wellbeing": "wellbeing",
    "hope": "hope",
    "self_efficacy": "self_efficacy",
    "social_network": "family",
}
YEARS = ["mean", "sd", "min", "max"]
KENSINGTON = "Kensington & Chelsea"
CONTRADICTED = frozenset(  # cells that other printed numbers rule out, see conflicts.csv
    [
        *(
            (table, cell, region)
            for region in (KENSINGTON, printed.TOTAL)
            for table, cell in (
                ("A4.1", "monthly logs, month 14"),
                ("A4.1", "monthly logs, month 15"),
                ("A4.1", "quarterly logs, month 15"),
            )
        ),
        ("A4.2", "sexual_orientation, Heterosexual", printed.TOTAL),
        ("A4.2", "sexual_orientation, Bisexual", printed.TOTAL),
        ("A4.2", "formal_services_years, min", "Leeds"),
        ("A4.2", "formal_services_years, min", printed.TOTAL),
        ("A4.3", "admission, MISSING", "Northamptonshire"),
        ("A4.3", "admission, MISSING", "Leeds"),
        ("A4.3", "employment, Student", printed.TOTAL),
        ("A4.3", "employment, MISSING", "Middlesbrough"),
        ("A4.3", "employment, MISSING", printed.TOTAL),
    ]
)
_METHOD = {"sd": "std"}
_COLUMNS = ["table", "cell", "region", "printed", "rebuilt", "within"]


def table_cells(study: Study) -> pd.DataFrame:
    """Set every count, mean and standard deviation of Tables A4.1 to A4.4 beside the cohort's.

    Parameters
    ----------
    study : Study
        The stand-in cohort, all regions.

    Returns
    -------
    DataFrame
        `table`, `cell`, `region`, `printed` (one reading where print is corrected), `rebuilt`, `within`
        (largest difference allowed), `met`, `contradicted` (other printed numbers rule the cell out).
        People are of the region they registered in, logs of the region they were sent in from.
    """
    compared = pd.concat(
        [_completion(study), _characteristics(study), _entry(study), _use(study)], ignore_index=True
    )
    near = (compared["printed"] - compared["rebuilt"]).abs() <= compared["within"] + 1e-9
    names = zip(compared["table"], compared["cell"], compared["region"], strict=True)
    return compared.assign(met=near, contradicted=[name in CONTRADICTED for name in names])


def _completion(study: Study) -> pd.DataFrame:
    wide = load("log_completion").melt(["region", "month"], ["quarterly", "monthly"], "form", "n")
    dated = study.logs.dropna(subset="month")
    counts = dated.groupby([dated["region"].astype(str), "month", dated["form"].astype(str)]).size()
    everywhere = counts.groupby(["month", "form"]).sum()
    rebuilt = [
        everywhere.get((row.month, row.form), 0)
        if row.region == printed.TOTAL
        else counts.get((row.region, row.month, row.form), 0)
        for row in wide.itertuples()
    ]
    names = [f"{row.form} logs, month {int(row.month)}" for row in wide.itertuples()]
    return wide.rename(columns={"n": "printed"}).assign(
        table="A4.1", cell=names, rebuilt=rebuilt, within=0.0
    )[_COLUMNS]


def _characteristics(study: Study) -> pd.DataFrame:
    people = study.registrations
    table = load("demographics")
    counted = table[table["n"].notna()]
    counts = _compare("A4.2", counted, people, _count)
    years = (
        table[table["variable"] == "formal_services_years"]
        .drop(columns=["n", "level"])
        .melt(["variable", "region"], YEARS, "level", "n")
    )
    spread = _compare("A4.2", years, people, _statistic)
    return pd.concat([counts, spread.assign(within=spread["cell"].map(_tolerance))])


def _entry(study: Study) -> pd.DataFrame:
    first = _at_home(study)
    table = load("baseline")
    counts = _compare("A4.3", table[table["n"].notna()], first, _entry_count)
    scores = (
        table[table["mean"].notna()]
        .drop(columns=["n", "level"])
        .melt(["variable", "region"], ["mean", "sd"], "level", "n")
    )
    means = _compare("A4.3", scores, first, _statistic)
    return pd.concat([counts, means.assign(within=means["cell"].map(_tolerance))])


def _use(study: Study) -> pd.DataFrame:
    table = load("baseline_use").rename(columns={"support_type": "variable", "direction": "level"})
    return _compare("A4.4", table, _at_home(study), _users)


def _at_home(study: Study) -> pd.DataFrame:
    """Return first logs, each in the region of its writer."""
    first = first_logs(study)
    return first.assign(region=first[HOME])


def _compare(
    table: str, rows: pd.DataFrame, people: pd.DataFrame, rebuild: Callable[[tuple, pd.DataFrame], float]
) -> pd.DataFrame:
    """Rebuild each printed row from the people of its region."""
    groups = {region: people[people["region"] == region] for region in printed.regions()}
    groups[printed.TOTAL] = people
    rebuilt = [float(rebuild(row, groups[row.region])) for row in rows.itertuples()]
    names = rows["variable"] + rows["level"].map(lambda level: f", {level}" if level else "")
    return pd.DataFrame(
        {
            "table": table,
            "cell": names.to_numpy(),
            "region": rows["region"].to_numpy(),
            "printed": rows["n"].to_numpy(dtype=float),
            "rebuilt": rebuilt,
            "within": 0.0,
        }
    )


def _count(row: tuple, group: pd.DataFrame) -> int:
    """Count people with an answer, or without one."""
    if row.variable == "n":
        return len(group)
    answers = group[row.variable]
    if row.level == printed.MISSING:
        return answers.isna().sum()
    return (answers.astype("str").str.lower() == row.level.lower()).sum()


def _entry_count(row: tuple, first: pd.DataFrame) -> int:
    """Count people at their first log: a box ticked, an admission, medication, or no answer."""
    missing = row.level == printed.MISSING
    if row.variable == "employment":
        boxes = first[[f"employment_{box}" for box in BOXES.values()]].fillna(value=False).astype(bool)
        return (~boxes.any(axis=1)).sum() if missing else boxes[f"employment_{BOXES[row.level]}"].sum()
    if row.variable == "admission":
        admissions = first["inpatient_mental_admissions"]
        return admissions.isna().sum() if missing else (admissions > 0).sum()
    if row.variable in SCORES:
        return first[SCORES[row.variable]].isna().sum()
    return _count(row, first)


def _users(row: tuple, first: pd.DataFrame) -> int:
    return len(first) if row.variable == "n" else first[f"used_{row.variable}_{row.level}"].sum()


def _statistic(row: tuple, group: pd.DataFrame) -> float:
    """Return a mean, sd, minimum or maximum."""
    return float(getattr(group[row.variable], _METHOD.get(row.level, row.level))())


def _tolerance(cell: str) -> float:
    """Return how near a statistic must be; the minimum and maximum have to be exact."""
    return {"mean": MEAN_WITHIN, "sd": SD_WITHIN}.get(cell.rsplit(", ", 1)[1], 0.0)
