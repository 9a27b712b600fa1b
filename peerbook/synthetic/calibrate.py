"""Shift the outcomes as little as possible so that the models find what was printed.

A marginal mean is linear in the scores. With J the weights of the scores in all printed means of an outcome,
the smallest shift that moves the means by d is J'(JJ')^-1 d. Scores at entry stay as they are (their tables
are met already), so only later logs move, all of them a little: no person is edited to fit a cell.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.synthetic.planted import Fit, PlantedModel

STEPS = 4
SOFTNESS = 0.005  # squared standard errors that a mean may be off per squared unit of shift
FLEXIBLE = (0.6, 1.6)  # how far the differences within a model may be scaled to reach the printed p-value


def calibrate(
    rng: np.random.Generator,
    scores: np.ndarray,
    movable: np.ndarray,
    pairs: pd.DataFrame,
    models: list[PlantedModel],
    limits: tuple[int, int],
) -> np.ndarray:
    """Return whole scores whose models have the printed means and, as near as they allow, p-values.

    Parameters
    ----------
    rng : Generator
    scores : ndarray, shape (logs,)
        Scores before, not yet whole; NaN where a log has none.
    movable : ndarray of bool, shape (logs,)
        Logs whose score may be shifted.
    pairs : DataFrame
        `start` and `end`, rows of the scores.
    models : list of PlantedModel
    limits : pair of int
        Range of the scale.
    """
    values = np.where(movable, np.clip(scores, *limits), scores)
    free = movable & ~np.isnan(values)
    first, second = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    ratios = [model.variance_ratio(values[first], values[second] - values[first]) for model in models]
    for _ in range(STEPS):
        weights, misses = _linearised(values, first, second, models, ratios)
        values[free] = np.clip(values[free] + _least_shift(weights[:, free], misses), *limits)
    weights, misses = _linearised(values, first, second, models, ratios)
    return _rounded(rng, values, free, weights, misses, limits)


def _linearised(
    values: np.ndarray, first: np.ndarray, second: np.ndarray, models: list[PlantedModel], ratios: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the scores in the means, and how far the means are from their aims.

    Both are in standard errors. A score weighs as the later one of a pair, as the earlier one, and as a start
    value, whose slope carries over into the mean.
    """
    start, change = values[first], values[second] - values[first]
    weights, misses = [], []
    for model, ratio in zip(models, ratios, strict=True):
        fit = model.fit(start, change, ratio)
        cells = len(model.means)
        slope = fit.coefficients[cells]
        error = np.sqrt(np.diag(fit.covariance)[:cells])
        of_changes = fit.functional[:cells]
        of_scores = np.zeros((cells, len(values)))
        of_scores[:, second[model.rows]] = of_changes
        of_scores[:, first[model.rows]] += slope * (1 / len(model.rows) - of_changes) - of_changes
        weights.append(of_scores / error[:, None])
        misses.append((aims(model, fit) - fit.coefficients[:cells]) / error)
    return np.concatenate(weights), np.concatenate(misses)


def aims(model: PlantedModel, fit: Fit) -> np.ndarray:
    """Return the means to plant: the printed ones, their differences scaled to give the printed p-value.

    The printed standard errors and ours are not quite the same, so the same means need not have the same p.
    """
    from scipy.stats import f

    cells, tests = len(model.means), len(model.contrast)
    covariance = model.contrast @ fit.covariance[:cells, :cells] @ model.contrast.T
    differences = model.contrast @ model.means
    statistic = differences @ np.linalg.solve(covariance, differences) / tests
    wanted = f.isf(model.p_value, tests, len(model.rows) - len(fit.coefficients))
    scale = np.clip(np.sqrt(wanted / statistic), 1 if model.at_most else FLEXIBLE[0], FLEXIBLE[1])
    return model.means + (scale - 1) * model.contrast.T @ differences


def _least_shift(weights: np.ndarray, misses: np.ndarray) -> np.ndarray:
    gram = weights @ weights.T
    softness = SOFTNESS * np.trace(gram) / len(gram) * np.eye(len(gram))
    return weights.T @ np.linalg.solve(gram + softness, misses)


def _rounded(
    rng: np.random.Generator,
    values: np.ndarray,
    free: np.ndarray,
    weights: np.ndarray,
    misses: np.ndarray,
    limits: tuple[int, int],
) -> np.ndarray:
    """Round each score up or down, whichever keeps the means nearer to their targets."""
    rounded = values.copy()
    miss = misses.copy()
    for log in rng.permutation(np.flatnonzero(free)):
        options = np.clip(np.floor(values[log]) + np.array([0.0, 1.0]), *limits)
        left = miss[:, None] - weights[:, [log]] * (options - values[log])
        best = int((left**2).sum(axis=0).argmin())
        rounded[log], miss = options[best], left[:, best]
    return rounded
