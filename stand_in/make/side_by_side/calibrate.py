"""Shift the outcomes as little as possible so that the models find what was printed.

A marginal mean is linear in the scores. With J the weights of the scores in all printed means of an outcome,
the smallest shift that moves the means by d is J'(JJ')^-1 d. Scores at entry stay as they are (their tables
are met already), so only later logs move, all of them a little: no person is edited to fit a cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from peerbook.stats.reml import reml
from peerbook.stats.sums import group_sums

STEPS = 16
CHECKS = (9, 12)  # steps after which the standard deviation is checked on rounded scores
SOFTNESS = 0.002  # squared standard errors that a mean may be off per squared unit of shift
FLEXIBLE = (0.6, 1.2)  # how far the differences within a model may be scaled to reach the printed p-value
ENDS = 4  # rounds of stopping scores at the ends of the scale
KEPT = 0.7  # of the planted shift from one step to the next
TIDY = 4.0  # how much rounding to the nearer number counts against the means
ROUNDING = 1 / 6  # variance that rounding both scores adds to a change


@dataclass(frozen=True)
class Fit:
    """Coefficients, their weights on the changes (coefficients x rows), and their covariance."""

    coefficients: np.ndarray
    functional: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class PlantedModel:
    """One printed model of one outcome.

    Attributes
    ----------
    sample, exposure : str
        "whole" or a region; the support measure.
    codes : ndarray, shape (cells,)
        Change category of each cell: -1, 0, 1.
    rows : ndarray of int
        Its pairs.
    cells : ndarray, shape (rows, cells)
        One column per printed mean: 1 where the pair is in that subgroup level and change category.
    others : ndarray, shape (rows, k)
        The projects term, coded so that its levels weigh equally in the cell means; no column without it.
    groups : ndarray of int
        The person of each row, numbered without gaps.
    means : ndarray, shape (cells,)
        Printed means.
    contrast : ndarray, shape (tests, cells)
        What the printed p-value tests: the category, or its interaction with the characteristic.
    p_value : float
        Printed p-value.
    at_most : bool
        Whether the p-value is only printed to be below that.
    """

    sample: str
    exposure: str
    codes: np.ndarray
    rows: np.ndarray
    cells: np.ndarray
    others: np.ndarray
    groups: np.ndarray
    means: np.ndarray
    contrast: np.ndarray
    p_value: float
    at_most: bool

    @property
    def whole(self) -> bool:
        """Whether the model is of the whole sample and has no subgroups."""
        return self.sample == "whole" and len(np.unique(self.codes)) == len(self.codes)

    def design(self, start: np.ndarray) -> np.ndarray:
        """Return the design whose first coefficients are the marginal means; `start` is of all pairs."""
        own = start[self.rows]
        return np.column_stack([self.cells, own - own.mean(), self.others])

    def variance_ratio(self, start: np.ndarray, change: np.ndarray) -> float:
        """Estimate the variance between people over that within (REML)."""
        return float(reml(group_sums(self.design(start), change[self.rows], self.groups)).ratio)

    def fit(self, start: np.ndarray, change: np.ndarray, ratio: float) -> Fit:
        """Fit by generalised least squares at a given variance ratio."""
        design, outcome = self.design(start), change[self.rows]
        share = ratio / (1 + ratio * np.bincount(self.groups))
        totals = np.stack([np.bincount(self.groups, column) for column in design.T], axis=1)
        weighted = design - (share[:, None] * totals)[self.groups]
        unscaled = np.linalg.inv(design.T @ weighted)
        functional = unscaled @ weighted.T
        coefficients = functional @ outcome
        left = outcome - design @ coefficients
        square = left @ left - share @ np.bincount(self.groups, left) ** 2
        return Fit(coefficients, functional, unscaled * square / (len(left) - len(coefficients)))


@dataclass(frozen=True)
class Mean:
    """A mean over some logs (rows of `logs`) that is to be `aim`, give or take `error`."""

    logs: np.ndarray
    aim: float
    error: float


@dataclass(frozen=True)
class Plan:
    """What to plant in the scores of one outcome.

    Attributes
    ----------
    first, second : ndarray of int, shape (pairs,)
        Rows of the earlier and the later log of each pair.
    free : ndarray of bool, shape (logs,)
        Logs whose score may move.
    models : list of PlantedModel
    means : list of Mean
        Means over logs to plant besides.
    change_sd : float
        Wanted standard deviation of the change over all pairs.
    limits : pair of int
        Range of the scale.
    """

    first: np.ndarray
    second: np.ndarray
    free: np.ndarray
    models: list[PlantedModel]
    means: list[Mean]
    change_sd: float
    limits: tuple[int, int]

    def inside(self, values: np.ndarray) -> np.ndarray:
        """Keep the free scores inside the scale."""
        return np.where(self.free, np.clip(values, *self.limits), values)

    def sd(self, values: np.ndarray) -> float:
        """Return the standard deviation of the change."""
        return float(np.nanstd(values[self.second] - values[self.first], ddof=1))


def calibrate(rng: np.random.Generator, level: np.ndarray, noise: np.ndarray, plan: Plan) -> np.ndarray:
    """Return whole scores whose models have the printed means and, as near as they allow, p-values.

    Parameters
    ----------
    rng : Generator
    level, noise : ndarray, shape (logs,)
        A person's own level and how far each log is from it; entry scores are all level, their noise 0.
    plan : Plan

    Returns
    -------
    ndarray, shape (logs,)
        NaN where `level` is.

    Notes
    -----
    Scores are level + size x noise + planted shift, kept inside the scale. Two corrections take turns until
    both hold: the least shift that gives the means, and the size of the noise that gives the standard
    deviation. The shift shrinks a little each time, so that none is left that the means do not need.
    """
    wanted = np.sqrt(plan.change_sd**2 - ROUNDING)
    size, planted = 1.0, np.zeros(len(level))
    values = plan.inside(level + noise)
    for step in range(STEPS):
        ratios = _ratios(values, plan)
        size *= wanted / plan.sd(values)
        planted = KEPT * planted
        values = plan.inside(level + size * noise + planted)
        planted += _least_shift(*_linearised(values, plan, ratios), values, plan)
        values = plan.inside(level + size * noise + planted)
        if step in CHECKS:
            wanted *= plan.change_sd / plan.sd(_rounded(rng, values, plan))
    return _rounded(rng, values, plan)


def _ratios(values: np.ndarray, plan: Plan) -> list[float]:
    """Estimate the variance ratio of each model."""
    start, change = values[plan.first], values[plan.second] - values[plan.first]
    return [model.variance_ratio(start, change) for model in plan.models]


def _linearised(values: np.ndarray, plan: Plan, ratios: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the scores in the means, and how far the means are from their aims.

    Both are in standard errors. A score weighs as the later one of a pair, as the earlier one, and as a start
    value, whose slope carries over into the mean.
    """
    start, change = values[plan.first], values[plan.second] - values[plan.first]
    fits = [model.fit(start, change, ratio) for model, ratio in zip(plan.models, ratios, strict=True)]
    weights, misses = [], []
    for model, fit, aim in zip(plan.models, fits, aims(plan.models, fits), strict=True):
        cells = len(model.means)
        slope = fit.coefficients[cells]
        error = np.sqrt(np.diag(fit.covariance)[:cells])
        of_changes = fit.functional[:cells]
        of_scores = np.zeros((cells, len(values)))
        of_scores[:, plan.second[model.rows]] = of_changes
        of_scores[:, plan.first[model.rows]] += slope * (1 / len(model.rows) - of_changes) - of_changes
        weights.append(of_scores / error[:, None])
        misses.append((aim - fit.coefficients[:cells]) / error)
    for mean in plan.means:
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


