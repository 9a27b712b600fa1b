"""A withdrawal takes every row of a person, what hangs on it, and nothing of anybody else."""

from __future__ import annotations

import json
import re
from datetime import date

import pandas as pd
import pytest

from peerbook.data import validate
from peerbook.errors import DataError
from peerbook.imports.coded import import_coding
from peerbook.imports.pseudonyms import open_key
from peerbook.imports.sheets import read_sheets
from peerbook.imports.withdrawal import withdraw, withdrawn, without
from tests.imports.exported import write_project

STUDY = "side_by_side"
DAY = date(2027, 3, 1)
SAID = [
    ("Ada", "Talk 1", 3, 15, "Rules"),
    ("Ada", "Talk 2", 0, 8, "Choice"),
    ("Bo", "Talk 1", 3, 15, "Rules"),
]


def read(folder, name):
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def everything(folder):
    return "".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def folder(tmp_path):
    """Return a folder of two people interviewed, Eve (0412 in the survey) and Max."""
    export = write_project(tmp_path / "all.qdpx", SAID, cases={"Talk 1": "Eve", "Talk 2": "Max"})
    (tmp_path / "people.csv").write_text("name,person_id\nEve,0412\nMax,0413\n")
    import_coding([export], tmp_path / "raw", keep_text=True, people=tmp_path / "people.csv")
    return tmp_path / "raw"


def test_every_row_of_a_person_leaves_and_what_hangs_on_it(folder):
    before = {path.name: len(read(path.parent, path.stem)) for path in folder.glob("coding/*.csv")}
    done = withdraw("0412", folder, day=DAY)
    after = {path.name: len(read(path.parent, path.stem)) for path in folder.glob("coding/*.csv")}
    lost = {name: before[name] - after[name] for name in before}
    assert lost == {
        "people.csv": 1,
        "sources.csv": 1,
        "segments.csv": 1,
        "segment_codes.csv": 2,
        "codebooks.csv": 0,
    }
    assert {change.file: change.rows for change in done.changes} == {
        f"coding/{name}": rows for name, rows in lost.items() if rows
    }
    assert "agreed rules" not in everything(folder)
    assert "coding/segment_codes.csv: 2 rows removed" in str(done)


def test_no_copy_is_kept_and_a_second_time_says_so(folder):
    withdraw("0412", folder, day=DAY)
    assert {path.name for path in folder.parent.glob("*raw*")} == {"raw", "raw.key"}
    before = everything(folder)
    again = withdraw("0412", folder, day=date(2027, 4, 1))
    assert again.changes == ()
    assert "had withdrawn before, on 2027-03-01. Nothing of this person was left." in str(again)
    assert everything(folder) == before


def test_who_withdrew_does_not_come_back_by_an_import(folder, tmp_path):
    withdraw("0412", folder)
    found = import_coding(
        [tmp_path / "all.qdpx"], folder, keep_text=True, people=tmp_path / "people.csv"
    ).issues["found"]
    assert found.str.contains("rows of people who withdrew").any()
    assert "agreed rules" not in everything(folder)
    assert len(read(folder, "coding/people")) == 1


def test_a_name_of_the_export_will_do_with_the_key_file(folder, tmp_path):
    withdraw("Eve", folder, people=tmp_path / "people.csv")
    assert len(read(folder, "coding/people")) == 1
    assert all(re.fullmatch("P[0-9A-Z]{9}", number) for number in withdrawn(folder))


def test_neither_name_nor_number_is_written(folder, tmp_path):
    withdraw("Eve", folder, people=tmp_path / "people.csv")
    assert not any(name in everything(folder) for name in ("Eve", "0412"))


def test_somebody_unknown_changes_nothing(folder):
    before = everything(folder)
    with pytest.raises(DataError, match="nothing in it is of this person"):
        withdraw("9999", folder)
    assert everything(folder) == before


def test_without_the_key_nobody_is_taken_out(folder):
    (folder.parent / "raw.key").unlink()
    with pytest.raises(DataError, match=r"--key: .*raw\.key: no such file"):
        withdraw("0412", folder)
    assert not (folder.parent / "raw.key").exists()


