"""Consent as dated events: what each person allowed on a day, and which extracts may be quoted then.

A person gives, restricts or withdraws consent for an activity, such as an interview or a film. The last event
up to a day holds; of several on one day the strictest. Nobody who said nothing has agreed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.errors import DataError, ParameterError

GIVEN, RESTRICTED, WITHDRAWN, NONE = "given", "restricted", "withdrawn", "none"
STATES = (GIVEN, RESTRICTED, WITHDRAWN)  # the strictest last
SPEAKER_UNKNOWN = "speaker not known"
PERSON = ["participant_id", "activity"]


def consent_on(events: pd.DataFrame, day: str | date | None = None) -> pd.DataFrame:
    """Say what each person allows on a day.

    Parameters
    ----------
    events : DataFrame
        `participant_id`, `activity`, `event` ("given", "restricted" or "withdrawn"), `date`; perhaps `scope`:
        what a restriction asks for.
    day : str or date, optional
        ISO if text; events of the day count. By default all events count.

    Returns
    -------
    DataFrame
        One row per person and activity that has an event by then: `participant_id`, `activity`, `state`,
        `since` and `scope` (blank if none), in the order of the first events.

    Raises
    ------
    DataError
        If an event has no date: it may be the one that withdraws.
    ParameterError
        If an event is unknown, or the day cannot be read.

    Examples
    --------
    >>> events = pd.DataFrame({"participant_id": "P1", "activity": "film", "event": ["given", "withdrawn"],
    ...                        "date": ["2020-01-12", "2020-02-01"]})
    >>> [consent_on(events, day)["state"].item() for day in ("2020-01-31", "2020-02-01")]
    ['given', 'withdrawn']
    """
    for event in events["event"].unique():
        check_one_of("event of consent", event, STATES)
    dated = pd.to_datetime(events["date"])
    if dated.isna().any():
        who = ", ".join(dict.fromkeys(events.loc[dated.isna(), "activity"].astype(str)))
        raise DataError(
            f"consent events, date: found none for an event of {who}; expected a day for every event. Write "
            "the day on which it was said; without it nobody knows which event is the last."
        )
    scope = events["scope"].astype(object).fillna("").astype(str) if "scope" in events else ""
    who, what, event = (events[name].astype(str) for name in (*PERSON, "event"))
    known = pd.DataFrame({PERSON[0]: who, PERSON[1]: what, "event": event, "since": dated, "scope": scope})
    known = known.assign(rank=known["event"].map(STATES.index))
    if day is not None:
        known = known[known["since"] <= _day(day)]
    last = known.sort_values(["since", "rank"], kind="stable").groupby(PERSON, sort=False).tail(1)
    order = known.drop_duplicates(PERSON)[PERSON]
    found = order.merge(last, on=PERSON, how="left").rename(columns={"event": "state"})
    return found[[*PERSON, "state", "since", "scope"]]


def _day(day: str | date) -> pd.Timestamp:
    try:
        return pd.Timestamp(day)
    except ValueError as error:
        raise ParameterError(
            f"day: found {day!r}; expected a date such as 2020-01-31. Correct it, or leave it out."
        ) from error


def may_be_quoted(
    segments: pd.DataFrame, events: pd.DataFrame, day: str | date | None = None
) -> pd.DataFrame:
    """Say of each extract whether it may be quoted on a day.

    Parameters
    ----------
    segments : DataFrame
        `participant_id` (blank or missing: not known who spoke) and `activity`, perhaps more.
    events, day
        As for `consent_on`.

    Returns
    -------
    DataFrame
        The segments with `may_be_quoted` ("yes" or "no") and the `consent` behind it: "given", "restricted",
        "withdrawn", "none" (no event by then) or "speaker not known". Only consent that is given, and not
        restricted, allows a quotation: what a restriction leaves free is for a person to judge.

    Examples
    --------
    >>> events = pd.DataFrame({"participant_id": ["P1"], "activity": ["talk"], "event": ["given"],
    ...                        "date": ["2020-01-12"]})
    >>> said = pd.DataFrame({"participant_id": ["P1", "P2", ""], "activity": "talk"})
    >>> may_be_quoted(said, events)["consent"].tolist()
    ['given', 'none', 'speaker not known']
    """
    states = consent_on(events, day).set_index(PERSON)["state"].to_dict()
    speakers = segments["participant_id"].astype(object).where(segments["participant_id"].notna(), "")
    consent = [
        states.get((who, activity), NONE) if who else SPEAKER_UNKNOWN
        for who, activity in zip(speakers, segments["activity"], strict=True)
    ]
    allowed = ["yes" if state == GIVEN else "no" for state in consent]
    return segments.assign(consent=consent, may_be_quoted=allowed)


def jointly_usable(
    events: pd.DataFrame, people: Iterable[str], activity: str, day: str | date | None = None
) -> pd.Series:
    """Say whether something made together, such as a film, may be used: only if everybody in it agrees.

    Parameters
    ----------
    events, day
        As for `consent_on`.
    people : iterable of str
        Everybody who is in it.
    activity : str

    Returns
    -------
    Series
        How many have "given", "restricted" or "withdrawn" consent, or "none"; and `usable`, "yes" or "no".

    Examples
    --------
    >>> events = pd.DataFrame({"participant_id": ["P1"], "activity": ["film"], "event": ["given"],
    ...                        "date": ["2020-01-12"]})
    >>> jointly_usable(events, ["P1", "P2"], "film")[["given", "none", "usable"]].tolist()
    [1, 1, 'no']
    """
    states = consent_on(events, day).query("activity == @activity").set_index("participant_id")["state"]
    held = [states.get(person, NONE) for person in dict.fromkeys(people)]
    counts = {state: held.count(state) for state in (*STATES, NONE)}
    usable = "yes" if held and counts[GIVEN] == len(held) else "no"
    return pd.Series(counts | {"usable": usable}, dtype=object)
