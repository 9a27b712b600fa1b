from __future__ import annotations

import pandas as pd
import pytest

from peerbook.published.prose import (
    against_each_other,
    against_tables,
    associations_in_words,
    read_in_words,
    stated_in_words,
)

SAID = pd.DataFrame(
    {
        "table": "text",
        "row": ["people", "men", "share"],
        "printed": ["10", "4", "40"],
        "value": [10.0, 4.0, 40.0],
        "rule": "rounds",
        "unit": "people",
    }
)
STATEMENT = {
    "place": "page 1", "sample": "whole", "exposure": "given", "outcome": "hope", "subgroup_variable": "",
    "subgroup_level": "", "change": "increased", "direction": "up", "says": "changed", "size": "small",
}  # fmt: skip
ROW = {
    "sample": "whole", "exposure": "given", "outcome": "hope", "subgroup_variable": "", "subgroup_level": "",
    "change": "increased", "n": 100, "mean": 1.0, "ci_low": 0.2, "ci_high": 1.8, "p_value": 0.01,
    "effect_size": 0.2,
}  # fmt: skip


def said(row=None, **statement):
    """What the audit says of one statement and the one row of its table."""
    found = associations_in_words(pd.DataFrame([STATEMENT | statement]), pd.DataFrame([ROW | (row or {})]))
    return [finding.arithmetic for finding in found]


def test_a_statement_its_row_bears_out_is_no_finding():
    assert said() == []


@pytest.mark.parametrize(
    ("row", "statement", "reason"),
    [
        ({}, {"change": "decreased"}, "no table has a row for this statement"),
        ({}, {"direction": "down"}, "the mean lies on the other side of 0; the interval holds 0"),
        ({"ci_low": -0.1, "ci_high": 2.1}, {}, "the interval holds 0"),
        ({"p_value": 0.051}, {}, "p is not below 0.05"),
        ({}, {"size": "medium"}, "no medium effect size is printed"),
        ({"effect_size": float("nan")}, {}, "no small effect size is printed"),
        ({"effect_size": 0.19}, {}, "no small effect size is printed"),
        ({"effect_size": 0.51}, {}, "no small effect size is printed"),
        ({"ci_low": 0.5}, {}, "the printed interval is itself at fault"),
        ({}, {"says": "no association", "change": ""}, "the model is significant"),
    ],
)
def test_a_statement_its_row_contradicts_says_how(row, statement, reason):
    assert said(row, **statement) == [reason]


@pytest.mark.parametrize(
    "row", [{"ci_low": 0.0, "ci_high": 2.0}, {"p_value": 0.05}, {"effect_size": 0.5}, {"effect_size": -0.2}]
)
def test_a_statement_has_the_benefit_of_rounding(row):
    assert said(row) == []


def test_a_tendency_needs_the_side_only():
    wide = {"ci_low": -1.0, "ci_high": 3.0, "p_value": 0.4, "effect_size": float("nan")}
    assert said(wide, says="tends", size="") == []
    assert said(wide, says="tends", size="", direction="down") == ["the mean lies on the other side of 0"]


def test_numbers_of_the_prose_are_held_against_each_other():
    rules = pd.DataFrame({"name": ["share", "men"], "expression": ["100 * men / people", "people - men"]})
    found = list(against_each_other(SAID, rules))
    assert [(f.row, f.expected) for f in found] == [("men", "6")]


def test_numbers_of_the_prose_are_held_against_the_tables():
    rules = pd.DataFrame(
        [
            ("people", "equals", "t", "x > 0", "x"),
            ("men", "at least", "t", "x > 0", "x"),
            ("men", "equals", "t", "x > 0", "1"),
        ],
        columns=["name", "relation", "table", "where", "value"],
    )
    found = list(against_tables(SAID, rules, {"t": pd.DataFrame({"x": [0, 3, 7]})}))
    assert [(f.row, f.expected) for f in found] == [("men", "at least 10"), ("men", "2")]


@pytest.mark.parametrize(
    ("row", "statement", "words"),
    [
        ({}, {}, "up, small"),
        ({}, {"size": ""}, "up"),
        ({"effect_size": 0.194}, {}, "up, trivial"),
        ({"effect_size": float("nan")}, {}, "up, no size computed"),
        ({"mean": -1.0, "ci_low": -1.8, "ci_high": -0.2, "effect_size": -0.6}, {}, "down, medium"),
        ({"ci_low": -0.1}, {}, "no clear change"),
        ({"p_value": 0.05}, {}, "no clear change"),
        ({"p_value": 0.9, "ci_low": -0.1}, {"says": "tends", "size": ""}, "tends up"),
        ({"p_value": 0.05}, {"says": "no association", "direction": "", "size": ""}, "no association"),
        ({"p_value": 0.049}, {"says": "no association", "direction": "", "size": ""}, "an association"),
        ({"mean": float("nan")}, {}, ""),
        ({}, {"change": "decreased"}, ""),
        ({}, {"outcome": "family"}, ""),
    ],
)
def test_a_table_is_read_in_the_words_of_a_statement(row, statement, words):
    assert read_in_words(pd.Series(STATEMENT | statement), pd.DataFrame([ROW | row])) == words


def test_a_statement_is_written_as_it_is_read():
    tends = {"says": "tends", "direction": "down", "size": ""}
    none = {"says": "no association", "direction": "", "size": ""}
    said = [stated_in_words(pd.Series(STATEMENT | change)) for change in ({}, tends, none)]
    assert said == ["up, small", "tends down", "no association"]
