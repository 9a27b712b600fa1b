"""What a page shows of print beside a build, for a report of two statements and one table."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.evidence import beside_print
from peerbook.outputs.folding import folded, unfolded

INDEX = "people:\n  number: '1'\n  title: People\n  row: [area]\n  rules: {n: equal}\n"
STATEMENTS = (
    "table,name,claims,printed,value,rule,unit,outside,conflict,what,note,line,output\n"
    "chapter 1,everybody,C1,20,20,equal,people,,,people asked,,1,table-1\n"
    "chapter 2,men,C2,8,8,equal,people,,9 elsewhere,men asked,,2,\n"
)


@pytest.fixture
def report(tmp_path):
    (tmp_path / "tables.yml").write_text(INDEX, encoding="utf-8")
    (tmp_path / "people.csv").write_text("area,n\nCity,12\nRural,8\n", encoding="utf-8")
    (tmp_path / "statements.csv").write_text(STATEMENTS, encoding="utf-8")
    twice = "chapter,where,one_reading,another,done_here,line\n1,Men,8,9,both are kept,2\n"
    (tmp_path / "discrepancies.csv").write_text(twice, encoding="utf-8")
    (tmp_path / "not_rebuilt.csv").write_text("what,reason\nA map,lost\n", encoding="utf-8")
    return tmp_path


def test_statements_stand_by_chapter_and_are_counted(report):
    claims = beside_print.stated(report, {"everybody": 20, "men": 8}, "table-9")
    assert claims["output"].tolist() == ["table-1", "table-9"]
    shown = beside_print.statements_table("table-9", claims)
    assert list(shown.shown) == ["Chapter 1: 1 number", "Chapter 2: 1 number"]
    assert shown.notes == ("2 numbers: 1 agree, 1 are contradicted by the source itself.",)


def test_without_numbers_nothing_is_computed_and_the_reason_is_given(report):
    claims = beside_print.stated(report, {}, "table-9", "no rows")
    assert claims[["status", "note"]].drop_duplicates().to_numpy().tolist() == [["not computable", "no rows"]]


def test_cells_stand_by_table_with_conflicts(report):
    place = {"table": "1", "row": "Rural", "column": "n", "quantity": "value", "conflict": "9 in the text"}
    rebuilt = {"people": pd.DataFrame({"area": ["City", "Rural"], "n": [12, 8]})}
    compared = beside_print.compared_cells(report, rebuilt, pd.DataFrame([place]))
    assert compared["status"].tolist() == ["agrees", "source contradicts itself"]
    assert beside_print.cells_table("table-8", compared).notes == ("1 of 2 printed cells agree.",)
    counted = beside_print.by_status("table-7", beside_print.stated(report, {}, "table-9"), compared)
    assert counted.data.set_index("status").T.to_dict("list") == {
        "agrees": [0, 1],
        "not computable": [2, 0],
        "source contradicts itself": [0, 1],
    }


def test_what_is_said_twice_and_what_is_lost_are_listed(report):
    assert unfolded(beside_print.discrepancies_table(report, "table-6")).index.tolist() == ["Men"]
    assert beside_print.not_rebuilt_table(report, "table-5").shown["reason"].tolist() == ["lost"]


def test_a_table_without_rows_has_nothing_to_unfold():
    empty = folded("table-1", "Nobody", pd.DataFrame({"area": [], "n": []}))
    assert empty.shown.empty
    assert unfolded(empty).empty
