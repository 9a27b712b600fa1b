"""Who is due which form: months of all lengths, withdrawals, late paper, people who move."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.fieldwork import Rules, to_do, waves
from peerbook.fieldwork.schedule import months_after, other_forms, whole_months
from tests.fieldwork.made import forms, known, people

DAYS = st.dates(date(2015, 1, 1), date(2017, 12, 31))


def due_days(records):
    return waves(records)["due_on"].dt.strftime("%Y-%m-%d").tolist()


def listed(records):
    return to_do(records).set_index("person_id")


@given(DAYS, st.integers(0, 60))
def test_a_month_later_is_what_the_calendar_says(day, months):
    found = months_after(np.array([day], dtype="datetime64[D]"), months)[0].astype(object)
    assert found == (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


@given(DAYS, st.integers(0, 1500))
def test_whole_months_are_the_most_that_fit(day, days):
    end = day + timedelta(days)
    number = int(whole_months(np.array([day], "datetime64[D]"), np.array([end], "datetime64[D]"))[0])
    assert pd.Timestamp(day) + pd.DateOffset(months=number) <= pd.Timestamp(end)
    assert pd.Timestamp(end) < pd.Timestamp(day) + pd.DateOffset(months=number + 1)


def test_forms_are_due_on_the_last_day_of_a_shorter_month_and_come_back_to_their_own():
    records = known(people(("0001", "2016-01-31")), forms(), "2016-05-01")
    assert due_days(records) == ["2016-01-31", "2016-02-29", "2016-03-31", "2016-04-30"]
    assert waves(records)["closes_on"].dt.strftime("%m-%d").tolist() == ["02-28", "03-30", "04-29", "05-30"]


def test_who_registered_on_a_leap_day_is_due_on_the_28th_a_year_later():
    records = known(people(("0001", "2016-02-29")), forms(), "2017-03-01", ends=None)
    assert due_days(records)[-1] == "2017-02-28"
    assert due_days(records)[1] == "2016-03-29"
    assert len(due_days(records)) == 13


@pytest.mark.parametrize(("day", "number"), [("2016-02-28", 1), ("2016-02-29", 2), ("2016-03-01", 2)])
def test_a_form_is_due_from_the_leap_day_on(day, number):
    assert len(due_days(known(people(("0001", "2016-01-30")), forms(), day))) == number


def test_the_first_form_is_quarterly_however_late_and_then_every_third():
    registered = people(("0001", "2016-01-10"))
    records = known(registered, forms(("0001", "2016-03-15")), "2016-09-30")
    assert waves(records)["form"].tolist() == [
        *["quarterly"] * 3,
        *["monthly"] * 2,
        "quarterly",
        *["monthly"] * 2,
        "quarterly",
    ]


def test_the_last_form_before_the_end_is_quarterly_and_closes_with_the_study():
    registered = people(("0001", "2016-10-30"))
    records = known(registered, forms(("0001", "2016-10-30")), "2017-06-01", ends="2016-12-05")
    found = waves(records)
    assert found["form"].tolist() == ["quarterly", "quarterly"]
    assert found["closes_on"].iloc[-1] == pd.Timestamp("2016-12-05")
    plain = known(
        registered, forms(("0001", "2016-10-30")), "2017-06-01", rules=Rules(last_is_quarterly=False)
    )
    assert waves(plain)["form"].tolist() == ["quarterly", "monthly"]


def test_a_form_answers_the_month_in_which_it_was_filled_in():
    registered = people(("0001", "2016-01-10"))
    found = waves(known(registered, forms(("0001", "2016-01-10"), ("0001", "2016-03-09")), "2016-03-20"))
    assert found["state"].tolist() == ["returned", "returned", "open"]
    assert found["log_id"].tolist()[:2] == [1, 2]


def test_a_form_that_did_not_come_is_overdue_when_the_next_is_due():
    registered = people(("0001", "2016-01-10"))
    states = {
        day: waves(known(registered, forms(), day))["state"].iloc[0] for day in ("2016-02-09", "2016-02-10")
    }
    assert states == {"2016-02-09": "open", "2016-02-10": "overdue"}


def test_a_late_paper_form_is_overdue_until_it_comes_and_then_late():
    registered, late = people(("0001", "2016-01-10")), forms(("0001", "2016-01-12", "2016-03-01"))
    before, after = (waves(known(registered, late, day)).iloc[0] for day in ("2016-02-29", "2016-03-01"))
    assert (before["state"], bool(before["late"])) == ("overdue", False)
    assert (after["state"], bool(after["late"])) == ("returned", True)


def test_until_a_paper_form_comes_its_writer_is_on_the_list():
    registered, late = people(("0001", "2016-01-10")), forms(("0001", "2016-01-12", "2016-02-05"))
    assert listed(known(registered, late, "2016-02-04")).loc["0001", "to_do"] == "hand out the first form"
    assert listed(known(registered, late, "2016-02-05")).empty


def test_a_form_received_before_it_was_filled_in_counts_from_the_later_day():
    records = known(people(("0001", "2016-01-10")), forms(("0001", "2016-01-20", "2016-01-12")), "2016-02-01")
    assert records.forms["came_in_on"].tolist() == [pd.Timestamp("2016-01-20")]


def test_a_second_form_of_a_month_answers_nothing_more():
    registered = people(("0001", "2016-01-10"))
    records = known(registered, forms(("0001", "2016-01-12"), ("0001", "2016-01-20")), "2016-02-01")
    assert waves(records)["log_id"].tolist() == [1]
    assert other_forms(records)["log_id"].tolist() == [2]


def test_a_form_from_before_registration_answers_the_first_wave():
    records = known(people(("0001", "2016-01-10")), forms(("0001", "2015-12-01")), "2016-01-15")
    assert waves(records)["state"].tolist() == ["returned"]


def test_who_withdrew_is_due_nothing_more_and_on_no_list():
    registered = people(("0001", "2016-01-10"), ("0002", "2016-01-10"))
    records = known(registered, forms(), "2016-03-15", withdrawn=(("0001", "2016-02-20"),))
    mine = waves(records).query("person_id == '0001'")
    assert mine["state"].tolist() == ["overdue", "withdrawn"]
    assert to_do(records)["person_id"].tolist() == ["0002"]


def test_who_withdraws_on_the_day_a_form_is_due_is_not_due_it():
    registered = people(("0001", "2016-01-10"))
    found = waves(known(registered, forms(), "2016-02-10", withdrawn=(("0001", "2016-02-10"),)))
    assert len(found) == 1


def test_a_withdrawal_of_tomorrow_is_not_known_today():
    registered = people(("0001", "2016-01-10"))
    assert len(to_do(known(registered, forms(), "2016-02-11", withdrawn=(("0001", "2016-02-12"),)))) == 1


def test_a_first_form_is_handed_out_and_a_later_one_reminded_of():
    registered = people(("0001", "2016-01-10"), ("0002", "2016-01-10"))
    found = listed(known(registered, forms(("0001", "2016-01-11")), "2016-03-12"))
    assert found["to_do"].to_dict() == {"0001": "send a reminder", "0002": "hand out the first form"}
    assert found["form"].to_dict() == {"0001": "monthly", "0002": "quarterly"}
    assert found["missed"].to_dict() == {"0001": 1, "0002": 2}
    assert found.loc["0001", "mode"] == "paper"


def test_one_reminder_a_month_is_enough():
    registered, first = people(("0001", "2016-01-10")), forms(("0001", "2016-01-11"))
    sent = (("0001", "2016-01-20"), ("0001", "2016-02-11"))
    found = {
        day: listed(known(registered, first, day, sent=sent)).loc["0001"]
        for day in ("2016-02-10", "2016-02-12", "2016-03-10")
    }
    assert [row["to_do"] for row in found.values()] == [
        "send a reminder",
        "reminder sent: wait",
        "send a reminder",
    ]
    assert found["2016-02-12"]["sent_on"] == pd.Timestamp("2016-02-11")


def test_nobody_is_reminded_who_never_registered():
    records = known(people(("0001", "2016-01-10")), forms(("0009", "2016-01-12")), "2016-03-12")
    assert to_do(records)["person_id"].tolist() == ["0001"]


def test_a_form_without_a_day_is_known_and_dated_by_when_it_came_if_that_is_known():
    sent_in = forms(("0001", None), ("0001", None, "2016-02-12"))
    records = known(people(("0001", "2016-01-10")), sent_in, "2016-03-12")
    assert records.undated["log_id"].tolist() == [1]
    assert waves(records)["state"].tolist() == ["overdue", "returned", "open"]


def test_a_new_address_changes_no_list_and_is_on_none():
    before = people(("0001", "2016-01-10")).assign(email="a@example.org", name_and_address="Old street")
    after = before.assign(email="b@example.org", name_and_address="New street")
    lists = [to_do(known(registered, forms(), "2016-02-12")) for registered in (before, after)]
    pd.testing.assert_frame_equal(*lists)
    assert not lists[0].astype(str).apply(lambda column: column.str.contains("street|@")).any(axis=None)


# What became of 5 people, day by day
_SOME = st.integers(0, 500)
STORIES = st.fixed_dictionaries(
    {
        "registered": st.lists(_SOME, min_size=1, max_size=5),
        "sent_in": st.lists(st.tuples(st.integers(0, 5), _SOME, st.none() | st.integers(0, 90)), max_size=25),
        "withdrawn": st.lists(
            st.tuples(st.integers(0, 4), _SOME), max_size=3, unique_by=lambda pair: pair[0]
        ),
        "days": st.lists(_SOME, min_size=2, max_size=4),
    }
)


def _day(number: int) -> str:
    return (date(2015, 9, 25) + timedelta(number)).isoformat()


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(STORIES)
def test_what_was_due_and_what_was_returned_never_shrinks(story):
    check_nothing_shrinks(story)


def test_of_five_people_nothing_shrinks():
    sent_in = [(0, 5, None), (0, 40, 30), (0, 41, None), (1, 300, 90), (5, 20, None), (2, 10, 0), (0, 460, 5)]
    days = [20, 45, 70, 158, 320, 400]
    check_nothing_shrinks(
        {
            "registered": [5, 128, 0, 157, 300],
            "sent_in": sent_in,
            "withdrawn": [(0, 71), (3, 157)],
            "days": days,
        }
    )


def check_nothing_shrinks(story):
    registered = people(*((f"{i:04d}", _day(day)) for i, day in enumerate(story["registered"])))
    sent_in = forms(
        *(
            (f"{i:04d}", _day(day), None if late is None else _day(day + late))
            for i, day, late in story["sent_in"]
        )
    )
    names = set(registered["person_id"])
    withdrawn = tuple((f"{i:04d}", _day(day)) for i, day in story["withdrawn"] if f"{i:04d}" in names)
    begun = min(story["registered"])
    due, back, every = set(), set(), set()
    for day in sorted({begun, *(number for number in story["days"] if number >= begun), 700}):
        records = known(registered, sent_in, _day(day), withdrawn=withdrawn)
        found = waves(records)
        assert not found.duplicated(["person_id", "wave"]).any()
        now = set(zip(found["person_id"], found["wave"], found["form"], found["due_on"], strict=True))
        returned = set(found["log_id"].dropna())
        assert due <= now
        assert back <= returned
        assert every <= set(records.forms["log_id"])
        assert len(returned) == (found["state"] == "returned").sum()
        due, back, every = now, returned, set(records.forms["log_id"])
    mine = records.forms["registered"].sum()
    assert len(back) + len(other_forms(records)) == mine
    assert len(every) == len(sent_in)


def test_a_day_before_anybody_registered_is_refused():
    from peerbook.errors import ParameterError

    with pytest.raises(ParameterError, match="first registered on 2016-01-10"):
        known(people(("0001", "2016-01-10")), forms(), "2016-01-09")
    with pytest.raises(ParameterError, match="found '2015-02-29'"):
        known(people(("0001", "2016-01-10")), forms(), "2015-02-29")
    with pytest.raises(ParameterError, match="nobody here registered from 'P1'"):
        known(people(("0001", "2016-01-10")), forms(), "2016-01-12", project="P1")
