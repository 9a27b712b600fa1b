"""A book as PDF, tagged for screen readers (PDF/UA-1) and made to last (PDF/A-2a), by Typst.

The book goes to the template `book.typ` as data, so no text of it can be read as markup. Typst refuses a
picture or a formula without alternative text.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from peerbook.errors import BookError
from peerbook.exports.fit import Fitted, Room, fit
from peerbook.exports.model import (
    Block,
    Book,
    Box,
    Cell,
    Chapter,
    Code,
    Figure,
    Formula,
    Heading,
    Items,
    Paragraph,
    Span,
    Table,
    Term,
    Terms,
    walk,
)
from peerbook.exports.pandoc import pandoc

TEMPLATE = Path(__file__).with_name("book.typ")
STANDARDS = ["ua-1", "a-2a"]
NUMBER = re.compile(r"[<>≤≥−+-]?[\d,.]+%?(\s.*)?|–|")
UPRIGHT, TURNED = 481.0, 728.0  # points between the margins of A4
LOW, TALLEST = 310.0, 640.0  # points: of a picture, and of one that is taller than wide
SIZE, TABLE = 10.5, 9.0  # points of the letters of text, and of those in tables
# Sizes to try for a summary, and how much smaller than on the page its pictures are then.
SMALLER = ((10.5, 0.8), (10.0, 0.65), (9.5, 0.5), (9.0, 0.42), (8.5, 0.36), (8.0, 0.3))


def write_pdf(book: Book, file: Path) -> int:
    """Write the whole book: cover, contents, chapters; return how many pages it has.

    Raises
    ------
    BookError
        If Typst refuses it.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = _compiled(book, Path(scratch), cover=True)
    file.write_bytes(_with_row_headings(made))
    return pages_of(made)


