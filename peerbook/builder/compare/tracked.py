"""A comparison as a Word document with tracked changes: an editor accepts or rejects each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder.compare import told
from peerbook.builder.compare.differences import FINDING, Comparison, Difference
from peerbook.builder.compare.words import GONE, NEW, Piece, pieces
from peerbook.inert import printable

if TYPE_CHECKING:
    from docx.document import Document

AUTHOR = "peerbook"


def write_word(comparison: Comparison, file: Path) -> None:
    """Write the document: what differs in each output, as changes by the author "peerbook".

    Rejecting all of them gives the words and numbers of the first book, accepting all those of the second.
    """
    import docx

    document, changes = docx.Document(), Changes(comparison.b.manifest.get("built_at", ""))
    document.core_properties.title = "What differs between two books"
    document.core_properties.author = AUTHOR
    document.core_properties.language = "en-GB"
    document.add_heading("What differs between two books", 0)
    for said in (f"Before: {told.name_of(comparison.a)}", f"After: {told.name_of(comparison.b)}"):
        document.add_paragraph(printable(said))
    if told.of_real_people(comparison):
        document.add_paragraph(told.REAL)
    counted = told.counted(comparison) if comparison.differences else "Nothing differs"
    document.add_paragraph(f"{counted}.")
    for line in told.why(comparison):
        document.add_paragraph(printable(line), style="List Bullet")
    if comparison.findings:
        document.add_heading("Findings", 1)
        _add_table(document, changes, comparison.findings, "Findings that differ")
    for place in told.changed_places(comparison):
        _add_chapter(document, changes, comparison, place)
    by_hand = [each for each in comparison.pages if not each.chapter]
    if by_hand:
        document.add_heading("Pages written by hand", 1)
        _add_table(document, changes, by_hand, "Words that differ")
    file.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(file))


class Changes:
    """Makes tracked changes, each with a number of its own."""

    def __init__(self, when: str) -> None:
        self._when = f"{when[:19]}Z" if len(when) >= 19 else ""
        self._numbers = count(1)

    def put(self, paragraph: Any, found: Iterable[Piece]) -> None:
        """Write the words of two texts into a paragraph, those that differ as removed or inserted."""
        for piece in found:
            run = _run(piece)
            paragraph.append(self.marked("w:del" if piece.kind == GONE else "w:ins", run)
                             if piece.kind in (GONE, NEW) else run)  # fmt: skip

    def marked(self, name: str, *children: Any) -> Any:
        """Return a mark of a change around its content."""
        mark = _element(name, id=str(next(self._numbers)), author=AUTHOR)
        if self._when:
            mark.set(_qualified("w:date"), self._when)
        mark.extend(children)
        return mark


def _add_chapter(document: Document, changes: Changes, comparison: Comparison, place: str) -> None:
    record = comparison.b.chapters.get(place) or comparison.a.chapters[place]
    document.add_heading(printable(record.get("title") or record["name"]), 1)
    prose = [each for each in comparison.pages if f"{each.study}/{each.chapter}" == place]
    if prose:
        document.add_heading("Page and prose", 2)
        _add_table(document, changes, prose, "Words that differ")
    for output in comparison.outputs:
        either = output.either
        if f"{either.study}/{either.chapter}" == place:
            caption = either.record.get("caption", "")
            heading = f"{either.label}. {caption}" if caption else either.label
            others = [each for each in output.differences if each.kind != FINDING]
            if others:  # findings stand at the beginning: an editor decides once about each
                document.add_heading(printable(heading), 2)
                _add_table(document, changes, others, f"What differs in {either.label}")


def _add_table(document: Document, changes: Changes, differences: Sequence[Difference], caption: str) -> None:
    """Add a table of differences: where, and what it was and is, as a change."""
    table = document.add_table(rows=1, cols=2)
    table.style = "Table Grid"
    properties = table._tbl.tblPr
    properties.append(_element("w:tblCaption", val=printable(caption)))
    for cell, heading in zip(table.rows[0].cells, ("Where", "What changed"), strict=True):
        cell.text = heading
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    for each in differences:
        where, what = _element("w:p"), _element("w:p")
        named = each.chapter if each.kind == FINDING else each.kind
        where.append(_run(Piece("same", ", ".join(filter(None, [named, each.place])))))
        changes.put(what, _pieces(each))
        row = _element("w:tr")
        for paragraph in (where, what):
            cell = _element("w:tc")
            cell.append(paragraph)
            row.append(cell)
        table._tbl.append(row)


def _pieces(each: Difference) -> list[Piece]:
    """Return the words of a difference; a number or a name is replaced whole."""
    if each.before and each.after and " " in each.before and " " in each.after:
        return pieces(each.before, each.after)
    both = (Piece(GONE, each.before), Piece(NEW, each.after))
    return [piece for piece in both if piece.text]


def _run(piece: Piece) -> Any:
    run = _element("w:r")
    text = _element("w:delText" if piece.kind == GONE else "w:t")
    text.text = printable(piece.text)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_qualified(f"w:{key}"), value)
    return element


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)
