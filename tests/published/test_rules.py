"""Each kind of number has its rule, and each rule its bounds."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.errors import ParameterError
from peerbook.published import compare
from peerbook.published.rules import RULES, rule_named
from peerbook.stats.effects import LARGE, MEDIUM, SMALL

NAN = float("nan")


def holds(rule, exact, said, **more):
    cell = {"printed": str(said), "rebuilt_text": exact, "rebuilt_other": NAN} | more
    return rule_named(rule).holds(exact, said, cell)


@pytest.mark.parametrize(
    ("rule", "printed", "rebuilt", "more", "within", "strict"),
    [
        ("equal", 12, 12, {}, "yes", "yes"),
        ("equal", 12, 13, {}, "no", "no"),
        ("share", 68.8, 68.75, {}, "yes", "yes"),
        ("share", 36.0, 36.14, {"other": 35.99}, "yes", "no"),
        ("share", 36.0, 36.14, {"other": 36.2}, "no", "no"),
        ("rounds 1", 20.5, 20.549, {}, "yes", "yes"),
        ("rounds 1", 20.5, 20.551, {}, "no", "no"),
        ("rounds 0", 30, 30.4, {}, "yes", "yes"),
        ("near", 100, 110, {}, "yes", "no"),
        ("near", 100, 111, {}, "no", "no"),
        ("near", 4, 7, {}, "yes", "no"),
        ("near", 4, 8, {}, "no", "no"),
        ("inside", 0.31, 0.78, {"low": -0.16, "high": 0.78}, "yes", "no"),
        ("inside", 0.31, 0.79, {"low": -0.16, "high": 0.78}, "no", "no"),
        ("inside", 0.31, 0.314, {"low": -0.16, "high": 0.78}, "yes", "yes"),
        ("side", 0.005, 0.0499, {}, "yes", "no"),
        ("side", 0.005, 0.05, {}, "no", "no"),
        ("size", 0.21, 0.496, {}, "no", "no"),
        ("size", 0.21, 0.494, {}, "yes", "no"),
        ("size", 0.21, -0.21, {}, "no", "no"),
        ("within 0.35", 2.5, 2.15, {}, "yes", "no"),
        ("within 0.35", 2.5, 2.14, {}, "no", "no"),
        ("within 2%", 4.23, 4.31, {}, "yes", "no"),
        ("within 2%", 4.23, 4.32, {}, "no", "no"),
        ("at least", 324, 324, {}, "yes", "yes"),
        ("at least", 324, 323, {}, "no", "no"),
    ],
)
def test_each_kind_of_number_has_its_rule(rule, printed, rebuilt, more, within, strict):
    place = {"table": "1", "row": "a row", "column": "", "quantity": "a quantity"}
    bounds = {"low": more.get("low"), "high": more.get("high")}
    said = pd.DataFrame([place | bounds | {"printed": str(printed), "value": float(printed), "rule": rule}])
    found = pd.DataFrame([place | {"value": float(rebuilt), "other": more.get("other")}])
    number = compare(said, found).iloc[0]
    assert (number["within_rule"], number["as_printed"]) == (within, strict)
    assert number["status"] == ("agrees" if within == "yes" else "differs")


@pytest.mark.parametrize(
    ("exact", "said", "rule", "expected"),
    [
        (703, 703, "rounds", True),
        (703.4, 703, "rounds", True),
        (704, 703, "rounds", False),
        (80.5, 81, "rounds", True),
        (80.49, 81, "rounds", False),
        (72.46, 72.5, "rounds", True),
        (72.6, 72.5, "rounds", False),
        (2.04, 2, "rounds", True),
        (8.8, 8, "about", True),
        (8.9, 8, "about", False),
        (261, 260, "over", True),
        (260, 260, "over", False),
        (50.1, 50, "over", True),
        (50, 50, "over", False),
        (49.9, 50, "under", True),
        (50, 50, "under", False),
        (1.6, 1.5, "just over", True),
        (1.7, 1.5, "just over", False),
        (1.45, 1.5, "just under", True),
        (1.55, 1.5, "just under", False),
        (54.9, 50, "share in words", True),
        (55.1, 50, "share in words", False),
        (26, 26, "equal", True),
        (27, 26, "equal", False),
        (99.9, 100, "equal", False),
        (1, 0, "equal", False),
        (1.9, 2, "equal", False),
        (NAN, 703, "rounds", False),
    ],
)
def test_a_number_bears_out_what_the_prose_says_up_to_its_rule(exact, said, rule, expected):
    assert holds(rule, exact, said) is expected


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.of_words])
def test_words_agree_if_they_are_the_same(rule):
    assert holds(rule, "June 2015", "June 2015")
    assert not holds(rule, "July 2015", "June 2015")


@pytest.mark.parametrize(("bound", "below"), [(SMALL, 0.19), (MEDIUM, 0.49)])
def test_an_effect_on_a_bound_has_the_larger_size(bound, below):
    assert not holds("size", below, bound)
    assert holds("size", bound, bound + 0.01)


def test_an_effect_of_080_has_the_size_of_079_and_not_of_081():
    """Cohen's bounds are those of `peerbook.stats.effects`: this fails if either side moves."""
    assert LARGE == 0.8
    assert holds("size", 0.80, 0.79)
    assert holds("size", -0.79, -0.80)
    assert not holds("size", 0.80, 0.81)


def test_sizes_are_those_of_the_effects_as_they_print():
    assert holds("size", 0.198, 0.2)
    assert holds("size", 0.804, 0.79)
    assert not holds("size", 0.194, 0.2)


@pytest.mark.parametrize("name", ["rounds about", "within", "within x", "eqaul", "equal 3", ""])
def test_an_unknown_rule_is_refused(name):
    with pytest.raises(ParameterError, match="expected one of equal"):
        rule_named(name)


@pytest.mark.parametrize(
    ("found", "said", "expected"),
    [(0.80, 0.78, True), (0.874, 0.78, True), (0.875, 0.78, False), (0.68, 0.78, False)],
)
def test_a_limit_may_move_by_a_tenth_of_the_interval(found, said, expected):
    assert holds("limit", found, said, low=-0.16, high=0.78) is expected


def test_a_table_of_zeros_has_p_of_one_and_no_effect_sizes():
    assert {name: rule.zero for name, rule in RULES.items() if rule.zero != 0 or rule.zero != rule.zero} == {
        "side": 1, "size": pytest.approx(NAN, nan_ok=True),
    }  # fmt: skip
