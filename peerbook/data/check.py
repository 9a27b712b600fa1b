"""Text tables become typed tables, and everything in them that does not fit is listed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.data.problems import ERROR, WARNING, Problem, shown
from peerbook.data.read import TextTable
from peerbook.data.schema import Field
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
        Cells of the wrong type, outside the range or the answers allowed, and empty where a value is needed;
        one problem for all cells of a column that hold the same.
    """
    columns, problems = {}, []
    for name, field in table.schema.read_fields.items():
        texts, codes = _distinct(table, name)
        parsed = [parse(field, text) for text in texts]
        values = texts if field.left_to_cleaning else [value for value, _ in parsed]
        columns[name] = _typed_values(field, values, codes)
        problems += _cell_problems(table, field, texts, codes, [fault for _, fault in parsed])
    return pd.DataFrame(columns, copy=False), problems


def _distinct(table: TextTable, name: str) -> tuple[list[str], np.ndarray]:
    """Return the distinct cells of a column and which of them each row has; -1 if there is no such column."""
    if name not in table.text:
        return [], np.full(len(table.lines), -1)
    column = table.text[name].cat
    return list(column.categories), column.codes.to_numpy()


def _typed_values(field: Field, values: list, codes: np.ndarray) -> pd.Series:
    """Spread the values of the distinct cells over the rows."""
    if field.type != "string" and not field.left_to_cleaning:
        distinct = pd.Series([*values, None], dtype="object").astype(DTYPES[field.type])
    else:
        distinct = pd.Series([*values, None], dtype="str")
        if field.categories:
            levels = pd.CategoricalDtype(list(field.categories), ordered=field.categories_ordered)
            distinct = distinct.where(distinct.isin(levels.categories)).astype(levels)
    return pd.Series(distinct.array.take(codes), copy=False)


def _cell_problems(
    table: TextTable, field: Field, texts: list[str], codes: np.ndarray, faults: list[Fault | None]
) -> list[Problem]:
    problems = []
    for code, fault in enumerate(faults):
        if fault is None:
            continue
        early_or_late = field.type == "date" and fault.kind == "out-of-range value"
        severity = WARNING if field.left_to_cleaning or early_or_late else ERROR
        found = shown(texts[code], field)
        what = (field.name, severity, fault.kind, found, fault.expected, fault.remedy)
        problems.append(Problem(table.file, table.lines[codes == code], *what))
    return problems
