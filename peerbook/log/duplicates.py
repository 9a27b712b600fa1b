"""Which logs are in the data twice, and which of them to keep.

The report found two ways in: people who filled in the wrong form, saw it, and filled in the right one on the
same day; and paper forms that were typed twice. In either case a person has two logs on one day, so the rule
is one log per person and day. The more complete one is kept, counting the questions that every form asks (a
form given up half way is the wrong one); of equally complete ones the one entered last, that is with the
higher number (the right form came second).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.data.schema import Schema

BOTH_FORMS = "same day, both versions of the form"
TYPED_TWICE = "same day, same form, same answers"
TWO_ANSWERS = "same day, same form, different answers"
MORE_COMPLETE = "the more complete one"
ENTERED_LAST = "the one entered last"
DAY = ["person_id", "completed_on"]


def repeated_logs(logs: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Find the logs to remove.

    Parameters
    ----------
    logs : DataFrame
        Typed logs with `completed_on` as a date; logs without a date are never duplicates.
    schema : Schema
        Which columns are answers, and which of them every form asks.

    Returns
    -------
    DataFrame
        One row per log to remove, with its index in `logs`: `kept` (number of the log kept in its place),
        `rule` (what kind of duplicate it is) and `reason` (why the other one was kept).
    """
    twice = logs[logs["completed_on"].notna() & logs.duplicated(DAY, keep=False)]
    ranked = twice.assign(answers=_answers(twice, schema)).sort_values([*DAY, "answers", "log_id"])
    kept = ranked.drop_duplicates(DAY, keep="last")
    removed = ranked.drop(index=kept.index)
    partner = removed[DAY].merge(kept, on=DAY, how="left").set_index(removed.index)
    found = {
        "kept": partner["log_id"],
        "rule": _kind(removed, partner, schema),
        "reason": np.where(partner["answers"] > removed["answers"], MORE_COMPLETE, ENTERED_LAST),
    }
    return pd.DataFrame(found, index=removed.index).astype({"rule": "str", "reason": "str"})


def _answers(logs: pd.DataFrame, schema: Schema) -> pd.Series:
    """Count the answers to the questions that every form and version asks."""
    common = [name for name in schema.names(form="", version="", personal=False) if name in logs]
    return (logs[common].notna() & logs[common].ne("")).sum(axis=1)


def _kind(removed: pd.DataFrame, partner: pd.DataFrame, schema: Schema) -> np.ndarray:
    """Say what kind of duplicate each removed log is of its partner."""
    answers = [name for name in schema.read_fields if name in removed and name not in schema.primary_key]
    same = {name: _same(removed[name], partner[name]) for name in answers}
    same_form = same["form"] & same["version"]
    same_answers = np.all(list(same.values()), axis=0)
    return np.select([~same_form, same_answers], [BOTH_FORMS, TYPED_TWICE], TWO_ANSWERS)


def _same(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Say in which rows two columns of one type hold the same; nothing is the same as an empty text."""
    if one.dtype in ("str", "object"):
        return one.fillna("").to_numpy(dtype=object) == other.fillna("").to_numpy(dtype=object)
    return (one.eq(other).fillna(value=False) | (one.isna() & other.isna())).to_numpy(dtype=bool)
