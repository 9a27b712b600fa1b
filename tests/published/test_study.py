"""A study brings its printed tables as files: no code names it."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.published import (
    audit_report,
    compare,
    contradictions,
    derive,
    load,
    printed_cells,
    printed_statements,
    rebuilt_cells,
    rebuilt_statements,
)

INDEX = """
people:
  number: "1"
  title: People by area
  row: [area]
  rules: {n: equal, share: rounds 1}
"""
PEOPLE = "area,n,share\nCity,12,60.0\nRural,8,40.0\n"
STATEMENTS = (
    "table,name,printed,value,rule,unit,outside,conflict,what,note,line\n"
    "text,everybody,20,20,rounds,people,,,people asked,,1\n"
    "text,start,2024-05-01,,date,day,,,first day,,2\n"
    "text,planned,about 30,30,about,people,plan,,people planned,,3\n"
    "text,reached,two thirds,66.7,share in words,percent,,,share of the plan,,4\n"
)
IDENTITIES = "name,expression\nreached,100 * everybody / planned\n"
REFERENCES = "name,relation,table,where,value\neverybody,equals,people,n >= 0,n\n"


@pytest.fixture
def study(tmp_path):
    (tmp_path / "tables.yml").write_text(INDEX, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def told(study):
    for name, text in {"statements": STATEMENTS, "identities": IDENTITIES, "references": REFERENCES}.items():
        (study / f"{name}.csv").write_text(text, encoding="utf-8")
    return study


def rebuilt(n):
    return pd.DataFrame({"area": ["Rural", "City"], "n": [8, n], "share": [800 / (n + 8), 100 * n / (n + 8)]})


def test_one_table_of_two_rows_is_compared(study):
    compared = compare(printed_cells(study, "people"), rebuilt_cells(study, {"people": rebuilt(12)}))
    assert compared["status"].tolist() == ["agrees"] * 4
    other = compare(printed_cells(study, "people"), rebuilt_cells(study, {"people": rebuilt(13)}))
    assert other[["row", "column", "printed", "rebuilt", "status"]].to_numpy().tolist() == [
        ["City", "n", "12", "13", "differs"],
        ["City", "share", "60.0", "61.9", "differs"],
        ["Rural", "n", "8", "8", "agrees"],
        ["Rural", "share", "40.0", "38.1", "differs"],
    ]


def test_a_row_that_is_not_rebuilt_cannot_be_computed_and_one_that_is_not_printed_is_left_out(study):
    made = rebuilt(12).replace({"area": {"Rural": "Island"}})
    compared = compare(printed_cells(study, "people"), rebuilt_cells(study, {"people": made}))
    assert compared["status"].tolist() == ["agrees", "agrees", "not computable", "not computable"]
    assert compared["note"].tolist() == ["", "", "not in this build", "not in this build"]


def test_a_misprint_with_one_reading_is_compared_as_corrected(study):
    (study / "people.csv").write_text("area,n,n_corrected,note\nCity,21,12,digits turned\n", encoding="utf-8")
    number = compare(printed_cells(study, "people"), rebuilt_cells(study, {"people": rebuilt(12)})).iloc[0]
    assert (number["printed"], number["status"], number["note"]) == (
        "21",
        "agrees with the corrected reading",
        "misprint: digits turned",
    )


def test_the_prose_is_compared_with_what_is_computed_and_what_follows(told):
    numbers = derive(told, {"start": "2024-05-01"}, {"people": rebuilt(12)})
    assert numbers == {"start": "2024-05-01", "everybody": 20, "reached": pytest.approx(200 / 3)}
    compared = compare(printed_statements(told, "text"), rebuilt_statements("text", numbers))
    assert compared["status"].tolist() == ["agrees", "agrees", "not computable", "agrees"]
    assert compared.loc[2, "note"] == "a choice made when the study was planned"


def test_the_prose_is_audited(told):
    assert audit_report(told).empty
    assert contradictions(told).empty


def test_a_number_of_the_prose_that_its_table_does_not_bear_out_is_found(told):
    (told / "people.csv").write_text("area,n,share\nCity,12,60.0\nRural,9,40.0\n", encoding="utf-8")
    conflict = contradictions(told)
    assert conflict["row"].tolist() == ["everybody"]
    compared = compare(printed_statements(told), rebuilt_statements("text", {"everybody": 20}), conflict)
    assert compared.loc[0, "status"] == "source contradicts itself"


def test_a_study_without_prose_or_shapes_has_nothing_to_audit(study):
    assert audit_report(study).empty
    assert load(study, "people")["n"].tolist() == [12, 8]


def test_the_index_says_what_was_calibrated_and_what_is_blank_without_an_effect(study):
    entry = "  calibrated: [n]\n  marked: {share: n}\n"
    (study / "tables.yml").write_text(INDEX + entry, encoding="utf-8")
    made = rebuilt(12).assign(share=[40.0, float("nan")])
    compared = compare(printed_cells(study, "people"), rebuilt_cells(study, {"people": made}))
    assert compared["calibrated"].tolist() == ["yes", "no", "yes", "no"]
    assert compared["status"].tolist() == ["agrees", "only in print", "agrees", "agrees"]
