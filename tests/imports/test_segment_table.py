"""Tables of coded segments, by whatever names a program gives their columns."""

from __future__ import annotations

import openpyxl
import pytest

from peerbook.errors import DataError
from peerbook.imports import read_export

OVERVIEW = (
    "Document group,Document name,Code,Beginning,End,Segment,Created by\n"
    "Pilot,Talk 1,Values > Safety,3,3,we agreed rules,Ada\n"
    "Pilot,Talk 1,Values > Choice,4,4,I chose to stay,Bo\n"
    "Main,Talk 2,Values > Safety,1,1,we agreed rules,Ada\n"
)
RETRIEVAL = (
    "Category,Code,Case,Document,Text,Coder,Date\n"
    "Values,Safety,Anna,notes,we agreed rules,Ada,1.2.2026\n"
    "Values,Safety,Ben,notes,we agreed rules,Ada,1.2.2026\n"
)


@pytest.fixture
def table(tmp_path):
    def write(text: str):
        path = tmp_path / "segments.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_paths_of_codes_become_a_tree_and_groups_become_sets(table):
    imported = read_export(table(OVERVIEW), keep_text=True, keep_names=True)
    tables = imported.tables
    assert tables["segments"][["source_id", "text", "locator"]].to_numpy().tolist() == [
        ["Talk 1", "we agreed rules", "3 to 3"],
        ["Talk 1", "I chose to stay", "4 to 4"],
        ["Talk 2", "we agreed rules", "1 to 1"],
    ]
    book = tables["codebooks"].set_index("code_id")
    assert book["label"].tolist() == ["Values", "Choice", "Safety"]
    assert book.loc["Values > Safety", "parent_id"] == "Values"
    assert tables["segment_codes"]["coder"].tolist() == ["Ada", "Bo", "Ada"]
    assert imported.beside["import_sets"]["set"].tolist() == ["Pilot", "Main"]


def test_equal_words_of_two_cases_in_one_document_stay_apart(table):
    imported = read_export(table(RETRIEVAL), keep_text=True, keep_names=True)
    assert imported.tables["segments"]["person_id"].tolist() == ["Anna", "Ben"]
    assert imported.tables["codebooks"]["code_id"].tolist() == ["Values", "Values > Safety"]
    assert "1 columns have no place in the tables" in imported.issues["found"].tolist()


def test_a_workbook_with_several_codes_in_a_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ("ID", "Document", "Quotation Content", "Codes", "Comment"),
        ("1:1", "Talk 1", "we agreed rules", "Safety\nRules", "x"),
        ("1:2", "Talk 1", "we agreed rules", "Safety", None),
        ("1:3", "Talk 1", "nothing yet", None, None),
    ):
        book.active.append(row)
    book.save(tmp_path / "quotations.xlsx")
    tables = read_export(tmp_path / "quotations.xlsx", keep_text=True, keep_names=True).tables
    codes = tables["segment_codes"].groupby("segment_id")["code_id"].agg(list).tolist()
    assert codes == [["Safety", "Rules"], ["Safety"]]
    assert tables["segments"]["text"].tolist() == ["we agreed rules", "we agreed rules", "nothing yet"]


def test_a_table_without_segments_is_refused(table):
    with pytest.raises(DataError, match="no rows in it"):
        read_export(table("Document,Code,Segment\n"))
