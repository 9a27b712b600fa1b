"""Who is due which form and when, and what came of it.

A person's first form is due on the day of registration, and one more in each month after, on the same day of
the month or the last of a shorter one. These are the *waves*, counted from 0. A wave is open until the day
before the next; a form belongs to the wave in which it was filled in.

A person's first form is a quarterly one, however long it takes, and from then on every third. What was due
stays due, and of the same form: which one that is rests on what had come in by the day it was due. Later
days, later forms and withdrawals add waves or change what became of them, and never take one away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.fieldwork.records import Records

QUARTERLY, MONTHLY = "quarterly", "monthly"
RETURNED, OPEN, OVERDUE, WITHDRAWN = "returned", "open", "overdue", "withdrawn"
STATES = (RETURNED, OPEN, OVERDUE, WITHDRAWN)
FIRST_FORM, REMIND, WAIT = "hand out the first form", "send a reminder", "reminder sent: wait"
_DAY = np.timedelta64(1, "D")


def months_after(days: np.ndarray | pd.Series, months: np.ndarray | int) -> np.ndarray:
    """Return the same day of a later month, or the last day of a shorter one.

    Parameters
    ----------
    days : array of dates
    months : array of int, or int

    Returns
    -------
    array of datetime64[D]

    Examples
    --------
    >>> months_after(np.array(["2016-01-31", "2016-02-29"]), [1, 12]).astype(str).tolist()
    ['2016-02-29', '2017-02-28']
    """
    days = np.asarray(days).astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    target = month + np.asarray(months).astype("timedelta64[M]")
    first, after = target.astype("datetime64[D]"), (target + 1).astype("datetime64[D]")
    return first + np.minimum(days - month.astype("datetime64[D]"), after - first - _DAY)


def whole_months(start: np.ndarray | pd.Series, end: np.ndarray | pd.Series | pd.Timestamp) -> np.ndarray:
    """Return the whole months between days: the most that `months_after` can add without passing the end.

    Examples
    --------
    >>> whole_months(np.array(["2016-01-31"]), np.array(["2016-02-29"])).tolist()
    [1]
    """
    start = np.asarray(start).astype("datetime64[D]")
    end = np.asarray(end).astype("datetime64[D]")
    months = (end.astype("datetime64[M]") - start.astype("datetime64[M]")).astype(int)
    return months - (months_after(start, months) > end)


def waves(records: Records) -> pd.DataFrame:
    """List every form that was due by the day, and what had become of it.

    Parameters
    ----------
    records : Records

    Returns
    -------
    DataFrame
        One row per person and wave: `person_id`, `region`, `project_id`, `wave`, `form`, `due_on`,
        `closes_on`, `log_id` and `came_in_on` of the form that answers it, `late` (whether that came in
        after the wave had closed), and `state`: "returned"; "open", while it can still come in time;
        "overdue"; or "withdrawn", if the person withdrew before it closed.
    """
    due = _due(records)
    answers = _answers(records)[["person_id", "wave", "log_id", "came_in_on"]]
    found = due.merge(answers, on=["person_id", "wave"], how="left")
    returned = found["came_in_on"].notna()
    state = np.select(
        [returned, found["withdrawn_on"] <= found["closes_on"], found["closes_on"] >= records.as_of],
        [RETURNED, WITHDRAWN, OPEN],
        OVERDUE,
    )
    late = returned & (found["came_in_on"] > found["closes_on"])
    return found.assign(state=state, late=late).drop(columns=["withdrawn_on"])


def other_forms(records: Records) -> pd.DataFrame:
    """Return the forms of registered people that answer no wave, such as a second one in a month."""
    mine = records.forms[records.forms["registered"]]
    answering = waves(records)["log_id"].dropna()
    return mine[~mine["log_id"].isin(answering)].reset_index(drop=True)


def to_do(records: Records) -> pd.DataFrame:
    """List who is due a form on the day, and who needs a reminder.

    People are on it whose wave is open and has no form yet. Only people who registered are: of others there
    is no consent to reminders and no way to reach them. Those who withdrew are not.

    Parameters
    ----------
    records : Records

    Returns
    -------
    DataFrame
        One row per person, in the order of `person_id`: `person_id`, `region`, `project_id`, `to_do`,
        `form`, `due_on`, `closes_on`, `version` and `mode` of the last form (missing before the first),
        `last_form_on`, `sent_on` (of what was sent in this wave), and `missed`: waves in a row, up to the
        open one, that closed without a form. `to_do` is one of "hand out the first form", "send a reminder"
        and "reminder sent: wait".
    """
    listed = waves(records)
    now = listed[listed["state"] == OPEN]
    ordered = records.forms.sort_values(["completed_on", "log_id"])
    last = ordered.drop_duplicates("person_id", keep="last").set_index("person_id")
    told = last.reindex(now["person_id"])
    latest = records.sent.groupby("person_id")["sent_on"].max().reindex(now["person_id"])
    sent = pd.Series(pd.to_datetime(latest.to_numpy()), index=now.index)
    sent = sent.where(sent >= now["due_on"])
    has_form = told["log_id"].notna().to_numpy()
    what = np.select([sent.notna(), has_form], [WAIT, REMIND], FIRST_FORM)
    done = listed[listed["state"] == RETURNED].groupby("person_id")["wave"].max()
    since = now["person_id"].map(done).fillna(-1).astype(int)
    listed_now = now.assign(
        to_do=what,
        version=told["version"].astype(object).to_numpy(),
        mode=told["mode"].astype(object).to_numpy(),
        last_form_on=told["completed_on"].to_numpy(),
        sent_on=sent,
        missed=now["wave"] - 1 - since,
    )
    columns = ["person_id", "region", "project_id", "to_do", "form", "due_on", "closes_on"]
    columns += ["version", "mode", "last_form_on", "sent_on", "missed"]
    return listed_now[columns].sort_values("person_id", ignore_index=True)


def _due(records: Records) -> pd.DataFrame:
    """Lay out the waves due by the day: none after the study has ended, or a person has withdrawn."""
    people, rules = records.people, records.rules
    until = records.as_of if pd.isna(records.ends) else min(records.as_of, records.ends)
    people = people[people["registered_on"] <= until]
    number = whole_months(people["registered_on"], until) + 1
    rows = people.loc[people.index.repeat(number)].reset_index(drop=True)
    wave = rows.groupby("person_id", sort=False).cumcount().to_numpy()
    due = months_after(rows["registered_on"], wave)
    closes = months_after(rows["registered_on"], wave + 1) - _DAY
    first = rows["person_id"].map(_wave_of_first(records)).to_numpy(dtype=float)
    quarterly = ~(wave > first) | ((wave - first) % rules.quarterly_every == 0)
    if pd.notna(records.ends):
        closes = np.minimum(closes, np.datetime64(records.ends, "D"))
        if rules.last_is_quarterly:
            quarterly |= wave == whole_months(rows["registered_on"], records.ends)
    found = rows[["person_id", "region", "project_id", "withdrawn_on"]].assign(
        wave=wave,
        form=np.where(quarterly, QUARTERLY, MONTHLY),
        due_on=due.astype("datetime64[s]"),
        closes_on=closes.astype("datetime64[s]"),
    )
    asked = found["withdrawn_on"].isna() | (found["due_on"] < found["withdrawn_on"])
    return found[asked].reset_index(drop=True)


def _wave_of_first(records: Records) -> pd.Series:
    """Return the wave in which each person's first form came in."""
    started = records.people.set_index("person_id")["registered_on"]
    came = records.forms[records.forms["registered"]].groupby("person_id")["came_in_on"].min()
    came = came[came.index.isin(started.index)]
    return pd.Series(np.maximum(whole_months(started[came.index], came), 0), came.index, dtype=float)


def _answers(records: Records) -> pd.DataFrame:
    """Choose for each person and wave the form that came in first."""
    mine = records.forms.merge(records.people[["person_id", "registered_on"]], on="person_id")
    filled_in = mine["completed_on"].fillna(mine["came_in_on"])
    wave = np.maximum(whole_months(mine["registered_on"], filled_in), 0)
    ordered = mine.assign(wave=wave).sort_values(["came_in_on", "log_id"])
    return ordered.drop_duplicates(["person_id", "wave"])
