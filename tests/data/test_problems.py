from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.data import load_definitions
from peerbook.data.problems import HIDDEN, Problem, as_report, shown
from peerbook.errors import DataError

TABLES = load_definitions("side_by_side").tables
REGISTRATIONS, LOGS, PROJECTS = TABLES["registrations"], TABLES["logs"], TABLES["projects"]


@pytest.mark.parametrize("text", ["7", "-1", "12.5", "no", "N/A", "leeds", " Leeds ", "LEEDS", "LEE-99"])
def test_what_cannot_say_who_somebody_is_is_shown(text):
    assert shown(text, REGISTRATIONS.fields["region"]) == f"'{text}'"


@pytest.mark.parametrize("text", ["2016-02-30", "30/02/2016 10:15:00"])
def test_a_date_is_shown_in_a_column_of_dates_only(text):
    assert shown(text, REGISTRATIONS.fields["registered_on"]) == f"'{text}'"
    assert HIDDEN in shown(text, REGISTRATIONS.fields["region"])


@pytest.mark.parametrize(
    "field", [REGISTRATIONS.fields["region"], LOGS.fields["swemwbs_1"], PROJECTS.fields["funding"]]
)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "Jo Bloggs",
            "12 High Street",
            "LS1 4AP",
            "jo@example.org",
            "07700 900123",
            "+44 7700 900123",
            "Jo",
        ),
        *("ring 0113 496 0000", "w" * 41, "Leeder", "Granter"),
    ],
)
def test_what_may_say_who_somebody_is_is_shown_nowhere(text, field):
    assert HIDDEN in shown(text, field)
    assert text not in shown(text, field)


def test_a_surname_near_an_answer_is_not_shown_but_the_answer_is():
    assert shown("Leeder", REGISTRATIONS.fields["region"]) == f"a word near 'Leeds' {HIDDEN}"


def test_free_text_is_never_shown():
    assert shown("Leeds", LOGS.fields["projects_named"]) == HIDDEN


def test_an_empty_cell_is_called_nothing():
    assert shown("  ", LOGS.fields["region"]) == "nothing"


@given(st.emails())
def test_no_email_address_is_shown(address):
    assert shown(address, LOGS.fields["region"]) == HIDDEN


def problem(row, severity="error", column="hope_1", found="'9'", file="logs.csv"):
    return Problem(file, row, column, severity, "out-of-range value", found, "1 to 4", "Check")


def test_a_report_has_errors_first_and_counts_them(tmp_path):
    report = as_report(tmp_path, [problem(9, "warning"), problem(7), problem(3)])
    assert report.problems["row"].tolist() == [3, 7, 9]
    assert (report.n_errors, report.n_warnings, report.ok) == (2, 1, False)
    with pytest.raises(DataError, match="2 errors, 1 warning"):
        report.raise_if_errors()


def test_problems_of_one_sort_are_one_group(tmp_path):
    rows = [problem(row, column=f"hope_{row % 6}", found=f"'{row}'") for row in range(2, 12)]
    group = as_report(tmp_path, rows).grouped().iloc[0]
    assert group["number"] == 10
    assert group["columns"] == "hope_2, hope_3, hope_4, hope_5 and 2 more"
    assert group["rows"] == "2, 3, 4, 5, 6, 7 and 4 more"
    assert group["found"] == "'2', '3', '4' and 7 more"


def test_a_report_without_problems_says_so(tmp_path):
    report = as_report(tmp_path, [])
    assert report.ok
    assert str(report).endswith("no problems found.")
    report.raise_if_errors()


def test_a_report_is_readable_in_a_notebook_and_whole_as_csv(tmp_path):
    report = as_report(tmp_path, [problem(3, found="'<b>'"), problem(4)])
    assert "&lt;b&gt;" in report._repr_html_()
    assert "<b>" not in report._repr_html_()
    report.to_csv(tmp_path / "problems.csv")
    assert (tmp_path / "problems.csv").read_text().splitlines()[0] == (
        "file,row,column,severity,kind,found,expected,remedy"
    )
    assert len((tmp_path / "problems.csv").read_text().splitlines()) == 3


def test_too_many_sorts_are_counted_not_listed(tmp_path):
    report = as_report(tmp_path, [problem(2, file=f"{number}.csv") for number in range(60)])
    assert "and 20 more problems of 20 sorts: see the CSV." in str(report)


def test_a_report_steers_no_terminal_and_runs_in_no_spreadsheet(tmp_path):
    report = as_report(tmp_path, [problem(1, column="=1+1\x1b[31m"), problem(2, column="\u202ehope")])
    assert "\x1b" not in str(report)
    assert "\u202e" not in str(report)
    report.to_csv(tmp_path / "problems.csv")
    assert "'=1+1" in (tmp_path / "problems.csv").read_text()
