"""Degrees of freedom: how much is known about the variances that a test divides by.

Two answers to the same question, with one interface. Both look at how the covariance of the coefficients
moves with the two variances, (between groups, residual), and at how well these are known.

- `Satterthwaite`: Fai and Cornelius (1996), J Stat Comput Simul 54:363, as in lmerTest (Kuznetsova,
  Brockhoff and Christensen 2017, J Stat Softw 82(13)); on the boundary, rows minus coefficients.
- `KenwardRoger`: Kenward and Roger (1997), Biometrics 53:983, as in pbkrtest (Halekoh and Hojsgaard 2014,
  J Stat Softw 59(9)); it also widens the standard errors.

Everything is in units of the residual variance; degrees of freedom do not depend on units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.design import independent
from peerbook.stats.reml import Estimate
from peerbook.stats.sums import GroupSums

NO_DIRECTION = np.sqrt(np.finfo(float).eps)  # share of the largest eigenvalue below which lmerTest sees none
SINGULAR = 1e-10  # share of the expected information below which pbkrtest takes a generalised inverse
SAME = 1e-8  # degrees of freedom that differ less count as equal


class FTest(NamedTuple):
    """A test that several combinations of the coefficients are zero."""

    num_df: float
    den_df: float
    statistic: float


@dataclass(frozen=True)
class Information:
    """How the model responds to its two variances, theta = (between groups, residual).

    With G = dV / dtheta, P the projection of restricted likelihood and r, s running over the variances:

    Attributes
    ----------
    first : ndarray
        X' V^-1 G_r V^-1 X, shape (2, rank, rank).
    second : ndarray
        X' V^-1 G_r V^-1 G_s V^-1 X, shape (2, 2, rank, rank).
    expected : ndarray
        tr(P G_r P G_s), twice the expected information, shape (2, 2).
    observed : ndarray
        Second derivative of the deviance, 2 y'P G_r P G_s P y - tr(P G_r P G_s), shape (2, 2).
    """

    first: np.ndarray
    second: np.ndarray
    expected: np.ndarray
    observed: np.ndarray


def information(sums: GroupSums, estimate: Estimate) -> Information:
    """Compute how a fitted model responds to its variances.

    In the direction of a group's mean, V^-1 is h = 1 / (1 + r n) and dV / d(between) is n; across it V^-1
    is 1 and dV / d(between) is 0. Hence sums over the sizes, as for the likelihood.

    Parameters
    ----------
    sums : GroupSums
        Of the rows.
    estimate : Estimate
        Estimated from just these sums.
    """
    n, counts = sums.sizes.astype(float), sums.counts
    h = 1 / (1 + estimate.ratio * n)
    powers = np.array([n**2, n, np.ones_like(n)])
    # Rows: first for between and residual; second for between twice, for both, for residual twice.
    weights = np.vstack([powers[1:] * h**2, powers * h**3])
    moments = np.tensordot(weights, sums.between, axes=1)
    moments[[1, 4]] += sums.within
    first, second = moments[:2], moments[[[2, 3], [3, 4]]]
    u = np.append(-estimate.coefficients, 1.0) / np.sqrt(estimate.residual)
    phi = estimate.unscaled
    traces = (powers * h**2) @ counts + [0, 0, sums.rows - counts.sum()]
    spread = phi @ first[:, :-1, :-1]
    expected = (
        traces[[[0, 1], [1, 2]]]
        - 2 * np.tensordot(second[:, :, :-1, :-1], phi, axes=2)
        + np.tensordot(spread, spread.swapaxes(1, 2), axes=([1, 2], [1, 2]))
    )
    pull = (first @ u)[:, :-1]
    squares = u @ second @ u - pull @ phi @ pull.T
    return Information(first[:, :-1, :-1], second[:, :, :-1, :-1], expected, 2 * squares - expected)


@dataclass(frozen=True)
class Satterthwaite:
    """Degrees of freedom by matching the variance of an estimated variance."""

    sums: GroupSums
    estimate: Estimate
    information: Information

    @property
    def unscaled(self) -> np.ndarray:
        """Covariance of the coefficients in units of the residual variance."""
        return self.estimate.unscaled

    @cached_property
    def variance_of_variances(self) -> np.ndarray:
        """Covariance of the two estimated variances: the inverse of half the deviance's curvature."""
        return 2 * np.linalg.inv(self.information.observed)

    def degrees(self, functions: np.ndarray) -> np.ndarray:
        """Compute degrees of freedom of linear functions of the coefficients, shape (functions,)."""
        if self.estimate.ratio == 0:
            return np.full(len(functions), float(self.sums.rows - self.sums.rank))
        spread = functions @ self.estimate.unscaled
        variance = (spread * functions).sum(axis=1)
        gradient = ((spread @ self.information.first) * spread).sum(axis=-1)
        return 2 * variance**2 / (gradient * (self.variance_of_variances @ gradient)).sum(axis=0)

    def f_tests(self, hypotheses: Sequence[np.ndarray]) -> list[FTest]:
        """Test each set of functions together, as independent contrasts with their own degrees of freedom."""
        contrasts = [self._independent(functions) for functions in hypotheses]
        every = np.vstack([np.zeros((0, len(self.unscaled))), *contrasts])
        variance = ((every @ self.unscaled) * every).sum(axis=1) * self.estimate.residual
        squares, degrees = (every @ self.estimate.coefficients) ** 2 / variance, self.degrees(every)
        ends = np.cumsum([len(rows) for rows in contrasts])
        places = [slice(end - len(rows), end) for rows, end in zip(contrasts, ends, strict=True)]
        return [
            FTest(len(rows), _joint_degrees(degrees[at]), squares[at].mean())
            for rows, at in zip(contrasts, places, strict=True)
        ]

    def _independent(self, functions: np.ndarray) -> np.ndarray:
        """Turn functions into uncorrelated ones along the axes of their covariance."""
        if len(functions) == 1:
            return functions
        values, vectors = np.linalg.eigh(functions @ self.unscaled @ functions.T)
        return vectors.T[values > NO_DIRECTION * values[-1]] @ functions


