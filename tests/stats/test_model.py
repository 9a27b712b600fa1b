"""What the model refuses, what it warns of, and that it leaves its input alone."""

from __future__ import annotations

import dataclasses
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import ModelError
from peerbook.stats import random_intercept

FORMULA = "y ~ arm + x"


def refusal(frame: pd.DataFrame, formula: str = FORMULA, group: str = "person") -> str:
    with pytest.raises(ModelError) as caught:
        random_intercept(formula, frame, group)
    return str(caught.value)


def test_input_is_unchanged_and_the_fit_does_not_follow_it(rows):
    before = rows.copy(deep=True)
    fit = random_intercept(FORMULA, rows, "person")
    first = fit.residuals()
    pd.testing.assert_frame_equal(rows, before)
    rows.loc[:, "x"] = 0.0
    rows.loc[0, "y"] = 1000.0
    np.testing.assert_array_equal(fit.residuals(), first)


def test_a_fit_is_frozen_and_can_be_sent_to_another_process(rows):
    fit = random_intercept("y ~ arm * np.log(x) + C(sex, Sum)", rows, "person")
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.formula = "y ~ 1"
    copy = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(copy.f_tests(), fit.f_tests())
    pd.testing.assert_frame_equal(copy.marginal_means("arm"), fit.marginal_means("arm"))


def test_constant_outcome_is_refused_without_its_value(rows):
    message = refusal(rows.assign(y=33.5))
    assert "nothing varies" in message
    assert "33" not in message


def test_one_group_is_refused_without_its_label(rows):
    """Whose rows they are must not be published by way of an error."""
    message = refusal(rows.assign(person="p7"))
    assert "p7" not in message
    assert "ordinary regression" in message


def test_groups_of_size_one_are_refused(rows):
    assert "of its own" in refusal(rows.assign(person=range(12)))


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_covariate_is_refused_with_its_row(rows, value):
    message = refusal(rows.assign(x=rows["x"].where(rows.index != 4, value)))
    assert "`x` is infinite in 1 rows" in message
    assert "row 5" in message


def test_infinite_after_evaluation_is_refused(rows):
    assert "`np.log(x)`" in refusal(rows.assign(x=rows["x"] - 1), "y ~ np.log(x)")


def test_missing_values_are_left_out_and_counted(rows):
    gaps = rows.assign(x=rows["x"].mask(rows.index == 0), person=rows["person"].mask(rows.index.isin([0, 5])))
    fit = random_intercept(FORMULA, gaps, "person")
    assert (fit.n_rows, fit.dropped.rows) == (10, 2)
    assert dict(fit.dropped.missing) == {"x": 1, "person": 2}
    assert fit.warnings[0] == "2 of 12 rows were left out because a value is missing: x (1), person (2)."
    complete = random_intercept(FORMULA, gaps.dropna(), "person")
    pd.testing.assert_frame_equal(fit.f_tests(), complete.f_tests())


