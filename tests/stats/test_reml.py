"""Restricted maximum likelihood against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from peerbook.errors import ModelError
from peerbook.stats import reml as module
from peerbook.stats.reml import reml, reml_stack
from peerbook.stats.sums import GroupSums, group_products, group_sums


def sample(seed: int, between: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    groups = np.concatenate([np.arange(12), random.integers(0, 12, 38)])
    columns = np.column_stack([np.ones(50), random.normal(size=50), groups % 2])
    return (
        columns,
        columns @ [1, 2, -1] + between * random.normal(size=12)[groups] + random.normal(size=50),
        groups,
    )


def deviance(ratio: float, columns: np.ndarray, outcome: np.ndarray, groups: np.ndarray) -> float:
    """Minus twice the restricted log-likelihood with n x n matrices, up to a constant."""
    covariance = np.eye(len(groups)) + ratio * (groups[:, None] == groups)
    weights = np.linalg.inv(covariance)
    information = columns.T @ weights @ columns
    left = outcome - columns @ np.linalg.solve(information, columns.T @ weights @ outcome)
    degrees = len(outcome) - columns.shape[1]
    return (
        np.linalg.slogdet(covariance)[1]
        + np.linalg.slogdet(information)[1]
        + degrees * np.log(left @ weights @ left)
    )


def stacked(sums: GroupSums) -> GroupSums:
    return GroupSums(sums.within[None], sums.between[None], sums.sizes, sums.counts[None], sums.rank[None])


@pytest.mark.parametrize("ratio", [0.0, 0.3, 2.0, 50.0])
def test_deviance_is_that_of_dense_matrices(ratio):
    data = sample(1, 1.0)
    ours = module._deviance(stacked(group_sums(*data)), np.array([ratio]))[0, 0]
    assert ours == pytest.approx(deviance(ratio, *data), abs=1e-9)


@pytest.mark.parametrize("correlation", [0.05, 0.4, 0.9])
def test_slopes_are_the_derivatives(correlation):
    data = sample(2, 1.0)
    slope, curvature = module._slopes(stacked(group_sums(*data)), np.array([correlation]))
    step = 1e-4
    low, here, high = (
        deviance(c / (1 - c), *data) for c in (correlation - step, correlation, correlation + step)
    )
    assert slope[0] == pytest.approx((high - low) / (2 * step), rel=1e-5)
    assert curvature[0] == pytest.approx((high - 2 * here + low) / step**2, rel=1e-4)


@pytest.mark.parametrize(("seed", "between"), [(3, 0.3), (4, 1.0), (5, 5.0), (6, 100.0)])
def test_the_optimum_is_that_of_a_general_search(seed, between):
    data = sample(seed, between)
    estimate = reml(group_sums(*data))
    found = minimize_scalar(
        lambda log: deviance(np.exp(log), *data), bounds=(-6, 14), method="bounded", options={"xatol": 1e-9}
    )
    assert deviance(estimate.ratio, *data) <= found.fun + 1e-9
    assert estimate.ratio == pytest.approx(np.exp(found.x), rel=1e-4)


def test_no_variance_between_groups_gives_exactly_zero():
    columns, _, groups = sample(7, 0.0)
    noise = np.random.default_rng(2).normal(size=50)
    outcome = noise - 0.9 * (np.bincount(groups, noise) / np.bincount(groups))[groups]
    estimate = reml(group_sums(columns, outcome, groups))
    assert estimate.ratio == 0
    ordinary = np.linalg.lstsq(columns, outcome, rcond=None)
    np.testing.assert_allclose(estimate.coefficients, ordinary[0], atol=1e-10)
    assert estimate.residual == pytest.approx(ordinary[1][0] / 47)


def test_a_stack_gives_what_its_members_give_with_or_without_a_start():
    columns, outcome, groups = sample(8, 0.8)
    weights = np.random.default_rng(1).integers(0, 3, (40, 12)).astype(float)
    sums = group_products(np.column_stack([columns, outcome]), groups).weighted(weights)
    searched, started = reml_stack(sums), reml_stack(sums, start=0.35)
    np.testing.assert_allclose(started.ratio, searched.ratio, rtol=1e-7, atol=1e-10)
    for member in range(0, 40, 8):
        one = reml(
            GroupSums(
                sums.within[member], sums.between[member], sums.sizes, sums.counts[member], sums.rank[member]
            )
        )
        assert one.ratio == pytest.approx(searched.ratio[member], rel=1e-9, abs=1e-12)
        np.testing.assert_allclose(one.coefficients, searched.coefficients[member], rtol=1e-8)


def test_an_outcome_without_residual_variance_is_refused():
    columns, _, groups = sample(9, 1.0)
    outcome = np.random.default_rng(1).normal(size=12)[groups]
    with pytest.raises(ModelError, match="no residual variance"):
        reml(group_sums(columns, outcome, groups))
