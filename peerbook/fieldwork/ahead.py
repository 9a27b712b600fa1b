"""What is to be expected by the end at the present rate: how wide the interval of a mean change will be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Expected:
    """The half width of an interval now, and by the end.

    Attributes
    ----------
    pairs, people : int
        Now.
    pairs_by_end : int
        At the present rate.
    half_now, half_by_end : float
        Half the width of the interval of the mean change; `half_by_end` is the mean of the simulations.
    low, high : float
        Nine in ten simulations lie between them.
    """

    pairs: int
    people: int
    pairs_by_end: int
    half_now: float
    half_by_end: float
    low: float
    high: float


def pairs_per_month(ended_on: pd.Series, as_of: pd.Timestamp, window: int = 3) -> float:
    """Return the pairs that were completed in a month, on average over the last months.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2016-01-02", "2016-02-10", "2016-02-20", "2016-03-30"]))
    >>> pairs_per_month(days, pd.Timestamp("2016-03-31"))
    1.3333333333333333
    """
    since = as_of - pd.DateOffset(months=window)
    return float(((ended_on > since) & (ended_on <= as_of)).sum() / window)


def expected_width(
    change: np.ndarray,
    person: np.ndarray,
    pairs_to_come: float,
    level: float = 0.95,
    draws: int = 400,
    seed: int = 20,
) -> Expected | None:
    """Simulate how wide the interval of a mean change will be when more pairs have come in.

    Parameters
    ----------
    change : array of float
        One for each pair; missing ones are left out.
    person : array
        Whose pair it is.
    pairs_to_come : float
    level : float
    draws : int
        Simulations.
    seed : int

    Returns
    -------
    Expected or None
        None with fewer than three people.

    Notes
    -----
    The interval is that of the mean over pairs, with the standard error that allows for several pairs of one
    person (Liang and Zeger, 1986) and a t distribution of people less one degrees of freedom. A simulation
    draws people with all their pairs, with replacement, as many as the pairs by the end ask for. So it rests
    on the variances seen so far, between people and within them, and on as many pairs a person as now.
    """
    known = ~np.isnan(change)
    change, codes = change[known], pd.factorize(person[known])[0]
    people = codes.max() + 1 if len(codes) else 0
    if people < 3:
        return None
    sums, numbers = np.bincount(codes, change), np.bincount(codes).astype(float)
    now = _half_width(np.ones((1, people)), sums, numbers, level)[0]
    by_end = len(change) + max(pairs_to_come, 0.0)
    drawn = max(3, round(people * by_end / len(change)))
    weights = np.random.default_rng(seed).multinomial(drawn, np.full(people, 1 / people), size=draws)
    halves = _half_width(weights.astype(float), sums, numbers, level)
    low, high = np.quantile(halves, [0.05, 0.95])
    return Expected(
        len(change), people, round(by_end), float(now), float(halves.mean()), float(low), float(high)
    )


def _half_width(weights: np.ndarray, sums: np.ndarray, numbers: np.ndarray, level: float) -> np.ndarray:
    """Return the half width for each row of weights of people."""
    from scipy.stats import t

    people = weights.sum(axis=1)
    pairs = weights @ numbers
    mean = (weights @ sums) / pairs
    squares = weights @ sums**2 - 2 * mean * (weights @ (sums * numbers)) + mean**2 * (weights @ numbers**2)
    variance = np.maximum(squares, 0) / pairs**2 * people / (people - 1)
    return t.ppf(0.5 + level / 2, people - 1) * np.sqrt(variance)
