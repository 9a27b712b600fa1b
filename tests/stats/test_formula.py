"""Reading formulas and frames; the design against patsy's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import patsy
import pytest

from peerbook.errors import ModelError
from peerbook.stats.design import Design, basis
from peerbook.stats.formula import model_rows, read_formula

FORMULAS = [
    "y ~ 1",
    "y ~ x",
    "y ~ 0 + x",
    "y ~ arm",
    "y ~ 0 + arm",
    "y ~ arm * sex + x",
    "y ~ 0 + arm + sex",
    "y ~ arm * x",
    "y ~ x:arm",
    "y ~ arm / sex",
    "y ~ C(dose) + np.log(x)",
    "y ~ C(arm, Sum) * C(dose, Helmert)",
    "y ~ C(dose, Treatment(reference=2))",
    "y ~ C(dose, Poly):x + C(dose, Diff)",
    "y ~ I(x**2) + Q('a name')",
    "y ~ center(x) + standardize(x) * arm",
    "y ~ bs(x, df=4)",
    "y ~ flag * arm",
    "np.sqrt(y) ~ arm * sex * C(dose)",
]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "arm": random.choice(["a", "b", "c"], 90),
            "sex": random.choice(["f", "m"], 90),
            "dose": random.choice([1, 2, 5], 90),
            "flag": random.choice([True, False], 90),
            "x": random.uniform(1, 9, 90),
            "a name": random.normal(size=90),
            "y": random.uniform(1, 2, 90),
            "person": random.integers(0, 20, 90),
        }
    )


@pytest.mark.parametrize("formula", FORMULAS)
def test_columns_are_those_of_patsy(frame, formula):
    rows = model_rows(formula, frame, "person")
    design = Design(rows.factors, rows.terms)
    ours = pd.DataFrame(design.block(slice(0, len(frame))), columns=design.pattern.coding().names)
    outcome, theirs = patsy.dmatrices(
        formula, frame.astype({"arm": object, "sex": object}), return_type="dataframe"
    )
    np.testing.assert_allclose(ours[theirs.columns], theirs, atol=1e-12)
    assert set(ours.columns) == set(theirs.columns)
    np.testing.assert_allclose(rows.outcome, outcome.iloc[:, 0])


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_basis_is_orthonormal_and_spans_the_design(frame, formula):
    rows = model_rows(formula, frame, "person")
    design = Design(rows.factors, rows.terms)
    blocks = {
        code: np.eye(len(factor.levels))[factor.data] if factor.is_categorical else factor.data
        for code, factor in rows.factors.items()
    }
    complete = design.pattern.columns(blocks) if blocks else np.ones((len(frame), 1))
    found = basis(design, design.block(slice(0, len(frame)), rows.outcome).__getitem__, len(frame))
    q = complete @ found.from_complete
    np.testing.assert_allclose(q.T @ q, np.eye(q.shape[1]), atol=1e-10)
    np.testing.assert_allclose(q @ found.to_complete, complete, atol=1e-9)
    written = complete @ found.written.matrix
    ordinary = np.linalg.lstsq(written, rows.outcome, rcond=None)[0]
    np.testing.assert_allclose(found.to_written @ found.outcome, ordinary, atol=1e-8)


def test_terms_come_in_the_order_of_r():
    assert read_formula("y ~ a:b + x + a*c")[1] == ((), ("x",), ("a",), ("c",), ("a", "b"), ("a", "c"))


def test_categories_keep_their_order_and_unused_ones_go(rows):
    arm = pd.Categorical(rows["arm"], categories=["z", "b", "a"])
    factor = model_rows("y ~ arm", rows.assign(arm=arm), "person").factors["arm"]
    assert factor.levels == ("b", "a")
    assert factor.reduced_names == ("[T.a]",)


def test_levels_that_only_missing_rows_had_go_too(rows):
    gaps = rows.assign(y=rows["y"].mask(rows["arm"] == "b"))
    assert model_rows("y ~ arm", gaps, "person").factors["arm"].levels == ("a",)


def test_whole_numbers_stay_whole_as_levels(rows):
    factor = model_rows("y ~ C(dose)", rows.assign(dose=[1, 2, 3] * 4), "person").factors["C(dose)"]
    assert factor.variable == "dose"
    assert factor.levels == (1, 2, 3)
    assert all(isinstance(level, int) for level in factor.levels)


@pytest.mark.parametrize(
    "column",
    [
        pd.array([1, 2, None, 4] * 3, dtype="Int64"),
        pd.Series([1.0, 2.0, None, 4.0] * 3, dtype=object),
        np.array([1.0, 2.0, np.nan, 4.0] * 3),
    ],
)
def test_numbers_may_come_in_any_dress(rows, column):
    found = model_rows("y ~ x", rows.assign(x=column), "person")
    assert found.dropped == 3
    assert found.factors["x"].data[:2, 0].tolist() == [1.0, 2.0]
    assert found.factors["x"].data.dtype == float


def test_a_column_may_be_called_like_a_function(rows):
    found = model_rows("y ~ C + C(person)", rows.rename(columns={"arm": "C"}), "person")
    assert set(found.factors) == {"C", "C(person)"}


def test_numbers_are_typical_at_the_mean_of_their_variable(rows):
    factors = model_rows("y ~ I(x**2) + np.log(x) + x", rows, "person").factors
    mean = rows["x"].mean()
    assert factors["I(x ** 2)"].typical.tolist() == pytest.approx([mean**2])
    assert factors["np.log(x)"].typical.tolist() == pytest.approx([np.log(mean)])
    assert factors["x"].typical.tolist() == pytest.approx([mean])


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("y ~ C(arm, levels=['b'])", "not among its levels"),
        ("y ~ C(arm, Treatment('q'))", "does not fit its levels"),
        ("y ~ np.mean(x)", "for 12 rows"),
    ],
)
def test_factors_that_do_not_fit_are_refused(rows, formula, said):
    with pytest.raises(ModelError, match=said):
        model_rows(formula, rows, "person")
