"""Outcome scores of each log: entry as in Table A4.3, later logs round a person's own level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.synthetic import printed
from peerbook.synthetic.calibrate import calibrate
from peerbook.synthetic.moments import with_moments
from peerbook.synthetic.planted import planted_models
from peerbook.synthetic.trends import planted_means, those_who_stay

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
STABLE = 0.65  # above this share an own level apart from the entry score leaves no room for noise
STEADY = 0.2  # least share of the entry variance that is a person's own level


def calibrated_scores(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    pairs: pd.DataFrame,
    changes: pd.DataFrame,
) -> pd.DataFrame:
    """Return one column of whole scores per outcome, NaN where a log does not answer.

    Parameters
    ----------
    rng : Generator
    logs, people, pairs : DataFrame
        The cohort so far.
    changes : DataFrame
        Change of each support measure over each pair, from `planted.measured_changes`.
    """
    state = rng.normal(size=logs["person"].max() + 1)
    people = people.assign(level_none="")
    columns = {}
    for outcome in RANGES:
        has = logs[HAS[outcome]].to_numpy() if outcome in HAS else np.ones(len(logs), dtype=bool)
        level, noise = _level_and_noise(rng, logs, people, outcome, state, has)
        free = has & (logs["number"] > 1).to_numpy()
        models = planted_models(outcome, pairs, people, changes)
        means = planted_means(outcome, logs, has, level[(logs["number"] == 1).to_numpy()])
        columns[outcome] = calibrate(
            rng, level, noise, free, pairs, models, means, CHANGE_SD[outcome], RANGES[outcome]
        )
    return pd.DataFrame(columns, index=logs.index)


def _level_and_noise(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    outcome: str,
    state: np.ndarray,
    has: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the entry score or else the person's own level, and the occasion noise of later logs.

    With noise variance s2 and entry variance v a person's own level has mean r and variance r(1 - r)v round
    the entry score, r = 1 - s2/v: what a stable person with occasional ups and downs would show.
    """
    first = (logs["number"] == 1).to_numpy()
    person = logs["person"].to_numpy()
    leaning = COMMON * state[person] + np.sqrt(1 - COMMON**2) * rng.normal(size=len(state))[person]
    leaning += those_who_stay(logs, outcome)
    own = rng.normal(size=len(state))[person]
    noise = CHANGE_SD[outcome] / np.sqrt(2)
    level = np.full(len(logs), np.nan)
    home = people["region"].reindex(person).to_numpy()
    moments = _moments(outcome)
    for region in printed.regions():
        mean, sd = moments.loc[region]
        here = home == region
        steady = max(1 - (noise / sd) ** 2, STEADY)
        strays = sd * np.sqrt(steady * (1 - steady)) if steady < STABLE else 0.0
        level[here] = mean + steady * sd * leaning[here] + strays * own[here]
        rows = np.flatnonzero(first & has & here)
        level[rows] = with_moments(leaning[rows], mean, sd, *RANGES[outcome])
    level[~has] = np.nan
    return level, noise * rng.normal(size=len(logs))


def _moments(outcome: str) -> pd.DataFrame:
    """Return printed mean and sd per region; health status at entry is not printed and alike everywhere."""
    if outcome in HAS:
        return printed.baseline_moments(outcome)
    return pd.DataFrame(
        [HEALTH] * len(printed.regions()), index=list(printed.regions()), columns=["mean", "sd"]
    )
