"""Figures 4.1 to 4.6 of the log findings: the flow, the calendar, the months of participation, the people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import (
    FIRST,
    FORMS,
    LOGS,
    OF_FORMS,
    OF_LOGS,
    OF_PAIRS,
    OF_PEOPLE,
    OF_REGISTERED,
    REGISTERED,
    first_logs,
    if_narrowed,
    use_by_type,
)
from peerbook.chapters.side_by_side.log_findings.words import FLOW_SUMS, flow_in_words
from peerbook.disclosure import Cell, Counted
from peerbook.disclosure.counted import MISSING
from peerbook.outputs import Output, describe, figure, formats, plots
from peerbook.outputs.formats import count, plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.data import SupportTypes
    from peerbook.log import Log

GENDERS = ("Female", "Male")
OTHER_GENDERS, NO_GENDER = "Other or not said", "Not answered"


def flow(log: Log) -> Output:
    """Figure 4.1: from registration to pairs of logs."""
    steps = log.flow.rename("count").reset_index()
    return figure(
        "fig-4.1",
        "From registration to pairs of logs",
        lambda steps: f"Flow chart from the top down. {flow_in_words(_by_step(steps))}",
        steps.assign(what=steps["step"].map(formats.heading)),
        lambda steps: plots.flow_chart(_flow_boxes(_by_step(steps))),
        notes=if_narrowed(log, f"{OF_PEOPLE} {OF_LOGS} {OF_PAIRS}"),
        people=Counted(counts=("count",), by=(), name="step", sums=FLOW_SUMS),
    )


def _by_step(steps: pd.DataFrame) -> pd.Series:
    return steps.set_index("step")["count"]


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


def registrations_by_month(log: Log) -> Output:
    """Figure 4.2: people registered in each calendar month, by region."""
    counts = calendar_counts(log.registrations, "registered_on", log.definitions.regions, "people")
    return _calendar("fig-4.2", "People registered", counts, "person", "people", OF_REGISTERED, REGISTERED)


def logs_by_calendar_month(log: Log) -> Output:
    """Figure 4.3: logs completed in each calendar month, by region."""
    counts = calendar_counts(log.logs, "completed_on", log.definitions.regions, "logs")
    return _calendar("fig-4.3", "Logs completed", counts, "log", "logs", OF_LOGS, LOGS)


def calendar_counts(rows: pd.DataFrame, date: str, regions: Iterable[str], number: str) -> pd.DataFrame:
    """Count rows by calendar month and region, months without any included.

    Parameters
    ----------
    rows : DataFrame
        With `region` and a column of dates.
    date : str
        That column.
    regions : iterable of str
        All regions, in the order of the report.
    number : str
        What the counts are called.

    Returns
    -------
    DataFrame
        `month` ("2016-01"), `region` and the counts: for each region that occurs every month from the first
        to the last of all. Rows without a date come last, without a month, if there are any.

    Examples
    --------
    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2016-01-05", "2016-03-01"]), "region": "Leeds"})
    >>> calendar_counts(rows, "on", ["Suffolk", "Leeds"], "logs")["logs"].tolist()
    [1, 0, 1]
    """
    dated, undated = rows.dropna(subset=date), rows[rows[date].isna()]
    months = pd.to_datetime(dated[date]).dt.to_period("M")
    counts = pd.crosstab(months, dated["region"].astype(str))
    if len(counts):
        counts = counts.reindex(pd.period_range(months.min(), months.max(), freq="M"), fill_value=0)
    counts = counts[[region for region in regions if region in counts]].rename_axis("month").rename(str)
    long = counts.reset_index().melt("month", var_name="region", value_name=number)
    without = undated["region"].astype(str).value_counts()
    if without.empty:
        return long
    last = [(None, region, without[region]) for region in regions if region in without]
    return pd.concat([long, pd.DataFrame(last, columns=["month", "region", number])], ignore_index=True)


def _calendar(id: str, what: str, counts: pd.DataFrame, one: str, many: str, rule: str, unit: str) -> Output:
    """Draw counts by calendar month, a panel each region; notes tell what has no month, and the rule."""
    return figure(
        id,
        f"{what} in each calendar month, by region",
        partial(_calendar_in_words, one=one, many=many),
        counts,
        partial(_draw_calendar, number=many),
        notes=partial(_about_calendar, one=one, many=many, rule=rule),
        people=Counted(unit, (many,), ("month", "region")),
    )


def _months_by_regions(counts: pd.DataFrame, number: str) -> pd.DataFrame:
    """Set the regions side by side, a row for each month."""
    dated = counts.dropna(subset="month")
    months, regions = dated["month"].unique(), dated["region"].unique()
    wide = dated.pivot_table(number, "month", "region", aggfunc="first").reindex(months, columns=regions)
    return wide.set_axis(pd.PeriodIndex(months, freq="M", name="month"))


def _calendar_in_words(counts: pd.DataFrame, one: str, many: str) -> str:
    wide = _months_by_regions(counts, many)
    total = wide.sum(axis=1, skipna=False).rename(formats.calendar_month)
    peak = describe.peak(total, one, many)
    return f"Bars for each calendar month, of all regions and of each: {peak}.{_largest(wide)}"


def _draw_calendar(counts: pd.DataFrame, number: str) -> Figure:
    wide = _months_by_regions(counts, number)
    return plots.small_multiples(wide, _month_ticks(list(wide.index), at_most=6), formats.heading(number))


def _about_calendar(counts: pd.DataFrame, one: str, many: str, rule: str) -> list[str]:
    undated = counts[counts["month"].isna()]
    left_out = plural(undated[many].sum(skipna=False), one, many)
    return [*([f"{left_out} without a usable date left out."] if len(undated) else []), rule]


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
    regions = counts.sum(skipna=False)
    if len(regions) < 2 or regions.isna().any():
        return ""
    most = formats.count_percent(regions.max(), regions.sum(), digits=0)
    return f" {regions.idxmax()} has the most: {most}."


def logs_by_month(log: Log) -> Output:
    """Figure 4.4: logs in each month of participation, by form."""
    placed = log.logs.dropna(subset="month").astype({"month": int})
    counts = pd.crosstab(placed["month"], placed["form"].astype(str))
    counts = counts.reindex(columns=FORMS, fill_value=0).rename_axis(columns=None)
    return figure(
        "fig-4.4",
        "Logs completed in each month of participation, by form",
        _months_in_words,
        counts.reset_index(),
        _draw_months,
        notes=if_narrowed(log, OF_LOGS),
        people=Counted(counts=OF_FORMS, by=("month",)),
    )


def _months_in_words(counts: pd.DataFrame) -> str:
    forms = counts.set_index("month")
    total = forms.sum(axis=1, skipna=False).rename("month {}".format)
    partly = total.isna().all() and forms.notna().any(axis=None)
    shows = "in every month a number of logs is withheld" if partly else describe.peak(total, "log")
    return f"Stacked bars for each month of participation: {shows}."


def _draw_months(counts: pd.DataFrame) -> Figure:
    bars = counts.set_index("month").rename(columns=str.capitalize)
    return plots.stacked_bars(bars, "Month of participation", "Logs completed")


def age_by_gender(log: Log) -> Output:
    """Figure 4.5: registered people by age and gender."""
    ages = log.definitions.tables["registrations"].fields["age_band"].categories
    counts = ages_by_gender(log.registrations, ages)
    genders = {name: MISSING if name == NO_GENDER else name for name in counts.columns[1:]}
    return figure(
        "fig-4.5",
        "Age of registered people, by gender",
        _ages_in_words,
        counts,
        _draw_ages,
        notes=partial(_about_ages, rule=if_narrowed(log, OF_REGISTERED)),
        people=Counted(
            counts={name: Cell(REGISTERED, {"gender": gender}) for name, gender in genders.items()},
            by=("age_band",),
        ),
    )


def ages_by_gender(people: pd.DataFrame, ages: Iterable[str]) -> pd.DataFrame:
    """Count people by age band and gender, the rare genders together.

    Returns
    -------
    DataFrame
        `age_band` and a column for each gender that occurs. If there are any, people without age are in a
        last row and people without gender in a last column.
    """
    answered = people["gender"].astype(str).where(people["gender"].notna(), NO_GENDER)
    gender = answered.where(answered.isin([*GENDERS, NO_GENDER]), OTHER_GENDERS)
    columns = [name for name in (*GENDERS, OTHER_GENDERS, NO_GENDER) if (gender == name).any()]
    counts = pd.crosstab(people["age_band"].astype(str).where(people["age_band"].notna()), gender)
    counts = counts.reindex(list(ages), columns=columns, fill_value=0)
    counts = counts.rename_axis("age_band").rename_axis(columns=None).reset_index()
    no_age = gender[people["age_band"].isna()].value_counts().reindex(columns, fill_value=0)
    if not no_age.sum():
        return counts
    return pd.concat([counts, pd.DataFrame([{"age_band": None, **no_age}])], ignore_index=True)


def _age_bars(counts: pd.DataFrame) -> pd.DataFrame:
    """Keep the people whose age and gender are known."""
    known = counts.dropna(subset="age_band").set_index("age_band").drop(columns=NO_GENDER, errors="ignore")
    return known.loc[:, known.isna().any() | (known.sum() > 0)]


def _ages_in_words(counts: pd.DataFrame) -> str:
    bars = _age_bars(counts)
    shows = [f"{name}: {describe.peak(bars[name], 'person', 'people')}." for name in bars]
    return " ".join(["Bars for each age band.", *(shows or ["Nobody gave age and gender."])])


def _draw_ages(counts: pd.DataFrame) -> Figure:
    bars = _age_bars(counts)
    return plots.grouped_bars(bars, bars.map(formats.count), "People registered")


def _about_ages(counts: pd.DataFrame, rule: list[str]) -> list[str]:
    numbers = counts.drop(columns="age_band")
    left_out = numbers.sum(skipna=False).sum(skipna=False) - _age_bars(counts).sum(skipna=False).sum(
        skipna=False
    )
    without = plural(left_out, "person", "people")
    return [*([f"{without} without age or gender left out."] if left_out else []), *rule]


def use_at_entry(log: Log) -> Output:
    """Figure 4.6: share of people using each type of support in the month before their first log."""
    support = log.definitions.support_types
    return figure(
        "fig-4.6",
        "People using each type of peer support in the month before their first log",
        partial(_use_in_words, support=support),
        use_by_type(first_logs(log), support),
        partial(_draw_use, support=support),
        notes=if_narrowed(log, OF_PEOPLE),
        people=Counted(FIRST, by=("support_type", "direction")),
    )


def _shares(use: pd.DataFrame, support: SupportTypes) -> pd.DataFrame:
    """Set the directions side by side, a row for each type."""
    by_direction = use.groupby("direction", sort=False)  # a pivot table would not tell withheld from missing
    shares = pd.DataFrame({way: rows.set_index("support_type")["percent"] for way, rows in by_direction})
    shares = shares.rename(support.types).rename_axis(index=None, columns=None)
    return shares.rename(columns=str.capitalize)


def _use_in_words(use: pd.DataFrame, support: SupportTypes) -> str:
    shares = _shares(use, support)
    shows = [f"{name}: {describe.extremes(shares[name], _whole_percent)}." for name in shares.columns]
    return " ".join(["Two marks on a line for each type of support.", *shows])


def _draw_use(use: pd.DataFrame, support: SupportTypes) -> Figure:
    shares = _shares(use, support)
    return plots.dumbbells(shares, _whole_percent, "% of people")


def _whole_percent(share: float) -> str:
    return formats.percent(share, digits=0)
