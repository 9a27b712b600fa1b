"""What came in is counted once, and nothing gets lost between the lines."""

from __future__ import annotations

import pandas as pd

from peerbook.fieldwork import waves
from peerbook.fieldwork.returns import TOTAL, accounts, kinds_by_month, projects_heard_of, states_by
from tests.fieldwork.made import forms, known, people

FOUR = people(
    ("0001", "2016-01-10", "P-1"),
    ("0002", "2016-01-10", "P-1"),
    ("0003", "2016-02-10", "P-2"),
    ("0004", "2016-02-10", "P-3"),
)
SENT_IN = forms(
    ("0001", "2016-01-10"),
    ("0001", "2016-01-20"),  # a second one
    ("0001", "2016-02-12", "2016-03-15"),  # on paper, late
    ("0002", "2016-01-12"),
    ("0003", "2016-02-29"),
    ("0009", "2016-02-01"),  # never registered
    ("0002", None),  # no day
)


def test_forms_due_are_counted_by_what_became_of_them():
    records = known(FOUR, SENT_IN, "2016-03-20", withdrawn=(("0004", "2016-02-20"),))
    found = states_by(waves(records), "wave").set_index("wave")
    # 0001 and 0002: three waves each; 0003: two; 0004: one, then withdrawn.
    assert found["due"].to_dict() == {"0": 4, "1": 3, "2": 2, TOTAL: 9}
    assert found["returned"].to_dict() == {"0": 3, "1": 1, "2": 0, TOTAL: 4}
    assert found["overdue"].to_dict() == {"0": 0, "1": 1, "2": 0, TOTAL: 1}
    assert found["open"].to_dict() == {"0": 0, "1": 1, "2": 2, TOTAL: 3}
    assert found["withdrawn"].to_dict() == {"0": 1, "1": 0, "2": 0, TOTAL: 1}
    assert found["late"].to_dict() == {"0": 0, "1": 1, "2": 0, TOTAL: 1}
    assert found.loc["0", "percent"] == 75


def test_waves_are_in_the_order_of_numbers_and_not_of_words():
    found = states_by(waves(known(FOUR, SENT_IN, "2016-12-20")), "wave")
    assert found["wave"].tolist() == [*map(str, range(12)), TOTAL]


def test_every_form_is_in_one_line_of_the_account():
    found = accounts(known(FOUR, SENT_IN, "2016-03-20"))
    assert found.to_dict() == {"answering": 4, "others": 1, "unregistered": 1, "undated": 1, "forms": 7}


def test_a_form_without_a_day_is_counted_when_all_is_in():
    assert accounts(known(FOUR, SENT_IN, "2016-03-14"))["undated"] == 0


def test_months_without_a_form_are_counted_too():
    gap = forms(("0001", "2016-01-10"), ("0001", "2016-03-12"))
    found = kinds_by_month(known(FOUR, gap, "2016-04-02").forms, pd.Timestamp("2016-04-02"))
    assert found.set_index("month")["forms"].to_dict() == {
        "2016-01": 1,
        "2016-02": 0,
        "2016-03": 1,
        "2016-04": 0,
        TOTAL: 2,
    }
    assert found.iloc[-1][["monthly", "paper", "full", "quarterly", "online", "short"]].tolist() == [
        2,
        2,
        2,
        0,
        0,
        0,
    ]


def test_a_project_is_silent_when_the_months_are_over():
    heard = projects_heard_of(known(FOUR, SENT_IN, "2016-04-29")).set_index("project_id")
    assert heard["silent"].to_dict() == {"P-1": False, "P-2": True, "P-3": True}
    assert heard["forms"].to_dict() == {"P-1": 4, "P-2": 1, "P-3": 0}
    the_day_before = projects_heard_of(known(FOUR, SENT_IN, "2016-04-28")).set_index("project_id")
    assert not the_day_before.loc["P-2", "silent"]  # two months after 29 February is 29 April
    assert the_day_before.loc["P-3", "months"] == 2


def test_without_forms_there_is_nothing_to_count():
    nothing = known(FOUR, forms(), "2016-03-20")
    assert kinds_by_month(nothing.forms, nothing.as_of)["month"].tolist() == [TOTAL]
    assert accounts(nothing)["forms"] == 0
    assert projects_heard_of(nothing)["forms"].sum() == 0
