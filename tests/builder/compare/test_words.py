from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.builder.compare.words import GONE, NEW, matched, pieces, same_words, sentences


@pytest.mark.parametrize(
    ("a", "b", "tolerance", "same"),
    [
        ("In all 1,000 logs", "In all 1,001 logs", 0.001, True),
        ("In all 1,000 logs", "In all 1,002 logs", 0.001, False),
        ("of 28.0% a day", "of 28.1% a day", 0.01, True),
        ("of 28.0% a day", "of 28.0 a day", 1.0, False),
        ("falls by −0.5", "falls by 0.5", 0.1, False),
        ("few logs", "few  logs", 0.0, True),
        ("few logs", "many logs", 9.0, False),
    ],
)
def test_numbers_in_words_are_compared_as_numbers(a, b, tolerance, same):
    assert same_words(a, b, tolerance) is same


def test_sentences_are_matched_and_new_ones_stand_alone():
    a = ["Ten people came.", "They were glad of it."]
    b = ["Nobody knows why it rained.", "Eleven people came.", "They were glad of it."]
    assert matched(a, b) == [(None, b[0]), (a[0], b[1]), (a[1], b[2])]


TEXTS = st.text(alphabet="ab 1,.%-\n", max_size=40)


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(a, b):
    found = pieces(a, b)
    words = ["".join(p.text for p in found if p.kind != kind).split() for kind in (NEW, GONE)]
    assert ["".join(each) for each in words] == ["".join(a.split()), "".join(b.split())]


@given(TEXTS)
def test_no_word_is_lost_between_sentences(text):
    kept = "".join(sentences(text)).replace(" ", "").replace("-", "")
    assert kept == "".join(text.split()).replace("-", "")
