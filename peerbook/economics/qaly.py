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


def mean_of_answers(values: pd.DataFrame, counted: np.ndarray) -> tuple[float, float]:
    """Return a sum over quarters of the mean of everybody who answered then, and its standard error.

    Parameters
    ----------
    values : DataFrame
        A row for each person, a column for each quarter; missing where nothing was answered.
    counted : ndarray
        What each quarter counts, such as `weights`.

    Returns
    -------
    tuple of float
        Missing if nobody answered at a quarter. No answer is left out and none is filled in: it takes those
        who answered at a quarter to be like those who did not. The error lets answers of one person go
        together: it comes from how far each person moves the sum,
        `sum over quarters of weight x (answer - mean) / people who answered`.

    Examples
    --------
    >>> mean, error = mean_of_answers(pd.DataFrame({0: [1.0, 3.0], 1: [5.0, None]}), np.array([1.0, 1.0]))
    >>> mean, round(error, 3)
    (7.0, 0.707)
    """
    answers = values.to_numpy(dtype=float)
    known = np.isfinite(answers)
    if not known.any(axis=0).all():
        return np.nan, np.nan
    n = known.sum(axis=0)
    means = np.where(known, answers, 0.0).sum(axis=0) / n
    moved = (np.where(known, answers - means, 0.0) / n) @ counted
    return float(means @ counted), float(np.sqrt((moved**2).sum()))
