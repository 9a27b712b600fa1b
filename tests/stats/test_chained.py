"""Errors that chain, against nlme and matrices of rows by rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import ModelError
from peerbook.stats import ChainedFit, chained_errors, random_intercept
from tests.golden.stats import make
from tests.golden.stats.datasets import chained, chained_alike

REFERENCE = json.loads(Path(make.__file__).with_name("chained.json").read_text())
FRAMES = {"chained": chained, "chained_alike": chained_alike}
FORMULA = "change ~ usual + category"


def fit_of(frame: pd.DataFrame, formula: str = FORMULA) -> ChainedFit:
    return chained_errors(random_intercept(formula, frame, "person"), frame["day"], frame["day"] + 1)


@pytest.fixture(scope="module", params=FRAMES)
def case(request) -> tuple[ChainedFit, dict]:
    frame = FRAMES[request.param]()
    assert make.checksum(frame) == REFERENCE["checksums"][request.param]
    return fit_of(frame), REFERENCE["models"][request.param]


@pytest.fixture
def few() -> pd.DataFrame:
    """Changes of thirty people on a few days, some of which are missing between others."""
    return chained(21).iloc[:90]


def test_variances_and_likelihood_are_those_of_nlme(case):
    ours, theirs = case
    assert ours.rho == pytest.approx(theirs["rho"], abs=1e-5)
    residual = float(ours.fit.estimate.residual)
    assert residual == pytest.approx(theirs["residual"], rel=1e-5)
    assert residual * float(ours.fit.estimate.ratio) == pytest.approx(theirs["between"], rel=1e-4, abs=1e-9)


def test_the_likelihood_gains_what_it_gains_in_nlme(case):
    """nlme's second model has no correlation; where people are alike it has no variance between them."""
    ours, theirs = case
    assert ours.deviance - ours.without == pytest.approx(theirs["deviance"], abs=1e-4)


def test_means_and_standard_errors_are_those_of_nlme(case):
    ours, theirs = case
    means = ours.marginal_means("category")
    assert means["category"].tolist() == theirs["category"]
    np.testing.assert_allclose(means["mean"], theirs["mean"], atol=1e-5)
    np.testing.assert_allclose(means["se"], theirs["se"], rtol=1e-5)


def test_degrees_of_freedom_are_those_of_emmeans_for_gls(case):
    """emmeans differentiates by its own parameters; with a random intercept it has no such method."""
    ours, theirs = case
    if theirs["df"]:
        np.testing.assert_allclose(ours.marginal_means("category")["df"], theirs["df"], rtol=1e-3)


@pytest.mark.parametrize("build", FRAMES.values())
def test_the_estimate_is_that_of_matrices_of_rows_by_rows(build):
    frame = build()
    ours = fit_of(frame)
    fit, used = ours.fit, frame.dropna()
    person, day = used["person"].to_numpy(), used["day"].to_numpy()
    same = person[:, None] == person
    linked = same & (np.abs(day[:, None] - day) == 1)
    weights = np.linalg.inv(np.eye(len(used)) + ours.rho * linked + float(fit.estimate.ratio) * same)
    columns = fit.basis_columns()
    unscaled = np.linalg.inv(columns.T @ weights @ columns)
    coefficients = unscaled @ columns.T @ weights @ fit.rows.outcome
    np.testing.assert_allclose(fit.estimate.coefficients, coefficients, rtol=1e-8)
    np.testing.assert_allclose(fit.estimate.unscaled, unscaled, rtol=1e-8, atol=1e-12)
    left = fit.rows.outcome - columns @ coefficients
    residual = left @ weights @ left / (len(used) - columns.shape[1])
    assert float(fit.estimate.residual) == pytest.approx(residual, rel=1e-10)
    assert ours.links == np.triu(linked).sum()


def test_the_order_of_rows_does_not_matter(few):
    mixed = few.sample(frac=1, random_state=3)
    ours, theirs = fit_of(mixed), fit_of(few)
    assert ours.rho == pytest.approx(theirs.rho, abs=1e-6)
    np.testing.assert_allclose(
        ours.marginal_means("category")["se"], theirs.marginal_means("category")["se"], rtol=1e-5
    )


def test_independent_scores_give_opposed_changes():
    """The correlation of two differences that share a score is -1/2; with 4,000 people it is found."""
    random = np.random.default_rng(5)
    scores = random.normal(size=(4000, 4)) + random.normal(size=(4000, 1))
    rows = pd.DataFrame(
        {
            "person": np.repeat(np.arange(4000), 3),
            "day": np.tile([1, 2, 3], 4000),
            "change": np.diff(scores, axis=1).ravel() + random.normal(0, 0.5, 12_000),
        }
    )
    assert fit_of(rows, "change ~ 1").rho == pytest.approx(-1 / 2.25, abs=0.02)


@pytest.mark.parametrize(("seed", "df"), [(1, 240 - 2), (6, 60 - 2)])
def test_at_its_limit_the_correlation_is_taken_as_known(seed, df):
    """Without error beyond the scores rho is -1/2. Left to be known is the residual variance, from rows less
    coefficients, or where people come out as different the variance of their means, from people."""
    scores = np.random.default_rng(seed).normal(size=(60, 5))
    rows = pd.DataFrame(
        {
            "person": np.repeat(np.arange(60), 4),
            "day": np.tile([1, 2, 3, 4], 60),
            "change": np.diff(scores, axis=1).ravel(),
            "arm": np.repeat(["a", "b"], 120),
        }
    )
    ours = fit_of(rows, "change ~ arm")
    assert ours.rho == -0.5
    assert (ours.correlation == 0) == (df == 238)
    assert ours.marginal_means("arm")["df"].tolist() == pytest.approx([df, df], rel=1e-4)


def test_rows_that_do_not_chain_are_refused(few):
    fit = random_intercept(FORMULA, few, "person")
    with pytest.raises(ModelError, match="nothing chains"):
        chained_errors(fit, few["day"], few["day"] + 50)
    with pytest.raises(ModelError, match="two rows of a group"):
        chained_errors(fit, few["day"] // 2, few["day"] // 2 + 1)
    with pytest.raises(ModelError, match="in a circle"):
        chained_errors(fit, few["day"], few["day"].replace(few.groupby("person")["day"].max().max(), 0))
