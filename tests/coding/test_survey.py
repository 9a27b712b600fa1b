"""Phrases are matched whole, people are counted once, the base is those who answered."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.coding import Material
from peerbook.coding import survey as sv
from peerbook.published import load

BOOK = pd.DataFrame({"code_id": ["a", "b", "c"], "label": ["A", "B", "C"]})


def rounded(table: pd.DataFrame) -> list[list]:
    return [[row.label, row.people, round(row.percent)] for row in table.itertuples()]


def test_table_5_2_comes_out_of_the_phrases(material):
    given_groups = sv.grouped_phrases(material, "words")
    counted = sv.people_per_code(
        given_groups, material.codes("words"), sv.answered(material, "words"), top_n=15
    )
    printed = load("side_by_side", "table_5_2").itertuples()
    expected = [[row.group, int(row.n), int(row.percent)] for row in printed]
    assert rounded(counted) == expected
    assert set(counted["base"]) == {157}


def test_table_5_3_comes_out_of_the_themes(material):
    answered = sv.answered(material, "not_peer_support")
    counted = sv.people_per_code(
        sv.themes_given(material, "not_peer_support"), material.codes("not_peer_support"), answered
    )
    printed = load("side_by_side", "table_5_3").itertuples()
    expected = [[row.theme, int(row.n), int(row.percent)] for row in printed]
    assert rounded(counted) == expected
    assert answered == 156


def test_a_phrase_may_be_in_two_groups_and_words_alone_do_not_count():
    lexicon = pd.DataFrame(
        {
            "code_id": ["words.support", "words.understanding", "words.understanding"],
            "phrase": ["support+understands", "support+understands", "understanding"],
            "match": ["stems", "stems", "phrase"],
        }
    )
    material = Material.of(
        {
            "lexicon": lexicon,
            "codebooks": pd.DataFrame(
                {"codebook": "words", "version": 1, "code_id": ["words.support", "words.understanding"]}
            ),
            "sources": pd.DataFrame({"source_id": ["w"], "question": ["words"]}),
            "segments": pd.DataFrame(
                {
                    "source_id": "w",
                    "person_id": ["S1", "S2", "S3"],
                    "text": ["Support from one who understands", "mutual understanding", "Understanding."],
                }
            ),
        }
    )
    found = sv.grouped_phrases(material, "words")[["person_id", "code_id"]].to_numpy().tolist()
    assert found == [["S1", "words.support"], ["S1", "words.understanding"], ["S3", "words.understanding"]]
    assert sv.answered(material, "words") == 3


def test_ties_with_the_last_row_stay():
    said = pd.DataFrame({"person_id": ["1", "2", "3"], "code_id": ["a", "b", "c"]})
    assert len(sv.people_per_code(said, BOOK, base=3, top_n=2)) == 3


def test_nobody_answered(nothing):
    counted = sv.people_per_code(sv.grouped_phrases(nothing, "words"), BOOK, base=0)
    assert counted["people"].sum() == 0
    assert counted["percent"].isna().all()


@given(st.text())
def test_normalising_twice_changes_nothing_more(phrase):
    assert sv.normalised(sv.normalised(phrase)) == sv.normalised(phrase)


@pytest.mark.parametrize(
    ("phrase", "listed", "match", "expected"),
    [
        ("mutual support", "mutual support", "phrase", True),
        ("mutual support", "support", "phrase", False),
        ("an unsupportive place", "support+place", "stems", False),
        ("placing support", "support+plac", "stems", True),
    ],
)
def test_matching(phrase, listed, match, expected):
    assert sv.matcher(listed, match)(phrase) is expected
