"""The random-intercept model: fit it, then ask it.

    outcome = fixed terms + an effect of the group + residual

`random_intercept` reads the rows, adds them up per group, estimates and refuses what cannot be trusted. The
fit answers every question with a tidy frame; what a reader should know travels along as `warnings`. The
answers agree with lme4, lmerTest, pbkrtest and emmeans in R (`tests/golden/stats/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.design import Basis, Design, basis, in_memory
from peerbook.stats.formula import ModelRows, Observations, observe, rows_of
from peerbook.stats.gate import (
    OUTSIDE,
    Range,
    as_model_error,
    check_estimate,
    check_rows,
    check_sums,
    find_warnings,
    reasons,
)
from peerbook.stats.hypotheses import type_three
from peerbook.stats.means import Cells, Pairs, as_names, cells, pairs
from peerbook.stats.multiplicity import adjust_families
from peerbook.stats.reml import Estimate, reml_each
from peerbook.stats.resample import INTERVALS, bootstrap_table
from peerbook.stats.small_sample import Solved, estimates_each, f_tests_each, solve_each
from peerbook.stats.sums import GroupProducts, GroupSums, group_products, read_sums
from peerbook.stats.tables import Means, estimate_table, f_test_table, html_page, mean_table, text_page


@as_model_error
def random_intercept(
    formula: str, data: pd.DataFrame, group: str, possible: tuple[float, float] | None = None
) -> RandomIntercept:
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
    possible : tuple of float, optional
        Lowest and highest value that the outcome can have, as ``(-28, 28)`` for the change of a score from 7
        to 35. A mean outside it, or a difference greater than its width, is never given.

    Returns
    -------
    RandomIntercept
        Unchangeable, with its warnings.

    Raises
    ------
    ModelError
        The rows cannot support the model, or what they say of it cannot be trusted (see
        `peerbook.stats.gate`); the message says why and what to do.

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
    >>> fit.marginal_means("category")[["category", "mean", "n"]].round(6).to_dict("list")
    {'category': ['down', 'up'], 'mean': [3.0, 5.0], 'n': [3, 3]}
    """
    (found,) = fit_each([(formula, possible)], data, group)
    if isinstance(found, ModelError):
        raise found
    return found


def fit_each(
    asked: Sequence[tuple[str, Range]], data: pd.DataFrame, group: str
) -> list[RandomIntercept | ModelError]:
    """Fit models to one frame: its columns are read once, and what can be solved together is.

    Parameters
    ----------
    asked : sequence of tuple
        Formula and possible range of each model, as for `random_intercept`.
    data : DataFrame
        One row per observation; left unchanged.
    group : str
        Column of the groups.

    Returns
    -------
    list
        In the order given, a fit or the reason why there is none.

    Raises
    ------
    ModelError
        A formula cannot be read, or a column cannot be used.
    """
    observed = observe(data, group, [formula for formula, _ in asked])
    steps = [_try(_prepare, formula, observed, possible) for formula, possible in asked]
    ready = [place for place, step in enumerate(steps) if not isinstance(step, ModelError)]
    for place, estimate in zip(ready, reml_each([steps[place].sums for place in ready]), strict=True):
        if isinstance(estimate, ModelError):
            steps[place] = estimate
        else:
            steps[place] = replace(steps[place], estimate=estimate)
    ready = [place for place in ready if not isinstance(steps[place], ModelError)]
    solved = solve_each([steps[place].sums for place in ready], [steps[place].estimate for place in ready])
    for place, found in zip(ready, solved, strict=True):
        steps[place] = _try(_finish, *asked[place], steps[place], found)
    return steps


def _try(step: Callable, *args: object) -> object:
    """Take a step of a fit, or return why it cannot be taken."""
    try:
        return as_model_error(step)(*args)
    except ModelError as error:
        return error


@dataclass(frozen=True)
class Prepared:
    """A model on its way: its rows, their design, a basis of it, sums per group; then its estimate."""

    rows: ModelRows
    design: Design
    basis: Basis
    sums: GroupSums
    estimate: Estimate | None = None


def _prepare(formula: str, observed: Observations, possible: Range) -> Prepared:
    """Pick the rows of a model and add them up."""
    rows = rows_of(formula, observed)
    check_rows(rows, observed.group, possible)
    design = Design(rows.factors, rows.terms)
    read = in_memory(lambda at: design.block(at, rows.outcome), len(rows.outcome))
    found = basis(design, read, len(rows.outcome))
    sums = read_sums(lambda at: (found.working.T @ read(at).T).T, rows.groups)
    check_sums(rows.outcome, sums)
    return Prepared(rows, design, found, sums)


