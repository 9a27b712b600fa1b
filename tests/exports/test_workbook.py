"""The workbook: one table to a sheet, numbers as numbers, no text that runs."""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.exports.workbook import number_of, write_workbook


@pytest.fixture(scope="module")
def made(book, tmp_path_factory):
    file = tmp_path_factory.mktemp("xlsx") / "tables.xlsx"
    assert write_workbook(book, file) == 2
    return openpyxl.load_workbook(file)


def table_of(sheet) -> list[tuple]:
    (marked,) = sheet.tables.values()
    return [tuple(cell.value for cell in row) for row in sheet[marked.ref]]


def test_contents_come_first_with_links_then_notes_then_a_sheet_for_each_table(made):
    assert made.sheetnames == ["Contents", "Notes", "Table 1", "Figure 2"]
    contents = made["Contents"]
    assert [row[:2] for row in table_of(contents)][2:] == [
        ("Table 1", "Table 1. People by area"),
        ("Figure 2", "Figure 2. Mean by month"),
    ]
    links = {cell.value: cell.hyperlink.location for row in contents for cell in row if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in ("Notes", "Table 1", "Figure 2")}
    assert "Synthetic data" in contents["A2"].value


def test_a_sheet_has_title_evidence_and_notes_above_its_one_table(made):
    sheet = made["Table 1"]
    assert sheet["A1"].value == "Table 1. People by area"
    assert sheet["A2"].value == "Chapter: Alpha. Evidence: Rebuilt."
    assert sheet["A4"].value == "Note: Areas are as people gave them."
    assert table_of(sheet) == [
        ("Group", "Area", "People: n", "People: Share", "Change: Mean"),
        ("North", "City", 1414, 0.125, -0.3),
        ("North", "Rural", 3, 0.02, 0.1),
        ("South", "City", 7, "[x]", 1),
    ]
    assert sheet["D7"].number_format == "0.0%"
    assert not sheet.merged_cells.ranges
    assert sheet.freeze_panes == "B7"


def test_notes_explain_shorthand_and_hold_every_remark(made):
    notes = table_of(made["Notes"])
    assert ("Table 1", "Areas are as people gave them.") in notes
    assert any("[x]" in note for _, note in notes)


def test_no_cell_is_empty_or_merged_in_any_table(made):
    for sheet in made:
        assert not sheet.merged_cells.ranges
        assert all(value not in (None, "") for row in table_of(sheet) for value in row), sheet.title


def test_a_text_that_begins_like_a_formula_stays_a_text(hostile_book, tmp_path):
    write_workbook(hostile_book, tmp_path / "t.xlsx")
    made = openpyxl.load_workbook(tmp_path / "t.xlsx")
    cells = [cell for sheet in made for row in sheet for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    said = [cell.value for cell in cells if cell.data_type == "s"]
    assert {"=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3", "日本語", "😀"} <= set(said)


def test_every_column_of_a_very_wide_table_is_there(hostile_book, tmp_path):
    write_workbook(hostile_book, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Table H2"]
    assert len(table_of(sheet)[0]) == 61
    assert table_of(sheet)[1][1:] == tuple(range(60))


def test_the_same_book_gives_the_same_bytes(book, tmp_path):
    for name in ("a", "b"):
        write_workbook(book, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_a_written_number_is_read_as_the_number(whole, digits):
    from peerbook.outputs.formats import number

    written = number(whole / 10**digits, digits)
    assert number_of(written)[0] == pytest.approx(whole / 10**digits, abs=10**-9)


@given(st.text(alphabet="=+-@0123456789,.%()x ", max_size=12))
def test_only_a_whole_number_is_a_number(text):
    read = number_of(text)
    assert read is None or text.lstrip("−-")[0].isdigit()
