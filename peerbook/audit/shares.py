"""Check on rows of percentages that share out a whole."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from peerbook.audit.findings import Finding
from peerbook.audit.rounding import GUARD, half_unit
from peerbook.audit.shapes import SHARE


def hundred(table: pd.DataFrame, decimals: int = 1) -> Iterator[Finding]:
    """Find rows whose percentages are further from 100 than rounding can take them.

    Parameters
    ----------
    table : DataFrame
        A first column that names the row, and columns ending in `_percent`.
    decimals : int
        Decimals printed; each percentage may be half a unit off.

    Yields
    ------
    Finding
    """
    shares = table[[c for c in table if c.endswith(SHARE)]]
    slack = shares.notna().sum(axis=1) * half_unit(decimals) + GUARD
    for index in table.index[(shares.sum(axis=1) - 100).abs() > slack]:
        terms = " + ".join(f"{share:g}" for share in shares.loc[index].dropna())
        total = shares.loc[index].sum()
        place = (
            str(table.iloc[:, 0][index]),
            "all shares",
            f"{total:.{decimals}f}",
            f"100 within {slack[index]:.2f}",
        )
        yield Finding("shares add up to 100", "error", "", *place, f"{terms} = {total:.{decimals}f}")
