"""A book as plain HTML for pandoc, which makes Word files and EPUB of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

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
    Grid,
    Heading,
    Items,
    Paragraph,
    Row,
    Span,
    Table,
    Term,
    Terms,
)

_TAGS = {"strong": "strong", "emphasis": "em", "code": "code", "sub": "sub", "sup": "sup"}


def fitted(table: Table, room: Room | None) -> tuple[Fitted, ...]:
    """Return what a table is written as: its sections, and their parts where the page has an end."""
    if room is None:
        return tuple(Fitted(grid, (), turned=False) for grid in table.grids)
    return tuple(part for grid in table.grids for part in fit(grid, room))


@dataclass(frozen=True)
class Hypertext:
    """Writes HTML.

    Attributes
    ----------
    anchors : frozenset of str
        What links can lead to; other links within the book become text.
    picture : callable
        From a figure to the name of a file with its picture.
    room : Room, optional
        How wide a page is. Without, tables are left as they are.
    """

    anchors: frozenset[str]
    picture: Callable[[Figure], str]
    room: Room | None = None

    def book(self, book: Book) -> str:
        """Write all chapters, each below the heading of its part."""
        written, before = [], ""
        for chapter in book.chapters:
            if chapter.part and chapter.part != before:
                written.append(f"<h1>{escape(chapter.part)}</h1>")
            before = chapter.part
            written.append(self.chapter(chapter, 1 if chapter.part else 0))
        return self.page(book.title, "".join(written))

    def page(self, title: str, body: str) -> str:
        """Write a whole file; pandoc puts a title above its text."""
        return (
            '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
            f"{f'<title>{escape(title)}</title>' if title else ''}</head><body>{body}</body></html>"
        )

    def chapter(self, chapter: Chapter, lowered: int = 0) -> str:
        """Write a chapter, its headings some levels lower than on its page."""
        title, *rest = chapter.blocks
        level = f"h{title.level + lowered}"
        head = f'<{level} id="{anchor(chapter.place)}">{self._spans(title.spans)}</{level}>'
        return head + "".join(self._block(block, chapter.place, lowered) for block in rest)

    def _blocks(self, blocks: Iterable[Block], place: str) -> str:
        return "".join(self._block(block, place) for block in blocks)

    def _block(self, block: Block | Term, place: str, lowered: int = 0) -> str:
        id = getattr(block, "id", "")
        named = f' id="{anchor(f"{place}#{id}")}"' if id else ""
        match block:
            case Heading(level, spans):
                return f"<h{level + lowered}{named}>{self._spans(spans)}</h{level + lowered}>"
            case Paragraph(spans):
                inside = f"<span{named}></span>" if named else ""
                return f"<p>{inside}{self._spans(spans)}</p>"
            case Items(items, numbered):
                inside = "".join(f"<li>{self._blocks(item, place)}</li>" for item in items)
                return f"<ol>{inside}</ol>" if numbered else f"<ul>{inside}</ul>"
            case Terms(terms):
                return f"<dl>{''.join(self._block(term, place) for term in terms)}</dl>"
            case Term(spans, blocks):
                word = f"<span{named}>{self._spans(spans)}</span>"
                return f"<dt>{word}</dt><dd>{self._blocks(blocks, place)}</dd>"
            case Box(blocks, title):
                head = f"<p><strong>{escape(title)}</strong></p>" if title else ""
                return f"<blockquote>{head}{self._blocks(blocks, place)}</blockquote>"
            case Code(text):
                return f"<pre><code>{escape(text)}</code></pre>"
            case Formula(formula):
                return f"<p>{formula}</p>"
            case Figure():
                image = f'<img src="{escape(self.picture(block))}" alt="{escape(block.alt)}">'
                shown = f"<figure{named}>{image}<figcaption>{_caption(block)}</figcaption></figure>"
                return shown + _notes(block.notes)
            case Table():
                parts = fitted(block, self.room)
                return (
                    "".join(_table(block, part, "" if number else named) for number, part in enumerate(parts))
                ) + _notes(block.notes)
        raise TypeError(f"unknown block {type(block).__name__}")

    def _spans(self, spans: Iterable[Span]) -> str:
        return "".join(map(self._span, spans))

    def _span(self, span: Span) -> str:
        written = span.formula or escape(span.text).replace("\n", "<br>")
        for mark in span.marks:
            written = f"<{_TAGS[mark]}>{written}</{_TAGS[mark]}>"
        if span.address in self.anchors:
            return f'<a href="#{anchor(span.address)}">{written}</a>'
        return f'<a href="{escape(span.address)}">{written}</a>' if ":" in span.address else written


def anchor(target: str) -> str:
    """Return the id of a place of the book in a file that holds all of it."""
    return target.replace("/", "-").replace("#", "--")


def _caption(block: Table | Figure, title: str = "") -> str:
    label = f"<strong>{escape(block.label)}.</strong> " if block.label else ""
    said = ": ".join(filter(None, [block.caption, title]))
    evidence = f" <em>[{escape(block.evidence)}]</em>" if block.evidence else ""
    return f"{label}{escape(said)}{evidence}"


def _notes(notes: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<ul>{items}</ul>" if items else ""


def _table(table: Table, part: Fitted, named: str) -> str:
    grid = part.grid
    caption = _caption(table, grid.title)
    whole = sum(part.widths)
    columns = "".join(f'<col style="width:{100 * width / whole:.2f}%">' for width in part.widths)
    head = "".join(f"<tr>{''.join(_cell(cell, 'col') for cell in row)}</tr>" for row in grid.head)
    bodies = "".join(
        f"<tbody>{_group_heading(group.title, grid)}{''.join(map(_row, group.rows))}</tbody>"
        for group in grid.groups
        if group.rows
    )
    return (
        f"<table{named}><caption>{caption}</caption><colgroup>{columns}</colgroup>"
        f"<thead>{head}</thead>{bodies}</table>"
    )


def _group_heading(title: str, grid: Grid) -> str:
    if not title:
        return ""
    return f'<tr><th scope="rowgroup" colspan="{grid.width}">{escape(title)}</th></tr>'


def _row(row: Row) -> str:
    return f"<tr>{''.join(_cell(cell, 'row' if cell.header else '') for cell in row)}</tr>"


def _cell(cell: Cell, scope: str) -> str:
    spans = f' colspan="{cell.columns}"' * (cell.columns > 1) + f' rowspan="{cell.rows}"' * (cell.rows > 1)
    tag, scoped = ("th", f' scope="{scope}"') if scope else ("td", "")
    return f"<{tag}{scoped}{spans}>{escape(cell.text)}</{tag}>"
