"""Percentages are rounded by the rule that is named, and what could have printed them is found."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.errors import ParameterError
from peerbook.survey import counts_that_print, rounded_percent, wholes_that_print
from peerbook.survey.rounding import RULES

WHOLES = st.integers(1, 400)


@given(WHOLES.flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))), st.integers(0, 2))
def test_half_up_is_the_nearest_and_of_two_the_higher(pair, digits):
    part, whole = pair
    exact, unit = Fraction(100 * part, whole), Fraction(1, 10**digits)
    found = Fraction(str(rounded_percent(part, whole, "half up", digits)))
    assert -unit / 2 <= exact - found < unit / 2


@given(WHOLES.flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_count_is_among_those_that_could_have_printed_it(pair):
    part, whole = pair
    for rule in RULES:
        assert part in counts_that_print(rounded_percent(part, whole, rule), whole, rule)


def test_the_rules_differ_only_at_a_half_or_in_their_direction():
    assert [rounded_percent(5, 40, rule) for rule in RULES] == [13.0, 12.0, 12.0, 13.0]
    assert [rounded_percent(2, 3, rule) for rule in RULES] == [67.0, 67.0, 66.0, 67.0]


def test_two_percentages_narrow_the_wholes_they_can_be_of():
    found = wholes_that_print([59, 15], most=44)
    assert found["whole"].tolist() == [27, 34, 39, 41]
    assert found["parts"].tolist() == ["16, 4", "20, 5", "23, 6", "24, 6"]


def test_a_share_of_nobody_is_missing_and_an_unknown_rule_refused():
    assert rounded_percent(0, 0) != rounded_percent(0, 0)
    with pytest.raises(ParameterError, match="half even"):
        rounded_percent(1, 2, "halfeven")
