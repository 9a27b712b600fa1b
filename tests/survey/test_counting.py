"""Every number has a base; who gave no answer stands in a row of its own."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.survey import count, cross_tab


def shown(counted, *columns):
    return counted[list(columns)].to_numpy().tolist()


def test_no_response_is_kept_or_left_out_by_the_base(survey):
    assert shown(count(survey, "attends", "everybody"), "option", "people", "base", "shown") == [
        ["yes", 3, 5, 60.0],
        ["no", 1, 5, 20.0],
        ["", 1, 5, 20.0],
    ]
    assert shown(count(survey, "attends", "answered"), "option", "people", "base", "shown") == [
        ["yes", 3, 4, 75.0],
        ["no", 1, 4, 25.0],
    ]


def test_several_ticks_add_up_to_more_than_the_base(survey):
    counted = count(survey, "liked")
    assert shown(counted, "option", "people", "base") == [["talk", 2, 2], ["tea", 1, 2]]
    assert shown(count(survey, "liked", "asked"), "option", "people", "base") == [
        ["talk", 2, 3],
        ["tea", 1, 3],
        ["", 1, 3],
    ]


def test_a_base_can_be_a_condition(survey):
    counted = count(survey, "liked", "attends = no")
    assert shown(counted, "option", "people", "base") == [["talk", 0, 1], ["tea", 1, 1]]
    assert counted["base_is"].unique().tolist() == ["attends = no"]


def test_a_share_of_nobody_is_missing(survey):
    counted = count(survey, "liked", "attends = no and age answered")
    assert counted[["percent", "shown", "ci_low", "ci_high"]].isna().all(axis=None)


def test_wilson_intervals_are_those_of_newcombe(survey):
    # Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, Table I: 81 of 263, and 0 of 20.
    for yes, whole, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)):
        answers = pd.DataFrame({"attends": ["yes"] * yes + ["no"] * (whole - yes)})
        row = count(replace(survey, answers=answers), "attends").iloc[0]
        assert [row["ci_low"], row["ci_high"]] == pytest.approx([100 * low, 100 * high], abs=0.005)


def test_a_cross_tab_has_the_base_of_each_group(survey):
    table = cross_tab(survey, "liked", "attends", base="everybody")
    bases = table.drop_duplicates("group").set_index("group_label")["base"]
    assert bases.to_dict() == {"All": 5, "Yes": 3, "No": 1}
    tea = table[table["option"] == "tea"].set_index("group_label")["people"]
    assert tea.to_dict() == {"All": 2, "Yes": 1, "No": 1}
