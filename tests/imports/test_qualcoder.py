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
            rows = [row if len(row) == 4 else (*row, 0, len(TEXT)) for row in spoken]
            database.executemany("insert into case_text values (?, ?, ?, ?)", rows)
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
    imported = read_export(qda([(1, 5, 1, "We", 0, 2, "Ada")], [(2, 1), (1, 1)]), keep_names=True)
    segment = imported.tables["segments"].iloc[0]
    assert (segment["person_id"], segment["speakers"]) == ("", "PV1;PV2")


def test_each_case_has_its_own_words(qda):
    codings = [(1, 5, 1, "agreed rules", 3, 15, "Ada"), (2, 6, 1, "I chose", 19, 26, "Bo")]
    tables = read_export(qda(codings, [(1, 1, 19, 27), (2, 1, 0, 16)]), keep_names=True).tables
    assert tables["segments"]["person_id"].tolist() == ["PV2", "PV1"]
    assert tables["sources"]["person_id"].tolist() == [""]


def test_a_coding_that_does_not_hold_its_words_is_found_again_and_listed(qda):
    codings = [(1, 5, 1, "We", 0, 2, "Ada"), (2, 6, 1, "I chose", 19, 26, "Bo")]
    path = qda([*codings, (3, 5, 1, "agreed rules", 4, 16, "Ada"), (4, 5, 1, "no longer there", 1, 5, "Bo")])
    imported = read_export(path, keep_text=True)
    segments = imported.tables["segments"].set_index("text")
    assert segments.loc["agreed rules", ["start", "end"]].tolist() == ["3", "15"]
    assert segments.loc["no longer there", ["start", "end"]].tolist() == ["", ""]
    assert imported.issues.set_index("kind").loc["other words", "number"] == 2


def test_a_coding_on_a_missing_text_is_listed(qda):
    imported = read_export(qda([(1, 5, 7, "We", 0, 2, "Ada")]))
    assert imported.tables["segments"].empty
    assert "1 codings point to a text that is not in the project" in imported.issues["found"].tolist()


def test_offsets_that_count_units_of_utf_16_are_found_out(qda):
    """The program's window counts so, whatever it stores."""
    path = qda([(1, 5, 1, "agreed rules", 3, 15, "Ada"), (2, 6, 1, "I chose", 20, 27, "Bo")])
    tables = read_export(path, keep_text=True).tables
    assert tables["segments"]["text"].tolist() == ["agreed rules", "I chose"]
    assert tables["segments"]["start"].tolist() == ["3", "19"]


def test_codes_within_codes_pictures_and_variables_are_kept(qda):
    path = qda([(1, 5, 1, "We", 0, 2, "Ada")], [(1, 1)])
    with closing(sqlite3.connect(path / "data.qda")) as database, database:
        database.executescript("""
            alter table code_name add column supercid integer;
            insert into code_name values (7, 'written rules', null, null, 5);
            create table code_image (imid integer, id integer, x1 integer, y1 integer, width integer,
                height integer, cid integer, owner text, pdf_page integer);
            insert into code_image values (1, 2, 10, 20, 30, 40, 7, 'Bo', null);
            create table code_av
                (avid integer, id integer, pos0 integer, pos1 integer, cid integer, owner text);
            insert into code_av values (1, 2, 1500, 4000, 6, 'Bo');
            create table attribute (name text, attr_type text, value text, id integer);
            insert into attribute values ('gender', 'case', 'Female', 1), ('role', 'case', 'baker', 1);
        """)
    imported = read_export(path, keep_names=True)
    tables = imported.tables
    assert tables["codebooks"].set_index("label").loc["written rules", "parent_id"] == "code5"
    assert tables["segments"]["locator"].tolist() == ["", "from 10, 20, 30 wide, 40 high", "1.5 s to 4 s"]
    assert tables["people"].set_index("person_id").loc["PV1", ["gender", "role"]].tolist() == ["Female", ""]
    assert imported.beside["import_variables"].to_numpy().tolist() == [["PV1", "person", "role", "baker"]]


def test_a_folder_without_a_database_is_refused(tmp_path):
    (tmp_path / "empty.qda").mkdir()
    with pytest.raises(DataError, match=r"no file data\.qda"):
        read_export(tmp_path / "empty.qda")


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look at", b""])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "data.qda").write_bytes(content)
    with pytest.raises(DataError, match="not a QualCoder project"):
        read_export(tmp_path / "data.qda")
