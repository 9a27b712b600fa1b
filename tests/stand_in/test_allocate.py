from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stand_in.make.side_by_side.allocate import Margin, deal, fill_cells, margin, spread, whole_counts


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
