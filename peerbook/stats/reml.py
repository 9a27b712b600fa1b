"""Restricted maximum likelihood of a random-intercept model, from sums per group.

The model of group g with n rows is y = X b + a + e, where a ~ N(0, s2 r) is common to the group and
e ~ N(0, s2) belongs to the row; r is the variance ratio. With h = 1 / (1 + r n),

    A(r) = [X y]' V^-1 [X y] = W + sum over sizes of h B_n                      (V in units of s2)
    deviance(r) = sum of log(1 + r n) + log det A_xx + (rows - rank) log(y'Py)

up to a constant (Harville 1977, JASA 72:320; Bates et al. 2015, J Stat Softw 67(1), section 3.4), where
y'Py is what is left of A_yy after X. One number, r, is searched: as the intraclass correlation
rho = r / (1 + r), which is bounded. Everything works on one data set or on a stack of resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.sums import GroupSums, stacked

GRID = np.array([0.0, 0.02, 0.06, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96, 0.99, 0.999, 0.99999])
HIGHEST = 1 - 1e-12  # the search goes no further
LOWEST = 1e-10  # an intraclass correlation below this is the zero of the boundary, moved by rounding
LEAST_RESIDUAL = 1e-6  # share of the variance below which rows of a group are fitted exactly
EXACT = (
    "The rows of a group hardly differ once the model is fitted: there is no residual variance to judge by. "
    "Use fewer terms, or one row per group and ordinary regression."
)
ALIKE = 2.0  # difference in deviance (a likelihood 2.7 times higher) that tells two optima apart
TWO_PEAKS = (
    "Two quite different variances between groups fit these rows about equally well, and each gives other "
    "means. Use more groups, more rows per group or fewer terms."
)
UNSOLVED = (
    "The equations of the model have no single solution: the rows are too few or too alike. "
    "Use more rows or fewer terms."
)
STEPS = 100
TOGETHER = 64  # models estimated at a time: what they need then fits into a processor's cache
CLOSE = 1e-6  # share of the way to 1; a step of Newton's method this short leaves an error of its square

Slopes = tuple[np.ndarray, np.ndarray]
"""First and second derivative of the deviance, each of shape (stack,)."""


@dataclass(frozen=True)
class Estimate:
    """A fitted random-intercept model, or a stack of them.

    Attributes
    ----------
    coefficients : ndarray
        b, shape (..., rank).
    unscaled : ndarray
        (X' V^-1 X)^-1 in units of the residual variance, shape (..., rank, rank).
    residual : ndarray
        Residual variance s2, shape (...).
    ratio : ndarray
        r, variance between groups over residual variance, shape (...); exactly 0 on the boundary.
    """

    coefficients: np.ndarray
    unscaled: np.ndarray
    residual: np.ndarray
    ratio: np.ndarray

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the coefficients, as lme4 gives it, shape (..., rank, rank)."""
        return self.residual[..., None, None] * self.unscaled

    def at(self, place: int) -> Estimate:
        """Take one of a stack."""
        return Estimate(
            self.coefficients[place], self.unscaled[place], self.residual[place], self.ratio[place]
        )


def reml(sums: GroupSums) -> Estimate:
    """Estimate one model from its sums.

    Raises
    ------
    ModelError
        The groups explain the outcome completely, so that no residual variance is left; or two quite
        different variances between groups fit about equally well.
    """
    (estimate,) = reml_each([sums])
    if isinstance(estimate, ModelError):
        raise estimate
    return estimate


def reml_each(sums: Sequence[GroupSums]) -> list[Estimate | ModelError]:
    """Estimate many models, those with equally many coefficients together.

    Parameters
    ----------
    sums : sequence of GroupSums
        Of one data set each.

    Returns
    -------
    list
        In the order given, an estimate or the reason why there is none, as for `reml`.
    """
    found: dict[int, Estimate | ModelError] = {}
    by_rank: dict[int, list[int]] = {}
    for place, one in enumerate(sums):
        by_rank.setdefault(len(one.within), []).append(place)
    for places in by_rank.values():
        for start in range(0, len(places), TOGETHER):
            batch = places[start : start + TOGETHER]
            found |= dict(zip(batch, _together([sums[place] for place in batch]), strict=True))
    return [found[place] for place in range(len(sums))]


def _together(sums: list[GroupSums]) -> list[Estimate | ModelError]:
    """Estimate models of one shape; one by one if the equations of any of them cannot be solved."""
    stack = stacked(sums)
    try:
        deviance = _deviance(stack, GRID / (1 - GRID))
        estimate = _solve_at(stack, *_bracket(deviance))
    except np.linalg.LinAlgError as error:
        if len(sums) == 1:
            return [ModelError(UNSOLVED).with_traceback(error.__traceback__)]
        return [found for one in sums for found in _together([one])]
    exact = 1 / (1 + estimate.ratio) < LEAST_RESIDUAL
    return [
        ModelError(TWO_PEAKS)
        if _second_dip(deviance[place]) < ALIKE
        else (ModelError(EXACT) if exact[place] else estimate.at(place))
        for place in range(len(sums))
    ]


def reml_stack(sums: GroupSums, start: float | None = None) -> Estimate:
    """Estimate a model on every data set of a stack.

    Parameters
    ----------
    sums : GroupSums
        With one leading axis.
    start : float, optional
        Intraclass correlation near which to look, as when the data sets are resamples of one. Without it the
        lowest point of a grid is the start, which finds the lowest of several minima.
    """
    if start is None:
        return _solve_at(sums, *_bracket(_deviance(sums, GRID / (1 - GRID))))
    return _solve_near(sums, start)


def combined(sums: GroupSums, weights: np.ndarray) -> np.ndarray:
    """Add up B_n times weights of shape (stack, ratios, sizes); the result is (stack, ratios, k, k)."""
    stack, sizes, k, _ = sums.between.shape
    return (weights @ sums.between.reshape(stack, sizes, k * k)).reshape(stack, -1, k, k)


def _second_dip(deviance: np.ndarray) -> float:
    """Measure how much higher the second lowest dip of the deviance over the grid is than the lowest."""
    fence = np.concatenate([[np.inf], deviance, [-np.inf]])  # the far end is no dip
    dips = np.sort(deviance[(deviance < fence[:-2]) & (deviance < fence[2:])])
    return dips[1] - dips[0] if len(dips) > 1 else np.inf


def _bracket(deviance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the point of the grid with the lowest deviance, and its neighbours."""
    best = deviance.argmin(axis=1)
    return GRID[np.maximum(best - 1, 0)], GRID[best], np.append(GRID[1:], HIGHEST)[best]


def _solve_near(sums: GroupSums, start: float) -> Estimate:
    """Start near a known value; keep to zero where the deviance rises from zero and at the start."""
    shape = len(sums.within)
    begin = np.full(shape, start)
    slope, curvature = _slopes(sums, begin)
    boundary = slope >= 0
    if boundary.any():
        doubtful = np.flatnonzero(boundary)
        boundary[doubtful] = _slopes(sums.at(doubtful), np.zeros(len(doubtful)))[0] >= 0
    high = np.where(boundary, 0.0, HIGHEST)
    return _solve_at(sums, np.zeros(shape), np.where(boundary, 0.0, begin), high, (slope, curvature))


def _deviance(sums: GroupSums, ratios: np.ndarray) -> np.ndarray:
    """Compute the deviance of every data set at every ratio, shape (stack, ratios)."""
    shrinkage = 1 / (1 + ratios[:, None] * sums.sizes)
    moments = sums.within[:, None] + combined(
        sums, np.broadcast_to(shrinkage, (len(sums.within), *shrinkage.shape))
    )
    pivots = np.diagonal(np.linalg.cholesky(moments), axis1=-2, axis2=-1)
    log_pivots = 2 * np.log(pivots)
    degrees = (sums.rows - sums.rank)[:, None]
    return (
        -sums.counts @ np.log(shrinkage).T + log_pivots[..., :-1].sum(axis=-1) + degrees * log_pivots[..., -1]
    )


def _minimise(
    sums: GroupSums, low: np.ndarray, start: np.ndarray, high: np.ndarray, known: Slopes | None = None
) -> np.ndarray:
    """Follow Newton's method on the slope, inside a bracket that every step narrows.

    What the slopes are at the start may be known already: they are most of the work.
    """
    correlation, moving = start.copy(), np.flatnonzero(low < high)
    low, high = low[moving], high[moving]
    slopes = None if known is None else (known[0][moving], known[1][moving])
    for _ in range(STEPS):
        if not len(moving):
            break
        here = correlation[moving]
        slope, curvature = _slopes(sums.at(moving), here) if slopes is None else slopes
        slopes = None
        low, high = np.where(slope < 0, here, low), np.where(slope < 0, high, here)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = here - slope / curvature
        inside = (curvature > 0) & (newton >= low) & (newton <= high)
        correlation[moving] = np.where(inside, newton, (low + high) / 2)
        still = np.abs(correlation[moving] - here) > CLOSE * (1 - here)
        moving, low, high = moving[still], low[still], high[still]
    return correlation


def _slopes(sums: GroupSums, correlation: np.ndarray) -> Slopes:
    """Differentiate the deviance by the intraclass correlation, once and twice, shape (stack,).

    With C = A^-1 and c its last entry, y'Py is 1 / c and det A_xx is c det A, so that the deviance is
    sum of log(1 + r n) + log det A - (rows - rank - 1) log c. From dh/dr = -n h^2 follow the derivatives of
    A; those of log det A and of C are tr(C A') and -C A' C (Lindstrom and Bates 1988, JASA 83:1014).
    """
    ratio = correlation / (1 - correlation)
    n = sums.sizes
    h = 1 / (1 + ratio[:, None] * n)
    nh = n * h
    parts = combined(sums, np.stack([h, -nh * h, 2 * nh**2 * h], axis=1))
    first, second = parts[:, 1], parts[:, 2]
    inverse = inverses(sums.within + parts[:, 0])
    moved, last = inverse @ first, inverse[:, :, -1:]
    pull = first @ last
    share1 = -(last * pull).sum(axis=(1, 2)) / inverse[:, -1, -1]
    share2 = (2 * pull * (inverse @ pull) - last * (second @ last)).sum(axis=(1, 2)) / inverse[:, -1, -1]
    degrees = sums.rows - sums.rank - 1
    by_ratio = (sums.counts * nh).sum(axis=1) + np.trace(moved, axis1=1, axis2=2) - degrees * share1
    by_ratio2 = (
        -(sums.counts * nh**2).sum(axis=1)
        + (inverse * second - moved * moved.swapaxes(1, 2)).sum(axis=(1, 2))
        - degrees * (share2 - share1**2)
    )
    stretch = 1 / (1 - correlation)
    return by_ratio * stretch**2, by_ratio2 * stretch**4 + 2 * by_ratio * stretch**3


def inverses(matrices: np.ndarray) -> np.ndarray:
    """Invert every matrix of a stack; one that has no inverse becomes missing, and the others stay.

    A resample of few people can be fitted exactly once people may differ enough: there its matrix is
    singular. With a missing slope the search turns back to where it is not.

    Examples
    --------
    >>> inverses(np.array([[[2.0]], [[0.0]]])).ravel().tolist()
    [0.5, nan]
    """
    try:
        return np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        found = np.full_like(matrices, np.nan)
        for place, matrix in enumerate(matrices):
            with suppress(np.linalg.LinAlgError):
                found[place] = np.linalg.inv(matrix)
        return found


def _solve_at(
    sums: GroupSums, low: np.ndarray, first: np.ndarray, high: np.ndarray, known: Slopes | None = None
) -> Estimate:
    """Search a bracket and solve at the optimum; the slopes at the start may be known."""
    correlation = _minimise(sums, low, first, high, known)
    correlation = np.where(correlation < LOWEST, 0.0, correlation)
    return _solve(sums, correlation / (1 - correlation))


def _solve(sums: GroupSums, ratio: np.ndarray) -> Estimate:
    """Compute coefficients and residual variance at a ratio."""
    shrinkage = 1 / (1 + ratio[:, None] * sums.sizes)
    moments = sums.within + combined(sums, shrinkage[:, None])[:, 0]
    inverse = inverses(moments[:, :-1, :-1])
    coefficients = (inverse @ moments[:, :-1, -1:])[..., 0]
    left = moments[:, -1, -1] - (coefficients * moments[:, :-1, -1]).sum(axis=1)
    return Estimate(coefficients, inverse, left / np.maximum(sums.rows - sums.rank, 1), ratio)
