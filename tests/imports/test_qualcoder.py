"""QualCoder projects: offsets are cut out again, cases become people."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from peerbook.errors import DataError
from peerbook.imports import read_export

TEXT = "We agreed rules. 😀 I chose."
TABLES = """
create table source (id integer, name text, fulltext text);
create table code_cat (catid integer, name text, supercatid integer);
create table code_name (cid integer, name text, memo text, catid integer);
create table code_text
    (ctid integer, cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text);
create table cases (caseid integer, name text);
create table case_text (caseid integer, fid integer, pos0 integer, pos1 integer);
insert into code_cat values (1, 'Values', null), (2, 'Safety', 1);
insert into code_name values (5, 'rules', 'agreed together', 2), (6, 'choice', null, null);
insert into cases values (1, 'PV1'), (2, 'PV2');
insert into source values (2, 'photo.png', null);
"""


@pytest.fixture
def qda(tmp_path):
    def write(codings: list[tuple], spoken: list[tuple] = ()) -> Path:
        folder = tmp_path / "study.qda"
        folder.mkdir()
        with closing(sqlite3.connect(folder / "data.qda")) as database, database:
            database.executescript(TABLES)
            database.execute("insert into source values (1, 'one.txt', ?)", [TEXT])
            database.executemany("insert into code_text values (?, ?, ?, ?, ?, ?, ?)", codings)
            database.executemany("insert into case_text values (?, ?, 0, 5)", spoken)
        return folder

    return write


def test_a_project_becomes_rows(qda):
    path = qda([(1, 5, 1, "agreed rules", 3, 15, "Ada"), (2, 6, 1, "I chose", 19, 26, "Bo")], [(1, 1)])
    tables = read_export(path, keep_text=True, keep_names=True).tables
    assert tables["segments"]["text"].tolist() == ["agreed rules", "I chose"]
    assert tables["segments"]["person_id"].tolist() == ["PV1", "PV1"]
    book = tables["codebooks"].set_index("label")
    assert book["parent_id"].to_dict() == {"Values": "", "Safety": "cat1", "rules": "cat2", "choice": ""}
    assert book.loc["rules", "definition"] == "agreed together"
    assert tables["sources"]["source_id"].tolist() == ["one.txt"]


def test_the_file_inside_the_folder_will_do(qda):
    path = qda([(1, 5, 1, "We", 0, 2, None)])
    tables = read_export(path / "data.qda").tables
    assert tables["segment_codes"]["coder"].tolist() == ["not named"]


def test_two_people_in_one_text_leave_the_speaker_open(qda):
    imported = read_export(qda([(1, 5, 1, "We", 0, 2, "Ada")], [(1, 1), (2, 1)]), keep_names=True)
    assert imported.tables["segments"]["person_id"].tolist() == ["one.txt"]
    assert imported.issues["found"].tolist() == ["several cases in one text"]


def test_a_coding_that_does_not_hold_its_words_is_refused(qda):
    with pytest.raises(DataError, match=r"'one.txt', characters 4 to 16: the text holds other words"):
        read_export(qda([(1, 5, 1, "agreed rules", 4, 16, "Ada")]))


def test_a_coding_on_a_missing_text_is_refused(qda):
    with pytest.raises(DataError, match="points to text 7"):
        read_export(qda([(1, 5, 7, "We", 0, 2, "Ada")]))


def test_a_folder_without_a_database_is_refused(tmp_path):
    (tmp_path / "empty.qda").mkdir()
    with pytest.raises(DataError, match=r"no file data\.qda"):
        read_export(tmp_path / "empty.qda")


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look at", b""])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "data.qda").write_bytes(content)
    with pytest.raises(DataError, match="not a QualCoder project"):
        read_export(tmp_path / "data.qda")
