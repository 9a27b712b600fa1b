"""Projects are counted from their rows, quotations once, and facts that conflict are kept side by side."""

from __future__ import annotations

import pytest

from peerbook.chapters.together import themes_and_projects as chapter
from peerbook.outputs.folding import unfolded


def test_kinds_of_project(together):
    found = chapter.tallies(together).data.set_index("kind")["projects"]
    assert found.tolist() == [9, 8, 3, 1, 1, 1, 2, 6, 5, 4, 1]


@pytest.mark.parametrize(
    ("part", "themes", "codes"),
    [("W", 4, 36), ("B", 6, 38), ("X", 5, 26), ("T", 3, 23), ("G", 5, 0), ("F", 7, 0)],
)
def test_each_chapter_has_its_themes_and_codes(together, part, themes, codes):
    shown = chapter.theme(together, part)
    assert len(unfolded(shown)) == themes
    assert shown.data["codes"].sum() == codes


def test_a_quotation_that_stands_twice_is_counted_once_in_short(together):
    drawn = chapter.quotations_by_theme(together)
    sources = list(chapter.SOURCES)
    assert drawn.data[sources].to_numpy().sum() == 70
    assert drawn.data["again"].sum() == 2
    assert "68 quotations" in chapter.in_short(together).words


def test_quotations_on_challenges_cannot_show_what_goes_with_formality(together):
    assert chapter.challenges_by_formality(together).notes[0].startswith("2 of 7 quotations")


def test_conflicting_values_of_one_course_are_both_kept(together):
    found = chapter.measures(together).data
    assert found.query("conflict")[["aspect", "low"]].to_numpy().tolist() == [["days", 10], ["days", 11]]


def test_groups_are_listed_by_kind_and_counted_by_access(together):
    assert [len(rows) for rows in chapter.groups(together).shown.values()] == [9, 4, 11]
    counted = chapter.access(together).data.set_index("kind").sum()
    assert counted.to_dict() == {"Everyone": 9, "A group of people": 13, "Both": 2}


def test_no_words_of_a_quotation_are_in_the_rows(together):
    assert set(together.table("excerpts").columns) == {
        "excerpt_id", "code_id", "source_type", "source", "repeats", "locator", "status",
    }  # fmt: skip


def test_lists_are_whole(together):
    assert len(chapter.topics(together).data) == 37
    assert len(chapter.topic_guide(together).data) == 24
    assert len(chapter.works(together).data) == 35
