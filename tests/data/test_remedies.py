"""A remedy is true: who does what it says is rid of the problem. Each is carried out here by a function."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from peerbook.data import Definitions, open_folder
from tests.data import damage

Row = dict[str, str]
KEY = {"registrations": "person_id", "logs": "log_id", "projects": "project_id"}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Definitions:
    return damage.write_definitions(tmp_path_factory.mktemp("definitions") / "small")


def lines_of(file: Path) -> list[str]:
    return list(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))


def cell(value: Callable[[re.Match, str, str], str]) -> Callable:
    """Write something else into the cell, or into the cells, that a problem names."""

    def carry_out(file: Path, problem: Row, said: re.Match) -> None:
        lines = lines_of(file)
        header = next(csv.reader(lines))
        line = int(problem["row"]) - 1
        reader = csv.reader(lines[line:])
        row = next(reader)
        place = header.index(problem["column"])
        row[place] = value(said, problem["column"], row[place])
        lines[line : line + reader.line_num] = [damage.as_csv([row])]
        file.write_text("".join(lines), encoding="utf-8")

    return carry_out


def table(change: Callable[[list[list[str]], Row, re.Match], list[list[str]]]) -> Callable:
    """Write the whole table anew."""

    def carry_out(file: Path, problem: Row, said: re.Match) -> None:
        rows = [row for row in csv.reader(lines_of(file)) if row]
        file.write_text(damage.as_csv(change(rows, problem, said)), encoding="utf-8")

    return carry_out


def exported_again(file: Path, problem: Row, said: re.Match) -> None:
    file.unlink(missing_ok=True)
    file.write_text(damage.as_csv(damage.TABLES[file.stem]), encoding="utf-8")


def without_line(file: Path, problem: Row, said: re.Match) -> None:
    lines = lines_of(file)
    del lines[int(problem["row"]) - 1]
    file.write_text("".join(lines), encoding="utf-8")


def good(said: re.Match, column: str, cell: str) -> str:
    """Return a value of the form, as it is spelt there."""
    return {"region": "North", "form": "monthly", "age_band": "55+", "opened": "yes", "log_id": "77"}[column]


def renamed(rows: list[list[str]], problem: Row, said: re.Match) -> list[list[str]]:
    return [[problem["column"] if name == said[1] else name for name in rows[0]], *rows[1:]]


def added(rows: list[list[str]], problem: Row, said: re.Match) -> list[list[str]]:
    filled = "North" if "every row" in said[0] else ""
    return [[*rows[0], problem["column"]], *([*row, filled] for row in rows[1:])]


def once(rows: list[list[str]], problem: Row, said: re.Match) -> list[list[str]]:
    places = [n for n, name in enumerate(rows[0]) if name != problem["column"] or n == rows[0].index(name)]
    return [[row[n] for n in places] for row in rows]


def other_table(file: Path, problem: Row, said: re.Match) -> None:
    """Add a row to the table that a key leads to."""
    column = problem["column"]
    row = int(problem["row"]) - 1
    lines = lines_of(file)
    value = next(csv.reader(lines[row:]))[next(csv.reader(lines)).index(column)]
    target = file.with_name(said[1])
    made = [value, *damage.TABLES[target.stem][1][1:]]
    target.write_text(target.read_text() + damage.as_csv([made]), encoding="utf-8")


def descriptor(file: Path, problem: Row, said: re.Match) -> None:
    file.with_name("datapackage.json").write_text(json.dumps(damage.DESCRIPTOR))


def replaced(file: Path, problem: Row, said: re.Match) -> None:
    file.with_name(said[1]).rename(file)


def decoded(file: Path, problem: Row, said: re.Match) -> None:
    encoding = "utf-16" if problem["found"] == "UTF-16" else "cp1252"
    file.write_text(file.read_bytes().decode(encoding), encoding="utf-8")


def with_commas(file: Path, problem: Row, said: re.Match) -> None:
    rows = csv.reader(
        lines_of(file), delimiter={"semicolons": ";", "tabs": "\t", "bars": "|"}[problem["found"]]
    )
    file.write_text(damage.as_csv(list(rows)), encoding="utf-8")


def unreadable_removed(file: Path, problem: Row, said: re.Match) -> None:
    file.write_text(
        re.sub(r"[\x00-\x08\x1a\x1b\x7f]", "", file.read_text(encoding="utf-8")), encoding="utf-8"
    )


# The case that brings a problem, its kind, its remedy, and what somebody does who follows it.
def as_told(file: Path, problem: dict, said: re.Match) -> None:
    """Write into `study.yml` what the remedy says."""
    told = re.search("write (.*) into study.yml", problem["remedy"])[1]
    (file.parent / "study.yml").write_text(told + "\n")


FOLLOWED = [
    ("logs: region in row .* is 'Jo Norton'", "unknown answer", "Use one of the answers of the form.*",
    cell(good)),
    ("logs: region in row .* is 'Nrth'", "unknown answer", "Write '(.+)'", cell(lambda said, *_: said[1])),
    ("logs: form in row .* is 'yes'", "unknown answer", "Use one of the answers of the form.*", cell(good)),
    ("logs: a total below", "ragged row", "Quote .*; remove the line if it is no row.*", without_line),
    ("projects: a quotation mark in line 1, place 7", "ragged row", "Quote .* close every .*", without_line),
    ("registrations: person_id in row .* is '007'", "wrong pattern",
    "Write the personal ID with its leading zeros",
     cell(lambda said, column, text: text.zfill(4))),
    ("registrations: project_id in row .* is 'x'", "unknown key", "Add it to (.*), or correct it",
     cell(lambda *_: "NOR-01")),
    ("logs: a new person", "unknown key", "Add it to (.*), or correct it", other_table),
    ("logs: a person mistyped", "unknown key", "Write '(.+)' if it is this one", cell(lambda said,
    *_: said[1])),
    ("logs: column hope renamed to 'HOPE'", "missing column", "Rename the column '(.+)' if it is this one",
    table(renamed)),
    ("logs: column hope renamed to 'Q1'", "missing column", "Add it, with cells that may be empty",
    table(added)),
    ("logs: column region renamed to 'Q1'", "missing column", "Add it, with a value in every row",
    table(added)),
    ("logs: column hope renamed to 'Q1'", "unknown column", "Rename it if .*",
     table(lambda rows, *_: [["hope" if name == "Q1" else name for name in rows[0]], *rows[1:]])),
    ("logs: hope in row .* is 'three'", "wrong type", "Correct the value; leave the cell empty .*",
    cell(lambda *_: "")),
    ("logs: hours in row .* is 'NaN'", "wrong type", "Correct the value; leave the cell empty .*",
    cell(lambda *_: "")),
    ("logs: log_id in row .* is '3.0'", "wrong type", "Correct the value", cell(good)),
    ("logs: hope in row .* is '99'", "out-of-range value", "If (99) means no answer, write .*", as_told),
    ("logs: log_id in row .* is '-1'", "out-of-range value", "Check the form and correct the value",
    cell(good)),
    ("logs: given in row .* is 'three'", "wrong pattern", "Correct the value", cell(lambda *_: "3")),
    ("registrations: registered_on in row .* is '03/02/2026'", "unusable date",
    "Write the date as YYYY-MM-DD",
     cell(lambda said, column, text: "-".join(reversed(text.split("/"))))),
    ("logs: completed_on in row .* is '03/02/2026'", "unusable date", "Write the date as YYYY-MM-DD",
     cell(lambda said, column, text: "-".join(reversed(text.split("/"))))),
    ("registrations: region in row .* is ''", "missing value", "Fill it in", cell(good)),
    ("registrations: saved as utf-16 ", "wrong encoding", "Save the file as CSV UTF-8", decoded),
    ("registrations: saved as cp1252 ", "wrong encoding", "Save the file as CSV UTF-8", decoded),
    ("logs: semicolons for commas", "wrong delimiter", "Save the file again with commas .*", with_commas),
    ("logs: row 2 twice", "repeated key", "Remove the copy, .*", without_line),
    ("logs: row 1 has the key of row 2", "repeated key", ".* correct the number of one of them",
    cell(lambda *_: "88")),
    ("logs: no header", "missing header", "Put the column names on the first line",
     lambda file, *_: file.write_text(damage.as_csv(damage.TABLES[file.stem][:1]) + file.read_text())),
    ("logs: only the header", "no rows", "Export the table again, with its rows", exported_again),
    ("logs: empty", "empty file", "Export the table again, with its rows", exported_again),
    ("logs: a zip", "not a CSV file", "Open it in the program that wrote it and save .*", exported_again),
    ("logs: renamed to log.csv", "missing file", "Rename '(.+)' if it is this table", replaced),
    ("logs: renamed to logs.xlsx", "missing file", "Save the sheet of '(.+)' as CSV UTF-8, .*",
    exported_again),
    ("logs: removed", "missing file", "Put logs.csv into the folder, or .*", exported_again),
    ("logs: a folder", "missing file", "Remove it, and put the table in its place",
     lambda file, *rest: (file.rmdir(), exported_again(file, *rest))),
    ("logs: column hope twice", "repeated column", "Remove or rename the others", table(once)),
    ("descriptor: removed", "missing statement", "Put a datapackage.json .*", descriptor),
    ("descriptor: title is '3'", "wrong statement", 'Write "title" as text in quotation marks', descriptor),
    ("registrations: byte 26 written over", "control characters", "Remove them.*", unreadable_removed),
]  # fmt: skip
OWN = {
    "logs: a new person": lambda folder: edited(folder / "logs.csv", "2,0002", "2,0777"),
    "logs: a person mistyped": lambda folder: edited(folder / "logs.csv", "2,0002", "2,0022"),
    "descriptor: title is '3'": lambda folder: (folder / "datapackage.json").write_text(
        json.dumps({**damage.DESCRIPTOR, "title": 3})
    ),
}
CASES = damage.cases()


def edited(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def spoil_of(name: str) -> list[Callable[[Path], object]]:
    """Return what spoils a folder: a case of this test, or the cases whose names begin so."""
    own = [OWN[name]] if name in OWN else []
    return own or [case.spoil for case in CASES if re.match(name, f"{case.name} ")]


@pytest.mark.parametrize(
    ("name", "kind", "remedy", "follow"), FOLLOWED, ids=[f[0] + ", " + f[1] for f in FOLLOWED]
)
def test_who_follows_a_remedy_is_rid_of_the_problem(small, tmp_path, name, kind, remedy, follow):
    for number, spoil in enumerate(spoil_of(name)):
        folder = damage.write_folder(tmp_path / str(number))
        spoil(folder)
        before = open_folder(folder, small).report.problems
        found = before[before["kind"].eq(kind) & before["remedy"].str.fullmatch(remedy)]
        if found.empty:
            continue
        problem = found.iloc[0].to_dict()
        follow(folder / problem["file"], problem, re.fullmatch(remedy, problem["remedy"]))
        after = open_folder(folder, small).report.problems
        place = ["file", "row", "column", "kind"]
        left = after[place].apply(tuple, axis=1).tolist()
        assert tuple(problem[key] for key in place) not in left
        errors = [int((found["severity"] == "error").sum()) for found in (before, after)]
        assert errors[1] < errors[0] or problem["severity"] == "warning"
        return
    pytest.fail("no case brings this remedy")


def test_the_most_frequent_remedies_are_followed():
    assert len({(kind, remedy) for _, kind, remedy, _ in FOLLOWED}) >= 20
