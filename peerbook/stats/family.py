"""One question asked of many models: the chance of any false finding, from the data's own dependence.

The tests of a report share people, outcomes and predictors, so that corrections which treat them as
unrelated throw power away. Resampling the same people in every model keeps whatever ties the tests.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.columns import as_labels
from peerbook.stats.design import independent
from peerbook.stats.model import RandomIntercept
from peerbook.stats.resample import check_resamples, draws, misses, refit, step
from peerbook.stats.sums import GroupProducts

COLUMNS = ("model", "term", "num_df", "den_df", "statistic", "p_value")


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
        lost = misses(functions, gone).any(axis=1) | (estimate.residual <= 0)
        solved = np.linalg.solve(
            np.where(lost[:, None, None], np.eye(len(functions)), covariance), away[..., None]
        )
        statistic = (away * solved[..., 0]).sum(axis=1) / len(functions)
        parts.append(np.where(lost, 1.0, fdtrc(test["num_df"], test["den_df"], statistic)))
    return np.concatenate(parts)