def test_undefined_after_evaluation_counts_as_missing(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = random_intercept("y ~ np.log(x)", rows.assign(x=rows["x"] - 1.5), "person")
    assert fit.dropped.rows == 2
    assert "undefined after evaluation (2)" in fit.warnings[0]


def test_no_complete_row_is_refused_with_the_gaps(rows):
    assert "`x` lacks 12" in refusal(rows.assign(x=np.nan))
    assert "there are no rows" in refusal(rows.iloc[:0])


@pytest.mark.parametrize(
    ("formula", "said"), [("y ~ amr", "Did you mean `arm`?"), ("y ~ arm + zzz", "columns are")]
)
def test_unknown_column_is_refused_with_a_hint(rows, formula, said):
    assert said in refusal(rows, formula)


def test_unknown_group_is_refused(rows):
    assert "`people`, which is not a column" in refusal(rows, group="people")


@pytest.mark.parametrize(
    "formula", ["y ~ arm +", "~ arm", "y + x ~ arm", "y ~ 0", "y ~ np.nothing(x)", "y ~ no(x)"]
)
def test_formula_that_cannot_be_read_is_refused(rows, formula):
    assert "`" in refusal(rows, formula)


def test_text_outcome_is_refused(rows):
    assert "not one column of numbers" in refusal(rows, "arm ~ x")


def test_dates_and_mixtures_are_refused(rows):
    assert "dates" in refusal(rows.assign(x=pd.date_range("2016-01-01", periods=12)))
    assert "mixes" in refusal(rows.assign(arm=pd.Series(["a", 1] * 6, dtype=object)))


def test_columns_of_one_name_are_refused(rows):
    assert "2 columns called `x`" in refusal(pd.concat([rows, rows[["x"]]], axis=1))


def test_as_many_coefficients_as_rows_are_refused(rows):
    assert "cannot support" in refusal(rows.iloc[:4], "y ~ x + I(x**2) + arm")


def test_a_copy_of_the_outcome_is_refused(rows):
    assert "copy of the outcome" in refusal(rows.assign(x=3 * rows["y"] + 1))


def test_an_outcome_of_the_group_is_refused(rows):
    outcome = rows["person"].map({"p1": 1.0, "p2": 4.0, "p3": 2.0, "p4": 9.0})
    assert "one row per group" in refusal(rows.assign(y=outcome))


def test_few_groups_and_boundary_are_said(rows):
    fit = random_intercept(FORMULA, rows.assign(person=["p1", "p1", "p2", "p2"] * 3), "person")
    assert fit.warnings[0].startswith("Fewer than 10 groups")
    assert "estimated as zero" in fit.warnings[1]
    assert fit.estimate.ratio == 0
    assert (fit.f_tests()["den_df"] == 12 - 3).all()


def test_one_category_only_is_said_and_not_tested(rows):
    fit = random_intercept("y ~ arm + x", rows.assign(arm="a"), "person")
    assert "Only one category occurs in: arm." in fit.warnings
    assert "Cannot be tested with these rows: arm." in fit.warnings
    assert fit.f_tests()["den_df"].isna().tolist() == [True, False]
    assert fit.marginal_means("arm")["n"].tolist() == [12]


def test_aliased_columns_are_dropped_and_named(gap_fit):
    assert gap_fit.dropped.columns == ("a[T.a3]:b[T.b2]",)
    assert any("a[T.a3]:b[T.b2]" in warning for warning in gap_fit.warnings)
    assert "a[T.a3]:b[T.b2]" not in set(gap_fit.fixed_effects()["term"])


def test_a_usual_fit_has_no_warnings(change_fit):
    assert change_fit.warnings == ()


@pytest.mark.parametrize(
    "labels", [lambda p: p, lambda p: p.astype("category"), lambda p: p.str[1:].astype(int)]
)
def test_groups_may_be_text_categories_or_numbers(rows, labels):
    expected = random_intercept(FORMULA, rows, "person").f_tests()
    relabelled = rows.assign(person=labels(rows["person"]))
    pd.testing.assert_frame_equal(random_intercept(FORMULA, relabelled, "person").f_tests(), expected)


def test_a_label_is_one_person_however_it_is_written(rows):
    """A column of a spreadsheet holds 1, 1.0, "1" and "1 " for one person, and blanks for none."""
    mixed = [1, "1", 1.0, "2 ", 2, "2", "p3", " p3", "p3", "p3", "", "  "]
    fit = random_intercept(FORMULA, rows.assign(person=pd.Series(mixed, dtype=object)), "person")
    assert fit.rows.group_labels.tolist() == ["1", "2", "p3"]
    assert dict(fit.dropped.missing) == {"person": 2}
    plain = ["1"] * 3 + ["2"] * 3 + ["p3"] * 4 + [None] * 2
    expected = random_intercept(FORMULA, rows.assign(person=plain), "person")
    pd.testing.assert_frame_equal(fit.f_tests(), expected.f_tests())


@pytest.mark.parametrize("kind", ["str", "category", object])
def test_blank_text_is_no_person(rows, kind):
    person = rows["person"].replace("p4", " ").astype(kind)
    fit = random_intercept(FORMULA, rows.assign(person=person), "person")
    assert fit.rows.group_labels.tolist() == ["p1", "p2", "p3"]
    assert fit.dropped.rows == 2


def test_numbers_stay_numbers_as_labels(rows):
    fit = random_intercept(FORMULA, rows.assign(person=[1.0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, np.nan]), "person")
    assert fit.rows.group_labels.tolist() == [1, 2, 3, 4]
    assert fit.dropped.rows == 1


def test_rows_in_any_order_and_with_any_index_give_the_same_fit(change_frame, change_fit):
    shuffled = change_frame.sample(frac=1, random_state=4).set_index("category", drop=False)
    fit = random_intercept(change_fit.formula, shuffled, "person")
    pd.testing.assert_frame_equal(fit.f_tests(), change_fit.f_tests(), rtol=1e-8)
    pd.testing.assert_frame_equal(
        fit.marginal_means("category"), change_fit.marginal_means("category"), rtol=1e-8
    )


def test_units_and_distance_from_zero_change_nothing(change_frame, change_fit):
    """A covariate counted in nanoseconds since 1970 gives the same means as one in years."""
    moved = change_frame.assign(
        start=change_frame["start"] * 3e7 + 1.6e9, change=change_frame["change"] / 1e6 + 7
    )
    fit = random_intercept(change_fit.formula, moved, "person")
    ours, theirs = fit.f_tests(), change_fit.f_tests()
    np.testing.assert_allclose(ours["statistic"], theirs["statistic"], rtol=1e-6)
    np.testing.assert_allclose(ours["den_df"], theirs["den_df"], rtol=1e-6)
    means = (fit.marginal_means("category")["mean"] - 7) * 1e6
    np.testing.assert_allclose(means, change_fit.marginal_means("category")["mean"], rtol=1e-6)


def test_nothing_leaks_as_a_python_warning(rows, gap_frame):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for frame, formula in [(rows, "y ~ arm * sex + x"), (gap_frame, "y ~ a * b + x")]:
            fit = random_intercept(formula, frame, "person")
            factor = formula.split()[2]
            for ddf in ("satterthwaite", "kenward-roger"):
                fit.fixed_effects(ddf=ddf)
                fit.f_tests(ddf=ddf)
                fit.marginal_means(factor, ddf=ddf)
                fit.contrasts(factor, adjust="sidak", ddf=ddf)
            fit.random_effects()
            fit.cluster_bootstrap(100, 1, [factor, formula.split()[4]])


def test_options_that_do_not_exist_are_refused(rows):
    fit = random_intercept(FORMULA, rows, "person")
    for ask in (
        lambda: fit.f_tests(ddf="residual"),
        lambda: fit.marginal_means("x"),
        lambda: fit.marginal_means("arm", level=95),
        lambda: fit.contrasts("arm", adjust="scheffe"),
        lambda: fit.cluster_bootstrap(99, 1),
        lambda: fit.cluster_bootstrap(100, -1),
        lambda: fit.cluster_bootstrap(100, 1, level=95),
        lambda: fit.contrasts("arm", adjust="tukey", level=0),
        lambda: fit.marginal_means([]),
        lambda: random_intercept(FORMULA, rows.to_dict(), "person"),
    ):
        with pytest.raises(ModelError):
            ask()


def test_a_fit_is_shown_in_a_line_and_not_as_its_arrays(change_fit):
    """The numbers inside a fit are thousands of lines; whoever looks wants to know which model it is."""
    said = repr(change_fit)
    assert said == (
        "<RandomIntercept change ~ start + category + projects: 1,414 rows of 403 groups by `person`, "
        "intraclass correlation 0.23>"
    )


def test_the_summary_holds_tables_and_warnings(gap_fit):
    said = gap_fit.summary()
    assert all(warning in said for warning in gap_fit.warnings)
    for heading in ("Coefficients", "F tests", "Variances"):
        assert heading in said
    assert len(said.splitlines()) < 40


def test_the_page_of_a_fit_is_readable_by_table(rows):
    """Every table has a caption, every header a scope, and what a formula says is not taken for HTML."""
    page = random_intercept("y ~ I(x < 3) + arm", rows, "person")._repr_html_()
    assert page.count("<table") == page.count("<caption>") == 3
    assert "<th>" not in page
    assert "I(x &lt; 3)" in page
    assert "I(x <" not in page
    assert '<th scope="row">arm</th>' in page
