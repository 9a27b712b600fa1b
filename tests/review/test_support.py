from __future__ import annotations

import pandas as pd
import pytest

from peerbook.review.support import by_subtheme, evidence_map, links, weights

CLAIMS = pd.DataFrame(
    [
        ("C1", "Q1", "1.1", "one", "support"),
        ("C2", "Q1", "1.1", "two", "contrast"),
        ("C3", "Q1", None, "opening", "context"),
        ("C4", "Q2", "2.1", "nobody", "support"),
    ],
    columns=["claim_id", "question", "subtheme", "label", "stance"],
)
EVIDENCE = pd.DataFrame(
    [("C1", "R1"), ("C1", "R2"), ("C1", "R9"), ("C2", "R1"), ("C3", "R2")], columns=["claim_id", "ref_id"]
)
STUDIES = pd.DataFrame({"study_id": ["S1", "S2", "S3"], "ref_id": ["R1", "R2", "R3"]})
FRAMEWORK = pd.DataFrame({"subtheme": ["1.1", "2.1"], "question": ["Q1", "Q2"], "label": ["first", "second"]})


@pytest.fixture
def linked() -> pd.DataFrame:
    return links(CLAIMS, EVIDENCE, STUDIES)


def test_works_from_outside_the_review_are_told_apart(linked):
    assert linked.loc[linked["claim_id"] == "C1", "study_id"].tolist() == ["S1", "S2", ""]
    assert weights(linked)[["claim_id", "works", "included", "others"]].to_numpy().tolist() == [
        ["C1", 3, 2, 1], ["C2", 1, 1, 0], ["C3", 1, 1, 0], ["C4", 0, 0, 0],
    ]  # fmt: skip


def test_a_work_counts_once_for_a_subtheme_however_often_it_is_cited(linked):
    assert by_subtheme(linked, FRAMEWORK)[["claims", "included", "others"]].to_numpy().tolist() == [
        [2, 2, 1],
        [1, 0, 0],
    ]


def test_the_map_has_every_study_and_every_subtheme(linked):
    found = evidence_map(linked, FRAMEWORK, STUDIES)
    assert found.to_numpy().tolist() == [[2, 0], [1, 0], [0, 0]]
    assert found.index.tolist() == ["S1", "S2", "S3"]
    assert found.columns.tolist() == ["1.1", "2.1"]


def test_a_review_without_claims_has_an_empty_map():
    none = links(CLAIMS.head(0), EVIDENCE.head(0), STUDIES)
    assert evidence_map(none, FRAMEWORK, STUDIES).to_numpy().sum() == 0
    assert by_subtheme(none, FRAMEWORK)["claims"].tolist() == [0, 0]
