"""Marginal means and contrasts, reckoned by hand from the coefficients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.stats import random_intercept


def coefficients(fit) -> dict[str, float]:
    return fit.fixed_effects().set_index("term")["estimate"].to_dict()


def test_other_factors_weigh_equally_and_numbers_stand_at_their_mean(rows):
    fit = random_intercept("y ~ arm + sex + x", rows, "person")
    assert fit.marginal_means("arm").columns.tolist() == [
        "arm", "mean", "se", "df", "ci_low", "ci_high", "n", "groups", "reason",
    ]  # fmt: skip
    b = coefficients(fit)
    base = b["Intercept"] + 0.5 * b["sex[T.m]"] + rows["x"].mean() * b["x"]
    assert fit.marginal_means("arm")["mean"].tolist() == pytest.approx([base, base + b["arm[T.b]"]])


def test_interactions_are_averaged_over(rows):
    fit = random_intercept("y ~ arm * sex", rows, "person")
    cells = fit.marginal_means(["arm", "sex"])
    assert cells[["arm", "sex"]].to_numpy().tolist() == [["a", "f"], ["a", "m"], ["b", "f"], ["b", "m"]]
    assert cells["n"].tolist() == [4, 2, 2, 4]
    people = rows.groupby(["arm", "sex"])["person"].nunique()
    assert cells["groups"].tolist() == people.tolist()
    averages = cells.groupby("arm")["mean"].mean()
    assert fit.marginal_means("arm")["mean"].tolist() == pytest.approx(averages.tolist())


def test_squares_stand_at_the_square_of_the_mean(rows):
    fit = random_intercept("y ~ arm + x + I(x**2)", rows, "person")
    b, mean = coefficients(fit), rows["x"].mean()
    expected = b["Intercept"] + mean * b["x"] + mean**2 * b["I(x ** 2)"]
    assert fit.marginal_means("arm")["mean"].iloc[0] == pytest.approx(expected)


def test_names_with_blanks_and_codes_as_in_the_formula(rows):
    spaced = rows.rename(columns={"arm": "the arm"}).assign(dose=[1, 2, 3] * 4)
    fit = random_intercept("y ~ Q('the arm') + C(dose)", spaced, "person")
    assert fit.marginal_means("the arm").columns[0] == "the arm"
    pd.testing.assert_frame_equal(fit.marginal_means("dose"), fit.marginal_means("C(dose)"))
    assert fit.marginal_means("dose")["dose"].tolist() == [1, 2, 3]


def test_an_interval_covers_with_its_own_degrees_of_freedom(rows):
    from scipy.stats import t

    fit = random_intercept("y ~ arm", rows, "person")
    means = fit.marginal_means("arm", level=0.9)
    half = t.ppf(0.95, means["df"]) * means["se"]
    np.testing.assert_allclose(means["ci_high"] - means["mean"], half, rtol=1e-10)
    np.testing.assert_allclose(means["mean"] - means["ci_low"], half, rtol=1e-10)


def test_kenward_roger_is_more_careful(rows):
    fit = random_intercept("y ~ arm + x", rows, "person")
    plain, careful = (fit.marginal_means("arm", ddf=ddf) for ddf in ("satterthwaite", "kenward-roger"))
    assert (careful["se"] >= plain["se"]).all()
    assert careful["mean"].tolist() == plain["mean"].tolist()


def test_an_empty_cell_is_missing_and_flagged_and_spoils_only_what_needs_it(gap_fit):
    cells = gap_fit.marginal_means(["a", "b"]).set_index(["a", "b"])
    empty = cells.loc[("a3", "b2")]
    assert empty["n"] == 0
    assert empty["groups"] == 0
    assert empty["reason"] == "A cell that it needs has no rows."
    assert (cells.drop(("a3", "b2"))["reason"] == "").all()
    assert (gap_fit.marginal_means("a")["reason"] == "").tolist() == [True, True, False]
    assert gap_fit.marginal_means("b")["mean"].isna().tolist() == [False, True, False, False]
    contrasts = gap_fit.contrasts("a", adjust="holm").set_index("contrast")
    assert contrasts["estimate"].isna().to_dict() == {"a1 - a2": False, "a1 - a3": True, "a2 - a3": True}


def test_contrasts_are_differences_of_means(change_fit):
    means = change_fit.marginal_means("category").set_index("category")["mean"]
    for row in change_fit.contrasts("category").itertuples():
        first, second = row.contrast.split(" - ")
        assert row.estimate == pytest.approx(means[first] - means[second])


def test_contrasts_within_the_cells_of_another_factor(rows):
    fit = random_intercept("y ~ arm * sex", rows, "person")
    within = fit.contrasts("arm", by="sex", adjust="bonferroni")
    assert within[["sex", "contrast"]].to_numpy().tolist() == [["f", "a - b"], ["m", "a - b"]]
    everything = fit.contrasts(["sex", "arm"]).set_index("contrast")["estimate"]
    assert within["estimate"].tolist() == pytest.approx(everything[["f a - f b", "m a - m b"]].tolist())
    assert within["p_value"].tolist() == pytest.approx(fit.contrasts("arm", by="sex")["p_value"].tolist())
    assert len(everything) == 6


def test_a_bool_is_a_factor(rows):
    fit = random_intercept("y ~ flag", rows.assign(flag=rows["arm"] == "b"), "person")
    assert fit.marginal_means("flag")["flag"].tolist() == [False, True]
    text = random_intercept("y ~ arm", rows, "person").marginal_means("arm")
    np.testing.assert_allclose(fit.marginal_means("flag")["mean"], text["mean"])
