from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.stats import random_intercept
from stand_in.make.side_by_side.calibrate import Mean, Plan, PlantedModel, calibrate

PEOPLE, LOGS = 80, 5


@pytest.fixture
def cohort():
    """Eighty people with five logs each, a change category per pair, and a projects term."""
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(PEOPLE), LOGS)
    number = np.tile(np.arange(1, LOGS + 1), PEOPLE)
    second = np.flatnonzero(number > 1)
    level = np.rint(np.repeat(rng.normal(20, 3, PEOPLE), LOGS))
    noise = np.where(number > 1, rng.normal(0, 3, len(person)), 0.0)
    return pd.DataFrame({"person": person, "number": number, "level": level, "noise": noise}), pd.DataFrame(
        {
            "first": second - 1,
            "second": second,
            "person": person[second],
            "category": rng.integers(-1, 2, len(second)),
            "projects": rng.integers(0, 3, len(second)),
        }
    )


def _model(pairs, means, p_value=0.01):
    projects = (pairs["projects"].to_numpy()[:, None] == [0, 1]).astype(float)
    return PlantedModel(
        sample="whole",
        exposure="types_given",
        codes=np.array([-1, 0, 1]),
        rows=np.arange(len(pairs)),
        cells=(pairs["category"].to_numpy()[:, None] == [-1, 0, 1]).astype(float),
        others=projects - (pairs["projects"].to_numpy() == 2)[:, None],
        groups=pairs["person"].to_numpy(),
        means=np.array(means),
        contrast=np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]]) / np.sqrt(2),
        p_value=p_value,
        at_most=False,
    )


def _fitted(pairs, scores):
    """Marginal means and p-value by the package's own model."""
    first, second = scores[pairs["first"]], scores[pairs["second"]]
    rows = pairs.astype({"category": "category", "projects": "category"})
    rows = rows.assign(start=first, change=second - first)
    fit = random_intercept("change ~ start + category + projects", rows, "person")
    tests = fit.f_tests().set_index("term")
    return fit.marginal_means(["category"])["mean"].to_numpy(), tests.loc["category", "p_value"]


def test_the_first_coefficients_are_the_marginal_means_of_the_package(cohort):
    logs, pairs = cohort
    scores = (logs["level"] + logs["noise"]).to_numpy()
    start, change = scores[pairs["first"]], (scores[pairs["second"]] - scores[pairs["first"]])
    model = _model(pairs, [0.0, 0.0, 0.0])
    fit = model.fit(start, change, model.variance_ratio(start, change))
    means, _ = _fitted(pairs, scores)
    assert fit.coefficients[:3] == pytest.approx(means, abs=1e-6)


def test_calibrated_scores_have_the_means_the_sd_and_the_p_value(cohort):
    logs, pairs = cohort
    later = (logs["number"] > 1).to_numpy()
    level, noise = logs["level"].to_numpy(), logs["noise"].to_numpy()
    steady = Mean(np.flatnonzero(logs["number"] == 5), level.mean(), 0.4)
    plan = Plan(
        first=pairs["first"].to_numpy(),
        second=pairs["second"].to_numpy(),
        free=later,
        models=[_model(pairs, [-0.7, 0.0, 0.7])],
        means=[steady],
        change_sd=4.0,
        limits=(7, 35),
    )
    before = level.copy()
    scores = calibrate(np.random.default_rng(0), level, noise, plan)
    assert np.array_equal(level, before)
    assert np.array_equal(scores[~later], level[~later]), "entry scores do not move"
    assert np.array_equal(scores, np.rint(scores))
    assert scores.min() >= 7
    assert scores.max() <= 35
    means, p_value = _fitted(pairs, scores)
    assert p_value == pytest.approx(0.01, rel=0.25)
    assert means[2] - means[0] > 0.9
    assert scores[logs["number"] == 5].mean() == pytest.approx(level.mean(), abs=0.1)
    assert plan.sd(scores) == pytest.approx(4.0, rel=0.02)
