"""Word: captions, descriptions, row headings, headings that repeat, turned pages."""

from __future__ import annotations

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from peerbook.exports.word import write_word


@pytest.fixture(scope="module")
def made(book, tmp_path_factory):
    file = tmp_path_factory.mktemp("word") / "alpha.docx"
    write_word(book, book.chapters[1], file)
    return docx.Document(file)


@pytest.fixture(scope="module")
def hostile_made(hostile_book, tmp_path_factory):
    file = tmp_path_factory.mktemp("word") / "alpha.docx"
    write_word(hostile_book, hostile_book.chapters[1], file)
    return docx.Document(file)


def test_it_begins_with_its_title_and_says_who_what_and_in_which_language(made):
    assert (made.paragraphs[0].text, made.paragraphs[0].style.name) == ("Alpha", "Heading 1")
    properties = made.core_properties
    assert properties.title == "Alpha (Peer support, evaluated)"
    assert properties.language == "en-GB"
    assert "Synthetic data" in properties.subject
    assert str(properties.created).startswith("2026-01-02 03:04:05")
    (language,) = made.styles.element.xpath("//w:rPrDefault//w:lang")
    assert language.get(qn("w:val")) == "en-GB"


def test_every_page_says_what_the_data_are(made):
    for section in made.sections:
        assert section.header.paragraphs[0].text.startswith("Stand-in data: rebuilt numbers are made up")


def test_captions_carry_number_and_evidence(made):
    captions = [p.text for p in made.paragraphs if p.style.name.endswith("Caption")]
    assert captions == ["Table 1. People by area [Rebuilt]", "Figure 2. Mean by month [Rebuilt]"]


def test_a_table_has_row_headings_and_headings_that_repeat(made):
    (table,) = made.tables
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    assert (look.get(qn("w:firstColumn")), look.get(qn("w:firstRow"))) == ("1", "1")
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Table 1: People by area"
    repeated = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table._tbl.tr_lst]
    assert repeated == [True, True, False, False, False, False, False]
    assert [cell.text for cell in table.rows[3].cells] == ["City", "1,414", "12.5%", "−0.30"]
    assert table.rows[2].cells[0].text == "North"


def test_a_picture_is_described_and_fits_the_page(made):
    (picture,) = made.element.body.iter(qn("wp:docPr"))
    assert picture.get("descr") == "A line that rises from 1 to 3."
    assert made.inline_shapes[0].width.cm <= 17


def test_a_very_wide_table_stands_in_parts_on_turned_pages(hostile_made):
    parts = [t for t in hostile_made.tables if t.rows[0].cells[0].text == "Row"]
    assert len(parts) > 1
    headings = [c.text.replace("\u200b", "") for part in parts for c in part.rows[0].cells[1:]]
    assert headings == [f"Measure of something {n}" for n in range(60)] or headings == [
        f"Measure_of_something_{n}" for n in range(60)
    ]
    assert [section.orientation for section in hostile_made.sections].count(WD_ORIENT.LANDSCAPE) == 1
    for part in parts:
        assert sum(column.width.pt for column in part.columns) <= 730


def test_no_text_is_read_as_markup(hostile_made):
    text = "\n".join(p.text for p in hostile_made.paragraphs)
    assert '<b>x</b> #strong[y] $z$ & "q" \\ *a* _b_ `c` @d' in text
    cells = [cell.text for table in hostile_made.tables for row in table.rows for cell in row.cells]
    assert "=cmd|' /C calc'!A0" in cells


def test_the_same_chapter_gives_the_same_bytes(book, tmp_path):
    for name in ("a.docx", "b.docx"):
        write_word(book, book.chapters[1], tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
