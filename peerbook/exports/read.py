"""From the last good build to a `Book`: its pages for the text, its records for captions and evidence.

The pages are read, not the notebooks: there every citation, cross-reference and term is already resolved.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from lxml import html as parser

from peerbook.builder import manifest as records
from peerbook.builder.contents import read_contents
from peerbook.builder.render import table_of_contents
from peerbook.errors import BookError
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
    Group,
    Heading,
    Items,
    Paragraph,
    Row,
    Span,
    Spans,
    Table,
    Term,
    Terms,
)

LEFT_OUT = ("claims", "downloads", "find")  # lists of what stands where, and pages about files
_SKIPPED = {"script", "style", "form", "button", "nav", "input", "template", "hr", "source", "summary"}
_SKIPPED_CLASSES = {
    "headerlink", "peerbook-download", "peerbook-notice", "toctree-wrapper",
}  # fmt: skip
_MARKS = {
    "strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis", "cite": "emphasis",
    "code": "code", "kbd": "code", "sub": "sub", "sup": "sup",
}  # fmt: skip
_INLINE = {"a", "span", "br", "abbr", "small", "mark", "q", "u", "time", "output", "math", *_MARKS}
_SVG = "data:image/svg+xml;base64,"


def read_book(out: Path, root: Path) -> Book:
    """Read the book in a folder.

    Parameters
    ----------
    out
        Folder of a build, with `html/`, `outputs/` and `manifest.json`.
    root
        Folder with `book/`, `notebooks/` and `_config.yml`, for the order of pages and the title.

    Raises
    ------
    BookError
        If there is no book, or a picture of it has no alternative text.
    """
    manifest = records.read(out)
    if not manifest or not (out / "html").is_dir():
        raise BookError(f"{out}: there is no book. Build one first: peerbook build --out {out}")
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    made = records.by_place(manifest["chapters"])
    contents = read_contents(root).of_studies(manifest["data"])
    parts = table_of_contents(contents, set(made))["parts"]
    pages = [("", "index")] + [
        (part["caption"], page["file"])
        for part in parts
        for chapter in part["chapters"]
        for page in (chapter, *chapter.get("sections", ()))  # pages of one notebook stand below the first
    ]
    chapters = (
        read_chapter(out, place, part)
        for part, place in pages
        if place not in LEFT_OUT and (out / "html" / f"{place}.html").is_file()
    )
    evidence, notice = what_the_data_are(data["synthetic"] for data in manifest["data"].values())
    return Book(
        manifest.get("title") or settings["title"],
        settings.get("author", ""),
        manifest["built_at"],
        evidence,
        notice,
        tuple(chapters),
    )


def what_the_data_are(synthetic: Iterable[bool]) -> tuple[str, str]:
    """Say, in a few words and in a sentence or two, what numbers rebuilt from the data may be used for."""
    made_up = set(synthetic)
    if made_up == {True}:
        return (
            "Stand-in data: rebuilt numbers are made up",
            "Synthetic data. The people behind the rebuilt numbers do not exist. The data were made up, so "
            "that the method can be shown and checked; nothing rebuilt from them is evidence.",
        )
    some = "" if made_up == {False} else "Some of the data are made up. "
    return (
        "Data of real people: not for publication",
        f"{some}Not for publication. This was made from data about real people. Small numbers are withheld. "
        "Share it only when those who are responsible for the data have agreed.",
    )


def read_chapter(out: Path, place: str, part: str = "") -> Chapter:
    """Read one page of the book in a folder."""
    text = (out / "html" / f"{place}.html").read_text(encoding="utf-8")
    articles = parser.document_fromstring(text).xpath("//article") or [parser.fragment_fromstring("<p/>")]
    blocks = tuple(Page(out, place).blocks(articles[0]))
    title = next((b for b in blocks if isinstance(b, Heading) and b.level == 1), None)
    if title is None:
        raise BookError(f"{place}.html has no main heading; build the book again.")
    kept = tuple(_without_empty_sections([title, *(block for block in blocks if block is not title)]))
    return Chapter(place, "".join(span.text for span in title.spans), part, kept)


def _without_empty_sections(blocks: list[Block]) -> Iterator[Block]:
    """Leave out headings with nothing below them, such as that of a list of links to pages."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        empty = following is None or (isinstance(following, Heading) and following.level <= _level(block))
        if not (isinstance(block, Heading) and block.level > 1 and empty):
            yield block


