"""When people register and when they send in their logs.

Print gives the shape only: first and last registration, a slow December, the peak months, more than a hundred
logs a month from February 2016, and how many came in the peak month. The months between are filled smoothly.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.totals import margin, spread, whole_counts

REGISTRATIONS = (5, 25, 40, 18, 50, 70, 112, 86, 80, 84, 50, 38, 45)  # September 2015 to September 2016
LOGS = (0, 22, 40, 46, 82, 128, 185, 205, 228, 275, 210, 180, 152, 124, 110, 106)  # to December 2016
STRIDES = (1, 2, 3)  # months between logs
LAST_LOG_DAY = 21
FIRST = pd.Period("2015-09", "M")


def start_months(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Add the month of the first log (0 = September 2015) and the months between logs (`stride`).

    Both are chosen together so that the logs of each calendar month follow the printed shape.
    """
    senders = people[people["logs"] > 0]
    kinds = _kinds(senders["logs"])
    counts = _counts(rng, kinds, senders["logs"].value_counts())
    start = pd.Series(-1, index=people.index)
    stride = pd.Series(1, index=people.index)
    for sent, rows in kinds.groupby("logs"):
        order = rng.permutation(senders.index[senders["logs"] == sent])
        start[order] = np.repeat(rows["start"], counts[rows.index]).to_numpy()
        stride[order] = np.repeat(rows["stride"], counts[rows.index]).to_numpy()
    return people.assign(start=start, stride=stride)


def _kinds(logs: pd.Series) -> pd.DataFrame:
    """List every number of logs with every first month and stride that end by December 2016."""
    last = len(LOGS) - 1
    rows = [
        (sent, start, stride)
        for sent in sorted(logs.unique())
        for stride in (STRIDES if sent > 1 else STRIDES[:1])
        for start in range(1, len(REGISTRATIONS))
        if start + stride * (sent - 1) <= last
    ]
    return pd.DataFrame(rows, columns=["logs", "start", "stride"])


def _counts(rng: np.random.Generator, kinds: pd.DataFrame, senders: pd.Series) -> np.ndarray:
    """How many people there are of each kind."""
    months = np.arange(len(LOGS))
    later = months[None, :] - kinds["start"].to_numpy()[:, None]
    sent = (later >= 0) & (later % kinds[["stride"]].to_numpy() == 0)
    sent &= later <= kinds[["stride"]].to_numpy() * (kinds[["logs"]].to_numpy() - 1)
    wanted = spread(int((senders * senders.index).sum()), np.array(LOGS, dtype=float))
    starts = spread(int(senders.sum()), np.array((0, *REGISTRATIONS[1:]), dtype=float))
    margins = [margin(kinds["logs"] == each, n) for each, n in senders.items()]
    margins += [margin(sent[:, month], wanted[month], penalty=3.0) for month in months]
    margins += [margin(kinds["start"] == month, n, penalty=1.0) for month, n in enumerate(starts)]
    costs = rng.random(len(kinds)) * 0.3 + 0.2 * (kinds["stride"] - 1)
    return whole_counts(costs.to_numpy(), np.full(len(kinds), 400.0), margins)


def log_dates(rng: np.random.Generator, logs: pd.DataFrame) -> pd.Series:
    """Return the day of each log: a person keeps roughly to one day of the month.

    Parameters
    ----------
    rng : Generator
    logs : DataFrame
        One row per log with `person`, `number`, `start` and `stride`.
    """
    usual = pd.Series(rng.integers(4, LAST_LOG_DAY - 1, logs["person"].max() + 1))
    day = np.clip(logs["person"].map(usual) + rng.integers(-3, 4, len(logs)), 1, LAST_LOG_DAY)
    month = FIRST.ordinal + logs["start"] + logs["stride"] * (logs["number"] - 1)
    dates = pd.PeriodIndex.from_ordinals(month, freq="M").to_timestamp() + pd.to_timedelta(day - 1, unit="D")
    dates = pd.Series(dates, index=logs.index)
    dates.loc[dates.idxmax()] = pd.Timestamp(printed.claim_text("last_log"))
    return dates


def registration_dates(rng: np.random.Generator, people: pd.DataFrame, logs: pd.DataFrame) -> pd.Series:
    """Return the day each registered person registered, as text: no later than their first log.

    People who log register in the month they start; those who never log fill the months up.
    """
    registered = people[people["registered"]]
    starters = registered["start"].value_counts()
    silent = registered.index[registered["start"] < 0]
    room = np.array([wanted - starters.get(month, 0) for month, wanted in enumerate(REGISTRATIONS)])
    month = registered["start"].copy()
    month[rng.permutation(silent)] = np.repeat(
        np.arange(len(room)), spread(len(silent), np.maximum(room, 0.0))
    )
    opens = pd.PeriodIndex.from_ordinals(FIRST.ordinal + month, freq="M").to_timestamp()
    opens = pd.Series(opens, index=registered.index).clip(
        lower=pd.Timestamp(printed.claim_text("first_registration"))
    )
    first_log = logs[logs["number"] == 1].set_index("person")["completed_on"]
    closes = first_log.reindex(registered.index).fillna(opens + pd.offsets.MonthEnd(0))
    days = (closes - opens).dt.days.to_numpy()
    dates = opens + pd.to_timedelta(rng.integers(0, days + 1), unit="D")
    dates.loc[dates[silent].idxmin()] = pd.Timestamp(printed.claim_text("first_registration"))
    dates.loc[dates[silent].idxmax()] = pd.Timestamp(printed.claim_text("last_registration"))
    return dates.dt.strftime("%Y-%m-%d")
