"""Shift the outcomes as little as possible so that the models find what was printed.

A marginal mean is linear in the scores. With J the weights of the scores in all printed means of an outcome,
the smallest shift that moves the means by d is J'(JJ')^-1 d. Scores at entry stay as they are (their tables
are met already), so only later logs move, all of them a little: no person is edited to fit a cell.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.synthetic.planted import Fit, PlantedModel
from peerbook.synthetic.trends import Mean

STEPS = 16
CHECKS = (9, 12)  # steps after which the standard deviation is checked on rounded scores
SOFTNESS = 0.002  # squared standard errors that a mean may be off per squared unit of shift
FLEXIBLE = (0.6, 1.2)  # how far the differences within a model may be scaled to reach the printed p-value
ENDS = 4  # rounds of stopping scores at the ends of the scale
KEPT = 0.7  # of the planted shift from one step to the next
TIDY = 4.0  # how much rounding to the nearer number counts against the means
ROUNDING = 1 / 6  # variance that rounding both scores adds to a change


def calibrate(
    rng: np.random.Generator,
    level: np.ndarray,
    noise: np.ndarray,
    free: np.ndarray,
    pairs: pd.DataFrame,
    models: list[PlantedModel],
    means: list[Mean],
    change_sd: float,
    limits: tuple[int, int],
) -> np.ndarray:
    """Return whole scores whose models have the printed means and, as near as they allow, p-values.

    Parameters
    ----------
    rng : Generator
    level, noise : ndarray, shape (logs,)
        A person's own level and how far each log is from it; entry scores are all level.
    free : ndarray of bool, shape (logs,)
        Logs whose score may move.
    pairs : DataFrame
        `start` and `end`, rows of the scores.
    models : list of PlantedModel
    means : list of Mean
        Means over logs to plant besides.
    change_sd : float
        Wanted standard deviation of the change over all pairs.
    limits : pair of int
        Range of the scale.

    Notes
    -----
    Scores are level + size x noise + planted shift, kept inside the scale. Two corrections take turns until
    both hold: the least shift that gives the means, and the size of the noise that gives the standard
    deviation. The shift shrinks a little each time, so that none is left that the means do not need.
    """
    first, second = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    wanted = np.sqrt(change_sd**2 - ROUNDING)
    size, planted = 1.0, np.zeros(len(level))
    values = np.where(free, np.clip(level + noise, *limits), level)
    for step in range(STEPS):
        ratios = [model.variance_ratio(values[first], values[second] - values[first]) for model in models]
        size *= wanted / np.nanstd(values[second] - values[first], ddof=1)
        planted = KEPT * planted
        values = np.where(free, np.clip(level + size * noise + planted, *limits), level)
        weights, misses = _linearised(values, first, second, models, means, ratios)
        planted += _least_shift(weights, misses, values, free, limits)
        values = np.where(free, np.clip(level + size * noise + planted, *limits), level)
        if step in CHECKS:
            scores = _finished(rng, values, free, first, second, models, means, limits)
            wanted *= change_sd / np.nanstd(scores[second] - scores[first], ddof=1)
    return _finished(rng, values, free, first, second, models, means, limits)


def _finished(
    rng: np.random.Generator,
    values: np.ndarray,
    free: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    models: list[PlantedModel],
    means: list[Mean],
    limits: tuple[int, int],
) -> np.ndarray:
    """Round the scores; what rounding the last shift leaves over is made up for on the way."""
    ratios = [model.variance_ratio(values[first], values[second] - values[first]) for model in models]
    weights, misses = _linearised(values, first, second, models, means, ratios)
    return _rounded(rng, values, free, weights, misses, limits)


def _linearised(
    values: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    models: list[PlantedModel],
    means: list[Mean],
    ratios: list[float],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the scores in the means, and how far the means are from their aims.

    Both are in standard errors. A score weighs as the later one of a pair, as the earlier one, and as a start
    value, whose slope carries over into the mean.
    """
    start, change = values[first], values[second] - values[first]
    fits = [model.fit(start, change, ratio) for model, ratio in zip(models, ratios, strict=True)]
    weights, misses = [], []
    for model, fit, aim in zip(models, fits, aims(models, fits), strict=True):
        cells = len(model.means)
        slope = fit.coefficients[cells]
        error = np.sqrt(np.diag(fit.covariance)[:cells])
        of_changes = fit.functional[:cells]
        of_scores = np.zeros((cells, len(values)))
        of_scores[:, second[model.rows]] = of_changes
        of_scores[:, first[model.rows]] += slope * (1 / len(model.rows) - of_changes) - of_changes
        weights.append(of_scores / error[:, None])
        misses.append((aim - fit.coefficients[:cells]) / error)
    for mean in means:
        of_scores = np.zeros((1, len(values)))
        of_scores[0, mean.logs] = 1 / len(mean.logs) / mean.error
        weights.append(of_scores)
        misses.append([(mean.aim - values[mean.logs].mean()) / mean.error])
    return np.concatenate(weights), np.concatenate(misses)


