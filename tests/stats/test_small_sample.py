"""Degrees of freedom against the formulas written with n x n matrices."""

from __future__ import annotations

import numpy as np
import pytest

from peerbook.errors import ModelError
from peerbook.stats.reml import reml
from peerbook.stats.small_sample import (
    METHODS,
    KenwardRoger,
    Satterthwaite,
    estimates_each,
    f_tests_each,
    information,
    method,
    solve_each,
    stack_of,
)
from peerbook.stats.sums import group_sums
from tests.stats.test_reml import sample


class Dense:
    """The quantities of Kenward and Roger (1997) at the estimate, in units of the residual variance."""

    def __init__(self, seed: int, between: float):
        self.columns, self.outcome, self.groups = sample(seed, between)
        self.sums = group_sums(self.columns, self.outcome, self.groups)
        self.estimate = reml(self.sums)
        self.parts = [(self.groups[:, None] == self.groups).astype(float), np.eye(len(self.groups))]
        self.weights = np.linalg.inv(self.estimate.ratio * self.parts[0] + self.parts[1])
        self.phi = np.linalg.inv(self.columns.T @ self.weights @ self.columns)
        hat = self.weights @ self.columns @ self.phi @ self.columns.T @ self.weights
        self.projection = self.weights - hat

        self.solved = solve_each([self.sums], [self.estimate])

    def ours(self, approximation: type) -> Satterthwaite | KenwardRoger:
        return approximation(stack_of(self.solved))

    def curvature(self) -> np.ndarray:
        """Second derivatives of the restricted deviance by the two variances, from its definition."""
        y = self.outcome / np.sqrt(self.estimate.residual)

        def deviance(theta: np.ndarray) -> float:
            covariance = theta[0] * self.parts[0] + theta[1] * self.parts[1]
            weights = np.linalg.inv(covariance)
            information_ = self.columns.T @ weights @ self.columns
            left = y - self.columns @ np.linalg.solve(information_, self.columns.T @ weights @ y)
            return (
                np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information_)[1] + left @ weights @ left
            )

        at, step = np.array([float(self.estimate.ratio), 1.0]), 1e-4 * np.eye(2)
        return np.array(
            [
                [
                    (
                        deviance(at + step[r] + step[s])
                        - deviance(at + step[r] - step[s])
                        - deviance(at - step[r] + step[s])
                        + deviance(at - step[r] - step[s])
                    )
                    / 4e-8
                    for s in range(2)
                ]
                for r in range(2)
            ]
        )


@pytest.fixture(scope="module", params=[(4, 1.0), (5, 5.0), (11, 0.6)])
def dense(request) -> Dense:
    return Dense(*request.param)


def test_observed_information_is_the_curvature_of_the_deviance(dense):
    observed = information(dense.sums, dense.estimate).observed
    np.testing.assert_allclose(observed, dense.curvature(), rtol=1e-4, atol=1e-5)


def test_expected_information_is_a_trace_of_projections(dense):
    expected = [
        [np.trace(dense.projection @ left @ dense.projection @ right) for right in dense.parts]
        for left in dense.parts
    ]
    np.testing.assert_allclose(information(dense.sums, dense.estimate).expected, expected, rtol=1e-9)


def test_kenward_roger_covariance_follows_the_paper(dense):
    """Phi + 2 Phi (sum of W_rs (Q_rs - P_r Phi P_s)) Phi, with P and Q from n x n matrices."""
    v, x = dense.weights, dense.columns
    p = [-x.T @ v @ part @ v @ x for part in dense.parts]
    w = 2 * np.linalg.inv(information(dense.sums, dense.estimate).expected)
    total = sum(
        w[r, s] * (x.T @ v @ dense.parts[r] @ v @ dense.parts[s] @ v @ x - p[r] @ dense.phi @ p[s])
        for r in range(2)
        for s in range(2)
    )
    expected = dense.phi + 2 * dense.phi @ total @ dense.phi
    np.testing.assert_allclose(dense.ours(KenwardRoger).unscaled[0], expected, rtol=1e-9)


def test_satterthwaite_matches_a_numerical_gradient(dense):
    """2 f^2 / (g' V g), f the variance of a coefficient and g its derivative by the two variances."""
    function = np.array([0.5, 1.0, -1.0])

    def variance(theta: np.ndarray) -> float:
        weights = np.linalg.inv(theta[0] * dense.parts[0] + theta[1] * dense.parts[1])
        return function @ np.linalg.solve(dense.columns.T @ weights @ dense.columns, function)

    at, step = np.array([float(dense.estimate.ratio), 1.0]), 1e-5 * np.eye(2)
    gradient = np.array([(variance(at + step[r]) - variance(at - step[r])) / 2e-5 for r in range(2)])
    observed = information(dense.sums, dense.estimate).observed
    spread = gradient @ (2 * np.linalg.inv(observed)) @ gradient
    expected = 2 * variance(at) ** 2 / spread
    _, _, (df,) = estimates_each(dense.solved, [function[None]], "satterthwaite")[0]
    assert df == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("ddf", METHODS)
def test_one_row_gives_the_square_of_t(dense, ddf):
    function, unscaled = np.array([[0.0, 1.0, 0.0]]), dense.ours(METHODS[ddf]).unscaled[0]
    ((_, den_df, statistic),) = f_tests_each(dense.solved, [[function]], ddf)[0].T
    t = dense.estimate.coefficients[1] / np.sqrt(unscaled[1, 1] * dense.estimate.residual)
    assert statistic == pytest.approx(t**2, rel=1e-9)
    assert den_df == pytest.approx(estimates_each(dense.solved, [function], ddf)[0][2, 0], rel=1e-9)


def test_balanced_groups_give_the_classical_answer():
    """With equal groups a within-group effect is tested as in the analysis of variance, by both methods."""
    random = np.random.default_rng(3)
    groups, arm = np.repeat(np.arange(10), 4), np.tile([0.0, 0, 1, 1], 10)
    outcome = random.normal(size=10)[groups] + arm + random.normal(size=40)
    sums = group_sums(np.column_stack([np.ones(40), arm]), outcome, groups)
    estimate = reml(sums)
    assert estimate.ratio > 0
    for ddf in METHODS:
        tests = f_tests_each(solve_each([sums], [estimate]), [[np.array([[0.0, 1.0]])]], ddf)[0]
        assert tests[:2, 0].tolist() == pytest.approx([1, 40 - 10 - 1], rel=1e-6)


def test_a_repeated_row_adds_nothing(dense):
    functions = np.array([[0.0, 1, 0], [0, 0, 1], [0, 1, 1]])
    for ddf in METHODS:
        repeated, plain = f_tests_each(dense.solved, [[functions, functions[:2]]], ddf)[0].T
        assert repeated[0] == 2
        assert repeated[2] == pytest.approx(plain[2], rel=1e-8)


def test_unknown_method_is_refused():
    with pytest.raises(ModelError, match="kenward-roger"):
        method("contain")
