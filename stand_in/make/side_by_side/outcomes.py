"""Outcome scores of each log: entry as in Table A4.3, later logs round a person's own level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.calibrate import Plan, calibrate
from stand_in.make.side_by_side.changes import HAS, answered
from stand_in.make.side_by_side.planted import planted_models
from stand_in.make.side_by_side.totals import with_moments
from stand_in.make.side_by_side.trends import planted_means, those_who_stay

HEALTH = (5.6, 2.2)  # mean and sd of health status at entry, which is not printed
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
    questionnaires = printed.definitions().questionnaires
    first = (logs["number"] == 1).to_numpy()
    columns = {}
    for outcome in HAS:
        low, high = (int(bound) for bound in questionnaires[outcome].bounds)
        has = answered(logs, outcome)
        level, noise = _level_and_noise(rng, logs, outcome, state, first & has, (low, high))
        level[~has] = np.nan
        plan = Plan(
            first=pairs["start"].to_numpy(),
            second=pairs["end"].to_numpy(),
            free=has & ~first,
            models=planted_models(outcome, pairs, people, changes),
            means=planted_means(outcome, logs, has, level[first]),
            change_sd=printed.change_sd(outcome),
            limits=(low, high),
        )
        columns[outcome] = calibrate(rng, level, noise, plan)
    return pd.DataFrame(columns, index=logs.index)


def _level_and_noise(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    outcome: str,
    state: np.ndarray,
    entry: np.ndarray,
    limits: tuple[int, int],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the entry score or else the person's own level, and the occasion noise of later logs.

    With noise variance s2 and entry variance v a person's own level has mean r and variance r(1 - r)v round
    the entry score, r = 1 - s2/v: what a stable person with occasional ups and downs would show.
    """
    person = logs["person"].to_numpy()
    leaning = COMMON * state[person] + np.sqrt(1 - COMMON**2) * rng.normal(size=len(state))[person]
    leaning += those_who_stay(logs, outcome)
    own = rng.normal(size=len(state))[person]
    noise = printed.change_sd(outcome) / np.sqrt(2)
    level = np.zeros(len(logs))
    home = logs["home"].to_numpy()
    for region, (mean, sd) in _moments(outcome).iterrows():
        here = home == region
        steady = max(1 - (noise / sd) ** 2, STEADY)
        strays = sd * np.sqrt(steady * (1 - steady)) if steady < STABLE else 0.0
        level[here] = mean + steady * sd * leaning[here] + strays * own[here]
        level[entry & here] = with_moments(leaning[entry & here], mean, sd, *limits)
    later = (logs["number"] > 1).to_numpy()
    return level, np.where(later, noise * rng.normal(size=len(logs)), 0.0)


def _moments(outcome: str) -> pd.DataFrame:
    """Return mean and sd at entry per region; health status is alike everywhere."""
    if HAS[outcome]:
        return printed.baseline_moments(outcome)
    rows = [HEALTH] * len(printed.regions())
    return pd.DataFrame(rows, index=list(printed.regions()), columns=["mean", "sd"])