def write_summary(book: Book, file: Path, pages: int = 2) -> int:
    """Write a book of few blocks in letters just small enough for so many pages.

    Returns
    -------
    int
        How many pages it takes; more than asked for if it does not fit at the smallest legible size.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for size, scale in SMALLER:
            made = _compiled(book, Path(scratch), cover=False, size=size, scale=scale)
            if (taken := pages_of(made)) <= pages:
                break
    file.write_bytes(_with_row_headings(made))
    return taken


def _compiled(book: Book, scratch: Path, *, cover: bool, size: float = SIZE, scale: float = 1.0) -> bytes:
    import typst

    data = as_data(book, scratch, scale) | {"cover": cover, "size": size, "table": TABLE}
    (scratch / "book.json").write_text(json.dumps(data), encoding="utf-8")
    shutil.copy(TEMPLATE, scratch)
    try:
        return typst.compile(
            str(scratch / TEMPLATE.name),
            root=str(scratch),
            font_paths=[_letters()],
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            timestamp=datetime.fromisoformat(book.date),
        )
    except typst.TypstError as error:
        raise BookError(f"The PDF could not be made.\n{error.diagnostic}") from None


def as_data(book: Book, pictures: Path, scale: float = 1.0) -> dict[str, Any]:
    """Return the book as the template reads it, and write its pictures into a folder."""
    typed, anchors = _typed(book), book.anchors()
    parts = ["", *(chapter.part for chapter in book.chapters)]
    return {
        "title": book.title,
        "author": book.author,
        "date": list(datetime.fromisoformat(book.date).astimezone(UTC).timetuple()[:6]),
        "evidence": book.evidence,
        "notice": book.notice,
        "chapters": [
            {
                "part": chapter.part,
                "begins": bool(chapter.part) and chapter.part != before,
                "blocks": _PageData(chapter.place, bool(chapter.part), typed, anchors, pictures, scale).all(
                    chapter
                ),
            }
            for chapter, before in zip(book.chapters, parts, strict=False)
        ],
    }


@dataclass(frozen=True)
class _PageData:
    """Turns the blocks of one page into the dictionaries that the template reads."""

    place: str
    lowered: bool  # below the heading of a part
    typed: dict[str, str]  # formulas
    anchors: frozenset[str]
    pictures: Path
    scale: float

    def all(self, chapter: Chapter) -> list[dict[str, Any]]:
        title, *written = self.blocks(chapter.blocks, Room(UPRIGHT, TURNED))
        return [{**title, "id": self.place}, *_turned_together(written)]

    def blocks(self, blocks: Iterable[Block], room: Room) -> list[dict[str, Any]]:
        return [written for block in blocks for written in self.block(block, room)]

    def block(self, block: Block | Term, room: Room) -> Iterator[dict[str, Any]]:
        inside = replace(room, upright=room.upright - 20, turned=room.upright - 20)  # a box is never turned
        kind, id = type(block).__name__, self.named(getattr(block, "id", ""))
        match block:
            case Heading(level, spans):
                yield {"kind": kind, "id": id, "level": level + self.lowered, "spans": self.spans(spans)}
            case Paragraph(spans):
                yield {"kind": kind, "id": id, "spans": self.spans(spans)}
            case Items(items, numbered):
                yield {"kind": kind, "numbered": numbered, "items": [self.blocks(i, inside) for i in items]}
            case Terms(terms):
                yield {"kind": kind, "terms": [each for term in terms for each in self.block(term, inside)]}
            case Term(spans, blocks):
                yield {"id": id, "spans": self.spans(spans), "blocks": self.blocks(blocks, room)}
            case Box(blocks, title):
                yield {"kind": kind, "title": title, "blocks": self.blocks(blocks, inside)}
            case Code(text):
                yield {"kind": kind, "text": text}
            case Formula(formula, text):
                yield {"kind": kind, "text": text, "typst": self.typed[formula]}
            case Figure(svg):
                yield {"kind": kind, **_around(block, id), "alt": block.alt, **self.picture(svg)}
            case Table(grids):
                room = Room(room.upright / TABLE, room.turned / TABLE)
                parts = [part for grid in grids for part in fit(grid, room)]
                for number, part in enumerate(parts):
                    around = _around(block, "" if number else id)
                    notes = around["notes"] if number == len(parts) - 1 else []  # below the last part
                    shown = {"turned": part.turned, "part": _grid(part), "notes": notes}
                    yield {"kind": "TablePart", **around, **shown}

    def named(self, id: str) -> str:
        return f"{self.place}#{id}" if id else ""

    def spans(self, spans: Iterable[Span]) -> list[dict[str, Any]]:
        return [
            {
                "text": span.text,
                "marks": span.marks,
                "formula": span.formula,
                "typst": self.typed.get(span.formula, ""),
                "address": span.address if inside or ":" in span.address else "",
                "inside": inside,
            }
            for span in spans
            for inside in [span.address in self.anchors]
        ]

    def picture(self, svg: str) -> dict[str, Any]:
        name = f"{hashlib.sha256(svg.encode()).hexdigest()}.svg"
        (self.pictures / name).write_text(svg, encoding="utf-8")
        return {"file": name, "width": printed_width(svg, self.scale)}


def _around(block: Table | Figure, id: str) -> dict[str, Any]:
    return {
        "id": id,
        "label": block.label,
        "caption": block.caption,
        "notes": list(block.notes),
        "evidence": block.evidence,
    }


def _grid(part: Fitted) -> dict[str, Any]:
    grid = part.grid
    columns = [[c.text for row in grid.rows for c in row if c.column == i] for i in range(grid.width)]
    return {
        "title": grid.title,
        "widths": part.widths,
        "numeric": [i > 0 and all(map(NUMBER.fullmatch, texts)) for i, texts in enumerate(columns)],
        "head": [list(map(_cell, row)) for row in grid.head],
        "groups": [
            {"title": group.title, "rows": [list(map(_cell, row)) for row in group.rows]}
            for group in grid.groups
            if group.rows
        ],
    }


def _cell(cell: Cell) -> str | dict[str, Any]:
    spans = cell.columns > 1 or cell.rows > 1
    return {"text": cell.text, "columns": cell.columns, "rows": cell.rows} if spans else cell.text


def _turned_together(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Put neighbouring tables that need it onto turned pages together."""
    for turned, neighbours in groupby(blocks, key=lambda block: block.get("turned", False)):
        together = list(neighbours)
        yield from [{"kind": "Turned", "blocks": together}] if turned else together


