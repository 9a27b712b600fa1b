"""A random intercept with errors that chain: a change that ends with the log the next change starts with.

A change between two occasions is the difference of their values, so that two changes that share an occasion
have opposed errors; if values are independent given the person their correlation is -1/2. A random intercept
alone can say that changes of a person are alike, never that they are opposed. Here

    y = X b + a + e,   corr(e_i, e_j) = rho where row j follows row i, else 0,

so that the covariance of a chain is tridiagonal (a moving average of order one; Box and Jenkins 1970). The
restricted likelihood is searched over rho and the variance ratio r. For a given rho the rows of a chain are
made independent one after the other by the Cholesky factor, which has two diagonals; with z the whitened
column of ones, t = z'[X y] and s = z'z of a group,

    A(rho, r) = [X y]'[X y] - sum over groups of r / (1 + r s) t t'             (whitened rows)

takes the place of the sums of `peerbook.stats.reml`. Degrees of freedom are those of Satterthwaite, from
numerical derivatives. Checked against nlme (`tests/golden/stats/`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.gate import as_model_error
from peerbook.stats.model import RandomIntercept
from peerbook.stats.reml import Estimate
from peerbook.stats.small_sample import Information, Solved

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FURTHEST = 0.5  # the correlation of neighbours in a moving average goes no further
STARTS = [(rho, share) for rho in (-0.4, -0.2, 0.0, 0.2) for share in (0.0, 0.1, 0.4)]
STEP = 1e-4  # of numerical derivatives
NONE = 1e-6  # distance from the end of its range at which a parameter is at the end


@dataclass(frozen=True)
class ChainedFit:
    """A random-intercept model whose errors chain; made by `chained_errors`.

    Attributes
    ----------
    rho : float
        Correlation of the errors of two rows of which one follows the other.
    correlation : float
        Share of the variance that lies between groups.
    deviance : float
        Minus twice the restricted log-likelihood, but for a constant that depends on the design only.
    without : float
        The same at rho = 0, the random intercept alone.
    links : int
        Rows that follow another.
    fit : RandomIntercept
        The model with these errors, for its tables; ask it for F tests and means by Satterthwaite only.
    """

    rho: float
    correlation: float
    deviance: float
    without: float
    links: int
    fit: RandomIntercept

    def f_tests(self) -> pd.DataFrame:
        """Test every term, as `RandomIntercept.f_tests` does by Satterthwaite."""
        return self.fit.f_tests()

    def marginal_means(self, factors: str | Sequence[str], level: float = 0.95) -> pd.DataFrame:
        """Estimate marginal means, as `RandomIntercept.marginal_means` does by Satterthwaite."""
        return self.fit.marginal_means(factors, level=level)


@as_model_error
def chained_errors(fit: RandomIntercept, starts: Sequence, ends: Sequence) -> ChainedFit:
    """Fit a model again, with a correlation of its own for errors of rows that share an occasion.

    Parameters
    ----------
    fit : RandomIntercept
        The model; its rows and its design are used, not its variances.
    starts, ends : sequence
        The occasion that each row of the data starts and ends with, for all rows that `random_intercept` was
        given. A row follows another of its group if it starts where that one ends.

    Raises
    ------
    ModelError
        No row follows another, or an occasion starts or ends two rows of a group.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "person": ["a"] * 4 + ["b"] * 3 + ["c"] * 3,
    ...     "log": [1, 2, 3, 4, 1, 2, 3, 1, 2, 3],
    ...     "change": [3.0, -2.0, 4.0, -1.0, 2.0, 1.5, 0.0, -1.0, 3.0, 1.0],
    ... })
    >>> from peerbook.stats import random_intercept
    >>> fit = random_intercept("change ~ 1", rows, "person")
    >>> chained = chained_errors(fit, rows["log"], rows["log"] + 1)
    >>> chained.links, chained.rho < 0
    (7, True)
    """
    chains = _chains(fit, starts, ends)
    columns = fit.basis_columns()
    rows = np.column_stack([columns, fit.rows.outcome - columns @ fit.basis.outcome, np.ones(fit.n_rows)])
    # What is asked at one rho is asked of several ratios, for which the rows are whitened once.
    moments = cache(Whitened(chains, rows[chains.order], _by_group(fit.rows.groups[chains.order])).moments)
    at = _search(moments)
    solved = _solved(moments, at)
    alone = min(_deviance(moments(0.0), share / (1 - share)) for share in (0.0, fit.correlation))
    moved = replace(solved.estimate, coefficients=solved.estimate.coefficients + fit.basis.outcome)
    return ChainedFit(
        rho=at[0],
        correlation=at[1] / (1 + at[1]),
        deviance=_deviance(moments(at[0]), at[1]),
        without=alone,
        links=chains.links,
        fit=replace(fit, solved=replace(solved, estimate=moved)),
    )


@dataclass(frozen=True)
class Chains:
    """Which row follows which.

    Attributes
    ----------
    order : ndarray
        The rows in the order of their places in their chains, the first rows of all chains first. At each
        place chains stand in the same order, the longest first, so that who follows whom is a matter of
        slices; shape (rows,).
    ends : ndarray
        How many rows, in this order, come up to each place: one number for each place, from 0.
    """

    order: np.ndarray
    ends: np.ndarray

    @property
    def links(self) -> int:
        """Rows that follow another."""
        return int(self.ends[-1] - self.ends[0])

    def whiten(self, rows: np.ndarray, rho: float) -> tuple[np.ndarray, float]:
        """Make rows, in this order, independent; return also the log determinant of their correlations."""
        whole, diagonal, log_det, before = rows.copy(), 1.0, 0.0, 0
        for start, end in pairwise(self.ends):
            factor = rho / diagonal
            diagonal = np.sqrt(1 - factor**2)
            own = whole[start:end]
            own -= factor * whole[before : before + len(own)]
            own /= diagonal
            log_det += 2 * len(own) * np.log(diagonal)
            before = start
        return whole, log_det


def _chains(fit: RandomIntercept, starts: Sequence, ends: Sequence) -> Chains:
    """Link the rows of a fit."""
    used = fit.rows.places
    first, last = pd.Series(np.asarray(starts))[used], pd.Series(np.asarray(ends))[used]
    number = np.arange(fit.n_rows)
    from_, to = (
        pd.DataFrame({"group": fit.rows.groups, "occasion": list(occasions), name: number})
        for occasions, name in ((last, "before"), (first, "own"))
    )
    links = from_.merge(to, on=["group", "occasion"])
    if not len(links):
        raise ModelError("No row starts where another row of its group ends, so that nothing chains.")
    if links["own"].duplicated().any() or links["before"].duplicated().any():
        raise ModelError("An occasion starts or ends two rows of a group. Leave one of them out.")
    before = np.full(fit.n_rows, -1)
    before[links["own"]] = links["before"]
    after = np.full(fit.n_rows, -1)
    after[links["before"]] = links["own"]
    at = np.flatnonzero(before < 0)
    places = [at]
    while len(at := after[at][after[at] >= 0]):
        places.append(at)
    if sum(map(len, places)) != fit.n_rows:
        raise ModelError("Rows follow each other in a circle. Check where they start and end.")
    return _ordered(places, before)


def _ordered(places: list[np.ndarray], before: np.ndarray) -> Chains:
    """Put the rows of each place into the order of their chains, the longest first."""
    order = [places[-1]]  # the last place sets the order of the one before it, and so on
    for at in places[-2::-1]:
        followed = before[order[0]]
        order.insert(0, np.concatenate([followed, np.setdiff1d(at, followed)]))
    return Chains(np.concatenate(order), np.cumsum([len(at) for at in places]))


def _by_group(groups: np.ndarray) -> csr_array:
    """Return the matrix that adds up rows by group, shape (groups, rows)."""
    from scipy.sparse import csr_array

    ones = np.ones(len(groups))
    return csr_array((ones, (groups, np.arange(len(groups)))), shape=(groups.max() + 1, len(groups)))


@dataclass(frozen=True)
class Moments:
    """What the likelihood needs of rows whitened for one rho."""

    products: np.ndarray
    totals: np.ndarray
    lengths: np.ndarray
    log_det: float
    rows: int

    def at(self, ratio: float) -> np.ndarray:
        """Compute A at a variance ratio."""
        return self.products - (self.totals * (ratio / (1 + ratio * self.lengths))) @ self.totals.T


@dataclass(frozen=True, eq=False)
class Whitened:
    """Rows of [X y 1] in the order of their chains, to be whitened for any rho.

    Attributes
    ----------
    chains : Chains
    rows : ndarray
        Shape (rows, columns), in the order of `chains`.
    by_group : csr_array
        Adds up these rows by group.
    """

    chains: Chains
    rows: np.ndarray
    by_group: csr_array

    def moments(self, rho: float) -> Moments:
        """Whiten the rows and add them up."""
        whole, log_det = self.chains.whiten(self.rows, rho)
        columns, ones = whole[:, :-1], whole[:, -1:]
        totals = (self.by_group @ (ones * whole)).T
        return Moments(columns.T @ columns, totals[:-1], totals[-1], log_det, len(whole))


def _deviance(moments: Moments, ratio: float, log_residual: float | None = None) -> float:
    """Compute the restricted deviance, at the best residual variance or at a given one."""
    pivots = 2 * np.log(np.diag(np.linalg.cholesky(moments.at(ratio))))
    degrees = moments.rows - len(pivots) + 1
    shared = moments.log_det + np.log1p(ratio * moments.lengths).sum() + pivots[:-1].sum()
    if log_residual is None:
        return shared + degrees * pivots[-1]
    return shared + degrees * log_residual + np.exp(pivots[-1] - log_residual)


def _search(moments: Callable[[float], Moments]) -> tuple[float, float]:
    """Find rho and the variance ratio: the best of a few starts, followed downhill."""
    from scipy.optimize import minimize

    def deviance(at: np.ndarray) -> float:
        return _deviance(moments(float(at[0])), at[1] / (1 - at[1]))

    start = min(STARTS, key=lambda at: deviance(np.array(at)))
    bounds = [(-FURTHEST, FURTHEST), (0.0, 0.999)]
    options = {"ftol": 1e-15, "gtol": 1e-7, "maxiter": 200}
    found = minimize(deviance, start, method="L-BFGS-B", jac="3-point", bounds=bounds, options=options)
    rho, share = found.x
    rho = np.sign(rho) * FURTHEST if FURTHEST - abs(rho) < NONE else rho
    share = 0.0 if share < NONE else share
    return float(rho), float(share / (1 - share))


def _solved(moments: Callable[[float], Moments], at: tuple[float, float]) -> Solved:
    """Solve at an optimum, and find out how the solution responds to rho, the ratio and the residual.

    A parameter at the end of its range is taken as known.
    """
    here = moments(at[0])
    own = here.at(at[1])
    unscaled = np.linalg.inv(own[:-1, :-1])
    coefficients = unscaled @ own[:-1, -1]
    degrees = here.rows - len(unscaled)
    residual = (own[-1, -1] - coefficients @ own[:-1, -1]) / degrees
    best = np.array([*at, np.log(residual)])
    sizes = STEP * np.array([1.0, 1 + at[1], 1.0])[[abs(at[0]) < FURTHEST, at[1] > 0, True]]
    steps = np.eye(3)[[abs(at[0]) < FURTHEST, at[1] > 0, True]] * sizes[:, None]

    def deviance(theta: np.ndarray) -> float:
        return _deviance(moments(float(theta[0])), theta[1], theta[2])

    def information(theta: np.ndarray) -> np.ndarray:
        found = moments(float(theta[0])).at(theta[1])
        return found[:-1, :-1] * np.exp(best[2] - theta[2])

    # The covariance of the coefficients is the inverse of this information, hence the sign.
    moved = [information(best - step) - information(best + step) for step in steps]
    first = np.array(moved) / (2 * sizes)[:, None, None]
    estimate = Estimate(coefficients, unscaled, np.array(residual), np.array(at[1]))
    none = np.zeros(0)  # what Kenward and Roger need
    found = Information(first, none, none, _hessian(deviance, best, steps))
    return Solved(np.array(degrees), estimate, found, np.array(False))


def _hessian(function: Callable[[np.ndarray], float], at: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Differentiate twice, numerically."""
    sizes = steps.max(axis=1)
    corners = [
        [
            sum(
                sign * other * function(at + sign * one + other * two)
                for sign in (1, -1)
                for other in (1, -1)
            )
            for two in steps
        ]
        for one in steps
    ]
    return np.array(corners) / (4 * np.outer(sizes, sizes))
