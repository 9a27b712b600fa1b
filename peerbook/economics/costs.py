"""How often services were used, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from peerbook.data.services import CONTACTS, NIGHTS, Service


def used(logs: pd.DataFrame, services: Mapping[str, Service]) -> pd.DataFrame:
    """Return how often each service was used.

    Parameters
    ----------
    logs : DataFrame
        One row per log that asks about services, with their fields.
    services : mapping of str to Service

    Returns
    -------
    DataFrame
        A row for each log, a `float64` column for each service: nights, visits or contacts; `nan` is not
        known. A blank number of nights is 0 where there were no admissions. A blank contact is 0 where any
        contact of the log is answered, as the form says to leave blank what was not used; where all are
        blank none is known. A blank visit is not known. A column that the data lack is blank.

    Examples
    --------
    >>> services = {name: Service(name, name, "contacts", name) for name in ("gp", "nurse")}
    >>> used(pd.DataFrame({"gp": [2.0, None], "nurse": [None, None]}), services).to_dict("list")
    {'gp': [2.0, nan], 'nurse': [0.0, nan]}
    """
    asked = list(dict.fromkeys(name for service in services.values() for name in service.fields))
    given = logs.reindex(columns=asked).astype("Float64")
    numbers = pd.DataFrame(given.to_numpy(dtype=float, na_value=np.nan), index=logs.index, columns=asked)
    contacts = [service.counted for service in services.values() if service.kind == CONTACTS]
    answered = numbers[contacts].notna().any(axis=1)
    return pd.DataFrame(
        {name: _filled(numbers, service, answered) for name, service in services.items()}, index=logs.index
    )


def _filled(numbers: pd.DataFrame, service: Service, answered: pd.Series) -> pd.Series:
    """Read the blanks of one service."""
    times = numbers[service.counted]
    if service.kind == NIGHTS:
        return times.mask(times.isna() & (numbers[service.admissions] == 0), 0.0)
    if service.kind == CONTACTS:
        return times.mask(times.isna() & answered, 0.0)
    return times


def costs(used: pd.DataFrame, services: Mapping[str, Service]) -> pd.DataFrame:
    """Return what the use of services costs, in pounds.

    Parameters
    ----------
    used : DataFrame
        From the function `used`.
    services : mapping of str to Service

    Returns
    -------
    DataFrame
        A row for each log, a column for each service with a unit cost, and `total`: their sum, missing if
        any of them is. With no unit cost at all the total is missing.
    """
    priced = {name: used[name] * s.unit_cost.pounds for name, s in services.items() if s.unit_cost}
    found = pd.DataFrame(priced, index=used.index, dtype=float)
    return found.assign(total=found.sum(axis=1, skipna=False, min_count=1))
