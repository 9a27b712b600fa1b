"""The draw can be repeated, and is fair: each form once, nobody twice."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import DataError
from peerbook.fieldwork import Rules
from peerbook.fieldwork.draw import LEDGER, draw, in_ledger, round_of
from tests.fieldwork.made import forms, known, people

EIGHT = people(*((f"{number:04d}", "2016-01-01", f"P-{number % 2}") for number in range(8)))
FEBRUARY = forms(*((f"{number:04d}", f"2016-02-{number + 10}") for number in range(8)))
BOTH = Rules(prizes=("person", "project"))


def entered(records):
    return sorted(draw(records, 1).entries["log_id"])


def test_a_draw_repeated_gives_the_same_winners_whatever_the_order_of_rows():
    first = draw(known(EIGHT, FEBRUARY, "2016-02-29", rules=BOTH), 7)
    again = draw(known(EIGHT[::-1], FEBRUARY.sample(frac=1, random_state=3), "2016-02-29", rules=BOTH), 7)
    pd.testing.assert_frame_equal(first.winners, again.winners)
    assert first.fingerprint == again.fingerprint
    later = draw(known(EIGHT, FEBRUARY, "2016-03-30", rules=BOTH), 7)
    pd.testing.assert_frame_equal(first.winners, later.winners)


def test_a_draw_is_the_one_that_was_drawn_by_hand():
    order = sorted(range(1, 9), key=lambda form: hashlib.sha256(f"7:2016-02:{form}".encode()).hexdigest())
    found = draw(known(EIGHT, FEBRUARY, "2016-02-29", rules=BOTH), 7)
    assert found.winners["log_id"].tolist() == order[:2]


def test_another_seed_draws_others():
    records = known(EIGHT, FEBRUARY, "2016-02-29")
    assert len({draw(records, seed).winners["person_id"].iloc[0] for seed in range(8)}) > 2


@pytest.mark.slow
def test_every_form_has_the_same_chance():
    records = known(EIGHT, FEBRUARY, "2016-02-29")
    wins = Counter(draw(records, seed).winners["log_id"].iloc[0] for seed in range(400))
    squares = sum((wins[form] - 50) ** 2 / 50 for form in range(1, 9))
    assert squares < 24.3  # the 99.9% point of chi square with 7 degrees of freedom


def test_a_form_more_is_an_entry_more():
    more = pd.concat([FEBRUARY, FEBRUARY.iloc[:1].assign(log_id=9, completed_on="2016-02-27")])
    assert entered(known(EIGHT, more, "2016-02-29")) == list(range(1, 10))


def test_nobody_wins_twice_unless_the_rules_say_so():
    many = forms(*(("0001", f"2016-02-{day}") for day in range(10, 20)), ("0002", "2016-02-20"))
    for seed in range(6):
        records = known(EIGHT, many, "2016-02-29", rules=BOTH)
        assert sorted(draw(records, seed).winners["person_id"]) == ["0001", "0002"]
    twice = Rules(prizes=("person", "project"), wins_per_round=2)
    drawn = [draw(known(EIGHT, many, "2016-02-29", rules=twice), seed).winners for seed in range(8)]
    assert any(list(won["person_id"]) == ["0001", "0001"] for won in drawn)
    assert all(won["log_id"].is_unique for won in drawn)


def test_with_fewer_people_than_prizes_a_prize_is_left_over():
    drawn = draw(known(EIGHT, forms(("0001", "2016-02-11")), "2016-02-29", rules=BOTH), 1)
    assert drawn.winners["prize"].tolist() == ["person"]
    nobody = draw(known(EIGHT, forms(), "2016-02-29", rules=BOTH), 1)
    assert nobody.winners.empty
    assert nobody.ledger.columns.tolist() == LEDGER


@pytest.mark.parametrize(
    ("day", "round"),
    [
        ("2016-02-28", "2016-01"),
        ("2016-02-29", "2016-02"),
        ("2015-02-28", "2015-02"),
        ("2016-01-01", "2015-12"),
    ],
)
def test_a_month_is_drawn_for_when_it_is_over(day, round):
    assert str(round_of(pd.Timestamp(day))) == round


def test_a_form_of_the_leap_day_is_in_the_round_of_february():
    assert entered(known(EIGHT, forms(("0001", "2016-02-29"), ("0001", "2016-03-01")), "2016-02-29")) == [1]


def test_a_late_paper_form_is_in_the_round_in_which_it_came_and_in_no_other():
    late = forms(("0001", "2016-02-11", "2016-03-02"))
    rounds = {day: entered(known(EIGHT, late, day)) for day in ("2016-02-29", "2016-03-31", "2016-04-30")}
    assert rounds == {"2016-02-29": [], "2016-03-31": [1], "2016-04-30": []}


def test_who_withdrew_or_did_not_want_or_never_registered_is_not_in_the_draw():
    registered = people(("0001", "2016-01-01"), ("0002", "2016-01-01", "P-1", "no"), ("0003", "2016-01-01"))
    sent_in = forms(*((f"000{number}", "2016-02-11") for number in (1, 2, 3, 9)))
    assert entered(known(registered, sent_in, "2016-02-29", withdrawn=(("0003", "2016-02-20"),))) == [1]
    assert entered(known(registered, sent_in, "2016-02-29", withdrawn=(("0003", "2016-03-20"),))) == [1, 3]


def test_if_somebody_who_did_not_win_withdraws_the_winners_stay():
    first = draw(known(EIGHT, FEBRUARY, "2016-02-29", rules=BOTH), 7)
    loser = next(name for name in EIGHT["person_id"] if name not in set(first.winners["person_id"]))
    again = draw(known(EIGHT, FEBRUARY, "2016-02-29", rules=BOTH, withdrawn=((loser, "2016-02-29"),)), 7)
    pd.testing.assert_frame_equal(first.winners, again.winners)
    assert first.fingerprint != again.fingerprint


def test_a_new_address_changes_no_winner():
    moved = EIGHT.assign(email="new@example.org", name_and_address="New street")
    first, again = (draw(known(who, FEBRUARY, "2016-02-29"), 7) for who in (EIGHT, moved))
    pd.testing.assert_frame_equal(first.winners, again.winners)


def test_a_prize_for_a_project_goes_to_somebody_who_has_one():
    registered = EIGHT.assign(project_id=np.where(EIGHT["person_id"] == "0004", "P-4", None))
    for seed in range(3):
        won = draw(known(registered, FEBRUARY, "2016-02-29", rules=Rules(prizes=("project",))), seed).winners
        assert won["project_id"].tolist() == ["P-4"]


def test_a_round_is_drawn_once():
    records = known(EIGHT, FEBRUARY, "2016-02-29", rules=BOTH)
    ledger = in_ledger(pd.DataFrame(), draw(records, 7))
    assert len(ledger) == 2
    pd.testing.assert_frame_equal(in_ledger(ledger, draw(records, 7)), ledger)
    later = draw(known(EIGHT, FEBRUARY, "2016-03-15", rules=BOTH), 7)
    pd.testing.assert_frame_equal(in_ledger(ledger, later), ledger)
    with pytest.raises(DataError, match="2016-02 was drawn before, with seed 7, 8 entries"):
        in_ledger(ledger, draw(records, 8))
    with pytest.raises(DataError, match="drawn before"):
        in_ledger(ledger, draw(known(EIGHT, FEBRUARY[:-1], "2016-02-29", rules=BOTH), 7))
    march = draw(known(EIGHT, forms(("0001", "2016-03-11")), "2016-03-31", rules=BOTH), 7)
    assert in_ledger(ledger, march)["round"].tolist() == ["2016-02", "2016-02", "2016-03"]
    with pytest.raises(DataError, match="lacks round"):
        in_ledger(pd.DataFrame({"a": ["1"]}), march)
