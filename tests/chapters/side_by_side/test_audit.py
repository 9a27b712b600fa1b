from __future__ import annotations

import pytest

from peerbook.chapters.side_by_side import audit
from peerbook.published import audit_report
from peerbook.published.report import READINGS


@pytest.fixture(scope="module")
def findings():
    return audit_report("side_by_side")


def test_every_check_with_a_finding_has_its_question(findings):
    assert set(findings["check"]) <= set(audit.QUESTIONS)
    assert all(question.endswith("?") for question in audit.QUESTIONS.values())


def test_the_text_counts_the_findings(findings):
    output = audit.found(findings)
    counts = output.data.set_index("name")["value"]
    assert counts[["error", "warning", "note"]].sum() == len(findings)
    assert f"{counts['error']} errors" in output.markup


def test_in_short_and_the_picture_count_the_same_errors(findings):
    lines = audit.in_short(findings).markup.splitlines()
    errors = findings[findings["severity"] == "error"]
    settled = (errors["reading"] == READINGS[0]).sum()
    assert lines[0].startswith(f"- In {len(errors)} places")
    assert lines[1].startswith(f"- {settled} of these errors")
    assert f"{len(errors) - settled} remain" in lines[1]
    assert f"({errors['check'].value_counts().max()} errors)" in lines[2]
    drawn = audit.drawn(findings)
    assert drawn.data["findings"].sum() == len(findings)
    assert drawn.alt.startswith(f"{settled} of {len(errors)} errors go away")


def test_a_report_without_a_finding_is_said_to_have_none(findings):
    assert "In 0 places" in audit.in_short(findings.iloc[:0]).markup
    assert "No question was answered with an error." in audit.in_short(findings.iloc[:0]).markup
    assert audit.drawn(findings.iloc[:0]).markup


def test_what_compares_print_with_print_is_published_evidence(findings):
    made = (audit.in_short, audit.found, audit.drawn, audit.by_check, audit.every_finding)
    assert {function(findings).evidence for function in made} == {"published"}


def test_the_summary_counts_every_finding_once(findings):
    assert audit.by_check(findings).data["findings"].sum() == len(findings)


def test_the_list_shows_every_finding_with_its_arithmetic(findings):
    output = audit.every_finding(findings)
    html = output._repr_html_()
    assert html.count('<th scope="row"') == len(findings)
    assert "0.17 is not between 40 and 0.73" in html
    assert output.data.equals(findings)
