from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.data import load_definitions
from peerbook.data.problems import HIDDEN, Problem, as_report, shown
from peerbook.errors import DataError

REGISTRATIONS, LOGS = (
    load_definitions("side_by_side").tables["registrations"],
    load_definitions("side_by_side").tables["logs"],
)


@pytest.mark.parametrize(
    "text", ["Leads", "2016-02-30", "30/02/2016 10:15:00", "7", "-1", "12.5", "no", "N/A"]
)
def test_harmless_values_are_shown_even_beside_contact_details(text):
    assert shown(text, REGISTRATIONS.fields["region"], REGISTRATIONS) == f"'{text}'"


@pytest.mark.parametrize(
    "text",
    ["Jo Bloggs", "12 High Street", "LS1 4AP", "jo@example.org", "07700 900123", "+44 7700 900123", "Jo"],
)
def test_nothing_that_may_be_a_contact_detail_is_shown_beside_contact_details(text):
    assert shown(text, REGISTRATIONS.fields["region"], REGISTRATIONS) == HIDDEN


@pytest.mark.parametrize(
    "text", ["jo@example.org", "07700 900123", "ring 0113 496 0000", "LS1 4AP", "w" * 41]
)
def test_what_looks_like_a_contact_detail_is_shown_nowhere(text):
    assert shown(text, LOGS.fields["swemwbs_1"], LOGS) == HIDDEN


def test_free_text_is_never_shown():
    assert shown("Leeds", LOGS.fields["projects_named"], LOGS) == HIDDEN


def test_an_empty_cell_is_called_nothing():
    assert shown("  ", LOGS.fields["region"], LOGS) == "nothing"


@given(st.emails())
def test_no_email_address_is_shown(address):
    assert shown(address, LOGS.fields["region"], LOGS) == HIDDEN


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
