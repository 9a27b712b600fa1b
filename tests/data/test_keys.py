from __future__ import annotations

import time

import pandas as pd
import pytest

from peerbook.data import validate
from peerbook.data.keys import key_problems, target_of
from peerbook.data.read import TextTable
from peerbook.data.schema import Field, ForeignKey, Schema


def where(report) -> set[tuple]:
    """Return where the problems are and what kind they are."""
    columns = ["file", "row", "column", "kind", "severity"]
    return set(report.problems[columns].itertuples(index=False, name=None))


def test_a_repeated_log_number_names_the_first(raw):
    report = validate(raw.folder(logs=[raw.log(1), raw.log(1, "0002"), raw.log(3, "0003")]))
    assert where(report) == {("logs.csv", 3, "log_id", "repeated key", "error")}
    assert report.problems["found"].iloc[0] == "'1', as in row 2"


def test_one_number_written_in_two_ways_is_a_repeated_key(raw):
    report = validate(raw.folder(logs=[raw.log("1"), raw.log(" 01", "0002")]))
    assert where(report) == {("logs.csv", 3, "log_id", "repeated key", "error")}


def test_an_unknown_project_suggests_the_nearest(raw):
    people = [raw.registration(project_id="LEE-1")]
    report = validate(
        raw.folder(registrations=people, projects=[raw.project("LEE-01"), raw.project("SUF-01")])
    )
    assert "Write 'LEE-01' if it is this one" in set(report.problems["remedy"])


def problems(rows: list[tuple], **schema) -> list[tuple]:
    """Return row and kind of the key problems of a table with columns `a` and `b`."""
    fields = {name: Field(name, name.upper()) for name in "ab"}
    text = pd.DataFrame(rows, columns=list("ab"), dtype="str")
    table = TextTable("t.csv", Schema("t", "T", fields, **schema), text, text.index.to_numpy() + 2)
    return [(problem.row, problem.kind, problem.found) for problem in key_problems({"t": table}, {"t": text})]


def test_a_key_of_two_columns_repeats_only_if_both_do():
    found = problems([("1", "x"), ("1", "y"), ("1", "x"), ("1", "x")], primary_key=("a", "b"))
    assert found == [
        (4, "repeated key", "'1', 'x', as in row 2"),
        (5, "repeated key", "'1', 'x', as in row 2"),
    ]


def test_empty_keys_do_not_repeat():
    assert problems([(None, "x"), (None, "x")], primary_key=("a",)) == []


def test_a_foreign_key_may_lead_to_its_own_table():
    parent = ForeignKey(("b",), "", ("a",))
    found = problems([("1", None), ("2", "1"), ("3", "9")], foreign_keys=(parent,))
    assert found == [(4, "unknown key", "'9'")]


@pytest.mark.parametrize(
    ("table", "resource", "target"),
    [
        ("coding/codes", "segments", "coding/segments"),
        ("coding/codes", "logs", "logs"),
        ("logs", "projects", "projects"),
        ("logs", "", "logs"),
    ],
)
def test_a_table_in_the_same_folder_comes_first(table, resource, target):
    tables = dict.fromkeys(["coding/segments", "coding/projects", "segments", "logs", "projects"])
    assert target_of(ForeignKey((), resource, ()), table, tables) == target


def test_thousands_of_lost_keys_are_listed_in_no_time_without_suggestions():
    parent = ForeignKey(("b",), "", ("a",))
    started = time.process_time()
    found = problems([(f"key {i}", f"kye {i}") for i in range(3000)], foreign_keys=(parent,))
    assert len(found) == 3000
    assert time.process_time() - started < 2
