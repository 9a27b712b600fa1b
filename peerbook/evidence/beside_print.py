"""What a page shows of a printed report beside this build, for any study with a folder in `published`.

`statements_table` sets every number of the prose beside what was computed; its data are claims, which the
book collects. `cells_table` does it for printed tables, cell by cell. `by_status` counts both.
`discrepancies_table` and `not_rebuilt_table` list what the report says twice, and what cannot be rebuilt.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from peerbook import published
from peerbook.disclosure import MARK, Counted, Nobody
from peerbook.outputs import Output, formats, table
from peerbook.outputs.evidence import PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.published.comparison import AGREEING, STATUSES

# A number beside print is exact, and that it agrees tells it as well: of real people both are withheld.
EXACT = Counted(by=(), extremes=("rebuilt", "status"))
HELD = "how they compare is withheld, because it would tell exact numbers of people"
NOT_TOLD = f"{formats.upper_first(HELD)}."
NO_ROWS = "there are no rows to compute it from"


def stated(
    study: str | Path, numbers: Mapping[str, float | str], output: str, reason: str = NO_ROWS
) -> pd.DataFrame:
    """Set every statement of a report beside computed numbers.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.
    numbers : mapping of str to number or text
        Computed ones, by the name of their statement.
    output : str
        Id of the output that shows them: of statements that name none of their own.
    reason : str
        Why a statement that could be computed from other data is not.

    Returns
    -------
    DataFrame
        Claims, in the order of the printed lists.
    """
    chapters = published.printed_statements(study)["table"].unique()
    return pd.concat(
        [published.claims(study, chapter, numbers, reason, output) for chapter in chapters], ignore_index=True
    )


def statements_table(id: str, claims: pd.DataFrame, people: Counted | Nobody = EXACT) -> Output:
    """List statements beside what was computed, a section to unfold for each chapter of the report.

    Parameters
    ----------
    id : str
    claims : DataFrame
        From `stated`.
    people : Counted or Nobody
        What the numbers count.
    """
    caption = "Numbers of the report and of this build"
    return table(id, caption, claims, _by_chapter, notes=_counted, people=people)


def _by_chapter(claims: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        f"{formats.upper_first(str(chapter))}: {formats.plural(len(rows), 'number')}": laid_out(rows)
        for chapter, rows in claims.groupby("chapter", sort=False)
    }


def laid_out(claims: pd.DataFrame) -> pd.DataFrame:
    """Lay claims out for a reader: statements in print and as computed, how they compare, a remark."""
    shown = claims.set_index("statement")[["printed", "rebuilt", "status", "note"]]
    return shown.replace({"rebuilt": {"": None}, "note": {"": None}}).rename(columns={"note": "remark"})


def _counted(claims: pd.DataFrame) -> list[str]:
    counts = claims["status"].value_counts().to_dict()
    said = published.counts_in_words(counts)
    return [f"{formats.plural(len(claims), 'number')}: {said or HELD}."] if len(claims) else []


def compared_cells(
    study: str | Path, rebuilt: Mapping[str, pd.DataFrame], conflicts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Set printed tables beside rebuilt ones, cell by cell.

    Parameters
    ----------
    study : str or Path
    rebuilt : mapping of str to DataFrame
        Rebuilt tables by the names and columns of the printed ones.
    conflicts : DataFrame, optional
        As for `peerbook.published.compare`.

    Returns
    -------
    DataFrame
        One row per printed number: `table`, `row`, `column`, `printed`, `rebuilt`, `status`, `note`.
    """
    found = published.rebuilt_cells(study, rebuilt)
    compared = published.compare(published.printed_cells(study, *rebuilt), found, conflicts)
    columns = compared["column"].where(compared["column"] != "", compared["quantity"])
    compared = compared.assign(table="Table " + compared["table"], column=columns)
    return compared[["table", "row", "column", "printed", "rebuilt", "status", "note"]]


def cells_table(id: str, compared: pd.DataFrame, people: Counted | Nobody = EXACT) -> Output:
    """List the cells of printed tables beside this build, a section to unfold for each table.

    Parameters
    ----------
    id : str
    compared : DataFrame
        From `compared_cells`.
    people : Counted or Nobody
        What the numbers count.
    """
    caption = "Printed tables and this build, cell by cell"
    return table(id, caption, compared, _by_table, notes=_agreeing, people=people)


def _by_table(compared: pd.DataFrame) -> dict[str, pd.DataFrame]:
    shown = compared.replace({"rebuilt": {"": None}, "note": {"": None}}).rename(columns={"note": "remark"})
    return {
        f"{name}: {formats.plural(len(rows), 'cell')}": rows.drop(columns="table").set_index(
            ["row", "column"]
        )
        for name, rows in shown.groupby("table", sort=False)
    }


def _agreeing(compared: pd.DataFrame) -> list[str]:
    if is_held(compared):
        return [f"{formats.plural(len(compared), 'printed cell')}: {HELD}."]
    agreed = formats.count(compared["status"].isin(AGREEING).sum())
    return [f"{agreed} of {formats.plural(len(compared), 'printed cell')} agree."]


def is_held(compared: pd.DataFrame) -> bool:
    """Say whether it is withheld how numbers compare with print."""
    return compared["status"].eq(MARK).any()


def by_status(
    id: str, claims: pd.DataFrame, cells: pd.DataFrame, people: Counted | Nobody | None = None
) -> Output:
    """Count numbers of the prose and cells of tables by how they come out.

    Parameters
    ----------
    id : str
    claims : DataFrame
        From `stated`.
    cells : DataFrame
        From `compared_cells`.
    people : Counted or Nobody, optional
        What the numbers count that were compared; by default people, whose exact counts would be told.
    """
    kinds = {"numbers of the text": claims, "cells of tables": cells}
    rows = [
        (status, *(int((rows["status"] == status).sum()) for rows in kinds.values())) for status in STATUSES
    ]
    data = pd.DataFrame(rows, columns=["status", *kinds])
    data = data[data.iloc[:, 1:].sum(axis=1) > 0]
    people = people or Counted(by=(), extremes=tuple(data.columns))
    return table(id, "How printed numbers come out", data, people=people)


def discrepancies_table(study: str | Path, id: str) -> Output:
    """List where a report says two things, and what is done here.

    Parameters
    ----------
    study : str or Path
        With a list `discrepancies`: `chapter`, `where`, `one_reading`, `another`, `done_here`, `line`.
    id : str
    """
    rows = published.load(study, "discrepancies").drop(columns="line")
    rows = rows[["where", "chapter", "one_reading", "another", "done_here"]]
    return folded(id, "Where the report says two things, or cannot be right", rows, evidence=PUBLISHED)


def not_rebuilt_table(study: str | Path, id: str) -> Output:
    """List what cannot be rebuilt, and why.

    Parameters
    ----------
    study : str or Path
        With a list `not_rebuilt`: `what`, `reason`.
    id : str
    """
    return table(
        id, "What cannot be rebuilt, and why", published.load(study, "not_rebuilt"), evidence=PUBLISHED
    )
