"""The Word document: an editor who accepts all changes has the second book, who rejects them the first."""

from __future__ import annotations

import docx
import pytest
from docx.oxml.ns import qn

from peerbook.builder.compare import compare_books, read_book
from peerbook.builder.compare.tracked import write_word


@pytest.fixture
def written(two, tmp_path):
    two.output("table-0").rows[0][3] = "5.5"
    text = two.output("text-3")
    text.record["text"] = "Some \x1b words <b>differ</b> here. " + text.record["text"]
    two.second.claims[0]["status"] = "differs"
    found = compare_books(*map(read_book, two.write()))
    write_word(found, tmp_path / "new" / "changes.docx")
    return found, docx.Document(str(tmp_path / "new" / "changes.docx"))


def _words(cell, without: str) -> str:
    """Return the words of a cell when changes of a sort are taken out."""
    runs = (run for run in cell._tc.iter(qn("w:r")) if run.getparent().tag != qn(without))
    return "".join(text.text for run in runs for text in run if text.tag in (qn("w:t"), qn("w:delText")))


def test_accepting_and_rejecting_gives_either_book(written):
    found, document = written
    rows = [row for table in document.tables for row in table.rows[1:]]
    told = {(_words(row.cells[1], "w:ins"), _words(row.cells[1], "w:del")) for row in rows}
    expected = {
        (each.before, each.after.replace("\x1b", "\N{REPLACEMENT CHARACTER}")) for each in found.differences
    }
    assert told == expected


def test_every_change_has_an_author_a_day_and_a_number_of_its_own(written):
    _, document = written
    marks = [each for name in ("w:ins", "w:del") for each in document.element.iter(qn(name))]
    assert marks
    assert {mark.get(qn("w:author")) for mark in marks} == {"peerbook"}
    assert {mark.get(qn("w:date")) for mark in marks} == {"2026-01-31T12:00:00Z"}
    numbers = [mark.get(qn("w:id")) for mark in marks]
    assert len(set(numbers)) == len(numbers)


def test_tables_have_headings_that_repeat_and_a_caption(written):
    _, document = written
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    assert [each.text for each in document.paragraphs if each.style.name == "Heading 1"] == [
        "Findings",
        "First",
        "Second",
    ]


def test_an_editor_decides_once_about_each_finding(two, tmp_path):
    text = two.output("text-in-short-first")
    text.record["text"] = text.record["text"].replace(".", " again.", 1)
    found = compare_books(*map(read_book, two.write()))
    write_word(found, tmp_path / "changes.docx")
    document = docx.Document(str(tmp_path / "changes.docx"))
    assert [[cell.text for cell in table.columns[0].cells] for table in document.tables] == [
        ["Where", "first, text, sentence 1"]
    ]