def _level(block: Block) -> int:
    return block.level if isinstance(block, Heading) else 9


@dataclass(frozen=True)
class Page:
    """Reads the HTML of one page.

    Attributes
    ----------
    out : Path
        Folder of the build.
    place : str
        `study/name` or `name`, without `.html`.
    """

    out: Path
    place: str

    def blocks(self, element: Any) -> Iterator[Block]:
        """Read what is in an element, text between blocks as paragraphs of its own."""
        line: list[Span] = list(_text(element.text, ()))
        for child in element:
            if not isinstance(child.tag, str) or _is_skipped(child):
                pass
            elif _is_inline(child):
                line += self.spans(child)
            else:
                yield from _paragraph(line)
                line = []
                yield from self._block(child)
            line += _text(child.tail, ())
        yield from _paragraph(line)

    def _block(self, element: Any) -> Iterator[Block]:
        tag, classes, id = element.tag, element.get("class", "").split(), element.get("id", "")
        if re.fullmatch("h[1-6]", tag):
            anchor = id or (element.getparent().get("id", "") if element.getparent().tag == "section" else "")
            yield Heading(int(tag[1]), _trimmed(self._inside(element)), anchor)
        elif tag == "p":
            yield from _paragraph(self._inside(element), id)
        elif tag in ("ul", "ol"):
            items = tuple(tuple(self.blocks(item)) for item in element.xpath("./li"))
            yield Items(items, numbered=tag == "ol")
        elif tag == "dl":
            yield Terms(tuple(self._terms(element)))
        elif tag == "blockquote":
            yield Box(tuple(self.blocks(element)))
        elif tag == "pre":
            yield Code(element.text_content().rstrip("\n"))
        elif tag == "figure" or tag in ("img", "picture"):
            yield from self._figure(element, id)
        elif tag == "table":
            yield Table((_grid(element),), id)
        elif "peerbook-table" in classes:
            yield from self._table(element, id)
        elif "peerbook-formula" in classes:
            math = next(element.iter("{*}math"))
            yield Formula(_mathml(math), _spoken(math))
        elif "citation" in classes:
            for paragraph in self.blocks(element.xpath("./p")[0]):
                yield Paragraph(paragraph.spans, id)
        elif tag == "details" or "admonition" in classes:
            yield from self._box(element, classes)
        else:
            yield from self.blocks(element)

    def _terms(self, element: Any) -> Iterator[Term]:
        words: list[Any] = []
        for child in element:
            if child.tag == "dt":
                words.append(child)
            elif child.tag == "dd":
                spans = [
                    span
                    for i, word in enumerate(words)
                    for span in [Span(", ")] * (i > 0) + self._inside(word)
                ]
                anchor = words[0].get("id", "") if words else ""
                yield Term(_trimmed(spans), tuple(self.blocks(child)), anchor)
                words = []

    def _box(self, element: Any, classes: list[str]) -> Iterator[Block]:
        title = element.xpath("./summary") or element.xpath("./p[contains(@class, 'admonition-title')]")
        said = _plain(title[0]) if title else ""
        if title and title[0].tag == "p":
            element.remove(title[0])
        if {"sd-dropdown", "peerbook-how"} & set(classes):  # the program itself stays in the notebook
            for program in element.xpath(".//div[contains(@class, 'highlight-')] | .//p[a/@download]"):
                program.drop_tree()
        if blocks := tuple(self.blocks(element)):
            yield Box(blocks, said)

    def _figure(self, element: Any, id: str) -> Iterator[Block]:
        images = [element] if element.tag == "img" else list(element.iter("img"))
        if not images:
            yield from self.blocks(element)
            return
        image, record = images[0], self._record(id)
        alt = (image.get("alt") or "").strip()
        if not alt:
            where = record.get("label") or id or image.get("src", "")[:60]
            raise BookError(
                f"{self.place}.html, {where}: the picture has no alternative text. "
                "Say what it shows (`alt` of its figure), and build the book again."
            )
        caption = [_caption(said) for said in element.iter("figcaption")]
        yield Figure(
            self._svg(image.get("src", "")),
            alt,
            id,
            record.get("label", ""),
            record.get("caption") or " ".join(caption),
            tuple(record.get("notes", ())),
            record.get("badge", "").capitalize(),
            tuple(map(_grid, element.iter("table"))),
        )
        for listed in element.find_class("peerbook-nested"):  # data that no grid holds
            yield from self._block(listed)

    def _table(self, element: Any, id: str) -> Iterator[Block]:
        record, grids = self._record(id), tuple(map(_grid, element.iter("table")))
        if not grids:  # it has no rows, and is a sentence that says so
            yield from self.blocks(element)
            return
        if len(grids) == 1:
            grids = (Grid(grids[0].head, grids[0].groups),)
        yield Table(
            grids,
            id,
            record.get("label", ""),
            record.get("caption", ""),
            tuple(record.get("notes", ())),
            record.get("badge", "").capitalize(),
        )

    def _record(self, id: str) -> dict[str, Any]:
        """Return the record of an output of this page; empty for a picture of a hand-written page."""
        file = self.out / "outputs" / self.place.rpartition("/")[0] / f"{id}.json"
        return json.loads(file.read_text(encoding="utf-8")) if id and file.is_file() else {}

    def _svg(self, source: str) -> str:
        if source.startswith(_SVG):
            return base64.b64decode(source.removeprefix(_SVG)).decode()
        file = (self.out / "html" / f"{self.place}.html").parent / unquote(source)
        if file.suffix == ".svg" and file.is_file():
            return file.read_text(encoding="utf-8")
        raise BookError(f"{self.place}.html: the picture {source[:60]!r} is not an SVG of the book.")

    def spans(self, element: Any, marks: tuple[str, ...] = (), address: str = "") -> list[Span]:
        """Read an inline element: itself and what is in it."""
        tag = element.tag
        if _is_skipped(element):
            return []
        if "peerbook-badge" in element.get("class", ""):  # a mark of its own, not a part of the sentence
            return [Span(f"{_plain(element)}. ", (*marks, "strong"))]
        if tag == "br":
            return [Span("\n", marks)]
        if tag.endswith("math"):
            return [Span(_spoken(element), marks, address, _mathml(element))]
        if tag == "a":
            address = self._address(element.get("href", ""))
        mark = _MARKS.get(tag)
        return self._inside(element, (*marks, mark) if mark and mark not in marks else marks, address)

    def _inside(self, element: Any, marks: tuple[str, ...] = (), address: str = "") -> list[Span]:
        spans = list(_text(element.text, marks, address))
        for child in element:
            if isinstance(child.tag, str):
                spans += self.spans(child, marks, address)
            spans += _text(child.tail, marks, address)
        return spans

    def _address(self, link: str) -> str:
        """Turn a link between pages into `page#anchor`; web addresses stay, other links lead nowhere."""
        if re.match(r"(https?|mailto):", link):
            return link
        page, _, anchor = link.partition("#")
        if page and not page.endswith(".html"):
            return ""
        folder = self.place.rpartition("/")[0]
        steps = f"{folder}/{page}".split("/") if page else [f"{self.place}.html"]
        place: list[str] = []
        for step in filter(None, steps):
            place = place[:-1] if step == ".." else [*place, step]
        target = "/".join(place).removesuffix(".html")
        return f"{target}#{anchor}" if anchor else target


