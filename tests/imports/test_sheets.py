"""What an export holds, in every form in which LimeSurvey and Excel write it."""

from __future__ import annotations

import openpyxl
import pytest

from peerbook.errors import DataError
from peerbook.imports.sheets import BLANK, NOT_SHOWN, RAGGED, find, read_sheets

CODES = ["id", "submitdate", "lastpage", "startlanguage", "PID", "SUP[INF_GIV]", "NAMES"]
FULL = ["Response ID", "Date submitted", "Last page", "Start language", "Your ID", "Support [given]", "Names"]
BOTH = [*CODES[:4], "PID. Your ID", "SUP[INF_GIV]. Support [given]", "NAMES. Names"]
ROWS = [
    ["1", "2016-03-01 10:15:00", "9", "en", "0001", "3", "a\nb"],
    ["2", "", "2", "en", "0002", "", "'=x"],
]


def write(path, heads, mark=",", rows=ROWS, before=""):
    lines = [mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [heads, *rows]]
    path.write_bytes(b"\xef\xbb\xbf" + (before + "\r\n".join(lines) + "\r\n\r\n").encode())
    return path


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(("heads", "names"), [(CODES, CODES), (BOTH, CODES), (FULL, [*CODES[:4], *FULL[4:]])])
def test_headings_and_separators_of_limesurvey(tmp_path, mark, heads, names):
    (sheet,) = read_sheets(write(tmp_path / "results.csv", heads, mark))
    assert sheet.program == "limesurvey"
    assert list(sheet.names) == names
    assert sheet.cells(names[-1]) == ["a\nb", "=x"]  # LimeSurvey masks a formula with an apostrophe
    assert sheet.lines == [2, 4]
    assert sheet.left_out == {}
    assert sheet.n_read == 2


def test_a_vv_export_tells_not_shown_from_not_answered(tmp_path):
    rows = [[*ROWS[0][:5], NOT_SHOWN, "{lbrace}a{newline}b{tab}{quote}"], [*ROWS[1][:5], "", ""]]
    path = write(
        tmp_path / "vvexport_1.xls", CODES, "\t", rows, "\t".join(f'"Q{i}"' for i in range(7)) + "\r\n"
    )
    (sheet,) = read_sheets(path)
    assert (sheet.program, list(sheet.names)) == ("limesurvey", CODES)
    assert sheet.cells("SUP[INF_GIV]") == [NOT_SHOWN, ""]
    assert sheet.cells("NAMES")[0] == '{a\nb\t"'
    assert sheet.texts[4] == "Q4"


def test_rows_that_cannot_be_read_are_listed(tmp_path):
    path = tmp_path / "forms.csv"
    path.write_text("a,b\n1,2\n\n3\n4,5,6\n7,8,\n")
    (sheet,) = read_sheets(path)
    assert sheet.rows == [["1", "2"], ["7", "8"]]
    assert sheet.left_out == {BLANK: [3], RAGGED: [4, 5]}
    assert sheet.n_read == 5


def test_a_workbook_with_a_title_groups_and_merged_cells(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Forms typed in 2026"],
        ["ID", "Support", None, "Day"],
        [None, "given", "received", None],
        [27, 1, 2.0, "5/3/2026"],
        [None, "x", None, "6/3/2026"],
    ):
        sheet.append(row)
    for area in ("B2:C2", "A2:A3", "D2:D3", "A4:A5"):
        sheet.merge_cells(area)
    sheet["A4"].number_format = "0000"
    book.create_sheet("Empty")
    book.save(tmp_path / "forms.xlsx")
    (read,) = read_sheets(tmp_path / "forms.xlsx")
    assert list(read.names) == ["ID", "Support / given", "Support / received", "Day"]
    assert read.heading_rows == (2, 3)
    assert read.rows == [["0027", "1", "2", "5/3/2026"], ["0027", "x", "", "6/3/2026"]]
    assert read.lines == [4, 5]
    assert (read.number, read.where) == (1, "forms.xlsx, sheet 1")


def test_headings_may_be_named_by_the_mapping(tmp_path):
    path = tmp_path / "forms.csv"
    path.write_text("made by the office,\nID,1\n27,2\n")
    (sheet,) = read_sheets(path, {0: [2]})
    assert (list(sheet.names), sheet.rows) == (["ID", "1"], [["27", "2"]])


def test_a_formula_without_a_result_is_said(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, "=A2+1"])
    book.save(tmp_path / "forms.xlsx")
    (sheet,) = read_sheets(tmp_path / "forms.xlsx")
    assert sheet.rows == [["1", ""]]
    assert "1 cells hold a formula without a result" in sheet.remarks[0]


def test_columns_are_found_by_name_in_any_case_or_by_place(tmp_path):
    (sheet,) = read_sheets(write(tmp_path / "results.csv", CODES))
    assert [find(sheet, name) for name in ("PID", "pid", " names ", "column 5", "column 99", "AGE")] == [
        "PID", "PID", "NAMES", "PID", None, None,
    ]  # fmt: skip


def test_a_quotation_mark_that_is_not_closed_names_its_row(tmp_path):
    path = tmp_path / "forms.csv"
    path.write_text('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    with pytest.raises(
        DataError, match=r"forms.csv, row that begins on line 3: a quotation mark is not closed"
    ):
        read_sheets(path)


def test_only_an_apostrophe_that_masks_a_formula_is_taken_away(tmp_path):
    path = tmp_path / "forms.csv"
    path.write_text("ID,NAMES\n1,rock 'n'-roll\n2,'=x\n3,'tis\n")
    (sheet,) = read_sheets(path)
    assert sheet.cells("NAMES") == ["rock 'n'-roll", "=x", "'tis"]
