"""What the stand-in cohort was made to meet, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from peerbook.published import load
from peerbook.synthetic import printed
from peerbook.synthetic.cells import first_logs, table_cells

if TYPE_CHECKING:
    from peerbook.study import Study

FLOW = {
    "registered": "registered",
    "registered_with_logs": "registered_with_log",
    "logs_of_registered": "logs_registered",
    "logs_of_registered_quarterly": "logs_registered_quarterly",
    "logs_of_registered_monthly": "logs_registered_monthly",
    "logs_without_registration": "logs_unregistered",
    "people_without_registration": "unregistered",
    "logs_before_cleaning": "logs_before_cleaning",
    "duplicates_removed": "duplicates",
    "logs": "logs_after_cleaning",
    "people_with_logs": "participants_with_log",
    "people_with_one_log": "one_log_only",
    "people_with_two_or_more": "two_or_more_logs",
    "pairs": "pairs",
    "pairs_registered": "pairs_registered",
    "people_in_pairs_registered": "pairs_registered_participants",
    "logs_ticked": "logs_ticked",
    "logs_short": "logs_short",
    "logs_online": "logs_online",
}
LASTING = {4: "four_or_more_logs", 6: "six_or_more_logs", 12: "twelve_or_more_logs"}
N_WITHIN, N_SHARE = 3, 0.1
CELLS, MODELS = 0.95, 92
SD_SHARE = 0.02
TREND_WITHIN = {"types": 0.35, "projects": 0.3, "self_efficacy": 2.0}
KEYS = ["sample", "exposure", "outcome", "subgroup_variable", "subgroup_level", "change"]


class Target(NamedTuple):
    """One thing to meet."""

    area: str
    target: str
    printed: str
    rebuilt: str
    met: bool


def targets(study: Study, results: pd.DataFrame) -> pd.DataFrame:
    """List what the cohort was made to meet beside what it gives.

    Parameters
    ----------
    study : Study
        The stand-in cohort, all regions.
    results : DataFrame
        The grid of associations fitted to it (`peerbook.chapters.association_grid.associations`).

    Returns
    -------
    DataFrame
        Columns `area`, `target`, `printed`, `rebuilt` (both as text) and `met`.
    """
    parts = (_flow(study), _calendar(study), _tables(study), _entry(study), _trends(study))
    rows = [row for part in (*parts, _associations(results)) for row in part]
    return pd.DataFrame(rows, columns=list(Target._fields))


def conflicts() -> pd.DataFrame:
    """List where print contradicts itself, or cannot be, and what the cohort follows.

    Returns
    -------
    DataFrame
        Columns `where`, `printed`, `chosen`, `why`.

    Examples
    --------
    >>> conflicts().loc[0, "chosen"]
    '2,064 logs, 2,063 of them with a usable date'
    """
    return pd.read_csv(Path(__file__).with_name("conflicts.csv"), dtype=str)


def association_cells(results: pd.DataFrame) -> pd.DataFrame:
    """Set every printed cell of Tables A4.5 to A4.11 beside the rebuilt one.

    Returns
    -------
    DataFrame
        The printed rows with `n_rebuilt`, `mean_rebuilt`, `p_rebuilt` and `sd_change`, and with `inside` (the
        rebuilt mean lies in the printed interval), `n_near` (n within 10 percent or 3) and `same_call` (the
        model is on the same side of p = 0.05).
    """
    rebuilt = results[[*KEYS, "n", "mean", "p_value", "sd_change"]]
    rebuilt = rebuilt.rename(columns={"n": "n_rebuilt", "mean": "mean_rebuilt", "p_value": "p_rebuilt"})
    cells = load("associations").merge(rebuilt, on=KEYS, how="left")
    below = (cells["p_value"] < 0.05) | cells["p_value_below"]
    near = (cells["n_rebuilt"] - cells["n"]).abs() <= np.maximum(N_WITHIN, N_SHARE * cells["n"])
    return cells.assign(
        inside=cells["mean_rebuilt"].between(cells["ci_low"], cells["ci_high"]),
        n_near=near,
        same_call=below == (cells["p_rebuilt"] < 0.05),
    )


def _flow(study: Study) -> Iterator[Target]:
    for step, claim in FLOW.items():
        yield _count("Flow", step.replace("_", " "), printed.claim(claim), study.flow[step])
    number = study.logs.dropna(subset="month").groupby("person_id").size()
    for logs, claim in LASTING.items():
        yield _count("Flow", f"people with {logs} or more logs", printed.claim(claim), (number >= logs).sum())


def _calendar(study: Study) -> Iterator[Target]:
    registered, logged = study.registrations["registered_on"], study.logs["completed_on"].dropna()
    days = {
        "first_registration": registered.min(),
        "last_registration": registered.max(),
        "last_log": logged.max(),
    }
    for claim, day in days.items():
        yield _same("Calendar", claim.replace("_", " "), printed.claim_text(claim), f"{day:%Y-%m-%d}")
    peaks = {"registration_peak": registered, "log_peak": logged}
    for claim, dates in peaks.items():
        months = dates.dt.strftime("%Y-%m").value_counts()
        yield _same("Calendar", claim.replace("_", " "), printed.claim_text(claim), months.idxmax())
    monthly = logged.dt.strftime("%Y-%m").value_counts().sort_index()
    least = monthly[monthly.index >= printed.claim_text("logs_100_from")].min()
    for what, claim, found in (
        ("logs in the peak month", "log_peak_count", monthly.max()),
        ("fewest logs in a month from then on", "logs_monthly_floor", least),
    ):
        floor = printed.claim(claim)
        yield Target("Calendar", what, f"over {floor}", str(found), bool(found > floor))


def _tables(study: Study) -> Iterator[Target]:
    for table, cells in table_cells(study).groupby("table"):
        possible, met = int((~cells["contradicted"]).sum()), int(cells["met"].sum())
        what = f"cells of Table {table} that agree, of {len(cells)}"
        yield Target("Tables", what, f"{possible} that can", str(met), met >= possible)


def _entry(study: Study) -> Iterator[Target]:
    first = first_logs(study)
    counts = {
        "baseline_no_projects": first["projects_attended"] == 0,
        "baseline_three_or_more_projects": first["projects_attended"] >= 3,
        "baseline_gave_none": first["types_given"] == 0,
        "baseline_received_none": first["types_received"] == 0,
        "baseline_gave_two_or_more": first["types_given"] >= 2,
        "baseline_received_two_or_more": first["types_received"] >= 2,
    }
    for claim, people in counts.items():
        what = claim.removeprefix("baseline_").replace("_", " ")
        yield _count("Entry", f"people: {what}", printed.claim(claim), people.sum())


def _trends(study: Study) -> Iterator[Target]:
    logs = study.logs.assign(types=(study.logs["types_given"] + study.logs["types_received"]) / 2)

    def mean(column: str, number: int) -> float:
        return float(logs.loc[logs["month"] == number, column].mean())

    rows = (
        ("types used, first log", "types", "types_mean_start", mean("types", 1)),
        ("types used, fifth log", "types", "types_mean_month_5", mean("types", 5)),
        ("types used, eleventh log", "types", "types_mean_month_11", mean("types", 11)),
        ("projects attended, first log", "projects", "projects_mean_start", mean("projects_attended", 1)),
        ("projects attended, twelfth log", "projects", "projects_mean_end", mean("projects_attended", 12)),
        (
            "rise of self-efficacy to the twelfth log",
            "self_efficacy",
            "self_efficacy_rise",
            mean("self_efficacy", 12) - mean("self_efficacy", 1),
        ),
    )
    for what, kind, claim, found in rows:
        wanted = printed.claim_number(claim)
        met = abs(found - wanted) <= TREND_WITHIN[kind]
        yield Target("Trends", what, f"about {wanted:g}", f"{found:.2f}", met)


def _associations(results: pd.DataFrame) -> Iterator[Target]:
    cells = association_cells(results)
    models = cells.drop_duplicates(KEYS[:4])
    for what, column in (
        ("means inside the printed interval", "inside"),
        ("n within 10 percent or 3", "n_near"),
    ):
        wanted, found = f"at least {CELLS:.0%} of {len(cells)}", int(cells[column].sum())
        yield Target("Associations", what, wanted, str(found), found >= CELLS * len(cells))
    found = int(models["same_call"].sum())
    wanted = f"at least {MODELS} of {len(models)}"
    yield Target("Associations", "models that agree on p < 0.05", wanted, str(found), found >= MODELS)
    for outcome, sd in cells.groupby("outcome")["sd_change"].first().items():
        implied = printed.change_sd(outcome)
        met = abs(sd / implied - 1) <= SD_SHARE
        yield Target("Associations", f"sd of change in {outcome}", f"{implied:.2f}", f"{sd:.2f}", met)


def _count(area: str, target: str, wanted: int, found: int) -> Target:
    return Target(area, target, f"{wanted:,}", f"{int(found):,}", int(found) == wanted)


def _same(area: str, target: str, wanted: str, found: str) -> Target:
    return Target(area, target, wanted, found, found == wanted)
