"""What is expected by the end follows the variances and the rate so far."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from peerbook.fieldwork.ahead import expected_width, pairs_per_month

RNG = np.random.default_rng(5)
CHANGE = RNG.normal(0, 4, 200)


def test_with_one_pair_a_person_the_interval_is_that_of_a_mean():
    found = expected_width(CHANGE, np.arange(200), 0)
    assert found.half_now == pytest.approx(t.ppf(0.975, 199) * CHANGE.std(ddof=1) / np.sqrt(200))
    assert (found.pairs, found.people, found.pairs_by_end) == (200, 200, 200)


def test_four_times_the_pairs_halve_the_interval():
    found = expected_width(CHANGE, np.arange(200), 600)
    assert found.pairs_by_end == 800
    assert found.half_by_end == pytest.approx(found.half_now / 2, rel=0.02)
    assert found.low < found.half_by_end < found.high


def test_pairs_of_one_person_that_are_alike_tell_little_more():
    alike = expected_width(np.repeat(CHANGE[:50], 4), np.repeat(np.arange(50), 4), 0)
    assert alike.half_now == pytest.approx(t.ppf(0.975, 49) * CHANGE[:50].std(ddof=1) / np.sqrt(50))


def test_the_same_seed_gives_the_same_numbers():
    assert expected_width(CHANGE, np.arange(200), 50) == expected_width(CHANGE, np.arange(200), 50)


def test_missing_changes_are_left_out_and_two_people_are_too_few():
    assert expected_width(np.array([1.0, 2.0, np.nan]), np.array(["a", "b", "c"]), 9) is None
    assert expected_width(np.array([]), np.array([]), 9) is None
    assert expected_width(np.array([1.0, 2.0, 4.0, np.nan]), np.array(list("abcd")), 0).people == 3


def test_the_rate_is_that_of_the_last_months():
    days = pd.to_datetime(pd.Series(["2015-11-30", "2016-01-02", "2016-02-29", "2016-03-01"]))
    assert pairs_per_month(days, pd.Timestamp("2016-02-29")) == pytest.approx(3 / 3)
    assert pairs_per_month(days[:0], pd.Timestamp("2016-02-29")) == 0
