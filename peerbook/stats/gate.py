"""What a model cannot do with its rows (errors) and what its reader should know (warnings)."""

from __future__ import annotations

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.design import Basis
from peerbook.stats.formula import ModelRows
from peerbook.stats.sums import GroupSums

FEW_GROUPS = 10  # below this the variance between groups is hardly known
ROUNDING = 1e-12  # share of the outcome's length that arithmetic alone leaves over


def check_rows(rows: ModelRows, group: str) -> None:
    """Refuse an outcome that does not vary and groups that cannot be told from rows.

    Raises
    ------
    ModelError
        Constant outcome, a single group, or no group with two rows.
    """
    outcome, groups = rows.outcome, len(rows.group_labels)
    if np.ptp(outcome) <= ROUNDING * np.abs(outcome).max():
        raise ModelError(
            f"The outcome is {outcome[0]:g} in all {len(outcome)} rows; nothing varies to be explained."
        )
    if groups == 1:
        raise ModelError(
            f"All {len(outcome)} rows belong to one `{group}`, {rows.group_labels[0]}. "
            "A random intercept needs several groups; use ordinary regression."
        )
    if groups == len(outcome):
        raise ModelError(
            f"Each of the {groups} rows has a `{group}` of its own, so the variance between groups cannot be "
            "told from the residual variance. Name the column that repeats, or use ordinary regression."
        )


def check_sums(rows: ModelRows, sums: GroupSums) -> None:
    """Refuse a model that leaves nothing to estimate a variance from.

    Raises
    ------
    ModelError
        As many coefficients as rows, or an outcome that the terms reproduce.
    """
    count, coefficients = len(rows.outcome), len(sums.within) - 1
    if count <= coefficients:
        raise ModelError(
            f"{count} complete rows cannot support {coefficients} coefficients. Use fewer terms."
        )
    left = (sums.within + sums.between.sum(axis=0))[-1, -1]
    if left <= (ROUNDING * np.linalg.norm(rows.outcome)) ** 2:
        raise ModelError(
            "The terms reproduce the outcome exactly. Check whether a term is a copy of the outcome."
        )


def find_warnings(rows: ModelRows, basis: Basis, untested: list[str], boundary: bool) -> tuple[str, ...]:
    """Write sentences for whoever reads the results, in a fixed order, missing rows first."""
    single = [
        code for code, factor in rows.factors.items() if factor.is_categorical and len(factor.levels) == 1
    ]
    groups = len(rows.group_labels)
    found = [
        (rows.dropped, _missing(rows)),
        (single, f"Only one category occurs in: {', '.join(single)}."),
        (
            basis.aliased,
            f"Left out, since other columns hold them (often an empty cell): {', '.join(basis.aliased)}.",
        ),
        (untested, f"Cannot be tested with these rows: {', '.join(untested)}."),
        (groups < FEW_GROUPS, f"Only {groups} groups: the variance between groups is hardly known."),
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
