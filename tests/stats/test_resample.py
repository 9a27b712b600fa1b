"""Resampling people: the reweighted sums against resampled rows, the intervals against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peerbook.stats import random_intercept, resample
from peerbook.stats.resample import bca_interval, draws, percentile_interval, refit


def copied(frame: pd.DataFrame, counts: dict[str, int]) -> pd.DataFrame:
    """The rows of each person as often as drawn, each copy a person of its own."""
    copies = [
        frame[frame["person"] == person].assign(person=f"{person} copy {copy}")
        for person, count in counts.items()
        for copy in range(count)
    ]
    return pd.concat(copies, ignore_index=True)


def test_a_resample_is_the_model_fitted_to_the_people_drawn(change_frame, change_fit):
    weights = next(draws(change_fit.n_groups, 3, seed=5))
    estimate, gone = refit(change_fit.group_products(), weights, change_fit.correlation)
    assert not gone.any()
    for member, counts in enumerate(weights.astype(int)):
        people = dict(zip(change_fit.rows.group_labels, counts, strict=True))
        fit = random_intercept(change_fit.formula, copied(change_frame, people), "person")
        ours = change_fit.basis.to_written @ (estimate.coefficients[member] + change_fit.basis.outcome)
        np.testing.assert_allclose(ours, fit.fixed_effects()["estimate"], rtol=1e-7, atol=1e-9)
        assert estimate.ratio[member] == pytest.approx(float(fit.estimate.ratio), rel=1e-6)
        assert estimate.residual[member] == pytest.approx(float(fit.estimate.residual), rel=1e-8)


def test_a_resample_without_a_cell_leaves_its_mean_out_and_nothing_else(rows):
    """Only p1 has the arm `c`: a resample without p1 cannot estimate it."""
    frame = rows.assign(arm=rows["arm"].where(rows.index != 1, "c"))
    fit = random_intercept("y ~ arm", frame, "person")
    weights = np.array([[0.0, 2, 1, 1], [1.0, 1, 1, 1]])
    functions, _ = fit.basis.estimable(np.array([[1.0, 1, 0, 0], [1.0, 0, 1, 0], [1.0, 0, 0, 1]]))
    found = resample.resampled(fit.group_products(), functions, iter([weights]), fit.correlation)
    assert np.isnan(found).tolist() == [[False, False, True], [False, False, False]]
    without = random_intercept("y ~ arm", copied(frame, {"p2": 2, "p3": 1, "p4": 1}), "person")
    expected = without.marginal_means("arm")["mean"]
    np.testing.assert_allclose(found[0, :2] + functions[:2] @ fit.basis.outcome, expected, rtol=1e-7)
    table = fit.cluster_bootstrap(100, 1, "arm")
    assert table["resamples"].tolist()[:2] == [100, 100]
    assert table["resamples"].iloc[2] < 100


def test_the_same_seed_gives_the_same_table_however_memory_is_cut(change_fit, monkeypatch):
    first = change_fit.cluster_bootstrap(100, 3)
    monkeypatch.setattr(resample, "AT_ONCE", 5000)
    pd.testing.assert_frame_equal(change_fit.cluster_bootstrap(100, 3), first, rtol=1e-8)
    assert not change_fit.cluster_bootstrap(100, 4).equals(first)


def test_draws_are_as_many_as_there_are_groups():
    batches = list(draws(7, 25, seed=1, at_once=70))
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert (np.concatenate(batches).sum(axis=1) == 7).all()
    np.testing.assert_array_equal(np.concatenate(batches), next(draws(7, 25, seed=1)))


def test_intervals_agree_with_scipy_where_scipy_can_do_it():
    """With one row per arm and person the marginal means are averages over people."""
    random = np.random.default_rng(7)
    effect = np.exp(random.normal(size=30))
    frame = pd.DataFrame({"person": np.repeat(np.arange(30), 2), "arm": np.tile(["a", "b"], 30)})
    frame["y"] = effect[frame["person"]] + 0.3 * random.normal(size=60)
    table = random_intercept("y ~ arm", frame, "person").cluster_bootstrap(999, 5, "arm", level=0.9)
    for row in table.itertuples():
        values = frame.loc[frame["arm"] == row.arm, "y"].to_numpy()
        for kind, low, high in (
            ("BCa", row.bca_low, row.bca_high),
            ("percentile", row.percentile_low, row.percentile_high),
        ):
            theirs = stats.bootstrap(
                (values,), np.mean, n_resamples=999, confidence_level=0.9, method=kind,
                random_state=np.random.default_rng(5),
            )  # fmt: skip
            assert (low, high) == pytest.approx(tuple(theirs.confidence_interval), rel=1e-7)
            assert row.se == pytest.approx(theirs.standard_error, rel=1e-7)


def test_intervals_surround_the_mean_and_resemble_the_model(change_fit):
    table, means = change_fit.cluster_bootstrap(500, 1, "category"), change_fit.marginal_means("category")
    assert table["mean"].tolist() == means["mean"].tolist()
    np.testing.assert_allclose(table["se"], means["se"], rtol=0.25)
    for kind in ("percentile", "bca"):
        assert (table[f"{kind}_low"] < table["mean"]).all()
        assert (table[f"{kind}_high"] > table["mean"]).all()
    assert table["category"].tolist() == change_fit.cluster_bootstrap(100, 1)["category"].tolist()


def test_nothing_to_go_by_gives_missing_intervals():
    nothing = np.full(5, np.nan)
    assert np.isnan(percentile_interval(nothing, 0.95)).all()
    assert np.isnan(bca_interval(nothing, 1.0, nothing, 0.95)).all()
    assert np.isnan(bca_interval(np.ones(5), 1.0, np.ones(4), 0.95)).all()


def test_an_inestimable_mean_has_no_interval(gap_fit):
    table = gap_fit.cluster_bootstrap(100, 1, "a").set_index("a")
    assert table.loc["a3", ["mean", "se", "percentile_low", "bca_high"]].isna().all()
    assert table.loc[["a1", "a2"], "percentile_low"].notna().all()


def test_a_resample_whose_matrix_has_no_inverse_is_missing_and_leaves_the_others():
    from peerbook.stats.reml import inverses

    found = inverses(np.array([[[2.0, 0.0], [0.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]]]))
    assert found[0].tolist() == [[0.5, 0.0], [0.0, 0.25]]
    assert np.isnan(found[1]).all()
