"""Many models of the same people: fitted together, tabulated together, and tested as one family.

The models of a report share rows, columns and shapes of designs. What they share is read and worked out once
(`random_intercepts`), and one table holds the answers of all.

The tests of a report share people, outcomes and predictors, so that corrections which treat them as
unrelated throw power away. Resampling the same people in every model keeps whatever ties the tests
(`family_wise`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.columns import as_labels
from peerbook.stats.design import independent
from peerbook.stats.gate import Range, as_model_error
from peerbook.stats.model import RandomIntercept, fit_each, means_each
from peerbook.stats.resample import check_resamples, draws, misses, refit, step
from peerbook.stats.small_sample import f_tests_each
from peerbook.stats.sums import GroupProducts
from peerbook.stats.tables import Means, f_test_table, mean_table

COLUMNS = ("model", "term", "num_df", "den_df", "statistic", "p_value")


@dataclass(frozen=True, repr=False)
class Family(Mapping):
    """Fits by name, with tables of all of them; made by `random_intercepts`.

    Attributes
    ----------
    fits : mapping of str to RandomIntercept
        The models that could be fitted, in the order given.
    refused : mapping of str to str
        Why each of the others could not.
    """

    fits: Mapping[Hashable, RandomIntercept]
    refused: Mapping[Hashable, str]

    def __getitem__(self, name: Hashable) -> RandomIntercept:
        """Look up a fit."""
        return self.fits[name]

    def __iter__(self) -> Iterator[Hashable]:
        """Go through the names of the fits."""
        return iter(self.fits)

    def __len__(self) -> int:
        """Count the fits."""
        return len(self.fits)

    def __repr__(self) -> str:
        """Say in one line how many models there are."""
        return f"<{type(self).__name__} of {len(self.fits)} models, {len(self.refused)} refused>"

    @as_model_error
    def f_tests(self, ddf: str = "satterthwaite") -> pd.DataFrame:
        """Tabulate the tests of all models: a column model, then those of `RandomIntercept.f_tests`."""
        labels = [(name, ":".join(term)) for name, fit in self.items() for term in fit.hypotheses]
        models, terms = zip(*labels, strict=True) if labels else ((), ())
        asked = [list(fit.hypotheses.values()) for fit in self.values()]
        tests = f_tests_each([fit.solved for fit in self.values()], asked, ddf)
        return f_test_table({"model": models, "term": terms}, *np.hstack([np.zeros((3, 0)), *tests]))

    @as_model_error
    def marginal_means(
        self,
        factors: Mapping[Hashable, Mapping[str, str]],
        ddf: str = "satterthwaite",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Tabulate the marginal means of all models.

        Parameters
        ----------
        factors : mapping of str to mapping of str to str
            For each model, its factors by the column of the table that shall hold their levels, so that
            what plays the same part in several models stands in one column.
        ddf, level
            As for `RandomIntercept.marginal_means`.

        Returns
        -------
        DataFrame
            A column model, the columns named in `factors` (missing for a model without), then those of
            `RandomIntercept.marginal_means`.
        """
        columns = dict.fromkeys(column for name in self for column in factors[name])
        labels = {"model": [], **{column: [] for column in columns}}
        found = []
        asked = [tuple(factors[name].values()) for name in self]
        for name, (table, means) in zip(self, means_each(list(self.values()), asked, ddf), strict=True):
            levels = dict(zip(factors[name], zip(*table.levels, strict=True), strict=True))
            labels["model"] += [name] * len(table.levels)
            for column in columns:
                labels[column] += levels.get(column, [None] * len(table.levels))
            found.append(means)
        parts = [
            np.concatenate([[], *(getattr(one, field.name) for one in found)]) for field in fields(Means)
        ]
        means = Means(*parts)
        return mean_table(labels, means, level).astype({"n": int, "groups": int})


def random_intercepts(
    models: Mapping[Hashable, str],
    data: pd.DataFrame,
    group: str,
    possible: Range | Mapping[Hashable, Range] = None,
) -> Family:
    """Fit many random-intercept models to one frame.

    Each is what `random_intercept` gives for its formula, but columns are read once, designs are worked out
    once for all that are alike, and variances are estimated together. A hundred models take about as long as
    twenty-five one by one.

    Parameters
    ----------
    models : mapping of hashable to str
        Formulas by a name of the model.
    data : DataFrame
        One row per observation; left unchanged. Each model uses its own complete rows.
    group : str
        Column of the groups (people).
    possible : tuple of float, or mapping of str to tuple of float, optional
        Lowest and highest value that the outcome can have, of all models or by name.

    Returns
    -------
    Family
        The fits, and why others are refused.

    Raises
    ------
    ModelError
        A formula cannot be read, or a column is unknown or of a type that no model can use.

    Examples
    --------
    >>> pairs = pd.DataFrame({
    ...     "person": ["p1", "p1", "p2", "p2", "p3", "p3"],
    ...     "category": ["up", "down", "up", "down", "up", "down"],
    ...     "hope": [3.0, 1.0, 4.0, 3.0, 8.0, 5.0],
    ...     "health": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    ... })
    >>> models = {"hope": "hope ~ category", "health": "health ~ category"}
    >>> family = random_intercepts(models, pairs, "person")
    >>> family
    <Family of 1 models, 1 refused>
    >>> means = family.marginal_means({"hope": {"change": "category"}}).round(6)
    >>> means[["model", "change", "mean"]].values.tolist()
    [['hope', 'down', 3.0], ['hope', 'up', 5.0]]
    """
    ranges = possible if isinstance(possible, Mapping) else dict.fromkeys(models, possible)
    asked = [(formula, ranges.get(name)) for name, formula in models.items()]
    found = dict(zip(models, fit_each(asked, data, group), strict=True))
    refused = {name: str(one) for name, one in found.items() if isinstance(one, ModelError)}
    return Family({name: one for name, one in found.items() if name not in refused}, refused)


