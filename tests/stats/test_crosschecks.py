"""The other routes against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from peerbook.stats import gee_contrast, random_intercept, within_between, within_person

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


def test_comparing_people_with_themselves_is_least_squares_with_a_column_per_person(change_frame):
    some = change_frame[change_frame["person"] < "p060"]
    theirs = smf.ols(f"{FORMULA} + person", some.astype(object).infer_objects()).fit()
    ours = within_person(random_intercept(FORMULA, some, "person"), "category").set_index("contrast")
    row = ours.loc["decreased - unchanged"]
    assert row["estimate"] == pytest.approx(-theirs.params["category[T.unchanged]"], rel=1e-7)
    assert row["se"] == pytest.approx(theirs.bse["category[T.unchanged]"], rel=1e-7)
    assert (ours["df"] == theirs.df_resid).all()


def test_what_never_varies_within_a_person_cannot_be_compared_within(change_frame):
    fit = random_intercept("change ~ category + gender", change_frame, "person")
    assert within_person(fit, "gender")["estimate"].isna().all()
    assert within_person(fit, "category")["estimate"].notna().all()


def test_the_split_is_the_model_with_means_and_deviations_as_columns(change_frame):
    fit = random_intercept("change ~ start + category", change_frame, "person")
    indicators = {f"i{level[:2]}": change_frame["category"] == level for level in ("increased", "unchanged")}
    frame = change_frame.assign(**{name: flags.astype(float) for name, flags in indicators.items()})
    for name in indicators:
        mean = frame.groupby("person")[name].transform("mean")
        frame = frame.assign(**{f"{name}_mean": mean, f"{name}_own": frame[name] - mean})
    by_hand = random_intercept("change ~ start + iin_own + iun_own + iin_mean + iun_mean", frame, "person")
    theirs = by_hand.fixed_effects().set_index("term")
    ours = within_between(fit, "category").set_index(["part", "contrast"])
    for part, ending in (("within", "own"), ("between", "mean")):
        row = ours.loc[(part, "decreased - increased")]
        assert row["estimate"] == pytest.approx(-theirs.loc[f"iin_{ending}", "estimate"], rel=1e-8)
        assert row["se"] == pytest.approx(theirs.loc[f"iin_{ending}", "se"], rel=1e-8)
        assert row["df"] == pytest.approx(theirs.loc[f"iin_{ending}", "df"], rel=1e-6)
    difference = ours.loc[("difference", "decreased - increased"), "estimate"]
    parts = [ours.loc[(part, "decreased - increased"), "estimate"] for part in ("within", "between")]
    assert difference == pytest.approx(parts[0] - parts[1])


def test_all_routes_agree_where_the_model_is_true(change_fit):
    """The data were drawn from the model, so that every route aims at the same differences."""
    expected = change_fit.contrasts("category").set_index("contrast")
    routes = [
        gee_contrast(change_fit, "category"),
        within_person(change_fit, "category"),
        within_between(change_fit, "category").query("part == 'within'"),
    ]
    for route in routes:
        found = route.set_index("contrast").loc[expected.index]
        assert (np.abs(found["estimate"] - expected["estimate"]) < 2 * found["se"]).all()
