"""Conditions are read as they are written; answers of people who were not asked are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.errors import ParameterError
from peerbook.survey import answered, asked, holds, unasked
from peerbook.survey.routing import Clause, parse, written

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name != "and")
OPTIONS = st.from_regex(r"[a-z0-9][a-z0-9_+-]{0,6}", fullmatch=True).filter(lambda name: name != "and")
CLAUSES = st.lists(st.builds(Clause, NAMES, st.lists(OPTIONS, max_size=3).map(tuple)), max_size=3)


@given(CLAUSES)
def test_what_is_written_is_read_again(clauses):
    assert parse(written(clauses)) == tuple(clauses)


def test_two_signs_of_equality_are_one():
    assert parse("q2==yes") == parse(" q2  =  yes ") == (Clause("q2", ("yes",)),)


@pytest.mark.parametrize("wrong", ["q2", "q2 = ", "q2 yes", "q2 = yes or q3 = no", "= yes", "q2 = yes and"])
def test_a_condition_that_cannot_be_read_is_refused(wrong):
    with pytest.raises(ParameterError, match="expected 'question = option'"):
        parse(wrong)


def test_conditions_hold_of_single_and_several_answers(survey):
    assert holds(survey, "").all()
    assert holds(survey, "attends = yes | no").sum() == 4
    assert holds(survey, "liked = tea").tolist() == [True, False, False, True, False]
    assert holds(survey, "liked answered and attends = yes").sum() == 2


def test_an_unknown_option_is_refused(survey):
    with pytest.raises(ParameterError, match="option of attends: found 'yse'"):
        holds(survey, "attends = yse")


def test_answers_of_people_who_were_not_asked_do_not_count_and_are_reported(survey):
    assert asked(survey, "liked").sum() == 3
    assert answered(survey, "liked").sum() == 2
    found = unasked(survey).set_index("question")
    assert found.loc["liked", ["asked", "answered", "not_asked"]].tolist() == [3, 3, 1]
    assert found.index.tolist() == ["liked", "words"]
