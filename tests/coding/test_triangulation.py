"""Features enter the framework by the number of strands; those that do not are listed as well."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.coding.triangulation import evidence, triangulation
from peerbook.errors import ParameterError
from peerbook.published import load

STRANDS = ("survey", "event", "hub interview")


@pytest.fixture(scope="module")
def said(material) -> pd.DataFrame:
    return evidence(material)


def test_all_39_cells_of_table_5_6(said):
    expected = load("side_by_side", "table_5_6").set_index("component")[["survey", "event", "hub_interview"]]
    found = (
        triangulation(said, STRANDS)
        .set_index("label")
        .loc[expected.index, list(STRANDS)]
        .astype(int)
        .astype(str)
    )
    assert found.size == 39
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()


def test_what_failed_is_listed(said):
    rule = triangulation(said, STRANDS)
    failed = rule.loc[~rule["included"], "code_id"].tolist()
    assert failed == ["not.medical_model", "not.useful_different"]


@pytest.mark.parametrize(("strands", "included"), [(1, 15), (2, 13), (3, 9)])
def test_the_rule_can_be_stricter_or_looser(said, strands, included):
    assert triangulation(said, STRANDS, strands)["included"].sum() == included


@pytest.mark.parametrize("strands", [0, 4, 1.5])
def test_an_impossible_number_of_strands_is_refused(said, strands):
    with pytest.raises(ParameterError, match="from 1 to 3"):
        triangulation(said, STRANDS, strands)


def test_the_evidence_is_not_changed(said):
    before = said.copy()
    triangulation(said, STRANDS, 3)
    pd.testing.assert_frame_equal(said, before)


def test_the_survey_speaks_for_flexibility_only_through_opposites(said):
    survey = said.query("code_id == 'draft.flexibility' and strand == 'survey'")
    assert set(survey["polarity"]) == {"-"}


def test_a_difficulty_is_no_evidence(material):
    codes = material.segment_codes
    difficult = codes.assign(valence=codes["valence"].mask(codes["coder"] == "report", "challenge"))
    assert "hub interview" not in set(evidence(replace(material, segment_codes=difficult))["strand"])


def test_words_without_consent_are_not_in_the_evidence(material):
    silent = replace(material, segments=material.segments.assign(quotable="no"))
    items = evidence(silent).query("strand == 'event'")["item"]
    assert set(items) == set(material.sources.query("strand == 'event'")["title"])


def test_without_rows_there_is_no_evidence(nothing):
    assert triangulation(evidence(nothing), STRANDS).empty
