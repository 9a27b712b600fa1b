"""How the numbers of the prose of the log chapters are computed: a registry by the name of the statement.

Only what no table holds and no other statement gives is here; see `peerbook.published.statements`.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import by_calendar_month, first_logs
from peerbook.log.subgroups import with_subgroups

if TYPE_CHECKING:
    from peerbook.log import Log

Number = float | int | str
FIGURE_MONTHS = 12
# The line of the transcription on which each chapter of the report begins.
BEGINS = (421, 637, 861, 1123, 1521, 1890, 4136, 4423, 4954, 5817, 6297)


def chapter_of(line: str) -> str:
    """Name the chapter of the report that a line of its transcription is in.

    Examples
    --------
    >>> chapter_of("1122"), chapter_of("1123"), chapter_of("6321")
    ('chapter 3', 'chapter 4', 'chapter 11')
    """
    return f"chapter {bisect(BEGINS, int(line))}"


def step(log: Log, name: str) -> int:
    """Read a step of the flow."""
    return int(log.flow[name])


def day(log: Log, table: str, field: str, which: str) -> str | float:
    """Give the first ("min") or last ("max") date of a column as ISO text."""
    dates = getattr(log, table)[field].dropna()
    return f"{getattr(dates, which)():%Y-%m-%d}" if len(dates) else float("nan")


def busiest_month(log: Log, table: str, field: str) -> str | float:
    """Name the calendar month with most rows."""
    counts = by_calendar_month(getattr(log, table)[field])
    return str(counts.idxmax()) if len(counts) else float("nan")


def most_logs_in_a_month(log: Log) -> float:
    """Count the logs of the calendar month with most."""
    return by_calendar_month(log.logs["completed_on"]).max()


def first_month_over_hundred(log: Log) -> str | float:
    """Name the first calendar month with more than a hundred logs."""
    counts = by_calendar_month(log.logs["completed_on"])
    over = counts.index[counts > 100]
    return str(over[0]) if len(over) else float("nan")


def fewest_logs_after(log: Log, month: str = "2016-02") -> float:
    """Count the logs of the quietest calendar month from one on; the last month, cut short, is left out."""
    counts = by_calendar_month(log.logs["completed_on"])
    return counts[counts.index >= pd.Period(month)].iloc[:-1].min()


def people_at_entry(log: Log, measure: str, least: int, most: int | None = None) -> int:
    """Count the people whose first log has a measure between two numbers."""
    values = first_logs(log)[measure]
    return int(((values >= least) & (True if most is None else values <= most)).sum())


def mean_in_month(log: Log, measures: tuple[str, ...], month: int) -> float:
    """Average the measures over the logs of a month of participation, then over the measures."""
    return float(log.logs.loc[log.logs["month"] == month, list(measures)].astype(float).mean().mean())


def rise(log: Log, outcome: str) -> float:
    """Subtract an outcome's mean in month 1 from that in the last month of the figures."""
    return mean_in_month(log, (outcome,), FIGURE_MONTHS) - mean_in_month(log, (outcome,), 1)


def highest_month(log: Log, outcome: str) -> float:
    """Give the month of participation, up to the last of the figures, with the highest mean."""
    shown = log.logs[log.logs["month"] <= FIGURE_MONTHS]
    means = shown[outcome].astype(float).groupby(shown["month"].astype(int)).mean().dropna()
    return int(means.idxmax()) if len(means) else float("nan")


def share_of_ethnic_group(log: Log, group: str) -> float:
    """Give a group's percentage of the registered people whose group is known."""
    groups = with_subgroups(log.registrations, log.tables, log.definitions)["ethnic_group"].dropna()
    return 100 * float((groups == group).mean())


def projects(log: Log, funding: str = "") -> int:
    """Count projects, without the online community, of one kind of funding or all."""
    here = log.projects[log.projects["region"] != "Elefriends"]
    return int((here["funding"] == funding).sum() if funding else len(here))