def family_wise(
    fits: Mapping[str, RandomIntercept], terms: str | Mapping[str, str], n: int = 2000, seed: int = 1
) -> pd.DataFrame:
    """Adjust the F tests of a family of models by the largest statistic under resampling of people.

    In every resample the statistic of each model is computed around the model's own estimate, where the
    hypothesis holds by construction, and put on the scale of p values, where tests with different degrees
    of freedom can be compared. The adjusted p value of a test is the share of resamples in which the
    smallest p value among the tests not yet passed is as small as its own (Westfall and Young 1993,
    Resampling-Based Multiple Testing, algorithm 2.8, step-down).

    Parameters
    ----------
    fits : mapping of str to RandomIntercept
        The family. A group label means the same person in every model.
    terms : str or mapping of str to str
        The term tested, the same in all models or by model, as in `f_tests`.
    n : int
        Resamples, at least `resample.LEAST_RESAMPLES`.
    seed : int
        Of the random numbers.

    Returns
    -------
    DataFrame
        A row per model in the order given: model, term, num_df, den_df, statistic, p_value, p_family.
    """
    check_resamples(n, seed)
    tests = pd.concat([_test(name, fit, _term(terms, name)) for name, fit in fits.items()], ignore_index=True)
    every, people = as_labels(
        np.concatenate([fit.rows.group_labels.to_numpy(dtype=object) for fit in fits.values()])
    )
    ends = np.cumsum([fit.n_groups for fit in fits.values()])
    places = dict(zip(fits, np.split(every, ends[:-1]), strict=True))
    products = {name: fit.group_products() for name, fit in fits.items()}
    rows = tests.set_index("model")
    batches = [
        np.column_stack(
            [
                _null_p(fit, products[name], weights[:, places[name]], rows.loc[name])
                for name, fit in fits.items()
            ]
        )
        for weights in draws(len(people), n, seed)
    ]
    return tests.assign(p_family=step_down(tests["p_value"].to_numpy(), np.concatenate(batches)))


def step_down(p_values: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Adjust p values step by step, the smallest first.

    Parameters
    ----------
    p_values : ndarray
        Shape (tests,).
    null : ndarray
        p values under the hypotheses, shape (resamples, tests).

    Examples
    --------
    >>> null = np.array([[0.5, 0.3], [0.02, 0.6], [0.9, 0.04]])
    >>> step_down(np.array([0.03, 0.05]), null).tolist()
    [0.5, 0.5]
    """
    order = np.argsort(-p_values, kind="stable")
    smallest = np.minimum.accumulate(null[:, order], axis=1)
    counts = (smallest <= p_values[order]).sum(axis=0)
    shares = (1 + counts) / (1 + len(null))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.maximum.accumulate(shares[::-1])[::-1]
    return np.where(np.isnan(p_values), np.nan, adjusted)


def _term(terms: str | Mapping[str, str], name: str) -> str:
    return terms if isinstance(terms, str) else terms[name]


def _test(name: str, fit: RandomIntercept, term: str) -> pd.DataFrame:
    """Look up the F test of a term, as a frame of one row."""
    tests = fit.f_tests()
    row = tests[tests["term"] == term]
    if row.empty:
        raise ModelError(
            f"The model `{name}` has no term `{term}`. Its terms are: {', '.join(tests['term'])}."
        )
    return row.assign(model=name)[list(COLUMNS)]


def _null_p(
    fit: RandomIntercept, products: GroupProducts, weights: np.ndarray, test: pd.Series
) -> np.ndarray:
    """Compute p values of resampled statistics around the estimate; 1 where they cannot be estimated."""
    from scipy.special import fdtrc

    functions = next(rows for term, rows in fit.hypotheses.items() if ":".join(term) == test["term"])
    functions = functions[independent(functions.T, centred=False)]
    if not len(functions):
        return np.ones(len(weights))
    centre = fit.estimate.coefficients - fit.basis.outcome
    parts, size = [], step(products)
    for start in range(0, len(weights), size):
        estimate, gone = refit(products, weights[start : start + size], fit.correlation)
        away = (estimate.coefficients - centre) @ functions.T
        covariance = functions @ estimate.covariance @ functions.T
        lost = misses(functions, gone).any(axis=1) | ~(estimate.residual > 0)
        solved = np.linalg.solve(
            np.where(lost[:, None, None], np.eye(len(functions)), covariance), away[..., None]
        )
        statistic = (away * solved[..., 0]).sum(axis=1) / len(functions)
        parts.append(np.where(lost, 1.0, fdtrc(test["num_df"], test["den_df"], statistic)))
    return np.concatenate(parts)
