"""The course of the outcomes over log numbers in Figures 4.8a-g, as the prose describes it.

No number of these figures is printed but one: self-efficacy rises by about eight points. The others rise
a little to the middle of the year and fall back (family, friends), are level and then rise (neighbours),
or stay level throughout; how much "a little" is, is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed

STAYING = 0.06  # sd of self-efficacy per further log that a person sends in
LEVEL = {6: 0.0, 9: 0.0, 12: 0.0}
COURSES = {  # rise since the first log, by log number; self-efficacy in shares of the printed rise
    "wellbeing": LEVEL,
    "self_efficacy": {4: 0.2, 6: 0.45, 8: 0.6, 10: 0.8, 12: 1.0},
    "hope": LEVEL,
    "family": {5: 0.4, 6: 0.7, 7: 0.4, 8: 0.2, 9: 0.0, 10: -0.2, 11: -0.3, 12: -0.4},
    "friends": {5: 0.3, 6: 0.4, 7: 0.3, 9: 0.0, 11: -0.3, 12: -0.4},
    "neighbours": {5: 0.0, 7: 0.0, 9: 0.3, 10: 0.5, 11: 0.6, 12: 0.8},
    "health": LEVEL,
}


@dataclass(frozen=True)
class Mean:
    """A mean over some logs (rows of `logs`) that is to be `aim`, give or take `error`."""

    logs: np.ndarray
    aim: float
    error: float


def planted_means(outcome: str, logs: pd.DataFrame, has: np.ndarray, entry: np.ndarray) -> list[Mean]:
    """Return the means by log number to plant for an outcome.

    Parameters
    ----------
    outcome : str
    logs : DataFrame
    has : ndarray of bool
        Logs with a score.
    entry : ndarray
        Scores at first logs.
    """
    unit = printed.claim("self_efficacy_rise") if outcome == "self_efficacy" else 1.0
    means = []
    for number, rise in COURSES[outcome].items():
        rows = np.flatnonzero(has & (logs["number"] == number).to_numpy())
        means.append(Mean(rows, np.nanmean(entry) + unit * rise, np.nanstd(entry) / np.sqrt(len(rows))))
    return means


def those_who_stay(logs: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return how much higher people score who send more logs, in sd, by row of `logs`.

    The report puts part of the rise of self-efficacy down to drop-out.
    """
    if outcome != "self_efficacy":
        return np.zeros(len(logs))
    return STAYING * (logs["logs"] - logs["logs"].mean()).to_numpy()
