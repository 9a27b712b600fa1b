"""Adjusted p values by hand and by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import tukey_hsd
from statsmodels.stats.multitest import multipletests

from peerbook.errors import ModelError
from peerbook.stats import adjust_p_values
from peerbook.stats.multiplicity import adjust_contrasts

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_holm_and_benjamini_hochberg_by_hand():
    p_values = [0.01, 0.04, 0.03, 0.005]
    assert adjust_p_values(p_values).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    found = adjust_p_values(p_values, "benjamini-hochberg")
    assert found.tolist() == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_missing_values_stay_missing_and_do_not_count():
    found = adjust_p_values([0.01, np.nan, 0.02], "bonferroni")
    assert np.isnan(found[1])
    assert found[[0, 2]].tolist() == pytest.approx([0.02, 0.04])


@given(P_VALUES, st.sampled_from(["holm", "benjamini-hochberg", "bonferroni", "sidak"]))
def test_adjusted_p_values_keep_their_order_and_are_never_smaller(p_values, method):
    adjusted = adjust_p_values(p_values, method)
    assert (adjusted >= np.array(p_values) - 1e-12).all()
    assert (adjusted <= 1).all()
    ranked = adjusted[np.argsort(p_values, kind="stable")]
    assert (np.diff(ranked) >= -1e-12).all()


@pytest.mark.slow
@given(P_VALUES, st.sampled_from(["holm", "benjamini-hochberg", "bonferroni", "sidak"]))
def test_adjusted_p_values_are_those_of_statsmodels(p_values, method):
    name = {"benjamini-hochberg": "fdr_bh"}.get(method, method)
    with np.errstate(divide="ignore"):  # statsmodels takes the logarithm of 1 - p
        theirs = multipletests(p_values, method=name)[1]
    np.testing.assert_allclose(adjust_p_values(p_values, method), theirs, rtol=1e-9, atol=1e-15)


def test_unknown_adjustment_is_refused():
    with pytest.raises(ModelError, match="holm"):
        adjust_p_values([0.1], "hochberg")


def test_tukey_agrees_with_scipy_on_a_one_way_layout():
    random = np.random.default_rng(4)
    samples = [random.normal(mean, 1, 12) for mean in (0, 0.5, 1.2)]
    theirs = tukey_hsd(*samples)
    pooled = np.mean([np.var(sample, ddof=1) for sample in samples])
    pairs = [(0, 1), (0, 2), (1, 2)]
    t = np.array([(samples[i].mean() - samples[j].mean()) / np.sqrt(2 * pooled / 12) for i, j in pairs])
    p_values, margins = adjust_contrasts(t, np.full(3, 33.0), "tukey", 3, 0.95)
    assert p_values.tolist() == pytest.approx([theirs.pvalue[i, j] for i, j in pairs], rel=1e-6)
    low = theirs.confidence_interval(0.95).low
    estimates = [samples[i].mean() - samples[j].mean() for i, j in pairs]
    ours = np.array(estimates) - margins * np.sqrt(2 * pooled / 12)
    assert ours.tolist() == pytest.approx([low[i, j] for i, j in pairs], rel=1e-5)


def test_two_means_need_no_adjustment_by_tukey():
    plain = adjust_contrasts(np.array([2.1]), np.array([20.0]), "none", 2, 0.95)
    tukey = adjust_contrasts(np.array([2.1]), np.array([20.0]), "tukey", 2, 0.95)
    assert [float(value[0]) for value in tukey] == pytest.approx([float(value[0]) for value in plain])


def test_wider_intervals_for_more_careful_adjustments():
    t, df = np.array([1.0, 2.0, 3.0]), np.full(3, 30.0)
    margins = {
        name: adjust_contrasts(t, df, name, 3, 0.95)[1][0]
        for name in ("none", "tukey", "sidak", "bonferroni")
    }
    assert margins["none"] < margins["tukey"] < margins["sidak"] < margins["bonferroni"]
