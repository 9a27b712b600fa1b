"""The estimating equations of the benchmarks."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from tests.benchmarks.gee import gee_contrast

FORMULA = "change ~ start + category + projects"


def test_estimating_equations_are_those_of_statsmodels(change_frame, change_fit):
    theirs = smf.gee(
        FORMULA, "person", change_frame.astype({"category": object}), cov_struct=sm.cov_struct.Exchangeable()
    ).fit()
    ours = gee_contrast(change_fit, "category").set_index("contrast")
    row = ours.loc["decreased - increased"]
    assert row["estimate"] == pytest.approx(-theirs.params["category[T.increased]"], rel=1e-5)
    assert row["se"] == pytest.approx(theirs.bse["category[T.increased]"], rel=1e-5)
    assert row["p_value"] == pytest.approx(theirs.pvalues["category[T.increased]"], rel=1e-3, abs=1e-12)
    assert np.isinf(ours["df"]).all()


def test_estimating_equations_aim_at_the_differences_of_the_model(change_fit):
    expected = change_fit.contrasts("category").set_index("contrast")
    found = gee_contrast(change_fit, "category").set_index("contrast").loc[expected.index]
    assert (np.abs(found["estimate"] - expected["estimate"]) < 2 * found["se"]).all()