def aims(models: list[PlantedModel], fits: list[Fit]) -> list[np.ndarray]:
    """Return the means to plant, model by model: the printed ones, scaled to give the printed p-values.

    The printed standard errors and ours are not quite the same, so the same means need not have the same p.
    Scaled are the differences between the change categories (by the p-value of the whole-sample model) and
    the deviations of subgroups from them (by that of the interaction): so the models of a measure agree.
    """
    scales = [_scale(model, fit) for model, fit in zip(models, fits, strict=True)]
    whole = {model.exposure: scale for model, scale in zip(models, scales, strict=True) if model.whole}
    return [
        _scaled(model, scale if model.sample != "whole" else whole[model.exposure], scale)
        for model, scale in zip(models, scales, strict=True)
    ]


def _scale(model: PlantedModel, fit: Fit) -> float:
    """Return the factor of the tested differences that gives the printed p-value, kept within reason."""
    from scipy.special import fdtri

    cells, tests = len(model.means), len(model.contrast)
    covariance = model.contrast @ fit.covariance[:cells, :cells] @ model.contrast.T
    differences = model.contrast @ model.means
    statistic = differences @ np.linalg.solve(covariance, differences) / tests
    wanted = fdtri(tests, len(model.rows) - len(fit.coefficients), 1 - model.p_value)
    lowest = 1.0 if model.at_most else FLEXIBLE[0]
    return float(np.clip(np.sqrt(wanted / statistic), lowest, FLEXIBLE[1]))


def _scaled(model: PlantedModel, between: float, within: float) -> np.ndarray:
    """Scale the category means about their mean by `between`, the subgroups about theirs by `within`."""
    n = model.cells.sum(axis=0)
    of_category = np.zeros(len(n))
    for code in np.unique(model.codes):
        here = model.codes == code
        of_category[here] = np.average(model.means[here], weights=n[here])
    overall = np.average(model.means, weights=n)
    return overall + between * (of_category - overall) + within * (model.means - of_category)


def _least_shift(
    weights: np.ndarray, misses: np.ndarray, values: np.ndarray, free: np.ndarray, limits: tuple[int, int]
) -> np.ndarray:
    """Return the least shift of the free scores that makes up for the misses, or nearly.

    A score that would leave the scale stops at its end, and the others make up for the rest.
    """
    shift, able = np.zeros(len(free)), free.copy()
    for _ in range(ENDS):
        left = misses - weights @ np.where(able, 0.0, shift)
        gram = weights[:, able] @ weights[:, able].T
        softness = SOFTNESS * np.trace(gram) / len(gram) * np.eye(len(gram))
        shift[able] = weights[:, able].T @ np.linalg.solve(gram + softness, left)
        inside = np.clip(shift, limits[0] - values, limits[1] - values)
        able &= ~free | (inside == shift)
        shift = np.where(free, inside, 0.0)
    return shift


def _rounded(
    rng: np.random.Generator,
    values: np.ndarray,
    free: np.ndarray,
    weights: np.ndarray,
    misses: np.ndarray,
    limits: tuple[int, int],
) -> np.ndarray:
    """Round each score up or down: to the nearer number unless the other keeps the means nearer their aims."""
    rounded, left = values.copy(), misses.copy()
    tidy = TIDY * (weights[:, free] ** 2).sum(axis=0).mean()
    for log in rng.permutation(np.flatnonzero(free)):
        steps = np.clip(np.floor(values[log]) + np.array([0.0, 1.0]), *limits) - values[log]
        after = left[:, None] - weights[:, [log]] * steps
        best = int(((after**2).sum(axis=0) + tidy * steps**2).argmin())
        rounded[log], left = values[log] + steps[best], after[:, best]
    return np.rint(rounded)
