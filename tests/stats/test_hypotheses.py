"""Type III hypotheses: what they must not depend on."""

from __future__ import annotations

import numpy as np
import pytest

from peerbook.stats import random_intercept
from peerbook.stats.hypotheses import contains
from tests.golden.stats.datasets import three_way


def f_tests_of(formula: str, frame, group: str = "person"):
    found = random_intercept(formula, frame, group).f_tests()
    plain = found["term"].str.replace(r"C\((\w+)[^)]*\)+", r"\1", regex=True)
    return found.assign(term=plain).set_index("term")


@pytest.mark.parametrize("coding", ["Sum", "Helmert", "Poly", "Diff", "Treatment(reference='n')"])
def test_the_coding_of_a_factor_does_not_matter(coding):
    frame = three_way()
    plain = f_tests_of("y ~ a * b * c", frame)
    coded = f_tests_of(f"y ~ a * C(b, {coding}) * c", frame)
    numbers = ["num_df", "den_df", "statistic", "p_value"]
    np.testing.assert_allclose(coded.loc[plain.index, numbers], plain[numbers], rtol=1e-7, atol=1e-12)


def test_the_counts_per_cell_do_not_matter_for_what_is_tested(gap_frame):
    """In a full two-way design a main effect is a difference of unweighted means of cell means."""
    frame = gap_frame[gap_frame["b"] != "b2"]
    fit = random_intercept("y ~ a * b", frame, "person")
    cells = fit.marginal_means(["a", "b"])
    by_level = cells.groupby("a")["mean"].mean()
    (functions,) = (rows for term, rows in fit.hypotheses.items() if term == ("a",))
    estimates = functions @ fit.estimate.coefficients
    assert estimates.tolist() == pytest.approx(
        [by_level["a2"] - by_level["a1"], by_level["a3"] - by_level["a1"]]
    )


def test_leaving_out_a_margin_changes_the_columns_but_not_the_test_of_the_other(gap_frame):
    """`a * b - a` has the columns of `a * b` in another arrangement, so b is the same hypothesis."""
    frame = gap_frame[gap_frame["b"] != "b2"]
    whole, part = f_tests_of("y ~ a * b", frame), f_tests_of("y ~ a * b - a", frame)
    assert part.loc["b", "statistic"] == pytest.approx(whole.loc["b", "statistic"], rel=1e-8)
    assert part.loc["a:b", "num_df"] == 6


def test_the_order_of_terms_does_not_matter(gap_frame):
    first, second = f_tests_of("y ~ a * b + x", gap_frame), f_tests_of("y ~ x + b + a + b:a", gap_frame)
    second = second.rename(index={"b:a": "a:b"}).loc[first.index]
    np.testing.assert_allclose(second[["num_df", "statistic"]], first[["num_df", "statistic"]], rtol=1e-7)


def test_a_number_does_not_contain_a_factor(gap_fit, gap_frame):
    fit = random_intercept("y ~ a * b + a:x", gap_frame, "person")
    assert contains(fit.design.pattern, ("a", "b"), ("a",))
    assert not contains(fit.design.pattern, ("a", "x"), ("a",))
    assert not contains(fit.design.pattern, ("a",), ("a",))


def test_an_intercept_alone_has_no_tests(rows):
    assert random_intercept("y ~ 1", rows, "person").f_tests().empty


def test_a_term_without_columns_of_its_own_is_missing(rows):
    found = random_intercept("y ~ x + I(2 * x) + arm", rows, "person").f_tests().set_index("term")
    assert found.loc["I(2 * x)", "num_df"] == 0
    assert found.loc["I(2 * x)", ["den_df", "statistic", "p_value"]].isna().all()
    assert found.loc[["x", "arm"], "p_value"].notna().all()
