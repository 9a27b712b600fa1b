"""Coded material of real people: no rows of persons, no exact comparison with print."""

from __future__ import annotations

from dataclasses import replace

from peerbook.chapters.side_by_side import values_framework
from peerbook.disclosure import MARK, Policy
from peerbook.evidence.beside_print import NOT_TOLD
from peerbook.outputs.protect import Protection

POLICY = Policy()


def test_a_table_with_a_row_for_each_person_has_none_of_real_people(coded):
    shown = values_framework.person_by_value(coded, segments="all")
    assert len(shown.released)
    real = shown.made_from(False, Protection(POLICY))
    assert real.released.empty
    assert "each person" in real.caption
    assert "withheld" in " ".join(real.notes)


def test_how_numbers_compare_with_print_is_not_told_of_real_people(coded):
    real = values_framework.printed_tables(coded).made_from(False, Protection(POLICY))
    assert set(real.released["status"]) == {MARK}
    assert real.notes == (NOT_TOLD,)


def test_equal_numbers_that_may_be_rounded_are_not_said_to_be_all(coded):
    real = replace(coded, synthetic=False)
    assert "every one" in values_framework.in_short(coded).markup
    assert "every one" not in values_framework.in_short(real).markup