def size_of(svg: str) -> tuple[float, float]:
    """Return width and height of a picture in points."""
    found = re.search(r"<svg\b[^>]*>", svg)
    sizes = dict(re.findall(r"\b(width|height)=[\"']([\d.]+(?:pt|px)?)[\"']", found[0] if found else ""))
    width, height = (_points(sizes.get(name, "")) for name in ("width", "height"))
    return width or UPRIGHT, height or UPRIGHT


def _points(length: str) -> float:
    number = float(length.rstrip("ptx") or 0)
    return number if length.endswith("pt") else number * 0.75


def printed_width(svg: str, scale: float = 1.0) -> float:
    """Return how wide a picture is printed, in points: two fit on a page, one that is tall fills it."""
    width, height = size_of(svg)
    tallest = TALLEST if height > 1.3 * width else LOW
    return round(min(scale, UPRIGHT / width, tallest / height) * width, 1)


def drawn(pictures: Sequence[str], ppi: int = 200) -> list[bytes]:
    """Return SVG pictures as PNG, in the letters that the PDF has."""
    import typst

    if not pictures:
        return []
    with tempfile.TemporaryDirectory() as scratch:
        for number, svg in enumerate(pictures):
            (Path(scratch) / f"{number}.svg").write_text(svg, encoding="utf-8")
        pages = "".join(f'#page(image("{number}.svg"))\n' for number in range(len(pictures)))
        source = Path(scratch) / "pictures.typ"
        source.write_text(f"#set page(width: auto, height: auto, margin: 0pt)\n{pages}", encoding="utf-8")
        made = typst.compile(
            str(source), font_paths=[_letters()], ignore_system_fonts=True, format="png", ppi=ppi
        )
    return made if isinstance(made, list) else [made]


def _letters() -> str:
    """Return the folder of the fonts that figures are drawn with."""
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")


def _with_row_headings(made: bytes) -> bytes:
    """Tag the first cell of each row of a table as the heading of its row.

    Typst tags headings of columns only, and lists them with every cell; without that list a reader finds
    the headings of both by their scope.
    """
    import pikepdf

    finished = BytesIO()
    with pikepdf.open(BytesIO(made)) as pdf:
        for body in (thing for thing in pdf.objects if _is(thing, "/TBody")):
            for row in body.K:
                for number, cell in enumerate(row.K):
                    _tell_scope(cell, heads_row=number == 0)
        pdf.save(finished, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return finished.getvalue()


def _is(thing: Any, kind: str) -> bool:
    import pikepdf

    return isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == kind


def _tell_scope(cell: Any, heads_row: bool) -> None:
    import pikepdf

    given = cell.get("/A", pikepdf.Array())
    for attributes in given if isinstance(given, pikepdf.Array) else [given]:
        if attributes.get("/O") == "/Table" and cell.S == "/TD":
            if "/Headers" in attributes:
                del attributes["/Headers"]
            if heads_row:
                attributes["/Scope"] = pikepdf.Name.Row
                cell.S = pikepdf.Name.TH


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def _typed(book: Book) -> dict[str, str]:
    """Return each formula (MathML) in Typst's notation."""
    blocks = [block for chapter in book.chapters for block in walk(chapter.blocks)]
    found = {span.formula for block in blocks for span in getattr(block, "spans", ())}
    found |= {block.formula for block in blocks if isinstance(block, Formula)}
    formulas = sorted(found - {""})
    if not formulas:
        return {}
    lines = "".join(f"<p>{formula.replace(chr(10), ' ')}</p>" for formula in formulas)
    written = pandoc("--from=html", "--to=typst", "--wrap=none", text=lines).strip().split("\n\n")
    return dict(zip(formulas, (line.strip().strip("$").strip() for line in written), strict=True))
