"""Keys: values that may not repeat, and values that must be found in another table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from peerbook.choices import nearest
from peerbook.data.problems import ERROR, Problem, is_harmless, shown
from peerbook.data.read import TextTable
from peerbook.data.schema import ForeignKey, Schema

MOST_COMPARED = 20_000


def key_problems(tables: Mapping[str, TextTable], data: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """List repeated keys and foreign keys that lead nowhere.

    Parameters
    ----------
    tables : mapping of str to TextTable
        Tables as written, for the lines of the file.
    data : mapping of str to DataFrame
        The same tables, typed: `1` and `01` are the same number.
    """
    for name, table in tables.items():
        cells = {key: data[name][list(key)].astype("str") for key in table.schema.unique_keys}
        for columns in cells.values():
            yield from _repeated(table, columns)
        for foreign in table.schema.foreign_keys:
            target = target_of(foreign, name, tables)
            if target in tables and set(foreign.reference_fields) <= set(tables[target].text):
                known = data[target][list(foreign.reference_fields)].astype("str")
                columns = data[name][list(foreign.fields)].astype("str")
                yield from _unknown(table, columns, known, tables[target])


def target_of(foreign: ForeignKey, table: str, tables: Mapping[str, object]) -> str:
    """Return the table a foreign key leads to: its own, one in the same folder, or one by its full name."""
    if not foreign.resource:
        return table
    neighbour = f"{table.rpartition('/')[0]}/{foreign.resource}"
    return neighbour if neighbour in tables else foreign.resource


def _repeated(table: TextTable, cells: pd.DataFrame) -> Iterator[Problem]:
    repeated = (cells.duplicated() & cells.notna().all(axis=1)).to_numpy()
    if not repeated.any():
        return
    first = pd.Series(table.lines).groupby([cells[name].to_numpy() for name in cells]).transform("min")
    remedy = "Remove the copy, or correct the number of one of them"
    said = _said(cells[repeated], table.schema)
    for line, copy, of in zip(table.lines[repeated], said, first[repeated], strict=True):
        found, where = f"{copy}, as in row {of:.0f}", (table.file, int(line), ", ".join(cells))
        yield Problem(*where, ERROR, "repeated key", found, "a different value in every row", remedy)


def _unknown(
    table: TextTable, cells: pd.DataFrame, known: pd.DataFrame, target: TextTable
) -> Iterator[Problem]:
    found = pd.MultiIndex.from_frame(cells).isin(pd.MultiIndex.from_frame(known))
    lost = cells.notna().all(axis=1).to_numpy() & ~found
    near = _nearest_keys(cells.iloc[:, 0][lost], known.iloc[:, 0])
    field = target.schema.fields[known.columns[0]]
    near = {value: guess if guess and is_harmless(guess, field) else "" for value, guess in near.items()}
    lines, said = table.lines[lost], _said(cells[lost], table.schema)
    for line, key, value in zip(lines, said, cells.iloc[:, 0][lost], strict=True):
        guess = near.get(value)
        remedy = f"Write '{guess}' if it is this one" if guess else f"Add it to {target.file}, or correct it"
        where = table.file, int(line), ", ".join(cells)
        yield Problem(*where, ERROR, "unknown key", key, f"a row of {target.file}", remedy)


def _nearest_keys(lost: pd.Series, known: pd.Series) -> dict[str, str | None]:
    """Return the nearest known key of each lost one; none if there are too many to compare."""
    wanted, options = lost.unique(), known.dropna().unique()
    if len(wanted) * len(options) > MOST_COMPARED:
        return {}
    return {value: nearest(value, options) for value in wanted}


def _said(cells: pd.DataFrame, schema: Schema) -> list[str]:
    """Return keys as a message may show them, a text for each row."""
    columns = []
    for name in cells:
        said = {value: shown(value, schema.fields[name]) for value in cells[name].unique()}
        columns.append([said[value] for value in cells[name]])
    return [", ".join(row) for row in zip(*columns, strict=True)]
