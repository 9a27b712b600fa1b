from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.audit.rounding import decimals_of, rounds_to

DECIMALS = st.integers(0, 4)
NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, DECIMALS)
def test_a_rounded_number_is_one_it_rounds_to(exact, decimals):
    assert rounds_to(exact, round(exact, decimals), decimals)


@given(NUMBERS, DECIMALS, st.sampled_from([-1, 1]))
def test_the_next_number_of_the_last_digit_is_not_unless_half_way(exact, decimals, side):
    printed = round(exact, decimals) + side * 2 * 10.0**-decimals
    assert not rounds_to(exact, printed, decimals)


@pytest.mark.parametrize(
    ("exact", "printed", "holds"), [(0.25, 0.2, True), (0.25, 0.3, True), (0.2501, 0.2, False)]
)
def test_an_exact_half_may_go_either_way(exact, printed, holds):
    assert rounds_to(exact, printed, 1) is holds


def test_a_cell_with_more_digits_is_held_to_them():
    assert rounds_to(2.326, 2.3, 1)
    assert not rounds_to(2.326, 2.34, 1)


@given(st.integers(-(10**6), 10**6), DECIMALS)
def test_a_number_needs_at_most_the_decimals_it_was_made_with(units, decimals):
    assert decimals_of(round(units / 10**decimals, decimals)) <= decimals
