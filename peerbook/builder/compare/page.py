"""A comparison as one page of HTML that needs no other file and runs nothing.

What comes from the books is text here: the template escapes all of it, and pictures stand in `img`, where no
script of theirs runs.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from peerbook.builder.compare import told
from peerbook.builder.compare.cells import same
from peerbook.builder.compare.differences import (
    CELL,
    COLUMN,
    FINDING,
    OUTPUT,
    ROW,
    SENTENCE,
    Changed,
    Comparison,
)
from peerbook.builder.compare.words import GONE, NEW, Piece, pieces
from peerbook.inert import printable

AT_MOST = 200  # rows of one table; the CSV has all


@dataclass(frozen=True)
class Cell:
    """A cell of a table as the page shows it: `old` went and `new` came, or both are one text."""

    old: str
    new: str
    changed: bool
    heads: bool


@dataclass(frozen=True)
class Line:
    """A row of a table as the page shows it; `state` is "", "removed" or "added"."""

    state: str
    cells: tuple[Cell, ...]


def write_page(comparison: Comparison, file: Path) -> None:
    """Write the page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(comparison), encoding="utf-8")


def page(comparison: Comparison) -> str:
    """Return the page as HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("peerbook.builder.compare", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.globals |= {
        "pieces": _pieces, "lines": _lines, "picture": _picture, "GONE": GONE, "NEW": NEW, "AT_MOST": AT_MOST
    }  # fmt: skip
    return environment.get_template("page.html.jinja").render(**_content(comparison))


def _content(comparison: Comparison) -> dict[str, Any]:
    """Return what the template shows."""
    places = told.changed_places(comparison)
    return {
        "before": told.name_of(comparison.a),
        "after": told.name_of(comparison.b),
        "equal": not comparison.differences,
        "counted": told.counted(comparison),
        "tolerance": comparison.tolerance,
        "compared": comparison.compared,
        "real": told.REAL if told.of_real_people(comparison) else "",
        "why": told.why(comparison),
        "findings": comparison.findings,
        "chapters": [_chapter(comparison, place) for place in places],
        "pages": [each for each in comparison.pages if not each.chapter],
        "titles": {place: _title(comparison, place) for place in comparison.places},
    }


def _title(comparison: Comparison, place: str) -> str:
    record = comparison.b.chapters.get(place) or comparison.a.chapters[place]
    return record.get("title") or record["name"]


def _chapter(comparison: Comparison, place: str) -> dict[str, Any]:
    outputs = [each for each in comparison.outputs if f"{each.either.study}/{each.either.chapter}" == place]
    return {
        "id": place.replace("/", "-"),
        "title": _title(comparison, place),
        "why": ", ".join(comparison.reasons(place)) or "not recorded",
        "prose": [each for each in comparison.pages if f"{each.study}/{each.chapter}" == place],
        "changed": [_output(each) for each in outputs if each.a is not None and each.b is not None],
        "gone": [each.a for each in outputs if each.b is None],
        "new": [each.b for each in outputs if each.a is None],
    }


def _output(changed: Changed) -> dict[str, Any]:
    kinds = {each.kind for each in changed.differences}
    return {
        "id": f"{changed.either.study}-{changed.either.id}",
        "label": changed.either.label,
        "caption": changed.either.record.get("caption", ""),
        "words": [each for each in changed.differences if each.kind in (SENTENCE, FINDING)],
        "others": [each for each in changed.differences if each.kind in (OUTPUT, COLUMN)],
        "figure": changed.a.pictures != changed.b.pictures,
        "a": changed.a,
        "b": changed.b,
        "table": bool(kinds & {CELL, ROW, COLUMN}),
        "aligned": changed.aligned,
        "order": [each for each in changed.differences if each.place == "order of rows"],
    }


def _pieces(before: str, after: str) -> list[Piece]:
    """Return the words of two texts; none are compared when there is only one."""
    if not before or not after:
        return [Piece(GONE, before)] if before else [Piece(NEW, after)]
    return pieces(before, after)


def _lines(aligned: Any, tolerance: float) -> tuple[list[Line], int]:
    """Return the rows in which something differs, as many as a page can show, and how many are left off."""
    changed = _changed_lines(aligned, tolerance)
    shown = list(islice(changed, AT_MOST))
    return shown, sum(1 for _ in changed)


def _changed_lines(aligned: Any, tolerance: float) -> Iterator[Line]:
    for pair in aligned.pairs:
        state = "removed" if pair.b is None else "added" if pair.a is None else ""
        cells = tuple(
            Cell(old or "", new or "", old != new and not same(old or "", new or "", tolerance),
                 column in aligned.key)
            for column, old, new in aligned.cells(pair)
        )  # fmt: skip
        if state or any(cell.changed for cell in cells):
            yield Line(state, cells)


def _picture(svg: bytes) -> str:
    """Return a picture as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
