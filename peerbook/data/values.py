"""One cell at a time: from text to a typed value, or to what is wrong with it.

Columns are parsed by their distinct values, so that a check in plain Python is fast enough for any file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from peerbook.choices import nearest
from peerbook.data.schema import Field

INTEGER = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"-?([0-9]{1,9}(\.[0-9]+)?|\.[0-9]+)")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MANY_LEVELS = 12


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value: the kind of problem, what was expected, what to do."""

    kind: str
    expected: str
    remedy: str


def parse(field: Field, text: str) -> tuple[Any, Fault | None]:
    """Return the typed value of a cell and what is wrong with it.

    Parameters
    ----------
    field : Field
        What the schema says of the column.
    text : str
        The cell as written; spaces at its ends do not count.

    Returns
    -------
    value : str, int, float, bool, date or None
        None if the cell says "missing" or is of the wrong type.
    fault : Fault or None
        A value out of range keeps its value and has a fault.

    Examples
    --------
    >>> from peerbook.data.schema import Constraints, Field
    >>> item = Field("item_1", "Item", "integer", constraints=Constraints(minimum=1, maximum=5))
    >>> parse(item, " 4 ")
    (4, None)
    >>> parse(item, "7")[1].expected
    'a whole number from 1 to 5'
    """
    text = text.strip()
    if text in field.missing_values:
        fault = _fault(field, "missing value") if field.constraints.required else None
        return None, fault
    value = _READ[field.type](field, text)
    if value is None:
        return None, _fault(field, "unusable date" if field.type == "date" else "wrong type")
    if _out_of_range(field, value):
        return value, _fault(field, "out-of-range value")
    if field.categories and text not in field.categories:
        return value, _level_fault(field, text)
    if field.constraints.pattern and not re.fullmatch(field.constraints.pattern, text):
        return value, _fault(field, "wrong pattern")
    return value, None


def expected(field: Field) -> str:
    """Say in words what a column may hold.

    Examples
    --------
    >>> from peerbook.data.schema import Constraints, Field
    >>> expected(Field("on", "Day", "date", constraints=Constraints(minimum="2015-09-25")))
    'a date (YYYY-MM-DD) from 2015-09-25'
    """
    if field.type == "boolean":
        return "one of: " + ", ".join(v or "nothing" for v in (*field.true_values, *field.false_values))
    if field.categories and field.type == "string":
        return _levels_in_words(field)
    nouns = {
        "integer": "a whole number",
        "number": "a number",
        "date": "a date (YYYY-MM-DD)",
        "string": "text",
    }
    low, high = field.constraints.minimum, field.constraints.maximum
    limits = "" if low is None else f" from {low}"
    limits += "" if high is None else f" to {high}"
    if field.constraints.pattern:
        return field.description or f"text like {field.constraints.pattern}"
    return nouns[field.type] + limits


def _levels_in_words(field: Field) -> str:
    levels = list(field.categories)
    if len(levels) == 1:
        return f"'{levels[0]}'"
    if len(levels) <= MANY_LEVELS:
        return "one of: " + ", ".join(levels)
    return f"one of {len(levels)} answers, such as {', '.join(levels[:3])}"


def _fault(field: Field, kind: str) -> Fault:
    if kind == "missing value":
        return Fault(kind, expected(field), f"Fill it in. {field.remedy}".strip(". "))
    empty = "" if field.constraints.required else "; leave the cell empty if the answer cannot be read"
    remedies = {
        "unusable date": "Write the date as YYYY-MM-DD",
        "wrong type": f"Correct the value{empty}",
        "out-of-range value": f"Check the form and correct the value{empty}",
        "wrong pattern": "Correct the value",
    }
    return Fault(kind, expected(field), field.remedy or remedies[kind])


def _level_fault(field: Field, text: str) -> Fault:
    near = nearest(text, field.categories)
    remedy = field.remedy or (
        f"Write '{near}'" if near else "Use one of the answers of the form, as spelt there"
    )
    return Fault("unknown answer", expected(field), remedy)


def _out_of_range(field: Field, value: Any) -> bool:
    low, high = field.constraints.minimum, field.constraints.maximum
    if isinstance(value, date):
        value = value.isoformat()
    return (low is not None and value < low) or (high is not None and value > high)


def _read_boolean(field: Field, text: str) -> bool | None:
    if text in field.true_values:
        return True
    return False if text in field.false_values else None


def _read_date(field: Field, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


_READ = {
    "string": lambda field, text: text,
    "integer": lambda field, text: int(text) if INTEGER.fullmatch(text) else None,
    "number": lambda field, text: float(text) if NUMBER.fullmatch(text) else None,
    "boolean": _read_boolean,
    "date": _read_date,
}
