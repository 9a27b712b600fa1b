"""Outcome scores of each log: entry as in Table A4.3, later logs round a person's own level.

On top of that come the means of change that Tables A4.5 to A4.11 print, and the course over log numbers of
Figures 4.8a-g. No number of these figures is printed but one: self-efficacy rises by about eight points. The
others rise a little to the middle of the year and fall back (family, friends), are level and then rise
(neighbours), or stay level throughout; how much "a little" is, is ours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.calibrate import Mean, Plan, PlantedModel, calibrate
from stand_in.make.side_by_side.changes import CATEGORIES, CODES, HAS, answered
from stand_in.make.side_by_side.people import members
from stand_in.make.side_by_side.totals import with_moments

HEALTH = (5.6, 2.2)  # mean and sd of health status at entry, which is not printed
COMMON = 0.55  # correlation of every outcome with a person's general state
STABLE = 0.65  # above this share an own level apart from the entry score leaves no room for noise
STEADY = 0.2  # least share of the entry variance that is a person's own level
NOT_RECORDED = 2.0  # code of the projects term where a pair has no projects count
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
        Change of each support measure over each pair, from `support.measured_changes`.
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
            models=_planted_models(outcome, pairs, people, changes),
            means=_planted_means(outcome, logs, has, level[first]),
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
    leaning += _those_who_stay(logs, outcome)
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


def _planted_means(outcome: str, logs: pd.DataFrame, has: np.ndarray, entry: np.ndarray) -> list[Mean]:
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


def _those_who_stay(logs: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return how much higher people score who send more logs, in sd, by row of `logs`.

    The report puts part of the rise of self-efficacy down to drop-out.
    """
    if outcome != "self_efficacy":
        return np.zeros(len(logs))
    return STAYING * (logs["logs"] - logs["logs"].mean()).to_numpy()


def _planted_models(
    outcome: str, pairs: pd.DataFrame, people: pd.DataFrame, changes: pd.DataFrame
) -> list[PlantedModel]:
    """Return the printed models of an outcome; cells without pairs are left out."""
    table = printed.associations().query("outcome == @outcome")
    table = table.assign(code=table["change"].map(dict(zip(CATEGORIES, CODES, strict=True))))
    models = table.groupby(["sample", "exposure", "subgroup_variable"], sort=False)
    who, valid = people.loc[pairs["person"]], answered(pairs, outcome)
    return [_model(*key, rows, who, valid, changes) for key, rows in models]


def _model(
    sample: str,
    exposure: str,
    variable: str,
    table: pd.DataFrame,
    who: pd.DataFrame,
    valid: np.ndarray,
    changes: pd.DataFrame,
) -> PlantedModel:
    """Return one printed model; `who` are the people of the pairs, `valid` pairs have the outcome."""
    table = table.sort_values(["subgroup_level", "code"])
    of_level = {level: members(who, sample, variable, level) for level in table["subgroup_level"].unique()}
    change = changes[exposure].to_numpy()
    cells = [valid & of_level[row.subgroup_level] & (change == row.code) for row in table.itertuples()]
    cells = np.column_stack(cells)
    rows, there = np.flatnonzero(cells.any(axis=1)), cells.any(axis=0)
    table = table[there]
    projects = np.nan_to_num(changes["projects_attended"].to_numpy()[rows], nan=NOT_RECORDED)
    return PlantedModel(
        sample=sample,
        exposure=exposure,
        codes=table["code"].to_numpy(),
        rows=rows,
        cells=cells[rows][:, there].astype(float),
        others=np.empty((len(rows), 0)) if exposure == "projects_attended" else _equal_weights(projects),
        groups=np.unique(who.index[rows], return_inverse=True)[1],
        means=table["mean"].to_numpy(),
        contrast=_contrast(table),
        p_value=float(table["p_value"].iloc[0]),
        at_most=bool(table["p_value_below"].iloc[0]),
    )


def _equal_weights(codes: np.ndarray) -> np.ndarray:
    """Code a factor by effects, so that the mean over its levels is zero."""
    levels = np.unique(codes)
    last = (codes == levels[-1])[:, None]
    return (codes[:, None] == levels[:-1]).astype(float) - last


def _contrast(table: pd.DataFrame) -> np.ndarray:
    """Differences between categories, or for subgroups the differences of those between levels."""
    codes = pd.get_dummies(table["code"]).to_numpy(dtype=float)
    levels = pd.get_dummies(table["subgroup_level"]).to_numpy(dtype=float)
    additive = np.column_stack([codes, levels]) if levels.shape[1] > 1 else np.ones((len(table), 1))
    left = np.linalg.svd(additive, full_matrices=True)
    rank = int((left.S > 1e-9).sum())
    return left.U[:, rank:].T