def _least_shift(weights: np.ndarray, misses: np.ndarray, values: np.ndarray, plan: Plan) -> np.ndarray:
    """Return the least shift of the free scores that makes up for the misses, or nearly.

    A score that would leave the scale stops at its end, and the others make up for the rest.
    """
    shift, able = np.zeros(len(values)), plan.free.copy()
    for _ in range(ENDS):
        left = misses - weights @ np.where(able, 0.0, shift)
        gram = weights[:, able] @ weights[:, able].T
        softness = SOFTNESS * np.trace(gram) / len(gram) * np.eye(len(gram))
        shift[able] = weights[:, able].T @ np.linalg.solve(gram + softness, left)
        within = np.clip(shift, plan.limits[0] - values, plan.limits[1] - values)
        able &= within == shift
        shift = np.where(plan.free, within, 0.0)
    return shift


def _rounded(rng: np.random.Generator, values: np.ndarray, plan: Plan) -> np.ndarray:
    """Round each score to the nearer number, unless the other one keeps the means nearer their aims."""
    weights, left = _linearised(values, plan, _ratios(values, plan))
    tidy = TIDY * (weights[:, plan.free] ** 2).sum(axis=0).mean()
    rounded = values.copy()
    for log in rng.permutation(np.flatnonzero(plan.free)):
        steps = np.clip(np.floor(values[log]) + np.array([0.0, 1.0]), *plan.limits) - values[log]
        after = left[:, None] - weights[:, [log]] * steps
        best = int(((after**2).sum(axis=0) + tidy * steps**2).argmin())
        rounded[log], left = values[log] + steps[best], after[:, best]
    return np.rint(rounded)
