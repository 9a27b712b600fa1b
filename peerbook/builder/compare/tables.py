"""Two tables side by side: which row of one is which row of the other, and which cells differ.

Rows are matched by what they are called, so that a row that came in between is one row added, and not every
cell below it changed. No table says which of its columns call its rows: these are found.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from peerbook.builder.compare.cells import is_whole, number, same
from peerbook.inert import as_typed

MANY = 50_000  # pairs of rows without a partner: above it, none is looked for by likeness

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table as it was written: the names of its columns, each of them once, and its rows of texts."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A row of the first table and the same one of the second, by number; None where there is none."""

    a: int | None
    b: int | None


@dataclass(frozen=True)
class Aligned:
    """Two tables, matched.

    Attributes
    ----------
    a, b : Table
    key : tuple of str
        The columns that call the rows.
    columns : tuple of str
        Those of both, in the order of the second; those that only the first has stand where they stood.
    pairs : tuple of Pair
        All rows in the order of the second, those that it lacks where they stood.
    """

    a: Table
    b: Table
    key: tuple[str, ...]
    columns: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def name(self, pair: Pair) -> str:
        """Return what a reader calls a row: the cells of its key, of the first table if it has the row."""
        table, row = (self.a, pair.a) if pair.a is not None else (self.b, pair.b)
        cells = dict(zip(table.columns, table.rows[row], strict=True))
        return ", ".join(cells[column] for column in self.key if cells[column]) or f"row {row + 1}"

    def cells(self, pair: Pair) -> Iterator[tuple[str, str | None, str | None]]:
        """Give each column, and what the row has there in either table; None where it has no such cell."""
        before = {} if pair.a is None else dict(zip(self.a.columns, self.a.rows[pair.a], strict=True))
        after = {} if pair.b is None else dict(zip(self.b.columns, self.b.rows[pair.b], strict=True))
        for column in self.columns:
            yield column, before.get(column), after.get(column)

    def moved(self) -> tuple[Pair, ...]:
        """Return the rows that stand elsewhere: the fewest without which the others keep their order."""
        return _out_of_order([pair for pair in self.pairs if None not in (pair.a, pair.b)])


def read_table(text: str) -> Table:
    """Read a CSV file that an output wrote; columns of one name are told apart by a number."""
    lines = [tuple(map(as_typed, line)) for line in csv.reader(StringIO(text)) if line]
    if not lines:
        return Table()
    seen: Counter[str] = Counter()
    columns = []
    for name in lines[0]:
        seen[name] += 1
        columns.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    width = len(columns)
    rows = ((*line, *[""] * (width - len(line)))[:width] for line in lines[1:])
    return Table(tuple(columns), tuple(rows))


def align(a: Table, b: Table, tolerance: float = 0.0) -> Aligned:
    """Match the rows of two tables."""
    common = [column for column in a.columns if column in b.columns]
    key = _key(a, b, common)
    named_b = {name: row for row, name in enumerate(_names(b, key))}
    found = {row: named_b.get(name) for row, name in enumerate(_names(a, key))}
    matched = {row: other for row, other in found.items() if other is not None}
    matched |= _alike(a, b, common, matched, tolerance)
    columns = _merged(a.columns, b.columns)
    return Aligned(a, b, key or tuple(common[:1]), columns, _in_order(matched, len(a.rows), len(b.rows)))


def _key(a: Table, b: Table, common: Sequence[str]) -> tuple[str, ...]:
    """Find the columns that call the rows: the first few that tell all rows apart.

    Words without a gap come first, and decimal numbers last. If no columns tell all apart, all of words are
    taken, or all there are; rows of one name count by their order then.
    """

    def values(column: str) -> list[str]:
        return [row[table.columns.index(column)] for table in (a, b) for row in table.rows]

    def kind(column: str) -> int:
        cells = values(column)
        if any(cell and number(cell) is None for cell in cells):
            return 0 if all(cells) else 1
        return 1 if all(is_whole(cell) for cell in cells if cell) else 2

    kinds = {column: kind(column) for column in common}
    ordered = sorted(common, key=kinds.__getitem__)
    chosen: list[str] = []
    for column in ordered:
        chosen.append(column)
        if _tells_apart(a, chosen) and _tells_apart(b, chosen):
            for other in sorted(chosen, key=common.index, reverse=True):
                fewer = [name for name in chosen if name != other]
                if fewer and _tells_apart(a, fewer) and _tells_apart(b, fewer):
                    chosen = fewer
            return tuple(sorted(chosen, key=common.index))
    return tuple(column for column in common if kinds[column] == 0) or tuple(common)


