"""Walk a count through a person's logs so that it changes as wanted from log to log."""

from __future__ import annotations

import numpy as np
import pandas as pd

PULL = 0.5  # share of the way to the trend that a free step goes
NOISE = 1.2


def changes_by_log(logs: pd.DataFrame, pairs: pd.DataFrame, measure: str) -> np.ndarray:
    """Return the change (-1, 0, 1) that leads to each log; NaN at first logs and where there is no pair."""
    change = np.full(len(logs), np.nan)
    change[pairs["end"]] = pairs[measure]
    return change


def bounds(logs: pd.DataFrame, change: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Fewest and most at each log that leave room for the changes to come.

    A run of decreases needs as many to lose, a run of increases as many to gain.
    """
    falls = np.zeros(len(logs), dtype=int)
    rises = np.zeros(len(logs), dtype=int)
    follows = (logs["number"].shift(-1) > 1).to_numpy()
    for log in range(len(logs) - 2, -1, -1):
        if follows[log]:
            ahead = change[log + 1]
            falls[log] = 0 if ahead == 1 else falls[log + 1] + (ahead == -1)
            rises[log] = 0 if ahead == -1 else rises[log + 1] + (ahead == 1)
    return falls, most - rises


def walk(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    change: np.ndarray,
    entry: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
    trend: np.ndarray,
) -> np.ndarray:
    """Walk from each first log through its changes, steering towards a trend.

    Parameters
    ----------
    rng : Generator
    logs : DataFrame
        Sorted by person and number.
    change : ndarray, shape (logs,)
        Change that leads to each log; NaN is free.
    entry : ndarray of int, shape (logs,)
        The count at first logs; other rows are not read.
    least, most : ndarray of int, shape (logs,)
        From `bounds`.
    trend : ndarray
        Where the count should drift, by log number.

    Returns
    -------
    ndarray of int, shape (logs,)
    """
    number = entry.astype(int)
    month = logs["number"].to_numpy()
    noise = rng.normal(0, NOISE, len(logs))
    for log in np.flatnonzero(month > 1):
        before, step = number[log - 1], change[log]
        low, high = least[log], most[log]
        if step == 0:
            low = high = before
        elif step == 1:
            low = max(low, before + 1)
        elif step == -1:
            high = min(high, before - 1)
        wish = before + PULL * (trend[month[log] - 1] - before) + noise[log]
        number[log] = int(np.clip(np.rint(wish), low, high))
    return number
