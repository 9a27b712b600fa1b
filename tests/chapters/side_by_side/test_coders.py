"""Where coders differ: the stand-in's two coders, three of our own, and what is not shown of real people."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import coders as chapter
from peerbook.coding.differences import LEFT_OUT, OTHER
from peerbook.errors import ParameterError


def test_in_short_says_who_coded_how_much_alike(coded):
    given = coded.coding["segment_codes"].merge(coded.coding["segments"], on="segment_id")
    book = coded.coding["codebooks"].query("codebook == 'core_values'")
    given = given[given["code_id"].isin(book["code_id"])]
    both = given[given.groupby("source_id")["coder"].transform("nunique") == 2]
    n = both.loc[both["code_id"].str.startswith("V"), "segment_id"].nunique()
    lines = chapter.in_short(coded).markup.splitlines()
    assert lines[0] == f"- 2 coders marked {n} passages in 15 sources that two or more of them read."
    assert lines[2].startswith("- They differ most often on ")


def test_what_is_disputed_is_counted_the_same_everywhere(coded):
    passages, sources = chapter.passages(coded).data, chapter.sources(coded).data
    assert len(passages) == sources[[OTHER, LEFT_OUT]].to_numpy().sum()
    pair = chapter.pairs(coded).data.iloc[0]
    assert pair["passages"] == sources["passages"].sum()
    assert pair["different"] + pair["left_out"] == len(passages)
    assert set(passages["said"].str.count(": ")) == {2}


def test_of_real_people_no_passage_and_no_source_can_be_found(coded):
    real = replace(coded, synthetic=False)
    assert list(chapter.passages(real).data) == ["kind", "said", "words", "quotable"]
    assert chapter.sources(real).data["source"].str.fullmatch(r"Source \d+").all()


def test_words_are_there_only_with_consent(coded, coded_with):
    said = coded.coding["segments"].assign(text="my own words", quotable="no")
    assert set(chapter.passages(coded_with(segments=said)).data["words"]) == {""}
    agreed = said.assign(quotable="yes")
    assert set(chapter.passages(coded_with(segments=agreed)).data["words"]) == {"my own words"}


def test_a_third_coder_makes_three_pairs(coded, coded_with):
    given = coded.coding["segment_codes"]
    third = pd.concat([given, given.query("coder == 'A'").assign(coder="C")])
    made = chapter.pairs(coded_with(segment_codes=third)).data
    assert made[["one", "other"]].to_numpy().tolist() == [["A", "B"], ["A", "C"], ["B", "C"]]
    assert made.set_index(["one", "other"]).loc[("A", "C"), "share"] == 1


def test_one_coder_alone_has_nothing_to_compare(coded, coded_with):
    alone = coded_with(segment_codes=coded.coding["segment_codes"].query("coder != 'B'"))
    assert "nothing to compare" in chapter.in_short(alone).markup
    assert chapter.passages(alone).data.empty
    assert chapter.agreement(alone).data.empty


def test_another_codebook_is_chosen_by_name(coded):
    with pytest.raises(ParameterError, match="codebook"):
        chapter.codes(coded, codebook="values")
    assert chapter.codes(coded, codebook="bame").data["passages"].sum() == 0
