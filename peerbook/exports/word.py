"""A chapter as a Word document: written by pandoc, completed with what pandoc leaves out.

Pandoc loses which cells head their row, and knows no turned pages; python-docx adds both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.errors import BookError
from peerbook.exports.fit import Fitted, Room
from peerbook.exports.hypertext import Hypertext, fitted
from peerbook.exports.model import Book, Chapter, Figure, Table, walk
from peerbook.exports.pandoc import pandoc
from peerbook.exports.pdf import TALLEST, UPRIGHT, drawn, size_of
from peerbook.exports.zipped import rewritten

if TYPE_CHECKING:
    from docx.document import Document

LETTERS = 8.5  # points, in tables
ROOM = Room(UPRIGHT / LETTERS, 728.0 / LETTERS)
LANGUAGE = "en-GB"
_EMU, _TWIPS = 12700, 20  # Word's units in a point


def write_word(book: Book, chapter: Chapter, file: Path) -> None:
    """Write one chapter.

    Raises
    ------
    BookError
        If pandoc fails, or if the file that was written does not hold what the chapter has.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = _by_pandoc(book, chapter, Path(scratch))
    document = _completed(made, book, chapter)
    written = BytesIO()
    document.save(written)
    finished = rewritten(written.getvalue())
    _check(finished, chapter)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(finished)


def _by_pandoc(book: Book, chapter: Chapter, scratch: Path) -> bytes:
    figures = [block for block in walk(chapter.blocks) if isinstance(block, Figure)]
    for number, picture in enumerate(drawn([figure.svg for figure in figures])):
        (scratch / f"{number}.png").write_bytes(picture)
    names = {id(figure): f"{number}.png" for number, figure in enumerate(figures)}
    writer = Hypertext(book.only([chapter]).anchors(), lambda figure: names[id(figure)], ROOM)
    text = writer.page("", writer.chapter(chapter))
    target = scratch / "chapter.docx"
    options = ["--from=html", "--to=docx", f"--output={target}", f"--metadata=lang:{LANGUAGE}"]
    # Pandoc writes the name of a picture into the file: without a folder, which is another one each time.
    pandoc(*options, f"--resource-path={scratch}", text=text, date=book.date)
    return target.read_bytes()


def _completed(made: bytes, book: Book, chapter: Chapter) -> Document:
    import docx

    document = docx.Document(BytesIO(made))
    _describe(document, book, chapter)
    _lay_out(document, book)
    tables = [(block, part) for block in _tables(chapter) for part in fitted(block, ROOM)]
    if len(tables) != len(document.tables):
        raise BookError(f"{chapter.title}: {len(tables)} tables became {len(document.tables)} in Word.")
    for written, (table, part) in zip(document.tables, tables, strict=True):
        _finish_table(written, table, part)
    figures = [block for block in walk(chapter.blocks) if isinstance(block, Figure)]
    for shape, figure in zip(document.inline_shapes, figures, strict=True):
        width, height = size_of(figure.svg)
        scale = min(1.0, UPRIGHT / width, TALLEST / height)
        shape.width, shape.height = int(width * scale * _EMU), int(height * scale * _EMU)
    _turn(document, [w for w, (_, part) in zip(document.tables, tables, strict=True) if part.turned])
    return document


def _tables(chapter: Chapter) -> Iterator[Table]:
    return (block for block in walk(chapter.blocks) if isinstance(block, Table))


def _describe(document: Document, book: Book, chapter: Chapter) -> None:
    properties, date = document.core_properties, datetime.fromisoformat(book.date).replace(tzinfo=None)
    properties.title, properties.author = f"{chapter.title} ({book.title})", book.author
    properties.subject, properties.language = book.notice, LANGUAGE
    properties.created = properties.modified = date
    properties.last_modified_by, properties.revision = book.author, 1


def _lay_out(document: Document, book: Book) -> None:
    """Set A4, the head and foot of the page, and small letters in tables."""
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.0)
    section.header.paragraphs[0].text = f"{book.evidence} · {book.title}"
    _add_field(section.footer.paragraphs[0], "PAGE")
    for name in ("Normal", "Body Text", "Compact"):
        if name in (style.name for style in document.styles):
            document.styles[name].font.size = Pt(LETTERS if name == "Compact" else 11)


def _add_field(paragraph: Any, what: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), what)
    paragraph._p.append(field)


