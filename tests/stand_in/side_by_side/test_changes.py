from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from stand_in.make.side_by_side.changes import bounds, changes_by_log, steered_walk, walk

CHANGES = st.lists(st.sampled_from([-1.0, 0.0, 1.0, float("nan")]), min_size=0, max_size=7)


@given(st.lists(CHANGES, min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_a_walk_changes_as_told_and_stays_within_the_scale(people, seed):
    logs = pd.DataFrame(
        [(person, number) for person, steps in enumerate(people) for number in range(1, len(steps) + 2)],
        columns=["person", "number"],
    )
    change = np.array([step for steps in people for step in [np.nan, *steps]])
    least, most = bounds(logs, change, 8)
    rng = np.random.default_rng(seed)
    number = walk(rng, logs, change, (least + most) // 2, least, most, drift=(2.0, 1.0))
    assert ((number >= 0) & (number <= 8)).all()
    told = ~np.isnan(change)
    assert (np.sign(np.diff(number, prepend=0))[told] == change[told]).all()


def test_changes_are_put_at_the_later_log():
    logs = pd.DataFrame({"person": [0, 0, 1], "number": [1, 2, 1]})
    pairs = pd.DataFrame({"start": [0], "end": [1], "types_given": [1.0]})
    assert np.array_equal(changes_by_log(logs, pairs, "types_given"), [np.nan, 1.0, np.nan], equal_nan=True)


def test_of_several_walks_the_one_nearest_the_trend_is_kept():
    rng = np.random.default_rng(0)
    logs = pd.DataFrame({"person": np.repeat(np.arange(60), 6), "number": np.tile(np.arange(1, 7), 60)})
    change, entry = np.full(360, np.nan), np.full(360, 2)
    low = steered_walk(rng, logs, change, entry, 8, {6: 0.0})
    high = steered_walk(rng, logs, change, entry, 8, {6: 3.0})
    assert low[logs["number"] == 6].mean() + 1 < high[logs["number"] == 6].mean()
