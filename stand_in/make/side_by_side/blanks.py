"""Which answers are left blank, so that every model finds its printed number of pairs.

Long sections, hope and wellbeing are left blank on a few later logs, mostly by people who never registered:
the registered pairs of Table A4.10 leave no other place for them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed

CLOSE_UP = ("Elefriends", "Leeds")  # regions whose models are printed separately keep all their pairs


def pairs_printed(table: pd.DataFrame) -> pd.Series:
    """Return pairs per (exposure, outcome) of the whole-sample models."""
    whole = table[(table["sample"] == "whole") & (table["subgroup_variable"] == "")]
    return whole.groupby(["exposure", "outcome"])["n"].sum()


def blank_answers(rng: np.random.Generator, logs: pd.DataFrame) -> pd.DataFrame:
    """Add `has_wellbeing`, `has_contact`, `has_hope` and `has_self_efficacy` to the logs."""
    pairs = pairs_printed(printed.associations())["types_given"]
    full = ~logs["short"]
    later = (logs["number"] == logs["logs"]) & (logs["number"] > 1) & logs["dated"]
    later &= ~logs["region"].isin(CLOSE_UP)
    both_full = (full & (logs["number"] > 1) & logs["dated"]).sum()
    long = _pick(rng, logs, later & full, both_full - pairs["self_efficacy"])
    hope = _pick(rng, logs, later & full & ~long, pairs["self_efficacy"] - pairs["hope"], outsiders=False)
    wellbeing = _pick(rng, logs, later & ~long & ~hope, pairs["health"] - pairs["wellbeing"])
    contact = full & ~long
    entry = _entry_blanks(rng, logs, full)
    return logs.assign(
        has_wellbeing=~wellbeing & ~entry["wellbeing"],
        has_contact=contact,
        has_hope=contact & ~hope & ~entry["hope"],
        has_self_efficacy=contact & ~entry["self_efficacy"],
    )


def spoilt_answers(logs: pd.DataFrame) -> pd.DataFrame:
    """Return the logs that lack a score for want of one answer: the section was reached."""
    return pd.DataFrame(
        {
            "wellbeing": ~logs["has_wellbeing"],
            "hope": logs["has_contact"] & ~logs["has_hope"],
            "self_efficacy": logs["has_contact"] & ~logs["has_self_efficacy"],
        }
    )


def _pick(
    rng: np.random.Generator, logs: pd.DataFrame, allowed: pd.Series, count: float, outsiders: bool = True
) -> pd.Series:
    """Pick that many allowed logs, people who never registered first."""
    last_choice = logs["registered"] if outsiders else ~logs["registered"]
    order = pd.Series(last_choice + rng.random(len(logs)) * 0.5, index=logs.index)[allowed].sort_values()
    return pd.Series(logs.index.isin(order.index[: int(count)]), index=logs.index)


def _entry_blanks(rng: np.random.Generator, logs: pd.DataFrame, full: pd.Series) -> dict[str, pd.Series]:
    """Blank single first logs until the missing counts of Table A4.3 are met."""
    counts = printed.baseline_counts()
    contact = counts.loc[("social_network", printed.MISSING)]
    extra = {name: counts.loc[(name, printed.MISSING)] - contact for name in ("hope", "self_efficacy")}
    extra["wellbeing"] = counts.loc[("wellbeing", printed.MISSING)]
    blank = {name: pd.Series(False, index=logs.index) for name in extra}
    for name, missing in extra.items():
        for region in missing.index[missing > 0]:
            single = logs.index[
                full & (logs["logs"] == 1) & (logs["region"] == region) & (logs["moved"] == "")
            ]
            blank[name][rng.choice(single, missing[region], replace=False)] = True
    return blank
