"""Whatever the program's way of counting, the words come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.imports.offsets import ENDS, Selection, find_reading, holds

LINE_ENDS = ("\n", "\r\n")


@st.composite
def coded_texts(draw):
    """A text, and selections with their words, as a program would write them."""
    text = draw(st.text("ab é😀\n", min_size=1, max_size=40))
    stored, counted = draw(st.sampled_from(LINE_ENDS)), draw(st.sampled_from(LINE_ENDS))
    seen = text.replace("\n", counted)
    added = draw(st.sampled_from(list(ENDS.values())))
    starts = draw(st.lists(st.integers(0, len(seen) - 1), min_size=1, max_size=5))
    selections = []
    for start in starts:
        end = draw(st.integers(start + 1, len(seen)))
        selections.append(Selection(start, end - added, seen[start:end]))
    return text.replace("\n", stored), selections


@given(coded_texts())
def test_the_words_of_every_selection_come_out(given_text):
    stored, selections = given_text
    reading = find_reading(stored, selections)
    assert reading is not None
    for selection in selections:
        start, end, words = reading.cut(selection)
        assert reading.text[start:end] == words
        assert holds(words, selection) or not selection.words.strip()


def test_a_space_at_the_end_does_not_mislead():
    """Both readings give the words up to white space; one gives them exactly."""
    reading = find_reading("one two", [Selection(0, 3, "one")])
    assert reading.end == "the one after"
    assert find_reading("one two", [Selection(0, 2, "one")]).end == "the last character"


@pytest.mark.parametrize("selection", [Selection(0, 8), Selection(5, 2), Selection(7, 7)])
def test_no_reading_reaches_outside_the_text(selection):
    assert find_reading("one two", [selection]) is None


def test_a_source_without_selections_is_read_as_stored():
    reading = find_reading("one\r\ntwo", [])
    assert (reading.text, reading.with_words) == ("one\r\ntwo", 0)
