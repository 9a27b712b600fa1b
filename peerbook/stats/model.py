"""The random-intercept model: fit it, ask it for tables.

    outcome = fixed terms + an effect of the group + residual

The fit is by restricted maximum likelihood and agrees with lme4, lmerTest, pbkrtest and emmeans in R
(`tests/golden/`). Every question is answered with a tidy frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from peerbook.stats.checks import check_rows, check_sums, find_warnings
from peerbook.stats.design import Basis, Design, basis
from peerbook.stats.formula import ModelRows, model_rows
from peerbook.stats.hypotheses import type_three
from peerbook.stats.means import as_names, cells, pairs
from peerbook.stats.multiplicity import adjust_contrasts
from peerbook.stats.reml import Estimate, reml
from peerbook.stats.small_sample import Information, KenwardRoger, Satterthwaite, information, method
from peerbook.stats.sums import GroupSums, read_sums
from peerbook.stats.tables import critical, test_table, two_sided


@dataclass(frozen=True)
class Dropped:
    """What a fit left out.

    Attributes
    ----------
    rows : int
        Rows with a missing value in any column of the model.
    missing : mapping of str to int
        Missing values by column; a row may lack several.
    columns : tuple of str
        Columns of the design that others already hold, such as an empty cell of an interaction.
    """

    rows: int
    missing: Mapping[str, int]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class RandomIntercept:
    """A fitted random-intercept model; made by `random_intercept`.

    Attributes
    ----------
    formula, group : str
        What was asked for.
    dropped : Dropped
        Rows and columns left out.
    warnings : tuple of str
        What a reader of the results should know.
    rows, design, basis, sums, estimate, information, hypotheses
        The steps of the fit: the rows used, their design, an orthonormal basis of it, sums per group,
        estimates, their sensitivity to the variances, and what the F tests test.
    """

    formula: str
    group: str
    dropped: Dropped
    warnings: tuple[str, ...]
    rows: ModelRows
    design: Design
    basis: Basis
    sums: GroupSums
    estimate: Estimate
    information: Information
    hypotheses: Mapping[tuple[str, ...], np.ndarray]

    @property
    def n_rows(self) -> int:
        """Rows the model was fitted to."""
        return len(self.rows.outcome)

    @property
    def n_groups(self) -> int:
        """Groups the model was fitted to."""
        return len(self.rows.group_labels)

    def fixed_effects(self, ddf: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
        """Coefficients of the formula as written.

        Returns
        -------
        DataFrame
            A row per column of the design: term, estimate, se, df, ci_low, ci_high, statistic, p_value.
        """
        labels = {"term": list(self.basis.written.names)}
        estimate, se, df = self._estimates(self.basis.to_written, ddf=ddf)
        return test_table(labels, estimate, se, df, critical(level, df), two_sided(estimate / se, df))

    def variance_components(self) -> pd.DataFrame:
        """Variance between groups and residual variance, and the share of the first in their sum.

        Returns
        -------
        DataFrame
            Rows ``group``, ``residual`` and ``intraclass correlation``; columns component, estimate, sd.
        """
        group, residual = float(self.estimate.ratio * self.estimate.residual), float(self.estimate.residual)
        estimates = np.array([group, residual, group / (group + residual)])
        return pd.DataFrame(
            {
                "component": ["group", "residual", "intraclass correlation"],
                "estimate": estimates,
                "sd": [*np.sqrt(estimates[:2]), np.nan],
            }
        )

    def f_tests(self, ddf: str = "satterthwaite") -> pd.DataFrame:
        """Type III F test of every term.

        Parameters
        ----------
        ddf : {"satterthwaite", "kenward-roger"}
            Denominator degrees of freedom.

        Returns
        -------
        DataFrame
            Columns term, num_df, den_df, statistic, p_value; missing for a term that cannot be tested.
        """
        from scipy.special import fdtrc

        approximation = self._approximation(ddf)
        tests = [
            approximation.f_test(rows) if len(rows) else (0.0, np.nan, np.nan)
            for rows in self.hypotheses.values()
        ]
        num_df, den_df, statistic = np.array(tests, dtype=float).reshape(-1, 3).T
        return pd.DataFrame(
            {
                "term": [":".join(term) for term in self.hypotheses],
                "num_df": num_df,
                "den_df": den_df,
                "statistic": statistic,
                "p_value": fdtrc(num_df, den_df, statistic),
            }
        )

    def marginal_means(
        self, factors: str | Sequence[str], ddf: str = "satterthwaite", level: float = 0.95
    ) -> pd.DataFrame:
        """Estimated marginal means: other factors weighted equally, numbers at their mean.

        Parameters
        ----------
        factors : str or sequence of str
            Categorical factors of the model; several give the cells of their combination.
        ddf : {"satterthwaite", "kenward-roger"}
            Degrees of freedom; the second also adjusts the standard error.
        level : float
            Coverage of the interval.

        Returns
        -------
        DataFrame
            A column per factor, then mean, se, df, ci_low, ci_high, n (rows in the cell) and estimable
            (False where cells without rows leave the mean undefined; it is then missing).
        """
        table = cells(self.design, as_names(factors))
        mean, se, df = self._estimates(*self.basis.estimable(table.functions), ddf=ddf)
        half = critical(level, df) * se
        return pd.DataFrame(
            {
                **table.labels(),
                "mean": mean,
                "se": se,
                "df": df,
                "ci_low": mean - half,
                "ci_high": mean + half,
                "n": table.n,
                "estimable": ~np.isnan(mean),
            }
        )

    def contrasts(
        self,
        factors: str | Sequence[str],
        adjust: str = "none",
        by: str | Sequence[str] = (),
        ddf: str = "satterthwaite",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Differences between all pairs of marginal means.

        Parameters
        ----------
        factors : str or sequence of str
            Factors whose cells are compared.
        adjust : {"none", "holm", "tukey", "sidak", "bonferroni"}
            Adjustment of p values and intervals within each family of pairs, as emmeans defines them.
        by : str or sequence of str
            Factors held fixed: pairs are formed, and adjusted, within each of their cells.
        ddf : {"satterthwaite", "kenward-roger"}
            Degrees of freedom.
        level : float
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            A column per factor in `by`, then contrast, estimate, se, df, ci_low, ci_high, statistic, p_value.
        """
        held = as_names(by)
        table = cells(self.design, (*held, *(name for name in as_names(factors) if name not in held)))
        found = pairs(table, table.variables[: len(held)])
        estimate, se, df = self._estimates(*self.basis.estimable(found.functions), ddf=ddf)
        statistic = estimate / se
        p_value, margin = np.full((2, len(estimate)), np.nan)
        for number in np.unique(found.family):
            at = found.family == number
            p_value[at], margin[at] = adjust_contrasts(statistic[at], df[at], adjust, found.means, level)
        return test_table(found.labels, estimate, se, df, margin, p_value)

    def random_effects(self) -> pd.DataFrame:
        """Predicted effect of every group (best linear unbiased prediction).

        With r the variance ratio, n the group's rows and m the mean of its residuals the effect is
        m r n / (1 + r n); its standard error, given the coefficients, is that of lme4's ``condVar``.

        Returns
        -------
        DataFrame
            The group column, effect, se, n.
        """
        sizes = np.bincount(self.rows.groups)
        means = np.bincount(self.rows.groups, weights=self.residuals()) / sizes
        shrinkage = self.estimate.ratio / (1 + self.estimate.ratio * sizes)
        return pd.DataFrame(
            {
                self.group: self.rows.group_labels,
                "effect": shrinkage * sizes * means,
                "se": np.sqrt(self.estimate.residual * shrinkage),
                "n": sizes,
            }
        )

    def cluster_bootstrap(
        self, n: int = 2000, seed: int = 1, factors: str | Sequence[str] | None = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Bootstrap intervals of marginal means: whole groups are resampled and the model refitted.

        A group drawn twice counts as two groups. Numbers stay at their mean over the original rows, so that
        every resample estimates the same means.

        Parameters
        ----------
        n : int
            Resamples.
        seed : int
            Of the random numbers: the same seed gives the same table.
        factors : str or sequence of str, optional
            As in `marginal_means`; the first categorical factor of the formula if omitted.
        level : float
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            A column per factor, then mean (of the fit), se (standard deviation over the resamples),
            percentile_low, percentile_high, bca_low, bca_high (Efron 1987) and resamples (those in which
            the mean can be estimated).
        """
        from peerbook.stats.resample import cluster_bootstrap

        categorical = [code for code, factor in self.design.factors.items() if factor.is_categorical]
        names = as_names(factors) if factors is not None else tuple(categorical[:1])
        return cluster_bootstrap(self, cells(self.design, names), n, seed, level)

    def residuals(self) -> np.ndarray:
        """Outcome minus the fixed part of the model, shape (rows,)."""
        return self.rows.outcome - self.basis_columns() @ self.estimate.coefficients

    def basis_columns(self) -> np.ndarray:
        """The orthonormal columns the model was fitted with, shape (rows, rank)."""
        return self.design.block(slice(0, self.n_rows)) @ self.basis.from_complete

    def _approximation(self, ddf: str) -> Satterthwaite | KenwardRoger:
        return method(ddf)(self.sums, self.estimate, self.information)

    def _estimates(
        self, functions: np.ndarray, estimable: np.ndarray | bool = True, ddf: str = "satterthwaite"
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Estimate, standard error and degrees of freedom of functions of the coefficients in the basis."""
        approximation = self._approximation(ddf)
        variance = ((functions @ approximation.unscaled) * functions).sum(axis=1) * self.estimate.residual
        values = functions @ self.estimate.coefficients, np.sqrt(variance), approximation.degrees(functions)
        return tuple(np.where(estimable, values, np.nan))


def random_intercept(formula: str, data: pd.DataFrame, group: str) -> RandomIntercept:
    """Fit a linear model with a random intercept per group, by restricted maximum likelihood.

    Parameters
    ----------
    formula : str
        As in statsmodels: ``"change ~ start + category * C(region)"``.
    data : DataFrame
        One row per observation; left unchanged. Rows with a missing value in a column of the model are left
        out and counted. Text, categories and true/false are factors, categories that do not occur are
        ignored.
    group : str
        Column of the groups (people): text, numbers or categories.

    Returns
    -------
    RandomIntercept
        Unchangeable, with its warnings.

    Raises
    ------
    ModelError
        The rows cannot support the model; the message says why and what to do.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({
    ...     "person": ["p1", "p1", "p2", "p2", "p3", "p3"],
    ...     "category": ["up", "down", "up", "down", "up", "down"],
    ...     "change": [3.0, 1.0, 4.0, 3.0, 8.0, 5.0],
    ... })
    >>> fit = random_intercept("change ~ category", pairs, "person")
    >>> fit.f_tests().round(3).loc[0, ["num_df", "den_df", "statistic"]].tolist()
    [1.0, 2.0, 12.0]
    >>> fit.marginal_means("category")[["category", "mean", "n"]].to_dict("list")
    {'category': ['down', 'up'], 'mean': [3.0, 5.0], 'n': [3, 3]}
    """
    rows = model_rows(formula, data, group)
    check_rows(rows, group)
    design = Design(rows.factors, rows.terms)
    found = basis(design, rows.outcome)

    def read(at: slice) -> np.ndarray:
        columns = design.block(at) @ found.from_complete
        return np.column_stack([columns, rows.outcome[at] - columns @ found.outcome])

    sums = read_sums(read, rows.groups)
    check_sums(rows, sums)
    working = reml(sums)
    hypotheses = type_three(design, found)
    untested = [":".join(term) for term, functions in hypotheses.items() if not len(functions)]
    return RandomIntercept(
        formula=formula,
        group=group,
        dropped=Dropped(rows.dropped, rows.missing, found.aliased),
        warnings=find_warnings(rows, found, untested, boundary=working.ratio == 0),
        rows=rows,
        design=design,
        basis=found,
        sums=sums,
        estimate=replace(working, coefficients=working.coefficients + found.outcome),
        information=information(sums, working),
        hypotheses=hypotheses,
    )
