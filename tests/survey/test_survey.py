"""A survey knows its questions, options and ticks, and is never changed in place."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.data.schema import Field, Schema
from peerbook.errors import ParameterError
from peerbook.survey import Step, Survey, count, unasked


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


def test_a_survey_follows_from_a_table_and_its_schema():
    yes_or_no = {"yes": "Yes", "no": "No"}
    fields = [
        Field("id", "Number", "integer"),
        Field("day", "Day", "date"),
        Field("helped", "Did it help?", categories=yes_or_no),
        Field("in_groups", "In groups", "boolean", tick_group="where_it_helped", asked_if="helped = yes"),
        Field("one_to_one", "One to one", "boolean", tick_group="where_it_helped"),
        Field("times", "How often", "integer"),
        Field("words", "In your own words", free_text=True),
    ]
    schema = Schema("answers", "Answers", {field.name: field for field in fields}, primary_key=("id",))
    rows = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "helped": ["yes", "yes", "no"],
            "in_groups": pd.array([True, None, True], "boolean"),
            "one_to_one": pd.array([True, False, False], "boolean"),
            "times": [3, 4, None],
            "words": ["well", None, None],
        }
    )
    survey = Survey.of_table(rows, schema)
    kinds = dict(zip(survey.questions["question"], survey.questions["type"], strict=True))
    assert kinds == {"helped": "single", "where_it_helped": "several", "times": "number", "words": "open"}
    assert survey.label("where_it_helped") == "Where it helped"
    counted = count(survey, "where_it_helped", base="asked").set_index("label")["people"]
    assert counted.to_dict() == {"In groups": 1, "One to one": 1, "No response": 1}
    assert unasked(survey)["not_asked"].to_list() == [1]
