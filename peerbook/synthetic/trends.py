"""The course of the outcomes over log numbers in Figures 4.8a-g, as the prose describes it.

No number of these figures is printed but one: self-efficacy rises by about eight points. The others rise
a little to the middle of the year and fall back (family, friends), are level and then rise (neighbours),
or stay level throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.synthetic import printed

MIDDLE, END = (5, 7), (10, 12)
SLIGHTLY = 0.4  # what "a little" is taken to be, in points of the contact scales
STAYING = 0.06  # sd of self-efficacy per further log that a person sends in
COURSES = {
    "wellbeing": (0.0, 0.0),
    "self_efficacy": (0.4, 1.0),  # shares of the printed rise
    "hope": (0.0, 0.0),
    "family": (SLIGHTLY, -SLIGHTLY),
    "friends": (SLIGHTLY, -SLIGHTLY),
    "neighbours": (0.0, 2 * SLIGHTLY),
    "health": (0.0, 0.0),
}


@dataclass(frozen=True)
class Mean:
    """A mean over some logs (rows of `logs`) that is to be `aim`, give or take `error`."""

    logs: np.ndarray
    aim: float
    error: float


def planted_means(outcome: str, logs: pd.DataFrame, has: np.ndarray, entry: np.ndarray) -> list[Mean]:
    """Return the means of the middle and the end of the year to plant for an outcome.

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
    for (first, last), rise in zip((MIDDLE, END), COURSES[outcome], strict=True):
        rows = np.flatnonzero(has & logs["number"].between(first, last).to_numpy())
        means.append(Mean(rows, np.nanmean(entry) + unit * rise, np.nanstd(entry) / np.sqrt(len(rows))))
    return means


def those_who_stay(logs: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return how much higher people score who send more logs, in sd, by row of `logs`.

    The report puts part of the rise of self-efficacy down to drop-out.
    """
    if outcome != "self_efficacy":
        return np.zeros(len(logs))
    return STAYING * (logs["logs"] - logs["logs"].mean()).to_numpy()
