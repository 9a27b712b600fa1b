"""Contrasts that trust neither the variances nor the correlation of a model, also where people are few.

Ordinary least squares on the design of a fit, with standard errors from the residuals of whole groups. The
usual sandwich is too small when few groups inform a contrast. The correction CR2 (Bell and McCaffrey 2002,
Survey Methodology 28:169) makes it unbiased if the rows are in truth independent and alike, and the degrees
of freedom of Pustejovsky and Tipton (2018, J Bus Econ Stat 36:672) allow for how uncertain it still is. That
"if" is the working model; it sets the size of the correction and need not be true.

With orthonormal columns Q, the rows Q_g of group g and its residuals e_g,

    variance of c'b = sum over g of (c' s_g)^2,   s_g = (I - Q_g'Q_g)^(-1/2) Q_g' e_g

since (I - Q_g Q_g')^(-1/2) Q_g = Q_g (I - Q_g'Q_g)^(-1/2). Nothing larger than a matrix of coefficients by
coefficients is needed for a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.gate import FEW_GROUPS_IN_CELL, UNDEFINED, as_model_error, reasons
from peerbook.stats.means import as_names, cells, pairs
from peerbook.stats.model import RandomIntercept
from peerbook.stats.multiplicity import adjust_families
from peerbook.stats.tables import estimate_table

DETERMINED = 1e-8  # share of a direction left over by a group below which the group alone determines it


@dataclass(frozen=True)
class ClusterRobust:
    """Least squares with the sandwich CR2.

    Attributes
    ----------
    coefficients : ndarray
        Of the orthonormal columns, shape (rank,).
    scores : ndarray
        s_g, shape (groups, rank).
    corrections : ndarray
        (I - Q_g'Q_g)^(-1/2), 0 in directions that the group alone determines, shape (groups, rank, rank).
    products : ndarray
        Q_g'Q_g, shape (groups, rank, rank).
    """

    coefficients: np.ndarray
    scores: np.ndarray
    corrections: np.ndarray
    products: np.ndarray

    def standard_errors(self, functions: np.ndarray) -> np.ndarray:
        """Compute standard errors of linear functions of the coefficients, shape (functions,)."""
        return np.sqrt(((self.scores @ functions.T) ** 2).sum(axis=0))

    def degrees(self, functions: np.ndarray) -> np.ndarray:
        """Compute degrees of freedom, (tr B)^2 / tr(B B), shape (functions,).

        The estimated variance is a quadratic form in the residuals with the matrix G G', whose column for
        group g is (I - QQ') a_g with a_g = Q_g (I - Q_g'Q_g)^(-1/2) c. Under the working model B = G'G, that
        is a_g'a_g on the diagonal less u_g'u_h everywhere, u_g = Q_g'a_g.
        """
        turned = self.corrections @ functions.T  # (groups, rank, functions)
        u = self.products @ turned
        own = (turned * u).sum(axis=1)
        length = (u**2).sum(axis=1)
        trace = (own - length).sum(axis=0)
        crossed = np.einsum("gif,gjf->fij", u, u)
        square = (own**2 - 2 * own * length).sum(axis=0) + (crossed**2).sum(axis=(1, 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            return trace**2 / square


def cluster_robust(columns: np.ndarray, outcome: np.ndarray, groups: np.ndarray) -> ClusterRobust:
    """Fit least squares and prepare the sandwich.

    Parameters
    ----------
    columns : ndarray
        Orthonormal columns Q, shape (rows, rank).
    outcome : ndarray
        Shape (rows,).
    groups : ndarray of int
        Number of the group of each row, 0 to groups - 1, each occurring.
    """
    coefficients = columns.T @ outcome
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    sorted_columns, residuals = columns[order], (outcome - columns @ coefficients)[order]
    products = np.add.reduceat(sorted_columns[:, :, None] * sorted_columns[:, None, :], starts)
    values, directions = np.linalg.eigh(np.eye(columns.shape[1]) - products)
    powers = np.where(values > DETERMINED, np.maximum(values, DETERMINED) ** -0.5, 0.0)
    corrections = (directions * powers[:, None, :]) @ directions.swapaxes(1, 2)
    pulls = np.add.reduceat(sorted_columns * residuals[:, None], starts)
    return ClusterRobust(coefficients, (corrections @ pulls[..., None])[..., 0], corrections, products)


@as_model_error
def robust_contrasts(
    fit: RandomIntercept,
    factors: str | Sequence[str],
    adjust: str = "holm",
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    least_groups: int = 2,
) -> pd.DataFrame:
    """Compare all pairs of categories by least squares with cluster-robust standard errors (CR2).

    Parameters
    ----------
    fit : RandomIntercept
        The model whose contrasts are checked; its design is used, not its variances.
    factors : str or sequence of str
        Factors whose cells are compared.
    adjust : {"none", "holm", "tukey", "sidak", "bonferroni"}
        Adjustment of p values and intervals within each family of pairs.
    by : str or sequence of str, optional
        Factors held fixed: pairs are formed, and adjusted, within each of their cells.
    level : float
        Coverage of the intervals.
    least_groups : int
        A contrast is missing where one of its two cells has rows of fewer groups.

    Returns
    -------
    DataFrame
        A column per factor in `by`, then contrast, estimate, se, df, ci_low, ci_high, statistic, p_value
        (adjusted), reason (why a contrast is missing, else empty), p_unadjusted, n and groups (rows and
        groups in the smaller cell).

    Notes
    -----
    Checked against the R package clubSandwich (`tests/golden/stats/`).
    """
    if least_groups < 2:
        raise ModelError(f"`least_groups` is {least_groups}; a robust standard error needs at least 2.")
    held = () if by is None else as_names(by)
    table = cells(fit.design, (*held, *(name for name in as_names(factors) if name not in held)))
    found = pairs(table, table.variables[: len(held)])
    functions, estimable = fit.basis.estimable(found.functions)
    least_squares = cluster_robust(fit.basis_columns(), fit.rows.outcome, fit.rows.groups)
    estimate, se = functions @ least_squares.coefficients, least_squares.standard_errors(functions)
    df, people = least_squares.degrees(functions), table.groups(fit.rows.groups)[found.ends].min(axis=0)
    reason = np.where(people >= least_groups, reasons(True, estimate, df), FEW_GROUPS_IN_CELL)
    reason = fit.contrast_reasons(table, found, np.where(estimable, reason, UNDEFINED))
    estimate, se, df = np.where(reason == "", [estimate, se, df], np.nan)
    plain, adjusted = (
        adjust_families(estimate / se, df, found.family, how, found.means, level) for how in ("none", adjust)
    )
    tests = estimate_table(found.labels, estimate, se, df, level, reason, adjusted)
    return tests.assign(p_unadjusted=plain[0], n=table.n[found.ends].min(axis=0), groups=people)
