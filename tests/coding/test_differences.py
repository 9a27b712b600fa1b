"""Where coders differ: every passage, what each of them saw in it, and how it is counted."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.coding.differences import (
    AGREED,
    BORDERS,
    LEFT_OUT,
    OTHER,
    by_code,
    by_pair,
    by_source,
    disputed,
    passages_read,
)
from peerbook.errors import ParameterError
from tests.coding.test_intercoder import material_of

PIECES = [
    *(("A", "I1", 0, 10, "V1"), ("B", "I1", 0, 10, "V1")),
    *(("A", "I1", 20, 30, "V1"), ("B", "I1", 20, 32, "V1")),
    *(("A", "I1", 40, 50, "V1"), ("B", "I1", 40, 50, "V2")),
    *(("A", "I1", 40, 50, "V3"),),
    ("B", "I1", 60, 70, "V2"),
    *(("A", "I2", 0, 10, "V1"), ("B", "I2", 0, 10, "V1")),
    ("A", "I3", 0, 10, "V1"),
]


def test_every_passage_is_of_one_kind():
    found = passages_read(material_of(PIECES), "values")
    kinds = found.drop_duplicates("passage")
    assert kinds[["source_id", "start", "end", "kind"]].to_numpy().tolist() == [
        ["I1", 0, 10, AGREED],
        ["I1", 20, 32, BORDERS],
        ["I1", 40, 50, OTHER],
        ["I1", 60, 70, LEFT_OUT],
        ["I2", 0, 10, AGREED],
    ]
    assert found.loc[found["passage"] == 3, "codes"].tolist() == [("V1", "V3"), ("V2",)]
    assert found.loc[found["passage"] == 4, "codes"].tolist() == [(), ("V2",)]


def test_the_disputed_say_who_said_what():
    listed = disputed(passages_read(material_of(PIECES), "values"), lambda code: f"value {code[1:]}")
    assert listed["said"].tolist() == ["A: value 1, value 3; B: value 2", "A: nothing; B: value 2"]
    assert listed["kind"].tolist() == [OTHER, LEFT_OUT]


def test_codes_sources_and_pairs_are_counted():
    material = material_of(PIECES)
    found = passages_read(material, "values")
    codes = by_code(found, ["V1", "V2", "V4"]).set_index("code_id")
    assert codes.loc["V1"].tolist() == [4, 3, 0, 1, "V2", 1]
    assert codes.loc["V2"].tolist() == [2, 0, 1, 1, "V1", 1]
    assert codes.loc["V4"].tolist() == [0, 0, 0, 0, "", 0]
    sources = by_source(found, material, "values").set_index("source_id")
    assert sources.loc["I1"].tolist() == [2, 4, 1, 1, 1, 1, 0.5]
    assert sources.loc["I3", ["coders", "passages"]].tolist() == [1, 0]
    assert pd.isna(sources.loc["I3", "share"])
    assert by_pair(found).to_numpy().tolist() == [["A", "B", 2, 5, 3, 1, 1, 0.6]]


def test_three_coders_of_one_passage():
    """What two by two is the same is one passage; who left it out is named once."""
    pieces = [("A", "I1", 0, 10, "V1"), ("B", "I1", 1, 10, "V1"), ("C", "I1", 2, 10, "V2")]
    pieces += [("A", "I1", 50, 60, "V1"), ("C", "I1", 50, 60, "V1")]
    found = passages_read(material_of(pieces), "values")
    assert found.groupby("passage")["coder"].nunique().tolist() == [3, 3]
    assert found.drop_duplicates("passage")["kind"].tolist() == [OTHER, LEFT_OUT]
    pairs = by_pair(found).set_index(["one", "other"])
    assert pairs.loc[("A", "C"), ["passages", "same", "different"]].tolist() == [2, 1, 1]
    assert pairs.loc[("A", "B"), ["passages", "same", "left_out"]].tolist() == [2, 1, 1]


def test_a_whole_source_left_out_is_disputed_if_it_was_read():
    material = material_of(PIECES)
    read = replace(material, sources=material.sources.assign(read_by="A;B"))
    found = by_source(passages_read(read, "values"), read, "values").set_index("source_id")
    assert found.loc["I3", ["coders", "passages", LEFT_OUT, "share"]].tolist() == [2, 1, 1, 0]


def test_without_places_the_same_segment_is_the_same_passage(material):
    found = passages_read(material, "core_values")
    assert found["coder"].nunique() == 2
    assert set(found["kind"]) <= {AGREED, OTHER, LEFT_OUT}
    assert len(disputed(found)) == found.loc[found["kind"] != AGREED, "passage"].nunique() > 0


def test_nothing_to_compare(nothing):
    assert passages_read(nothing, "values").empty
    assert disputed(passages_read(nothing, "values")).empty
    alone = material_of([("A", "I1", 0, 10, "V1")])
    found = passages_read(alone, "values")
    assert found.empty
    assert by_source(found, alone, "values")["coders"].tolist() == [1]
    assert by_pair(found).empty
    with pytest.raises(ParameterError, match="minimum_overlap"):
        passages_read(alone, "values", 50)


def test_only_some_codes_are_compared():
    """What nobody gave any of them is left out; what else a coder gave counts only if it is all she gave."""
    found = passages_read(material_of(PIECES), "values", codes=["V1"])
    kinds = found.drop_duplicates("passage")
    assert kinds["kind"].tolist() == [AGREED, BORDERS, OTHER, AGREED]
    assert found.loc[found["passage"] == 3, "codes"].tolist() == [("V1",), ("V2",)]
