"""What was found where is counted with its gap, rates need a basis, and what is missing is listed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.evidence.scoping import NO_PLACE, absent, by_place, rates, tags_by_place, top_tags

PLACES = pd.DataFrame(
    {
        "place_code": ["N", "S"],
        "population": [50_000, 20_000],
        "population_source": ["census 2011", None],
    }
)
UNITS = pd.DataFrame({"unit": [1, 2, 3, 4, 5], "place_code": ["N", "N", "N", "S", None]})
TAGS = pd.DataFrame(
    {"unit": [1, 1, 2, 3, 4, 5, 5], "tag": ["men", "carers", "men", "men", "women", "men", "men"]}
)


def test_units_without_a_place_have_a_row_of_their_own():
    found = by_place(UNITS, PLACES)
    assert found["n"].tolist() == [3, 1, 1]
    assert pd.isna(found["place_code"].iloc[2])


def test_without_a_gap_there_is_no_such_row():
    assert by_place(UNITS.dropna(), PLACES)["n"].tolist() == [3, 1]
    assert by_place(UNITS.iloc[:0], PLACES)["n"].tolist() == [0, 0]


def test_a_place_that_is_not_listed_is_part_of_the_gap():
    assert by_place(UNITS.assign(place_code=["N", "N", "X", "S", None]), PLACES)["n"].tolist() == [2, 1, 2]


@given(st.lists(st.sampled_from(["N", "S", None])))
def test_no_unit_is_lost_or_counted_twice(codes):
    units = pd.DataFrame({"place_code": pd.Series(codes, dtype=object)})
    assert by_place(units, PLACES)["n"].sum() == len(codes)


def test_a_rate_needs_people_and_where_their_number_comes_from():
    found = rates(by_place(UNITS, PLACES))
    assert found.iloc[0] == pytest.approx(6)
    assert found.iloc[1:].isna().all()
    assert rates(by_place(UNITS, PLACES), per=1000).iloc[0] == pytest.approx(0.06)


def test_a_unit_counts_once_for_each_of_its_tags():
    found = tags_by_place(UNITS, TAGS, "unit", "tag")
    assert list(found.columns) == ["N", "S", NO_PLACE]
    assert found.loc["men"].tolist() == [3, 0, 1]
    assert found.loc["women"].tolist() == [0, 1, 0]
    assert found.index[0] == "men"


def test_a_place_whose_units_have_no_tags_stays():
    found = tags_by_place(UNITS, TAGS.query("unit < 4"), "unit", "tag")
    assert found["S"].tolist() == [0, 0]


def test_the_first_tags_come_with_those_level_with_the_last():
    counts = pd.Series({"a": 1, "b": 5, "c": 1, "d": 0})
    assert top_tags(counts, 1) == ["b"]
    assert top_tags(counts, 2) == ["b", "a", "c"]
    assert top_tags(counts, 9) == ["b", "a", "c"]
    assert top_tags(counts, 0) == []


def test_what_a_place_has_none_of_is_listed_with_how_many_there_are_elsewhere():
    found = absent(tags_by_place(UNITS, TAGS, "unit", "tag"))
    assert sorted(map(tuple, found.to_numpy())) == [("N", "women", 1), ("S", "carers", 1), ("S", "men", 4)]
