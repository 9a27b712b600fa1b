"""Chapter 1 from rows: Table 1.1 is a join, projects add up, and every version of a target is there."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import programme as chapter
from peerbook.published import load
from tests import reading
from tests.chapters.notebook import data_held
from tests.chapters.side_by_side.rows import at_random, changed, page, read, without


@pytest.fixture(scope="module")
def shown(coded):
    return read(page(coded, "programme"))


def test_table_1_1_is_joined_from_partnerships(coded):
    columns = ["region", "hub", "strategic_partner", "delivery_area"]
    pd.testing.assert_frame_equal(
        chapter.hubs(coded).data[columns].astype(str), load("side_by_side", "partners")[columns].astype(str)
    )


def test_partners_are_three_of_each_kind(coded):
    assert chapter.hubs(coded).notes[0] == (
        "Strategic partners by kind: national charity 6 and local member charity 3. In 3 areas hub and "
        "partner are one organisation."
    )
    assert chapter.printed_tables(coded).notes == ("27 of 27 printed cells agree exactly.",)


def test_projects_of_partners_and_with_a_grant_add_up(coded):
    rows = chapter.projects(coded).data
    assert rows[["partner_projects", "grant_projects", "projects"]].sum().tolist() == [9, 37, 46]
    assert "Elefriends" not in set(rows["region"])


def test_a_project_more_changes_the_sum_and_the_statement(coded):
    projects = coded.tables["projects"]
    more = pd.concat([projects, projects[projects["funding"] == "Grant"].tail(1)], ignore_index=True)
    changed_ = changed(coded, projects=more)
    rows = chapter.statements(changed_).data.set_index("claim")
    assert rows.loc["projects", ["rebuilt", "status"]].tolist() == ["47", "differs"]


def test_every_version_of_a_target_is_added_up_over_hubs_and_areas(coded):
    rows = chapter.targets(coded).data.set_index(["target", "version"])
    assert rows.loc[("new people", "Figure 1.1"), ["for_each", "planned"]].tolist() == [156, 1404]
    assert rows.loc[("new people", "chapter 9"), ["for_each", "planned"]].tolist() == [167, 1503]
    assert rows.loc[("groups with a grant", "Figure 1.1"), ["planned", "reached", "met"]].tolist() == [
        45,
        37,
        "no",
    ]
    assert rows.loc[("hubs and strategic partnerships", "Figure 1.1"), "met"] == "yes"
    assert rows.loc[("people reached by awareness work", "Figure 1.1"), "met"] == "not known"


def test_what_nobody_monitored_is_not_known(coded):
    rows = chapter.targets(without(coded, "capacity")).data.set_index(["target", "version"])
    assert rows.loc[("new people", "Figure 1.1"), "met"] == "not known"


def test_the_figure_lists_the_aims_of_each_actor_with_their_numbers(coded):
    alt = chapter.partners_and_targets(coded).alt
    assert "The programme: 40,000 people reached by awareness work; 6,000" in alt
    assert "Each strategic partner: 156 new people." in alt


def test_the_timeline_says_where_no_end_is_stated(coded):
    alt = chapter.timeline(coded).alt
    assert "Projects with a grant: October 2015 to September 2016" in alt
    assert "Projects of strategic partners: July 2015 to an end not stated" in alt


def test_months_that_make_no_sense_are_drawn_all_the_same(coded):
    rows = coded.tables["programme/milestones"]
    odd = changed(coded, programme__milestones=rows.assign(starts="1900-01", ends="2099-12"))
    assert chapter.timeline(odd).pictures
    backwards = changed(coded, programme__milestones=rows.assign(starts="2016-12", ends="2015-07"))
    assert chapter.timeline(backwards).pictures


def test_every_question_has_a_page_of_this_book(coded):
    rows = chapter.questions(coded).data
    assert set(" ".join(rows["pages"]).split()) <= set(chapter.PAGES)
    written = chapter.questions(coded).markup
    assert written.count("<a href=") >= len(rows)
    assert '<a href="bame.html">BaME-specific peer support</a>' in written


def test_the_chapter_that_the_report_names_wrongly_is_put_right(coded):
    rows = chapter.work_streams(coded).data.query("title == 'Principles and values'")
    assert set(rows["chapters_printed"]) == {"5 6 8"}
    assert set(rows["chapters"]) == {"5 6 7"}


def test_statements_agree_or_say_why_not(coded):
    rows = chapter.statements(coded).data.set_index("claim")["status"]
    assert rows.drop(["planned_coached", "planned_new_people", "grants_per_area"]).unique().tolist() == [
        "agrees"
    ]
    assert rows[["planned_coached", "planned_new_people"]].unique().tolist() == ["source contradicts itself"]
    # The projects of the stand-in give one area ten grants, one more than the report says.
    assert rows["grants_per_area"] == "differs"


def test_a_folder_without_the_tables_still_counts_projects(coded):
    bare = read(page(without(coded, "programme", "evidence", "capacity"), "programme"))
    assert "no account of the programme" in bare["text-in-short-programme"].markup
    assert set(bare) == {"text-in-short-programme", "table-1.2", "table-1.8", "table-1.9"}


def test_rows_at_random_are_shown():
    assert read(page(at_random(), "programme"), drawn=True)


def test_no_function_holds_data_and_the_short_text_is_plain(shown):
    assert [held for output in shown.values() for held in data_held(output)] == []
    assert reading.grade(shown["text-in-short-programme"].markup) <= reading.GRADE
