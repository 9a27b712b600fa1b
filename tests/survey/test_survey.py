"""A survey knows its questions, options and ticks, and is never changed in place."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.errors import ParameterError
from peerbook.survey import Step, Survey


def test_ticks_are_read_alike_from_one_column_and_from_several(survey):
    assert survey.ticks("attends").sum().to_dict() == {"yes": 3, "no": 1}
    assert survey.ticks("liked").sum().to_dict() == {"talk": 2, "tea": 2}


def test_written_is_any_answer(survey):
    assert survey.written("liked").tolist() == [True, True, False, True, False]
    assert survey.written("words").tolist() == [True, True, False, True, False]
    assert survey.written("age").sum() == 4


def test_a_column_that_is_not_there_is_no_answer(survey):
    without = Survey(survey.answers.drop(columns="liked_tea"), survey.questions, survey.options)
    assert without.ticks("liked").sum().to_dict() == {"talk": 2, "tea": 0}


def test_a_new_question_leaves_the_survey_as_it_was(survey):
    step = Step("short", "words", "by hand", 1)
    more = survey.with_question("short", "Short", pd.Series(["x"] * 5), {"x": "X"}, step)
    assert more.labels("short") == {"x": "X"}
    assert more.recorded()["into"].tolist() == ["short"]
    assert "short" not in survey.answers
    assert survey.steps == ()


def test_an_unknown_question_or_type_is_refused(survey):
    with pytest.raises(ParameterError, match="did you mean 'liked'"):
        survey.ticks("likd")
    with pytest.raises(ParameterError, match="several"):
        Survey.of(survey.answers, survey.questions.assign(type="multi"), survey.options)
