"""Fit a random-intercept model: from a formula and a frame to the sums, the estimates and the warnings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from peerbook.stats.checks import check_rows, check_sums, find_warnings
from peerbook.stats.design import Design, basis, in_memory
from peerbook.stats.formula import model_rows
from peerbook.stats.hypotheses import type_three
from peerbook.stats.model import Dropped, RandomIntercept
from peerbook.stats.reml import reml
from peerbook.stats.small_sample import information
from peerbook.stats.sums import read_sums


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
    >>> fit.marginal_means("category")[["category", "mean", "n"]].round(6).to_dict("list")
    {'category': ['down', 'up'], 'mean': [3.0, 5.0], 'n': [3, 3]}
    """
    rows = model_rows(formula, data, group)
    check_rows(rows, group)
    design = Design(rows.factors, rows.terms)
    read = in_memory(lambda at: np.column_stack([design.block(at), rows.outcome[at]]), len(rows.outcome))
    found = basis(design, read, len(rows.outcome))
    sums = read_sums(lambda at: read(at) @ found.working, rows.groups)
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
