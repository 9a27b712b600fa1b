"""Planned against actual: every version keeps its row, and what nobody counted is not known."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.errors import DataError
from peerbook.evidence.targets import planned_against_actual, versions_that_differ

PLAN = pd.DataFrame(
    [
        ("people", "bid", "page 1", 156),
        ("people", "contract", "page 9", 167),
        ("events", "contract", "page 9", 3),
        ("tools", "contract", "page 9", None),
        ("groups", "contract", "page 9", 29),
    ],
    columns=["target", "version", "source", "planned"],
)
DONE = pd.DataFrame({"target": ["people", "events", "tools"], "reached": [160, 3, 2]})


def test_conflicting_versions_each_have_a_row():
    rows = planned_against_actual(PLAN, DONE).query("target == 'people'")
    assert rows[["version", "source", "planned", "reached", "difference", "met"]].to_numpy().tolist() == [
        ["bid", "page 1", 156, 160, 4, "yes"],
        ["contract", "page 9", 167, 160, -7, "no"],
    ]
    assert rows["percent"].round(1).tolist() == [102.6, 95.8]


def test_what_is_reached_exactly_is_met():
    assert planned_against_actual(PLAN, DONE).set_index("target").loc[
        "events", ["difference", "met"]
    ].tolist() == [
        0,
        "yes",
    ]


def test_an_aim_without_a_number_and_a_target_nobody_counted_are_not_known():
    rows = planned_against_actual(PLAN, DONE).set_index("target")
    assert rows.loc[["tools", "groups"], "met"].tolist() == ["not known", "not known"]
    assert rows.loc[["tools", "groups"], ["difference", "percent"]].isna().all(axis=None)
    assert rows.loc["groups", "planned"] == 29


def test_nothing_reached_at_all():
    rows = planned_against_actual(PLAN, DONE.iloc[:0])
    assert set(rows["met"]) == {"not known"}
    assert len(rows) == len(PLAN)


def test_targets_by_area():
    plan = pd.DataFrame({"area": ["A", "B"], "target": "people", "version": "v", "source": "", "planned": 10})
    done = pd.DataFrame({"area": ["B", "A"], "target": "people", "reached": [4, 10]})
    rows = planned_against_actual(plan, done, by=["area", "target"])
    assert rows[["area", "met"]].to_numpy().tolist() == [["A", "yes"], ["B", "no"]]


def test_a_target_of_zero_has_no_percentage():
    plan = pd.DataFrame({"target": ["people"], "version": "v", "source": "", "planned": 0})
    row = planned_against_actual(plan, pd.DataFrame({"target": ["people"], "reached": [0]})).iloc[0]
    assert pd.isna(row["percent"])
    assert row["met"] == "yes"


def test_what_is_there_twice_is_named():
    with pytest.raises(DataError, match="people contract"):
        planned_against_actual(pd.concat([PLAN, PLAN.iloc[[1]]]), DONE)
    with pytest.raises(DataError, match="what was reached: found twice: events"):
        planned_against_actual(PLAN, pd.concat([DONE, DONE.iloc[[1]]]))


def test_versions_that_differ_are_found():
    again = PLAN.iloc[[2]].assign(version="bid")
    assert versions_that_differ(pd.concat([PLAN, again]))["version"].tolist() == ["bid", "contract"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_the_difference_and_the_answer_never_contradict(numbers):
    plan = pd.DataFrame(
        [(f"t{i}", "v", "", planned) for i, (planned, _) in enumerate(numbers)],
        columns=["target", "version", "source", "planned"],
    )
    done = pd.DataFrame([(f"t{i}", n) for i, (_, n) in enumerate(numbers)], columns=["target", "reached"])
    rows = planned_against_actual(plan, done)
    assert ((rows["difference"] >= 0) == (rows["met"] == "yes")).all()