def _tells_apart(table: Table, columns: Sequence[str]) -> bool:
    names = list(_cells(table, columns))
    return len(set(names)) == len(names)


def _cells(table: Table, columns: Sequence[str]) -> Iterator[Row]:
    places = [table.columns.index(column) for column in columns]
    return (tuple(row[place] for place in places) for row in table.rows)


def _names(table: Table, key: Sequence[str]) -> Iterator[tuple[Row, int]]:
    """Name each row by its key, and by a number if an earlier one has the same."""
    seen: Counter[Row] = Counter()
    for cells in _cells(table, key):
        seen[cells] += 1
        yield cells, seen[cells]


def _alike(
    a: Table, b: Table, common: Sequence[str], matched: dict[int, int], tolerance: float
) -> dict[int, int]:
    """Match rows whose name differs but which stand in the same gap, if half of their cells are the same."""
    taken = set(matched.values())
    gaps_a, gaps_b = defaultdict(list), defaultdict(list)
    after: int | None = None
    for row in range(len(a.rows)):
        after = matched.get(row, after)
        if row not in matched:
            gaps_a[after].append(row)
    after = None
    for row in range(len(b.rows)):
        after = row if row in taken else after
        if row not in taken:
            gaps_b[after].append(row)
    cells_a, cells_b, pairs = list(_cells(a, common)), list(_cells(b, common)), {}
    for gap, rows in gaps_a.items():
        others = gaps_b[gap]
        if len(rows) * len(others) > MANY:
            continue
        likeness = (
            (_likeness(cells_a[row], cells_b[other], tolerance), -abs(i - j), row, other)
            for i, row in enumerate(rows)
            for j, other in enumerate(others)
        )
        used_a, used_b = set(), set()
        for _, _, row, other in sorted((each for each in likeness if each[0] >= 0.5), reverse=True):
            if row not in used_a and other not in used_b:
                used_a.add(row)
                used_b.add(other)
                pairs[row] = other
    return pairs


def _likeness(a: Row, b: Row, tolerance: float) -> float:
    """Return which share of cells that are not blank in both is the same."""
    filled = [(first, second) for first, second in zip(a, b, strict=True) if first or second]
    return sum(same(*cells, tolerance) for cells in filled) / len(filled) if filled else 1.0


def _merged(a: Sequence[str], b: Sequence[str]) -> tuple[str, ...]:
    """Return all columns: those of `b`, and each that only `a` has behind the one it stood behind."""
    merged = list(b)
    for place, column in enumerate(a):
        if column not in b:
            before = [merged.index(name) for name in a[:place] if name in merged]
            merged.insert(before[-1] + 1 if before else 0, column)
    return tuple(merged)


def _in_order(matched: dict[int, int], of_a: int, of_b: int) -> tuple[Pair, ...]:
    """Put all rows into the order of the second table, each that it lacks behind the one it stood behind."""
    back = {other: row for row, other in matched.items()}
    behind: dict[int | None, list[int]] = defaultdict(list)
    last: int | None = None
    for row in range(of_a):
        if row in matched:
            last = row
        else:
            behind[last].append(row)
    pairs = [Pair(row, None) for row in behind[None]]
    for other in range(of_b):
        row = back.get(other)
        pairs.append(Pair(row, other))
        if row is not None:
            pairs += [Pair(gone, None) for gone in behind[row]]
    return tuple(pairs)


def _out_of_order(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Return the pairs that are not in the longest run that is in order in both tables."""
    pairs = sorted(pairs, key=lambda pair: pair.a)
    ends: list[int] = []  # of runs of each length, the one that ends earliest in the second table
    holders: list[int] = []
    before: list[int | None] = []
    for place, pair in enumerate(pairs):
        length = bisect_left(ends, pair.b)
        ends[length : length + 1] = [pair.b]
        holders[length : length + 1] = [place]
        before.append(holders[length - 1] if length else None)
    kept, place = set(), holders[-1] if holders else None
    while place is not None:
        kept.add(place)
        place = before[place]
    return tuple(pair for place, pair in enumerate(pairs) if place not in kept)
