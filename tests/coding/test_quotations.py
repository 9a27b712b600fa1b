"""Labels that change, words that come twice, people never quoted."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.coding import Material
from peerbook.coding.quotations import changed_labels, never_quoted, repeated
from peerbook.data.codes import Codes


@pytest.fixture
def few() -> Material:
    people = pd.DataFrame(
        {
            "person_id": ["PV1", "PV2", "PV3"],
            "strands": "interview",
            "approach": ["group", "co_counselling", "online"],
        }
    )
    segments = pd.DataFrame(
        {
            "segment_id": ["a", "b", "c", "d", "e"],
            "person_id": ["PV1", "PV1", "PV2", "PV2", "PV3"],
            "context": ["group", "", "one_to_one", "online", "group"],
            "quoted": ["yes", "yes", "yes", "yes", "no"],
            "repeats": ["", "a", "a", "", ""],
        }
    )
    defined = Codes(counted_as={"co_counselling": "one_to_one"})
    return Material.of({"people": people, "segments": segments}, defined=defined)


def test_labels_that_differ_or_are_left_out(few):
    """Co-counselling is one to one; what is not quoted has no label."""
    assert changed_labels(few)["segment_id"].tolist() == ["b", "d"]


def test_the_same_words_of_another_person(few):
    found = repeated(few).set_index("segment_id")["same_person"]
    assert found.to_dict() == {"b": True, "c": False}


def test_words_that_repeat_what_another_region_said_repeat_nothing_here(few):
    """Someone's words repeat another's; of one region, the first of the two is not among the segments."""
    here = replace(few, segments=few.segments.query("person_id == 'PV2'"))
    assert repeated(here).empty


def test_people_never_quoted(few):
    assert never_quoted(few) == ["PV3"]


def test_the_stand_in_keeps_the_odd_labels_of_print(material):
    odd = changed_labels(material)
    assert set(odd["person_id"]) == {"PV11", "PV23", "PV26", "PV35", "PV41", "PV64", "PV65", "PV66"}
    other = repeated(material).query("not same_person")
    assert other[["person_id", "first_person"]].to_numpy().tolist() == [["PV41", "PV11"]]


def test_nothing(nothing):
    assert changed_labels(nothing).empty
    assert repeated(nothing).empty
    assert never_quoted(nothing) == []
