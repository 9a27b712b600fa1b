"""What the qualitative chapters show of the published report beside this build: tables and statements."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.coded_rows import material_of
from peerbook.chapters.side_by_side.coded_statements import computed_statements
from peerbook.coding import quotations
from peerbook.disclosure import MARK, Counted
from peerbook.evidence.beside_print import EXACT, NO_ROWS, NOT_TOLD, is_held
from peerbook.outputs import Output, formats, table
from peerbook.outputs.evidence import PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.published.comparison import AGREEING, AGREES, DIFFERS, NOT_COMPUTABLE, STATUSES

if TYPE_CHECKING:
    from peerbook.study import Study

STUDY = "side_by_side"
ONE_REGION = "this build is of one region; the report prints all regions together"
LISTED = 8  # names a cell holds; longer lists are in the CSV


def printed_tables(id: str, rebuilt: Mapping[str, pd.DataFrame | None], region: str = "all") -> Output:
    """Set printed tables beside rebuilt ones, cell by cell, and count how many agree.

    Parameters
    ----------
    id : str
        Id of the table.
    rebuilt : mapping of str to DataFrame or None
        Rebuilt tables by the names and columns of the printed ones; None if the data cannot give one.
    region : str
        The region of the study. Of one region nothing can be computed that is printed of all.

    Returns
    -------
    Output
        Shows a row per table; its data hold a row per printed cell.
    """
    made = {name: rows for name, rows in rebuilt.items() if rows is not None and region == "all"}
    found = published.rebuilt_cells(STUDY, made)
    compared = published.compare(published.printed_cells(STUDY, *rebuilt), found)
    compared = compared[["table", "row", "column", "printed", "rebuilt", "status"]]
    return table(
        id,
        pages.added("Printed tables and this build, cell by cell"),
        compared.assign(table="Table " + compared["table"]),
        _counted,
        notes=partial(_counts_in_words, region=region),
        people=EXACT,
    )


def _counted(compared: pd.DataFrame) -> pd.DataFrame:
    always, found = (AGREES, DIFFERS, NOT_COMPUTABLE), set(compared["status"])
    statuses = [status for status in (*STATUSES, MARK) if status in always or status in found]
    counts = pd.crosstab(compared["table"], compared["status"])
    counts = counts.reindex(index=compared["table"].unique(), columns=statuses, fill_value=0)
    counts.insert(0, "cells", counts.sum(axis=1))
    return counts.rename_axis(index="table", columns=None)


def _counts_in_words(compared: pd.DataFrame, region: str) -> list[str]:
    if is_held(compared):
        return [NOT_TOLD]
    agreed = formats.count(compared["status"].isin(AGREEING).sum())
    note = f"{agreed} of {formats.plural(len(compared), 'printed cell')} agree exactly."
    return [note] if region == "all" else [note, f"{ONE_REGION.capitalize()}."]


def statements(study: Study, chapter: str, id: str) -> Output:
    """Set the statements of a chapter on coded material beside what its rows give.

    Parameters
    ----------
    study : Study
    chapter : {"5", "6", "7"}
    id : str
        Id of the table.
    """
    return statements_table(id, f"chapter {chapter}", computed_statements(material_of(study)), study.region)


def statements_table(
    id: str, chapter: str, found: Mapping[str, float | str], region: str = "all", reason: str = NO_ROWS
) -> Output:
    """Set the statements of a chapter of the report beside what was computed: claims that the book collects.

    Parameters
    ----------
    id : str
        Id of the table.
    chapter : str
        What the statements are called in the comparison, such as "chapter 5" or "summary".
    found : mapping of str to number or text
        What was computed, by the name of its statement.
    region : str
        The region of the study. Of one region nothing can be computed that is printed of all.
    reason : str
        Why what could be computed from other data was not.

    Returns
    -------
    Output
        Its data have the columns of `peerbook.published.CLAIM`.
    """
    everywhere = region == "all"
    return folded(
        id,
        pages.added("Statements of the published chapter and the numbers of this build"),
        published.claims(
            STUDY, chapter, found if everywhere else {}, reason if everywhere else ONE_REGION, id
        ),
        _in_words,
        notes=_statuses_in_words,
        people=EXACT,
    )


def _in_words(compared: pd.DataFrame) -> pd.DataFrame:
    shown = compared.set_index("statement")[["printed", "rebuilt", "status"]]
    return shown.replace({"rebuilt": {"": None}})


def _statuses_in_words(compared: pd.DataFrame) -> list[str]:
    """Count the statuses, then say once why statements are contradicted or not computed, and name them."""
    if is_held(compared):
        return [NOT_TOLD]
    counts = compared["status"].value_counts().reindex(STATUSES, fill_value=0)
    summary = "; ".join(f"{status}: {n}" for status, n in counts.items() if n)
    explained = compared[compared["note"] != ""].groupby("note", sort=False)["statement"].agg(formats.words)
    reasons = [f"{formats.upper_first(said)}: {note}." for note, said in explained.items()]
    return [f"{formats.plural(len(compared), 'statement')}: {summary}.", *reasons]


def discrepancies(study: Study, chapter: str, id: str) -> Output:
    """List where the published chapter says two things, and what is done here.

    Parameters
    ----------
    study : Study
        Not read: the list is about the published report.
    chapter : {"5", "6", "7"}
    id : str
        Id of the table.
    """
    rows = published.load(STUDY, "discrepancies").query("chapter == @chapter")
    data = rows.drop(columns=["chapter", "line"]).reset_index(drop=True)
    return folded(id, pages.added("Where the published chapter says two things"), data, evidence=PUBLISHED)


def quotation_checks(study: Study) -> Output:
    """Table 6.14: labels that change, words that come twice, people never quoted.

    Parameters
    ----------
    study : Study
    """
    material = material_of(study)
    labels = quotations.changed_labels(material)
    repeats = quotations.repeated(material)
    others = repeats[~repeats["same_person"]]
    checks = {
        "approach is not the one recruited from": labels.query("context != ''")["person_id"],
        "approach left out": labels.query("context == ''")["person_id"],
        "repeats the words of an earlier quotation": repeats["segment_id"],
        "of these, with another speaker": others["first_person"] + " and " + others["person_id"],
        "interviewed and never quoted": quotations.never_quoted(material),
    }
    rows = [
        {"check": check, "found": len(found), "which": ", ".join(found)} for check, found in checks.items()
    ]
    return table(
        "table-6.14",
        pages.added("Checks on the quotations of the report"),
        pd.DataFrame(rows),
        _short_lists,
        notes=["A changed label need not be an error: people may speak of another approach."],
        people=Counted("checks on quotations", ("found",), by=(), each=("check",), extremes=("which",)),
    )


def _short_lists(checks: pd.DataFrame) -> pd.DataFrame:
    long = checks["found"] > LISTED
    return checks.assign(which=checks["which"].mask(long, "see the CSV")).set_index("check")
