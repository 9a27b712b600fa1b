"""Editions of real people, beside each other and beside the whole, tell no more than each of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rich.console import Console

from peerbook.builder import protection
from peerbook.builder.edition import BUILT, FEW, FRESH, Edition, Series, Task
from peerbook.builder.editions import make
from peerbook.builder.order import Order
from peerbook.disclosure.policy import PRESETS
from tests.builder.conftest import ANSWERS, PARAMETERS, STUDY, write_notebook, write_project
from tests.builder.test_editions import CAME_IN, plainly
from tests.disclosure.attacker import Attacker, read_table
from tests.disclosure.test_editions import margins_of_both, on_all
from tests.disclosure.test_suppress import people_of

POLICY = PRESETS["ons"]
MONTHS = ("2026-01", "2026-02", "2026-03")
BETA = """from peerbook import open_study
from peerbook.outputs import table
from peerbook.disclosure import Counted

study = open_study(data, 'tiny', region)
show = study.shelf(outputs)
answers = study.table('answers')
said = Counted('answers')

def split(id, by):
    counts = answers.astype({name: 'str' for name in by}).groupby(by).size().reset_index(name='n')
    show(table(id, 'Answers', counts, lambda data: data.set_index(by), people=said))"""
SPLITS = "split('table-2', ['gender', 'age'])"
MORE = "split('table-3', ['region', 'age'])"
OF_ALL = SPLITS + "\nif region == 'all':\n    split('table-1', ['region', 'gender'])"


def write_people(root: Path, seed: int) -> Path:
    """Write a project with the answers of 150 real people of four regions, of three months."""
    write_project(root)
    schemas = root / "data_schema" / "tiny"
    about = {**STUDY, "regions": list("ABCD"), "editions": {**CAME_IN, "project": {}}}
    (schemas / "study.yml").write_text(yaml.safe_dump(about), encoding="utf-8")
    asked = [
        ANSWERS["fields"][0],
        ANSWERS["fields"][1],
        {"name": "gender", "title": "Gender", "type": "string", "categories": ["f", "m", "x"]},
        {"name": "age", "title": "Age", "type": "string", "categories": ["young", "old"]},
        {"name": "answered_on", "title": "Day", "type": "date"},
    ]
    (schemas / "answers.schema.json").write_text(json.dumps({**ANSWERS, "fields": asked}), encoding="utf-8")
    write_notebook(root / "notebooks/tiny/beta.ipynb", [PARAMETERS, "# Beta", BETA, OF_ALL])
    real = root / "real"
    real.mkdir()
    (real / "datapackage.json").write_text(json.dumps({"study": "tiny", "synthetic": False}))
    (real / "disclosure.yml").write_text("preset: ons\n")
    people = people_of(seed, 150)
    days = [f"2026-0{1 + (at >= 100) + (at >= 125)}-15" for at in range(len(people))]
    people.assign(answered_on=days).rename_axis("answer_id").reset_index().to_csv(
        real / "answers.csv", index=False
    )
    return root


def built(root: Path, kind: str, out: Path) -> dict[str, str]:
    asked = Series(kind, out.parent, "tiny", root / "real", chapters=("beta",), root=root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEERBOOK_ROOT", str(root))
        plainly(patch)
        return {each.name: each.state for each in make(asked, Console(quiet=True))}


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    files = sorted((folder / "outputs/tiny").glob("table-*.csv"))
    return {file.stem: pd.read_csv(file, dtype=str, keep_default_na=False) for file in files}


def narrow(attacker: Attacker, few: Iterable[object] = ()) -> dict[object, tuple[int, int]]:
    """Return the withheld counts, and those of a few who joined, that the attacker knows too well."""
    withheld = attacker.withheld()
    assert withheld
    known = {name for whole, parts, _ in attacker.sums for name in (whole, *parts)}
    targets = [*withheld, *(target for target in few if target in known)]
    bounds = {target: attacker.bounds(target) for target in targets}
    return {target: found for target, found in bounds.items() if found[1] - found[0] < POLICY.width}


def beside_the_whole(root: Path, out: Path) -> dict[object, tuple[int, int]]:
    """Attack the books of all regions beside the book of all."""
    out /= "region"
    done = built(root, "region", out)
    attacker = Attacker(POLICY.threshold, POLICY.rounding)
    for name, state in done.items():
        assert state in (BUILT, FEW)
        for table in tables(out / name).values():
            told = table if name == "all-regions" else table.assign(region=name.upper())
            read_table(attacker, told, [column for column in told if column != "n"], "n", "people")
    margins_of_both(attacker)
    return narrow(attacker)


def month_after_month(root: Path, out: Path) -> dict[object, tuple[int, int]]:
    """Attack the books of three months, each beside the others."""
    out /= "month"
    assert set(built(root, "month", out).values()) == {BUILT}
    return narrow(on_all({month: tables(out / month) for month in MONTHS}, POLICY), who_joined(root))


def regions_after_months(root: Path, out: Path) -> dict[object, tuple[int, int]]:
    """Attack the books of three months and of all regions, which are of the people of the last month."""
    assert set(built(root, "month", out / "month").values()) == {BUILT}
    done = built(root, "region", out / "region")
    assert set(done.values()) == {BUILT}
    books = {month: tables(out / "month" / month) for month in MONTHS}
    for name in done:
        where = {} if name == "all-regions" else {"region": name.upper()}
        told = tables(out / "region" / name)
        books[MONTHS[-1]] |= {f"{name} {id}": table.assign(**where) for id, table in told.items()}
    return narrow(on_all(books, POLICY), who_joined(root))


def who_joined(root: Path) -> Iterator[object]:
    """Name the counts of a few people who joined from one month to the next."""
    people = pd.read_csv(root / "real/answers.csv", dtype=str)
    for before, after in pairwise(MONTHS):
        joined = people[people["answered_on"].str.startswith(after)]
        for by in (["gender"], ["age"], ["gender", "age"], ["region", "gender"]):
            for values, rows in joined.groupby(by):
                if len(rows) <= POLICY.threshold:
                    yield "joined", before, after, frozenset(zip(by, values, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("attack", [beside_the_whole, month_after_month])
def test_no_cell_follows_from_the_difference_of_two_editions(attack, tmp_path):
    for seed in range(3):
        root = write_people(tmp_path / str(seed), seed)
        assert attack(root, root / "out") == {}


@pytest.mark.slow
@pytest.mark.parametrize("attack", [beside_the_whole, month_after_month])
def test_without_the_lists_of_the_others_the_same_attacker_works_numbers_out(attack, tmp_path, monkeypatch):
    monkeypatch.setattr(Task, "lists", lambda task: ())
    found = {}
    for seed in range(3):
        root = write_people(tmp_path / str(seed), seed)
        found |= attack(root, root / "out")
    assert found


@pytest.mark.slow
def test_of_real_people_an_edition_that_is_too_small_says_so_and_no_number(tmp_path):
    root, out = write_people(tmp_path / "project", 0), tmp_path / "out/region"
    file = root / "real/answers.csv"
    rows = pd.read_csv(file)
    rows.drop(rows.index[rows["region"] == "D"][4:]).to_csv(file, index=False)
    done = built(root, "region", out)
    assert done["d"] == FEW
    page = (out / "index.html").read_text()
    assert "too few people" in page
    assert "Not for publication" in page
    listed = pd.read_csv(out / "all-regions" / protection.LIST, dtype=str, keep_default_na=False)
    assert set(listed["decision"]) == {"shown", "withheld"}
    assert not (out / "d").exists()
    assert set(built(root, "region", out).values()) == {FRESH, FEW}


@pytest.mark.slow
def test_no_cell_follows_from_books_of_regions_beside_those_of_months(tmp_path):
    root = write_people(tmp_path / "project", 0)
    assert regions_after_months(root, root / "out") == {}


@pytest.mark.slow
def test_an_old_month_can_be_made_again_when_those_after_it_are_out(tmp_path):
    root, out = write_people(tmp_path / "project", 0), tmp_path / "out/month"
    built(root, "month", out)
    write_notebook(root / "notebooks/tiny/beta.ipynb", [PARAMETERS, "# Beta", BETA, OF_ALL, MORE])
    assert set(built(root, "month", out).values()) == {BUILT}
    assert all("table-3" in tables(out / month) for month in MONTHS)
    assert set(built(root, "month", out).values()) == {FRESH}


def test_an_edition_is_decided_about_beside_all_others_of_whatever_kind(tmp_path):
    folders = [tmp_path / place for place in ("month/2026-01", "month/2026-02", "region/a")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / protection.LIST).touch()
    edition = Edition("2026-01", "January 2026", Order(out=folders[0]))
    task = Task(edition, "tiny", tmp_path / "raw", tmp_path)
    assert task.order.published == tuple(folder / protection.LIST for folder in folders[1:])
