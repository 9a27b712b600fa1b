from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.economics import mean_of_answers, qalys, weights

index = st.lists(st.floats(-0.594, 1), min_size=2, max_size=6)


def area(values: list[float]) -> float:
    return qalys(pd.DataFrame([values]))[0]


@settings(max_examples=25)
@given(index)
def test_the_area_is_that_of_numpy(values):
    assert area(values) == pytest.approx(np.trapezoid(values, dx=0.25), abs=1e-12)


@settings(max_examples=25)
@given(index)
def test_full_health_all_the_time_is_the_most(values):
    years = (len(values) - 1) / 4
    assert -0.594 * years - 1e-12 <= area(values) <= years + 1e-12
    assert area([1.0] * len(values)) == pytest.approx(years)


@settings(max_examples=25)
@given(index, st.data())
def test_a_missing_index_makes_it_missing(values, data):
    place = data.draw(st.integers(0, len(values) - 1))
    assert np.isnan(area([*values[:place], np.nan, *values[place + 1 :]]))


def test_better_health_at_one_quarter_counts_by_its_weight():
    assert area([0.5, 0.9, 0.5]) - area([0.5, 0.5, 0.5]) == pytest.approx(0.25 * 0.4)
    assert area([0.9, 0.5, 0.5]) - area([0.5, 0.5, 0.5]) == pytest.approx(0.125 * 0.4)


def test_with_complete_answers_the_mean_of_answers_is_that_of_the_people():
    frame = pd.DataFrame(np.random.default_rng(1).uniform(0, 1, (30, 3)))
    mean, error = mean_of_answers(frame, weights(2))
    assert mean == pytest.approx(qalys(frame).mean())
    assert error == pytest.approx(qalys(frame).std(ddof=0) / 30**0.5)


def test_answers_of_others_at_a_quarter_count():
    frame = pd.DataFrame({0: [1.0, 0.0], 1: [0.5, None]})
    assert mean_of_answers(frame, weights(1))[0] == pytest.approx(0.125 * 0.5 + 0.125 * 0.5)


def test_a_quarter_without_an_answer_has_no_mean():
    assert np.isnan(mean_of_answers(pd.DataFrame({0: [1.0], 1: [None]}, dtype=float), weights(1))).all()
