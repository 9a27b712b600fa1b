"""Parts of raw data: what was known by a day, and what is of one project."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from peerbook.data import load_definitions, open_folder
from peerbook.data.editions import as_of, days_of, fingerprint, of_project, projects_of, written
from peerbook.disclosure import read_policy
from peerbook.errors import DataError


def known(raw, day: date, folder: Path) -> Path:
    """Write what was known by a day."""
    tables = written(raw)
    return as_of(raw, tables, days_of(raw, tables), day, folder)


KEY = {"constraints": {"required": True}}
SCHEMAS = {
    "groups": [{"name": "project_id", "title": "Group", **KEY}, {"name": "name", "title": "Name"}],
    "people": [
        {"name": "person_id", "title": "Person", **KEY},
        {"name": "project_id", "title": "Group"},
        {
            "name": "joined",
            "title": "Day",
            "type": "date",
            "constraints": {"minimum": "2026-01-01", "maximum": "2026-12-31"},
        },
        {"name": "email", "title": "Address", "personal": True},
    ],
    "visits": [
        {"name": "person_id", "title": "Person", **KEY},
        {"name": "day", "title": "Day", "type": "date"},
    ],
    "interviews": [{"name": "words", "title": "Words"}],
}
SAID = {
    "came_in": {"people": "joined", "visits": "day", "groups": "start"},
    "project": {"groups": "project_id", "people": "project_id", "visits": "person_id"},
    "counted": {"People": {"rows": "people", "unit": "people"}},
}
TABLES = {
    "groups": "project_id,name\nA,Art\nB,Bread\nC,Cats\n",
    "people": "person_id,project_id,joined,email\n01,A,2026-01-05,x@example.org\n02,B,2026-02-05,\n03,A,,\n",
    "visits": "person_id,day\n01,2026-01-06\n01,2026-02-07\n02,2026-02-08\n",
    "interviews": "words\nyes\n",
}


def write(folder: Path, said: dict = SAID) -> Path:
    """Write the definitions of a study."""
    folder.mkdir()
    study = {"title": "A study", "editions": said}
    (folder / "study.yml").write_text(yaml.safe_dump(study), encoding="utf-8")
    for name, fields in SCHEMAS.items():
        (folder / f"{name}.schema.json").write_text(json.dumps({"title": name, "fields": fields}))
    resources = [{"name": name, "path": f"{name}.csv", "schema": f"{name}.schema.json"} for name in SCHEMAS]
    resources[-1]["optional"] = True
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
    return folder


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "datapackage.json").write_text(json.dumps({"study": "study", "synthetic": True}))
    (folder / "study.yml").write_text("printed: true\n")
    return open_folder(folder, write(tmp_path / "study")).checked()


def rows(folder: Path, table: str) -> list[str]:
    return (folder / f"{table}.csv").read_text().splitlines()[1:]


def test_a_row_is_known_from_the_day_on_which_it_came_in(raw, tmp_path):
    folder = known(raw, date(2026, 1, 31), tmp_path / "january")
    assert rows(folder, "people") == ["01,A,2026-01-05"]
    assert rows(folder, "visits") == ["01,2026-01-06"]
    assert len(rows(folder, "groups")) == 3
    # of a table without such a day nobody knows what was there; addresses are in no part
    assert not (folder / "interviews.csv").exists()


def test_a_row_without_a_day_is_in_the_parts_that_have_all_others(raw, tmp_path):
    folder = known(raw, date(2026, 2, 28), tmp_path / "february")
    assert [row[:2] for row in rows(folder, "people")] == ["01", "02", "03"]


def test_the_part_says_until_when_its_data_were_collected_and_that_they_are_not_those_in_print(raw, tmp_path):
    folder = known(raw, date(2026, 1, 31), tmp_path / "january")
    described = json.loads((folder / "datapackage.json").read_text())
    assert described["collected"] == {"people": ["2026-01-01", "2026-01-31"]}
    about = yaml.safe_load((folder / "study.yml").read_text())
    assert about == {"printed": False, "period": ["2026-01-01", "2026-01-31"]}


def test_a_project_has_its_people_and_their_rows(raw, tmp_path):
    assert projects_of(raw) == {"A": "Art", "B": "Bread"}
    folder = of_project(raw, written(raw), "A", tmp_path / "a")
    assert [row[:2] for row in rows(folder, "people")] == ["01", "03"]
    assert rows(folder, "visits") == ["01,2026-01-06", "01,2026-02-07"]
    assert rows(folder, "groups") == ["A,Art"]


def test_a_project_counts_as_the_same_edition_of_the_data_as_the_whole(raw, tmp_path):
    whole = fingerprint(raw.place)
    assert fingerprint(of_project(raw, written(raw), "A", tmp_path / "a")) == whole
    assert fingerprint(known(raw, date(2026, 1, 31), tmp_path / "january")) != whole
    described = json.loads((tmp_path / "a/datapackage.json").read_text())
    assert described["part"] == {"project": "A"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"came_in": {"peple": "joined"}}, "did you mean 'people'"),
        ({"came_in": {"people": "person_id"}}, "is no date"),
        ({"project": {"people": "projct_id"}}, "is not a field"),
        ({"counted": {"People": {"rows": "people"}}}, "expected rows and unit"),
        ({"when": {}}, "unknown key 'when'"),
    ],
)
def test_what_definitions_say_of_editions_is_checked(said, message, tmp_path):
    with pytest.raises(DataError, match=message):
        load_definitions(write(tmp_path / "study", said))


def test_real_people_stay_real(raw, tmp_path):
    (raw.place / "datapackage.json").write_text(json.dumps({"study": "study", "synthetic": False}))
    real = open_folder(raw.place, tmp_path / "study")
    part = open_folder(known(real, date(2026, 1, 31), tmp_path / "january"), tmp_path / "study")
    assert not part.synthetic
    assert isinstance(part.tables["people"], pd.DataFrame)


def test_a_part_of_the_data_of_real_people_has_their_lists_of_earlier_decisions(raw, tmp_path):
    (raw.place / "datapackage.json").write_text(json.dumps({"study": "study", "synthetic": False}))
    (raw.place / "disclosure.yml").write_text("preset: ons\nearlier: [books/2025.csv]\n")
    (raw.place / "books").mkdir()
    (raw.place / "books/2025.csv").write_text("study\nstudy\n")
    part = known(open_folder(raw.place, tmp_path / "study"), date(2026, 1, 31), tmp_path / "january")
    policy = read_policy(part)
    assert [(part / name).read_text() for name in policy.earlier] == ["study\nstudy\n"]
    assert open_folder(part, tmp_path / "study").checked()
    without = fingerprint(part, policy.earlier)
    (part / policy.earlier[0]).write_text("study\nother\n")
    assert fingerprint(part, policy.earlier) == without
