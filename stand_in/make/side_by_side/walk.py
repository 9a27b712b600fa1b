"""Walk a count through a person's logs so that it changes as wanted from log to log."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

DRIFTS = tuple(product((0.0, 0.6, 1.2, 1.8, 2.4), (0.0, 1.0, 2.0, 3.0)))  # to and from the middle
MIDDLE = 6
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


def steered_walk(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    change: np.ndarray,
    entry: np.ndarray,
    most: int,
    aims: dict[int, float],
    shown: np.ndarray | None = None,
) -> np.ndarray:
    """Walk with several drifts and keep the walk whose means come nearest to the printed trend.

    Parameters
    ----------
    rng, logs, change, entry
        As for `walk`.
    most : int
        Highest count.
    aims : dict
        Printed mean by log number.
    shown : ndarray of bool, optional
        Logs that answer; all by default.
    """
    least, highest = bounds(logs, change, most)
    shown = np.ones(len(logs), dtype=bool) if shown is None else shown

    def distance(number: np.ndarray) -> float:
        means = [number[shown & (logs["number"] == month)].mean() for month in aims]
        return float(np.abs(np.subtract(means, list(aims.values()))).sum())

    walks = [walk(rng, logs, change, entry, least, highest, drift) for drift in DRIFTS]
    return min(walks, key=distance)


def walk(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    change: np.ndarray,
    entry: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
    drift: tuple[float, float],
) -> np.ndarray:
    """Walk from each first log through its changes, drifting where they leave room.

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
    drift : pair of float
        Counts that free steps lean to, up to the sixth log and after it.

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
        lean = drift[0] if month[log] <= MIDDLE else drift[1]
        wish = before + PULL * (lean - before) + noise[log]
        number[log] = int(np.clip(np.rint(wish), low, high))
    return number
