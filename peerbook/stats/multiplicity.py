"""More than one question asked of the same data: adjusted p values and intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.tables import critical, tails, two_sided

ADJUSTMENTS = ("none", "holm", "tukey", "sidak", "bonferroni")
FAMILY_METHODS = ("holm", "benjamini-hochberg", "bonferroni", "sidak")


def adjust_p_values(p_values: Sequence[float], method: str = "holm") -> np.ndarray:
    """Adjust p values for their number.

    Four lines of arithmetic rather than `statsmodels.stats.multitest.multipletests`, which gives the same
    but collects garbage at every call, a tenth of a second in a program that holds much.

    Parameters
    ----------
    p_values : sequence of float
        Missing values stay missing and do not count.
    method : {"holm", "benjamini-hochberg", "bonferroni", "sidak"}
        Holm, Bonferroni and Sidak bound the chance of any false finding; Benjamini-Hochberg the share of
        false findings among all.

    Returns
    -------
    ndarray
        In the order given.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    if method not in FAMILY_METHODS:
        raise ModelError(f"Unknown adjustment `{method}`. Use one of: {', '.join(FAMILY_METHODS)}.")
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values, kind="stable")  # missing values last
    known = p_values[order][: np.count_nonzero(~np.isnan(p_values))]
    number, rank = len(known), np.arange(1, len(known) + 1)
    if method == "benjamini-hochberg":
        found = np.minimum.accumulate((known * number / rank)[::-1])[::-1]
    elif method == "holm":
        found = np.maximum.accumulate(known * (number + 1 - rank))
    elif method == "bonferroni":
        found = known * number
    else:
        found = -np.expm1(number * np.log1p(-np.minimum(known, 1 - 2**-53)))
    adjusted = np.full(len(p_values), np.nan)
    adjusted[order[:number]] = np.minimum(found, 1.0)
    return adjusted


def adjust_contrasts(
    statistic: np.ndarray, df: np.ndarray, adjust: str, means: int, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Adjust one family of pairwise contrasts: p values and critical values.

    As emmeans does it: Tukey by the studentised range of `means` means, each contrast with its own degrees
    of freedom; Holm's intervals are Bonferroni's, since Holm's steps have none; contrasts that cannot be
    estimated count.

    Parameters
    ----------
    statistic, df : ndarray
        t values and their degrees of freedom, missing for contrasts that cannot be estimated.
    adjust : {"none", "holm", "tukey", "sidak", "bonferroni"}
        How.
    means : int
        Number of means compared.
    level : float
        Joint coverage of the intervals.
    """
    if adjust not in ADJUSTMENTS:
        raise ModelError(f"Unknown adjustment `{adjust}`. Use one of: {', '.join(ADJUSTMENTS)}.")
    tails(level)
    if adjust == "tukey" and means > 2:
        return _tukey(statistic, df, means, level)
    p_values, number, alpha = two_sided(statistic, df), len(statistic), 1 - level
    if adjust in FAMILY_METHODS:
        unknown = np.isnan(p_values)
        p_values = np.where(unknown, np.nan, adjust_p_values(np.where(unknown, 1.0, p_values), adjust))
        alpha = 1 - level ** (1 / number) if adjust == "sidak" else alpha / number
    return p_values, critical(1 - alpha, df)


def adjust_families(
    statistic: np.ndarray, df: np.ndarray, family: np.ndarray, adjust: str, means: int, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Adjust contrasts within each of several families; see `adjust_contrasts`.

    Parameters
    ----------
    family : ndarray of int
        Number of the family of each contrast.
    """
    p_values, margins = np.full((2, len(statistic)), np.nan)
    for number in np.unique(family):
        at = family == number
        p_values[at], margins[at] = adjust_contrasts(statistic[at], df[at], adjust, means, level)
    return p_values, margins


def _tukey(statistic: np.ndarray, df: np.ndarray, means: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import studentized_range

    p_values, margins = np.full((2, len(statistic)), np.nan)
    known = ~np.isnan(statistic)
    p_values[known] = studentized_range.sf(np.sqrt(2) * np.abs(statistic[known]), means, df[known])
    margins[known] = studentized_range.ppf(level, means, df[known]) / np.sqrt(2)
    return p_values, margins
