"""Codes go up their tree; quotations of the report are counted exactly as their tags say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.coding.codings import codings, top_codes
from peerbook.coding.counting import by_approach, by_unit, coverage, pairs_together, presence, together
from peerbook.errors import ParameterError

GOLDEN = Path(__file__).parents[1] / "golden" / "coding"
VALUES = ["V1", "V2", "V3", "V4", "V5", "V6"]
CODES = [*VALUES, "D1", "D2", "D3", "D4", "D5"]


@pytest.fixture(scope="module")
def quoted(material) -> pd.DataFrame:
    return codings(material, "core_values", only_quoted=True)


@pytest.fixture
def said() -> pd.DataFrame:
    """Return what three people in two projects said; PV3 spoke of a difficulty only."""
    return pd.DataFrame(
        {
            "segment_id": ["s1", "s1", "s2", "s3", "s4"],
            "person_id": ["PV1", "PV1", "PV1", "PV2", "PV3"],
            "project_id": ["P1", "P1", "P1", "P1", "P2"],
            "recruited": ["group", "group", "group", "online", ""],
            "context": ["group", "group", "online", "online", "group"],
            "top": ["V1", "V2", "V1", "V2", "V1"],
            "valence": ["supports", "supports", "supports", "supports", "challenge"],
        }
    )


def test_codes_and_approaches_of_the_printed_quotations(quoted):
    expected = pd.read_csv(GOLDEN / "code_by_approach.csv")
    pd.testing.assert_frame_equal(by_approach(quoted, CODES), expected)


def test_values_of_the_quoted_people(quoted):
    expected = pd.read_csv(GOLDEN / "values_by_person.csv", index_col="participant_id").astype(bool)
    found = presence(quoted, VALUES).loc[expected.index]
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()
    assert len(presence(quoted, VALUES)) == len(expected)


def test_values_together_in_the_quoted_people(quoted):
    expected = pd.read_csv(GOLDEN / "values_together.csv", index_col="value")
    assert together(presence(quoted, VALUES)).to_numpy().tolist() == expected.to_numpy().tolist()


def test_the_approach_may_be_the_one_a_segment_is_about(said):
    about = by_approach(said, ["V1"], "context").set_index("approach")["segments"]
    assert about.to_dict() == {"group": 2, "one_to_one": 0, "online": 1, "total": 3}


def test_units_count_different_things(said):
    counts = by_unit(said, ["V1", "V2"], ["segment", "person", "project"]).set_index(["unit", "code"])
    assert counts["n"].tolist() == [3, 2, 2, 2, 2, 1]
    assert counts.loc[("segment", "V1"), ["base", "rank"]].tolist() == [4, 1]
    assert counts.loc[("project", "V2"), "share"] == pytest.approx(0.5)


def test_an_unknown_unit_is_refused(said):
    with pytest.raises(ParameterError, match="segment, person, project"):
        presence(said, ["V1"], "interview")


def test_coverage_keeps_no_data_apart_from_not_found(said):
    projects = pd.DataFrame({"project_id": ["P1", "P2", "P3"], "region": "Leeds", "approach": "group"})
    people = pd.DataFrame({"person_id": ["PV1", "PV2", "PV3"], "project_id": ["P1", "P1", "P2"]})
    found = coverage(said, projects, people, ["V1", "V2"]).set_index("project_id")
    assert found["state"].to_dict() == {"P1": "all", "P2": "some", "P3": "no data"}
    assert found.loc["P2", ["V1", "found"]].tolist() == [False, 0]
    assert found.loc["P3", ["V1", "found"]].isna().all()


def test_overlap_of_pairs(said):
    pairs = pairs_together(together(presence(said, ["V1", "V2"])))
    assert pairs[["both", "either"]].to_numpy().tolist() == [[1, 3]]
    assert pairs["overlap"].tolist() == pytest.approx([1 / 3])


def test_without_rows_nothing_is_counted(nothing):
    none = codings(nothing, "core_values")
    assert by_approach(none, ["V1"])["people"].sum() == 0
    assert by_unit(none, ["V1"], ["person"])["share"].isna().all()
    assert coverage(none, nothing.projects, nothing.people, ["V1"]).empty


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_every_code_has_a_top_even_if_parents_go_round_in_a_circle(parents):
    book = pd.DataFrame({"code_id": [f"c{i}" for i in range(6)], "parent_id": [f"c{p}" for p in parents]})
    assert set(top_codes(book)) <= set(book["code_id"])
