"""Words for what a series of numbers shows: the alternative texts of pictures and sentences of the prose.

Every phrase is computed, so that it stays true for other data; nothing here knows what is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from peerbook.disclosure.withheld import is_withheld
from peerbook.outputs import formats
from peerbook.outputs.formats import lower_first

NOBODY = "nobody answered"
# With fewer people no trend is read from a mean: the t interval of skewed counts is too narrow then.
ENOUGH = 30


RISES, FALLS, UNCLEAR, TOO_FEW = "rises", "falls", "no clear change", "too few people to say"
WAYS = (RISES, FALLS, UNCLEAR, TOO_FEW)
_MOVED = {RISES: "rose", FALLS: "fell"}


@dataclass(frozen=True)
class Reading:
    """What the data tell of a mean: the one source of the words in a picture's text, a title and a sentence.

    Attributes
    ----------
    way : {"rises", "falls", "no clear change", "too few people to say"}
    first, last : int or None
        The months compared; None if too few people answered, and for a change between two logs.
    """

    way: str
    first: int | None = None
    last: int | None = None

    @property
    def clear(self) -> bool:
        """Whether it says that something moved."""
        return self.way in _MOVED

    @property
    def past(self) -> str:
        """The way as it is told of a change that is over: rose, fell; what is unclear stays as it is."""
        return _MOVED.get(self.way, self.way)

    @property
    def months(self) -> str:
        """Name the months compared; empty if there are none."""
        return "" if self.first is None else f"from month {self.first} to month {self.last}"


def course(means: pd.DataFrame) -> Reading:
    """Read the way a mean takes from the first to the last period with enough people.

    It rises or falls if the last interval leaves out the first mean. If not, there is no clear change: the
    mean may have moved or not, the data do not tell.

    Parameters
    ----------
    means : DataFrame
        In order of time, with `month`, `n`, `mean`, `ci_low`, `ci_high`.

    Examples
    --------
    >>> ends = {"month": [1, 2], "n": [50, 30], "mean": [2.5, 1.5]}
    >>> course(pd.DataFrame(ends | {"ci_low": [2.4, 1.2], "ci_high": [2.6, 1.8]}))
    Reading(way='falls', first=1, last=2)
    """
    known = means[means["n"] >= ENOUGH]
    if len(known) < 2:
        return Reading(TOO_FEW)
    start, last = known.iloc[0], known.iloc[-1]
    months = int(start["month"]), int(last["month"])
    if last["ci_low"] > start["mean"]:
        return Reading(RISES, *months)
    return Reading(FALLS if last["ci_high"] < start["mean"] else UNCLEAR, *months)


def change(mean: float, told: bool) -> Reading:
    """Read a mean change between two logs.

    Parameters
    ----------
    mean : float
    told : bool
        Whether the change is clear, by the rule of the analysis, and rests on enough to be put into words.

    Examples
    --------
    >>> change(0.4, told=True).past, change(-0.4, told=False).past
    ('rose', 'no clear change')
    """
    if formats.is_missing(mean) or formats.is_missing(told) or not told:
        return Reading(UNCLEAR)
    return Reading(RISES if mean > 0 else FALLS)


def sorted_by_way(readings: Mapping[str, Reading]) -> dict[str, list[str]]:
    """Put names together whose readings say the same, what is clear first.

    Examples
    --------
    >>> sorted_by_way({"hope": Reading(UNCLEAR), "health": Reading(FALLS)})
    {'falls': ['health'], 'no clear change': ['hope']}
    """
    groups = {way: [name for name, reading in readings.items() if reading.way == way] for way in WAYS}
    return {way: names for way, names in groups.items() if names}


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


def headline(readings: Mapping[str, Reading]) -> str:
    """Say what moved in one line, as the title of a picture; nothing where nothing is clear.

    Parameters
    ----------
    readings : mapping of str to Reading
        From what is measured to what is read.

    Examples
    --------
    >>> headline({"Hope": Reading(RISES, 1, 9), "Health": Reading(UNCLEAR, 1, 9)})
    'Hope rises'
    >>> headline({"Health": Reading(UNCLEAR, 1, 9)})
    ''
    """
    said = [
        f"{formats.words(name if not i and not n else lower_first(name) for n, name in enumerate(names))} "
        f"{way if len(names) == 1 else way.removesuffix('s')}"
        for i, (way, names) in enumerate(sorted_by_way(readings).items())
        if way in _MOVED
    ]
    return ", ".join(said)


def _verdict(means: pd.DataFrame) -> str:
    """Add the reading, naming the months compared."""
    read = course(means)
    if read.first is None:
        return f"; {read.way}"
    return f"; {read.months} it {read.way}" if read.clear else f"; {read.months} {read.way}"


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

    Where some are withheld, nobody can say where it is highest:

    >>> peak({"May 2016": 30, "June 2016": float("nan")}, "log")
    'the number of logs is withheld in 1 of 2; highest of the others in May 2016 (30 logs)'
    """
    counts = pd.Series(counts, dtype=float)
    if counts.empty:
        return f"no {many or one + 's'}"
    if counts.isna().all():
        return f"the numbers of {many or one + 's'} are withheld"
    hidden = int(counts.isna().sum())
    before = f"the number of {many or one + 's'} is withheld in {hidden} of {len(counts)}; " if hidden else ""
    if before and counts.max() == 0:
        return f"{before}0 in the others"
    top = f"{before}highest{' of the others' if before else ''} in {counts.idxmax()} "
    top += f"({formats.plural(counts.max(), one, many)})"
    ends = [at for at in dict.fromkeys([counts.index[0], counts.index[-1]]) if not pd.isna(counts[at])]
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
    values = pd.Series(values, dtype=float)
    hidden = int(values.map(is_withheld).sum())
    if hidden and hidden == len(values):
        return "all are withheld"
    before = f"withheld for {hidden} of {len(values)}; of the others " if hidden else ""
    values = values.dropna()
    if values.empty:
        return NOBODY
    if len(values) == 1:
        return f"{before}{values.index[0]} ({written(values.iloc[0])})"
    high, low = values.idxmax(), values.idxmin()
    if values[high] == values[low]:
        return f"{before}all alike ({written(values[high])})"
    return f"{before}highest {high} ({written(values[high])}), lowest {low} ({written(values[low])})"
