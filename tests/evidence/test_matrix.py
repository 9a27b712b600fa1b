from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.errors import DataError, ParameterError
from peerbook.evidence.matrix import (
    CONTRADICTS,
    CONVERGENT,
    DIVERGENT,
    NOT_ASKED,
    NOT_RESOLVED,
    SILENT,
    SINGLE,
    STANCES,
    TELLING,
    evidence_matrix,
    require_resolutions,
    require_resolved,
)

COLUMNS = ["statement", "kind", "stance"]
STATED = [
    ("both agree", "log", "supports"),
    ("both agree", "interviews", "extends"),
    ("at odds", "log", "supports"),
    ("at odds", "interviews", "supports"),
    ("at odds", "interviews", "contradicts"),
    ("one only", "interviews", "supports"),
]
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", "z"]), st.sampled_from(STANCES)))


def stances(rows=STATED):
    return pd.DataFrame(rows, columns=COLUMNS)


def test_each_statement_gets_its_stances_and_the_state_they_add_up_to():
    asked = pd.DataFrame({"statement": ["one only"], "kind": ["log"], "could_speak": ["no"]})
    matrix = evidence_matrix(stances(), asked, statements=["nobody"]).set_index("statement")
    assert list(matrix) == ["log", "interviews", "state", "resolution"]
    assert matrix["state"].to_dict() == {
        "nobody": SILENT,
        "both agree": CONVERGENT,
        "at odds": DIVERGENT,
        "one only": SINGLE,
    }
    assert matrix.loc["at odds", "interviews"] == "supports, contradicts"
    assert matrix.loc["one only", "log"] == NOT_ASKED
    assert matrix.loc["nobody", "log"] == SILENT


def test_silence_of_those_who_were_expected_to_speak_counts_against_what_others_say():
    asked = pd.DataFrame(
        [("one only", "log", "expected"), ("nobody", "log", "expected"), ("both agree", "log", "expected")],
        columns=["statement", "kind", "could_speak"],
    )
    matrix = evidence_matrix(stances(), asked, {"one only": "They had nearer concerns."})
    matrix = matrix.set_index("statement")
    assert matrix.loc["one only", ["log", "state", "resolution"]].tolist() == [
        TELLING, DIVERGENT, "They had nearer concerns.",
    ]  # fmt: skip
    assert matrix.loc["nobody", "state"] == SILENT
    assert matrix.loc["both agree", ["log", "state"]].tolist() == ["supports", CONVERGENT]


def test_a_divergent_row_carries_its_resolution_or_says_that_it_has_none():
    said = {"at odds": "They were asked of different people.", "both agree": "Not needed."}
    with_it = evidence_matrix(stances(), resolutions=said).set_index("statement")["resolution"]
    assert with_it.to_dict() == {"both agree": "", "at odds": said["at odds"], "one only": ""}
    without = evidence_matrix(stances()).set_index("statement")["resolution"]
    assert without["at odds"] == NOT_RESOLVED


def test_recorded_contradictions_without_a_resolution_are_all_named():
    rows = pd.DataFrame(
        {
            "finding": ["F1", "F2", "F3", "F4"],
            "relation": ["contradicts", "contradicts", "extends", "contradicts"],
            "resolution": [None, "Left open.", "", ""],
        }
    )
    with pytest.raises(DataError, match="found none for what contradicts F1 and F4; expected"):
        require_resolutions(rows, "finding", "relation", "judgements.csv")
    fine = rows[rows["resolution"] == "Left open."]
    assert require_resolutions(fine, "finding", "relation", "judgements.csv") is fine


def test_a_matrix_with_divergent_rows_is_refused_until_each_is_resolved():
    with pytest.raises(DataError, match=r"findings\.csv, resolution: found none for at odds, where"):
        require_resolved(evidence_matrix(stances()), "findings.csv")
    resolved = evidence_matrix(stances(), resolutions={"at odds": "Left open."})
    assert require_resolved(resolved, "findings.csv") is resolved


def test_an_unknown_stance_is_refused():
    with pytest.raises(ParameterError, match="stance"):
        evidence_matrix(stances([("a", "log", "likes")]))


def test_without_stances_there_are_no_rows():
    assert evidence_matrix(stances([])).empty


@given(ROWS)
def test_the_state_follows_from_the_stances_whatever_their_order(rows):
    matrix = evidence_matrix(stances(rows)).set_index("statement")
    assert set(matrix.index) == {row[0] for row in rows}
    again = evidence_matrix(stances(rows[::-1])).set_index("statement")
    assert matrix["state"].to_dict() == again["state"].to_dict()
    for statement, state in matrix["state"].items():
        held = [row for row in rows if row[0] == statement]
        kinds = {row[1] for row in held}
        assert (state == DIVERGENT) == any(row[2] == CONTRADICTS for row in held)
        assert state != SILENT
        if state in (SINGLE, CONVERGENT):
            assert (state == SINGLE) == (len(kinds) == 1)
