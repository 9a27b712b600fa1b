"""The thirty logs that cleaning has to remove."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed


def with_duplicates(rng: np.random.Generator, raw: pd.DataFrame, registered: np.ndarray) -> pd.DataFrame:
    """Add the duplicates of registered people, before the log they repeat.

    Some are paper forms typed twice; the others are monthly forms given up half way by somebody who then
    filled in the quarterly one on the same day. How many of the registered people's duplicates are quarterly
    follows from the flow: 1,080 quarterly logs before cleaning against those left after it.

    Parameters
    ----------
    rng : Generator
    raw : DataFrame
        One row per log that stays, columns of `logs.csv` without `log_id`.
    registered : ndarray of bool
        Whose rows belong to registered people.
    """
    quarterly = ((raw["form"] == "quarterly") & registered).sum()
    typed_quarterly = int(printed.claim("logs_registered_quarterly") - quarterly)
    monthly = printed.claim("duplicates") - typed_quarterly
    typed_monthly = monthly // 3
    paper = registered & (raw["mode"] == "paper") & (raw["swemwbs_1"] != "")
    typed = np.concatenate(
        [
            rng.choice(np.flatnonzero(paper & (raw["form"] == form)), count, replace=False)
            for form, count in (("quarterly", typed_quarterly), ("monthly", typed_monthly))
        ]
    )
    complete = (
        registered & (raw["form"] == "quarterly") & (raw["version"] == "full") & (raw["swemwbs_1"] != "")
    )
    complete &= ~np.isin(np.arange(len(raw)), typed)
    mistaken = rng.choice(np.flatnonzero(complete), monthly - typed_monthly, replace=False)
    given_up = _given_up(raw.iloc[mistaken])
    rows = pd.concat([raw.iloc[typed], given_up, raw])
    return rows.sort_index(kind="stable").reset_index(drop=True)


def _given_up(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the same logs as monthly forms with the support part filled in and the rest left blank."""
    columns = list(raw.columns)
    rest = columns[columns.index("swemwbs_1") :]
    return raw.assign(form="monthly", **dict.fromkeys(rest, ""))
