"""Which log tells of which quarter: people write at uneven times, and time is compared in quarters.

A quarter is 91.3 days from a person's first log. A log tells of the quarter it is nearest to, and a quarter
has the nearest of its logs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS = 365.25 / 4


def nearest(logs: pd.DataFrame, started_on: pd.Series, last: int) -> pd.DataFrame:
    """Return the log that is nearest to each quarter of each person.

    Parameters
    ----------
    logs : DataFrame
        One row per log with an answer: `person_id`, `completed_on`. Those without a date are left out.
    started_on : Series
        Date of the first log of each person, by `person_id`.
    last : int
        The last quarter; the first log is at quarter 0.

    Returns
    -------
    DataFrame
        The logs that were chosen, with `quarter` and `days_off` (from the day the quarter ends, absolute),
        by person and quarter. Of two that are equally near it is the earlier.

    Examples
    --------
    >>> logs = pd.DataFrame({"person_id": ["a"] * 3, "completed_on": pd.to_datetime(
    ...     ["2026-01-01", "2026-03-28", "2026-04-03"])})
    >>> nearest(logs, logs.groupby("person_id")["completed_on"].min(), 2)["quarter"].tolist()
    [0, 1]
    """
    dated = logs[logs["completed_on"].notna()]
    starts = pd.DatetimeIndex(started_on.reindex(dated["person_id"]))
    days = np.asarray((pd.DatetimeIndex(dated["completed_on"]) - starts).days, dtype=float)
    quarter = np.floor(days / DAYS + 0.5)
    told = dated.assign(quarter=quarter, days=days, days_off=np.abs(days - quarter * DAYS))
    told = told[(quarter >= 0) & (quarter <= last)].astype({"quarter": int})
    order = ["person_id", "quarter", "days_off", "days"]
    chosen = told.sort_values(order, kind="stable").drop_duplicates(["person_id", "quarter"])
    return chosen.drop(columns="days").reset_index(drop=True)


def by_person(chosen: pd.DataFrame, column: str, people: pd.Index, last: int) -> pd.DataFrame:
    """Set out an answer by person and quarter.

    Parameters
    ----------
    chosen : DataFrame
        From `nearest`.
    column : str
    people : Index
        `person_id` of everybody.
    last : int

    Returns
    -------
    DataFrame
        A row for each of the people, a column for each quarter from 0; missing where nothing was answered.
    """
    wide = chosen.set_index(["person_id", "quarter"])[column].unstack("quarter")  # noqa: PD010 one value each
    return wide.reindex(index=people, columns=pd.RangeIndex(last + 1, name="quarter")).astype(float)
