"""The search and the choice of papers: boxes, criteria and the papers one by one."""

from __future__ import annotations

import pandas as pd

from peerbook.chapters.uwe import search_and_screening as chapter


def test_the_flow_says_what_the_review_does_not(review):
    words = chapter.flow(review).alt
    assert "Records found in databases: not stated" in words
    assert "Records that passed this screening: 110 records" in words
    assert "75 left: not chosen, no reason stated. Studies included: 35 records" in words
    assert len(chapter.flow(review).notes) == 2


def test_with_the_hits_of_every_search_the_boxes_are_counted(review, changed):
    runs = review.tables["search_runs"]
    full = review.tables["screening"].replace({"stage": {"selection": "full_text"}})
    known = changed(search_runs=runs.assign(hits=pd.array([20] * 6, dtype="Int32")), screening=full)
    output = chapter.flow(known)
    assert "Records found in databases: 120 records" in output.alt
    assert "Full texts assessed: 110 records" in output.alt
    assert output.notes == ()


def test_designs_and_years_are_those_counted_from_print(review, expected):
    found, wanted = chapter.designs(review).data, expected("design_by_section").query("design != 'total'")
    parts = [f"sec{i}" for i in range(1, 6)]
    assert found.iloc[:, 1:].to_numpy().tolist() == wanted[[*parts, "total"]].to_numpy().tolist()
    assert [float(percent[:-1]) for percent in chapter.designs(review).shown["percent"]] == wanted[
        "percent_of_35"
    ].tolist()
    years = expected("year_counts")
    assert chapter.years(review).data["papers"].tolist() == years["n_included"].tolist()
    assert chapter.years(review).data["year"].tolist() == years["year"].tolist()


def test_criteria_that_nobody_recorded_are_neither_met_nor_failed(review):
    data = chapter.criteria_checked(review).data.set_index("criterion_id")
    assert data.loc["K1"].tolist()[1:] == [35, 0, 0, 0]
    assert data.loc["K2"].tolist()[1:] == [0, 0, 35, 0]
    assert data.loc["K9"].tolist()[1:] == [31, 0, 0, 4]
    assert data.loc["K8", "meets"] is pd.NA


def test_without_its_reason_an_exception_is_a_failure(review, changed):
    without = changed(overrides=review.tables["overrides"].iloc[1:])
    data = chapter.criteria_checked(without).data.set_index("criterion_id")
    assert data.loc["K9"].tolist()[1:] == [31, 1, 0, 3]
    assert len(chapter.exceptions(review).data) == 4


def test_a_paper_out_of_the_years_fails(review, changed):
    records = review.tables["records"]
    early = changed(records=records.assign(year=records["year"].mask(records["record_id"] == "D001", 2003)))
    assert chapter.criteria_checked(early).data.set_index("criterion_id").loc["K1", "fails"] == 1


def test_the_sentence_on_designs_counts(review):
    assert "2 literature reviews, 11 commentaries or reflections" in chapter.by_design(review).markup


def test_the_query_is_shown_as_it_is_typed(review):
    said = chapter.query(review).markup
    assert '`("Mental health" OR Psychiat* OR' in said
    assert "195 ways" in said


def test_the_matrix_has_every_paper_once_with_reasons_in_words(review):
    data = chapter.matrix(review).data
    assert (len(data), data["name"].nunique()) == (35, 35)
    codes = set(review.tables["reason_codes"]["code"])
    assert not {word for said in data["reasons"] for word in said.split("; ")} & codes


def test_scales_are_told_from_ways_of_working(review):
    assert chapter.measures(review).notes[0].startswith("9 papers use 30 scales")


def test_without_optional_tables_the_page_stands(review):
    from dataclasses import replace

    from peerbook.study import Tables

    kept = {k: v for k, v in review.tables.items() if k not in ("search_runs", "overrides", "quantifiers")}
    bare = replace(review, tables=Tables(kept))
    assert "not stated" in chapter.flow(bare).alt
    assert chapter.exceptions(bare).data.empty
    assert chapter.criteria_checked(bare).data.set_index("criterion_id").loc["K9", "fails"] == 4
