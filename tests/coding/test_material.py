"""Tables are completed, never changed; a region keeps its people and what they said."""

from __future__ import annotations

import pandas as pd

from peerbook.coding import Material


def test_missing_tables_and_columns_come_out_empty():
    tables = {"segments": pd.DataFrame({"segment_id": ["Q1"], "start": ["3"]})}
    material = Material.of(tables)
    assert material.segments[["text", "quotable"]].to_numpy().tolist() == [["", ""]]
    assert material.segments["start"].tolist() == [3]
    assert material.people.empty
    assert "status" in material.people


def test_the_given_tables_stay_as_they_were():
    tables = {"people": pd.DataFrame({"person_id": ["PV1"], "gender": [None]})}
    before = tables["people"].copy()
    assert Material.of(tables).people["gender"].tolist() == [""]
    pd.testing.assert_frame_equal(tables["people"], before)


def test_the_latest_version_of_a_codebook_counts():
    book = pd.DataFrame(
        {
            "codebook": ["values"] * 3,
            "version": [1, 2, 2],
            "code_id": ["old", "V1", "V1.1"],
            "label": ["Old", "First", "Below"],
            "kind": ["value", "value", "subtheme"],
        }
    )
    material = Material.of({"codebooks": book})
    assert material.codes("values")["code_id"].tolist() == ["V1", "V1.1"]
    assert material.codes("values", "subtheme")["code_id"].tolist() == ["V1.1"]
    assert material.codes("another").empty


def test_only_the_final_round_counts_and_two_coders_count_once():
    codes = pd.DataFrame(
        {
            "segment_id": ["Q1", "Q1", "Q1"],
            "code_id": ["V1", "V1", "V2"],
            "coder": ["A", "B", "A"],
            "round": ["final", "final", "1"],
            "valence": ["supports"] * 3,
        }
    )
    assert Material.of({"segment_codes": codes}).final_codes()["code_id"].tolist() == ["V1"]


def test_one_person_may_take_part_in_two_strands():
    people = pd.DataFrame({"person_id": ["PV1", "PV2"], "strands": ["interview;focus group", "interview"]})
    material = Material.of({"people": people})
    assert material.took_part("focus group")["person_id"].tolist() == ["PV1"]
    assert len(material.took_part("interview")) == 2
    assert material.took_part("commissioner interview").empty


def test_a_region_keeps_its_people_and_the_consultation(material, coded_tables, defined):
    leeds = Material.of(coded_tables, "Leeds", defined)
    assert set(leeds.took_part("interview")["region"]) == {"Leeds"}
    assert len(leeds.took_part("survey")) == len(material.took_part("survey"))
    assert set(leeds.projects["region"]) == {"Leeds"}
    assert len(leeds.segments) < len(material.segments)
