"""Extracts used several times: kept once, every change of words with its reason."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.coding.uses import (
    AS_KEPT,
    EDITED,
    distinct,
    kept_once,
    likeness,
    repeats,
    require_reasons,
    similarity,
)
from peerbook.errors import DataError

# U4 repeats U1, U5 joins U1 and U2, U6 joins U2 with words that are new.
USES = pd.DataFrame(
    [
        ("U1", "S1", AS_KEPT, ""),
        ("U2", "S2", AS_KEPT, ""),
        ("U3", "S3", AS_KEPT, ""),
        ("U4", "S1", EDITED, "shorter"),
        ("U5", "S1", EDITED, "joined"),
        ("U5", "S2", EDITED, "joined"),
        ("U6", "S2", EDITED, "joined"),
        ("U6", "S4", EDITED, "joined"),
    ],
    columns=["use_id", "segment_id", "edit", "edit_reason"],
)
PAIRS = st.lists(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abcd")), unique=True)
WORDS = st.lists(st.sampled_from(["we", "meet", "and", "talk"])).map(" ".join)


def test_a_use_repeats_only_if_all_its_words_were_shown_before():
    found = repeats(USES)
    assert found[["use_id", "first_use"]].to_numpy().tolist() == [["U4", "U1"], ["U5", "U1 U2"]]


def test_joined_extracts_can_count_as_one():
    assert distinct(USES) == 4
    assert distinct(USES, joined_are_one=True) == 2


def test_every_extract_is_kept_once_with_its_uses():
    found = kept_once(USES).set_index("segment_id")
    assert found.loc["S1"].tolist() == [3, 2, "U1 U4 U5"]
    assert found["uses"].to_dict() == {"S1": 3, "S2": 3, "S3": 1, "S4": 1}


def test_joined_extracts_are_held_against_the_words_of_both():
    segments = pd.DataFrame(
        [("S1", "we eat"), ("S2", "and we talk"), ("S3", "here"), ("S4", None)],
        columns=["segment_id", "verbatim"],
    )
    words = {"U1": "we eat", "U4": "eat", "U5": "we eat and we talk", "U6": "and we talk here"}
    found = likeness(USES.assign(edited_text=USES["use_id"].map(words)), segments)
    by_use = found.groupby(USES["use_id"]).first()
    assert by_use[["U1", "U4", "U5"]].tolist() == pytest.approx([1, 2 / 3, 1])
    assert by_use[["U2", "U3", "U6"]].isna().all()


def test_a_change_of_words_needs_a_reason():
    assert require_reasons(USES, "uses.csv") is USES
    with pytest.raises(DataError, match=r"uses\.csv, edit_reason: found none for U5; expected"):
        require_reasons(USES.assign(edit_reason=USES["edit_reason"].replace("joined", "").where(
            USES["use_id"] == "U5", "said")), "uses.csv")  # fmt: skip


@given(PAIRS)
def test_uses_are_new_ones_and_repeats(pairs):
    uses = pd.DataFrame(pairs, columns=["use_id", "segment_id"], dtype=object).assign(edit=AS_KEPT)
    uses = uses.sort_values("use_id", kind="stable")
    again, seen = set(repeats(uses)["use_id"]), set()
    for use, ids in uses.groupby("use_id")["segment_id"]:
        assert (use in again) == (set(ids) <= seen)
        seen |= set(ids)
    assert distinct(uses) == len(seen) == len(kept_once(uses))
    assert distinct(uses, joined_are_one=True) <= distinct(uses)


@given(WORDS, WORDS)
def test_likeness_lies_between_0_and_1_and_is_1_for_the_same_words(first, second):
    assert 0 <= similarity(first, second) <= 1
    assert (similarity(first, second) == 1) == (first.split() == second.split())
