"""Whose words a passage holds does not depend on the order of cases."""

from __future__ import annotations

import itertools

import pytest

from peerbook.imports.speakers import distinct, turns_of

WORDS = "Ada: yes, always. Bo: no. Ada: well."
ADA, BO, LATER = (0, 17), (18, 25), (26, 36)
CASES = [("Ada", ADA), ("Bo", BO), ("Ada", LATER), ("Ada", None), ("Cy", None)]


@pytest.mark.parametrize("cases", list(itertools.permutations(CASES))[::7])
def test_passages_come_before_whole_sources_whatever_the_order(cases):
    turns = turns_of(cases)
    assert turns.of(WORDS, 5, 16) == ("Ada",)
    assert turns.of(WORDS, 22, 24) == ("Bo",)
    assert turns.of(WORDS, 18, 36) == ("Bo", "Ada")
    assert turns.of(WORDS, 17, 18) == ("Cy",)


def test_space_between_two_turns_is_nobodys_word():
    turns = turns_of([("Ada", (0, 18)), ("Bo", (18, 25))])
    assert turns.of(WORDS, 16, 19) == ("Ada", "Bo")
    assert turns.of(WORDS, 17, 19) == ("Bo",)


def test_the_rest_of_a_source_is_of_its_only_case():
    assert turns_of([("Ada", ADA), ("Ada", None)]).of(WORDS, 18, 25) == ("Ada",)
    assert turns_of([("Ada", ADA)]).of(WORDS, 18, 25) == ()


def test_what_is_no_piece_of_the_text_is_of_everybody_in_it():
    assert turns_of([("Bo", BO), ("Ada", ADA)]).of(WORDS, None, None) == ("Ada", "Bo")
    assert turns_of([]).of(WORDS, None, None) == ()


def test_a_number_that_is_taken_is_not_given_again():
    names = distinct({"a": "Ada", "b": "Ada (2)", "c": "Ada"})
    assert sorted(names.values()) == ["Ada", "Ada (2)", "Ada (3)"]
