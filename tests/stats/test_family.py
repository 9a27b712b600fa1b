"""The largest statistic of a family."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import ModelError
from peerbook.stats import family_wise, random_intercept, random_intercepts
from peerbook.stats.family import step_down


def test_step_down_by_hand():
    """The smaller p value is compared with the smallest of both, the larger with its own alone."""
    null = np.array([[0.5, 0.3], [0.02, 0.6], [0.9, 0.04]])
    assert step_down(np.array([0.02, 0.3]), null).tolist() == pytest.approx([0.5, 0.75])
    assert step_down(np.array([0.3, 0.05]), null).tolist() == pytest.approx([0.75, 0.75])


def test_adjusted_p_values_never_fall_below_those_of_smaller_ones():
    null = np.random.default_rng(1).uniform(size=(500, 4))
    found = step_down(np.array([0.2, 0.01, 0.02, np.nan]), null)
    assert found[1] <= found[2] <= found[0]
    assert np.isnan(found[3])


def test_copies_of_one_model_cost_nothing(change_fit):
    """Resampling sees that five copies are one test; Bonferroni multiplies by five."""
    alone = family_wise({"m": change_fit}, "category", n=200, seed=3)
    copies = family_wise({f"m{copy}": change_fit for copy in range(5)}, "category", n=200, seed=3)
    assert copies["p_family"].tolist() == pytest.approx([alone["p_family"].iloc[0]] * 5)


def test_columns_order_and_terms_by_model(change_fit, change_frame):
    other = random_intercept("start ~ category * gender", change_frame, "person")
    found = family_wise(
        {"first": change_fit, "second": other}, {"first": "projects", "second": "category:gender"}, 100
    )
    assert found.columns.tolist() == ["model", "term", "num_df", "den_df", "statistic", "p_value", "p_family"]
    assert found["model"].tolist() == ["first", "second"]
    assert found["statistic"].iloc[0] == pytest.approx(
        change_fit.f_tests().set_index("term").loc["projects", "statistic"]
    )


def test_unrelated_tests_cost_about_what_sidak_says():
    random = np.random.default_rng(9)
    person = np.repeat(np.arange(60), 3)
    frame = pd.DataFrame({"person": person, **{f"x{k}": random.normal(size=180) for k in range(6)}})
    frame = frame.assign(
        **{f"y{k}": random.normal(size=60)[person] + random.normal(size=180) for k in range(6)}
    )
    fits = {f"m{k}": random_intercept(f"y{k} ~ x{k}", frame, "person") for k in range(6)}
    found = family_wise(fits, {f"m{k}": f"x{k}" for k in range(6)}, n=1000, seed=1)
    smallest = found.loc[found["p_value"].idxmin()]
    assert smallest["p_family"] == pytest.approx(1 - (1 - smallest["p_value"]) ** 6, abs=0.08)
    assert (found["p_family"] >= found["p_value"] - 0.05).all()


def test_a_person_is_the_same_in_models_that_write_labels_differently(rows):
    """Numbers in one model and text in another: were they other people, their draws would be unrelated."""
    numbered = rows.assign(person=rows["person"].str[1:].astype(int))
    written = rows.assign(person=numbered["person"].astype(str))
    fits = [random_intercept("y ~ arm", frame, "person") for frame in (numbered, written)]
    found = family_wise({"numbers": fits[0], "text": fits[1]}, "arm", 200)
    alone = family_wise({"numbers": fits[0]}, "arm", 200)
    assert found["p_family"].tolist() == alone["p_family"].tolist() * 2


def test_few_resamples_are_refused(change_fit):
    for n, seed in ((1, 1), (99, 1), (100, -1)):
        with pytest.raises(ModelError):
            family_wise({"m": change_fit}, "category", n, seed)


def test_an_unknown_term_is_refused_with_the_terms_there_are(change_fit):
    with pytest.raises(ModelError, match="start, category, projects"):
        family_wise({"m": change_fit}, "gender")


def test_a_resample_that_leaves_nothing_over_says_nothing():
    """Of five people, one with most rows: draws of two others fit exactly and must not count against."""
    rows = pd.DataFrame(
        {
            "person": ["a", "b", "c", "d", *"eeeeee"],
            "arm": ["x", "y"] * 5,
            "change": [1.0, 2.5, 0.5, 3.1, 1.2, 2.2, 0.7, 2.9, 1.9, 2.4],
        }
    )
    found = family_wise({"one": random_intercept("change ~ arm", rows, "person")}, "arm", n=300)
    assert 0 < found["p_family"].iloc[0] < 0.05


FORMULAS = {
    "whole": "change ~ start + category + projects",
    "without": "change ~ category",
    "subgroup": "change ~ start + category * gender + projects",
    "start": "start ~ category + np.log(start)",
    "constant": "level ~ category",
    "alone": "change ~ start + C(category, Sum) * gender",
}


@pytest.fixture(scope="module")
def gaps(change_frame: pd.DataFrame) -> pd.DataFrame:
    """Different rows are missing in every column, one cell is empty, and one outcome does not vary."""
    frame = change_frame.assign(level=1.0)
    empty = (frame["category"] == "increased") & (frame["gender"] == "male")
    place = np.arange(len(frame))
    return frame.assign(
        gender=frame["gender"].mask(empty),
        start=frame["start"].mask(place % 7 == 0),
        category=frame["category"].mask(place % 11 == 0),
    )


@pytest.mark.parametrize("ddf", ["satterthwaite", "kenward-roger"])
def test_models_fitted_together_are_those_fitted_one_by_one(gaps, ddf):
    family = random_intercepts(FORMULAS, gaps, "person")
    assert list(family.refused) == ["constant"]
    assert family.refused["constant"].startswith("The outcome is the same")
    factors = {name: {"change": "category"} for name in family} | {
        "subgroup": {"change": "category", "level": "gender"}
    }
    tests, means = family.f_tests(ddf), family.marginal_means(factors, ddf)
    for name in family:
        alone = random_intercept(FORMULAS[name], gaps, "person")
        assert family[name].warnings == alone.warnings
        assert family[name].dropped == alone.dropped
        assert_same(tests[tests["model"] == name], alone.f_tests(ddf))
        expected = alone.marginal_means(list(factors[name].values()), ddf)
        expected = expected.rename(columns={column: key for key, column in factors[name].items()})
        ours = means[means["model"] == name]
        assert_same(ours.drop(columns=[] if "level" in factors[name] else "level"), expected)
    assert means.columns[:3].tolist() == ["model", "change", "level"]
    assert means.loc[means["model"] == "whole", "level"].isna().all()


def assert_same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    ours = ours.drop(columns="model").reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=1e-9, atol=1e-12)


def test_one_model_that_cannot_be_solved_does_not_spoil_the_others(gaps, monkeypatch):
    """numpy gives up on a whole stack of matrices because of one."""
    from peerbook.stats import reml

    whole = reml._deviance

    def fails_in_company(sums, ratios):
        if len(sums.within) > 1:
            raise np.linalg.LinAlgError("Singular matrix")
        return whole(sums, ratios)

    together = random_intercepts(FORMULAS, gaps, "person").f_tests()
    monkeypatch.setattr(reml, "_deviance", fails_in_company)
    pd.testing.assert_frame_equal(random_intercepts(FORMULAS, gaps, "person").f_tests(), together, rtol=1e-9)


def test_a_range_may_be_that_of_one_model(gaps):
    formulas = {"whole": FORMULAS["whole"], "start": FORMULAS["start"]}
    family = random_intercepts(formulas, gaps, "person", {"start": (0, 10)})
    assert list(family) == ["whole"]
    assert "outside its possible range" in family.refused["start"]


def test_a_formula_that_cannot_be_read_stops_the_family(gaps):
    with pytest.raises(ModelError, match="not a column"):
        random_intercepts({"good": "change ~ start", "bad": "change ~ strat"}, gaps, "person")


def test_a_family_without_a_fit_has_empty_tables(gaps):
    family = random_intercepts({"constant": "level ~ category"}, gaps, "person")
    assert repr(family) == "<Family of 0 models, 1 refused>"
    assert family.f_tests().empty
    assert family.marginal_means({}).empty
