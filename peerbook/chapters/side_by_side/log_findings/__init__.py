"""Log findings: who registered, who completed logs, what support they gave and received, how they were.

`OUTPUTS` lists every output of the chapter in order; `log_words` holds the paragraphs, `log_trends` the
monthly means of Figures 4.7 and 4.8, `log_tables` the tables by region.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import (
    characteristics,
    completion,
    entry_use,
    entry_values,
    first_logs,
    use_by_type,
)
from peerbook.chapters.side_by_side.log_findings.trends import outcomes, support
from peerbook.chapters.side_by_side.log_findings.words import (
    at_entry,
    flow_in_words,
    outcomes_in_words,
    people,
    progress,
    repetition,
    response,
    support_at_entry,
    support_in_words,
)
from peerbook.outputs import Output, describe, figure, formats, plots
from peerbook.outputs.formats import count, plural

if TYPE_CHECKING:
    from peerbook.study import Study


def flow(study: Study) -> Output:
    """Figure 4.1: from registration to pairs of logs."""
    steps = study.flow.rename("count").reset_index()
    return figure(
        "fig-4.1",
        "From registration to pairs of logs",
        f"Flow chart from the top down. {flow_in_words(study.flow)}",
        steps.assign(what=steps["step"].map(formats.heading)),
        lambda: plots.flow_chart(_flow_boxes(study.flow)),
    )


def _flow_boxes(n: pd.Series) -> list[plots.Box]:
    """Put the steps in boxes: the main road on the left, what leaves or joins it on the right."""

    def people(step: str) -> str:
        return plural(n[step], "person", "people")

    def logs(step: str) -> str:
        return plural(n[step], "log")

    quarterly, monthly = count(n["logs_of_registered_quarterly"]), count(n["logs_of_registered_monthly"])
    forms = f"{quarterly} quarterly, {monthly} monthly"
    pairs, registered = plural(n["pairs"], "pair"), count(n["pairs_registered"])
    outsiders = people("people_without_registration")
    return [
        plots.Box(f"{people('registered')} registered", 0, 0),
        plots.Box(f"{count(n['registered_without_logs'])} of them completed no log", 1, 0, (0,)),
        plots.Box(f"{people('registered_with_logs')}: {logs('logs_of_registered')}\n({forms})", 0, 1, (0,)),
        plots.Box(f"{outsiders} not registered:\n{logs('logs_without_registration')}", 1, 1),
        plots.Box(logs("logs_before_cleaning"), 0, 2, (2, 3)),
        plots.Box(f"{plural(n['duplicates_removed'], 'duplicate')} removed", 1, 2, (4,)),
        plots.Box(f"{logs('logs')} by {people('people_with_logs')}", 0, 3, (4,)),
        plots.Box(f"{people('people_with_one_log')} with one log", 1, 3, (6,)),
        plots.Box(
            f"{people('people_with_two_or_more')} with {pairs} of logs\n"
            f"({registered} by {people('people_in_pairs_registered')} who registered)",
            0, 4, (6,),
        ),
    ]  # fmt: skip


def registrations_by_month(study: Study) -> Output:
    """Figure 4.2: people registered in each calendar month, by region."""
    counts = calendar_counts(study.registrations, "registered_on", _regions(study))
    return _calendar("fig-4.2", "People registered", counts, "person", "people")


def logs_by_calendar_month(study: Study) -> Output:
    """Figure 4.3: logs completed in each calendar month, by region."""
    counts = calendar_counts(study.logs, "completed_on", _regions(study))
    undated = int(study.logs["completed_on"].isna().sum())
    notes = [f"{plural(undated, 'log')} without a usable date left out."] if undated else []
    return _calendar("fig-4.3", "Logs completed", counts, "log", "logs", notes)


def logs_by_month(study: Study) -> Output:
    """Figure 4.4: logs in each month of participation, by form."""
    placed = study.logs.dropna(subset="month").astype({"month": int})
    counts = pd.crosstab(placed["month"], placed["form"].astype(str))
    counts = counts.reindex(columns=["quarterly", "monthly"], fill_value=0).rename_axis(columns=None)
    total = counts.sum(axis=1).rename("month {}".format)
    bars = counts.rename(columns=str.capitalize)
    return figure(
        "fig-4.4",
        "Logs completed in each month of participation, by form",
        f"Stacked bars for each month of participation: {describe.peak(total, 'log')}.",
        counts.reset_index(),
        lambda: plots.stacked_bars(bars, "Month of participation", "Logs completed"),
    )


def age_by_gender(study: Study) -> Output:
    """Figure 4.5: registered people by age and gender."""
    ages = list(study.definitions.tables["registrations"].fields["age_band"].categories)
    known = study.registrations.dropna(subset=["age_band", "gender"])
    gender = known["gender"].astype(str).where(lambda g: g.isin(["Female", "Male"]), "Other or not said")
    genders = [name for name in ("Female", "Male", "Other or not said") if (gender == name).any()]
    counts = pd.crosstab(known["age_band"].astype(str), gender).reindex(ages, columns=genders, fill_value=0)
    counts = counts.rename_axis("age_band").rename_axis(columns=None)
    shows = [f"{name}: {describe.peak(counts[name], 'person', 'people')}." for name in genders]
    left_out = len(study.registrations) - len(known)
    without = plural(left_out, "person", "people")
    return figure(
        "fig-4.5",
        "Age of registered people, by gender",
        " ".join(["Bars for each age band.", *(shows or ["Nobody gave age and gender."])]),
        counts.reset_index(),
        lambda: plots.grouped_bars(counts, counts.map(formats.count), "People registered"),
        notes=[f"{without} without age or gender left out."] if left_out else [],
    )


def use_at_entry(study: Study) -> Output:
    """Figure 4.6: share of people using each type of support in the month before their first log."""
    use = use_by_type(first_logs(study), study.definitions.support_types)
    labels = study.definitions.support_types.types
    shares = use.pivot_table("percent", "support_type", "direction", sort=False, dropna=False).rename(labels)
    shares = shares.rename_axis(index=None, columns=None).rename(columns=str.capitalize)
    shows = [
        f"{name}: {describe.extremes(shares[name], lambda share: formats.percent(share, digits=0))}."
        for name in shares.columns
    ]
    return figure(
        "fig-4.6",
        "People using each type of peer support in the month before their first log",
        " ".join(["A pair of bars for each type of support.", *shows]),
        use,
        lambda: plots.grouped_bars(shares, shares.map(lambda x: formats.percent(x, digits=0)), "% of people"),
    )


def calendar_counts(rows: pd.DataFrame, date: str, regions: Iterable[str]) -> pd.DataFrame:
    """Count rows by calendar month and region, months without any included.

    Returns
    -------
    DataFrame
        Index: months (periods) from the first to the last; columns: regions that occur, in report order.

    Examples
    --------
    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2016-01-05", "2016-03-01"]), "region": "Leeds"})
    >>> calendar_counts(rows, "on", ["Suffolk", "Leeds"])["Leeds"].tolist()
    [1, 0, 1]
    """
    dated = rows.dropna(subset=date)
    months = pd.to_datetime(dated[date]).dt.to_period("M")
    counts = pd.crosstab(months, dated["region"].astype(str))
    counts = counts[[region for region in regions if region in counts]]
    if len(counts):
        counts = counts.reindex(pd.period_range(months.min(), months.max(), freq="M"), fill_value=0)
    return counts.rename_axis("month").rename_axis(columns="region")


def _regions(study: Study) -> Iterable[str]:
    return study.definitions.tables["registrations"].fields["region"].categories


def _calendar(
    id: str, what: str, counts: pd.DataFrame, one: str, many: str, notes: list[str] | None = None
) -> Output:
    months = list(counts.index)
    total = counts.sum(axis=1).rename(formats.calendar_month)
    ticks = _month_ticks(months)
    return figure(
        id,
        f"{what} in each calendar month, by region",
        f"Stacked bars for each calendar month: {describe.peak(total, one, many)}.{_largest(counts)}",
        counts.rename(str).reset_index().melt("month", var_name="region", value_name=many),
        lambda: plots.stacked_bars(counts.set_axis(ticks), "Month", what),
        notes=notes or [],
    )


def _month_ticks(months: list[pd.Period], at_most: int = 18) -> list[str]:
    """Write months below the bars, with the year where it changes; not every month if there are many."""
    step = math.ceil(len(months) / at_most) or 1
    shown = months[::step]
    years = [None, *(month.year for month in shown)]
    text = {
        m: f"{m:%b}\n{m:%Y}" if m.year != before else f"{m:%b}"
        for m, before in zip(shown, years, strict=False)
    }
    return [text.get(month, "") for month in months]


def _largest(counts: pd.DataFrame) -> str:
    """Name the region with most, when there are several."""
    regions = counts.sum()
    if len(regions) < 2:
        return ""
    most = formats.count_percent(regions.max(), regions.sum(), digits=0)
    return f" {regions.idxmax()} has the most: {most}."


OUTPUTS: MappingProxyType[str, Callable[[Study], Output]] = MappingProxyType(
    {
        "text-4.1": response,
        "fig-4.1": flow,
        "text-4.2": progress,
        "fig-4.2": registrations_by_month,
        "fig-4.3": logs_by_calendar_month,
        "text-4.3": repetition,
        "fig-4.4": logs_by_month,
        "text-4.4": people,
        "fig-4.5": age_by_gender,
        "text-4.5": at_entry,
        "text-4.6": support_at_entry,
        "fig-4.6": use_at_entry,
        "text-4.7": support_in_words,
        "fig-4.7a-c": partial(support, panels="a-c"),
        "fig-4.7d-e": partial(support, panels="d-e"),
        "fig-4.7f-i": partial(support, panels="f-i"),
        "fig-4.7j-m": partial(support, panels="j-m"),
        "fig-4.7n-o": partial(support, panels="n-o"),
        "fig-4.7p-q": partial(support, panels="p-q"),
        "text-4.8": outcomes_in_words,
        "fig-4.8a-c": partial(outcomes, panels="a-c"),
        "fig-4.8d-f": partial(outcomes, panels="d-f", shared=True),
        "fig-4.8g": partial(outcomes, panels="g"),
        "table-a4.1": completion,
        "table-a4.2": characteristics,
        "table-a4.3": entry_values,
        "table-a4.4": entry_use,
    }
)
