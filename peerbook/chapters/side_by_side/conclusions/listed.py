"""Conclusions of one place of the report, judged, drawn and listed: for the pages that show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.conclusions.claims import Number, numbers_of
from peerbook.chapters.side_by_side.conclusions.standing import PLAN, judged
from peerbook.chapters.side_by_side.synthesis.findings import findings
from peerbook.disclosure import Nobody
from peerbook.evidence.links import FALLEN, LOST, OPEN, PARTLY, STANDINGS, STANDS
from peerbook.outputs import Output, diagrams, figure, formats, label, table
from peerbook.outputs.evidence import JUDGEMENT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

CONCLUSIONS = Nobody("counts conclusions, not people")

MEANINGS = (
    "A conclusion stands if all it rests on holds, as far as these data tell. “Part does not hold” and "
    "“nothing holds”: some or all of it does not. “Part no longer holds”: something held in the printed "
    "tables and does not in these data. “Not computable”: these data have nothing to tell it from.",
    "That a conclusion stands says that what it rests on is found. It does not show what caused what.",
)
SEE = "see there"
_KINDS = {
    "finding": "finding of the log",
    "claim": "statement",
    "code": "theme of interviews",
    "chapter": "page",
    "output": "table or figure",
}


@dataclass(frozen=True)
class Basis:
    """What the conclusions of a report are judged by, computed once for a page.

    Attributes
    ----------
    conclusions : DataFrame
        One row per conclusion of all places, with its standing; see `standing.judged`.
    supports : DataFrame
        One row per thing a conclusion rests on, with its state today.
    numbers : mapping
        What statements of the chapter and of the summary come to in these data, by name.
    """

    conclusions: pd.DataFrame
    supports: pd.DataFrame
    numbers: Mapping[str, Number]

    def of(self, place: str) -> pd.DataFrame:
        """Return the conclusions of one place."""
        rows = self.conclusions
        return rows[rows["place"] == place].reset_index(drop=True)


def basis(log: Log, results: pd.DataFrame | None = None, found: pd.DataFrame | None = None) -> Basis:
    """Compute what conclusions rest on.

    Parameters
    ----------
    log : Log
    results : DataFrame, optional
        From `associations`; fitted here if they are not handed in.
    found : DataFrame, optional
        Findings of the log, from `synthesis.findings.findings`.
    """
    results = associations(log) if results is None else results
    found = findings(log, results) if found is None else found
    numbers = numbers_of(log, results, found)
    conclusions, supported = judged(log, found, results, numbers)
    return Basis(conclusions, supported, numbers)


def judgeable(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out plans, which rest on nothing."""
    return rows[rows["kind"] != PLAN]


def standing_drawn(id: str, conclusions: pd.DataFrame) -> Output | None:
    """Draw how many conclusions of each section stand; None if there are none.

    Parameters
    ----------
    id : str
        Id of the figure.
    conclusions : DataFrame
        Of one place, from a `Basis`.
    """
    rows = judgeable(conclusions)
    if rows.empty:
        return None
    counted = pd.crosstab(rows["section"], rows["standing"])
    counted = counted.reindex(index=rows["section"].unique(), columns=list(STANDINGS), fill_value=0)
    return figure(
        id,
        pages.added("How many conclusions stand in these data, by part of the text"),
        _glance_in_words,
        counted.rename_axis(columns=None).reset_index(),
        _draw_glance,
        notes=MEANINGS,
        people=CONCLUSIONS,
    )


def _glance_in_words(data: pd.DataFrame) -> str:
    said = "; ".join(
        f"{row['section']}: "
        + ", ".join(f"{formats.count(row[name])} {name}" for name in STANDINGS if row[name])
        for row in data.to_dict("records")
    )
    return f"{_how_many_stand(data)} A bar for each part of the text. {said}."


def _how_many_stand(data: pd.DataFrame) -> str:
    total = data[list(STANDINGS)].sum(axis=None, skipna=False)
    known = total - data[OPEN].sum(skipna=False)
    stand = formats.count(data[STANDS].sum(skipna=False))
    return f"{stand} of {formats.plural(known, 'conclusion')} that can be checked stand."


def _draw_glance(data: pd.DataFrame) -> Figure:
    counts = data.set_index("section")
    three = pd.DataFrame(
        {
            "Stands": counts[STANDS],
            "Some or all of it does not hold": counts[[PARTLY, LOST, FALLEN]].sum(axis=1, skipna=False),
            "Not computable": counts[OPEN],
        }
    )
    labels = [formats.count(n) for n in three.sum(axis=1, skipna=False)]
    return diagrams.bars(three, labels, "Conclusions", _how_many_stand(data))


