"""How wide a table must be to be read: an estimate from its words, made before any browser sees it.

A page cannot know how wide a table would like to be. The estimate gives it a class, and the style sheet shows
a table as rows and columns only where that much room is, and elsewhere each row as a card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# In the reader's letter size (rem). The steps are those of `peerbook.css`: a phone, a large phone, the text
# column of a page, and that column with the margin beside it.
STEPS = (17, 28, 41, 56)
TEXT_COLUMN = 41
LONG = 60  # letters; a longer text stands below its heading in a card
_COMFORT = 14  # letters that a line of text should have, where there is so much text
_BRACKETS = re.compile(r"([<>−-]?[\d,.]+%?) (\([^()]*\))")
# How wide a letter, a letter of a heading and the space around a cell are, in rem; wide fonts need as much.
# Tables that are wider than the text are written smaller.
_LARGE, _SMALL = (0.6, 0.67, 1.0), (0.52, 0.54, 0.7)


@dataclass(frozen=True)
class Fit:
    """The classes of a table and of the box around it."""

    table: str
    around: str


def fit(
    rows: Sequence[str], headings: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool]
) -> Fit:
    """Return the classes of a table.

    Parameters
    ----------
    rows : sequence of str
        The first column: its heading, and the heading of each row.
    headings : sequence of str
        What stands directly over each other column.
    cells : sequence of sequence of str
        The columns below.
    numeric : sequence of bool
        Whether a column holds numbers, which are never broken.

    Examples
    --------
    >>> fit(["Area", "City"], ["n"], [["12"]], [True])
    Fit(table='peerbook-needs-17', around='peerbook-grid')
    """
    needed = _needed(rows, headings, cells, numeric, *_LARGE)
    if needed > TEXT_COLUMN:
        needed = max(TEXT_COLUMN + 1, _needed(rows, headings, cells, numeric, *_SMALL))
    step = next((str(step) for step in STEPS if needed <= step), "more")
    around = "peerbook-grid full-width" if needed > TEXT_COLUMN else "peerbook-grid"
    return Fit(f"peerbook-needs-{step}", around)


def _needed(
    rows: Sequence[str],
    headings: Sequence[str],
    cells: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    letter: float,
    bold: float,
    around: float,
) -> float:
    corner, *names = rows or [""]
    needed = max(bold * _word(corner), letter * max(map(_line, names), default=0)) + around
    for heading, column, number in zip(headings, cells, numeric, strict=True):
        longest = max((_whole(cell) if number else _line(cell) for cell in column), default=0)
        needed += max(bold * _word(heading), letter * longest) + around
    return needed


def in_brackets(cell: str) -> tuple[str, str] | None:
    """Part a number from its share or interval in brackets; None if the cell is not such a pair.

    Examples
    --------
    >>> in_brackets("12 (34.5%)"), in_brackets("12")
    (('12', '(34.5%)'), None)
    """
    found = _BRACKETS.fullmatch(cell)
    return (found[1], found[2]) if found else None


def _whole(cell: str) -> int:
    return max(map(len, in_brackets(cell) or [cell]))


def _word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _line(text: str) -> int:
    return max(_word(text), min(len(text), _COMFORT))
