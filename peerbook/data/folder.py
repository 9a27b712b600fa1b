"""A raw folder, opened once: what it says of itself, its definitions, its tables, its problems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from peerbook.choices import did_you_mean, nearest
from peerbook.data.about import FILE, About, as_told, read_about
from peerbook.data.check import typed
from peerbook.data.definitions import Definitions, load_definitions, studies
from peerbook.data.described import first_and_last, read_json
from peerbook.data.keys import key_problems
from peerbook.data.problems import ERROR, WARNING, Problem, Report, as_report
from peerbook.data.read import TextTable, no_rows, read_text
from peerbook.data.rules import rule_problems
from peerbook.data.schema import Constraints, Schema
from peerbook.data.stops import stops, with_code_hint
from peerbook.errors import DataError

DESCRIPTOR = "datapackage.json"
WITHDRAWN = "withdrawn.csv"  # who withdrew consent and is to stay out, by the number that the folder has
PROJECTS = "projects"
LONGEST = 300  # letters of what a descriptor says
SHEETS = (".xlsx", ".xls", ".ods", ".xlsm", ".numbers")


@dataclass(frozen=True)
class RawFolder:
    """Raw data as they were found.

    Attributes
    ----------
    place : Path
    descriptor : mapping
        What its `datapackage.json` says; empty if there is none that can be read.
    definitions : Definitions
        What `data_schema/` says of the study, as this folder changes it.
    about : About
        What its `study.yml` says of the study.
    tables : mapping of str to DataFrame
        The typed tables that are there; contact details are never in them.
    report : Report
        Every problem. With errors the tables may not be used.
    """

    place: Path
    descriptor: Mapping[str, Any]
    definitions: Definitions
    about: About
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    report: Report = field(repr=False)

    @property
    def synthetic(self) -> bool:
        """Whether the folder declares its data synthetic; otherwise they count as data of real people."""
        return self.descriptor.get("synthetic") is True

    def checked(self) -> RawFolder:
        """Return the folder itself, or raise a DataError with the whole report if it has errors."""
        self.report.raise_if_errors()
        return self


def open_folder(folder: str | Path, study: str | Path | Definitions = "") -> RawFolder:
    """Read a raw folder and list every problem of it at once.

    Parameters
    ----------
    folder : str or Path
        Holds the tables as CSV files, and perhaps a `datapackage.json` and a `study.yml`.
    study : str, Path or Definitions, optional
        The study whose definitions hold, a folder of definitions, or these themselves; by default the study
        that the folder's descriptor names, or the only one there is.

    Raises
    ------
    ParameterError
        If the study is unknown.
    DataError
        If the definitions contradict themselves, or what the folder says of its study makes no sense.

    Notes
    -----
    Contact details are never read: the columns the schema marks as personal are left out when a file is
    opened, and a message does not show a value that may be one.
    """
    folder = Path(folder)
    descriptor, unreadable = _read_descriptor(folder)
    if unreadable and not study:
        raise DataError(
            f"{DESCRIPTOR}{_line(unreadable[0].row)}: {unreadable[0].found}. {unreadable[0].remedy}."
        )
    known = study if isinstance(study, Definitions) else load_definitions(study or _study_of(descriptor))
    about = read_about(folder)
    definitions = _collected(as_told(known, about), descriptor)
    texts, problems = _read_all(folder, definitions, about)
    problems += unreadable or _descriptor_problems(descriptor)
    tables = {}
    for name, table in texts.items():
        tables[name], found = typed(table)
        needed = {field for field, each in table.schema.fields.items() if each.constraints.required}
        problems += [each if each.column in needed else with_code_hint(each) for each in found]
    problems += key_problems(texts, tables)
    lines = {name: table.lines for name, table in texts.items()}
    problems += rule_problems(tables, lines, definitions.tables)
    problems += stops(folder, descriptor, definitions, texts, tables)
    return RawFolder(folder, descriptor, definitions, about, tables, as_report(folder, problems))


def validate(folder: str | Path, study: str | Path | Definitions = "") -> Report:
    """List every problem of a raw folder at once; the arguments are those of `open_folder`.

    Returns
    -------
    Report
        Its `problems` has one row per problem. Errors stop a build; warnings do not.
    """
    return open_folder(folder, study).report


def descriptor_of(folder: Path) -> dict[str, Any]:
    """Return what a folder says of itself; nothing if it has no descriptor that can be read."""
    return _read_descriptor(folder)[0]


def _read_descriptor(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Return what a folder says of itself, and the error of a descriptor that cannot be read."""
    line = 0
    try:
        described = read_json(folder / DESCRIPTOR)
        if isinstance(described, dict):
            return described, []
        found = "no keys with values"
    except DataError as error:
        if not (folder / DESCRIPTOR).exists():
            return {}, []
        named = re.search(r", line (\d+)", str(error))
        line = int(named[1]) if named else 0
        found = str(error).partition(": ")[2]
    remedy = "Correct it; a comma too many or too few is the usual reason"
    expected = '{"study": "...", "synthetic": false}'
    return {}, [Problem(DESCRIPTOR, line, "", ERROR, "unreadable file", found, expected, remedy)]


def _line(number: int) -> str:
    return f", line {number}" if number else ""


def _study_of(descriptor: Mapping[str, Any]) -> str:
    """Return the study a folder says it is of, or the only one there is."""
    known = studies()
    named = descriptor.get("study") or (known[0] if len(known) == 1 else "")
    if not named:
        raise DataError(
            f"{DESCRIPTOR}: it does not say of which study the data are. "
            f'Add "study", one of: {", ".join(known)}; or name the study in the command.'
        )
    return str(named)


