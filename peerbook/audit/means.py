"""Checks on means and SDs by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from peerbook.audit.counts import BASE, TOTAL, missing_answers, wide
from peerbook.audit.findings import Finding
from peerbook.audit.rounding import GUARD


def totals(
    table: pd.DataFrame, missing_of: Mapping[str, str] | None = None, decimals: int = 1
) -> Iterator[Finding]:
    """Find a Total mean or SD that the columns cannot add up to.

    The mean of all is the mean of the columns weighted by their valid n (base less MISSING), the SD of
    all follows from the columns' means and SDs. Both sides carry half a unit of rounding, so they may
    differ by one unit of the last digit. Variables without a MISSING row are left out, because their
    valid n is not known.

    Parameters
    ----------
    table : DataFrame
        A count table with `mean`, `sd` and a base row.
    missing_of : mapping of str to str, optional
        For a variable whose missing answers stand under another name, that name.
    decimals : int
        Decimals printed.

    Yields
    ------
    Finding
    """
    n, mean, sd = wide(table), wide(table, "mean"), wide(table, "sd")
    if TOTAL not in n:
        return
    base, missing = n.loc[(BASE, "")], missing_answers(n)
    for variable, level in mean.index[mean[TOTAL].notna()]:
        absent = (missing_of or {}).get(variable, variable)
        if absent not in missing.index:
            continue
        row = (variable, level)
        valid = (base - missing.loc[absent]).drop(TOTAL)
        rebuilt = pooled(valid, mean.loc[row].drop(TOTAL), sd.loc[row].drop(TOTAL))
        for name, printed in (("mean", mean.loc[row, TOTAL]), ("sd", sd.loc[row, TOTAL])):
            # Missing when a column's mean could not be read: then nothing follows for the total.
            if abs(rebuilt[name] - printed) > 10.0**-decimals + GUARD:
                said = f"{valid.sum():g} answers by column give {rebuilt[name]:.2f}, printed {printed:g}"
                place = (variable, f"{TOTAL} {name}", f"{printed:g}", f"{rebuilt[name]:.{decimals}f}")
                yield Finding("total mean and SD", "error", "", *place, said)


def pooled(n: pd.Series, mean: pd.Series, sd: pd.Series) -> dict[str, float]:
    """Put groups together: the mean and SD of everybody from those of each group.

    Parameters
    ----------
    n, mean, sd : Series
        Of each group; groups of nobody are left out, the SD of one person counts as 0. A missing mean
        or SD of anybody makes the result missing.

    Returns
    -------
    dict
        `mean` and `sd`: SD^2 = (sum of (n - 1) sd^2 + sum of n (mean - mean of all)^2) / (N - 1).

    Examples
    --------
    >>> two = pd.Series([2, 2])
    >>> pooled(two, pd.Series([1.0, 3.0]), pd.Series([0.0, 0.0]))["mean"]
    2.0
    """
    held = n > 0
    n, mean, sd = n[held], mean[held], sd[held].where(n[held] > 1, 0.0)
    centre = float(np.average(mean, weights=n))
    squares = ((n - 1) * sd**2 + n * (mean - centre) ** 2).sum(skipna=False)
    return {"mean": centre, "sd": float(np.sqrt(squares / (n.sum() - 1)))}
