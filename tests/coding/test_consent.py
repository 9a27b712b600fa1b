"""Consent: the last event up to a day holds, and only what is given allows a quotation."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.coding.consent import (
    GIVEN,
    NONE,
    RESTRICTED,
    SPEAKER_UNKNOWN,
    STATES,
    WITHDRAWN,
    consent_on,
    jointly_usable,
    may_be_quoted,
)
from peerbook.errors import DataError, ParameterError

COLUMNS = ["participant_id", "activity", "event", "date", "scope"]
EVENTS = pd.DataFrame(
    [
        ("P1", "film", GIVEN, "2020-01-12", ""),
        ("P1", "film", WITHDRAWN, "2020-02-01", ""),
        ("P2", "film", GIVEN, "2020-01-12", ""),
        ("P2", "film", RESTRICTED, "2020-01-20", "no faces"),
        ("P1", "talk", GIVEN, "2020-01-12", ""),
    ],
    columns=COLUMNS,
)
DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 9))
SOME_EVENTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.just("film"), st.sampled_from(STATES), DAYS, st.just(""))
)


def state(day: str | date | None = None, events: pd.DataFrame = EVENTS) -> dict[tuple[str, str], str]:
    return consent_on(events, day).set_index(["participant_id", "activity"])["state"].to_dict()


def test_the_last_event_up_to_the_day_holds():
    assert state("2020-01-11") == {}
    assert state("2020-01-12") == {("P1", "film"): GIVEN, ("P2", "film"): GIVEN, ("P1", "talk"): GIVEN}
    assert state(date(2020, 1, 31))["P1", "film"] == GIVEN
    assert state("2020-02-01")["P1", "film"] == WITHDRAWN
    assert state()["P2", "film"] == RESTRICTED
    assert consent_on(EVENTS).set_index("participant_id")["scope"]["P2"] == "no faces"


def test_of_two_events_of_a_day_the_stricter_holds_whatever_their_order():
    rows = EVENTS.iloc[:2].assign(date="2020-01-12")
    assert set(state(events=rows).values()) == set(state(events=rows[::-1]).values()) == {WITHDRAWN}


def test_typed_tables_give_the_same_whatever_the_order_of_their_categories():
    typed = EVENTS.assign(
        date=pd.to_datetime(EVENTS["date"]),
        activity=pd.Categorical(EVENTS["activity"], ["talk", "film", "walk"]),
        event=pd.Categorical(EVENTS["event"], [WITHDRAWN, GIVEN, RESTRICTED]),
    )
    assert state(events=typed) == state()
    one_day = typed.iloc[:2].assign(date=pd.Timestamp("2020-01-12"))
    assert set(state(events=one_day).values()) == {WITHDRAWN}


def test_consent_can_be_given_again():
    again = pd.concat([EVENTS, EVENTS.iloc[:1].assign(date="2020-03-01")])
    assert state(events=again)["P1", "film"] == GIVEN


def test_only_consent_that_is_given_for_this_very_activity_allows_a_quotation():
    said = pd.DataFrame(
        [("P1", "film"), ("P2", "film"), ("P1", "talk"), ("P2", "talk"), (None, "talk"), ("", "talk")],
        columns=["participant_id", "activity"],
    )
    found = may_be_quoted(said, EVENTS)
    assert found["consent"].tolist() == [
        WITHDRAWN, RESTRICTED, GIVEN, NONE, SPEAKER_UNKNOWN, SPEAKER_UNKNOWN,
    ]  # fmt: skip
    assert found["may_be_quoted"].tolist() == ["no", "no", "yes", "no", "no", "no"]
    assert may_be_quoted(said, EVENTS, "2020-01-31")["may_be_quoted"].tolist()[0] == "yes"


def test_what_was_made_together_needs_everybody():
    assert jointly_usable(EVENTS, ["P1", "P2"], "film", "2020-01-12")["usable"] == "yes"
    assert jointly_usable(EVENTS, ["P1", "P2"], "film")["usable"] == "no"
    with_another = jointly_usable(EVENTS, ["P1", "P2", "P3"], "film", "2020-01-12")
    assert with_another[[GIVEN, NONE, "usable"]].tolist() == [2, 1, "no"]
    assert jointly_usable(EVENTS, [], "film")["usable"] == "no"


def test_events_without_a_day_or_of_an_unknown_kind_are_refused():
    with pytest.raises(DataError, match="film"):
        consent_on(EVENTS.assign(date=[None, *EVENTS["date"][1:]]))
    with pytest.raises(ParameterError, match="revoked"):
        consent_on(EVENTS.assign(event="revoked"))
    with pytest.raises(ParameterError, match="soon"):
        consent_on(EVENTS, "soon")


@given(SOME_EVENTS, DAYS)
def test_later_events_say_nothing_of_a_day(rows, day):
    events = pd.DataFrame(rows, columns=COLUMNS)
    earlier = events[pd.Series([when <= day for when in events["date"]], dtype=bool)]
    assert state(day, events) == state(None, earlier)


@given(SOME_EVENTS, DAYS)
def test_the_state_is_the_strictest_of_the_last_day(rows, day):
    events = pd.DataFrame(rows, columns=COLUMNS)
    for (who, _), found in state(day, events).items():
        known = [(when, kind) for person, _, kind, when, _ in rows if person == who and when <= day]
        latest = max(when for when, _ in known)
        assert found == max((kind for when, kind in known if when == latest), key=STATES.index)
