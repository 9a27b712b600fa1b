"""Words for what a series of numbers shows: the alternative texts of pictures and sentences of the prose.

Every phrase is computed, so that it stays true for other data; nothing here knows what is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from peerbook.outputs import formats

NOBODY = "nobody answered"
# With fewer people no trend is read from a mean: the t interval of skewed counts is too narrow then.
ENOUGH = 30


def direction(means: pd.DataFrame) -> str:
    """Say whether a mean rises, falls or stays level from the first to the last period with enough people.

    It rises or falls if the last interval leaves out the first mean; otherwise the data do not tell.

    Parameters
    ----------
    means : DataFrame
        In order of time, with `n`, `mean`, `ci_low`, `ci_high`.

    Returns
    -------
    {"rises", "falls", "stays level", ""}
        Empty with fewer than two periods of `ENOUGH` people or more.

    Examples
    --------
    >>> ends = {"n": [50, 30], "mean": [2.5, 1.5], "ci_low": [2.4, 1.2], "ci_high": [2.6, 1.8]}
    >>> direction(pd.DataFrame(ends))
    'falls'
    """
    known = means[means["n"] >= ENOUGH]
    if len(known) < 2:
        return ""
    start, last = known["mean"].iloc[0], known.iloc[-1]
    if last["ci_low"] > start:
        return "rises"
    return "falls" if last["ci_high"] < start else "stays level"


def first_last(means: pd.DataFrame) -> dict[str, float]:
    """Return the first and the last month of `ENOUGH` people or more, or of any if there is none.

    Returns
    -------
    dict
        `month_first`, `mean_first`, `month_last`, `mean_last`; empty if nobody answered.
    """
    known = means[means["n"] >= ENOUGH]
    known = means if known.empty else known
    if known.empty:
        return {}
    first, last = known.iloc[0], known.iloc[-1]
    return {
        "month_first": int(first["month"]),
        "mean_first": first["mean"],
        "month_last": int(last["month"]),
        "mean_last": last["mean"],
    }


def ends(means: pd.DataFrame, digits: int = 1) -> str:
    """Say the mean of the first and the last month with enough people.

    Examples
    --------
    >>> ends(pd.DataFrame({"month": [1, 2], "n": [40, 30], "mean": [2.5, 1.5]}))
    '2.5 in month 1, 1.5 in month 2'
    """
    return from_to(first_last(means), digits)


def from_to(found: Mapping[str, float], digits: int = 1) -> str:
    """Say what `first_last` found, given as it returns it or as a row of a frame of such findings.

    Examples
    --------
    >>> from_to({"month_first": 1, "mean_first": 2.5, "month_last": 1, "mean_last": 2.5}), from_to({})
    ('2.5 in month 1', 'nobody answered')
    """
    if formats.is_missing(found.get("month_first")):
        return NOBODY
    first, last = (
        f"{formats.number(found[f'mean_{end}'], digits)} in month {formats.count(found[f'month_{end}'])}"
        for end in ("first", "last")
    )
    return first if found["month_first"] == found["month_last"] else f"{first}, {last}"


def monthly_means(means: pd.DataFrame, digits: int = 1) -> str:
    """Say what a plot of monthly means shows: start, end, direction, extremes, and where intervals are wide.

    Parameters
    ----------
    means : DataFrame
        `month`, `n`, `mean`, `ci_low`, `ci_high`, one row a month.
    digits : int

    Examples
    --------
    >>> one = pd.DataFrame({"month": [1], "n": [5], "mean": [2.0], "ci_low": [1.0], "ci_high": [3.0]})
    >>> monthly_means(one)
    'month 1 only, mean 2.0 (1.0 to 3.0), 5 people.'
    """
    means = means.dropna(subset="mean")
    if means.empty:
        return f"{NOBODY}."
    first, last = means.iloc[0], means.iloc[-1]
    if len(means) == 1:
        return f"month {first['month']:.0f} only, {_month(first, digits)}."
    low, high = means.loc[means["mean"].idxmin()], means.loc[means["mean"].idxmax()]
    return (
        f"{_month(first, digits)} in month {first['month']:.0f}; {_month(last, digits)} in month "
        f"{last['month']:.0f}; highest {formats.number(high['mean'], digits)} in month {high['month']:.0f}, "
        f"lowest {formats.number(low['mean'], digits)} in month {low['month']:.0f}{_verdict(means)}."
    )


def _month(row: pd.Series, digits: int) -> str:
    limits = formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"], digits)
    return f"mean {limits}, {formats.plural(row['n'], 'person', 'people')}"


def _verdict(means: pd.DataFrame) -> str:
    """Add the direction, naming the months compared."""
    moved = direction(means)
    if not moved:
        return ""
    months = means.loc[means["n"] >= ENOUGH, "month"]
    return f"; from month {months.iloc[0]:.0f} to month {months.iloc[-1]:.0f} it {moved}"


def peak(counts: Mapping[str, float] | pd.Series, one: str, many: str = "") -> str:
    """Say where a series of counts is highest, and where it starts and ends.

    Parameters
    ----------
    counts : mapping or Series
        From a readable label (a month, say) to a count, in order.
    one, many : str
        The noun counted.

    Examples
    --------
    >>> peak({"May 2016": 3, "June 2016": 9, "July 2016": 1}, "log")
    'highest in June 2016 (9 logs); 3 logs in May 2016, 1 log in July 2016'
    """
    counts = pd.Series(counts, dtype=float)
    if counts.empty:
        return f"no {many or one + 's'}"
    top = f"highest in {counts.idxmax()} ({formats.plural(counts.max(), one, many)})"
    ends = dict.fromkeys([counts.index[0], counts.index[-1]])
    rest = [f"{formats.plural(counts[at], one, many)} in {at}" for at in ends if at != counts.idxmax()]
    return f"{top}; {', '.join(rest)}" if rest else top


def extremes(values: Mapping[str, float] | pd.Series, written: Callable[[float], str]) -> str:
    """Say which of several named values is highest and which lowest.

    Parameters
    ----------
    values : mapping or Series
        From a name to a value.
    written : callable
        How a value is written.

    Examples
    --------
    >>> extremes({"Informal": 49.0, "Pairs": 19.4}, "{:.0f}%".format)
    'highest Informal (49%), lowest Pairs (19%)'
    """
    values = pd.Series(values, dtype=float).dropna()
    if values.empty:
        return NOBODY
    if len(values) == 1:
        return f"{values.index[0]} ({written(values.iloc[0])})"
    high, low = values.idxmax(), values.idxmin()
    return f"highest {high} ({written(values[high])}), lowest {low} ({written(values[low])})"
