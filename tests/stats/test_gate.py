"""What must never be shown: estimates that the rows do not determine, and values that cannot be."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import ModelError
from peerbook.stats import (
    RandomIntercept,
    random_intercept,
    robust_contrasts,
    within_between,
    within_person,
)
from peerbook.stats.gate import FEW_DF, LEAST_DF, NO_DISTRIBUTION, OUTSIDE
from peerbook.stats.reml import ALIKE, _deviance
from peerbook.stats.sums import GroupSums
from tests.golden.stats import make
from tests.golden.stats.datasets import diary
from tests.golden.stats.subsets import POSSIBLE, Subset, subsets


@pytest.fixture
def seven_people() -> pd.DataFrame:
    """Ten pairs of the stand-in's smallest region, the change of a score on a scale of 28 points.

    Once category, projects and start are in the model nothing is left to judge by within people. A search
    that did not know gave a mean change of -23,772, standard error 78, -3.7 degrees of freedom.
    """
    return pd.DataFrame(
        {
            "person": list("abcdeeffgg"),
            "start": [23.0, 22, 22, 29, 22, 21, 23, 18, 20, 16],
            "change": [-1.0, 7, -10, -10, -1, -7, -5, -1, -4, 1],
            "category": ["unchanged"] * 8 + ["increased"] * 2,
            "projects": ["none"] * 4
            + ["increased", "unchanged", "decreased", "none", "unchanged", "unchanged"],
        }
    )


def refusal(formula: str, frame: pd.DataFrame, **options: object) -> str:
    with pytest.raises(ModelError) as caught:
        random_intercept(formula, frame, "person", **options)
    return str(caught.value)


def test_people_fitted_exactly_are_refused(seven_people):
    said = refusal("change ~ start + category + projects", seven_people)
    assert said.startswith("10 rows of 7 groups leave nothing to tell the residual variance by")


def test_too_few_people_for_the_terms_between_them_are_refused(rows):
    frame = rows.assign(u=rows["person"] == "p1", v=rows["person"] == "p2", w=rows["person"] == "p3")
    assert "4 groups leave nothing to tell the variance between groups by" in refusal("y ~ u + v + w", frame)
    assert random_intercept("y ~ u + v + x", frame, "person").n_groups == 4


def test_people_fitted_almost_exactly_are_refused(rows):
    """Something is left within people, but a millionth of what is left between them."""
    whole = rows["person"].map({"p1": 1.0, "p2": 9.0, "p3": 4.0, "p4": 7.0})
    almost = whole + 1e-4 * np.sin(np.arange(12))
    assert "no residual variance to judge by" in refusal("y ~ 1", rows.assign(y=almost))
    visible = whole + 1e-1 * np.sin(np.arange(12))
    assert random_intercept("y ~ 1", rows.assign(y=visible), "person").correlation > 0.99


def fit_of(number: int) -> RandomIntercept:
    """Fit the model of a few people of that number."""
    (subset,) = subsets(diary(), 1, first=number)
    return random_intercept(subset.formula, subset.rows(diary()), "person", POSSIBLE)


@pytest.mark.parametrize("number", [239, 546, 575])
def test_two_variances_that_fit_equally_well_are_no_estimate(number):
    """At 546 lme4 stops at no variance between people; half of all variance fits better by 0.03 only."""
    with pytest.raises(ModelError, match="fit these rows about equally well"):
        fit_of(number)


@pytest.mark.parametrize(("number", "correlation"), [(236, 0.83), (558, 0.97)])
def test_the_higher_of_two_peaks_is_the_estimate(number, correlation):
    """Here lme4 stops at no variance between people too, though the other fits better by 7.4 and 4.2."""
    fit = fit_of(number)
    assert fit.correlation == pytest.approx(correlation, abs=0.01)
    none, found = deviance(fit, np.array([0.0, float(fit.estimate.ratio)]))
    assert none - found > ALIKE


def test_a_likelihood_that_is_flat_at_its_optimum_is_no_estimate():
    with pytest.raises(ModelError, match="nearly flat"):
        fit_of(156)


def deviance(fit: RandomIntercept, ratios: np.ndarray) -> np.ndarray:
    """Minus twice the restricted log-likelihood, up to a constant, at ratios of the variances."""
    s = fit.sums
    return _deviance(
        GroupSums(s.within[None], s.between[None], s.sizes, s.counts[None], s.rank[None]), ratios
    )[0]


def test_what_numpy_cannot_solve_is_said_in_words(rows, monkeypatch):
    def singular(*_: object) -> None:
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr("peerbook.stats.reml._deviance", singular)
    assert "no single solution" in refusal("y ~ arm", rows)


def test_an_outcome_outside_its_range_is_refused_without_saying_which(rows):
    said = refusal("y ~ arm", rows, possible=(0, 7))
    assert said.startswith("The outcome lies outside its possible range, 0 to 7, in 1 of 12 rows.")
    assert "7.5" not in said
    assert "must be the smaller" in refusal("y ~ arm", rows, possible=(7, 0))
    assert random_intercept("y ~ arm", rows, "person", possible=(1, 7.5)).possible == (1, 7.5)


@pytest.fixture
def leaning() -> pd.DataFrame:
    """Category `c` only where the start is low: at the mean start its line has left the scale of 0 to 10."""
    random = np.random.default_rng(1)
    start = np.concatenate([random.uniform(4, 9, 40), random.uniform(0, 1, 8)])
    low = np.arange(48) >= 40
    outcome = np.where(low, 8.5 + 1.2 * start, 5 + 0.2 * start) + random.normal(0, 0.1, 48)
    return pd.DataFrame(
        {"person": np.arange(48) % 12, "arm": ["a", "b"] * 20 + ["c"] * 8, "start": start, "y": outcome}
    )


def test_a_mean_outside_the_possible_range_is_never_given(leaning):
    free = random_intercept("y ~ arm * start", leaning, "person")
    assert free.marginal_means("arm")["mean"].max() > 12
    fit = random_intercept("y ~ arm * start", leaning, "person", possible=(0, 10))
    means = fit.marginal_means("arm").set_index("arm")
    assert means.loc["c", ["mean", "se", "df", "ci_low", "ci_high"]].isna().all()
    assert means["reason"].to_dict() == {"a": "", "b": "", "c": OUTSIDE}
    pd.testing.assert_frame_equal(
        means.loc[["a", "b"]], free.marginal_means("arm").set_index("arm").loc[["a", "b"]]
    )
    resampled = fit.cluster_bootstrap(100, 1, "arm").set_index("arm")
    assert resampled.loc["c", ["mean", "se", "percentile_low", "bca_high"]].isna().all()
    assert resampled["reason"].to_dict() == means["reason"].to_dict()
    for route in (
        fit.contrasts("arm", adjust="holm"),
        within_person(fit, "arm"),
        robust_contrasts(fit, "arm"),
    ):
        given = route.set_index("contrast")["estimate"].notna().to_dict()
        assert given == {"a - b": True, "a - c": False, "b - c": False}
        assert set(route["reason"]) == {"", OUTSIDE}


def test_less_than_a_degree_of_freedom_is_not_a_basis():
    """Of three means one has 0.7 degrees of freedom: its 95% interval would be 40 standard errors wide."""
    means = fit_of(116).marginal_means("category")
    assert means["reason"].tolist() == ["", FEW_DF, ""]
    assert means.loc[1, ["mean", "se", "df", "ci_low", "ci_high"]].isna().all()
    assert means.loc[[0, 2], "df"].tolist() == pytest.approx([1.964, 1.481], abs=1e-3)


def test_an_approximation_that_breaks_down_gives_no_test():
    """Kenward and Roger's F of `projects` would be -2.2."""
    tests = fit_of(3622).f_tests(ddf="kenward-roger").set_index("term")
    assert tests.loc["projects", "reason"] == NO_DISTRIBUTION
    assert tests.loc["projects", ["den_df", "statistic", "p_value"]].isna().all()
    assert (tests.drop("projects")["reason"] == "").all()


