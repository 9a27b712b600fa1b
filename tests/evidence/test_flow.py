"""Flow: who is missing is worked out, what nobody wrote is said, and what cannot be is refused."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.errors import DataError
from peerbook.evidence.flow import NOT_STATED, flow, flow_figure, in_words
from tests.chapters.notebook import data_held


def rows(*given: tuple) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["stage", "reason", "group", "n"])


SURVEY = rows(
    ("planned", "", "", 90),
    ("asked", "", "", 64),
    ("answered", "", "health", 7),
    ("answered", "", "council", 12),
    ("answered", "empty form", "health", 1),
    ("answered", "empty form", "council", 2),
    ("answered", "wrong field", "", 1),
    ("analysed", "", "", 15),
)


def counts(completed: pd.DataFrame) -> dict[tuple[str, str, str], object]:
    return completed.set_index(["stage", "reason", "group"])["n"].to_dict()


def test_those_who_left_without_a_reason_are_worked_out():
    found = counts(flow(SURVEY))
    assert found["asked", NOT_STATED, ""] == 45
    assert found["answered", "", ""] == 19
    assert found["answered", "empty form", ""] == 3
    assert ("answered", NOT_STATED, "") not in found


def test_percent_is_of_everybody_at_the_first_stage_with_a_count():
    found = flow(SURVEY).query("reason == '' and group == ''").set_index("stage")["percent"]
    assert found["planned"] == 100
    assert round(found["asked"], 1) == 71.1


def test_a_group_is_followed_where_both_stages_count_it():
    found = counts(flow(rows(("a", "", "x", 5), ("a", "", "y", 3), ("b", "", "x", 4), ("b", "", "y", 1))))
    assert found["a", NOT_STATED, "x"] == 1
    assert found["a", NOT_STATED, "y"] == 2
    assert found["a", NOT_STATED, ""] == 3


def test_a_stage_without_a_count_leaves_the_number_gone_open():
    completed = flow(rows(("invited", "", "", None), ("came", "", "", 4)))
    assert pd.isna(counts(completed)["invited", NOT_STATED, ""])
    assert in_words(completed) == (
        "Flow from the top down. Invited: not stated. A number not stated fewer, reason not stated. "
        "Came: 4 people."
    )
    assert flow_figure("fig-1", "Who came", rows(("invited", "", "", None), ("came", "", "", 4))).pictures


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        (rows(("a", "", "", 3), ("b", "", "", 4)), "a stage never has more"),
        (rows(("a", "", "", 5), ("a", "ill", "", 3), ("b", "", "", 4)), "only 1 are gone"),
        (rows(("a", "", "", 5), ("a", "", "x", 3), ("a", "", "y", 3)), "the groups add up to 6"),
        (rows(("a", "ill", "", 5)), "add a row without a reason"),
    ],
)
def test_what_cannot_be_is_refused(stages, said):
    with pytest.raises(DataError, match=said):
        flow(stages)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_everybody_is_at_the_next_stage_or_gone(numbers):
    numbers = sorted(numbers, reverse=True)
    completed = flow(pd.DataFrame({"stage": [f"s{i}" for i in range(len(numbers))], "n": numbers}))
    gone = completed.query("reason != ''").set_index("stage")["n"]
    for i, (before, after) in enumerate(pairwise(numbers)):
        assert gone.get(f"s{i}", 0) == before - after


def test_the_picture_and_its_words_name_every_stage_and_reason():
    drawn = flow_figure("fig-1", "A survey", SURVEY, ("form", "forms"))
    assert "Answered: 19 forms (health 7, council 12). 3 left: empty form. 1 left: wrong field." in drawn.alt
    assert "45 fewer, reason not stated." in drawn.alt
    for picture in drawn.pictures:
        assert ">Answered<" in picture
    assert drawn.form.arrange(drawn.released).index.tolist()[:2] == [
        ("planned", "there"),
        ("planned", "left: not stated"),
    ]
    assert data_held(drawn) == []


def test_no_stage_at_all_is_no_error():
    assert flow(rows()).empty
    assert in_words(flow(rows())) == "A flow without stages."
