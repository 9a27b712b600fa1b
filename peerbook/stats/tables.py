"""Tables of estimates that all parts of the room share, and how a fit shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.gate import NO_DISTRIBUTION, reasons


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


def estimate_table(
    labels: Mapping[str, Sequence],
    estimate: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    level: float,
    reason: np.ndarray,
    adjusted: tuple[np.ndarray, np.ndarray] | None = None,
) -> pd.DataFrame:
    """Tabulate estimates with tests and intervals, missing where there is a reason.

    Parameters
    ----------
    labels : mapping of str to sequence
        Columns that say what each row is.
    estimate, se, df : ndarray
        Shape (rows,).
    level : float
        Coverage of the intervals.
    reason : ndarray of str
        Why a row is missing; empty where it is not.
    adjusted : tuple of ndarray, optional
        p values, and half widths of intervals in standard errors; those of Student's t if omitted.

    Returns
    -------
    DataFrame
        The columns of `labels`, then estimate, se, df, ci_low, ci_high, statistic, p_value, reason.
    """
    estimate, se, df = np.where(reason == "", [estimate, se, df], np.nan)
    statistic = estimate / se
    p_value, margin = (two_sided(statistic, df), critical(level, df)) if adjusted is None else adjusted
    return pd.DataFrame(
        {
            **labels,
            "estimate": estimate,
            "se": se,
            "df": df,
            "ci_low": estimate - margin * se,
            "ci_high": estimate + margin * se,
            "statistic": statistic,
            "p_value": p_value,
            "reason": reason,
        }
    )


@dataclass(frozen=True)
class Means:
    """Means of cells, as arrays of equal length; of one model or of several.

    Attributes
    ----------
    mean, se, df : ndarray
        What is estimated.
    estimable : ndarray of bool
        False where cells without rows leave a mean undefined.
    n, groups : ndarray
        Rows in each cell, and groups that have them.
    low, high : ndarray
        The range in which each mean can lie.
    """

    mean: np.ndarray
    se: np.ndarray
    df: np.ndarray
    estimable: np.ndarray
    n: np.ndarray
    groups: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def reason(self) -> np.ndarray:
        """Say of each mean why it is not given, or nothing."""
        return reasons(self.estimable, self.mean, self.df, (self.low, self.high))


def mean_table(labels: Mapping[str, Sequence], means: Means, level: float) -> pd.DataFrame:
    """Tabulate means of cells, missing where there is a reason.

    Returns
    -------
    DataFrame
        The columns of `labels`, then mean, se, df, ci_low, ci_high, n, groups and reason.
    """
    reason = means.reason()
    mean, se, df = np.where(reason == "", [means.mean, means.se, means.df], np.nan)
    half = critical(level, df) * se
    return pd.DataFrame(
        {
            **labels,
            "mean": mean,
            "se": se,
            "df": df,
            "ci_low": mean - half,
            "ci_high": mean + half,
            "n": means.n,
            "groups": means.groups,
            "reason": reason,
        }
    )


def f_test_table(
    labels: Mapping[str, Sequence], num_df: np.ndarray, den_df: np.ndarray, statistic: np.ndarray
) -> pd.DataFrame:
    """Tabulate F tests, missing where there is a reason.

    Returns
    -------
    DataFrame
        The columns of `labels`, then num_df, den_df, statistic, p_value and reason.
    """
    from scipy.special import fdtrc

    reason = reasons(num_df > 0, statistic, den_df)
    # Kenward and Roger match two moments, and below two degrees of freedom their F may come out negative.
    reason = np.where((reason == "") & ~(statistic >= 0), NO_DISTRIBUTION, reason)
    den_df, statistic = np.where(reason == "", [den_df, statistic], np.nan)
    return pd.DataFrame(
        {
            **labels,
            "num_df": num_df,
            "den_df": den_df,
            "statistic": statistic,
            "p_value": fdtrc(num_df, den_df, statistic),
            "reason": reason,
        }
    )


def text_page(heading: str, notes: Sequence[str], found: Mapping[str, pd.DataFrame]) -> str:
    """Write a heading, notes and captioned tables as text."""
    parts = [heading, *notes]
    parts += [f"\n{caption}\n{_written(table).to_string(index=False)}" for caption, table in found.items()]
    return "\n".join(parts)


def html_page(heading: str, notes: Sequence[str], found: Mapping[str, pd.DataFrame]) -> str:
    """Write a heading, notes and tables as HTML, with a caption each and headers of columns and rows."""
    parts = [f"<p>{escape(sentence)}</p>" for sentence in (heading, *notes)]
    for caption, table in found.items():
        body = _written(table).to_html(index=False, border=0, justify="left")
        body = body.replace("<thead>", f"<caption>{escape(caption)}</caption>\n  <thead>", 1)
        body = body.replace("<th>", '<th scope="col">')
        parts.append(re.sub(r"(<tr>\s*)<td>(.*?)</td>", r'\1<th scope="row">\2</th>', body))
    return "\n".join(parts)


def _written(table: pd.DataFrame) -> pd.DataFrame:
    """Write numbers to four significant digits and p values to four places, missing ones as a blank."""
    if "reason" in table and (table["reason"] == "").all():
        table = table.drop(columns="reason")
    written = {
        name: [_digits(value, name) for value in column] if column.dtype.kind == "f" else column
        for name, column in table.items()
    }
    return pd.DataFrame(written)


def _digits(value: float, name: str) -> str:
    if np.isnan(value):
        return ""
    if name == "p_value":
        return f"{value:.4f}" if value >= 0.0001 else "<0.0001"
    return f"{value:.4g}"