@cache
def reference() -> list[dict]:
    """What R says of the models of a few people."""
    found = json.loads(Path(make.__file__).with_name("subsets.json").read_text())
    assert found["checksum"] == make.checksum(diary())
    return found["models"]


def numbers(values: object) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in np.atleast_1d(values)], dtype=float)


def compare(subset: Subset, frame: pd.DataFrame, theirs: dict) -> str:
    """Compare one model with lme4: what came of it, or a failed assertion."""
    try:
        fit = random_intercept(subset.formula, subset.rows(frame), "person", POSSIBLE)
    except ModelError:
        return "refused"
    if "error" in theirs:
        return "only here"
    ours = fit.marginal_means(subset.factors)
    ratio = theirs["group"] / theirs["residual"]
    worse = np.diff(deviance(fit, np.array([float(fit.estimate.ratio), ratio])))[0]
    assert worse > -1e-6
    if worse > ALIKE - 0.5:  # lme4 stopped at the lesser of two peaks
        return "higher here"
    mean, se, df = (numbers(theirs[name]) for name in ("mean", "se", "df"))
    passes = (df >= LEAST_DF) & (np.abs(mean) <= POSSIBLE[1])
    assert (passes == (ours["reason"] == "")).all()
    np.testing.assert_allclose(ours["mean"][passes] / se[passes], mean[passes] / se[passes], atol=1e-4)
    np.testing.assert_allclose(ours["se"][passes], se[passes], rtol=1e-4)
    np.testing.assert_allclose(ours["df"][passes], df[passes], rtol=1e-3)
    return "equal"


