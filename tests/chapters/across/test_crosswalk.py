"""Concepts across studies: rules on a few rows, and the committed crosswalk beside its five studies."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.across.crosswalk import (
    AGAINST,
    AGREE,
    BOTH,
    CLOSE,
    CONTRADICT,
    FAIR,
    FOUND,
    PARTLY,
    SILENT,
    STRONG,
    WEAK,
    strength_of,
)
from peerbook.errors import DataError
from tests.chapters.across.conftest import STUDIES, with_tables


def few(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return matches of the concept "hope"."""
    columns = ["source_id", "code", "sense", "stance"]
    made = pd.DataFrame(rows, columns=columns).assign(concept_id="hope", rationale="a reason")
    return made.assign(match_id=[f"X{n}" for n in range(len(made))], status="inferred")


CONCEPT = pd.DataFrame(
    [("hope", "benefits", "Hope", "")], columns=["concept_id", "subject", "concept", "resolution"]
)
COUNTED = ("uwe_works", "C007", "same", "supports")
NEAR = ("leeds_papers", "PS.4", "near", "supports")
LISTED = ("sbs_conclusions", "C21", "same", "contradicts")


@pytest.mark.parametrize(
    ("rows", "states", "verdict"),
    [
        ([], {}, SILENT),
        ([NEAR], {"Scoping": CLOSE}, PARTLY),
        ([COUNTED, NEAR], {"Review": FOUND, "Scoping": CLOSE}, PARTLY),
        (
            [
                COUNTED,
                ("leeds_papers", "PS.4", "same", "supports"),
                ("lsbu_themes", "O1", "same", "supports"),
            ],
            {"Review": FOUND, "Scoping": FOUND, "Evaluation": FOUND},
            AGREE,
        ),
        ([COUNTED, LISTED], {"Review": FOUND, "Main report": AGAINST}, CONTRADICT),
        ([COUNTED, ("uwe_works", "C035", "near", "contradicts")], {"Review": BOTH}, CONTRADICT),
    ],
)
def test_states_and_verdict_follow_the_matches(changed, rows, states, verdict):
    found = changed(matches=few(*rows), concepts=CONCEPT.assign(resolution="Left open")).counted
    said = found.drop_duplicates("study").set_index("study")["state"].to_dict()
    assert {name: state for name, state in said.items() if state != SILENT} == states
    assert len(said) == len(STUDIES)
    assert set(found["verdict"]) == {verdict}


def test_a_contradiction_of_which_nobody_says_what_to_make_is_refused(changed):
    with pytest.raises(DataError, match=r"concepts.csv, resolution: found none for hope"):
        _ = changed(matches=few(COUNTED, LISTED), concepts=CONCEPT).counted


@pytest.mark.parametrize(
    ("rows", "strength"),
    [
        (
            [("a", "survey", "supports", 4), ("b", "papers", "supports", 1), ("c", "talks", "supports", 1)],
            STRONG,
        ),
        (
            [("a", "survey", "supports", 4), ("b", "papers", "supports", 1), ("c", "papers", "supports", 1)],
            FAIR,
        ),
        (
            [("a", "survey", "supports", 4), ("a", "papers", "supports", 1), ("a", "talks", "supports", 1)],
            WEAK,
        ),
        (
            [("a", "survey", "supports", 4), ("b", "papers", "supports", 0)],
            WEAK,
        ),  # named, and shown by nobody
        ([("a", "survey", "supports", 4), ("b", "papers", "contradicts", 9)], WEAK),
        ([("a", "survey", "supports", 4), ("b", "authors", "supports", None)], WEAK),
        ([("a", "survey", "supports", 4), ("b", "log", "supports", None)], FAIR),
        ([], WEAK),
    ],
)
def test_strength_needs_studies_and_kinds_of_evidence_that_can_be_counted(rows, strength):
    cells = pd.DataFrame(rows, columns=["study", "kind", "stance", "n"]).astype({"n": "Int64"})
    assert strength_of(cells) == strength


def test_a_study_counts_a_person_once_whatever_number_of_codes_matches(changed):
    rows = few(
        ("sbs_words", "words.empathy", "same", "supports"),
        ("sbs_words", "words.understanding", "near", "supports"),
    )
    found = changed(matches=rows, concepts=CONCEPT).counted.query("study == 'Main report'")
    [n] = found["n"]
    alone = [
        changed(matches=rows.iloc[[place]], concepts=CONCEPT)
        .counted.query("study == 'Main report'")["n"]
        .iloc[0]
        for place in (0, 1)
    ]
    assert max(alone) < n < sum(alone)
    assert found["base"].tolist() == [157]


def test_every_code_of_the_committed_crosswalk_is_in_the_rows_of_its_study(crosswalk):
    listed = crosswalk.study.table("matches")
    assert len(crosswalk.matched) == len(listed)
    assert listed[["concept_id", "source_id", "code", "stance"]].duplicated().sum() == 0
    assert set(crosswalk.matched["concept_id"]) == set(crosswalk.concepts["concept_id"])
    assert set(crosswalk.matched["source_id"]) == set(crosswalk.study.table("sources")["source_id"])


def test_the_committed_crosswalk_has_contradictions_and_each_has_its_resolution(crosswalk):
    against = crosswalk.counted.query("verdict == 'contradict'")["concept"].unique()
    resolved = crosswalk.concepts.loc[crosswalk.concepts["resolution"] != "", "concept"]
    assert set(against) == set(resolved)
    assert 0 < len(against) < len(crosswalk.concepts)


def test_a_source_that_other_data_do_not_have_falls_silent(changed, five):
    others = dict(five.others) | {"leeds": with_tables(five.others["leeds"], ("literature_citations",))}
    found = changed(others=others)
    assert "leeds_papers" not in found.sources
    states = (
        found.counted.query("study == 'Scoping'").drop_duplicates("concept").set_index("concept")["state"]
    )
    assert states["Giving and receiving"] == SILENT  # papers alone spoke of it
    assert states["Empathy"] == FOUND


def test_a_study_without_any_source_in_its_data_is_not_there_rather_than_silent(changed, five):
    others = dict(five.others) | {"uwe": with_tables(five.others["uwe"], ("claims",))}
    found = changed(others=others)
    assert (len(found.called), len(found.names)) == (5, 4)
    assert "Review" not in set(found.counted["study"])


def test_a_code_that_other_data_do_not_have_is_no_match(changed, five):
    claims = five.others["uwe"].table("claims")
    fewer = with_tables(five.others["uwe"], claims=claims[claims["claim_id"] != "C007"])
    found = changed(others=dict(five.others) | {"uwe": fewer}).matched
    assert len(found) == len(five.table("matches")) - 1


def test_a_study_that_is_not_read_is_not_counted_as_silent(changed, five):
    others = {name: study for name, study in five.others.items() if name != "leeds"}
    assert "Scoping" not in set(changed(others=others).counted["study"])
