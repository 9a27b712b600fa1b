"""How wide a table is on paper: the width of each column, and the parts of a table that no page can hold.

Widths are estimated from the letters, a little too large rather than too small, so that no word is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from peerbook.exports.model import Cell, Grid, Row

LONGEST = 18  # letters of a word that is not broken
COMFORT = 15.0  # ems: a column of text wider than this may wrap
CROWDED = 1.5  # times the width of a page: what a table that wraps may take without wrapping
_NARROW, _WIDE = frozenset("ijlt.,;:'!|()[]fr -·"), frozenset("mwMW@%—→")
_PAD = 0.9  # ems left and right of a cell
_BREAK, _KEPT = "\u200b", "\u00a0"  # between them a line may break, or may not


@dataclass(frozen=True)
class Room:
    """How wide the text of a page is, in ems of the letters in tables."""

    upright: float
    turned: float


@dataclass(frozen=True)
class Fitted:
    """A table that fits a page: its rows, the width of each column in ems, whether the page is turned."""

    grid: Grid
    widths: tuple[float, ...]
    turned: bool


def fit(grid: Grid, room: Room) -> tuple[Fitted, ...]:
    """Fit a table to upright pages, else to turned ones, else in several parts to turned ones.

    It stays upright if that only wraps its texts somewhat more than one would like. Every part has the first
    column, which heads the rows, and says in its title which part it is.
    """
    grid = breakable(grid)
    least, wished = sum(_least(grid)), _wished(grid)
    for width, turned, crowded in ((room.upright, False, CROWDED), (room.turned, True, 99.0)):
        if least <= width and sum(wished) <= crowded * width:
            return (Fitted(grid, _shared(grid, width), turned),)
    parts = [grid.of_columns(columns) for columns in _columns(wished, room.turned)]
    titles = [f"part {number} of {len(parts)}" for number in range(1, len(parts) + 1)] if parts[1:] else [""]
    return tuple(
        Fitted(
            replace(part, title=", ".join(filter(None, [grid.title, title]))),
            _shared(part, room.turned),
            turned=room.turned > room.upright,
        )
        for part, title in zip(parts, titles, strict=True)
    )


def breakable(grid: Grid) -> Grid:
    """Let long words break, after a stroke or an underscore, else where they must; keep (n = 17) together."""

    def row(cells: Row) -> Row:
        return tuple(replace(cell, text=_broken(cell.text)) for cell in cells)

    groups = tuple(replace(group, rows=tuple(map(row, group.rows))) for group in grid.groups)
    return replace(grid, head=tuple(map(row, grid.head)), groups=groups)


def _broken(text: str) -> str:
    text = re.sub(r"\([^()]{1,10}\)", lambda bracket: bracket[0].replace(" ", _KEPT), text)
    return re.sub(rf"[^\s{_BREAK}-]{{{LONGEST},}}", lambda word: _broken_word(word[0]), text)


def _broken_word(word: str) -> str:
    word = re.sub(r"(?<=[/_,;:])(?=\w)", _BREAK, word)
    return re.sub(rf"[^{_BREAK}]{{{LONGEST}}}(?=[^{_BREAK}])", rf"\g<0>{_BREAK}", word)


def ems(text: str) -> float:
    """Estimate the width of a line of text in ems."""
    return sum(
        0.0 if letter == _BREAK
        else 0.33 if letter in _NARROW
        else 0.95 if letter in _WIDE or ord(letter) > 0x2FFF
        else 0.72 if letter.isupper()
        else 0.53
        for letter in text
    )  # fmt: skip


def _least(grid: Grid) -> list[float]:
    """Return what each column needs for its longest word; a spanning heading asks the last it spans."""
    need = [1.5] * grid.width
    for cell, bold in _cells(grid):
        word = max((ems(word) for word in re.split(rf"[ \n{_BREAK}]|(?<=\w-)", cell.text)), default=0)
        missing = word * (1.1 if bold else 1.0) + _PAD - sum(need[cell.column : cell.column + cell.columns])
        if missing > 0:
            need[cell.column + cell.columns - 1] += missing
    return need


def _wished(grid: Grid, longest: float = COMFORT) -> list[float]:
    """Return what each column would take: its longest line up to a limit, headings in three lines."""
    take = _least(grid)
    for cell, head in _cells(grid):
        if cell.columns == 1:
            line = ems(cell.text) * (1.1 / 3 if head else 1.0) + _PAD
            take[cell.column] = max(take[cell.column], min(line, longest))
    return take


def _cells(grid: Grid) -> Iterator[tuple[Cell, bool]]:
    for rows, bold in ((grid.head, True), (grid.rows, False)):
        yield from ((cell, bold) for row in rows for cell in row)


def _shared(grid: Grid, width: float) -> tuple[float, ...]:
    """Give every column room for its words, then for lines of comfortable length, then for whole lines."""
    shares = _least(grid)
    for wished in (_wished(grid), _wished(grid, longest=width)):
        spare, wish = width - sum(shares), sum(wished) - sum(shares)
        part = 1.0 if wish <= 0 else max(0.0, min(1.0, spare / wish))
        shares = [a + (b - a) * part for a, b in zip(shares, wished, strict=True)]
    return tuple(round(share, 3) for share in shares)


def _columns(wished: list[float], width: float) -> Iterator[list[int]]:
    """Share the columns out among parts, the first column in each."""
    part, used = [0], wished[0]
    for column, need in enumerate(wished[1:], start=1):
        if used + need > width and len(part) > 1:
            yield part
            part, used = [0], wished[0]
        part.append(column)
        used += need
    yield part