def regions(log: Log) -> int:
    """Count the regions with projects, without the online community."""
    return int(log.projects.loc[log.projects["region"] != "Elefriends", "region"].nunique())


def planned_sample(log: Log) -> int:
    """Give the people a paired comparison needs: effect 0.5, two-sided 5%, power 80% (chapter 3)."""
    from math import ceil

    from statsmodels.stats.power import TTestPower

    return ceil(TTestPower().solve_power(effect_size=0.5, alpha=0.05, power=0.8))


TYPES = ("types_given", "types_received")
STEPS = {
    "registered": "registered",
    "registered_with_log": "registered_with_logs",
    "logs_registered": "logs_of_registered",
    "logs_registered_quarterly": "logs_of_registered_quarterly",
    "logs_registered_monthly": "logs_of_registered_monthly",
    "unregistered": "people_without_registration",
    "logs_unregistered": "logs_without_registration",
    "logs_before_cleaning": "logs_before_cleaning",
    "duplicates": "duplicates_removed",
    "logs_after_cleaning": "logs",
    "participants_with_log": "people_with_logs",
    "one_log_only": "people_with_one_log",
    "two_or_more_logs": "people_with_two_or_more",
    "pairs": "pairs",
    "pairs_registered": "pairs_registered",
    "pairs_registered_participants": "people_in_pairs_registered",
    "logs_short": "logs_short",
    "logs_online": "logs_online",
    "logs_ticked": "logs_ticked",
    "log_participants_all": "people",
    "summary_people": "people",
}
STATEMENTS: MappingProxyType[str, Callable[[Log], Number]] = MappingProxyType(
    {
        **{statement: partial(step, name=name) for statement, name in STEPS.items()},
        "regions_total": regions,
        "projects_total": projects,
        "grant_funded_projects": partial(projects, funding="Grant"),
        "n_per_project": planned_sample,
        "first_registration": partial(day, table="registrations", field="registered_on", which="min"),
        "last_registration": partial(day, table="registrations", field="registered_on", which="max"),
        "last_log": partial(day, table="logs", field="completed_on", which="max"),
        "registration_peak": partial(busiest_month, table="registrations", field="registered_on"),
        "log_peak": partial(busiest_month, table="logs", field="completed_on"),
        "log_peak_count": most_logs_in_a_month,
        "logs_100_from": first_month_over_hundred,
        "logs_monthly_floor": fewest_logs_after,
        **{
            f"ethnic_group_{group.lower()}_percent": partial(share_of_ethnic_group, group=group)
            for group in ("White", "Black", "Asian", "Other")
        },
        "baseline_no_projects": partial(people_at_entry, measure="projects_attended", least=0, most=0),
        "baseline_three_or_more_projects": partial(people_at_entry, measure="projects_attended", least=3),
        "baseline_gave_none": partial(people_at_entry, measure="types_given", least=0, most=0),
        "baseline_received_none": partial(people_at_entry, measure="types_received", least=0, most=0),
        "baseline_gave_two_or_more": partial(people_at_entry, measure="types_given", least=2),
        "baseline_received_two_or_more": partial(people_at_entry, measure="types_received", least=2),
        "projects_mean_start": partial(mean_in_month, measures=("projects_attended",), month=1),
        "projects_mean_end": partial(mean_in_month, measures=("projects_attended",), month=FIGURE_MONTHS),
        "types_mean_start": partial(mean_in_month, measures=TYPES, month=1),
        "types_mean_month_5": partial(mean_in_month, measures=TYPES, month=5),
        "types_mean_month_11": partial(mean_in_month, measures=TYPES, month=11),
        "self_efficacy_rise": partial(rise, outcome="self_efficacy"),
        "family_rise_months": partial(highest_month, outcome="family"),
    }
)


def statements_of(log: Log) -> dict[str, Number]:
    """Compute every statement of the registry.

    Returns
    -------
    dict
        By name; missing (nan) where the log has nothing to compute it from.
    """
    return {name: compute(log) for name, compute in STATEMENTS.items()}
