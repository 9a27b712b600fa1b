"""The PDF: tagged, named, in English, nothing cut, no text read as markup, the same bytes again."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from peerbook.exports import pdf
from peerbook.exports.model import Figure, Heading, Paragraph, Span
from peerbook.exports.pdf import drawn, printed_width, write_pdf, write_summary


def read(book, folder) -> pypdf.PdfReader:
    write_pdf(book, folder / "book.pdf")
    return pypdf.PdfReader(BytesIO((folder / "book.pdf").read_bytes()))


@pytest.fixture(scope="module")
def made(book, tmp_path_factory) -> pypdf.PdfReader:
    return read(book, tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="module")
def hostile_made(hostile_book, tmp_path_factory) -> pypdf.PdfReader:
    return read(hostile_book, tmp_path_factory.mktemp("pdf"))


def elements(reader: pypdf.PdfReader) -> list[dict]:
    """Return the tags of a PDF in reading order."""
    found, todo = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        thing = todo.pop()
        thing = thing.get_object() if hasattr(thing, "get_object") else thing
        if isinstance(thing, list):
            todo.extend(reversed(thing))
        elif isinstance(thing, dict):
            found += [thing] if "/S" in thing else []
            todo += [thing["/K"]] if "/K" in thing else []
    return found


def attribute(element: dict, name: str) -> object:
    """Return an attribute of a table's cell."""
    given = element.get("/A", [])
    given = given.get_object() if hasattr(given, "get_object") else given
    many = given if isinstance(given, list) else [given]
    return next((each.get_object()[name] for each in many if name in each.get_object()), None)


def text(reader: pypdf.PdfReader) -> str:
    """Return all text without spaces, which a PDF does not always hold."""
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def test_it_is_tagged_named_and_in_english(made):
    root = made.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert made.metadata.title == "Peer support, evaluated"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1" in xmp
    assert "<pdfaid:part>2" in xmp
    assert "<pdfaid:conformance>A" in xmp


def test_bookmarks_name_parts_chapters_and_sections(made):
    def names(outline: list) -> list:
        return [names(entry) if isinstance(entry, list) else entry.title for entry in outline]

    assert names(made.outline) == ["Contents", "Start", "Results", ["Alpha", ["Results"]]]


def test_every_page_says_what_the_data_are(made):
    for page in made.pages:
        assert "Stand-indata:rebuiltnumbersaremadeup" in "".join(page.extract_text().split())


def test_a_figure_has_its_description_and_a_table_its_headings(made):
    tags = elements(made)
    assert [tag["/Alt"] for tag in tags if tag["/S"] == "/Figure"] == ["A line that rises from 1 to 3."]
    scopes = [attribute(tag, "/Scope") for tag in tags if tag["/S"] == "/TH"]
    assert scopes.count("/Row") == 3
    assert scopes.count("/Column") == 6 + 2  # head, and a heading for each group
    assert not any(attribute(tag, "/Headers") for tag in tags if tag["/S"] == "/TD")
    assert {"/Caption", "/THead", "/TBody", "/L", "/H1", "/H2", "/H3", "/Formula"} <= {
        tag["/S"] for tag in tags
    }


def test_links_within_the_book_lead_to_their_table(made):
    links = [a.get_object() for page in made.pages for a in page.get("/Annots", [])]
    web = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert web == ["https://example.org/a?b=1&c"]
    assert len(links) > len(web)


def test_the_same_book_gives_the_same_bytes(book, tmp_path):
    for name in ("a", "b"):
        write_pdf(book, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_text_is_read_as_markup(hostile_made):
    said = text(hostile_made)
    for literal in ('<b>x</b>#strong[y]$z$&"q"\\*a*_b_`c`@d', "=cmd|'/Ccalc'!A0"):
        assert literal in said
    assert "Rises <b> & #falls" in [tag.get("/Alt") for tag in elements(hostile_made)]


def test_no_table_is_cut(hostile_made):
    said = text(hostile_made).replace("\u200b", "")
    assert all(f"Measure_of_something_{n}" in said or f"Measureofsomething{n}" in said for n in range(60))
    assert said.count("a" * 10) >= 10
    for page in hostile_made.pages:
        ends = []
        page.extract_text(visitor_text=lambda text, cm, tm, font, size, ends=ends: ends.append(tm[4]))
        assert max(ends) < float(page.mediabox.width) - 28


def test_headings_are_on_each_page_of_a_long_table(tmp_path):
    import pandas as pd

    from peerbook.outputs import table
    from tests.exports.conftest import small

    long = table("table-1", "Long", pd.DataFrame({"Row": [f"r{n}" for n in range(150)], "Value": range(150)}))
    reader = read(small(tmp_path, long), tmp_path)
    pages = [text for text in (page.extract_text() for page in reader.pages) if "r14" in text or "r0" in text]
    assert len(pages) > 1
    assert all("Value" in page for page in pages)


def test_a_summary_is_made_to_fit_two_pages(book, tmp_path):
    chapter = book.chapters[1]
    figure = next(block for block in chapter.blocks if isinstance(block, Figure))
    card = [
        block
        for n in range(6)
        for block in (Heading(2, (Span(f"Finding {n}"),), f"f{n}"), Paragraph((Span("Word " * 60),)), figure)
    ]
    cards = [replace(block, id="") if isinstance(block, Figure) else block for block in card]
    summary = book.only([replace(chapter, part="", blocks=(chapter.blocks[0], *cards))])
    assert write_summary(summary, tmp_path / "summary.pdf") == 2
    assert len(pypdf.PdfReader(tmp_path / "summary.pdf").pages) == 2


def test_pictures_are_drawn_as_png_in_order_and_printed_no_wider_than_a_page(book):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{}pt" height="{}pt"><path d="M0 0"/></svg>'
    pictures = drawn([svg.format(10, 20), svg.format(30, 5)], ppi=72)
    sizes = [(int.from_bytes(p[16:20]), int.from_bytes(p[20:24])) for p in pictures]
    assert sizes == [(10, 20), (30, 5)]
    assert drawn([]) == []
    assert printed_width(svg.format(2000, 100)) == pdf.UPRIGHT
    assert printed_width(svg.format(100, 2000)) == pdf.TALLEST / 20
    assert printed_width(svg.format(100, 50), 0.5) == 50
