"""Register: any raw table shown as its own schema describes it, and where the rows of raw tables come from.

A reader sees the titles of columns and the labels of answers, never their codes; whoever takes the CSV along
gets the codes. Contact details are never shown.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.disclosure import Cell, Counted
from peerbook.outputs import Output, formats, table
from peerbook.outputs.evidence import REBUILT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from peerbook.data import Field, Schema
    from peerbook.study import Study

# Where a row comes from, as its column `status` says.
ORIGINS = ("collected", "printed", "derived", "inferred", "proposed", "synthetic")


def register(
    id: str,
    caption: str | Callable[[pd.DataFrame], str],
    rows: pd.DataFrame,
    schema: Schema,
    columns: Sequence[str] = (),
    *,
    notes: Iterable[str] | Callable[[pd.DataFrame], Iterable[str]] = (),
    evidence: str = REBUILT,
) -> Output:
    """Show a raw table by the titles and types of its schema.

    Parameters
    ----------
    id : str
        Id of the table.
    caption : str or callable
    rows : DataFrame
        Typed rows of the table.
    schema : Schema
        Of the table, from `study.definitions.tables`.
    columns : sequence of str
        What to show, in this order; the first heads the rows. By default every column of the schema that
        the rows have.
    notes, evidence
        As for `peerbook.outputs.table`.

    Raises
    ------
    ParameterError
        If a column is not in the schema, or holds contact details.

    Examples
    --------
    >>> from peerbook.data import Field, Schema
    >>> fields = {"open": Field("open", "Still open", categories={"y": "Yes"}), "hub": Field("hub", "Hub")}
    >>> rows = pd.DataFrame({"hub": ["North"], "open": ["y"]})
    >>> shown = register("table-1", "Hubs", rows, Schema("hubs", "Hubs", fields), ["hub", "open"]).shown
    >>> shown.to_dict()
    {'Still open': {'North': 'Yes'}}
    """
    wanted = list(columns) or [name for name in schema.read_fields if name in rows]
    for name in wanted:
        check_one_of("column", name, schema.read_fields)
    arrange = partial(titled, schema=schema)
    return table(id, caption, rows.reindex(columns=wanted), arrange, notes=notes, evidence=evidence)


def titled(rows: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Lay rows out for a reader: titles for columns, labels for answers, words for dates.

    Parameters
    ----------
    rows : DataFrame
        Columns of the schema; the first becomes the head of the rows.
    schema : Schema

    Returns
    -------
    DataFrame
        Empty cells are missing.
    """
    fields = {name: schema.read_fields[name] for name in rows}
    shown = pd.DataFrame({field.title: _written(rows[name], field) for name, field in fields.items()})
    return shown.set_index(shown.columns[0]) if len(shown.columns) else shown


def _written(cells: pd.Series, field: Field) -> pd.Series:
    if field.type == "date":
        return cells.map(formats.day)
    if field.categories:
        return cells.astype(object).map(
            lambda code: None if formats.is_missing(code) else field.categories.get(str(code), code)
        )
    if field.type == "string":
        return cells.astype(object).where(cells.notna() & (cells != ""), None)
    return cells


def rows_by_origin(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the rows of raw tables by where they come from.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name that readers see, each with a column `status`.

    Returns
    -------
    DataFrame
        One row per table: `table`, and a whole number for each of `ORIGINS`.

    Examples
    --------
    >>> rows_by_origin({"hubs": pd.DataFrame({"status": ["printed", "printed"]})})[["table", "printed"]]
      table  printed
    0  hubs        2
    """
    counts = {name: rows["status"].astype(str).value_counts() for name, rows in tables.items()}
    rows = pd.DataFrame(counts, index=list(ORIGINS)).fillna(0).astype(int)
    return rows.T.rename_axis("table").reset_index()


def rows_counted(data: pd.DataFrame) -> Counted:
    """Say what `rows_by_origin` counts, for disclosure control: a row of a raw table may be a person."""
    counts = {origin: Cell("rows of raw tables", {"origin": origin}) for origin in ORIGINS if origin in data}
    return Counted(counts=counts, by=("table",))


def study_by_origin(study: Study) -> pd.DataFrame:
    """Count the rows of every raw table of a study by where they come from; only origins that occur."""
    tables = {
        schema.title.partition(":")[0]: study.table(name)
        for name, schema in study.definitions.tables.items()
        if name in study.tables
    }
    rows = rows_by_origin(tables)
    return rows[["table", *(origin for origin in ORIGINS if rows[origin].any())]]
