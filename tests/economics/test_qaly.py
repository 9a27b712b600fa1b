from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.economics import qalys

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
