"""Whatever the program's way of counting, the words come out, and one odd selection changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.imports.offsets import (
    AFTER,
    BYTES,
    CERTAIN,
    LAST,
    LIKELY,
    ONE,
    OPEN,
    POINTS,
    STORED,
    TWO,
    UNITS,
    Reading,
    Selection,
    Text,
    choose,
    holds,
)

TALK = (
    "Ada: We agreed rules 😀 on the first day, and it was good.\n"
    "Bo: I chose to stay. Naïve, perhaps? No one asked me to go.\n"
    "Ada: Others left early; they had a long way 🙂 home, you see.\n"
)
PHRASES = (
    "agreed rules",
    "first day",
    "I chose to stay",
    "No one asked me",
    "they had a long way",
    "you see",
)


def written(reading: Reading, text: str, phrases: tuple[str, ...], words: bool) -> list[Selection]:
    """Write selections as a program would that counts so; the text has line ends of one character."""
    found = []
    for phrase in phrases:
        start = text.index(phrase)
        numbers = [counted(reading, text[:at]) + reading.first for at in (start, start + len(phrase))]
        end = numbers[1] - (reading.end == LAST)
        found.append(Selection(numbers[0], end, phrase if words else ""))
    return found


def counted(reading: Reading, text: str) -> int:
    if reading.line_ends == TWO:
        text = text.replace("\n", "\r\n")
    if reading.unit == UNITS:
        return len(text.encode("utf-16-le")) // 2
    return len(text.encode()) if reading.unit == BYTES else len(text)


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("stored", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("end", [LAST, AFTER])
@pytest.mark.parametrize("line_ends", [ONE, TWO])
@pytest.mark.parametrize("unit", [POINTS, UNITS, BYTES])
def test_every_way_of_counting_is_found_out(unit, line_ends, end, first, stored, words):
    """By words, and as surely by clean edges where no words are written."""
    reading = Reading(unit, line_ends, end, first)
    text = Text(TALK.replace("\n", stored))
    selections = written(reading, TALK, PHRASES, words)
    chosen = choose([(text, selections)])
    cuts = [text.cut(chosen.reading, s.start, s.end) for s in selections]
    assert tuple(text.words[slice(*cut)] for cut in cuts) == PHRASES
    assert chosen.sure == (CERTAIN if words else LIKELY)


@pytest.mark.parametrize("odd", [Selection(9, 9), Selection(5, 900), Selection(30, 7), Selection(0, 10**11)])
def test_one_odd_selection_does_not_change_how_others_are_read(odd):
    reading = Reading(UNITS, STORED, AFTER)
    text = Text(TALK)
    selections = written(reading, TALK, PHRASES, words=False)
    chosen = choose([(text, [odd, *selections])]).reading
    assert [text.words[slice(*text.cut(chosen, s.start, s.end))] for s in selections] == list(PHRASES)
    assert isinstance(text.cut(chosen, odd.start, odd.end), str)


def test_one_reading_holds_for_all_texts_of_a_project():
    """One text alone could be read either way; the others decide."""
    reading = Reading(POINTS, STORED, AFTER)
    unclear = Text("a b c d")
    clear = written(reading, TALK, PHRASES, words=True)
    chosen = choose([(unclear, [Selection(2, 3)]), (Text(TALK), clear)])
    assert unclear.words[slice(*unclear.cut(chosen.reading, 2, 3))] == "b"


def test_what_a_program_is_known_to_do_decides_what_fits_equally():
    text = Text("日本語の文章です")
    assert choose([(text, [Selection(0, 2)])]).reading.end == LAST
    known = choose([(text, [Selection(0, 2)])], [Reading(UNITS, STORED, AFTER)])
    assert (known.reading.end, known.sure) == (AFTER, OPEN)


def test_names_that_are_no_words_do_not_decide():
    reading = Reading(POINTS, STORED, AFTER)
    selections = [
        Selection(s.start, s.end, f"{s.start},{s.end}") for s in written(reading, TALK, PHRASES, words=False)
    ]
    chosen = choose([(Text(TALK), selections)])
    assert (chosen.reading.end, chosen.same) == (AFTER, 0)


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (0, 8, "past the end"),
        (5, 2, "before the start"),
        (7, 7, "zero characters"),
        (9, 12, "past the end"),
    ],
)
def test_what_is_wrong_with_a_selection_is_said(start, end, why):
    assert why in Text("one two").cut(Reading(end=AFTER), start, end)


def test_a_selection_of_no_width_is_none_even_within_a_character():
    assert "zero characters" in Text("a😀b").cut(Reading(UNITS, STORED, AFTER), 2, 2)


def test_a_project_without_selections_has_a_reading_all_the_same():
    assert choose([(Text("one"), [])]).selections == 0


@st.composite
def coded_texts(draw):
    """A text, and selections with their words, as a program would write them."""
    text = draw(st.text("ab é😀\n", min_size=1, max_size=40))
    reading = Reading(
        draw(st.sampled_from([POINTS, UNITS, BYTES])),
        draw(st.sampled_from([ONE, TWO])),
        draw(st.sampled_from([LAST, AFTER])),
        draw(st.sampled_from([0, 1])),
    )
    selections = []
    for start in draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=5)):
        end = draw(st.integers(start + 1, len(text)))
        numbers = [counted(reading, text[:at]) + reading.first for at in (start, end)]
        selections.append(Selection(numbers[0], numbers[1] - (reading.end == LAST), text[start:end]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), selections


@given(coded_texts())
def test_the_words_of_every_selection_come_out(given_text):
    stored, selections = given_text
    text = Text(stored)
    chosen = choose([(text, selections)])
    for selection in selections:
        cut = text.cut(chosen.reading, selection.start, selection.end)
        assert not selection.words.strip() or holds(text.words[slice(*cut)], selection)


def test_a_space_at_the_end_does_not_mislead():
    """Both readings give the words up to white space; one gives them exactly."""
    assert choose([(Text("one two"), [Selection(0, 3, "one")])]).reading.end == AFTER
    assert choose([(Text("one two"), [Selection(0, 2, "one")])]).reading.end == LAST
