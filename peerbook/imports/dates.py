"""Dates as people type them; 05/03/2026 is read only when it is known which of the two is the day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

ORDERS = ("day first", "month first", "year first")
NO_DATE = "1980-01-01"  # what LimeSurvey writes as the date of submission without date stamps
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([ T]\d{1,2}:\d{2}.*)?")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})([ ,T]+\d{1,2}:\d{2}.*)?")
_WORDS = ("%d %B %Y", "%d %b %Y", "%d %B %y", "%d %b %y", "%B %d %Y", "%b %d %Y")
_SERIAL = re.compile(r"(2|3|4|5|6)\d{4}")  # days since 1899-12-30, of 1954 to 2091, as Excel counts
EXCEL = date(1899, 12, 30)


def read_date(text: str, order: str = "") -> date | None:
    """Return the day of a text; None if it is no day, or could be two.

    Parameters
    ----------
    text : str
    order : str
        "day first" or "month first"; without it only texts that can be one day are read.

    Examples
    --------
    >>> read_date("13/02/2026"), read_date("05/03/2026"), read_date("05/03/2026", "day first")
    (datetime.date(2026, 2, 13), None, datetime.date(2026, 3, 5))
    """
    if iso := _ISO.fullmatch(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if numbers := _NUMBERS.fullmatch(text):
        first, second, year = int(numbers[1]), int(numbers[2]), int(numbers[3])
        year += 2000 * (year < 69) + 1900 * (69 <= year < 100)
        as_day, as_month = _day(year, second, first), _day(year, first, second)
        if order == "day first":
            return as_day
        if order == "month first":
            return as_month
        return as_day or as_month if not (as_day and as_month) or as_day == as_month else None
    if _SERIAL.fullmatch(text):
        return EXCEL + timedelta(days=int(text))
    words = re.sub(r"[\s,.-]+", " ", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)).strip()
    for form in _WORDS if re.search("[A-Za-z]", words) else ():
        try:
            return datetime.strptime(words, form).date()
        except ValueError:
            continue
    return None


def order_of(texts: Iterable[str]) -> tuple[str, Counter]:
    """Find which comes first in the dates of a column, by those that can be read in one way only.

    Returns
    -------
    order : str
        "day first" or "month first"; nothing if no date is open to both; "?" if dates are, and nothing
        decides or the column has both.
    evidence : Counter
        How many dates have "day first", "month first" or "either".
    """
    evidence: Counter[str] = Counter()
    for text in texts:
        if numbers := _NUMBERS.fullmatch(text):
            first, second = int(numbers[1]), int(numbers[2])
            if first > 12 >= second:
                evidence["day first"] += 1
            elif second > 12 >= first:
                evidence["month first"] += 1
            elif first != second and first <= 12:
                evidence["either"] += 1
    if evidence["day first"] and evidence["month first"]:
        return "?" if evidence["either"] else "", evidence
    decided = "day first" if evidence["day first"] else "month first" if evidence["month first"] else "?"
    return decided if evidence["either"] or decided != "?" else "", evidence


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
