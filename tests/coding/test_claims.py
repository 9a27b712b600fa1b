"""Statements of the prose are computed from rows, and only where there are rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerbook.chapters.side_by_side.coding_claims import RULES
from peerbook.coding.claims import computed_claims
from peerbook.published.side_by_side import coding as printed

# What the report does not let anyone compute from coded rows.
NOT_IN_ROWS = {"lived_experience_researchers"}


def test_every_statement_is_computed_but_those_without_rows(material):
    stated = set(printed.load("claims")["claim"])
    assert stated - set(computed_claims(material)) == NOT_IN_ROWS


def test_nothing_is_computed_from_nothing(nothing):
    assert computed_claims(nothing) == {}


def test_every_rule_is_known():
    assert set(printed.load("claims")["rule"]) <= set(RULES)


def test_a_self_care_segment_about_a_group_is_noticed(material):
    segments = material.segments
    offline = replace(
        material, segments=segments.assign(context=segments["context"].replace("online", "group"))
    )
    assert computed_claims(material)["self_care_offline"] == 0
    assert computed_claims(offline)["self_care_offline"] == 3


def test_a_project_without_the_last_value_is_noticed(material):
    codes = material.segment_codes
    without = replace(material, segment_codes=codes[~codes["code_id"].str.startswith("V6")])
    assert computed_claims(material)["projects_with_all_values"] == 100
    assert computed_claims(without)["projects_with_all_values"] == 0


def test_a_diagnosis_in_mentoring_is_noticed(material):
    options = material.decisions
    mentoring = options["approach"].eq("one_to_one") & options["aspect"].eq("type of mental health issues")
    changed = options.assign(option=options["option"].mask(mentoring, "diagnosis-specific"))
    assert computed_claims(replace(material, decisions=changed))["diagnosis_specific_one_to_one"] == 2


@pytest.mark.parametrize(
    ("rule", "said", "holds", "fails"),
    [
        ("equals", "26", 26, 27),
        ("to one decimal", "72.5", 72.46, 72.6),
        ("text", "June 2015", "June 2015", "July 2015"),
        ("all", "all", 100, 99.9),
        ("none", "none", 0, 1),
        ("more than half", "most", 50.1, 50),
        ("less than half", "a minority", 49.9, 50),
        ("twice", "twice", 2, 1.9),
    ],
)
def test_rules(rule, said, holds, fails):
    assert RULES[rule](said, holds)
    assert not RULES[rule](said, fails)
