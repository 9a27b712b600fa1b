"""Codes of any study: values below a code that holds them, unknown people, units from segment to place."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.coding import Material
from peerbook.coding.codings import codings, passages, top_codes
from peerbook.coding.counting import by_approach, by_unit, presence
from peerbook.coding.survey import answered, codes_given, people_per_code
from peerbook.data.codes import Codes, Question, Strand

BOOK = pd.DataFrame(
    {
        "codebook": "ours",
        "version": 1,
        "code_id": ["all", "calm", "calm.noise", "calm.hard", "fair"],
        "parent_id": ["", "all", "calm", "calm", "all"],
        "label": ["Values", "Calm", "Noise", "Hard to be calm", "Fairness"],
        "kind": ["code", "norm", "code", "trouble", "norm"],
    }
)
DEFINED = Codes(codebooks={"values": "ours"}, kinds={"value": ["norm"], "difficulty": ["trouble"]})


def of(book: pd.DataFrame = BOOK, defined: Codes | None = DEFINED, **columns: list) -> Material:
    """Return material of four segments: on noise twice, on being calm being hard, and on fairness."""
    segments = {
        "segment_id": ["1", "2", "3", "4"],
        "source_id": ["S", "S", "S", "T"],
        "person_id": ["a", "", "b", ""],
        "start": [0, 5, 20, 0],
        "end": [10, 15, 30, 9],
    }
    codes = ["calm.noise", "calm.noise", "calm.hard", "fair"]
    given = {"coder": "A", "round": "final", "valence": "supports"}
    tables = {
        "people": pd.DataFrame({"person_id": ["a", "b"], "strands": "talk", "region": ["Here", "There"]}),
        "sources": pd.DataFrame(
            {"source_id": ["S", "T"], "strand": "talk", "place": ["", "Elsewhere"], "project_id": ["", "K"]}
        ),
        "segments": pd.DataFrame({**segments, **columns}),
        "segment_codes": pd.DataFrame({"segment_id": ["1", "2", "3", "4"], "code_id": codes, **given}),
        "codebooks": book,
    }
    return Material.of(tables, defined=defined)


def test_values_below_a_code_that_holds_them_together_are_counted():
    said = codings(of(), "ours")
    assert said["top"].tolist() == ["calm", "calm", "calm", "fair"]
    assert presence(said, ["calm", "fair"], "segment").sum().tolist() == [2, 1]


def test_codes_that_no_value_holds_count_under_the_top_of_their_tree():
    assert top_codes(BOOK, ["fair"])[["calm.noise", "fair", "all"]].tolist() == ["all", "fair", "all"]


def test_a_kind_is_what_the_definition_says_it_is():
    assert of().having("value")["label"].tolist() == ["Calm", "Fairness"]
    assert of().having("difficulty")["label"].tolist() == ["Hard to be calm"]
    assert codings(of(), "ours")["valence"].tolist() == ["supports", "supports", "challenge", "supports"]


def test_a_codebook_of_a_program_gets_its_kinds_from_the_definition_by_id_or_label():
    defined = Codes(kind_of={"Calm": "value", "fair": "value"}, level_of={"Calm": "below"})
    values = of(BOOK.assign(kind="code"), defined).having("value")
    assert values[["label", "level"]].to_numpy().tolist() == [["Calm", "below"], ["Fairness", ""]]


def test_without_a_definition_the_top_of_the_only_codebook_is_what_is_counted():
    material = of(BOOK.assign(kind="code"), None)
    assert material.book("values") == "ours"
    assert material.having("value")["label"].tolist() == ["Values"]
    assert set(codings(material, "ours")["top"]) == {"all"}


def test_a_speaker_nobody_knows_is_not_a_person():
    said = codings(of(), "ours")
    total = by_approach(said, ["calm", "fair"], []).set_index("code")
    assert total["people"].to_dict() == {"calm": 1, "fair": 0}
    assert total["segments"].to_dict() == {"calm": 2, "fair": 1}


def test_every_unit_counts_what_it_is():
    counted = by_unit(codings(of(), "ours"), ["calm", "fair"], UNITS_ASKED)
    found = counted.pivot_table(index="unit", columns="code", values="n", sort=False)
    assert found.astype(int).to_dict("index") == {
        "segment": {"calm": 2, "fair": 1},
        "passage": {"calm": 1, "fair": 1},
        "source": {"calm": 1, "fair": 1},
        "person": {"calm": 1, "fair": 0},
        "project": {"calm": 0, "fair": 1},
        "place": {"calm": 1, "fair": 1},
    }


UNITS_ASKED = ["segment", "passage", "source", "person", "project", "place"]


def test_segments_that_overlap_end_to_end_are_one_passage_within_a_source():
    rows = pd.DataFrame(
        {
            "segment_id": list("abcdef"),
            "source_id": ["S", "S", "S", "S", "T", "T"],
            "start": [0, 2, 8, 12, 0, None],
            "end": [10, 4, 12, 14, 3, None],
        }
    ).astype({"start": "Int64", "end": "Int64"})
    assert passages(rows).tolist() == ["a", "a", "a", "d", "e", "f"]
    assert passages(rows.iloc[::-1]).tolist() == ["f", "e", "d", "a", "a", "a"]


def test_people_without_a_name_are_not_the_base_of_a_question():
    tables = {
        "sources": pd.DataFrame({"source_id": ["q"], "strand": "form", "question": "why"}),
        "segments": pd.DataFrame(
            {"segment_id": ["1", "2", "3"], "source_id": "q", "person_id": ["a", "", ""], "text": "Quiet."}
        ),
        "lexicon": pd.DataFrame({"code_id": ["quiet"], "phrase": "quiet", "match": "phrase"}),
        "codebooks": pd.DataFrame(
            {"codebook": "reasons", "version": 1, "code_id": ["quiet"], "label": "Quiet", "kind": "code"}
        ),
    }
    asked = Codes(
        strands={"form": Strand("Form", "the form", "answers")},
        questions={"why": Question("Why", "reasons", "phrases")},
    )
    material = Material.of(tables, defined=asked)
    assert answered(material, "why") == 1
    given = codes_given(material, "why")
    assert set(given["strand"]) == {"form"}
    counted = people_per_code(given, material.codes("reasons"), answered(material, "why"))
    assert counted[["people", "base"]].to_numpy().tolist() == [[1, 1]]


def test_what_no_row_bears_out_is_not_in_the_definition_and_what_rows_have_is():
    defined = Codes(
        strands={"survey": Strand("Survey", "the survey", "answers")},
        approaches={"group": "Group"},
        waves=("pilot",),
    )
    material = of(defined=defined)
    assert list(material.defined.strands) == ["talk"]
    assert material.defined.strands["talk"].name == "Talk"
    assert material.defined.approaches == {}
    assert material.defined.waves == ()
    assert len(material.interviewed()) == 2


@pytest.mark.parametrize("parents", [["b", "a", "x"], ["a", "b", "c"]])
def test_codes_that_stand_in_a_circle_find_an_end(parents):
    book = pd.DataFrame({"code_id": ["a", "b", "c"], "parent_id": parents})
    assert set(top_codes(book, ["c"])) <= {"a", "b", "c"}
