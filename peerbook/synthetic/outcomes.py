"""Outcome scores of each log: entry as in Table A4.3, later logs round a person's own level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.synthetic import printed
from peerbook.synthetic.moments import with_moments

RANGES = {
    "wellbeing": (7, 35),
    "self_efficacy": (6, 60),
    "hope": (12, 48),
    "family": (0, 15),
    "friends": (0, 15),
    "neighbours": (0, 15),
    "health": (1, 10),
}
HAS = {
    "wellbeing": "has_wellbeing",
    "self_efficacy": "has_self_efficacy",
    "hope": "has_hope",
    "family": "has_contact",
    "friends": "has_contact",
    "neighbours": "has_contact",
}
CHANGE_SD = {
    "wellbeing": 4.23, "self_efficacy": 12.43, "hope": 4.97, "family": 2.30, "friends": 2.87,
    "neighbours": 2.83, "health": 2.29,
}  # fmt: skip
HEALTH = (5.6, 2.2)
COMMON = 0.55  # correlation of every outcome with a person's general state


def scores(rng: np.random.Generator, logs: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return one column per outcome, NaN where a log does not answer."""
    state = rng.normal(size=logs["person"].max() + 1)
    columns = {}
    for outcome, (low, high) in RANGES.items():
        has = logs[HAS[outcome]].to_numpy() if outcome in HAS else np.ones(len(logs), dtype=bool)
        values = _trajectories(rng, logs, people, outcome, state, has)
        columns[outcome] = np.where(has, np.clip(np.rint(values), low, high), np.nan)
    return pd.DataFrame(columns, index=logs.index)


def _trajectories(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    outcome: str,
    state: np.ndarray,
    has: np.ndarray,
) -> np.ndarray:
    first = (logs["number"] == 1).to_numpy()
    person = logs["person"].to_numpy()
    leaning = COMMON * state[person] + np.sqrt(1 - COMMON**2) * rng.normal(size=len(state))[person]
    noise = CHANGE_SD[outcome] / np.sqrt(2)
    values = np.full(len(logs), np.nan)
    level = np.full(len(logs), np.nan)
    home = people["region"].reindex(person).to_numpy()
    moments = _moments(outcome)
    for region in printed.regions():
        rows = np.flatnonzero(first & has & (home == region))
        mean, sd = moments.loc[region]
        values[rows] = with_moments(leaning[rows], mean, sd, *RANGES[outcome])
        steady = np.sqrt(max(1 - (noise / sd) ** 2, 0.1))
        here = home == region
        level[here] = mean + steady * sd * leaning[here]
    later = ~first
    values[later] = level[later] + noise * rng.normal(size=later.sum())
    return values


def _moments(outcome: str) -> pd.DataFrame:
    """Printed mean and sd per region; health status at entry is not printed and made alike everywhere."""
    if outcome in HAS:
        return printed.baseline_moments(outcome)
    return pd.DataFrame(
        [HEALTH] * len(printed.regions()), index=list(printed.regions()), columns=["mean", "sd"]
    )