def _finish(formula: str, possible: Range, ready: Prepared, solved: Solved) -> RandomIntercept:
    """Judge an estimate and state the hypotheses of the model."""
    working = solved.estimate
    check_estimate(ready.sums, working, solved.information)
    hypotheses = type_three(ready.design, ready.basis)
    untested = [":".join(term) for term, functions in hypotheses.items() if not len(functions)]
    return RandomIntercept(
        formula=formula,
        group=ready.rows.observed.group,
        possible=possible,
        dropped=Dropped(ready.rows.dropped, ready.rows.missing, ready.basis.aliased),
        warnings=find_warnings(ready.rows, ready.basis, untested, boundary=working.ratio == 0),
        rows=ready.rows,
        design=ready.design,
        basis=ready.basis,
        sums=ready.sums,
        solved=replace(
            solved, estimate=replace(working, coefficients=working.coefficients + ready.basis.outcome)
        ),
        hypotheses=hypotheses,
    )


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


@dataclass(frozen=True, repr=False)
class RandomIntercept:
    """A fitted random-intercept model; made by `random_intercept`.

    Attributes
    ----------
    formula, group, possible
        What was asked for.
    dropped : Dropped
        Rows and columns left out.
    warnings : tuple of str
        What a reader of the results should know.
    rows, design, basis, sums, solved, hypotheses
        The steps of the fit: the rows used, their design, an orthonormal basis of it, sums per group,
        estimates and their sensitivity to the variances, and what the F tests test.
    """

    formula: str
    group: str
    possible: tuple[float, float] | None
    dropped: Dropped
    warnings: tuple[str, ...]
    rows: ModelRows
    design: Design
    basis: Basis
    sums: GroupSums
    solved: Solved
    hypotheses: Mapping[tuple[str, ...], np.ndarray]

    def __repr__(self) -> str:
        """Say in one line which model this is and how much it rests on."""
        return f"<{type(self).__name__} {self._heading()}>"

    def _repr_html_(self) -> str:
        """Show formula, warnings and tables in a notebook; see `summary`."""
        return html_page(self._heading(), self.warnings, self._tables())

    def summary(self) -> str:
        """Write the model as text: formula, counts, warnings, coefficients, F tests and variances."""
        return text_page(self._heading(), self.warnings, self._tables())

    def _heading(self) -> str:
        return (
            f"{self.formula}: {self.n_rows:,} rows of {self.n_groups:,} groups by `{self.group}`, "
            f"intraclass correlation {self.correlation:.2f}"
        )

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {
            "Coefficients": self.fixed_effects(),
            "F tests, Type III, by Satterthwaite": self.f_tests(),
            "Variances": self.variance_components(),
        }

    @property
    def estimate(self) -> Estimate:
        """Coefficients in the basis, and variances."""
        return self.solved.estimate

    @property
    def n_rows(self) -> int:
        """Rows the model was fitted to."""
        return len(self.rows.outcome)

    @property
    def n_groups(self) -> int:
        """Groups the model was fitted to."""
        return self.rows.n_groups

    @property
    def correlation(self) -> float:
        """Intraclass correlation: the share of the variance that lies between groups."""
        return float(self.estimate.ratio / (1 + self.estimate.ratio))

    @as_model_error
    def fixed_effects(self, ddf: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
        """Tabulate the coefficients of the formula as written.

        Returns
        -------
        DataFrame
            A row per column of the design: term, estimate, se, df, ci_low, ci_high, statistic, p_value and
            reason (why an estimate is missing, else empty).
        """
        labels = {"term": list(self.basis.written.names)}
        estimate, se, df = self._estimates(self.basis.to_written, ddf)
        return estimate_table(labels, estimate, se, df, level, reasons(True, estimate, df))

    def variance_components(self) -> pd.DataFrame:
        """Tabulate the variance between groups, the residual variance and the share of the first in both.

        Returns
        -------
        DataFrame
            Rows ``group``, ``residual`` and ``intraclass correlation``; columns component, estimate, sd.
        """
        residual = float(self.estimate.residual)
        estimates = np.array([self.estimate.ratio * residual, residual, self.correlation])
        return pd.DataFrame(
            {
                "component": ["group", "residual", "intraclass correlation"],
                "estimate": estimates,
                "sd": [*np.sqrt(estimates[:2]), np.nan],
            }
        )

    @as_model_error
    def f_tests(self, ddf: str = "satterthwaite") -> pd.DataFrame:
        """Test every term by a Type III F test.

        Parameters
        ----------
        ddf : {"satterthwaite", "kenward-roger"}
            Denominator degrees of freedom.

        Returns
        -------
        DataFrame
            Columns term, num_df, den_df, statistic, p_value and reason: why a test is missing, else empty.
        """
        terms = [":".join(term) for term in self.hypotheses]
        (tests,) = f_tests_each([self.solved], [list(self.hypotheses.values())], ddf)
        return f_test_table({"term": terms}, *tests)

    @as_model_error
    def marginal_means(
        self, factors: str | Sequence[str], ddf: str = "satterthwaite", level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate marginal means: other factors weighted equally, numbers at their mean.

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
            A column per factor, then mean, se, df, ci_low, ci_high, n (rows in the cell), groups (that have
            them) and reason: why a mean is missing, else empty. It is missing where cells without rows leave
            it undefined, where it would lie outside the range given to `random_intercept`, and where less
            than one degree of freedom is left.
        """
        ((table, means),) = means_each([self], [as_names(factors)], ddf)
        return mean_table(table.labels(), means, level)

    @as_model_error
    def contrasts(
        self,
        factors: str | Sequence[str],
        adjust: str = "none",
        by: str | Sequence[str] | None = None,
        ddf: str = "satterthwaite",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Compare all pairs of marginal means.

        Parameters
        ----------
        factors : str or sequence of str
            Factors whose cells are compared.
        adjust : {"none", "holm", "tukey", "sidak", "bonferroni"}
            Adjustment of p values and intervals within each family of pairs, as emmeans defines them.
        by : str or sequence of str, optional
            Factors held fixed: pairs are formed, and adjusted, within each of their cells.
        ddf : {"satterthwaite", "kenward-roger"}
            Degrees of freedom.
        level : float
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            A column per factor in `by`, then contrast, estimate, se, df, ci_low, ci_high, statistic, p_value
            and reason: why a contrast is missing, else empty. One of a mean outside the possible range is.
        """
        held = () if by is None else as_names(by)
        table = cells(self.design, (*held, *(name for name in as_names(factors) if name not in held)))
        found = pairs(table, table.variables[: len(held)])
        functions, estimable = self.basis.estimable(found.functions)
        estimate, se, df = self._estimates(functions, ddf)
        reason = self.contrast_reasons(table, found, reasons(estimable, estimate, df))
        estimate, se, df = np.where(reason == "", [estimate, se, df], np.nan)
        adjusted = adjust_families(estimate / se, df, found.family, adjust, found.means, level)
        return estimate_table(found.labels, estimate, se, df, level, reason, adjusted)

    @as_model_error
    def difference(
        self,
        first: Mapping[str, object],
        second: Mapping[str, object],
        ddf: str = "satterthwaite",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Compare two marginal means of any factors, such as one level of each of two factors.

        Parameters
        ----------
        first, second : mapping of str to object
            A level for each factor named; the factors of the two need not be the same.
        ddf : {"satterthwaite", "kenward-roger"}
            Degrees of freedom.
        level : float
            Coverage of the interval.

        Returns
        -------
        DataFrame
            One row: estimate (first less second), se, df, ci_low, ci_high, statistic, p_value and reason: why
            it is missing, else empty. It is if one of the means lies outside the possible range.

        Raises
        ------
        ModelError
            If a factor or a level is none of the model.
        """
        both = np.vstack([self._mean_function(first), self._mean_function(second)])
        functions, estimable = self.basis.estimable(both[:1] - both[1:])
        estimate, se, df = self._estimates(functions, ddf)
        reason = reasons(estimable, estimate, df)
        if self.possible is not None:
            ends, known = self.basis.estimable(both)
            means = ends @ self.estimate.coefficients
            outside = known & ((means < self.possible[0]) | (means > self.possible[1]))
            reason = np.where((reason == "") & outside.any(), OUTSIDE, reason)
        return estimate_table({}, estimate, se, df, level, reason)

    def _mean_function(self, levels: Mapping[str, object]) -> np.ndarray:
        """Give the marginal mean of one cell as a function of the complete coefficients."""
        table = cells(self.design, tuple(levels))
        wanted = tuple(levels.values())
        if wanted not in table.levels:
            known = ", ".join(" ".join(map(str, cell)) for cell in table.levels)
            raise ModelError(f"The model has no level `{' '.join(map(str, wanted))}`. It has: {known}.")
        return table.functions[table.levels.index(wanted)]

    def limits(self, number: int) -> np.ndarray:
        """Give the lowest and highest value that each of some means can have, shape (2, number)."""
        low, high = self.possible or (-np.inf, np.inf)
        return np.array([[low] * number, [high] * number])

    def random_effects(self) -> pd.DataFrame:
        """Predict the effect of every group (best linear unbiased prediction).

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

    @as_model_error
    def cluster_bootstrap(
        self, n: int = 2000, seed: int = 1, factors: str | Sequence[str] | None = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Bootstrap marginal means: whole groups are resampled and the model is fitted again.

        A group drawn twice counts as two groups. Numbers stay at their mean over the original rows, so that
        every resample estimates the same means.

        Parameters
        ----------
        n : int
            Resamples, at least `resample.LEAST_RESAMPLES`.
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
            percentile_low, percentile_high, bca_low, bca_high (Efron 1987), resamples (those in which the
            mean can be estimated) and reason: why a mean is missing, else empty, as in `marginal_means`.
        """
        categorical = [code for code, factor in self.design.factors.items() if factor.is_categorical]
        names = as_names(factors) if factors is not None else tuple(categorical[:1])
        ((table, means),) = means_each([self], [names], "satterthwaite")
        reason, (functions, _) = means.reason(), self.basis.estimable(table.functions)
        ordinary = functions @ self.basis.outcome  # by least squares; the sums per group hold the rest
        found = bootstrap_table(
            self.group_products(), functions, means.mean - ordinary, self.correlation, n, seed, level
        )
        shifted = {name: found[name] + ordinary for name in INTERVALS}
        known = {"mean": means.mean, "se": found["se"], **shifted}
        return pd.DataFrame(
            {
                **table.labels(),
                **{name: np.where(reason == "", values, np.nan) for name, values in known.items()},
                "resamples": found["resamples"],
                "reason": reason,
            }
        )

    def residuals(self) -> np.ndarray:
        """Subtract the fixed part of the model from the outcome, shape (rows,)."""
        return self.rows.outcome - self.basis_columns() @ self.estimate.coefficients

    def basis_columns(self) -> np.ndarray:
        """Read the orthonormal columns the model was fitted with, shape (rows, rank)."""
        return self.design.block(slice(0, self.n_rows)) @ self.basis.from_coded

    def group_products(self) -> GroupProducts:
        """Multiply out orthonormal columns and least squares residuals per group, for resampling."""
        columns = self.basis_columns()
        return group_products(
            np.column_stack([columns, self.rows.outcome - columns @ self.basis.outcome]), self.rows.groups
        )

    def contrast_reasons(self, table: Cells, found: Pairs, reason: np.ndarray) -> np.ndarray:
        """Add to the reasons of contrasts that one of their means lies outside the possible range."""
        if self.possible is None:
            return reason
        functions, estimable = self.basis.estimable(table.functions)
        means = functions @ self.estimate.coefficients
        outside = estimable & ((means < self.possible[0]) | (means > self.possible[1]))
        return np.where((reason == "") & outside[found.ends].any(axis=0), OUTSIDE, reason)

    def _estimates(self, functions: np.ndarray, ddf: str) -> np.ndarray:
        """Estimate functions of the coefficients in the basis: value, standard error, degrees of freedom."""
        return estimates_each([self.solved], [functions], ddf)[0]


def means_each(
    fits: Sequence[RandomIntercept], factors: Sequence[tuple[str, ...]], ddf: str
) -> list[tuple[Cells, Means]]:
    """Estimate the means of cells of many models; see `RandomIntercept.marginal_means`."""
    tables = [cells(fit.design, names) for fit, names in zip(fits, factors, strict=True)]
    asked = [fit.basis.estimable(table.functions) for fit, table in zip(fits, tables, strict=True)]
    found = estimates_each([fit.solved for fit in fits], [functions for functions, _ in asked], ddf)
    parts = zip(fits, tables, asked, found, strict=True)
    return [
        (table, Means(*numbers, estimable, table.n, table.groups(fit.rows.groups), *fit.limits(len(table.n))))
        for fit, table, (_, estimable), numbers in parts
    ]
