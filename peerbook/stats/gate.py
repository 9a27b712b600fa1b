"""The gate between a model and its reader: what is refused, what is left blank, what is said beside it.

A model that cannot be trusted as a whole raises `ModelError` with the reason; no message quotes a person's
value or label. A single estimate that cannot be trusted is missing, with its reason in a column `reason`.
What a reader should know of the rest are warnings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.design import Basis
from peerbook.stats.formula import ModelRows
from peerbook.stats.reml import EXACT, LEAST_RESIDUAL, UNSOLVED, Estimate
from peerbook.stats.small_sample import Information
from peerbook.stats.sums import GroupSums

FEW_GROUPS = 10  # below this the variance between groups is hardly known
ROUNDING = 1e-12  # share of the outcome's length that arithmetic alone leaves over
FLAT = 0.1  # curvature of the deviance below which an estimate is not told from others
LEAST_DF = 1.0  # at 1 a 95% interval is 13 standard errors wide each way, below it soon astronomically wide
UNDEFINED = "A cell that it needs has no rows."
OUTSIDE = "It would lie outside the range in which the outcome can move."
FEW_GROUPS_IN_CELL = "A cell that it compares has rows of too few groups."
FEW_DF = "Less than one degree of freedom is left to judge it by."
NO_DISTRIBUTION = "The approximation of its distribution breaks down with so few rows."

Range = tuple[float, float] | None


def check_rows(rows: ModelRows, group: str, possible: Range = None) -> None:
    """Refuse an outcome that does not vary or leaves its range, and groups that cannot be told from rows.

    Raises
    ------
    ModelError
        Constant outcome, an outcome outside `possible`, a single group, or no group with two rows.
    """
    outcome, groups = rows.outcome, rows.n_groups
    check_range(outcome, possible)
    if np.ptp(outcome) <= ROUNDING * np.abs(outcome).max():
        raise ModelError(
            f"The outcome is the same in all {len(outcome)} rows; nothing varies to be explained."
        )
    if groups == 1:
        raise ModelError(
            f"All {len(outcome)} rows belong to one `{group}`. "
            "A random intercept needs several groups; use ordinary regression."
        )
    if groups == len(outcome):
        raise ModelError(
            f"Each of the {groups} rows has a `{group}` of its own, so the variance between groups cannot be "
            "told from the residual variance. Name the column that repeats, or use ordinary regression."
        )


def check_range(outcome: np.ndarray, possible: Range) -> None:
    """Refuse a range that is none, and an outcome outside it."""
    if possible is None:
        return
    low, high = possible
    if not low < high:
        raise ModelError(f"The possible range is {low} to {high}; its first number must be the smaller.")
    strange = int(((outcome < low) | (outcome > high)).sum())
    if strange:
        raise ModelError(
            f"The outcome lies outside its possible range, {low:g} to {high:g}, in {strange} of "
            f"{len(outcome)} rows. Correct the range or the rows."
        )


def check_sums(outcome: np.ndarray, sums: GroupSums) -> None:
    """Refuse rows that leave nothing to estimate one of the two variances from.

    With Z the indicators of the groups, rank [X Z] - rank X directions tell the variance between groups,
    and rows - rank [X Z] tell the residual variance (Searle, Casella and McCulloch 1992, section 5.3). If
    either is 0 the likelihood is flat, and a search returns whatever it started from.

    Raises
    ------
    ModelError
        As many coefficients as rows, an outcome that the terms reproduce, no direction left for a variance,
        or groups whose rows are fitted exactly.
    """
    rows, groups, rank = int(sums.rows), int(sums.counts.sum()), int(sums.rank)
    if rows <= rank:
        raise ModelError(f"{rows} complete rows cannot support {rank} coefficients. Use fewer terms.")
    total = sums.within[-1, -1] + sums.between[:, -1, -1].sum()
    if total <= (ROUNDING * np.linalg.norm(outcome)) ** 2:
        raise ModelError(
            "The terms reproduce the outcome exactly. Check whether a term is a copy of the outcome."
        )
    seen, left = sums.least_squares_within()
    if rows - groups - seen < 1:
        raise ModelError(
            f"{rows} rows of {groups} groups leave nothing to tell the residual variance by, once "
            f"{seen} coefficients are compared within groups. Use more rows or fewer terms."
        )
    if groups + seen - rank < 1:
        raise ModelError(
            f"{groups} groups leave nothing to tell the variance between groups by, once {rank - seen} "
            "coefficients are compared between groups. Use more groups or fewer terms."
        )
    if left / (rows - groups - seen) < LEAST_RESIDUAL * total / (rows - rank):
        raise ModelError(EXACT)


def check_estimate(sums: GroupSums, estimate: Estimate, found: Information) -> None:
    """Refuse an estimate that the likelihood hardly prefers to quite other ones.

    Let phi = log(1 + n r) with n the mean size of a group and r the variance ratio: how much more the means
    of groups vary than their residuals would make them. The deviance's curvature in phi is

        ((1 + n r) / n)^2 det(H) / (rows - rank)

    with H the second derivatives by the two variances, and the standard error of phi is sqrt(2 / curvature).
    With balanced groups the curvature is at least 1/2. Below `FLAT` one standard error is a factor of 87.

    Raises
    ------
    ModelError
        The likelihood is flat at its optimum.
    """
    if estimate.ratio == 0:
        return
    size = sums.rows / sums.counts.sum()
    stretch = (1 + size * estimate.ratio) / size
    curvature = stretch**2 * np.linalg.det(found.observed) / (sums.rows - sums.rank)
    if not curvature >= FLAT:
        raise ModelError(
            "The likelihood is nearly flat: these rows fit a variance between groups many times greater or "
            "smaller about as well. Use more groups, more rows per group or fewer terms."
        )


def reasons(
    estimable: np.ndarray | bool,
    estimate: np.ndarray,
    df: np.ndarray,
    possible: tuple[float | np.ndarray, float | np.ndarray] | None = None,
) -> np.ndarray:
    """Say of each estimate why it is not given, or nothing, shape (estimates,).

    Parameters
    ----------
    estimable : ndarray of bool
        False where cells without rows leave the estimate undefined.
    estimate, df : ndarray
        Values and their degrees of freedom.
    possible : tuple, optional
        Lowest and highest value that an estimate can have, or that each can.
    """
    found = np.where(df >= LEAST_DF, "", FEW_DF)
    if possible is not None:
        found = np.where((estimate < possible[0]) | (estimate > possible[1]), OUTSIDE, found)
    return np.where(estimable, found, UNDEFINED).astype(object)


def as_model_error(function: Callable) -> Callable:
    """Turn numpy's complaint about a singular matrix into the family's error."""

    @wraps(function)
    def wrapped(*args: object, **kwargs: object) -> object:
        try:
            return function(*args, **kwargs)
        except np.linalg.LinAlgError as error:
            raise ModelError(UNSOLVED) from error

    return wrapped


def find_warnings(rows: ModelRows, basis: Basis, untested: list[str], boundary: bool) -> tuple[str, ...]:
    """Write sentences for whoever reads the results, in a fixed order, missing rows first."""
    single = [
        code for code, factor in rows.factors.items() if factor.is_categorical and len(factor.levels) == 1
    ]
    groups = rows.n_groups
    found = [
        (rows.dropped, _missing(rows)),
        (single, f"Only one category occurs in: {', '.join(single)}."),
        (
            basis.aliased,
            f"Left out, since other columns hold them (often an empty cell): {', '.join(basis.aliased)}.",
        ),
        (untested, f"Cannot be tested with these rows: {', '.join(untested)}."),
        (
            groups < FEW_GROUPS,
            f"Fewer than {FEW_GROUPS} groups: the variance between groups is hardly known.",
        ),
        (
            boundary,
            "The variance between groups is estimated as zero: tests are those of an ordinary regression, "
            "with rows minus coefficients as degrees of freedom.",
        ),
    ]
    return tuple(sentence for applies, sentence in found if applies)


def _missing(rows: ModelRows) -> str:
    by_column = ", ".join(f"{name} ({count})" for name, count in rows.missing.items())
    total = rows.dropped + len(rows.outcome)
    return f"{rows.dropped} of {total} rows were left out because a value is missing: {by_column}."
