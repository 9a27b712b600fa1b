"""Rows read are rows written and rows left out; a cell is kept, recoded, or counted as lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerbook.data import validate
from peerbook.errors import DataError
from peerbook.imports import bring_in
from peerbook.imports.bring_in import import_files
from peerbook.imports.report import LEFT_OUT, READ, WRITTEN

HEADS = ["PID", "WHEN", "REG", "HEALTH", "INF", "RETIRED"]
MAPPING = """
study: side_by_side
title: A study
missing: [n/a]
files:
- file: forms*.csv
  table: logs
  set: {form: monthly, version: short, mode: paper}
  only: {region: Leeds}
  columns:
    log_id: {number: 1}
    person_id: {from: PID, pad: 4}
    completed_on: {from: WHEN, dates: day first}
    region: {from: REG, answers: {1: Leeds, 2: Suffolk}}
    health_today: {from: HEALTH, missing: ["99"]}
    informal_given: {from: INF, missing: ["99"]}
    employment_retired: RETIRED
"""
ROWS = [
    ["27", "05/03/2016", "1", "6", "2", "x"],
    ["0027 ", "2016-04-05", "leeds", "99", "99", ""],
    ["28", "5 May 2016", "1", "7.0", "yes", "No"],
    ["29", "", "Suffolk", "8", "3", "1"],
    ["30", "31/02/2016", "1", "11", "often", "Jane"],
]


def write(place: Path, rows: list[list[str]], name: str = "forms.csv", mapping: str = MAPPING) -> Path:
    with (place / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADS, *rows])
    (place / "mapping.yml").write_text(mapping, encoding="utf-8")
    return place / name


def logs(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "logs.csv", dtype="str", keep_default_na=False)


def test_every_cell_is_kept_recoded_or_counted(tmp_path):
    report = import_files([write(tmp_path, ROWS)], tmp_path / "raw", tmp_path / "mapping.yml")
    table = logs(tmp_path / "raw")
    assert table["log_id"].tolist() == ["1", "2", "3", "4"]
    assert table["person_id"].nunique() == 3
    assert table["person_id"].iloc[0] == table["person_id"].iloc[1]
    assert table["completed_on"].tolist() == ["2016-03-05", "2016-04-05", "2016-05-05", ""]
    assert table["health_today"].tolist() == ["6", "", "7", "11"]
    assert table["informal_given"].tolist() == ["2", "-9", "x", "-9"]
    assert table["employment_retired"].tolist() == ["1", "", "", ""]
    assert table["pairs_given"].tolist() == ["-9"] * 4  # not asked is missing, where an empty cell is nought
    lost = {
        (line.name, line.outcome): (line.lines, line.detail) for line in report.lines if line.what == "cells"
    }
    assert lost["informal_given", "unreadable, left empty"] == ("6", "aaaaa (1)")
    assert lost["employment_retired", "unreadable, left empty"] == ("6", "Aaaa (1)")
    assert lost["health_today", "outside the range, kept"] == ("6", "99 (1)")
    assert lost["health_today", "code for missing"] == ("3", "99 (1)")
    assert report.rows(f"{LEFT_OUT}: region is not 'Leeds'") == 1


CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "2", "99", "n/a", "Leeds", "x", "-9", "2016-03-05", "5/3/16", "NaN", "\xa0", '"', "'=1"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)


@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_read_are_rows_written_and_rows_left_out(tmp_path_factory, rows):
    place = tmp_path_factory.mktemp("any")
    path = write(place, rows)
    try:
        report = import_files([path], place / "raw", place / "mapping.yml")
    except DataError:
        assert not (place / "raw").exists()
        return
    assert report.rows(READ) == report.rows(WRITTEN) + report.rows(LEFT_OUT)
    assert report.rows(WRITTEN) == len(logs(place / "raw"))
    filled = [
        row
        for row in csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
        if any(c.strip() for c in row)
    ]
    assert report.rows(READ) >= len(filled) - 1
    fields = {line.name for line in report.lines if line.what == "cells"}
    for field in fields:
        assert sum(
            line.number for line in report.lines if line.what == "cells" and line.name == field
        ) == report.rows(WRITTEN)


def test_nothing_is_overwritten_unless_it_is_said(tmp_path):
    path = write(tmp_path, ROWS)
    import_files([path], tmp_path / "raw", tmp_path / "mapping.yml")
    before = {file.name: file.read_bytes() for file in (tmp_path / "raw").iterdir()}
    with pytest.raises(DataError, match=r"logs.csv: it is there already.*--add.*--replace"):
        import_files([path], tmp_path / "raw", tmp_path / "mapping.yml")
    assert {file.name: file.read_bytes() for file in (tmp_path / "raw").iterdir()} == before
    write(tmp_path, ROWS[:1])
    import_files([path], tmp_path / "raw", existing=bring_in.REPLACE)  # with the mapping that was stored
    assert len(logs(tmp_path / "raw")) == 1


def test_rows_are_added_once(tmp_path):
    first = write(tmp_path, ROWS[:2])
    import_files([first], tmp_path / "raw", tmp_path / "mapping.yml")
    second = write(tmp_path, [*ROWS[:2], ROWS[2]], "forms_may.csv")
    report = import_files([second], tmp_path / "raw", tmp_path / "mapping.yml", existing=bring_in.ADD)
    table = logs(tmp_path / "raw")
    assert table["log_id"].tolist() == ["1", "2", "3"]
    assert report.rows(f"{LEFT_OUT}: already in the table") == 2
    assert report.rows(READ) == report.rows(WRITTEN) + report.rows(LEFT_OUT) == 3


def test_rows_of_two_files_are_numbered_through(tmp_path):
    paths = [write(tmp_path, ROWS[:1]), write(tmp_path, ROWS[2:3], "forms_b.csv")]
    import_files(paths, tmp_path / "raw", tmp_path / "mapping.yml")
    assert logs(tmp_path / "raw")["log_id"].tolist() == ["1", "2"]


def test_a_changed_row_is_not_added_beside_the_old_one(tmp_path):
    mapping = MAPPING.replace("{number: 1}", "HEALTH")
    write(tmp_path, ROWS[:1], mapping=mapping)
    import_files([tmp_path / "forms.csv"], tmp_path / "raw", tmp_path / "mapping.yml")
    write(tmp_path, [[*ROWS[0][:4], "3", ""]], mapping=mapping)
    with pytest.raises(DataError, match="1 of the new rows have the log_id of a row that is there"):
        import_files([tmp_path / "forms.csv"], tmp_path / "raw", existing=bring_in.ADD)


def test_a_person_has_one_pseudonym_under_one_key(tmp_path):
    path = write(tmp_path, ROWS[:1])
    for name in ("one", "two", "three"):
        key = tmp_path / ("other.key" if name == "three" else "key")
        import_files([path], tmp_path / name, tmp_path / "mapping.yml", key=key)
    one, two, three = (logs(tmp_path / name)["person_id"].item() for name in ("one", "two", "three"))
    assert one == two != three
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    secret = (tmp_path / "key").read_bytes().strip()
    assert not [file for file in (tmp_path / "one").iterdir() if secret in file.read_bytes()]


def test_rows_are_not_added_under_another_key(tmp_path):
    path = write(tmp_path, ROWS[:1])
    import_files([path], tmp_path / "raw", tmp_path / "mapping.yml")
    with pytest.raises(DataError, match="the same person would become two"):
        import_files([path], tmp_path / "raw", key=tmp_path / "other", existing=bring_in.ADD)


def test_a_study_that_allows_no_pseudonyms_says_so(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "study.yml").write_text("title: Ours\n")
    path = write(tmp_path, ROWS)
    with pytest.raises(DataError, match=r"study.yml: it does not allow pseudonyms such as P000000000"):
        import_files([path], tmp_path / "raw", tmp_path / "mapping.yml")
    (tmp_path / "raw" / "study.yml").write_text('title: Ours\nids: {person_id: "P[0-9A-Z]{9}"}\n')
    import_files([path], tmp_path / "raw", tmp_path / "mapping.yml")
    assert (tmp_path / "raw" / "study.yml").read_text().startswith("title: Ours")


def test_a_file_may_have_brackets_in_its_name(tmp_path):
    mapping = MAPPING.replace("forms*.csv", "forms [1].csv")
    path = write(tmp_path, ROWS, "forms [1].csv", mapping)
    assert import_files([path], tmp_path / "raw", tmp_path / "mapping.yml").rows(WRITTEN) == 4


def test_made_up_data_and_those_of_people_do_not_stand_together(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "datapackage.json").write_text('{"synthetic": true}')
    with pytest.raises(DataError, match="it holds made-up data"):
        import_files(
            [write(tmp_path, ROWS)], tmp_path / "raw", tmp_path / "mapping.yml", existing=bring_in.REPLACE
        )


def test_projects_that_nobody_listed_are_not_named(tmp_path):
    text = "PID,ON,REG,PROJ\n1,2016-03-05,Leeds,LEE-01\n2,2016-03-06,Leeds,LEE-02\n"
    (tmp_path / "people.csv").write_text(text)
    (tmp_path / "mapping.yml").write_text(
        "study: side_by_side\ntitle: A\nfiles:\n- file: people.csv\n  table: registrations\n  set: "
        "{consent_information: yes, consent_reminders: yes, consent_use: yes}\n"
        "  columns: {person_id: PID, registered_on: ON, region: REG, project_id: PROJ}\n"
    )
    report = import_files([tmp_path / "people.csv"], tmp_path / "raw", tmp_path / "mapping.yml")
    table = pd.read_csv(tmp_path / "raw" / "registrations.csv", dtype="str", keep_default_na=False)
    assert table["project_id"].tolist() == ["", ""]
    assert any("no list projects" in line.outcome and line.number == 2 for line in report.lines)


def test_an_import_that_cannot_be_written_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    path = write(tmp_path, ROWS)
    import_files([path], tmp_path / "raw", tmp_path / "mapping.yml")
    before = {file.name: file.read_bytes() for file in (tmp_path / "raw").iterdir()}
    real, moves = Path.rename, []

    def fail_at_second(self, target):
        moves.append(target)
        if len(moves) == 2:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fail_at_second)
    with pytest.raises(DataError, match="cannot be written"):
        import_files([path], tmp_path / "raw", existing=bring_in.REPLACE)
    assert {file.name: file.read_bytes() for file in (tmp_path / "raw").iterdir()} == before


def test_the_folder_opens(tmp_path):
    import_files([write(tmp_path, ROWS)], tmp_path / "raw", tmp_path / "mapping.yml")
    assert not [kind for kind in validate(tmp_path / "raw").problems["kind"] if kind in ("missing column",)]
