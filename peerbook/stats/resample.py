"""Resampling people: weights on the groups' sums, and intervals from what comes back.

A resample of whole groups changes only how often each group's sums are counted, so that thousands of
refits are one matrix product and one search carried out on all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.reml import Estimate, reml_stack
from peerbook.stats.sums import GroupProducts, GroupSums
from peerbook.stats.tables import tails

AT_ONCE = 2**19  # numbers held per batch of resamples
INTERVALS = ("percentile_low", "percentile_high", "bca_low", "bca_high")
LEAST_RESAMPLES = 100  # two or three lie beyond each end of a 95% interval
LOST = 1e-9  # share of what the original rows say below which a resample says nothing


def draws(groups: int, n: int, seed: int, at_once: int = AT_ONCE) -> Iterator[np.ndarray]:
    """Draw how often each group occurs in each of `n` resamples, in batches of shape (resamples, groups)."""
    random = np.random.default_rng(seed)
    batch = max(at_once // groups, 1)
    for start in range(0, n, batch):
        chosen = random.integers(groups, size=(min(batch, n - start), groups))
        rows = np.arange(len(chosen))[:, None] * groups
        yield np.bincount((chosen + rows).ravel(), minlength=chosen.size).reshape(chosen.shape).astype(float)


def check_resamples(n: int, seed: int) -> None:
    """Refuse fewer resamples than an interval or a p value can rest on, and a seed that is none.

    Raises
    ------
    ModelError
        Fewer than `LEAST_RESAMPLES`, or a negative seed.
    """
    if n < LEAST_RESAMPLES:
        raise ModelError(
            f"{n} resamples were asked for; use at least {LEAST_RESAMPLES}, and 2,000 for print. With fewer, "
            "the ends of an interval are one or two resamples."
        )
    if seed < 0:
        raise ModelError(f"The seed is {seed}; use a whole number from 0.")


def refit(products: GroupProducts, weights: np.ndarray, start: float) -> tuple[Estimate, np.ndarray]:
    """Fit the model to every resample.

    Parameters
    ----------
    products : GroupProducts
        Of the original rows.
    weights : ndarray
        Shape (resamples, groups).
    start : float
        Intraclass correlation of the original rows.

    Returns
    -------
    Estimate
        One entry per resample; a residual variance of 0 says that the people drawn are fitted exactly.
    ndarray
        Projection on the directions a resample lost (a cell none of whose people were drawn), shape
        (resamples, rank, rank). What lies in them cannot be estimated from that resample.
    """
    sums = products.weighted(weights)
    total = sums.within + sums.between.sum(axis=1)
    gone = _lost_directions(total[:, :-1, :-1])
    ordinary = np.linalg.solve(total[:, :-1, :-1] + gone, total[:, :-1, -1:])
    left = total[:, -1, -1] - (total[:, :-1, -1:] * ordinary).sum(axis=(1, 2))
    exact = left <= LOST * total[:, -1, -1]
    # Unit information about zero in a lost direction makes the equations solvable and changes nothing else;
    # so does a unit of residual where there is none, since every weighting then gives the same coefficients.
    within = sums.within.copy()
    within[:, :-1, :-1] += gone
    within[:, -1, -1] += exact
    rank = sums.rank - np.rint(np.trace(gone, axis1=1, axis2=2))
    estimate = reml_stack(GroupSums(within, sums.between, sums.sizes, sums.counts, rank), start)
    return replace(estimate, residual=np.where(exact, 0.0, estimate.residual)), gone


def _lost_directions(information: np.ndarray) -> np.ndarray:
    """Project on the directions without information, shape (resamples, rank, rank).

    Eigenvalues are sought only where one may be small: by the inequality of arithmetic and geometric means
    the smallest is at least det / (trace / (rank - 1)) ** (rank - 1).
    """
    rank = information.shape[-1]
    sign, log_det = np.linalg.slogdet(information)
    others = np.trace(information, axis1=1, axis2=2) / max(rank - 1, 1)
    suspect = (sign <= 0) | (log_det - (rank - 1) * np.log(others) < np.log(LOST))
    gone = np.zeros_like(information)
    values, directions = np.linalg.eigh(information[suspect])
    lost = values < LOST
    gone[suspect] = (directions * lost[:, None, :]) @ directions.swapaxes(1, 2)
    return gone


def resampled(
    products: GroupProducts, functions: np.ndarray, weights: Iterator[np.ndarray], start: float
) -> np.ndarray:
    """Estimate linear functions of the coefficients in every resample, shape (resamples, functions).

    Missing where a resample lost a direction that the function needs.
    """
    parts, size = [], step(products)
    for batch in weights:
        for first in range(0, len(batch), size):
            estimate, gone = refit(products, batch[first : first + size], start)
            parts.append(np.where(misses(functions, gone), np.nan, estimate.coefficients @ functions.T))
    return np.concatenate(parts)


def misses(functions: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Say whether a function needs a direction that a resample lost, shape (resamples, functions)."""
    needed = np.einsum("fi,rij,fj->rf", functions, gone, functions)
    return needed > LOST * (functions**2).sum(axis=1)


