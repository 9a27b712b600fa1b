"""Raw rows as chapters read them: blanks are empty text, and tables that are not there have no rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.disclosure import Counted
from peerbook.evidence.register import ORIGINS, rows_by_origin
from peerbook.outputs import Output, formats, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.study import Study

NUMBERS = {"integer": "Int64", "number": "Float64"}


def rows_of(study: Study, name: str, *, everywhere: bool = False) -> pd.DataFrame:
    """Return the rows of a raw table in the region of the study.

    Parameters
    ----------
    study : Study
    name : str
        Such as "commissioning/responses".
    everywhere : bool
        Whether to return the rows of all regions.

    Returns
    -------
    DataFrame
        All columns of the schema. Text is text, blank where the cell is; numbers are nullable. Without rows
        if the raw folder has no such table.
    """
    fields = study.definitions.tables[name].read_fields
    if name in study.tables:
        rows = study.tables[name] if everywhere else study.table(name)
    else:
        rows = pd.DataFrame()
    rows = rows.reindex(columns=list(fields))
    return pd.DataFrame({column: _cells(rows[column], field.type) for column, field in fields.items()})


def _cells(cells: pd.Series, kind: str) -> pd.Series:
    if kind in NUMBERS:
        return cells.astype(NUMBERS[kind])
    return cells.astype(object).where(cells.notna(), "").astype(str).astype(object)


def has_rows(study: Study, *names: str) -> bool:
    """Say whether the raw folder holds every one of these tables, and rows in each."""
    return all(name in study.tables and len(study.tables[name]) for name in names)


def absent(id: str, what: str, names: Iterable[str]) -> Output:
    """Say that a raw folder does not hold what a page is about, and which tables it would need.

    Parameters
    ----------
    id : str
        Id of the text.
    what : str
        What is not there, as in "These data hold no ...".
    names : iterable of str
        Raw tables.
    """
    files = formats.words(f"`{name}.csv`" for name in names)
    return text(
        id, f"- These data hold no {what}.\n- This page would need {files}.\n- All else on it is from print."
    )


def origins(study: Study, id: str, names: Iterable[str]) -> Output:
    """Say how many rows of each table were collected, printed, worked out, judged or made up.

    Parameters
    ----------
    study : Study
    id : str
        Id of the table.
    names : iterable of str
        Raw tables.
    """
    tables = {name.split("/")[1].replace("_", " "): rows_of(study, name, everywhere=True) for name in names}
    return folded(
        id,
        pages.added("Where the rows of this page come from"),
        rows_by_origin(tables),
        notes=_made_up,
        people=Counted(
            counts={name: f"rows of this page, {name}" for name in ORIGINS}, by=(), each=("table",)
        ),
    )


def _made_up(data: pd.DataFrame) -> list[str]:
    said = ["Derived: worked out from printed marks. Inferred or proposed: judged. Synthetic: made up."]
    made_up = data["synthetic"].sum(skipna=False)
    if formats.is_missing(made_up) or not made_up:
        return said
    return [
        *said,
        f"{formats.plural(made_up, 'row')} had to be made up for the printed counts to come out. Agreement "
        "with print then shows that the counting is right, and nothing more.",
    ]
