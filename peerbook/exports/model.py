"""What a book is to those who write it out: chapters of blocks, whatever file they become.

Nothing here knows HTML, and no writer knows more than this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Span:
    """A run of text in a paragraph.

    Attributes
    ----------
    text : str
        For a formula: how it is spoken.
    marks : tuple of str
        Of `strong`, `emphasis`, `code`, `sub`, `sup`.
    address : str
        Where it links to: a web address, or `page#anchor` of the book; empty for none.
    formula : str
        MathML of a formula.
    """

    text: str
    marks: tuple[str, ...] = ()
    address: str = ""
    formula: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of a chapter."""

    level: int
    spans: Spans
    id: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    spans: Spans
    id: str = ""


@dataclass(frozen=True)
class Items:
    """A list, each item of which is some blocks."""

    items: tuple[tuple[Block, ...], ...]
    numbered: bool = False


@dataclass(frozen=True)
class Term:
    """A word and what it means."""

    spans: Spans
    blocks: tuple[Block, ...]
    id: str = ""


@dataclass(frozen=True)
class Terms:
    """A list of words and what they mean."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Box:
    """Something set apart: a quotation (without a title), a remark, what a page folds away."""

    blocks: tuple[Block, ...]
    title: str = ""


@dataclass(frozen=True)
class Code:
    """Lines of a program or a command."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula in a line of its own: MathML, and how it is spoken."""

    formula: str
    text: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what it says, where it begins and how many columns and rows it spans."""

    text: str
    column: int
    columns: int = 1
    rows: int = 1
    header: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Rows of a table, under a heading of their own if they have a title."""

    rows: tuple[Row, ...]
    title: str = ""


@dataclass(frozen=True)
class Grid:
    """Rows and columns. The first cell of a row may head it."""

    head: tuple[Row, ...]
    groups: tuple[Group, ...]
    title: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows below the head, of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(
            (cell.column + cell.columns for row in (*self.head, *self.rows) for cell in row), default=0
        )

    def headings(self) -> tuple[str, ...]:
        """Return each column's headings in one line, those that span it first."""
        over = [[] for _ in range(self.width)]
        for cell in (cell for row in self.head for cell in row):
            for column in range(cell.column, cell.column + cell.columns):
                if cell.text and cell.text not in over[column]:
                    over[column].append(cell.text)
        return tuple(": ".join(texts) for texts in over)

    def of_columns(self, kept: Iterable[int]) -> Grid:
        """Return the same rows with some of the columns; a heading spans those that are left of its own."""
        places = {old: new for new, old in enumerate(sorted(set(kept)))}

        def left(row: Row) -> Row:
            inside = ((cell, [places[c] for c in _span(cell) if c in places]) for cell in row)
            return tuple(replace(cell, column=c[0], columns=len(c)) for cell, c in inside if c)

        return replace(
            self,
            head=tuple(map(left, self.head)),
            groups=tuple(replace(group, rows=tuple(map(left, group.rows))) for group in self.groups),
        )


def _span(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.columns)


@dataclass(frozen=True)
class Table:
    """A table: its caption, its rows in one or several sections, what is remarked on it, its evidence.

    A table of a hand-written page has neither label nor caption.
    """

    grids: tuple[Grid, ...]
    id: str = ""
    label: str = ""
    caption: str = ""
    notes: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture (SVG), what it shows for those who cannot see it, its caption, remarks and evidence."""

    svg: str
    alt: str
    id: str = ""
    label: str = ""
    caption: str = ""
    notes: tuple[str, ...] = ()
    evidence: str = ""
    data: tuple[Grid, ...] = ()


Block = Heading | Paragraph | Items | Terms | Box | Code | Formula | Table | Figure


@dataclass(frozen=True)
class Chapter:
    """A page of the book.

    Attributes
    ----------
    place : str
        `study/name` of a chapter, `name` of a hand-written page.
    title : str
    part : str
        Heading of the table of contents under which it stands.
    blocks : tuple of Block
        Begins with the heading of level 1.
    """

    place: str
    title: str
    part: str
    blocks: tuple[Block, ...]

    @property
    def study(self) -> str:
        """The study it belongs to; empty for a hand-written page."""
        return self.place.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its name within the study."""
        return self.place.rpartition("/")[2]


@dataclass(frozen=True)
class Book:
    """All chapters, and what is true of each of them.

    Attributes
    ----------
    title, author : str
    date : str
        When it was built, ISO 8601, UTC.
    evidence : str
        What the data behind rebuilt numbers are, in a few words, for the head of each page.
    notice : str
        The same as a sentence or two.
    chapters : tuple of Chapter
        In reading order.
    """

    title: str
    author: str
    date: str
    evidence: str
    notice: str
    chapters: tuple[Chapter, ...]

    def only(self, chapters: Iterable[Chapter]) -> Book:
        """Return a book of some of its chapters."""
        return replace(self, chapters=tuple(chapters))

    def anchors(self) -> frozenset[str]:
        """Return every place in it that a link can lead to: `page` and `page#anchor`."""
        inside = (
            f"{chapter.place}#{block.id}"
            for chapter in self.chapters
            for block in walk(chapter.blocks)
            if getattr(block, "id", "")
        )
        return frozenset(inside) | {chapter.place for chapter in self.chapters}


def walk(blocks: Iterable[Block]) -> Iterator[Block | Term]:
    """Go through blocks and everything in them, in reading order."""
    for block in blocks:
        yield block
        match block:
            case Items(items):
                for item in items:
                    yield from walk(item)
            case Terms(terms):
                for term in terms:
                    yield term
                    yield from walk(term.blocks)
            case Box(inner):
                yield from walk(inner)
            case _:
                pass


def said(spans: Iterable[Span]) -> str:
    """Return the text of spans."""
    return "".join(span.text for span in spans)