def _joint_degrees(degrees: np.ndarray) -> float:
    """Match a mean of squared t values with the F of the same expectation."""
    if np.ptp(degrees) < SAME:
        return float(degrees.mean())
    if (degrees <= 2).any():
        return 2.0
    expectation = (degrees / (degrees - 2)).sum()
    return float(2 * expectation / (expectation - len(degrees)))


@dataclass(frozen=True)
class KenwardRoger:
    """Degrees of freedom and adjusted covariance by matching two moments of the Wald statistic."""

    sums: GroupSums
    estimate: Estimate
    information: Information

    @cached_property
    def variance_of_variances(self) -> np.ndarray:
        """Covariance of the two estimated variances: the inverse of the expected information."""
        expected = self.information.expected
        apart = np.linalg.det(expected) > SINGULAR * expected[0, 0] * expected[1, 1]
        return 2 * (np.linalg.inv(expected) if apart else np.linalg.pinv(expected, hermitian=True))

    @cached_property
    def unscaled(self) -> np.ndarray:
        """Adjusted covariance of the coefficients in units of the residual variance."""
        phi, first = self.estimate.unscaled, self.information.first
        products = (first @ phi)[:, None] @ first[None]
        bias = np.tensordot(self.variance_of_variances, self.information.second - products, axes=2)
        return phi + 2 * phi @ bias @ phi

    def degrees(self, functions: np.ndarray) -> np.ndarray:
        """Compute degrees of freedom of linear functions of the coefficients, shape (functions,)."""
        spread = functions @ self.estimate.unscaled
        moved = ((spread @ self.information.first) * spread).sum(axis=-1) / (spread * functions).sum(axis=1)
        a = (moved * (self.variance_of_variances @ moved)).sum(axis=0)
        return _match(1, a, a)[0]

    def f_tests(self, hypotheses: Sequence[np.ndarray]) -> list[FTest]:
        """Test each set of functions together; the statistic includes the scaling of Kenward and Roger."""
        return [self._f_test(functions) for functions in hypotheses]

    def _f_test(self, functions: np.ndarray) -> FTest:
        functions = functions[independent(functions.T, centred=False)]
        spread = functions @ self.estimate.unscaled
        moved = np.linalg.solve(spread @ functions.T, spread @ self.information.first @ spread.T)
        traces = np.trace(moved, axis1=1, axis2=2)
        a1 = traces @ self.variance_of_variances @ traces
        a2 = np.einsum("rs,rab,sba->", self.variance_of_variances, moved, moved)
        degrees, scale = _match(len(functions), np.array([a1]), np.array([a2]))
        differences = functions @ self.estimate.coefficients
        covariance = functions @ self.unscaled @ functions.T * self.estimate.residual
        statistic = scale[0] * differences @ np.linalg.solve(covariance, differences) / len(functions)
        return FTest(float(len(functions)), float(degrees[0]), float(statistic))


def _match(q: int, a1: np.ndarray, a2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Match degrees of freedom and scale of an F statistic of q rows (Kenward and Roger, section 3).

    Where a quantity vanishes the conventions of pbkrtest apply.
    """
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    c1, c2, c3 = np.array([g, q - g, q + 2 - g]) / (3 * q + 2 * (1 - g))
    v0, v1, v2, rest = 1 + c1 * b, 1 - c2 * b, 1 - c3 * b, 1 - a2 / q
    v0 = np.where(np.abs(v0) < 1e-10, 0.0, v0)
    vanish = (np.abs(rest) < 1e-14) & (np.abs(v1) < 1e-14)
    rho = np.where(vanish, 1.0, rest / np.where(vanish, 1.0, v1)) ** 2 * v0 / v2 / q
    degrees = 4 + (q + 2) / (q * rho - 1)
    near_two = np.abs(degrees - 2) < 1e-2
    scale = np.where(near_two, 1.0, degrees * rest / np.where(near_two, 1.0, degrees - 2))
    return degrees, scale


METHODS = {"satterthwaite": Satterthwaite, "kenward-roger": KenwardRoger}


def method(name: str) -> type[Satterthwaite] | type[KenwardRoger]:
    """Look up an approximation by name."""
    if name not in METHODS:
        raise ModelError(f"Unknown degrees of freedom `{name}`. Use one of: {', '.join(METHODS)}.")
    return METHODS[name]
