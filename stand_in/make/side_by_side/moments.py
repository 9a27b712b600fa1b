"""Whole numbers with a printed mean and standard deviation."""

from __future__ import annotations

import numpy as np


def with_moments(
    values: np.ndarray, mean: float, sd: float, low: int, high: int, fixed: tuple[int, ...] = ()
) -> np.ndarray:
    """Move whole numbers as little as needed until mean and standard deviation are as wanted.

    Each step moves one value by one: the step that brings both moments nearest.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Starting values on any scale; they are rescaled, rounded and clipped to the range first.
    mean, sd : float
        Wanted mean and standard deviation (n - 1 in the denominator), fixed values included.
    low, high : int
        Range of the scale.
    fixed : tuple of int
        Further values that belong to the sample and stay as they are, such as a printed minimum.

    Returns
    -------
    ndarray of int, shape (n + number of fixed values,)
        Mean and sd are as near as single steps get: within 0.05 for samples of a dozen or more.

    Examples
    --------
    >>> fitted = with_moments(np.array([3.0, 5, 7, 9, 11, 13]), mean=8.5, sd=4.0, low=0, high=15)
    >>> float(fitted.mean().round(2)), float(fitted.std(ddof=1).round(2))
    (8.5, 3.94)
    """
    ends = np.array(fixed, dtype=float)
    n = len(values) + len(ends)
    values = np.clip(np.rint(_rescaled(values, mean, sd)), low, high)
    loss = _miss(ends.sum() + values.sum(), (ends**2).sum() + (values**2).sum(), n, mean, sd)
    for _ in range(20 * n):
        moved = np.concatenate([values + 1, values - 1])
        before = np.tile(values, 2)
        sums = ends.sum() + values.sum() + moved - before
        squares = (ends**2).sum() + (values**2).sum() + moved**2 - before**2
        losses = np.where((moved < low) | (moved > high), np.inf, _miss(sums, squares, n, mean, sd))
        best = int(losses.argmin())
        if losses[best] >= loss:
            break
        values[best % len(values)] = moved[best]
        loss = losses[best]
    return np.concatenate([ends, values]).astype(int)


def _rescaled(values: np.ndarray, mean: float, sd: float) -> np.ndarray:
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    return mean + (values - values.mean()) * (sd / spread if spread else 0.0)


def _miss(total, squares, n: int, mean: float, sd: float):
    """Squared miss of the mean plus that of the standard deviation."""
    variance = np.maximum(squares - total**2 / n, 0) / max(n - 1, 1)
    return (total / n - mean) ** 2 + (np.sqrt(variance) - sd) ** 2
