"""Keys: values that may not repeat, and values that must be found in another table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
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
    for place in np.flatnonzero(repeated):
        found = f"{_said(cells.iloc[place], table.schema)}, as in row {first.iloc[place]:.0f}"
        remedy = "Remove the copy, or correct the number of one of them"
        where = table.file, int(table.lines[place]), ", ".join(cells)
        yield Problem(*where, ERROR, "repeated key", found, "a different value in every row", remedy)


def _unknown(
    table: TextTable, cells: pd.DataFrame, known: pd.DataFrame, target: TextTable
) -> Iterator[Problem]:
    found = pd.MultiIndex.from_frame(cells).isin(pd.MultiIndex.from_frame(known))
    lost = cells.notna().all(axis=1).to_numpy() & ~found
    near = _nearest_keys(cells.iloc[:, 0][lost], known.iloc[:, 0])
    for place in np.flatnonzero(lost):
        guess = near.get(cells.iloc[place, 0])
        guess = guess if guess and is_harmless(guess, target.schema.fields[known.columns[0]]) else ""
        remedy = f"Write '{guess}' if it is this one" if guess else f"Add it to {target.file}, or correct it"
        where = table.file, int(table.lines[place]), ", ".join(cells)
        said = _said(cells.iloc[place], table.schema)
        yield Problem(*where, ERROR, "unknown key", said, f"a row of {target.file}", remedy)


def _nearest_keys(lost: pd.Series, known: pd.Series) -> dict[str, str | None]:
    """Return the nearest known key of each lost one; none if there are too many to compare."""
    wanted, options = lost.unique(), known.dropna().unique()
    if len(wanted) * len(options) > MOST_COMPARED:
        return {}
    return {value: nearest(value, options) for value in wanted}


def _said(values: pd.Series, schema: Schema) -> str:
    return ", ".join(shown(value, schema.fields[name]) for name, value in values.items())
