"""The two regions of a log: `region`, where it was sent in from, and `home_region`, that of its writer.

Logs and pairs are counted by `region`, people by `home_region`. Both are known before a log is narrowed to a
region, so that a region has the same numbers alone as among the others.
"""

from __future__ import annotations

import pandas as pd

HOME = "home_region"


def home_regions(registrations: pd.DataFrame, logs: pd.DataFrame) -> pd.Series:
    """Return the region of each person: where they registered, or where their first log was sent in from.

    Parameters
    ----------
    registrations : DataFrame
        One row per registered person, all regions.
    logs : DataFrame
        Cleaned logs of all regions, sorted by person and date.

    Returns
    -------
    Series
        Regions by `person_id`.
    """
    registered = registrations.set_index("person_id")["region"]
    first = logs.drop_duplicates("person_id").set_index("person_id")["region"]
    return pd.concat([registered, first[~first.index.isin(registered.index)]])


def with_home(logs: pd.DataFrame, homes: pd.Series) -> pd.DataFrame:
    """Return the logs with the `home_region` of their writers."""
    return logs.assign(**{HOME: homes.reindex(logs["person_id"]).array})
