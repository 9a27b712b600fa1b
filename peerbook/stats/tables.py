"""Tables of estimates that all parts of the room share, and how a fit shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

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