def test_reports_of_imports_lose_the_lines_that_name_the_person(folder, tmp_path):
    source = read(folder, "coding/segments").loc[0, "source_id"]
    (folder / "import_issues.csv").write_text(
        f"source,kind,found,done,number\n{source},selection,odd,set aside,1\n"
        "S2,case,Eve speaks in two,kept,2\nS3,evening,a text,kept,1\n"
    )
    done = withdraw("Eve", folder, people=tmp_path / "people.csv")
    left = read(folder, "import_issues")
    assert left["source"].tolist() == ["S3"]
    assert {change.file: change.rows for change in done.changes}["import_issues.csv"] == 2


def test_words_of_others_that_name_the_person_are_pointed_out(folder, tmp_path):
    segments = read(folder, "coding/segments")
    segments.loc[segments["text"].str.startswith("We"), "text"] = "Then EVE came, not Evelyn"
    segments.to_csv(folder / "coding" / "segments.csv", index=False)
    done = withdraw("0412", folder, people=tmp_path / "people.csv")
    assert done.mentions == {"coding/segments.csv": [2]}
    assert "look at: coding/segments.csv, row 2" in str(done)


def test_rows_of_others_stay_as_they_were_written(tmp_path):
    """Separators, quotation marks and line ends are the file's own."""
    folder = tmp_path / "raw"
    (folder / "coding").mkdir(parents=True)
    (folder / "datapackage.json").write_text(json.dumps({"study": STUDY, "synthetic": False}))
    segments = (
        "\ufeffsegment_id;source_id;person_id;text;repeats;quotable;status\r\n"
        'X1;S1;P1;"a ""word"";\r\nanother";;no;collected\r\n'
        "X2;S2;P2;mine;;no;collected\r\n"
        "X3;S1;P1;again;X2;no;collected\r\n"
    )
    (folder / "coding" / "segments.csv").write_bytes(segments.encode())
    (folder / "coding" / "people.csv").write_bytes(
        b"person_id,strands,status\nP1,interview,collected\nP2,interview,collected\n"
    )
    done = withdraw("P2", folder)
    left = (folder / "coding" / "segments.csv").read_bytes().decode()
    assert left.startswith(segments[: segments.index("X2")])
    assert left.endswith("X3;S1;P1;again;;no;collected\n")
    assert {c.file: (c.rows, c.cells) for c in done.changes}["coding/segments.csv"] == (1, 1)


def test_a_damaged_table_is_refused_before_anything_changes(folder):
    path = folder / "coding" / "segment_codes.csv"
    path.write_text(path.read_text() + "X1,one cell too few\n")
    before = everything(folder)
    with pytest.raises(DataError, match="1 rows have more or fewer cells"):
        withdraw("0412", folder)
    assert everything(folder) == before


def test_a_list_of_people_keeps_the_others():
    rows = pd.DataFrame({"person_id": ["P1;P2", "P1", "P12"], "note": ["both", "hers", "other"]})
    kept, changes = without({"people": rows}, {"P1"})
    assert kept["people"]["person_id"].tolist() == ["P2", "P12"]
    assert (changes[0].rows, changes[0].cells) == (1, 1)


@pytest.mark.slow
def test_the_survey_and_the_log_lose_the_person_too(online, tmp_path):
    """The number of a survey's own files finds the rows of every table of its import."""
    folder = tmp_path / "raw"
    online.bring_in(folder, key=tmp_path / "key")
    key = open_key(tmp_path / "key", folder)
    tables = [path.stem for path in folder.glob("*.csv") if "person_id" in read(folder, path.stem)]
    before = {name: read(folder, name)["person_id"] for name in tables}
    assert len(tables) > 1
    numbers = {line: key.pseudonym(line) for line in own_numbers(online)}
    person = next(n for n, p in numbers.items() if all((before[t] == p).any() for t in tables))
    done = withdraw(person, folder, key=tmp_path / "key")
    counts = {change.file: change.rows for change in done.changes}
    assert counts == {f"{t}.csv": int((before[t] == numbers[person]).sum()) for t in tables}
    assert all((read(folder, t)["person_id"] != numbers[person]).all() for t in tables)
    assert validate(folder).problems["severity"].ne("error").all()
    online.bring_in(folder, key=tmp_path / "key", existing="add")
    assert all((read(folder, t)["person_id"] != numbers[person]).all() for t in tables)


def own_numbers(team):
    """Return every cell of a survey team's files."""
    sheets = [sheet for file in team.files for sheet in read_sheets(file, {})]
    return {str(cell) for sheet in sheets for row in sheet.rows for cell in row}
