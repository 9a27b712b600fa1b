"""What the stand-in cohort was made to meet, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side.agreement.claims import STEPS, claims_of
from peerbook.chapters.side_by_side.log_findings.tables import by_calendar_month
from peerbook.chapters.side_by_side.stand_in.cells import table_cells
from peerbook.published import load
from stand_in.make.side_by_side import printed

if TYPE_CHECKING:
    from peerbook.study import Study

LASTING = {4: "four_or_more_logs", 6: "six_or_more_logs", 12: "twelve_or_more_logs"}
N_WITHIN, N_SHARE = 3, 0.1
CELLS, MODELS = 0.95, 92
SD_SHARE = 0.02
REPEATED = ("log_participants_all", "summary_people")  # the sum of registered and unregistered people
ENTRY = (
    "baseline_no_projects",
    "baseline_three_or_more_projects",
    "baseline_gave_none",
    "baseline_received_none",
    "baseline_gave_two_or_more",
    "baseline_received_two_or_more",
)
TRENDS = {  # claim: what it is, and how near it has to be
    "types_mean_start": ("types used, first log", 0.35),
    "types_mean_month_5": ("types used, fifth log", 0.35),
    "types_mean_month_11": ("types used, eleventh log", 0.35),
    "projects_mean_start": ("projects attended, first log", 0.3),
    "projects_mean_end": ("projects attended, twelfth log", 0.3),
    "self_efficacy_rise": ("rise of self-efficacy to the twelfth log", 2.0),
}
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
        The grid of associations fitted to it (`peerbook.chapters.side_by_side.associations.grid.associations`).

    Returns
    -------
    DataFrame
        Columns `area`, `target`, `printed`, `rebuilt` (both as text) and `met`.
    """
    found = claims_of(study)
    parts = (_flow(study, found), _calendar(study, found), _tables(study), _entry(found), _trends(found))
    rows = [row for part in (*parts, _associations(results)) for row in part]
    return pd.DataFrame(rows, columns=list(Target._fields))


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


def _flow(study: Study, found: dict) -> Iterator[Target]:
    for claim, step in STEPS.items():
        if claim not in REPEATED:
            yield _count("Flow", step.replace("_", " "), printed.claim(claim), found[claim])
    number = study.logs.dropna(subset="month").groupby("person_id").size()
    for logs, claim in LASTING.items():
        yield _count("Flow", f"people with {logs} or more logs", printed.claim(claim), (number >= logs).sum())


def _calendar(study: Study, found: dict) -> Iterator[Target]:
    for claim in ("first_registration", "last_registration", "last_log", "registration_peak", "log_peak"):
        yield _same("Calendar", claim.replace("_", " "), printed.claim_text(claim), found[claim])
    monthly = by_calendar_month(study.logs["completed_on"])
    least = monthly[monthly.index >= pd.Period(printed.claim_text("logs_100_from"))].min()
    for what, claim, logs in (
        ("logs in the peak month", "log_peak_count", found["log_peak_count"]),
        ("fewest logs in a month from then on", "logs_monthly_floor", least),
    ):
        floor = printed.claim(claim)
        yield Target("Calendar", what, f"over {floor}", str(logs), bool(logs > floor))


def _tables(study: Study) -> Iterator[Target]:
    for table, cells in table_cells(study).groupby("table"):
        possible, met = int((~cells["contradicted"]).sum()), int(cells["met"].sum())
        what = f"cells of Table {table} that agree, of {len(cells)}"
        yield Target("Tables", what, f"{possible} that can", str(met), met >= possible)


def _entry(found: dict) -> Iterator[Target]:
    for claim in ENTRY:
        what = claim.removeprefix("baseline_").replace("_", " ")
        yield _count("Entry", f"people: {what}", printed.claim(claim), found[claim])


def _trends(found: dict) -> Iterator[Target]:
    for claim, (what, within) in TRENDS.items():
        wanted = printed.claim_number(claim)
        met = abs(found[claim] - wanted) <= within
        yield Target("Trends", what, f"about {wanted:g}", f"{found[claim]:.2f}", met)


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
