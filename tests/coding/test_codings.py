"""Codes go up their tree; quotations of the report are counted exactly as their tags say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.coding import Material
from peerbook.coding.codings import codings, top_codes
from peerbook.coding.counting import (
    by_approach,
    by_unit,
    coverage,
    difficulties_only,
    pairs_together,
    presence,
    together,
)
from peerbook.data.codes import Codes
from peerbook.errors import ParameterError

GOLDEN = Path(__file__).parents[1] / "golden" / "coding"
VALUES = ["V1", "V2", "V3", "V4", "V5", "V6"]
APPROACHES = ("group", "one_to_one", "online")
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
    pd.testing.assert_frame_equal(by_approach(quoted, CODES, APPROACHES), expected)


def test_values_of_the_quoted_people(quoted):
    expected = pd.read_csv(GOLDEN / "values_by_person.csv", index_col="participant_id")
    only = difficulties_only(quoted, VALUES).sum(axis=1)
    spoken = presence(quoted, VALUES).reindex(expected.index, fill_value=False)
    assert spoken.astype(int).to_numpy().tolist() == expected[VALUES].to_numpy().tolist()
    assert only.reindex(expected.index, fill_value=0).tolist() == expected["difficulties_only"].tolist()
    assert set(presence(quoted, VALUES).index) | set(only.index) == set(expected.index)


def test_values_together_in_the_quoted_people(quoted):
    expected = pd.read_csv(GOLDEN / "values_together.csv", index_col="value")
    assert together(presence(quoted, VALUES)).to_numpy().tolist() == expected[VALUES].to_numpy().tolist()
    assert difficulties_only(quoted, VALUES).sum().tolist() == expected["difficulties_only"].tolist()


def test_one_definition_of_speaking_of_a_code(said):
    """PV3 tells of a difficulty with V1 and nothing else: counted apart, wherever something is counted."""
    assert "PV3" not in presence(said, ["V1", "V2"]).index
    assert difficulties_only(said, ["V1", "V2"]).to_dict("index") == {"PV3": {"V1": True, "V2": False}}
    total = by_approach(said, ["V1"], APPROACHES).set_index("approach").loc["total"]
    assert total[["segments", "people", "difficulties"]].tolist() == [2, 1, 1]
    units = by_unit(said, ["V1", "V2"], ["person", "project"]).set_index(["unit", "code"])
    assert units.loc[("person", "V1"), ["n", "base", "difficulties_only"]].tolist() == [1, 2, 1]
    assert units.loc[("project", "V1"), ["n", "base", "difficulties_only"]].tolist() == [1, 1, 1]


def test_who_supports_a_code_elsewhere_does_not_tell_only_of_difficulties(said):
    more = pd.concat([said, said.iloc[[4]].assign(segment_id="s5", valence="supports")])
    assert difficulties_only(more, ["V1"]).empty


def test_what_supports_a_difficulty_does_not_support_the_value():
    """Programs that know no valence say "supports" of every code, those on difficulties included."""
    material = Material.of(
        {
            "people": pd.DataFrame({"person_id": ["a", "b", "c"], "project_id": "x", "approach": "group"}),
            "segments": pd.DataFrame({"segment_id": ["1", "2", "3"], "person_id": ["a", "b", "c"]}),
            "codebooks": pd.DataFrame(
                {
                    "codebook": "values",
                    "version": 1,
                    "code_id": ["V1", "V1.9", "V1.9a"],
                    "parent_id": ["", "V1", "V1.9"],
                    "kind": ["value", "challenge", "element"],
                }
            ),
            "segment_codes": pd.DataFrame(
                {
                    "segment_id": ["1", "2", "3"],
                    "code_id": ["V1", "V1.9a", "V1"],
                    "coder": "A",
                    "round": "final",
                    "valence": ["supports", "supports", "absent"],
                }
            ),
        },
        defined=Codes(kinds={"difficulty": ["challenge"]}),
    )
    said = codings(material, "values")
    assert said["valence"].tolist() == ["supports", "challenge", "absent"]
    assert presence(said, ["V1"]).index.tolist() == ["a"]
    assert difficulties_only(said, ["V1"]).index.tolist() == ["b"]


def test_the_approach_may_be_the_one_a_segment_is_about(said):
    about = by_approach(said, ["V1"], APPROACHES, "context").set_index("approach")["segments"]
    assert about.to_dict() == {"group": 1, "one_to_one": 0, "online": 1, "total": 2}


def test_units_count_different_things(said):
    counts = by_unit(said, ["V1", "V2"], ["segment", "person", "project"]).set_index(["unit", "code"])
    assert counts["n"].tolist() == [2, 2, 1, 2, 1, 1]
    assert counts.loc[("segment", "V1"), ["base", "rank"]].tolist() == [3, 1]
    assert counts.loc[("person", "V1"), "share"] == pytest.approx(0.5)


def test_an_unknown_unit_is_refused(said):
    with pytest.raises(ParameterError, match="segment, passage, source, person, project, place"):
        presence(said, ["V1"], "interview")


def test_coverage_keeps_no_data_apart_from_not_found(said):
    projects = pd.DataFrame({"project_id": ["P1", "P2", "P3"], "region": "Leeds", "approach": "group"})
    people = pd.DataFrame({"person_id": ["PV1", "PV2", "PV3"], "project_id": ["P1", "P1", "P2"]})
    found = coverage(said, projects, people, ["V1", "V2"]).set_index("project_id")
    assert found["state"].to_dict() == {"P1": "all", "P2": "some", "P3": "no data"}
    assert found.loc["P2", ["V1", "found", "difficulties_only"]].tolist() == [False, 0, 1]
    assert found.loc["P3", ["V1", "found", "difficulties_only"]].isna().all()


def test_overlap_of_pairs(said):
    pairs = pairs_together(together(presence(said, ["V1", "V2"])))
    assert pairs[["both", "either"]].to_numpy().tolist() == [[1, 2]]
    assert pairs["overlap"].tolist() == pytest.approx([1 / 2])


def test_without_rows_nothing_is_counted(nothing):
    none = codings(nothing, "core_values")
    assert by_approach(none, ["V1"], APPROACHES)["people"].sum() == 0
    assert by_unit(none, ["V1"], ["person"])["share"].isna().all()
    assert coverage(none, nothing.projects, nothing.people, ["V1"]).empty


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_every_code_has_a_top_even_if_parents_go_round_in_a_circle(parents):
    book = pd.DataFrame({"code_id": [f"c{i}" for i in range(6)], "parent_id": [f"c{p}" for p in parents]})
    assert set(top_codes(book)) <= set(book["code_id"])
