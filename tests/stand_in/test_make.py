"""The committed stand-ins: valid, small, with nobody's contact details; and the makers that renew them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook import paths
from peerbook.data import open_folder, read_about
from peerbook.data.stops import fingerprint
from stand_in.make import makers, write
from stand_in.make.__main__ import main

STAND_INS = sorted(file.parent for file in (paths.root() / "stand_in").glob("*/datapackage.json"))
EMAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")
PHONE = re.compile(r"(?<![\w.-])(?:\+44|0)(?:[ -]?\d){9,10}(?!\d)")
NOBODY = re.compile(r"|yes|no|[\w.]+@example\.org|07700 ?900 ?\d{3}|[\w. ]+, \d+ Example Street")


def files(folder: Path) -> dict[Path, bytes]:
    """Every file of a folder by its place in it."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def garden(monkeypatch, tmp_path):
    """A study "garden" with one table, and its maker."""
    schema = tmp_path / "data_schema" / "garden"
    schema.mkdir(parents=True)
    described = {
        "name": "garden",
        "title": "A garden",
        "study": "garden",
        "synthetic": False,
        "resources": [{"name": "notes/beds", "path": "notes/beds.csv"}, {"name": "é", "path": "é.csv"}],
    }
    (schema / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setattr(paths, "root", lambda: tmp_path)

    def make_tables(seed: int) -> dict[str, pd.DataFrame]:
        return {"notes/beds": pd.DataFrame({"bed": ["1", ""], "said": ["a, b", str(seed)]})}

    maker = SimpleNamespace(SEED=5, TITLE="Beds, made up", make_tables=make_tables)
    monkeypatch.setitem(sys.modules, "stand_in.make.garden", maker)
    monkeypatch.setattr("stand_in.make.__main__.makers", lambda: ["garden"])
    return maker


def test_every_study_with_a_maker_has_a_stand_in_and_the_other_way_round():
    assert [folder.name for folder in STAND_INS] == makers()


@pytest.mark.parametrize("folder", STAND_INS, ids=lambda folder: folder.name)
def test_a_committed_stand_in_is_valid_and_says_what_it_is(folder):
    opened = open_folder(folder)
    assert set(opened.report.problems["severity"]) <= {"warning"}
    assert set(opened.tables) == {resource["name"] for resource in opened.descriptor["resources"]}
    assert opened.synthetic
    assert opened.descriptor["study"] == folder.name


def test_all_stand_ins_together_stay_small():
    assert sum(len(content) for folder in STAND_INS for content in files(folder).values()) < 2_000_000


@pytest.mark.parametrize("folder", STAND_INS, ids=lambda folder: folder.name)
def test_contact_details_are_nobodys(folder):
    opened = open_folder(folder)
    assert set(opened.definitions.tables) - opened.definitions.optional <= set(opened.tables)
    for name in opened.tables:
        schema = opened.definitions.tables[name]
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in schema.names(personal=True):
            real = [value for value in table[column].unique() if not NOBODY.fullmatch(value)]
            assert real == [], f"{name}, {column}"
    for file, content in files(folder).items():
        text = content.decode("utf-8")
        assert [found for found in EMAIL.findall(text) if not found.endswith("@example.org")] == [], file
        assert [found for found in PHONE.findall(text) if not NOBODY.fullmatch(found)] == [], file


@pytest.mark.parametrize("planted", ["mail me: ann.other@mail.example", "+44 7911 123456", "0161 496 0123"])
def test_contact_details_of_somebody_would_be_found(planted):
    found = [*EMAIL.findall(planted), *PHONE.findall(planted)]
    assert found
    assert not any(NOBODY.fullmatch(each) for each in found)


@pytest.mark.slow
@pytest.mark.parametrize("study", makers())
def test_a_maker_writes_the_bytes_that_are_committed(study, tmp_path):
    made, committed = files(write(study, tmp_path / study)), files(paths.stand_in(study))
    assert sorted(made) == sorted(committed)
    assert [file for file in made if made[file] != committed[file]] == []


def test_a_study_is_renewed_in_its_place(garden, tmp_path, capsys):
    main([])
    assert capsys.readouterr().out == f"garden: written to {tmp_path / 'stand_in' / 'garden'}\n"
    assert files(tmp_path / "stand_in" / "garden")[Path("notes/beds.csv")] == b'bed,said\n1,"a, b"\n,5\n'


def test_a_stand_in_can_be_written_elsewhere_and_says_that_it_is_made_up(garden, tmp_path):
    main(["garden", "--to", str(tmp_path / "elsewhere")])
    folder = tmp_path / "elsewhere" / "garden"
    text = (folder / "datapackage.json").read_text(encoding="utf-8")
    assert json.loads(text) == {
        "name": "garden-stand-in",
        "title": "Beds, made up",
        "study": "garden",
        "synthetic": True,
        "seed": 5,
        "resources": [
            {
                "name": "notes/beds",
                "path": "notes/beds.csv",
                "madeUp": fingerprint(folder / "notes" / "beds.csv"),
            },
            {"name": "é", "path": "é.csv"},
        ],
    }
    assert '\n    {"name": "é", "path": "é.csv"}\n' in text
    assert read_about(folder).printed
    assert not (tmp_path / "stand_in").exists()


def test_a_making_that_fails_leaves_the_folder_as_it_was(garden, tmp_path, monkeypatch):
    folder = write("garden", tmp_path / "beds", seed=7)
    before = files(folder)

    def fail(seed: int) -> None:
        raise RuntimeError("the totals contradict each other")

    monkeypatch.setattr(garden, "make_tables", fail)
    with pytest.raises(RuntimeError, match="contradict"):
        write("garden", folder)
    assert files(folder) == before


def test_a_study_without_a_maker_is_refused_before_anything_is_written(garden, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["garden", "gardn", "--to", str(tmp_path / "elsewhere")])
    assert "found 'gardn'; expected one of: garden" in capsys.readouterr().err
    assert not (tmp_path / "elsewhere").exists()
