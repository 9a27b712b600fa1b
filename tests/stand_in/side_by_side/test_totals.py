from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stand_in.make.side_by_side.totals import (
    Margin,
    deal,
    fill_cells,
    margin,
    spread,
    trade,
    whole_counts,
    with_moments,
)


@given(st.integers(0, 500), st.lists(st.floats(0.01, 100), min_size=1, max_size=8))
def test_spread_adds_up_and_stays_next_to_the_shares(total, weights):
    weights = np.array(weights)
    parts = spread(total, weights)
    assert parts.sum() == total
    assert np.abs(parts - total * weights / weights.sum()).max() < 1


def test_whole_counts_meet_hard_margins_and_prefer_the_cheap():
    found = whole_counts(np.array([3.0, 1.0, 2.0]), np.full(3, 2.0), [margin(np.ones(3), 3)])
    assert found.tolist() == [0, 2, 1]


def test_a_soft_margin_gives_way_to_a_hard_one():
    margins = [margin(np.ones(2), 3), margin(np.array([1, 0]), 5, penalty=1.0)]
    assert whole_counts(np.zeros(2), np.full(2, 10.0), margins).tolist() == [3, 0]


def test_margins_that_contradict_each_other_are_an_error():
    with pytest.raises(RuntimeError, match="contradict"):
        whole_counts(np.zeros(1), np.ones(1), [margin(np.ones(1), 1), margin(np.ones(1), 0)])


def test_a_margin_may_be_a_range():
    found = whole_counts(np.ones(3), np.ones(3), [Margin(np.ones(3), 2, 3)])
    assert found.sum() == 2


def test_cells_are_filled_to_both_margins():
    rng = np.random.default_rng(0)
    low, high = np.array([0, 1, 2, 2]), np.array([0, 1, 3, 3])
    filled = fill_cells(rng.random((4, 3)), low, high, np.array([3, 2, 1]))
    assert filled.sum(axis=0).tolist() == [3, 2, 1]
    assert ((filled.sum(axis=1) >= low) & (filled.sum(axis=1) <= high)).all()


def test_every_label_is_dealt_as_often_as_counted():
    dealt = deal(np.random.default_rng(0), {"a": 2, "b": 0, "c": 3})
    assert sorted(dealt) == ["a", "a", "c", "c", "c"]


def test_trading_meets_the_sums_and_keeps_what_is_held():
    rng = np.random.default_rng(0)
    holdings = np.eye(3)[rng.integers(0, 3, 300)]
    traits = (rng.random((300, 4)) < 0.4).astype(float)
    targets = traits.T @ holdings[rng.permutation(300)]
    before = holdings.copy()
    order = trade(rng, holdings, traits, targets, np.zeros(300))
    assert np.abs(traits.T @ holdings[order] - targets).max() <= 1
    assert sorted(order) == list(range(300))
    assert np.array_equal(holdings, before)


def test_nobody_trades_outside_their_group():
    rng = np.random.default_rng(0)
    groups = np.repeat([0, 1], 50)
    holdings = rng.random((100, 1))
    traits = rng.random((100, 1))
    order = trade(rng, holdings, traits, np.array([[1000.0]]), groups)
    assert (groups[order] == groups).all()
    assert (order != np.arange(100)).any()


def test_sums_that_are_not_printed_do_not_matter():
    rng = np.random.default_rng(0)
    order = trade(rng, rng.random((20, 1)), rng.random((20, 1)), np.array([[np.nan]]), np.zeros(20))
    assert order.tolist() == list(range(20))


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
