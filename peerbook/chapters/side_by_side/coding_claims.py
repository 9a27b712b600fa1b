"""Statements of the published qualitative chapters beside what the coded rows give, each with a status."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.coded_rows import material_of
from peerbook.chapters.side_by_side.printed_cells import ONE_REGION
from peerbook.coding import quotations
from peerbook.coding.claims import computed_claims
from peerbook.outputs import Output, formats, table
from peerbook.published.comparison import AGREES, CONTRADICTED, DIFFERS, NOT_COMPUTABLE, STATUSES
from peerbook.published.side_by_side import coding as printed

if TYPE_CHECKING:
    from peerbook.study import Study

# What a printed statement asks of the number computed for it.
RULES: MappingProxyType[str, Callable[[str, float | str], bool]] = MappingProxyType(
    {
        "equals": lambda said, found: float(said) == found,
        "to one decimal": lambda said, found: float(said) == round(float(found), 1),
        "text": lambda said, found: said == found,
        "all": lambda said, found: found == 100,
        "none": lambda said, found: found == 0,
        "more than half": lambda said, found: found > 50,
        "less than half": lambda said, found: found < 50,
        "twice": lambda said, found: found == 2,
    }
)

LISTED = 8  # names a cell holds; longer lists are in the CSV


def claims(study: Study, chapter: str, id: str) -> Output:
    """Set the statements of a chapter beside what its rows give.

    Parameters
    ----------
    study : Study
    chapter : {"5", "6", "7"}
    id : str
        Id of the table.
    """
    everywhere = study.region == "all"
    found = computed_claims(material_of(study)) if everywhere else {}
    reason = "there are no rows to compute it from" if everywhere else ONE_REGION
    said = printed.load("claims").query("chapter == @chapter")
    rows = [_beside(claim, found.get(claim["claim"]), reason) for claim in said.to_dict("records")]
    data = pd.DataFrame(rows)
    counts = data["status"].value_counts().reindex(STATUSES, fill_value=0)
    summary = "; ".join(f"{status}: {n}" for status, n in counts.items() if n)
    return table(
        id,
        "Statements of the published chapter and the numbers of this build",
        data,
        shown=data.set_index("statement")[["printed", "rebuilt", "status"]].replace({"rebuilt": {"": None}}),
        notes=[f"{formats.plural(len(data), 'statement')}: {summary}.", *_reasons(data)],
    )


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
    rows = printed.load("discrepancies").query("chapter == @chapter")
    return table(
        id,
        "Where the published chapter says two things",
        rows.drop(columns=["chapter", "line"]).reset_index(drop=True),
    )


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
    silent = quotations.never_quoted(material)
    rows = [
        ("approach is not the one recruited from", labels.query("context != ''")["person_id"].tolist()),
        ("approach left out", labels.query("context == ''")["person_id"].tolist()),
        ("repeats the words of an earlier quotation", repeats["segment_id"].tolist()),
        ("of these, with another speaker", (others["first_person"] + " and " + others["person_id"]).tolist()),
        ("interviewed and never quoted", silent),
    ]
    data = pd.DataFrame(
        [{"check": check, "found": len(found), "which": ", ".join(found)} for check, found in rows]
    )
    short = [", ".join(found) if len(found) <= LISTED else "see the CSV" for _, found in rows]
    return table(
        "table-6.14",
        "Checks on the quotations of the report",
        data,
        shown=data.assign(which=short).set_index("check"),
        notes=["A changed label need not be an error: people may speak of another approach."],
    )


def _reasons(data: pd.DataFrame) -> list[str]:
    """Say once why statements are contradicted or not computed, and name them."""
    explained = data[data["note"] != ""].groupby("note", sort=False)["statement"].agg(formats.words)
    return [f"{statements[:1].upper()}{statements[1:]}: {note}." for note, statements in explained.items()]


def _beside(claim: dict[str, str], found: float | str | None, reason: str) -> dict[str, str]:
    if found is None:
        status, note = NOT_COMPUTABLE, reason
    elif claim["conflict"]:
        status, note = CONTRADICTED, claim["conflict"]
    else:
        status, note = AGREES if RULES[claim["rule"]](claim["value"], found) else DIFFERS, ""
    rebuilt = found if isinstance(found, str) else "" if found is None else f"{found:.4g}"
    return {
        "claim": claim["claim"],
        "statement": claim["what"],
        "printed": claim["value"],
        "rebuilt": rebuilt,
        "rule": claim["rule"],
        "status": status,
        "note": note,
    }
