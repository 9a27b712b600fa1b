"""What the benchmarks found: generous bounds on speed, and the committed simulations."""

from __future__ import annotations

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from tests.benchmarks import coverage, speed, type_one


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


@pytest.mark.slow
def test_the_committed_type_one_errors_are_what_the_script_gives():
    again = type_one.run(600, cells=(8,), correlations=(0.2,))
    committed = pd.read_csv(type_one.FILE).query("cell == 8 and correlation == 0.2")
    pd.testing.assert_frame_equal(again, committed.reset_index(drop=True))


def test_cluster_robust_tests_keep_their_level_where_estimating_equations_do_not():
    """Bounds are two standard errors of a share of 5% among 600 data sets."""
    table = pd.read_csv(type_one.FILE)
    assert table["cell"].unique().tolist() == list(type_one.CELLS)
    assert table["cr2"].between(0.032, 0.068).all()
    assert table["cr2_any"].le(0.05).all()
    assert table["gee"].min() > 0.068
