from __future__ import annotations

import numpy as np

from stand_in.make.side_by_side.trade import trade


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
