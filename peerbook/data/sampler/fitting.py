"""What a column may hold, as texts: answers that fit a field, and texts that leave it out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from typing import Any

from peerbook.data.sampler.patterns import matching
from peerbook.data.schema import Field
from peerbook.data.values import expected, parse
from peerbook.errors import DataError

MOST = 100
VOCABULARY = 8
FEW = 20
MISSING = 0.05
TRIES = 50
LARGEST = 999_999_999
FIRST_DAY = date(2026, 1, 1)
USUAL_DAYS = 365


def answers(field: Field, most: int = MOST, key: bool = False) -> list[str]:
    """Return different texts that fit a field.

    Parameters
    ----------
    field : Field
        What the schema says of the column.
    most : int
        Number of texts wanted. There are fewer if the field allows no more: the categories, the whole numbers
        of a range. Of a wide range come numbers and dates that are evenly spread.
    key : bool
        Whether the texts number rows: a text without categories is then "<title> 1", "<title> 2" ... as far
        as wanted (otherwise eight of them), and a pattern is followed in its order (otherwise drawn).

    Returns
    -------
    list of str
        No two have the same value: of the ways to write yes there is one.

    Raises
    ------
    DataError
        If no text was found that fits.

    Examples
    --------
    >>> from peerbook.data.schema import Constraints
    >>> answers(Field("mood", "Mood", "integer", constraints=Constraints(minimum=1, maximum=5)))
    ['1', '2', '3', '4', '5']
    """
    found: dict[Any, str] = {}
    wanted = most + len(field.missing_values)  # a code for missing may lie within the range
    for text in islice(_candidates(field, wanted, key), TRIES * wanted):
        value, fault = parse(field, text)
        if fault is None and value is not None and text:
            found.setdefault(value, text)
        if len(found) == most:
            break
    if not found:
        raise DataError(
            f"field '{field.name}': no text was found that fits; expected {expected(field)}. "
            "Check its limits, pattern, categories and missing values"
        )
    return list(found.values())


def left_out(field: Field, key: bool = False) -> list[str]:
    """Return the texts that leave a cell out without a fault: nothing first, then the codes for missing.

    Parameters
    ----------
    key : bool
        Whether the column is of a key: then nothing counts only if it means missing, and not the empty text;
        and a cell that is left to cleaning cannot be left out, since its text is kept, whatever it is.
    """
    if key and field.left_to_cleaning:
        return []
    value, fault = parse(field, "")
    blank = [""] if fault is None and (value is None or not key) else []
    codes = [text for text in field.missing_values if text and parse(field, text) == (None, None)]
    return blank + codes


def share_left_out(field: Field) -> float:
    """Return the share of cells that a sample leaves out, if the field allows it."""
    return MISSING if field.missing_share is None else field.missing_share


def unasked(field: Field, key: bool = False) -> str | None:
    """Return the text of a cell that the form does not ask; None if the field has no such text.

    It means missing, or in a box no tick; failing that it is the empty text.
    """
    texts = left_out(field, key)
    unticked = field.false_values if field.type == "boolean" and not key else ()
    silent = (text for text in (*texts, *unticked) if parse(field, text) in ((None, None), (False, None)))
    return next(silent, next(iter(texts), None))


def is_open_date(field: Field) -> bool:
    """Return whether any day between the limits of a field will do."""
    return field.type == "date" and not field.categories and not field.constraints.pattern


def days(field: Field, most: int = USUAL_DAYS) -> tuple[date, date]:
    """Return the first and the last day a date field allows; a limit that is not given is made up.

    Parameters
    ----------
    field : Field
        Of type "date".
    most : int
        Days between the limits if one is made up.

    Raises
    ------
    DataError
        If a limit is no date.
    """
    low, high = (_day(field, text) for text in (field.constraints.minimum, field.constraints.maximum))
    gap = timedelta(days=most - 1)
    if low is None:
        low = FIRST_DAY if high is None else max(date.min + gap, high) - gap
    return low, high or min(date.max - gap, low) + gap


def _day(field: Field, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise DataError(f"field '{field.name}': the limit {text!r} is no date (YYYY-MM-DD)") from error


def _candidates(field: Field, most: int, key: bool) -> Iterator[str]:
    """Yield texts that may fit, the likeliest first."""
    if field.categories:
        yield from field.categories
        return
    low, high = field.constraints.minimum, field.constraints.maximum
    if field.type == "boolean":
        yield from (*field.true_values, *field.false_values)
    elif field.type == "integer":
        yield from map(str, _whole_numbers(low, high, most))
    elif field.type == "number":
        yield from _decimal_numbers(low, high, most if key else min(most, FEW), most)
    elif field.type == "date":
        yield from _dates(field, most)
    elif not field.constraints.pattern:
        several = most if key or field.free_text else VOCABULARY
        yield from (f"{field.title.strip() or field.name} {number}" for number in range(1, several + 1))
    if field.constraints.pattern:
        yield from _of_pattern(field.constraints.pattern, most, key)


def _of_pattern(pattern: str, most: int, key: bool) -> Iterator[str]:
    texts = matching(pattern)
    if key or texts.size <= most:
        yield from map(texts.nth, range(min(texts.size, TRIES * most)))
        return
    source = random.Random(pattern)
    for _ in range(TRIES * most):
        yield texts.drawn(lambda limit: int(source.random() * limit))


def _whole_numbers(low: float | None, high: float | None, most: int) -> range:
    first, last = _limits(low, high, most - 1)
    first, last = int(first.to_integral_value(ROUND_CEILING)), int(last.to_integral_value(ROUND_FLOOR))
    return range(first, last + 1, max(1, (last - first + 1) // most))


def _decimal_numbers(low: float | None, high: float | None, least: int, most: int) -> Iterator[str]:
    """Yield numbers with as few decimal places, one or more, as give `least` different ones."""
    first, last = _limits(low, high, most - 1)
    if first == last:
        yield f"{first:f}"
        return
    for places in range(1, 16):
        step = Decimal(1).scaleb(-places)
        lowest = (first / step).to_integral_value(ROUND_CEILING)
        highest = (last / step).to_integral_value(ROUND_FLOOR)
        if highest - lowest + 1 >= least:
            break
    numbers = range(int(lowest), int(highest) + 1, max(1, int(highest - lowest + 1) // most))
    yield from (f"{number * step:f}" for number in numbers)


def _limits(low: float | None, high: float | None, gap: int) -> tuple[Decimal, Decimal]:
    """Return the limits as written; one that is not given is `gap` from the other, both 0 and `gap`."""
    least, greatest = (None if limit is None else Decimal(str(limit)) for limit in (low, high))
    if least is None:
        least = Decimal(0) if greatest is None or greatest >= 0 else greatest - gap
    if greatest is None:
        greatest = least + gap
    return max(least, Decimal(-LARGEST)), min(greatest, Decimal(LARGEST))


def _dates(field: Field, most: int) -> Iterator[str]:
    first, last = (day.toordinal() for day in days(field, max(most, USUAL_DAYS)))
    for day in range(first, last + 1, max(1, (last - first + 1) // most)):
        yield date.fromordinal(day).isoformat()
