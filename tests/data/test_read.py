from __future__ import annotations

import numpy as np
import pytest

from peerbook.data import load_definitions
from peerbook.data.read import no_rows, read_text

PROJECTS = load_definitions("side_by_side").tables["projects"]
HEADER = "project_id,name,region,funding,partner,approach,bame_specific,diagnosis_specific"
ROW = "LEE-01,A group,Leeds,Grant,,Group,no,no"


def read(tmp_path, content, schema=PROJECTS):
    path = tmp_path / "projects.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_text(path, "projects.csv", schema)


def kinds(problems):
    return [(problem.kind, problem.row, problem.severity) for problem in problems]


def test_a_good_file_is_read_as_text(tmp_path):
    table, problems = read(tmp_path, f"{HEADER}\n{ROW}\nLEE-02,007,Leeds,,,,,\n")
    assert problems == []
    assert table.text["name"].tolist() == ["A group", "007"]
    assert table.text["funding"].tolist() == ["Grant", ""]
    assert table.lines.tolist() == [2, 3]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_numbers_are_those_of_the_file(tmp_path, ending):
    rows = ["", HEADER, ROW, "", 'LEE-02,"two', 'lines",Leeds,,,,,', "  ", "LEE-03,c,Leeds,,,,,"]
    table, problems = read(tmp_path, ending.join(rows))
    assert problems == []
    assert table.lines.tolist() == [3, 5, 8]
    assert table.text["project_id"].tolist() == ["LEE-01", "LEE-02", "LEE-03"]


def test_a_byte_order_mark_is_no_problem(tmp_path):
    table, problems = read(tmp_path, f"\ufeff{HEADER}\n{ROW}\n")
    assert problems == []
    assert "project_id" in table.text


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (f"{HEADER}\n{ROW}\nLEE-02,Café,Leeds,,,,,\n".encode("latin-1"), 3),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), 0),
    ],
)
def test_another_encoding_is_an_error_and_the_rest_is_checked_all_the_same(tmp_path, content, row):
    table, problems = read(tmp_path, content)
    assert kinds(problems) == [("wrong encoding", row, "error")]
    assert table.text["project_id"].iloc[0] == "LEE-01"


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_delimiter_is_an_error_and_the_rest_is_checked_all_the_same(tmp_path, mark):
    table, problems = read(tmp_path, f"{HEADER}\n{ROW}\n".replace(",", mark))
    assert kinds(problems) == [("wrong delimiter", 1, "error")]
    assert table.text["region"].tolist() == ["Leeds"]


def test_ragged_rows_are_left_out_and_said(tmp_path):
    table, problems = read(tmp_path, f"{HEADER}\nLEE-01,A group, with a comma,Leeds,,,,,\nLEE-02,b\n{ROW}\n")
    assert kinds(problems) == [("ragged row", 2, "error"), ("ragged row", 3, "error")]
    assert [problem.found for problem in problems] == ["9 cells", "2 cells"]
    assert table.lines.tolist() == [4]
    assert table.text["name"].tolist() == ["A group"]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only(tmp_path):
    rest = "\n".join([ROW] * 8000)
    table, problems = read(tmp_path, f'{HEADER}\n{ROW}\nLEE-02,"open,Leeds,,,,,\n{rest}\n')
    assert kinds(problems) == [("ragged row", 3, "error")]
    assert problems[0].found == "a quotation mark out of place, or a very long cell"
    assert table.lines.tolist() == [2, *range(4, 8004)]


def test_two_marks_that_swallow_a_row_cost_the_first_only(tmp_path):
    rows = f'{HEADER}\nLEE-01,"A group,Leeds,Grant,,Group,no,no\nLEE-02,b",Leeds,Grant,,Group,no,no\n{ROW}\n'
    table, problems = read(tmp_path, rows)
    assert kinds(problems) == [("ragged row", 2, "error")]
    assert problems[0].found == "a cell with a whole row in it"
    assert table.lines.tolist() == [3, 4]


def test_a_cell_of_several_lines_is_no_row(tmp_path):
    cell = '"A group\nwith two lines, and a comma\n3, or 4, people"'
    table, problems = read(tmp_path, f"{HEADER}\n{ROW.replace('A group', cell)}\n{ROW}\n")
    assert problems == []
    assert table.lines.tolist() == [2, 5]