def _is_skipped(element: Any) -> bool:
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    classes = set(element.get("class", "").split())
    return element.tag in _SKIPPED or hidden or bool(classes & _SKIPPED_CLASSES)


def _is_inline(element: Any) -> bool:
    """Whether an element is part of a line; a `span` around a block is not."""
    return (element.tag in _INLINE or element.tag.endswith("}math")) and not element.xpath(
        ".//p|.//table|.//figure|.//ul|.//ol|.//img"
    )


def _text(text: str | None, marks: tuple[str, ...], address: str = "") -> Iterator[Span]:
    """Read text as a browser does: any white space is one space."""
    if text:
        yield Span(re.sub(r"[ \t\r\n\f]+", " ", text), marks, address)


def _paragraph(spans: list[Span], id: str = "") -> Iterator[Paragraph]:
    if trimmed := _trimmed(spans):
        yield Paragraph(trimmed, id)


def _trimmed(spans: Iterable[Span]) -> Spans:
    """Join spans of one kind, and take away space at both ends and doubled space within."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1].text[-1:] if joined else " "
        span = replace(span, text=re.sub(r"^ (?=[,.;:!?)](\s|$))", "", span.text))  # after a link
        text = span.text.lstrip(" ") if before in " \n" and not span.formula else span.text
        last = joined[-1] if joined else None
        if last and last == replace(span, text=last.text) and not span.formula:
            joined[-1] = replace(last, text=last.text + text)
        elif text:
            joined.append(replace(span, text=text))
    while joined and not joined[-1].formula and not joined[-1].text.rstrip():
        joined.pop()
    if joined and not joined[-1].formula:
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def _plain(element: Any) -> str:
    """Return the text of an element in one line; spaces that keep words together stay."""
    return re.sub(r"[ \t\r\n\f]+", " ", "".join(element.itertext())).strip(" ")


def _caption(element: Any) -> str:
    """Return the text of a caption without the mark of its evidence."""
    for mark in element.find_class("peerbook-badge"):
        mark.drop_tree()
    return _plain(element)


def _grid(table: Any) -> Grid:
    """Read a table: head, groups of rows, and where each cell begins."""
    captions = table.xpath("./caption")
    head = _rows(table.xpath("./thead/tr"), heads=True)
    groups = []
    for body in table.xpath("./tbody") or [table]:
        rows, title = body.xpath("./tr"), ""
        if rows and [cell.get("scope") for cell in rows[0].xpath("./th|./td")] == ["rowgroup"]:
            title, rows = _plain(rows[0]), rows[1:]
        groups.append(Group(_rows(rows), title))
    return Grid(head, tuple(groups), _caption(captions[0]) if captions else "")


def _rows(rows: Iterable[Any], heads: bool = False) -> tuple[Row, ...]:
    taken: dict[int, int] = {}  # column: rows that a cell from above still takes
    read = []
    for row in rows:
        cells, column, below = [], 0, {c: left - 1 for c, left in taken.items() if left > 1}
        for cell in row.xpath("./th|./td"):
            while taken.get(column):
                column += 1
            columns, deep = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            header = heads or cell.tag == "th"
            cells.append(Cell(_plain(cell), column, columns, deep, header))
            below |= {c: deep - 1 for c in range(column, column + columns) if deep > 1}
            column += columns
        taken = below
        read.append(tuple(cells))
    return tuple(read)


def _mathml(math: Any) -> str:
    from lxml import etree

    math = parser.fragment_fromstring(etree.tostring(math, encoding="unicode", with_tail=False))
    math.set("xmlns", "http://www.w3.org/1998/Math/MathML")
    return etree.tostring(math, encoding="unicode", with_tail=False)


def _spoken(math: Any) -> str:
    """Say a formula in a line: its symbols in order, those below the line after an underscore."""

    def say(element: Any) -> str:
        inside = [say(child) for child in element]
        tag = element.tag.rpartition("}")[2]
        if tag in ("msub", "msup", "mfrac") and len(inside) == 2:
            return inside[0] + {"msub": "_", "msup": "^", "mfrac": " over "}[tag] + inside[1]
        text = (element.text or "").strip()
        return (f" {text} " if tag == "mo" and text in "=+−-±×" and text else text) + "".join(inside)

    return " ".join(say(math).split())
