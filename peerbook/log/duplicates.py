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
KEPT_FOR = {True: "the more complete one", False: "the one entered last"}


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
    same_day = logs["completed_on"].notna() & logs.duplicated(["person_id", "completed_on"], keep=False)
    twice = logs[same_day]
    ranked = twice.assign(answers=_answers(twice, schema)).sort_values(
        ["person_id", "completed_on", "answers", "log_id"]
    )
    day = ["person_id", "completed_on"]
    kept = ranked.drop_duplicates(day, keep="last")
    removed = ranked.drop(index=kept.index)
    partner = removed[day].merge(kept.reset_index(), on=day, how="left").set_index("index")
    return pd.DataFrame(
        {
            "kept": partner["log_id"].to_numpy(),
            "rule": _kind(removed, partner, schema),
            "reason": [
                KEPT_FOR[more] for more in partner["answers"].to_numpy() > removed["answers"].to_numpy()
            ],
        },
        index=removed.index,
    )


def _answers(logs: pd.DataFrame, schema: Schema) -> pd.Series:
    """Count the answers to the questions that every form and version asks."""
    common = [name for name in schema.names(form="", version="", personal=False) if name in logs]
    return (logs[common].notna() & logs[common].ne("")).sum(axis=1)


def _kind(removed: pd.DataFrame, partner: pd.DataFrame, schema: Schema) -> np.ndarray:
    """Say what kind of duplicate each removed log is of its partner."""
    key = set(schema.primary_key)
    answers = [name for name in schema.read_fields if name in removed and name not in key]
    left, right = (frame[answers].astype(object).fillna("").to_numpy() for frame in (removed, partner))
    forms = (
        removed[["form", "version"]].astype("str").to_numpy()
        == partner[["form", "version"]].astype("str").to_numpy()
    ).all(axis=1)
    return np.where(~forms, BOTH_FORMS, np.where((left == right).all(axis=1), TYPED_TWICE, TWO_ANSWERS))