def test_a_blank_row_in_quotes_of_a_table_of_one_column_is_blank(tmp_path):
    table, _ = read(tmp_path, 'region\nLeeds\n""\nSuffolk\n')
    assert table.text["region"].tolist() == ["Leeds", "Suffolk"]
    assert table.lines.tolist() == [2, 4]


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.7"])
def test_what_is_no_text_says_what_it_is(tmp_path, beginning):
    table, problems = read(tmp_path, beginning + bytes(100))
    assert kinds(problems) == [("not a CSV file", 0, "error")]
    assert "CSV UTF-8" in problems[0].remedy
    assert len(table.lines) == 0


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_letters_are_recognised_without_a_mark(tmp_path, encoding):
    table, problems = read(tmp_path, f"{HEADER}\n{ROW}\n".encode(encoding))
    assert kinds(problems) == [("wrong encoding", 0, "error")]
    assert table.text["region"].tolist() == ["Leeds"]


def test_letters_encoded_twice_are_a_warning(tmp_path):
    _, problems = read(tmp_path, f"{HEADER}\n{ROW.replace('A group', 'A cafÃ©')}\n")
    assert kinds(problems) == [("garbled letters", 2, "warning")]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_an_error(tmp_path, content):
    table, problems = read(tmp_path, content)
    assert kinds(problems) == [("empty file", 1, "error")]
    assert len(table.lines) == 0


def test_a_first_line_of_data_is_an_error_and_is_not_shown(tmp_path):
    _, problems = read(
        tmp_path,
        "0001,2016-01-01,somebody@example.org\n",
        load_definitions("side_by_side").tables["registrations"],
    )
    assert kinds(problems) == [("missing header", 1, "error")]
    assert "somebody" not in str(problems)


def test_columns_missing_unknown_and_repeated(tmp_path):
    header = HEADER.replace("approach", "aproach").replace("partner", "funding")
    table, problems = read(tmp_path, f"{header}\n{ROW}\n")
    assert [(p.column, p.kind, p.severity) for p in problems] == [
        ("partner", "missing column", "error"),
        ("approach", "missing column", "error"),
        ("aproach", "unknown column", "warning"),
        ("funding", "repeated column", "error"),
    ]
    assert problems[1].remedy == "Rename the column 'aproach' if it is this one"
    assert problems[2].expected == "'approach' or another known column"
    assert list(table.text["funding"]) == ["Grant"]


def test_columns_are_found_by_name_in_any_order(tmp_path):
    shuffled = "region,diagnosis_specific,project_id,name,funding,partner,approach,bame_specific"
    table, problems = read(tmp_path, f"{shuffled}\nLeeds,no,LEE-01,a,,,,\n")
    assert problems == []
    assert table.text.iloc[0].to_dict()["project_id"] == "LEE-01"
    assert list(table.text) == HEADER.split(",")


def test_contact_details_are_never_read(tmp_path):
    schema = load_definitions("side_by_side").tables["registrations"]
    header = ",".join([*schema.fields, "nickname"])
    row = ",".join("SECRET" if field.personal else "x" for field in schema.fields.values()) + ",SECRET"
    table, _ = read(tmp_path, f"{header}\n{row}\n", schema)
    assert list(table.text) == list(schema.read_fields)
    assert not (table.text.astype("str") == "SECRET").to_numpy().any()


def test_contact_details_may_be_absent(tmp_path):
    schema = load_definitions("side_by_side").tables["registrations"]
    _, problems = read(tmp_path, ",".join(schema.read_fields) + "\n", schema)
    assert problems == []


def test_a_hundred_thousand_rows_keep_their_lines(tmp_path):
    table, problems = read(tmp_path, "\n".join([HEADER, *[ROW] * 100_000]))
    assert problems == []
    assert np.array_equal(table.lines, np.arange(2, 100_002))


def test_a_table_without_rows_is_an_error(tmp_path):
    assert [(p.kind, p.severity) for p in no_rows(read(tmp_path, HEADER)[0])] == [("no rows", "error")]
    assert no_rows(read(tmp_path, f"{HEADER}\n{ROW}\n")[0]) == []
