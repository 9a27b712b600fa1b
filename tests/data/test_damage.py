"""Nothing that happens to raw files ends in a traceback, or loses a row without a word."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from peerbook.data import Definitions, load_definitions, open_folder
from peerbook.data.problems import COLUMNS
from peerbook.data.read import read_text
from peerbook.errors import PeerbookError
from tests.data import damage

CASES = damage.cases()
SAMPLE = CASES[:: len(CASES) // 75]
SECRETS = ("jo@example", "900123", "Jo Norton", "Norton", "Bloggs", "LS1 4AP", "\x1b", "Ñorth")


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Definitions:
    return damage.write_definitions(tmp_path_factory.mktemp("definitions") / "small")


def spoilt(case: damage.Damage, folder: Path) -> Path:
    """Write a good folder and spoil it; what was there before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.unlink(missing_ok=True)
    case.spoil(damage.write_folder(folder))
    return folder


def check(case: damage.Damage, folder: Path, definitions: Definitions) -> None:
    """Open a spoilt folder: an error of ours or a whole report, no secret in it, every line accounted for."""
    report, said = told(lambda: open_folder(folder, definitions).report)
    if report is not None:
        assert list(report.problems) == COLUMNS
        assert (report.problems[["file", "kind", "found", "expected", "remedy"]] != "").all(axis=None), (
            case.name
        )
        said = str(report) + report.problems.to_csv()
        for table, schema in definitions.tables.items():
            if (folder / f"{table}.csv").is_file():
                assert unaccounted(folder / f"{table}.csv", schema) == [], case.name
    assert not [secret for secret in SECRETS if secret in said], case.name


def told(make: Callable[[], Any]) -> tuple[Any, str]:
    """Return what is made, or nothing and the message of an error of ours; any other is a fault."""
    try:
        return make(), ""
    except PeerbookError as stopped:
        error = stopped
    assert error.exit_code in (10, 11)
    assert len(str(error)) < 700
    return None, str(error)


def unaccounted(file: Path, schema) -> list[int]:
    """Return the lines of a file that are neither blank, nor in a row of the table, nor in a problem."""
    table, problems = read_text(file, file.name, schema)
    if any(problem.kind in ("missing header", "empty file", "not a CSV file") for problem in problems):
        return []
    if any("encod" in problem.kind for problem in problems):
        return []  # the lines of a file that had to be guessed at are not those of this test
    lines = list(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
    mark = next((m for p in problems if p.kind == "wrong delimiter" for m in ";\t|" if m in lines[0]), ",")
    begin = next(n for n, line in enumerate(lines, 1) if line.strip(' \t\r\n"'))
    told = {problem.row for problem in problems if problem.row}
    for line in [begin, *table.lines]:
        reader = csv.reader(lines[line - 1 :], delimiter=mark)
        if '"' in lines[line - 1]:
            next(reader)
        told |= set(range(line, line + max(reader.line_num, 1)))
    return [n for n, line in enumerate(lines, 1) if line.strip(' \t\r\n"') and n not in told]


def test_there_are_enough_ways():
    assert len(CASES) >= 1500


def test_a_good_folder_has_no_problem(small, tmp_path):
    assert open_folder(damage.write_folder(tmp_path / "raw"), small).report.problems.empty


def test_a_sample_of_the_ways_is_told(small, tmp_path):
    for case in SAMPLE:
        check(case, spoilt(case, tmp_path / "raw"), small)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_every_way_is_told(small, tmp_path, part):
    for case in CASES[part::10]:
        check(case, spoilt(case, tmp_path / "raw"), small)


@pytest.mark.parametrize("table", damage.TABLES)
def test_a_quotation_mark_out_of_place_costs_no_other_row(small, tmp_path, table):
    rows = len(damage.TABLES[table]) - 1
    for case in damage._quotes(table):
        file = spoilt(case, tmp_path / "raw") / f"{table}.csv"
        read, problems = read_text(file, file.name, small.tables[table])
        listed = {problem.row for problem in problems if problem.kind == "ragged row"}
        headless = any(problem.kind == "missing header" for problem in problems)
        assert headless or len(read.lines) + len(listed) >= rows, case.name


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 20], ids=["all", "a twentieth"])
def test_every_wrong_type_in_definitions_is_told(tmp_path, step):
    base = tmp_path / "base"
    damage.write_definitions(base)
    raw, folder = damage.write_folder(tmp_path / "raw"), tmp_path / "spoilt"
    for number, case in enumerate(damage.definition_cases()[::step]):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        case.spoil(folder)
        definitions, _ = told(lambda: load_definitions(folder))
        if definitions and number % 5 == 0:
            open_folder(raw, definitions)
