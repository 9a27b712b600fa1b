"""Judgements and headline statements are those of the report, and name what there is."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook import paths, published
from peerbook.evidence.matrix import require_resolutions
from stand_in.make.side_by_side import synthesis


@pytest.fixture(scope="module")
def tables():
    return synthesis.make()


def ids(column):
    return {id for cell in column for id in cell.split()}


def test_the_tables_are_those_committed(tables):
    for name, table in tables.items():
        file = paths.stand_in("side_by_side") / f"{name}.csv"
        pd.testing.assert_frame_equal(table, pd.read_csv(file, dtype=str, keep_default_na=False))


def test_the_joint_display_has_its_rows_and_every_contradiction_says_what_is_made_of_it(tables):
    rows = tables["evidence/judgements"]
    assert rows["relation"].value_counts().to_dict() == {
        "explains": 41,
        "extends": 21,
        "only qualitative": 20,
        "contradicts": 14,
        "silent": 11,
        "only log": 8,
    }
    assert rows["author"].eq("the report").sum() == 50
    assert rows["reason"].ne("").all()
    assert require_resolutions(rows, "finding_id", "relation", "judgements") is rows
    assert rows.loc[rows["relation"] == "contradicts", "status"].eq("proposed").all()


def test_there_are_110_statements_under_26_keys(tables):
    rows = tables["evidence/statements"]
    assert (len(rows), rows["key"].nunique(), rows["topic"].nunique()) == (110, 26, 26)
    assert rows["evidence"].value_counts()["supported"] == 17


def test_judgements_and_statements_name_findings_and_themes_that_exist(tables):
    findings = set(published.load("side_by_side", "log_findings")["finding"])
    codes = set(published.load("side_by_side", "codebooks").query("codebook == 'synthesis'")["code_id"])
    judged, said = tables["evidence/judgements"], tables["evidence/statements"]
    assert ids(judged["finding_id"]) | ids(said["findings"]) <= findings
    assert ids(judged["code_id"]) | ids(said["codes"]) <= codes
    # Every finding of the joint display was put beside a theme, or said to stand alone.
    listed = published.load("side_by_side", "log_findings").query("taken_up == 'yes'")["finding"]
    assert set(listed) <= ids(judged["finding_id"])
