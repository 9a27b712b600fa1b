from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stand_in.make.side_by_side.moments import with_moments


@given(st.integers(20, 120), st.floats(4, 11), st.floats(1, 3.5), st.integers(0, 2**32 - 1))
def test_mean_and_sd_come_out_on_the_scale(size, mean, sd, seed):
    start = np.random.default_rng(seed).normal(size=size)
    fitted = with_moments(start, mean, sd, 0, 15)
    assert fitted.mean() == pytest.approx(mean, abs=0.05)
    assert fitted.std(ddof=1) == pytest.approx(sd, abs=0.1)
    assert fitted.min() >= 0
    assert fitted.max() <= 15
    assert fitted.dtype.kind == "i"


def test_fixed_values_count_and_stay():
    fitted = with_moments(np.array([1.0, 2.0]), 13.3, 12.3, 4, 30, fixed=(4, 30))
    assert fitted[:2].tolist() == [4, 30]
    assert fitted.mean() == pytest.approx(13.3, abs=0.1)
    assert fitted.std(ddof=1) == pytest.approx(12.3, abs=0.1)


def test_order_is_kept_and_the_start_not_changed():
    start = np.array([0.5, -1.0, 2.0, 0.0, 1.0])
    before = start.copy()
    fitted = with_moments(start, 7.0, 3.0, 0, 15)
    assert np.array_equal(np.argsort(fitted, kind="stable"), np.argsort(start, kind="stable"))
    assert np.array_equal(start, before)
