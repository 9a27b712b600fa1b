"""How many people and logs there are at each step, as in the flow chart of chapter 4."""

from __future__ import annotations

import pandas as pd

from peerbook.log.home import HOME
from peerbook.study import ALL_REGIONS, of_region


def flow(
    registrations: pd.DataFrame,
    raw_logs: pd.DataFrame,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    region: str = ALL_REGIONS,
) -> pd.Series:
    """Count people, logs and pairs at each step.

    Parameters
    ----------
    registrations : DataFrame
        One row per registered person, all regions.
    raw_logs : DataFrame
        Logs as sent in from all regions, duplicates included, with `registered` and `home_region`.
    logs : DataFrame
        Cleaned logs of all regions, with `home_region`.
    pairs : DataFrame
        Pairs of consecutive logs, all regions.
    region : str
        "all", or the region to count: its people are those at home there, its logs and pairs those sent in
        from there. So the numbers of all regions add up to those of "all".

    Returns
    -------
    Series of int
        By step. Somebody counts in `people_with_two_or_more` with two logs that can be put in order, and
        otherwise, having sent in any log, in `people_with_one_log`.
    """
    people = _people(registrations, raw_logs, logs, region)
    sent_in, kept, paired = (of_region(rows, region) for rows in (raw_logs, logs, pairs))
    of_registered = sent_in["registered"]
    counts = {
        "registered": people["registered"],
        "registered_with_logs": people["took_part"],
        "registered_without_logs": people["registered"] - people["took_part"],
        "logs_of_registered": of_registered.sum(),
        "logs_of_registered_quarterly": (of_registered & (sent_in["form"] == "quarterly")).sum(),
        "logs_of_registered_monthly": (of_registered & (sent_in["form"] == "monthly")).sum(),
        "logs_without_registration": (~of_registered).sum(),
        "people_without_registration": people["unregistered"],
        "people": people["registered"] + people["unregistered"],
        "logs_before_cleaning": len(sent_in),
        "duplicates_removed": len(sent_in) - len(kept),
        "logs": len(kept),
        "logs_without_usable_date": kept["month"].isna().sum(),
        "people_with_logs": people["with_logs"],
        "people_with_one_log": people["with_logs"] - people["in_pairs"],
        "people_with_two_or_more": people["in_pairs"],
        "pairs": len(paired),
        "pairs_registered": paired["registered"].sum(),
        "people_in_pairs_registered": people["in_pairs_registered"],
        "logs_ticked": kept["ticked"].sum(),
        "logs_short": kept["short"].sum(),
        "logs_online": (kept["mode"] == "online").sum(),
        "logs_paper": (kept["mode"] == "paper").sum(),
    }
    return pd.Series(counts, dtype="int64", name="number").rename_axis("step")


def _people(
    registrations: pd.DataFrame, raw_logs: pd.DataFrame, logs: pd.DataFrame, region: str
) -> dict[str, int]:
    """Count the people at home in a region, wherever their logs were sent in from."""
    registered = of_region(registrations, region)["person_id"]
    sent_in, kept = (of_region(rows, region, HOME) for rows in (raw_logs, logs))
    later = kept[kept["month"] >= 2]
    return {
        "registered": len(registered),
        "took_part": registered.isin(sent_in["person_id"]).sum(),
        "unregistered": sent_in.loc[~sent_in["registered"], "person_id"].nunique(),
        "with_logs": kept["person_id"].nunique(),
        "in_pairs": later["person_id"].nunique(),
        "in_pairs_registered": later.loc[later["registered"], "person_id"].nunique(),
    }