def standing_listed(id: str, conclusions: pd.DataFrame) -> Output | None:
    """List the conclusions of one place by section, with a filter; None if there are none.

    Parameters
    ----------
    id : str
        Id of the table.
    conclusions : DataFrame
        Of one place, from a `Basis`.
    """
    rows = judgeable(conclusions)
    if rows.empty:
        return None
    return table(
        id,
        pages.added("What the report concludes, and what of it stands in these data"),
        rows.drop(columns=["place", "headline"]),
        _by_section,
        choose=("standing", STANDINGS),
        notes=_about_standing,
        evidence=JUDGEMENT,
    )


def _by_section(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {section: _told(rows) for section, rows in data.groupby("section", sort=False)}


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(
        {
            "conclusion": rows["label"],
            "worded_as": rows["strength"],
            "standing": rows["standing"],
            "holds": [_of(row["holding"], row["bearing"]) for row in rows.to_dict("records")],
            "rests on": rows["evidence"],
            "does not hold, or cannot be told": [_lacking(row) for row in rows.to_dict("records")],
        }
    )
    return shown.replace("", None).set_index("conclusion")


def _of(part: int, whole: int) -> str:
    return f"{formats.count(part)} of {formats.count(whole)}" if whole else ""


def _lacking(row: Mapping[str, str]) -> str:
    unknown = f"not computable: {row['unknown']}" if row["unknown"] else ""
    return "; ".join(filter(None, [row["fails"], unknown]))


def _about_standing(data: pd.DataFrame) -> list[str]:
    strong = data[data["strength"].isin(["causal", "universal"])]
    counts = data["standing"].value_counts()
    said = "; ".join(f"{name}: {formats.count(counts[name])}" for name in STANDINGS if name in counts)
    return [
        f"{formats.plural(len(data), 'conclusion')}: {said}.",
        f"{formats.plural(len(strong), 'conclusion')} say that one thing brings about another, or that "
        "something is so for all. A log without a comparison group cannot show that.",
    ]


def supports_listed(id: str, rests: Basis, place: str) -> Output | None:
    """List what the conclusions of one place rest on; None if there are none.

    Parameters
    ----------
    id : str
        Id of the table.
    rests : Basis
    place : {"chapter 11", "executive summary"}
    """
    rows = rests.supports.merge(
        rests.of(place)[["conclusion_id", "label", "section"]], left_on="from_id", right_on="conclusion_id"
    )
    if rows.empty:
        return None
    printed = rows["printed"].astype("boolean").map({True: "yes", False: "no"}).fillna("not told")
    data = pd.DataFrame(
        {
            "section": rows["section"],
            "conclusion_id": rows["conclusion_id"],
            "conclusion": rows["label"],
            "kind": rows["to_kind"],
            "id": rows["to_id"],
            "what": rows["what"].fillna(""),
            "held_in_print": printed,
            "state": rows["state"],
            "no_longer": rows["no_longer"],
            "reason": rows["reason"],
            "author": rows["author"],
            "status": rows["status"],
        }
    )
    return table(
        id,
        pages.added("What each conclusion rests on"),
        data,
        _supports_by_section,
        notes=_about_links,
        evidence=JUDGEMENT,
    )


def _supports_by_section(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {section: _supports_told(rows) for section, rows in data.groupby("section", sort=False)}


def _supports_told(rows: pd.DataFrame) -> pd.DataFrame:
    elsewhere = rows["kind"].isin(["chapter", "output"])
    shown = pd.DataFrame(
        {
            "conclusion": rows["conclusion"],
            "rests on": [_named(row) for row in rows.to_dict("records")],
            "kind": rows["kind"].map(_KINDS).fillna(rows["kind"]),
            "held in print": rows["held_in_print"].mask(elsewhere, None),
            "in these data": rows["state"].mask(rows["no_longer"], "no longer holds").mask(elsewhere, SEE),
        }
    )
    return shown.set_index(["conclusion", "rests on"])


def _named(row: Mapping[str, str]) -> str:
    """Name what a conclusion rests on; pages by their titles, outputs by their labels."""
    if row["kind"] == "output":
        return label(row["id"])
    return row["what"] or formats.heading(row["id"])


def _about_links(data: pd.DataFrame) -> list[str]:
    authors = formats.words(data["author"].unique())
    return [
        f"{formats.plural(len(data), 'link')}, made by {authors}. They are judgements; what holds is "
        "computed.",
        "Pages, and tables and figures of other pages, are named and not counted.",
        "A theme of interviews holds if at least one person is coded with it. A finding of the log holds if "
        "it meets the reading rule in the printed direction. A statement holds if it agrees with print.",
    ]


def lost_in_words(n: float) -> str:
    """Say how many conclusions rest on what held in print and does not hold here; nothing if none does.

    Examples
    --------
    >>> lost_in_words(1)
    ' 1 rests on something that held in print and does not hold here.'
    """
    rest = "rests" if n == 1 else "rest"
    return f" {formats.count(n)} {rest} on something that held in print and does not hold here." if n else ""
