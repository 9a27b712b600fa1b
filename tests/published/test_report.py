"""The audit of the whole report finds what a check by hand found, and knows which numbers conflict."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from peerbook.published import audit_report, contradictions, load, printed_cells
from peerbook.published.cells import PLACE as CELL

EXPECTED = Path(__file__).parent / "expected_findings.csv"
READINGS = {"printed": "as printed only", "both": "as printed and corrected", "corrected": "corrected only"}
PLACE = ["check", "table", "row", "column"]
COMPARED = ("log_completion", "demographics", "baseline", "baseline_use", "associations")


@pytest.fixture(scope="module")
def report():
    return audit_report("side_by_side")


def places(findings):
    return set(findings[[*PLACE, "reading"]].itertuples(index=False, name=None))


def expected_findings():
    expected = pd.read_csv(EXPECTED, keep_default_na=False)
    return expected.assign(reading=expected["reading"].map(READINGS))


def test_the_audit_finds_every_fault_of_the_hand_check_and_no_other(report):
    expected = expected_findings()
    assert places(expected) - places(report) == set(), "not found"
    assert places(report) - places(expected) == set(), "found without ground"
    assert len(report) == len(expected)


def test_most_of_the_expected_findings_come_from_the_hand_check():
    sources = expected_findings()["source"].str.partition(":")[0].value_counts()
    assert sources.to_dict() == {"hand check": 128, "note in the table": 11, "beyond the hand check": 6}


def test_every_finding_shows_its_arithmetic(report):
    text = report[["check", "severity", "row", "found", "arithmetic"]]
    assert not text.drop(columns="row").eq("").any(axis=None)
    assert set(report["severity"]) == {"error", "warning", "note"}


def test_every_contradiction_is_about_a_printed_number():
    known = pd.concat([printed_cells("side_by_side", name) for name in COMPARED])
    names = load("side_by_side", "statements")[["table", "name"]].set_axis(["table", "row"], axis=1)
    prose = names.assign(column="", quantity="value")
    places = set(pd.concat([known[CELL], prose[CELL]]).itertuples(index=False, name=None))
    found = contradictions("side_by_side")
    assert set(found[CELL].itertuples(index=False, name=None)) <= places
    assert len(found) > 20


def test_numbers_that_two_tables_print_conflict_in_both_and_wherever_they_are_repeated():
    found = contradictions("side_by_side")
    clash = found[found["conflict"].str.contains("table against table")]
    assert set(clash["table"]) == {"A4.1", "A4.3", "A4.4"}
    leeds = clash[(clash["row"] == "Leeds") | (clash["column"] == "Leeds")]
    assert leeds[CELL].to_numpy().tolist() == [
        ["A4.1", "Leeds", "month 1", "monthly"],
        ["A4.1", "Leeds", "month 1", "quarterly"],
        ["A4.3", "n", "Leeds", "n"],
        ["A4.4", "n", "Leeds", "n"],
    ]


def test_a_caller_cannot_change_what_the_next_caller_gets(report):
    mine = audit_report("side_by_side")
    mine.loc[0, "check"] = "changed"
    pd.testing.assert_frame_equal(audit_report("side_by_side"), report)
