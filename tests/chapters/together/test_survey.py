"""The page of the survey: each number says who it is of, and Table 2 shows why it cannot add up."""

from __future__ import annotations

from dataclasses import replace

from peerbook.chapters.together import survey as chapter
from peerbook.disclosure import Policy
from peerbook.outputs.folding import unfolded
from peerbook.outputs.protect import Protection


def test_table_1_counts_everybody(survey):
    shown = chapter.people(survey)
    assert shown.caption == "44 people who answered"
    assert set(shown.data.groupby("variable")["n"].sum()) == {44}


def test_roles_add_up_in_the_rebuilt_table_2(survey):
    shown = chapter.settings(survey)
    assert shown.notes == ("In every row the roles add up to the column of all.",)
    assert list(shown.shown.columns) == ["All, 33", "Paid worker, 13", "Volunteer, 11", "Group member, 9"]


def test_no_single_coding_gives_the_printed_table_2(together):
    shown = chapter.two_codings(together)
    assert shown.notes[-1] == "No single coding gives both the roles and the column of all."
    assert "19 people" in shown.notes[0]
    assert shown.shown.loc[("Informal", "All")].tolist() == ["58%", "52%", "58%"]


def test_three_percentages_fit_no_count_on_their_base(survey):
    shown = chapter.bases(survey)
    assert shown.notes[0].startswith("3 percentages fit no count")
    assert "27, 34, 39, 41" in shown.notes[1]
    assert unfolded(shown)["people"].tolist().count("no count") == 3


def test_a_base_is_said_once_or_heads_its_rows(survey):
    one, two = chapter.shared(survey), chapter.received(survey)
    assert one.notes[0] == "Percentages are of 33 people: those who were asked."
    assert two.shown.index.nlevels == 2
    assert two.shown.index.get_level_values(0)[0] == "Of 23: those who attend"


def test_the_figure_says_in_words_what_it_draws(survey):
    drawn = chapter.shared_figure(survey)
    assert drawn.alt.startswith("The idea of recovery comes first: 25 of 33 people.")
    assert "identity or background, 55% (likely range 38 to 70%)" in drawn.alt


def test_answers_of_people_who_were_not_asked_are_told(survey):
    assert chapter.not_asked(survey).notes[0].startswith("5 answers from people who were not asked.")


def test_where_every_variable_has_a_withheld_row_the_caption_says_no_number(survey):
    """The caption said that [c] people answered, below a sentence with their number."""
    few = chapter.people(survey).data.assign(n=4, _whole=4)
    real = replace(chapter.people(survey), data=few).made_from(False, Protection(Policy()))
    assert real.caption == "People who answered"


def test_what_only_the_report_says_is_not_said_of_other_answers(survey):
    said = chapter.answers(survey).markup + " ".join(chapter.received(survey).notes)
    assert "networks" not in said
    assert "The report" not in said