def _collected(definitions: Definitions, descriptor: Mapping[str, Any]) -> Definitions:
    """Give the definitions the period in which a folder says that its data were collected.

    `"collected": {"logs": ["2027-01-01", "2027-12-31"]}` replaces the earliest and latest date of the date
    fields of that table.
    """
    collected = descriptor.get("collected", {})
    if not isinstance(collected, Mapping):
        raise DataError(f"{DESCRIPTOR}, collected: found {collected!r}; expected tables with two dates each")
    tables = dict(definitions.tables)
    for name, period in collected.items():
        if name not in tables:
            hint = did_you_mean(str(name), tables)
            raise DataError(f"{DESCRIPTOR}, collected: '{name}' is not a table{hint}")
        where, example = f"{DESCRIPTOR}, collected, {name}", '["2027-01-01", "2027-12-31"]'
        tables[name] = _within(tables[name], first_and_last(period, where, example))
    return replace(definitions, tables=tables)


def _within(schema: Schema, limits: tuple[str, str]) -> Schema:
    def limited(constraints: Constraints) -> Constraints:
        return replace(constraints, minimum=limits[0], maximum=limits[1])

    fields = {
        name: replace(field, constraints=limited(field.constraints)) if field.type == "date" else field
        for name, field in schema.fields.items()
    }
    return replace(schema, fields=fields)


def _read_all(
    folder: Path, definitions: Definitions, about: About
) -> tuple[dict[str, TextTable], list[Problem]]:
    texts, problems = {}, []
    for name, schema in definitions.tables.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            texts[name], found = read_text(path, f"{name}.csv", schema)
            problems += found
            if not found and name not in definitions.optional:
                problems += no_rows(texts[name])
        elif name == PROJECTS and about.projects:
            texts[name] = _as_table(about.projects, schema)
        elif name in about.not_asked:
            texts[name] = _as_table({}, schema)
        elif name not in definitions.optional:
            problems.append(_missing_file(folder, schema, definitions))
    problems += _unknown_files(folder, definitions)
    return texts, problems


def _as_table(rows: Mapping[str, Mapping[str, str]], schema: Schema) -> TextTable:
    """Return rows that `study.yml` lists by their key as a table as written."""
    for number, row in rows.items():
        for name in row:
            if name not in schema.read_fields:
                hint = did_you_mean(name, schema.read_fields)
                raise DataError(f"{FILE}, {schema.name}, {number}: unknown key '{name}'{hint}")
    named = {name: [row.get(name, "") for row in rows.values()] for name in schema.read_fields}
    named |= {name: list(rows) for name in schema.primary_key[:1]}
    frame = pd.DataFrame(named, dtype="str").astype("category")
    return TextTable(FILE, schema, frame, np.arange(1, len(rows) + 1))


def _missing_file(folder: Path, schema: Schema, definitions: Definitions) -> Problem:
    file = f"{schema.name}.csv"
    place = folder / file
    taken = {f"{name}.csv".rpartition("/")[2] for name in definitions.tables}
    present = sorted({path.name for path in place.parent.glob("*") if path.is_file()} - taken)
    near = nearest(place.name, present)
    found = (
        "no such file" if folder.is_dir() else "a file, not a folder" if folder.exists() else "no such folder"
    )
    if place.is_symlink():
        found, remedy = "a link that leads nowhere", "Put the file itself into the folder"
    elif place.exists():
        found, remedy = "something of this name that is no file", "Remove it, and put the table in its place"
    elif near and Path(near).suffix.lower() in SHEETS:
        remedy = f"Save the sheet of '{near}' as CSV UTF-8, or read it with peerbook import"
    else:
        remedy = f"Rename '{near}' if it is this table" if near else f"Put {file} into the folder"
        if folder.is_dir() and not near:
            remedy += f", or write not_asked: [{schema.name}] into {FILE} if the study has no such table"
    return Problem(file, 0, "", ERROR, "missing file", found, schema.title, remedy)


def _unknown_files(folder: Path, definitions: Definitions) -> Iterator[Problem]:
    """List tables that are not read, in the folders below the raw folder that hold some that are."""
    for inner in sorted({name.rpartition("/")[0] for name in definitions.tables} - {""}):
        known = {f"{name}.csv" for name in definitions.tables}
        for path in sorted(folder.glob(f"{inner}/*.csv")):
            if f"{inner}/{path.name}" not in known:
                near = nearest(path.name, [name.rpartition("/")[2] for name in known])
                remedy = (
                    f"Rename it to '{near}' if it is this table"
                    if near
                    else "Remove it, or describe it in data_schema"
                )
                file = f"{inner}/{path.name}"
                yield Problem(file, 0, "", WARNING, "unknown file", "not read", "a known table", remedy)


def _descriptor_problems(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("name", "title", "study"):
        said = descriptor.get(key, "")
        if not isinstance(said, str) or len(said) > LONGEST:
            found = f"{len(said)} letters" if isinstance(said, str) else f"{key}: {type(said).__name__}"
            remedy = f'Write "{key}" as text in quotation marks'
            yield Problem(
                DESCRIPTOR,
                0,
                "",
                ERROR,
                "wrong statement",
                found,
                f"text of at most {LONGEST} letters",
                remedy,
            )
    if not isinstance(descriptor.get("synthetic"), bool):
        remedy = f"Put a {DESCRIPTOR} beside the tables that says whether the data are synthetic"
        expected = '"synthetic": true or false; without it the data count as real'
        yield Problem(DESCRIPTOR, 0, "", WARNING, "missing statement", "nothing", expected, remedy)
