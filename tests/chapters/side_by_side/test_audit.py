from __future__ import annotations

import pytest

from peerbook.chapters.side_by_side import audit
from peerbook.published import audit_report


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


def test_the_summary_counts_every_finding_once(findings):
    assert audit.by_check(findings).data["findings"].sum() == len(findings)


def test_the_list_shows_every_finding_with_its_arithmetic(findings):
    output = audit.every_finding(findings)
    html = output._repr_html_()
    assert html.count('<th scope="row"') == len(findings)
    assert "0.17 is not between 40 and 0.73" in html
    assert output.data.equals(findings)
