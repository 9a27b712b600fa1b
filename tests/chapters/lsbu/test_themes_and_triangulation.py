"""Themes and evidence: thirteen cases as readers judged them, and quotations by theme as in print."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.lsbu import rows
from peerbook.chapters.lsbu import themes_and_triangulation as chapter
from peerbook.errors import DataError
from peerbook.evidence.matrix import CONVERGENT, DIVERGENT, NOT_ASKED, SINGLE, TELLING

READ_AS = {
    "convergent": CONVERGENT,
    "convergent across roles": CONVERGENT,
    "divergent": DIVERGENT,
    "divergent between roles": DIVERGENT,
    "single source": SINGLE,
    "single source, local": SINGLE,
    "cannot be tested here": SINGLE,
}


def test_every_case_comes_out_as_readers_judged_it(evaluation, expected):
    cases = expected("triangulation").set_index("row_id")["status"]
    assert len(cases) == 13
    found = rows.triangulation(evaluation).set_index("statement")
    assert found["state"].to_dict() == cases.map(READ_AS).to_dict()
    assert found.loc["T05", "focus group"] == TELLING
    assert found.loc["T09", "focus group"] == NOT_ASKED


def test_every_divergent_case_has_a_resolution_and_no_other_has_one(evaluation):
    found = rows.triangulation(evaluation)
    assert found.loc[found["resolution"] != "", "statement"].tolist() == ["T05", "T06", "T10", "T13"]
    shown = chapter.differing(evaluation).shown
    assert shown["taken as"].tolist() == ["local context", "local context", "left open", "left open"]
    assert shown["says who"].tolist() == ["the report", "the report", "this book", "the report"]


@pytest.mark.parametrize("case", ["T05", "T10"])
def test_without_a_resolution_there_is_no_page(evaluation, changed, case):
    findings = evaluation.tables["findings"]
    bare = findings.assign(resolution=findings["resolution"].mask(findings["finding_id"] == case))
    with pytest.raises(DataError, match=f"found none for {case}, where"):
        chapter.matrix(changed(findings=bare))


def test_the_matrix_says_who_is_for_and_against(evaluation):
    shown = chapter.matrix(evaluation).shown
    money = shown.loc["Money and jobs are not secure"]
    assert money[["for it", "against it", "together"]].tolist() == [
        "facilitators", "focus group (silent)", DIVERGENT,
    ]  # fmt: skip
    assert "literature (with another reading)" in shown.loc["Facilitators gain too", "for it"]
    assert shown.loc["Disability is a barrier", "could not speak"] == "focus group"
    assert chapter.matrix(evaluation).evidence == "judgement"


def test_quotations_stand_under_themes_as_in_print(evaluation, expected):
    printed = expected("placements")["n_quotation_placements"].astype(int).tolist()
    data = chapter.extracts_by_theme(evaluation).data
    assert (data["new"] + data["repeated"]).tolist() == printed
    assert data["repeated"].sum() == 5


def test_tables_of_quotations_show_no_words(evaluation):
    tables = (chapter.both_ways, chapter.style_of_facilitators, chapter.ways, chapter.challenges)
    for make in tables:
        data = make(evaluation).data
        assert len(data) == 4
        assert list(data) == ["place", "who_speaks", "kind", "words", "repeats"]
    assert chapter.ways(evaluation).data["kind"].tolist() == ["a note", "a note", "speech", "speech"]
    assert len(chapter.core_themes(evaluation).data) == 6


def test_the_lines_in_short_name_what_differs(evaluation, changed):
    assert "On 6, two or more kinds of evidence agree. On 4 they differ, and 3 rest" in (
        said := chapter.in_short(evaluation).words
    )
    assert "money and jobs are not secure" in said
    stances = evaluation.tables["stances"]
    quiet = stances[stances["finding_id"] != "T05"]
    more = pd.concat([quiet, stances[stances["finding_id"] == "T05"].assign(could_speak="yes")])
    less = chapter.in_short(changed(stances=more)).words
    assert "On 3 they differ, and 4 rest" in less
    assert "money and jobs" not in less
