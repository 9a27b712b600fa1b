"""Quality-adjusted life years: the area under the index of health over time.

A year in full health counts 1, a year at an index of 0.5 counts 0.5. Between two quarters the index is taken
to change evenly (trapezium rule):

    QALYs = sum over quarters of (index at its start + index at its end) / 2 x 0.25 years

Follow-ups of a year or less are not discounted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def weights(last: int) -> np.ndarray:
    """Return what the index at each quarter counts, in years: half as much at both ends.

    Examples
    --------
    >>> weights(2).tolist()
    [0.125, 0.25, 0.125]
    """
    inner = np.full(last + 1, 0.25)
    inner[[0, -1]] /= 2
    return inner


def qalys(index: pd.DataFrame) -> pd.Series:
    """Return the QALYs of each person.

    Parameters
    ----------
    index : DataFrame
        A row for each person, a column for each quarter from 0, without gaps between them.

    Returns
    -------
    Series
        Missing if the index of any quarter is.

    Examples
    --------
    >>> qalys(pd.DataFrame({0: [1.0, 0.5], 1: [0.5, None]})).tolist()
    [0.1875, nan]
    """
    area = index.to_numpy(dtype=float) @ weights(len(index.columns) - 1)
    return pd.Series(area, index=index.index, name="qalys")
