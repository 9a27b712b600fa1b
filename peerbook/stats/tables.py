"""Tables of estimates that all parts of the room share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from peerbook.errors import ModelError


def tails(level: float) -> tuple[float, float]:
    """Find the probabilities below the two ends of an interval.

    Raises
    ------
    ModelError
        The level is not a probability.

    Examples
    --------
    >>> tails(0.5)
    (0.25, 0.75)
    """
    if not 0 < level < 1:
        raise ModelError(f"The confidence level is {level}; it must lie between 0 and 1, for example 0.95.")
    return (1 - level) / 2, (1 + level) / 2


def critical(level: float, df: np.ndarray) -> np.ndarray:
    """Look up the two-sided critical value of Student's t."""
    from scipy.special import stdtrit

    return stdtrit(df, tails(level)[1])


def two_sided(statistic: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Compute the two-sided p value of Student's t."""
    from scipy.special import stdtr

    return 2 * stdtr(df, -np.abs(statistic))


def test_table(
    labels: Mapping[str, Sequence],
    estimate: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    margin: np.ndarray,
    p_value: np.ndarray,
) -> pd.DataFrame:
    """Tabulate estimates with tests and intervals of `margin` standard errors.

    Returns
    -------
    DataFrame
        The columns of `labels`, then estimate, se, df, ci_low, ci_high, statistic, p_value.
    """
    return pd.DataFrame(
        {
            **labels,
            "estimate": estimate,
            "se": se,
            "df": df,
            "ci_low": estimate - margin * se,
            "ci_high": estimate + margin * se,
            "statistic": estimate / se,
            "p_value": p_value,
        }
    )
