"""Text tables become typed tables, and everything in them that does not fit is listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from peerbook.data.described import nearest
from peerbook.data.problems import ERROR, WARNING, Problem, shown
from peerbook.data.read import TextTable
from peerbook.data.schema import Field, ForeignKey
from peerbook.data.values import Fault, parse

DTYPES = {"integer": "Int32", "number": "float64", "boolean": "boolean", "date": "datetime64[s]"}


def typed(table: TextTable) -> tuple[pd.DataFrame, list[Problem]]:
    """Give every column its type and list the cells that do not fit.

    Each distinct value of a column is parsed once.

    Parameters
    ----------
    table : TextTable
        A table as written.

    Returns
    -------
    data : DataFrame
        Answers with levels are categorical, whole numbers `Int32`, numbers `float64`, dates `datetime64`,
        boxes `boolean`, anything else text; missing is missing. A field left to cleaning stays text.
        Columns that are not in the file are there, empty.
    problems : list of Problem
        Cells of the wrong type, outside the range or the answers allowed, and empty where a value is needed.
    """
    columns, problems = {}, []
    for name, field in table.schema.read_fields.items():
        texts, codes = _distinct(table, name)
        parsed = [parse(field, text) for text in texts]
        values = texts if field.left_to_cleaning else [value for value, _ in parsed]
        columns[name] = _typed_values(field, values, codes)
        problems += _cell_problems(table, field, texts, codes, [fault for _, fault in parsed])
    return pd.DataFrame(columns), problems


def _distinct(table: TextTable, name: str) -> tuple[list[str], np.ndarray]:
    """Return the distinct cells of a column and which of them each row has; -1 if there is no such column."""
    if name not in table.text:
        return [], np.full(len(table.lines), -1)
    column = table.text[name].cat
    return list(column.categories), column.codes.to_numpy()


def key_problems(tables: Mapping[str, TextTable]) -> Iterator[Problem]:
    """List repeated primary keys and foreign keys that lead nowhere."""
    for name, table in tables.items():
        key = list(table.schema.primary_key)
        if key and set(key) <= set(table.text):
            yield from _repeated(table, key)
        for foreign in table.schema.foreign_keys:
            target = tables.get(_beside(name, foreign.resource, tables))
            if (
                target
                and set(foreign.fields) <= set(table.text)
                and set(foreign.reference_fields) <= set(target.text)
            ):
                yield from _unknown(table, foreign, target)


def _typed_values(field: Field, values: list, codes: np.ndarray) -> pd.Series:
    """Spread the values of the distinct cells over the rows."""
    if field.type == "string" or field.left_to_cleaning:
        column = pd.Series(np.array([*values, None], dtype=object)[codes], dtype="str")
        if not field.categories:
            return column
        levels = pd.CategoricalDtype(list(field.categories), ordered=field.categories_ordered)
        return column.where(column.isin(levels.categories)).astype(levels)
    distinct = pd.Series([*values, None], dtype="object").astype(DTYPES[field.type])
    return distinct.iloc[codes].reset_index(drop=True)


def _cell_problems(
    table: TextTable, field: Field, texts: list[str], codes: np.ndarray, faults: list[Fault | None]
) -> list[Problem]:
    problems = []
    for code, fault in enumerate(faults):
        if fault is None:
            continue
        early_or_late = field.type == "date" and fault.kind == "out-of-range value"
        severity = WARNING if field.left_to_cleaning or early_or_late else ERROR
        found = shown(texts[code], field, table.schema)
        where = (table.file, field.name, severity, fault.kind, found, fault.expected, fault.remedy)
        problems += [_problem(line, *where) for line in table.lines[codes == code]]
    return problems


def _problem(line: int, file: str, column: str, *rest: str) -> Problem:
    return Problem(file, int(line), column, *rest)


def _repeated(table: TextTable, key: list[str]) -> Iterator[Problem]:
    cells = table.text[key].astype("str")
    repeated = cells.duplicated().to_numpy() & (cells != "").all(axis=1).to_numpy()
    first = pd.Series(table.lines).groupby([cells[name].to_numpy() for name in key]).transform("first")
    for place in np.flatnonzero(repeated):
        found = ", ".join(
            shown(cells[name].iloc[place], table.schema.fields[name], table.schema) for name in key
        )
        yield Problem(
            table.file, int(table.lines[place]), ", ".join(key), ERROR, "repeated key",
            f"{found}, as in row {first.iloc[place]}", "a different value in every row",
            "Remove the copy, or correct the number of one of them",
        )  # fmt: skip


def _unknown(table: TextTable, foreign: ForeignKey, target: TextTable) -> Iterator[Problem]:
    known = set(target.text[list(foreign.reference_fields)].astype("str").itertuples(index=False, name=None))
    cells = table.text[list(foreign.fields)].astype("str")
    distinct = set(cells.itertuples(index=False, name=None)) - known
    lost = {values for values in distinct if all(value.strip() for value in values)}
    if not lost:
        return
    column, field = ", ".join(foreign.fields), table.schema.fields[foreign.fields[0]]
    for line, values in zip(table.lines, cells.itertuples(index=False, name=None), strict=True):
        if values in lost:
            near = nearest(values[0], {key[0] for key in known})
            remedy = (
                f"Write '{near}' if it is this one" if near else f"Add it to {target.file}, or correct it"
            )
            found = ", ".join(shown(value, field, table.schema) for value in values)
            yield Problem(
                table.file, int(line), column, ERROR, "unknown key", found, f"a row of {target.file}", remedy
            )


def _beside(name: str, resource: str, tables: Mapping[str, TextTable]) -> str:
    """Return the table a foreign key means: one in the same folder first."""
    neighbour = f"{name.rpartition('/')[0]}/{resource}" if "/" in name else resource
    return neighbour if neighbour in tables else resource
