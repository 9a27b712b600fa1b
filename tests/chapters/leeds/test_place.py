"""One notebook makes a page of any place: its own rows, its own ids, its own gap."""

from __future__ import annotations

import pytest

from peerbook.chapters.leeds import place as chapter
from peerbook.chapters.leeds.rows import REGION
from peerbook.outputs.folding import unfolded
from peerbook.published.claims import is_claims
from tests.chapters.notebook import shown

PLACES = [REGION, "Bradford & Craven", "Calderdale", "Harrogate & Rural", "Kirklees", "Leeds", "Wakefield"]


def test_no_two_pages_share_an_id(scoping):
    ids = [output.id for name in PLACES for output in shown("leeds", "place", study=scoping, place=name)]
    assert len(ids) == len(set(ids)) == 7 * len(PLACES)


def test_the_region_shows_its_gap_and_a_place_has_none(scoping):
    region = chapter.activities(scoping, REGION)
    assert region.data["n"].tolist() == [234, 35, 64, 48, 55, 55, 111]
    assert region.data["place"].iloc[-1] == "no place stated"
    assert any("The places have 491 activities, the region 602." in note for note in region.notes)
    assert len(chapter.activities(scoping, "Leeds").notes) == 1


@pytest.mark.parametrize(
    ("name", "rate"),
    [("Bradford & Craven", 39.8), ("Calderdale", 16.7), ("Harrogate & Rural", 85.3), ("Kirklees", 10.9),
     ("Leeds", 6.7), ("Wakefield", 15.9)],
)  # fmt: skip
def test_rates_are_those_of_a_second_reader(scoping, name, rate):
    assert chapter.activities(scoping, name).data["per_100000"].round(1).tolist() == [rate]


def test_a_page_in_short_speaks_of_its_place(scoping):
    said = chapter.in_short(scoping, "Calderdale").words
    assert "35 activities of peer support were found in Calderdale. That is about 17 for" in said
    assert "Next come disability and parenthood" in said
    assert "111 of them are in no place" in chapter.in_short(scoping, REGION).words


def test_what_a_place_lacks_is_what_others_have(scoping):
    lacks = chapter.absent(scoping, "Wakefield").data.set_index("tag")["elsewhere"]
    assert lacks["BAME"] == 1
    assert "anxiety" not in lacks
    assert set(unfolded(chapter.absent(scoping, REGION)).index.get_level_values("place")) == set(PLACES[1:])


def test_sectors_that_are_not_stated_stand_as_such(scoping):
    bradford = chapter.sectors(scoping, "Bradford & Craven").data
    assert bradford.set_index("sector")["activities"].to_dict()["Not stated"] == 234
    assert bradford["activities"].sum() == 234
    assert "not stated, 234" in chapter.sectors(scoping, "Bradford & Craven").words


def test_interviews_of_a_place_without_any_say_that_none_were_made_up(scoping):
    assert chapter.interviews(scoping, "Leeds").data["interviews"].sum() == 0
    assert len(chapter.interviews(scoping, "Leeds").notes) == 2
    assert chapter.interviews(scoping, "Kirklees").data.groupby("by")["interviews"].sum().tolist() == [10, 10]


def test_statements_of_a_place_are_claims_that_a_book_collects(scoping):
    stated = chapter.statements(scoping, "Wakefield")
    assert is_claims(stated.data.columns)
    assert stated.data["claim"].str.startswith("wak_").all()