def step(products: GroupProducts) -> int:
    """Count the resamples to hold in memory at once."""
    return max(AT_ONCE // (products.totals.shape[1] * len(products.sizes)), 1)


def bootstrap_table(
    products: GroupProducts,
    functions: np.ndarray,
    estimates: np.ndarray,
    start: float,
    n: int,
    seed: int,
    level: float,
) -> pd.DataFrame:
    """Bootstrap linear functions of the coefficients: spread, percentile and BCa intervals.

    Parameters
    ----------
    products : GroupProducts
        Of the original rows.
    functions : ndarray
        Shape (functions, rank).
    estimates : ndarray
        What the original rows say of each, shape (functions,).
    start : float
        Intraclass correlation of the original rows.
    n : int
        Resamples.
    seed : int
        Of the random numbers.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        A row per function: se (standard deviation over the resamples), percentile_low, percentile_high,
        bca_low, bca_high, resamples (those in which the function can be estimated).
    """
    tails(level)  # refuse what is wrong before the work
    check_resamples(n, seed)
    replicates = resampled(products, functions, draws(products.groups, n, seed), start)
    left_out = resampled(products, functions, _leave_one_out(products.groups), start)
    intervals = [
        (*percentile_interval(column, level), *bca_interval(column, mean, others, level))
        for column, mean, others in zip(replicates.T, estimates, left_out.T, strict=True)
    ]
    counts = (~np.isnan(replicates)).sum(axis=0)
    return pd.DataFrame(
        {
            "se": np.where(counts > 1, pd.DataFrame(replicates).std().to_numpy(), np.nan),
            **dict(zip(INTERVALS, np.array(intervals, dtype=float).reshape(-1, 4).T, strict=True)),
            "resamples": counts,
        }
    )


def _leave_one_out(groups: int) -> Iterator[np.ndarray]:
    """Leave out each group in turn: weights in batches."""
    batch = max(AT_ONCE // groups, 1)
    for start in range(0, groups, batch):
        members = np.arange(start, min(start + batch, groups))
        weights = np.ones((len(members), groups))
        weights[np.arange(len(members)), members] = 0
        yield weights


def percentile_interval(replicates: np.ndarray, level: float) -> tuple[float, float]:
    """Cut off both ends of the resampled values, leaving `level` of them; missing ones do not count."""
    known = replicates[~np.isnan(replicates)]
    if not len(known):
        return np.nan, np.nan
    return tuple(np.quantile(known, tails(level)))


def bca_interval(
    replicates: np.ndarray, estimate: float, left_out: np.ndarray, level: float
) -> tuple[float, float]:
    """Compute the bias-corrected and accelerated interval (Efron 1987, JASA 82:171).

    Parameters
    ----------
    replicates : ndarray
        Estimates from the resamples.
    estimate : float
        Estimate from the data.
    left_out : ndarray
        Estimates with each group left out in turn; their skewness is the acceleration.
    level : float
        Coverage.
    """
    from scipy.special import ndtr, ndtri

    known, others = replicates[~np.isnan(replicates)], left_out[~np.isnan(left_out)]
    below = (np.mean(known < estimate) + np.mean(known <= estimate)) / 2 if len(known) else 0.0
    deviations = others.mean() - others if len(others) else np.zeros(1)
    spread = (deviations**2).sum()
    if not 0 < below < 1 or spread == 0:
        return np.nan, np.nan
    bias, acceleration = ndtri(below), (deviations**3).sum() / (6 * spread**1.5)
    normal = bias + ndtri(tails(level))
    return tuple(np.quantile(known, ndtr(bias + normal / (1 - acceleration * normal))))