@pytest.mark.slow
def test_where_lme4_passes_the_gate_ours_equals_it():
    frame = diary()
    found = Counter(
        compare(subset, frame, theirs)
        for subset, theirs in zip(subsets(frame, len(reference())), reference(), strict=True)
    )
    assert found == {"equal": 549, "refused": 42, "only here": 6, "higher here": 3}


def check_nothing_impossible(subset: Subset, frame: pd.DataFrame) -> str:
    """Ask a model of a few people everything; anything but numbers that can be, or `ModelError`, fails."""
    try:
        fit = random_intercept(subset.formula, subset.rows(frame), "person", POSSIBLE)
    except ModelError:
        return "refused"
    width = POSSIBLE[1] - POSSIBLE[0]
    for ddf in ("satterthwaite", "kenward-roger"):
        means = fit.marginal_means(subset.factors, ddf=ddf)
        given = means[means["reason"] == ""]
        assert given["mean"].between(*POSSIBLE).all()
        assert np.isfinite(given[["mean", "se", "df", "ci_low", "ci_high"]].to_numpy()).all()
        assert (given["df"] >= LEAST_DF).all()
        assert means.loc[means["reason"] != "", ["mean", "se", "df", "ci_low", "ci_high"]].isna().all().all()
        tests = fit.f_tests(ddf=ddf)
        assert (tests.loc[tests["reason"] == "", "den_df"] >= LEAST_DF).all()
        assert (tests["p_value"].isna() == (tests["reason"] != "")).all()
    routes = [fit.contrasts(subset.factors, adjust="holm"), within_person(fit, subset.factors)]
    routes.append(robust_contrasts(fit, subset.factors))
    for route in routes:
        given = route[route["reason"] == ""]
        assert (given["df"] >= LEAST_DF).all()
        assert np.isfinite(given[["estimate", "se", "ci_low", "ci_high", "p_value"]].to_numpy()).all()
        assert (route["p_value"].isna() == (route["reason"] != "")).all()
    assert routes[0]["estimate"].abs().max() <= width or routes[0]["estimate"].isna().all()
    return "fitted"


@pytest.mark.slow
def test_nothing_impossible_is_shown_of_two_hundred_models_of_a_few_people():
    frame = diary()
    found = Counter(check_nothing_impossible(subset, frame) for subset in subsets(frame, 200, first=600))
    assert found["fitted"] > 170


@pytest.mark.slow
def test_nothing_impossible_is_shown_of_thousands_of_models_of_a_few_people():
    frame = diary()
    found = Counter(check_nothing_impossible(subset, frame) for subset in subsets(frame, 4000, first=1000))
    assert found == {"fitted": 3691, "refused": 309}


@pytest.mark.parametrize("number", range(30))
def test_other_routes_of_models_of_a_few_people_end_in_numbers_or_reasons(number):
    """Estimating equations and the split are slow, so that fewer models are asked."""
    frame = diary()
    (subset,) = subsets(frame, 1, first=number)
    try:
        fit = random_intercept(subset.formula, subset.rows(frame), "person", POSSIBLE)
    except ModelError:
        return
    try:
        found = within_between(fit, subset.factors)
    except ModelError:
        return
    given = found[found["reason"] == ""]
    assert (given["se"] > 0).all()
    assert np.isfinite(given[["estimate", "statistic", "p_value"]].to_numpy()).all()
