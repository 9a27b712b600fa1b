"""Themes, links and lists are those of the report; which labels match is a reading that other rows change."""

from __future__ import annotations

from peerbook.chapters.leeds import findings_and_recommendations as chapter


def test_themes_keep_their_codes_and_say_where_they_differ(scoping):
    assert len(chapter.meaning(scoping).data) == 26
    assert len(chapter.challenges(scoping).data) == 10
    shown = chapter.meaning(scoping).shown
    assert shown.loc[("Values", "safe space"), "about"] == "whole region (regional addition)"
    assert shown.loc[("Values", "respect"), "about"] == "whole region"


def test_quotations_are_counted_and_never_shown(scoping):
    counts = chapter.quotations(scoping).data.groupby("part")["quotations"].sum()
    assert counts.to_dict() == {"Findings": 37, "Recommendations": 20}


def test_a_code_stands_in_both_in_one_or_in_the_other(scoping):
    found = chapter.both(scoping).data
    values = found[found["subject"] == "Values"]
    where = values.set_index("interviews")["found_in"]
    assert where["safe space"] == "both"
    assert where["respect"] == "interviews only"
    assert "mutual trust" in set(values.loc[values["found_in"] == "literature only", "literature"])


def test_without_matches_nothing_stands_in_both(scoping, changed):
    found = chapter.both(changed(code_matches=scoping.table("code_matches").iloc[:0])).data
    assert set(found["found_in"]) == {"interviews only", "literature only"}


def test_recommendations_say_what_they_rest_on_and_what_is_missing(scoping):
    shown = chapter.recommendations(scoping)
    assert shown.data["actions"].tolist() == [6, 7, 4, 6, 6, 7, 6, 5, 6, 7]
    assert shown.data["quotations"].tolist() == [2, 3, 3, 1, 1, 2, 3, 1, 1, 3]
    assert shown.notes == (
        "No finding was matched to: Measuring experiential outcomes.",
        "No need is printed for: Protecting peer support values and principles.",
    )
    assert len(chapter.actions(scoping).data) == 60


def test_the_summary_of_the_review_leaves_codes_out(scoping):
    assert chapter.in_summary(scoping).data.groupby("kind")["codes"].sum().to_dict() == {
        "Benefits": 3,
        "Challenges": 4,
    }


def test_the_grid_of_values_holds_all_ten_whatever_their_number(scoping, changed):
    assert chapter.values(scoping).data.shape == (5, 2)
    codes = scoping.table("codes")
    odd = chapter.values(changed(codes=codes[codes["code"] != "VAL.10"])).data
    assert odd.iloc[-1].tolist()[1] == ""


def test_every_citation_stands_under_its_code_and_a_code_without_any_stays(scoping):
    found = chapter.literature(scoping).data
    assert found["citations"].sum() == 149
    assert found.set_index("code").loc["shared ideas or values", "citations"] == 0


def test_the_plan_says_that_its_dates_are_lost_until_they_are_known(scoping, changed):
    assert "The dates of 18 are not known" in chapter.plan(scoping).words
    tasks = scoping.table("tasks").assign(start="2020-01-01", end="2020-02-01")
    known = chapter.plan(changed(tasks=tasks))
    assert "The dates of 0 are not known" in known.words


def test_the_sample_is_the_three_printed_rows(scoping):
    data = chapter.sample(scoping).data
    assert data["kind"].tolist() == ["CMHT", "Peer Support Core Programme", "6-month Support"]
    assert data["way of working"].tolist() == ["One to one", "Support group", "Support group"]


def test_lists_of_method_are_complete(scoping):
    assert len(chapter.rules(scoping).data) == 2 + 9 + 4 + 4
    assert len(chapter.points(scoping).data) == 56
    assert len(chapter.questions(scoping).data) == 27
    assert len(chapter.database(scoping).data) == 14
