"""Statements of the prose are computed from rows, and only where there are rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerbook.chapters.side_by_side.coded_statements import computed_statements
from peerbook.coding import Material
from peerbook.published import load


@pytest.fixture(scope="module")
def material(coded) -> Material:
    return Material.of(coded.coding, defined=coded.definitions.codes)


@pytest.fixture(scope="module")
def nothing() -> Material:
    return Material.of({})


# What the report does not let anyone compute from coded rows.
NOT_IN_ROWS = {"lived_experience_researchers"}


def test_every_statement_is_computed_but_those_without_rows(material):
    statements = load("side_by_side", "statements")
    of_coded_rows = statements["table"].isin(["chapter 5", "chapter 6", "chapter 7"])
    stated = set(statements.loc[of_coded_rows, "name"])
    assert stated - set(computed_statements(material)) == NOT_IN_ROWS


def test_nothing_is_computed_from_nothing(nothing):
    assert computed_statements(nothing) == {}


def test_a_self_care_segment_about_a_group_is_noticed(material):
    segments = material.segments
    offline = replace(
        material, segments=segments.assign(context=segments["context"].replace("online", "group"))
    )
    assert computed_statements(material)["self_care_offline"] == 0
    assert computed_statements(offline)["self_care_offline"] == 3


def test_a_project_without_the_last_value_is_noticed(material):
    codes = material.segment_codes
    without = replace(material, segment_codes=codes[~codes["code_id"].str.startswith("V6")])
    assert computed_statements(material)["projects_with_all_values"] == 100
    assert computed_statements(without)["projects_with_all_values"] == 0


def test_a_diagnosis_in_mentoring_is_noticed(material):
    options = material.decisions
    mentoring = options["approach"].eq("one_to_one") & options["aspect"].eq("type of mental health issues")
    changed = options.assign(option=options["option"].mask(mentoring, "diagnosis-specific"))
    assert computed_statements(replace(material, decisions=changed))["diagnosis_specific_one_to_one"] == 2
