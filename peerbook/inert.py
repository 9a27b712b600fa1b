"""Text from data that stays text: in a spreadsheet, which runs what looks like a formula, and on a screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# What spreadsheets take for the beginning of a formula, in any alphabet; OWASP, "CSV Injection" (2023).
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_MARKED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
# A number, or one with words behind it such as "-0.1 (0.8, 0.6)", which no spreadsheet can compute.
_NUMBER = re.compile(r"[+-]?((?:\d[\d,]*(?:\.\d+)?|\.\d+)%?( [\w .,;:()%–−-]*)?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

_STEERING = bytes(code for code in range(128) if _CONTROL.match(chr(code)))  # of ASCII: quicker in long texts


def inert(value: Any) -> Any:
    """Return a cell as a CSV file may hold it: before what a spreadsheet would run stands an apostrophe.

    It stays legible, numbers stay numbers, and `as_typed` takes the apostrophe away again. A text that has
    an apostrophe there already gets another, so that nothing is lost.

    Examples
    --------
    >>> inert("=1+1"), inert("-0.5"), inert("'=1"), inert("hope"), inert(-3)
    ("'=1+1", '-0.5', "''=1", 'hope', -3)
    """
    if not isinstance(value, str) or not _FORMULA.match(value) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"


def as_typed(value: Any) -> Any:
    """Return a cell of a CSV file as it was before `inert`.

    Examples
    --------
    >>> as_typed("'=1+1"), as_typed("''=1"), as_typed("'tis"), as_typed("-0.5")
    ('=1+1', "'=1", "'tis", '-0.5')
    """
    return value[1:] if isinstance(value, str) and _MARKED.match(value) else value


def inert_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of which no cell and no heading is run by a spreadsheet; the numbers are as before."""
    return _each(table, inert)


def table_as_typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table read from a CSV file as it was before `inert_table`."""
    return _each(table, as_typed)


def _each(table: pd.DataFrame, change: Any) -> pd.DataFrame:
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

    names = [change(name) for name in table.columns]
    changed = table.copy() if names == list(table.columns) else table.set_axis(names, axis="columns")
    for place, dtype in enumerate(table.dtypes):
        if not (is_numeric_dtype(dtype) or is_bool_dtype(dtype) or is_datetime64_any_dtype(dtype)):
            values = table.iloc[:, place].astype("object")
            written = values.map(change)
            if not written.equals(values):
                changed.isetitem(place, written)
    return changed


def printable(text: str) -> str:
    r"""Return a text without characters that steer a terminal or turn the direction of reading.

    Examples
    --------
    >>> printable("red\x1b[31m"), printable("one\ntwo")
    ('red�[31m', 'one\ntwo')
    """
    if text.isascii() and (text.isprintable() or text.encode().translate(None, _STEERING) == text.encode()):
        return text
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
