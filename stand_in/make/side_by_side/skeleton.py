"""The logs before anything is written on them: form, version and date of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.calendar import log_dates

ODD_TAIL = "Kensington & Chelsea"


def make_logs(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Make one row per log left after cleaning, sorted by person and log number.

    Returns
    -------
    DataFrame
        `person` (row of people), `number` (1 = first log), `region` it was sent in from, `home` region of
        the person, `form`, `short`, `completed_on` and `dated` (False for the one unusable date).
    """
    senders = people[people["logs"] > 0]
    person = np.repeat(senders.index, senders["logs"])
    number = np.concatenate([np.arange(1, sent + 1) for sent in senders["logs"]])
    kept = people.loc[
        person, ["region", "log_region", "short", "logs", "start", "stride", "moved", "registered"]
    ]
    logs = kept.reset_index(drop=True).rename(columns={"region": "home", "log_region": "region"})
    logs = logs.assign(person=person, number=number)
    logs = logs.assign(form=_forms(rng, logs), completed_on=log_dates(rng, logs))
    return logs.assign(dated=logs.index != _undated(logs))


def _forms(rng: np.random.Generator, logs: pd.DataFrame) -> np.ndarray:
    """Give each region and log number its printed quarterly logs: to those due, and to last logs."""
    quarterly = pd.Series(False, index=logs.index)
    since = pd.Series(0.0, index=range(logs["person"].max() + 1))
    tables = printed.logs_by_month()
    for number, rows in logs.groupby("number"):
        last = (rows["number"] == rows["logs"]) & (number > 1) & rows["registered"]
        due = since[rows["person"]].to_numpy() + 2 * last + rng.random(len(rows))
        due = due + 100 * _first_forms(rng, rows) if number == 1 else due
        for region, here in rows.groupby("region"):
            wanted = tables[region].loc[number, "quarterly"]
            order = pd.Series(due, index=rows.index)[here.index].sort_values(ascending=False)
            quarterly[order.index[:wanted]] = True
        since[rows["person"]] = np.where(quarterly[rows.index], 0.0, since[rows["person"]] + 1)
    return np.where(quarterly, "quarterly", "monthly")


def _first_forms(rng: np.random.Generator, first: pd.DataFrame) -> np.ndarray:
    """Mark first logs that must be quarterly (1) or monthly (-1).

    The short quarterly form leaves out work and medication; their missing counts in Table A4.3 beyond the
    monthly logs are therefore short quarterly logs, the other short first logs are monthly.
    """
    missing = printed.baseline_counts().loc[("employment", printed.MISSING)]
    monthly = {region: table.loc[1, "monthly"] for region, table in printed.logs_by_month().items()}
    left = first.loc[first["moved"] == "monthly", "home"].value_counts()
    must = pd.Series(0, index=first.index)
    must[first["moved"] == "quarterly"] = 1
    must[first["moved"] == "monthly"] = -1
    for region, here in first[first["short"] & (first["moved"] == "")].groupby("region"):
        quarterly = min(len(here), max(missing[region] - monthly[region] - left.get(region, 0), 0))
        must[rng.permutation(here.index)] = np.repeat([1, -1], [quarterly, len(here) - quarterly])
    return must.to_numpy()


def _undated(logs: pd.DataFrame) -> int:
    """Return the log whose date cannot be used: the last of the person with the most logs in a region.

    Table A4.1 sums to 2,066, the flow ends at 2,064 and the shares are taken of 2,063. Two of the logs the
    table has at months 14 and 15 of Kensington & Chelsea cannot be; the one left there is this one.
    """
    there = logs[logs["region"] == ODD_TAIL]
    return int(there["number"].idxmax())
