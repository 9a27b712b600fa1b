"""The other routes against statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from peerbook.stats import random_intercept, within_between, within_person

FORMULA = "change ~ start + category + projects"


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


def split_by_hand(frame: pd.DataFrame, columns: dict[str, pd.Series]) -> pd.DataFrame:
    """Add a column of people's means and one of deviations from them for each column."""
    added = {}
    for name, values in columns.items():
        means = values.astype(float).groupby(frame["person"]).transform("mean")
        added |= {f"{name}_mean": means, f"{name}_own": values - means}
    return frame.assign(**added)


def test_the_split_is_the_model_with_means_and_deviations_of_every_column(change_frame):
    """Covariates too: a start value split only in part lets people's differences into the answer."""
    fit = random_intercept("change ~ start + category", change_frame, "person")
    columns = {f"i{level[:2]}": change_frame["category"] == level for level in ("increased", "unchanged")}
    columns["start"] = change_frame["start"]
    terms = " + ".join(f"{name}_own + {name}_mean" for name in columns)
    theirs = random_intercept(f"change ~ {terms}", split_by_hand(change_frame, columns), "person")
    theirs = theirs.fixed_effects().set_index("term")
    ours = within_between(fit, "category").set_index(["part", "contrast"])
    for part, ending in (("within", "own"), ("between", "mean")):
        row = ours.loc[(part, "decreased - increased")]
        assert row["estimate"] == pytest.approx(-theirs.loc[f"iin_{ending}", "estimate"], rel=1e-8)
        assert row["se"] == pytest.approx(theirs.loc[f"iin_{ending}", "se"], rel=1e-8)
        assert row["df"] == pytest.approx(theirs.loc[f"iin_{ending}", "df"], rel=1e-6)
    difference = ours.loc[("difference", "decreased - increased"), "estimate"]
    parts = [ours.loc[(part, "decreased - increased"), "estimate"] for part in ("within", "between")]
    assert difference == pytest.approx(parts[0] - parts[1])


@pytest.mark.parametrize(
    "formula", [FORMULA, "change ~ start * category", "change ~ category * gender + start"]
)
def test_a_within_estimate_compares_people_with_themselves_only(change_frame, formula):
    """With every column split, deviations are unrelated to all else: least squares within people."""
    fit = random_intercept(formula, change_frame, "person")
    split = within_between(fit, "category").query("part == 'within'").set_index("contrast")
    alone = within_person(fit, "category").set_index("contrast")
    np.testing.assert_allclose(split["estimate"], alone["estimate"], rtol=1e-9)
    np.testing.assert_allclose(split["se"], alone["se"], rtol=0.05)


def test_two_people_split_by_hand():
    """Every person's outcome is higher by 2 under b than under a; who has more of b has lower ones."""
    frame = pd.DataFrame(
        {
            "person": np.repeat(["p1", "p2", "p3"], 4),
            "arm": [*"aabb", *"aaab", *"abbb"],
            "y": [1.0, 1.0, 3.0, 3.0, 5.0, 5.5, 4.5, 7.0, -3.0, -1.0, -0.5, -1.5],
        }
    )
    fit = random_intercept("y ~ arm", frame, "person")
    ours = within_between(fit, "arm").set_index("part")["estimate"]
    # Sums of products within people over sums of squares: (2 x 1 + 2 x 3/4 + 2 x 3/4) / (1 + 3/4 + 3/4).
    assert ours["within"] == pytest.approx(-2.0)
    # People's means of y on their share of b, each person with four rows: 2, 5.5, -1.5 on 1/2, 1/4, 3/4.
    assert ours["between"] == pytest.approx(14.0)
    assert ours["difference"] == pytest.approx(-16.0)


def test_what_never_varies_within_people_has_a_contrast_between_them_only(change_frame):
    fit = random_intercept("change ~ start + gender", change_frame, "person")
    ours = within_between(fit, "gender").set_index("part")
    assert ours["estimate"].isna().to_dict() == {"within": True, "between": False, "difference": True}
    assert (ours["reason"] == "").to_dict() == {"within": False, "between": True, "difference": False}


def test_all_routes_agree_where_the_model_is_true(change_fit):
    """The data were drawn from the model, so that every route aims at the same differences."""
    expected = change_fit.contrasts("category").set_index("contrast")
    routes = [
        within_person(change_fit, "category"),
        within_between(change_fit, "category").query("part == 'within'"),
    ]
    for route in routes:
        found = route.set_index("contrast").loc[expected.index]
        assert (np.abs(found["estimate"] - expected["estimate"]) < 2 * found["se"]).all()
