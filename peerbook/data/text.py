"""Cells as text, blank where nothing stands."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

Values = TypeVar("Values", pd.Series, pd.DataFrame)


def text_of(values: Values) -> Values:
    """Return a column, or a frame, as text, blank where it is missing.

    Examples
    --------
    >>> text_of(pd.Series(["a", None, 3])).tolist()
    ['a', '', '3']
    """
    return values.astype(object).where(values.notna(), "").astype(str)
