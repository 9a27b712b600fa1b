"""The same contrasts by other routes, for a reader who doubts the model.

A random intercept assumes that people's effects are unrelated to what changes for them. Comparing people
only with themselves does without that assumption; splitting the change into a person's average and the
deviation from it shows where the answer comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.stats.design import estimable, independent
from peerbook.stats.gate import UNDEFINED, as_model_error, reasons
from peerbook.stats.means import as_names, cells, pairs
from peerbook.stats.model import RandomIntercept
from peerbook.stats.reml import reml
from peerbook.stats.small_sample import estimates_each, solve_each
from peerbook.stats.sums import UNSEEN, group_sums
from peerbook.stats.tables import estimate_table


@as_model_error
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
        contrast, estimate, se, df (rows - groups - coefficients), ci_low, ci_high, statistic, p_value,
        reason.
    """
    asked = asked_contrasts(fit, factors)
    inside, across = fit.sums.within[:-1, :-1], fit.sums.within[:-1, -1]
    values, directions = np.linalg.eigh(inside)
    seen = values > UNSEEN
    inverse = (directions[:, seen] / values[seen]) @ directions[:, seen].T
    outside = asked.functions @ directions[:, ~seen]
    known = (outside**2).sum(axis=1) <= 1e-12 * (asked.functions**2).sum(axis=1)
    df = fit.n_rows - fit.n_groups - seen.sum()
    variance = (fit.sums.within[-1, -1] - across @ inverse @ across) / df
    estimate = asked.functions @ (fit.basis.outcome + inverse @ across)
    se = np.sqrt(variance * ((asked.functions @ inverse) * asked.functions).sum(axis=1))
    return asked.table(estimate, se, np.full(len(se), float(df)), level, known)


@as_model_error
def within_between(fit: RandomIntercept, factors: str | Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Contrast cells after splitting every column that varies within people into mean and deviation.

    Covariates are split like the factors asked for: a start value that differs between people would
    otherwise carry differences between people into the contrast within them. The contrasts within are then
    those of `within_person` (Mundlak 1978, Econometrica 46:69), with standard errors of the random intercept.

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
        statistic, p_value, reason. A difference far from zero says that the random intercept mixes two
        answers. A contrast that depends on what never varies within people exists only between them.
    """
    asked = asked_contrasts(fit, factors)
    written = fit.basis.to_complete @ fit.basis.written.matrix
    columns, weights = fit.basis_columns() @ written, asked.functions @ written
    means = pd.DataFrame(columns).groupby(fit.rows.groups).transform("mean").to_numpy()
    deviations = columns - means
    split = (deviations**2).sum(axis=0) > UNSEEN * (columns**2).sum(axis=0)
    whole = np.column_stack([deviations[:, split], means[:, split], columns[:, ~split]])
    ours, rest = weights[:, split], weights[:, ~split]
    fixed = np.abs(rest).max(axis=1, initial=0.0) > UNSEEN * np.abs(weights).max(axis=1, initial=0.0)
    parts = {
        "within": (np.hstack([ours, 0 * ours, 0 * rest]), ~fixed),
        "between": (np.hstack([0 * ours, ours, rest]), np.full(len(fixed), True)),
        "difference": (np.hstack([ours, -ours, -rest]), ~fixed),
    }
    functions, known = (np.concatenate(part) for part in zip(*parts.values(), strict=True))
    estimate, se, df, estimable = _random_intercept_of(whole, fit, functions)
    labels = {name: list(values) * len(parts) for name, values in asked.labels.items()}
    repeated = Asked(
        {"part": np.repeat(list(parts), len(weights)), **labels}, functions, np.tile(asked.reason, len(parts))
    )
    return repeated.table(estimate, se, df, level, known & estimable)


def _random_intercept_of(
    columns: np.ndarray, fit: RandomIntercept, functions: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Fit another design: estimate, standard error, degrees of freedom and estimability of functions."""
    kept = independent(columns, centred=False)
    orthonormal, upper = np.linalg.qr(columns[:, kept])
    to_basis = np.zeros((columns.shape[1], len(kept)))
    to_basis[kept] = np.linalg.inv(upper)
    ordinary = orthonormal.T @ fit.rows.outcome
    sums = group_sums(orthonormal, fit.rows.outcome - orthonormal @ ordinary, fit.rows.groups)
    estimate = reml(sums)
    functions, known = estimable(to_basis, orthonormal.T @ columns, functions)
    ((value, se, df),) = estimates_each(solve_each([sums], [estimate]), [functions], "satterthwaite")
    return functions @ ordinary + value, se, df, known


@dataclass(frozen=True)
class Asked:
    """The contrasts asked for.

    Attributes
    ----------
    labels : dict of str to list
        What each contrast is.
    functions : ndarray
        Contrasts as functions of the coefficients in the basis, shape (contrasts, rank).
    reason : ndarray of str
        Why a contrast is missing whatever the route; empty where it is not.
    """

    labels: dict[str, list]
    functions: np.ndarray
    reason: np.ndarray

    def table(
        self,
        estimate: np.ndarray,
        se: np.ndarray,
        df: np.ndarray,
        level: float,
        known: np.ndarray | bool = True,
    ) -> pd.DataFrame:
        """Tabulate tests; missing also where this route does not know a contrast or cannot judge it."""
        own = reasons(known & (se > 0), estimate, df)
        reason = np.where(self.reason == "", own, self.reason)
        return estimate_table(self.labels, estimate, se, df, level, reason)


def asked_contrasts(fit: RandomIntercept, factors: str | Sequence[str]) -> Asked:
    """Pair the cells, all with all."""
    table = cells(fit.design, as_names(factors))
    found = pairs(table, by=())
    functions, estimable = fit.basis.estimable(found.functions)
    reason = fit.contrast_reasons(table, found, np.where(estimable, "", UNDEFINED))
    return Asked(found.labels, functions, reason)
