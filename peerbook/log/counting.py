"""How many people and logs there are at each step, as in the flow chart of chapter 4."""

from __future__ import annotations

import pandas as pd


def flow(
    registrations: pd.DataFrame, raw_logs: pd.DataFrame, logs: pd.DataFrame, pairs: pd.DataFrame
) -> pd.Series:
    """Count people, logs and pairs at each step.

    Parameters
    ----------
    registrations : DataFrame
        One row per registered person.
    raw_logs : DataFrame
        Logs as sent in, duplicates included, with `registered`.
    logs : DataFrame
        Cleaned logs.
    pairs : DataFrame
        Pairs of consecutive logs.

    Returns
    -------
    Series of int
        By step. Somebody counts in `people_with_two_or_more` with two logs that can be put in order, and
        otherwise, having sent in any log, in `people_with_one_log`.
    """
    of_registered, without = raw_logs[raw_logs["registered"]], raw_logs[~raw_logs["registered"]]
    took_part = registrations["person_id"].isin(of_registered["person_id"])
    people = logs["person_id"].nunique()
    counts = {
        "registered": len(registrations),
        "registered_with_logs": took_part.sum(),
        "registered_without_logs": (~took_part).sum(),
        "logs_of_registered": len(of_registered),
        "logs_of_registered_quarterly": (of_registered["form"] == "quarterly").sum(),
        "logs_of_registered_monthly": (of_registered["form"] == "monthly").sum(),
        "logs_without_registration": len(without),
        "people_without_registration": without["person_id"].nunique(),
        "people": len(registrations) + without["person_id"].nunique(),
        "logs_before_cleaning": len(raw_logs),
        "duplicates_removed": len(raw_logs) - len(logs),
        "logs": len(logs),
        "logs_without_usable_date": logs["month"].isna().sum(),
        "people_with_logs": people,
        "people_with_one_log": people - pairs["person_id"].nunique(),
        "people_with_two_or_more": pairs["person_id"].nunique(),
        "pairs": len(pairs),
        "pairs_registered": pairs["registered"].sum(),
        "people_in_pairs_registered": pairs.loc[pairs["registered"], "person_id"].nunique(),
        "logs_ticked": logs["ticked"].sum(),
        "logs_short": logs["short"].sum(),
        "logs_online": (logs["mode"] == "online").sum(),
        "logs_paper": (logs["mode"] == "paper").sum(),
    }
    return pd.Series(counts, dtype="int64", name="number").rename_axis("step")
