from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.log import clean, pairs, score
from peerbook.log.pairing import CHANGES, change_category


@pytest.fixture
def five(raw):
    """Three logs of one person (the second ticked), one of another, and one without a date."""
    logs = [
        raw.log(1, completed_on="2016-02-01"),
        raw.log(2, completed_on="2016-03-01", informal_given="x", swemwbs_1="5", health_today=""),
        raw.log(3, completed_on="2016-04-11", version="short", informal_given="1", projects_attended="3"),
        raw.log(4, "9999"),
        raw.log(5, "0001", completed_on="2016-02-30"),
    ]
    return score(clean(raw.tables(logs=logs), raw.definitions).data, raw.definitions)


def test_consecutive_logs_of_a_person_make_pairs(five, definitions):
    found = pairs(five, definitions)
    columns = ["person_id", "log_id_start", "log_id_end", "month_start", "month_end", "days"]
    assert found[columns].to_numpy().tolist() == [["0001", 1, 2, 1, 2, 29], ["0001", 2, 3, 2, 3, 41]]
    assert found["registered"].tolist() == [True, True]
    assert found["any_ticked"].tolist() == [True, True]
    assert found["any_short"].tolist() == [False, True]
    assert found["region"].tolist() == ["Leeds", "Leeds"]


def test_changes_of_outcomes_are_later_minus_earlier(five, definitions):
    found = pairs(five, definitions)
    assert found["wellbeing_start"].tolist() == [21, 23]
    assert found["wellbeing_change"].tolist() == [2, -2]
    assert found["health_start"].isna().tolist() == [False, True]
    assert found["health_change"].isna().tolist() == [True, True]


def test_changes_of_support_are_categories(five, definitions):
    found = pairs(five, definitions)
    assert found["projects_attended_category"].tolist() == ["unchanged", "increased"]
    assert found["types_given_category"].tolist() == ["unchanged", "unchanged"]
    assert found["informal_given_category"].isna().all()
    assert tuple(found["informal_given_category"].cat.categories) == CHANGES


def test_every_outcome_and_measure_is_there(five, definitions):
    found = pairs(five, definitions)
    for outcome in (
        "wellbeing",
        "self_efficacy",
        "hope",
        "family",
        "friends",
        "neighbours",
        "health",
        "eq5d_index",
    ):
        assert {f"{outcome}_start", f"{outcome}_change"} <= set(found)
    assert sum(name.endswith("_category") for name in found) == 11


def test_the_logs_stay_as_they_are(five, definitions):
    before = five.copy()
    pairs(five, definitions)
    pd.testing.assert_frame_equal(five, before)


def test_without_a_second_log_there_are_no_pairs(five, definitions):
    none = pairs(five[five["person_id"] == "9999"], definitions)
    assert len(none) == 0
    assert list(none) == list(pairs(five, definitions))


@given(st.lists(st.one_of(st.floats(-5, 5), st.just(float("nan"))), min_size=1, max_size=20))
def test_a_change_has_the_sign_of_the_difference(differences):
    found = change_category(pd.Series(differences))
    signs = {"decreased": -1, "unchanged": 0, "increased": 1}
    for difference, category in zip(differences, found, strict=True):
        assert pd.isna(category) if np.isnan(difference) else signs[category] == np.sign(difference)
