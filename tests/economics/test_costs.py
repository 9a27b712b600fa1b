from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.data.services import Service, UnitCost
from peerbook.economics import costs, used


def price(pounds: float) -> UnitCost:
    return UnitCost([], pounds, "2026/27", "one", "made up")


SERVICES = {
    "ward": Service("ward", "Ward", "nights", "nights", "admissions", price(300)),
    "visit": Service("visit", "Visit", "visits", "visits", "", price(100)),
    "gp": Service("gp", "GP", "contacts", "gp", "", price(40)),
    "club": Service("club", "Club", "contacts", "club"),
}
ANSWERS = ["admissions", "nights", "visits", "gp", "club"]


def logs(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=ANSWERS, dtype="Int64")


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((0, None, 0, 0, 0), (0, 0, 0, 0)),
        ((1, None, None, 2, None), (None, None, 2, 0)),
        ((None, None, 1, None, 3), (None, 1, 0, 3)),
        ((0, 4, 1, None, None), (4, 1, None, None)),
        ((None, 2, None, 0, None), (2, None, 0, 0)),
    ],
)
def test_a_blank_is_what_the_form_says_it_is(row, found):
    np.testing.assert_array_equal(used(logs(row), SERVICES).to_numpy()[0], np.array(found, dtype=float))


def test_a_column_that_the_data_lack_is_blank():
    found = used(logs((0, None, 1, 2, 3)).drop(columns=["visits", "club"]), SERVICES)
    assert found["visit"].isna().all()
    assert found["club"].tolist() == [0.0]


def test_a_cost_is_uses_times_price_and_without_a_price_nothing_is_costed():
    found = costs(used(logs((1, 2, 3, 4, 5)), SERVICES), SERVICES)
    assert found.to_dict("list") == {"ward": [600.0], "visit": [300.0], "gp": [160.0], "total": [1060.0]}


def test_a_total_is_missing_if_any_part_is_and_if_nothing_has_a_price():
    found = costs(used(logs((0, None, None, 1, 1)), SERVICES), SERVICES)
    assert found["total"].isna().all()
    club = {"club": SERVICES["club"]}
    assert costs(used(logs((0, None, 0, 1, 1)), club), club)["total"].isna().all()


def test_no_logs_cost_nothing():
    assert costs(used(logs(), SERVICES), SERVICES).empty


number = st.one_of(st.none(), st.integers(0, 92))


@settings(max_examples=25)
@given(st.tuples(number, number, number, number, number))
def test_a_known_number_stays_and_a_filled_one_is_none(row):
    found = used(logs(row), SERVICES).iloc[0]
    for given_number, name in zip(row[1:], SERVICES, strict=True):
        if given_number is None:
            assert np.isnan(found[name]) or found[name] == 0
        else:
            assert found[name] == given_number
