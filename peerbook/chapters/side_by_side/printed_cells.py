"""Printed tables of the qualitative chapters beside the rebuilt ones, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from peerbook.outputs import Output, formats, table
from peerbook.published.comparison import AGREES, DIFFERS, NOT_COMPUTABLE

ONE_REGION = "this build is of one region; the report prints all regions together"
STATUSES = (AGREES, DIFFERS, NOT_COMPUTABLE)


def cells(rows: pd.DataFrame, row: Sequence[str], columns: Sequence[str]) -> pd.Series:
    """Take a table apart into its cells.

    Parameters
    ----------
    rows : DataFrame
    row : sequence of str
        Columns whose values together name a row.
    columns : sequence of str
        Columns whose values are cells.

    Returns
    -------
    Series of str
        By `row` and `column`.

    Examples
    --------
    >>> cells(pd.DataFrame({"group": ["Hope"], "n": [11]}), ["group"], ["n"]).to_dict()
    {('Hope', 'n'): '11'}
    """
    names = [": ".join(map(str, parts)) for parts in rows[list(row)].itertuples(index=False, name=None)]
    long = rows[list(columns)].astype(str).assign(row=names).melt("row", var_name="column")
    return long.set_index(["row", "column"])["value"]


def beside_print(id: str, tables: Mapping[str, tuple[pd.Series, pd.Series]], region: str = "all") -> Output:
    """Set printed cells beside rebuilt ones and count how many agree.

    Parameters
    ----------
    id : str
        Id of the table.
    tables : mapping of str to pair of Series
        By the number of the table: printed and rebuilt cells, from `cells`. A rebuilt cell that is not
        printed is left out; a printed one that is not rebuilt is not computable.
    region : str
        The region of the study. Of one region nothing can be computed that is printed of all.

    Returns
    -------
    Output
        Shows a row per table; its data hold a row per printed cell.
    """
    judged = [
        _judged(number, said, found if region == "all" else found.iloc[:0])
        for number, (said, found) in tables.items()
    ]
    data = pd.concat(judged, ignore_index=True)
    shown = pd.crosstab(data["table"], data["status"])
    shown = shown.reindex(index=[f"Table {number}" for number in tables], columns=STATUSES, fill_value=0)
    shown.insert(0, "cells", shown.sum(axis=1))
    agreed = int(shown[AGREES].sum())
    note = f"{formats.count(agreed)} of {formats.plural(len(data), 'printed cell')} agree exactly."
    return table(
        id,
        "Printed tables and this build, cell by cell",
        data,
        shown=shown.rename_axis(index="table", columns=None),
        notes=[note] if region == "all" else [note, f"{ONE_REGION.capitalize()}."],
    )


def _judged(number: str, printed: pd.Series, rebuilt: pd.Series) -> pd.DataFrame:
    found = rebuilt[~rebuilt.index.duplicated()].reindex(printed.index)
    same = (found == printed).map({True: AGREES, False: DIFFERS})
    status = same.mask(found.isna(), NOT_COMPUTABLE)
    judged = pd.DataFrame({"printed": printed, "rebuilt": found.fillna(""), "status": status}).reset_index()
    judged.insert(0, "table", f"Table {number}")
    return judged
