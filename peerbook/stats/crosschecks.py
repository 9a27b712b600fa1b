"""The same contrasts by other routes, for a reader who doubts the model.

A random intercept assumes that people's effects are unrelated to what changes for them. Comparing people
only with themselves does without that assumption; splitting the change into a person's average and the
deviation from it shows where the answer comes from; estimating equations do without a model of variances.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.design import estimable, independent
from peerbook.stats.means import Pairs, as_names, cells, pairs
from peerbook.stats.model import RandomIntercept
from peerbook.stats.reml import reml
from peerbook.stats.small_sample import Satterthwaite, information
from peerbook.stats.sums import group_sums
from peerbook.stats.tables import critical, test_table, two_sided


def gee_contrast(
    fit: RandomIntercept,
    factors: str | Sequence[str],
    level: float = 0.95,
    correlation: str = "exchangeable",
) -> pd.DataFrame:
    """Contrast cells by generalised estimating equations (statsmodels).

    Parameters
    ----------
    fit : RandomIntercept
        The model whose contrasts are checked.
    factors : str or sequence of str
        Factors whose cells are compared.
    level : float
        Coverage of the intervals.
    correlation : {"exchangeable", "independence"}
        Working correlation of the rows of a group. The equations of the first have no solution where rows of
        a group are less alike than rows of different groups; statsmodels then warns.

    Returns
    -------
    DataFrame
        contrast, estimate, se (robust to a wrong correlation), df (infinite), ci_low, ci_high, statistic,
        p_value.
    """
    import statsmodels.api as sm

    found, functions, known = _pairs(fit, factors)
    columns = fit.basis_columns() * np.sqrt(fit.n_rows)  # of unit size, as iterations like it
    structures = {"exchangeable": sm.cov_struct.Exchangeable, "independence": sm.cov_struct.Independence}
    if correlation not in structures:
        raise ModelError(f"Unknown correlation `{correlation}`. Use one of: {', '.join(structures)}.")
    equations = sm.GEE(fit.rows.outcome, columns, fit.rows.groups, cov_struct=structures[correlation]())
    result = equations.fit()
    functions = functions * np.sqrt(fit.n_rows)
    se = np.sqrt(((functions @ result.cov_params()) * functions).sum(axis=1))
    return _table(found.labels, functions @ result.params, se, np.full(len(se), np.inf), level, known)


def within_person(fit: RandomIntercept, factors: str | Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Contrast cells within people only: an effect of its own for every group, by least squares.

    What never varies within a person drops out, and a contrast that depends on it is missing.

    Parameters
    ----------
    fit : RandomIntercept
        The model whose contrasts are checked.
    factors : str or sequence of str
        Factors whose cells are compared.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        contrast, estimate, se, df (rows - groups - coefficients), ci_low, ci_high, statistic, p_value.
    """
    found, functions, known = _pairs(fit, factors)
    inside, across, left = fit.sums.within[:-1, :-1], fit.sums.within[:-1, -1], fit.sums.within[-1, -1]
    values, directions = np.linalg.eigh(inside)
    seen = values > 1e-9
    inverse = (directions[:, seen] / values[seen]) @ directions[:, seen].T
    outside = functions @ directions[:, ~seen]
    known = known & ((outside**2).sum(axis=1) <= 1e-12 * (functions**2).sum(axis=1))
    df = fit.n_rows - fit.n_groups - seen.sum()
    variance = (left - across @ inverse @ across) / df
    estimate = functions @ (fit.basis.outcome + inverse @ across)
    se = np.sqrt(variance * ((functions @ inverse) * functions).sum(axis=1))
    return _table(found.labels, estimate, se, np.full(len(se), float(df)), level, known)


def within_between(fit: RandomIntercept, factors: str | Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Contrast cells after splitting each column of the factors into a person's mean and deviations from it.

    Parameters
    ----------
    fit : RandomIntercept
        The model whose contrasts are checked.
    factors : str or sequence of str
        Factors whose cells are compared.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        part (``within``, ``between`` or their ``difference``), contrast, estimate, se, df, ci_low, ci_high,
        statistic, p_value. A difference far from zero says that the random intercept mixes two answers.
    """
    found, functions, known = _pairs(fit, factors)
    written = fit.basis.to_complete @ fit.basis.written.matrix
    columns = fit.basis_columns() @ written
    weights = functions @ written
    asked = {code for code, factor in fit.design.factors.items() if factor.variable in as_names(factors)}
    split = np.array([bool(asked & set(owner)) for owner in fit.basis.written.owners])
    means = pd.DataFrame(columns[:, split]).groupby(fit.rows.groups).transform("mean").to_numpy()
    whole = np.column_stack([columns[:, ~split], columns[:, split] - means, means])
    empty, ours = np.zeros((len(weights), (~split).sum())), weights[:, split]
    parts = {
        "within": np.hstack([empty, ours, 0 * ours]),
        "between": np.hstack([empty, 0 * ours, ours]),
        "difference": np.hstack([empty, ours, -ours]),
    }
    tables = _random_intercept_of(whole, fit, np.vstack(list(parts.values())))
    labels = {name: list(values) * len(parts) for name, values in found.labels.items()}
    labels = {"part": np.repeat(list(parts), len(weights)), **labels}
    estimate, se, df, possible = tables
    return _table(labels, estimate, se, df, level, possible & np.tile(known, len(parts)))


def _random_intercept_of(
    columns: np.ndarray, fit: RandomIntercept, functions: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Fit another design: estimate, standard error, degrees of freedom and estimability of functions."""
    orthonormal = np.linalg.qr(columns[:, independent(columns, centred=False)])[0]
    ordinary = orthonormal.T @ fit.rows.outcome
    sums = group_sums(orthonormal, fit.rows.outcome - orthonormal @ ordinary, fit.rows.groups)
    estimate = reml(sums)
    functions, known = estimable(orthonormal.T @ columns, functions)
    se = np.sqrt(((functions @ estimate.covariance) * functions).sum(axis=1))
    df = Satterthwaite(sums, estimate, information(sums, estimate)).degrees(functions)
    return functions @ (ordinary + estimate.coefficients), se, df, known


def _pairs(fit: RandomIntercept, factors: str | Sequence[str]) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Pair the cells: functions of the coefficients in the basis, and whether each is estimable."""
    found = pairs(cells(fit.design, as_names(factors)), by=())
    return found, *fit.basis.estimable(found.functions)


def _table(
    labels: dict, estimate: np.ndarray, se: np.ndarray, df: np.ndarray, level: float, known: np.ndarray
) -> pd.DataFrame:
    """Tabulate tests, missing where a contrast cannot be estimated."""
    estimate, se, df = np.where(known, [estimate, se, df], np.nan)
    return test_table(labels, estimate, se, df, critical(level, df), two_sided(estimate / se, df))
