"""Generalised estimating equations, the check that the book had before `robust_contrasts`.

Kept for the benchmarks that say how often it finds something where there is nothing (`type_one`, `checks`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats import RandomIntercept
from peerbook.stats.crosschecks import asked_contrasts
from peerbook.stats.gate import as_model_error


@as_model_error
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
        p_value, reason (why a contrast is missing, else empty).
    """
    import statsmodels.api as sm

    asked = asked_contrasts(fit, factors)
    columns = fit.basis_columns() * np.sqrt(fit.n_rows)  # of unit size, as iterations like it
    structures = {"exchangeable": sm.cov_struct.Exchangeable, "independence": sm.cov_struct.Independence}
    if correlation not in structures:
        raise ModelError(f"Unknown correlation `{correlation}`. Use one of: {', '.join(structures)}.")
    equations = sm.GEE(fit.rows.outcome, columns, fit.rows.groups, cov_struct=structures[correlation]())
    result = equations.fit()
    functions = asked.functions * np.sqrt(fit.n_rows)
    se = np.sqrt(((functions @ result.cov_params()) * functions).sum(axis=1))
    return asked.table(functions @ result.params, se, np.full(len(se), np.inf), level)
