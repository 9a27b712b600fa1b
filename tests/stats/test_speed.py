"""Generous bounds on speed; `python -m tests.benchmarks.speed` measures against the real ones."""

from __future__ import annotations

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from tests.benchmarks import coverage, speed


@pytest.mark.slow
def test_a_fit_with_its_tables_is_much_faster_than_mixed_lm_alone():
    with threadpool_limits(1):
        assert speed.against_mixed_lm()["ratio"] > 15


@pytest.mark.slow
def test_two_thousand_bootstraps_take_less_time_than_twenty_fits_of_mixed_lm():
    with threadpool_limits(1):
        assert speed.bootstrap()["ratio"] > 4


@pytest.mark.slow
def test_the_committed_coverage_is_what_the_script_gives():
    """The first 1,000 data sets of one setting, drawn and fitted again."""
    again = coverage.summary(coverage.run(1000, correlations=(0.1,)))
    committed = pd.read_csv(coverage.FILE).query("correlation == 0.1 and data_sets == 1000")
    pd.testing.assert_frame_equal(again, committed.reset_index(drop=True))


def test_committed_coverage_and_rejection_are_within_their_bounds():
    table = pd.read_csv(coverage.FILE)
    assert set(table["data_sets"]) == {1000, 10_000}
    assert table["coverage"].between(0.94, 0.96).all()
    assert table["rejection"].between(0.04, 0.06).all()