def _finish_table(written: Any, table: Table, part: Fitted) -> None:
    """Mark row headings and headings to repeat on each page; name the table; set widths; keep rows whole."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = written._tbl.tblPr
    for old in [*properties.findall(qn("w:tblLook")), *properties.findall(qn("w:tblCaption"))]:
        properties.remove(old)
    look = OxmlElement("w:tblLook")
    # 0020: first row, 0080: first column, 0400 and 0200: no bands.
    for name, value in {"val": "06A0", "firstRow": "1", "lastRow": "0", "firstColumn": "1", "lastColumn": "0",
                        "noHBand": "1", "noVBand": "1"}.items():  # fmt: skip
        look.set(qn(f"w:{name}"), value)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), ": ".join(filter(None, [table.label, table.caption, part.grid.title])))
    properties.append(look)
    properties.append(caption)
    _set_widths(written, [round(width * LETTERS * _TWIPS) for width in part.widths])
    for number, row in enumerate(written._tbl.tr_lst):
        settings, head = row.get_or_add_trPr(), number < len(part.grid.head)
        if settings.find(qn("w:cantSplit")) is None:
            settings.insert(0, OxmlElement("w:cantSplit"))
        if head and settings.find(qn("w:tblHeader")) is None:
            settings.append(OxmlElement("w:tblHeader"))
        if head or len(row.tc_lst) == 1:  # a heading of the table, or of a group of rows
            for run in row.iter(qn("w:r")):
                run.get_or_add_rPr().get_or_add_b()


def _set_widths(written: Any, widths: list[int]) -> None:
    from docx.oxml.ns import qn

    whole = written._tbl.tblPr.find(qn("w:tblW"))
    whole.set(qn("w:type"), "dxa")
    whole.set(qn("w:w"), str(sum(widths)))
    for column, width in zip(written._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))


def _turn(document: Document, tables: Iterable[Any]) -> None:
    """Put tables with caption and remarks on turned pages: sections of their own, neighbours in one."""
    end = None  # the paragraph that ends the last turned section
    for table in tables:
        first = last = table._tbl
        while _is_caption(first.getprevious()) or _is_bookmark(first.getprevious(), "Start"):
            first = first.getprevious()
        while _is_remark(last.getnext()) or _is_bookmark(last.getnext(), "End"):
            last = last.getnext()
        if end is not None and first.getprevious() is end:
            last.addnext(end)
            continue
        end = _ends_section(document, turned=True)
        first.addprevious(_ends_section(document, turned=False))
        last.addnext(end)


def _ends_section(document: Document, turned: bool) -> Any:
    """Return a paragraph that ends a section like the last of the document, upright or turned."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph, properties = OxmlElement("w:p"), OxmlElement("w:pPr")
    section = deepcopy(document.element.body.sectPr)
    size = section.find(qn("w:pgSz"))
    short, long = sorted((int(size.get(qn("w:w"))), int(size.get(qn("w:h")))))
    size.set(qn("w:w"), str(long if turned else short))
    size.set(qn("w:h"), str(short if turned else long))
    if turned:
        size.set(qn("w:orient"), "landscape")
    properties.append(section)
    paragraph.append(properties)
    return paragraph


def _is_bookmark(element: Any, side: str) -> bool:
    from docx.oxml.ns import qn

    return element is not None and element.tag == qn(f"w:bookmark{side}")


def _is_remark(element: Any) -> bool:
    """Whether something is an item of a list, as remarks on a table are, or pandoc's space between tables."""
    from docx.oxml.ns import qn

    if element is None or element.tag != qn("w:p"):
        return False
    return element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None or element.find(qn("w:r")) is None


def _is_caption(element: Any) -> bool:
    from docx.oxml.ns import qn

    style = None if element is None else element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return style is not None and style.get(qn("w:val")) in ("Caption", "TableCaption")


def _check(finished: bytes, chapter: Chapter) -> None:
    """Open what was written, and look whether captions, descriptions and headings are there."""
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(BytesIO(finished))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    wanted = [
        f"{block.label}."
        for block in walk(chapter.blocks)
        if isinstance(block, Table | Figure) and block.label
    ]
    missing = [label for label in wanted if label not in text]
    shown = document.element.body.iter(qn("wp:docPr"))
    undescribed = [picture.get("name", "") for picture in shown if not picture.get("descr")]
    if missing or undescribed:
        raise BookError(
            f"{chapter.title} as a Word document lacks {', '.join([*missing, *undescribed])}. "
            "Please report this as a fault of peerbook."
        )
