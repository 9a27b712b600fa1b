"""How numbers are written, once for the whole book.

Pure functions from numbers to strings. Negative numbers carry a true minus sign, which screen readers
say aloud (many skip a hyphen); missing values become an en dash, which tables announce as "missing".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from peerbook.disclosure.withheld import MARK, WITHHELD, is_withheld

MISSING = "–"
MINUS = "−"
NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def is_missing(value: Any) -> bool:
    """Say whether a single value is missing (`None`, NaN, NaT, `pd.NA`).

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(0), is_missing(None)
    (True, False, True)
    """
    return bool(pd.isna(value))


def missing(*values: Any) -> str:
    """Write a missing value: the mark of a withheld one, if any of several is withheld.

    Examples
    --------
    >>> missing(None), missing(WITHHELD), missing(None, WITHHELD)
    ('–', '[c]', '[c]')
    """
    return MARK if any(map(is_withheld, values)) else MISSING


def number(value: float | None, digits: int = 1) -> str:
    """Write a number with a fixed number of decimals and thousands separators.

    A value that rounds to zero loses its sign.

    Examples
    --------
    >>> number(1234.56), number(-0.04), number(-2.5, 2), number(None)
    ('1,234.6', '0.0', '−2.50', '–')
    """
    if is_missing(value):
        return missing(value)
    written = f"{float(value):,.{digits}f}"
    if float(written.replace(",", "")) == 0:
        written = written.lstrip("-")
    return written.replace("-", MINUS)


def count(value: float | None) -> str:
    """Write a whole number with thousands separators.

    Examples
    --------
    >>> count(1969), count(0), count(None)
    ('1,969', '0', '–')
    """
    return number(value, 0)


def share(part: float | None, whole: float | None) -> float:
    """Part of a whole in percent; NaN when the whole is zero or either is missing.

    Examples
    --------
    >>> share(1, 4), share(1, 0)
    (25.0, nan)
    """
    if is_withheld(part) or is_withheld(whole):
        return WITHHELD
    if is_missing(part) or is_missing(whole) or whole == 0:
        return math.nan
    return 100 * float(part) / float(whole)


def percent(part: float | None, whole: float | None = 100, digits: int = 1) -> str:
    """Write a part of a whole as a percentage; missing when the whole is zero.

    Examples
    --------
    >>> percent(566, 703), percent(566, 703, digits=0), percent(0, 0), percent(12.5)
    ('80.5%', '81%', '–', '12.5%')
    """
    value = share(part, whole)
    return missing(value) if is_missing(value) else f"{number(value, digits)}%"


def count_percent(part: float | None, whole: float | None, digits: int = 1) -> str:
    """Write a count with its percentage; the count alone when the whole is zero.

    Examples
    --------
    >>> count_percent(566, 703), count_percent(0, 0)
    ('566 (80.5%)', '0')
    """
    shown = percent(part, whole, digits)
    return count(part) if shown in (MISSING, MARK) else f"{count(part)} ({shown})"


def p_value(value: float | None) -> str:
    """Write a p value with three decimals, never across a boundary it did not cross.

    Below 0.001 it is `<0.001`, above 0.999 `>0.999`. A value under 0.05 that would round to 0.050 keeps
    as many decimals as it takes to show that it is under 0.05.

    Raises
    ------
    ValueError
        If the value lies outside 0 to 1.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.001), p_value(0.05), p_value(0.04996), p_value(1)
    ('<0.001', '0.001', '0.050', '0.04996', '>0.999')
    """
    if is_missing(value):
        return missing(value)
    value = float(value)
    if not 0 <= value <= 1:
        raise ValueError(f"a p value lies between 0 and 1, found {value}")
    if value < 0.001:
        return "<0.001"
    if value > 0.999:
        return ">0.999"
    digits = 3
    while value < 0.05 and round(value, digits) >= 0.05 and digits < 15:
        digits += 1
    return f"{value:.{digits}f}"


def p_phrase(value: float | None) -> str:
    """Write a p value for a sentence, with its relation sign.

    Examples
    --------
    >>> p_phrase(0.0001), p_phrase(0.042)
    ('p < 0.001', 'p = 0.042')
    """
    written = p_value(value)
    return f"p {written[0]} {written[1:]}" if written[0] in "<>" else f"p = {written}"


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """Write two limits joined by "to", which stays readable beside minus signs.

    Examples
    --------
    >>> interval(-0.5, 1), interval(None, None)
    ('−0.50 to 1.00', '–')

    An interval that leaves out zero is not written as if it reached it:

    >>> interval(0.0024, 3.02), interval(-0.73, -0.0006), interval(-0.004, 1)
    ('0.002 to 3.02', '−0.73 to −0.001', '0.00 to 1.00')
    """
    if is_missing(low) or is_missing(high):
        return missing(low, high)
    if low * high > 0:
        return f"{number(low, _telling(low, digits))} to {number(high, _telling(high, digits))}"
    return f"{number(low, digits)} to {number(high, digits)}"


def _telling(limit: float, digits: int) -> int:
    """Return the decimals with which a limit is not written as zero, up to six."""
    return next((more for more in range(digits, 7) if round(limit, more)), digits)


def mean_ci(mean: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    """Write a mean with its confidence interval; the mean alone when there is no interval.

    Examples
    --------
    >>> mean_ci(0.73, 0.19, 1.26), mean_ci(0.73, None, None)
    ('0.73 (0.19 to 1.26)', '0.73')
    """
    limits = interval(low, high, digits)
    return number(mean, digits) if limits in (MISSING, MARK) else f"{number(mean, digits)} ({limits})"


def mean_sd(mean: float | None, sd: float | None, digits: int = 1) -> str:
    """Write a mean with its standard deviation; the mean alone when there is none.

    Examples
    --------
    >>> mean_sd(20.54, 4.63), mean_sd(20.5, None)
    ('20.5 (4.6)', '20.5')
    """
    return number(mean, digits) if is_missing(sd) else f"{number(mean, digits)} ({number(sd, digits)})"


def day(value: date | None) -> str:
    """Write a date as a reader says it.

    Examples
    --------
    >>> day(date(2015, 9, 25)), day(None)
    ('25 September 2015', '–')
    """
    return MISSING if is_missing(value) else f"{value.day} {value:%B %Y}"


def calendar_month(value: date | None) -> str:
    """Write the month of a date.

    Examples
    --------
    >>> calendar_month(date(2016, 3, 1))
    'March 2016'
    """
    return MISSING if is_missing(value) else f"{value:%B %Y}"


def words(items: Iterable[str]) -> str:
    """Join words as a list in a sentence.

    Examples
    --------
    >>> words(["hope"]), words(["hope", "family", "friends"])
    ('hope', 'hope, family and friends')
    """
    items = [f"{item}" for item in items]  # text from data is escaped here; see outputs.typed
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def plural(n: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> plural(1, "log"), plural(2094, "log"), plural(0, "person", "people")
    ('1 log', '2,094 logs', '0 people')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def in_words(n: int) -> str:
    """Write a whole number up to twelve as a word.

    Examples
    --------
    >>> in_words(7), in_words(13)
    ('seven', '13')
    """
    return NUMBERS[int(n)] if 0 <= n < len(NUMBERS) else count(n)


def upper_first(words: str) -> str:
    """Begin with a capital letter.

    Examples
    --------
    >>> upper_first("no GP"), upper_first("")
    ('No GP', '')
    """
    return words[:1].upper() + words[1:]


def lower_first(words: str) -> str:
    """Begin with a small letter, unless the first word is in capitals.

    Examples
    --------
    >>> lower_first("Seen a GP"), lower_first("NHS trust"), lower_first("A GP")
    ('seen a GP', 'NHS trust', 'a GP')
    """
    if words[1:2].isupper():
        return words
    return words[:1].lower() + words[1:]


def heading(name: str) -> str:
    """Turn a column name into a heading.

    Examples
    --------
    >>> heading("ci_low"), heading("n"), heading("p_value")
    ('CI low', 'n', 'p value')
    """
    special = {"ci": "CI", "sd": "SD", "se": "SE", "id": "ID", "n": "n", "p": "p", "df": "df"}
    first, *rest = str(name).split("_")
    return " ".join([special.get(first, upper_first(first)), *(special.get(w, w) for w in rest)])


def cell(value: Any, column: str = "") -> str:
    """Write any value of a data frame for a reader.

    Whole numbers have no decimals, others two (or three significant digits below 0.1); p values, dates
    and yes/no answers their own form.

    Examples
    --------
    >>> cell(2064), cell(20.5), cell(0.0123), cell(True), cell(date(2016, 3, 1)), cell(0.0002, "p_value")
    ('2,064', '20.50', '0.0123', 'yes', '2016-03-01', '<0.001')
    """
    if is_missing(value):
        return missing(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if column == "p_value":
        return p_value(value)
    if isinstance(value, Integral):
        return count(value)
    if isinstance(value, Real):
        return number(value, 0 if float(value).is_integer() else _digits(value))
    return str(value)


def column(values: pd.Series, name: str = "") -> list[str]:
    """Write the values of a column alike: one decimal for all if that loses nothing, else as `cell` does.

    Examples
    --------
    >>> column(pd.Series([85.0, 95.2, None])), column(pd.Series([85.0, 90.0])), column(pd.Series([0.25, 2]))
    (['85.0', '95.2', '–'], ['85', '90'], ['0.25', '2.00'])
    """
    if not pd.api.types.is_float_dtype(values) or name == "p_value":
        return [cell(value, name) for value in values]
    known = values.dropna()
    for digits in (0, 1):
        if np.isclose(known, known.round(digits), rtol=0, atol=1e-9).all():
            return [number(value, digits) for value in values]
    return [number(value, max(2, _digits(value))) for value in values]


def _digits(value: float) -> int:
    """Return the decimals that show three significant digits of a value below 0.1, else two."""
    if is_missing(value) or not 0 < abs(value) < 0.1:
        return 2
    return 2 - math.floor(math.log10(abs(value)))
