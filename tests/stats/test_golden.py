"""Every table against lme4, lmerTest, pbkrtest and emmeans.

Tolerances: F and degrees of freedom 1e-4 relative, estimates and standard errors 1e-6 (of the standard
error, for an estimate), p values 1e-6. A missing result of R fails. The data sets are drawn from seeds and
checked against the checksums of what R was given; `python -m tests.golden.stats.make` makes all again.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from peerbook.stats import RandomIntercept, random_intercept
from tests.golden.stats import make
from tests.golden.stats.datasets import DATASETS

FOLDER = Path(make.__file__).parent
MODELS = {model["name"]: model for model in json.loads((FOLDER / "models.json").read_text())}
BOTH = ("satterthwaite", "kenward-roger")
TABLES = [(name, ddf) for name, model in MODELS.items() for ddf in BOTH[: 1 + model["kenward_roger"]]]


@cache
def reference() -> dict:
    return json.loads((FOLDER / "results.json").read_text())


@cache
def frame(name: str) -> pd.DataFrame:
    return DATASETS[name]()


@cache
def fitted(name: str) -> RandomIntercept:
    model = MODELS[name]
    return random_intercept(model["formula"], frame(model["data"]), model["group"])


def numbers(values: object) -> np.ndarray:
    """What R wrote: a number or a list, null where it is missing."""
    return np.array([np.nan if value is None else value for value in np.atleast_1d(values)], dtype=float)


def agrees(ours: object, theirs: object, relative: float, scale: object = None) -> None:
    """Compare relative to the value, or to `scale`; missing values must be in the same places."""
    ours, theirs = np.atleast_1d(np.asarray(ours, dtype=float)), numbers(theirs)
    assert ours.shape == theirs.shape
    assert (np.isnan(ours) == np.isnan(theirs)).all()
    known = ~np.isnan(theirs)
    allowed = (
        relative * np.broadcast_to(np.abs(theirs if scale is None else numbers(scale)), ours.shape)[known]
    )
    assert (np.abs(ours - theirs)[known] <= np.maximum(allowed, 1e-12)).all()


@pytest.mark.parametrize("name", DATASETS)
def test_the_data_are_those_given_to_r(name):
    assert make.checksum(frame(name)) == reference()["checksums"][name]


@pytest.mark.parametrize("name", MODELS)
def test_variance_components_and_counts(name):
    fit, theirs = fitted(name), reference()["models"][name]
    group, residual, correlation = fit.variance_components()["estimate"]
    agrees(residual, theirs["residual_variance"], 1e-5)
    agrees(
        group, theirs["group_variance"], 1e-5, scale=theirs["group_variance"] + theirs["residual_variance"]
    )
    assert correlation == pytest.approx(group / (group + residual))
    assert (fit.n_rows, fit.n_groups) == (theirs["rows"], theirs["groups"])


@pytest.mark.parametrize("name", MODELS)
def test_random_effects(name):
    theirs = reference()["models"][name]["random_effects"]
    unit = np.sqrt(reference()["models"][name]["residual_variance"])
    ours = fitted(name).random_effects()
    ours = ours.set_index(ours.iloc[:, 0].astype(str)).loc[theirs["group"]]
    agrees(ours["effect"], theirs["effect"], 1e-5, scale=unit)
    agrees(ours["se"], theirs["se"], 1e-5, scale=unit)


@pytest.mark.parametrize(("name", "ddf"), TABLES)
def test_fixed_effects(name, ddf):
    ours, theirs = fitted(name).fixed_effects(ddf=ddf), reference()["models"][name][ddf]["fixed_effects"]
    agrees(ours["estimate"], theirs["estimate"], 1e-6, scale=theirs["se"])
    agrees(ours["se"], theirs["se"], 1e-6)
    agrees(ours["df"], theirs["df"], 1e-4)
    agrees(ours["p_value"], theirs["p_value"], 1e-6, scale=1)


@pytest.mark.parametrize(("name", "ddf"), TABLES)
def test_type_three_f_tests(name, ddf):
    ours, theirs = fitted(name).f_tests(ddf=ddf), reference()["models"][name][ddf]["f_tests"]
    assert [len(term.split(":")) for term in ours["term"]] == [
        len(term.split(":")) for term in np.atleast_1d(theirs["term"])
    ]
    agrees(ours["num_df"], theirs["num_df"], 0)
    agrees(ours["den_df"], theirs["den_df"], 1e-4)
    agrees(ours["statistic"], theirs["statistic"], 1e-4)
    agrees(ours["p_value"], theirs["p_value"], 1e-6, scale=1)


@pytest.mark.parametrize(("name", "ddf"), TABLES)
def test_marginal_means(name, ddf):
    asked = MODELS[name]["means"]
    tables = reference()["models"][name][ddf]["marginal_means"]
    assert len(tables) == len(asked)
    for factors, theirs in zip(asked, tables, strict=True):
        ours = fitted(name).marginal_means(factors, ddf=ddf)
        assert ours[factors].astype(str).to_dict("list") == {
            factor: [str(level) for level in levels] for factor, levels in theirs["cells"].items()
        }
        agrees(ours["mean"], theirs["mean"], 1e-6, scale=theirs["se"])
        agrees(ours["se"], theirs["se"], 1e-6)
        agrees(ours["df"], theirs["df"], 1e-4)
        agrees(ours["ci_low"], theirs["ci_low"], 1e-5, scale=theirs["se"])
        agrees(ours["ci_high"], theirs["ci_high"], 1e-5, scale=theirs["se"])


@pytest.mark.parametrize("adjust", ["none", "holm", "tukey", "sidak", "bonferroni"])
@pytest.mark.parametrize(("name", "ddf"), [table for table in TABLES if MODELS[table[0]]["pairs"]])
def test_contrasts(name, ddf, adjust):
    (factor,) = MODELS[name]["pairs"]
    theirs = reference()["models"][name][ddf]["contrasts"][0][adjust]
    ours = fitted(name).contrasts(factor, adjust=adjust, ddf=ddf)
    assert len(ours) == len(np.atleast_1d(theirs["contrast"]))
    agrees(ours["estimate"], theirs["estimate"], 1e-6, scale=theirs["se"])
    agrees(ours["se"], theirs["se"], 1e-6)
    agrees(ours["df"], theirs["df"], 1e-4)
    # The quantiles of the studentised range differ in the fifth digit where degrees of freedom are many.
    agrees(ours["ci_low"], theirs["ci_low"], 1e-4, scale=theirs["se"])
    agrees(ours["ci_high"], theirs["ci_high"], 1e-4, scale=theirs["se"])
    agrees(ours["p_value"], theirs["p_value"], 1e-6, scale=1)


def test_the_golden_sets_hold_what_they_promise():
    """A boundary, an empty cell, 70,000 rows, missing values: the hard cases must stay hard."""
    assert fitted("boundary").estimate.ratio == 0
    assert fitted("boundary").f_tests()["den_df"].tolist() == [95.0, 95.0]
    assert fitted("empty_cell").dropped.columns == ("a[T.a3]:b[T.b2]",)
    assert fitted("large").n_rows == 70_000
    assert fitted("curves").dropped.rows > 0
    assert len(MODELS) >= 8
