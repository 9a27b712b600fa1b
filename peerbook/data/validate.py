"""A raw folder, checked as a whole: every problem at once, and the typed tables if there are no errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from peerbook.choices import nearest
from peerbook.data.check import typed
from peerbook.data.definitions import Definitions
from peerbook.data.keys import key_problems
from peerbook.data.package import definitions_of, descriptor
from peerbook.data.problems import ERROR, WARNING, Problem, Report, as_report
from peerbook.data.read import TextTable, read_text
from peerbook.data.rules import rule_problems
from peerbook.data.schema import Schema


def validate(folder: str | Path, definitions: Definitions | None = None) -> Report:
    """List every problem of a raw folder at once.

    Parameters
    ----------
    folder : str or Path
        Holds `registrations.csv`, `logs.csv`, `projects.csv`, perhaps `datapackage.json` and `coding/`.
    definitions : Definitions, optional
        What the tables should look like; by default the project's `data_schema/` and the folder's own period.

    Returns
    -------
    Report
        Its `problems` has one row per problem. Errors stop a build; warnings do not.

    Notes
    -----
    Contact details are never read: the columns the schema marks as personal are left out when a file is
    opened, and a message does not show a value that may be one.
    """
    return read_folder(folder, definitions)[1]


def read_tables(folder: str | Path, definitions: Definitions | None = None) -> dict[str, pd.DataFrame]:
    """Return the typed tables of a raw folder, coded material included.

    Raises
    ------
    DataError
        With the whole report, if any problem is an error.
    """
    tables, report = read_folder(folder, definitions)
    report.raise_if_errors()
    return tables


def read_folder(
    folder: str | Path, definitions: Definitions | None = None
) -> tuple[dict[str, pd.DataFrame], Report]:
    """Return the typed tables of a raw folder and the report on it, errors or not."""
    folder, definitions = Path(folder), definitions or definitions_of(folder)
    schemas = definitions.tables | definitions.coding
    texts, problems = _read_all(folder, definitions)
    problems += _package_problems(folder)
    data = {}
    for name, table in texts.items():
        data[name], found = typed(table)
        problems += found
    problems += key_problems(texts, data)
    problems += rule_problems(data, {name: table.lines for name, table in texts.items()}, schemas)
    return data, as_report(folder, problems)


def _read_all(folder: Path, definitions: Definitions) -> tuple[dict[str, TextTable], list[Problem]]:
    texts, problems = {}, []
    for name, schema in (definitions.tables | definitions.coding).items():
        path = folder / f"{name}.csv"
        if path.is_file():
            texts[name], found = read_text(path, f"{name}.csv", schema)
            problems += found
        elif name in definitions.tables:
            problems.append(_missing_file(folder, schema))
    known = {f"{name.rpartition('/')[2]}.csv" for name in definitions.coding}
    problems += [
        _unknown_file(path, known) for path in sorted(folder.glob("coding/*.csv")) if path.name not in known
    ]
    return texts, problems


def _missing_file(folder: Path, schema: Schema) -> Problem:
    file = f"{schema.name}.csv"
    present = sorted(path.name for path in folder.glob("*") if path.is_file())
    near = nearest(file, present)
    found = "no such file" if folder.is_dir() else "no such folder"
    remedy = f"Rename '{near}' if it is this table" if near else f"Put {file} into the folder"
    return Problem(file, 0, "", ERROR, "missing file", found, schema.title, remedy)


def _unknown_file(path: Path, known: set[str]) -> Problem:
    near = nearest(path.name, known)
    remedy = (
        f"Rename it to '{near}' if it is this table"
        if near
        else "Remove it, or describe it in data_schema/coding"
    )
    return Problem(f"coding/{path.name}", 0, "", WARNING, "unknown file", "not read", "a known table", remedy)


def _package_problems(folder: Path) -> Iterator[Problem]:
    found = descriptor(folder).get("synthetic")
    if not isinstance(found, bool):
        remedy = "Put a datapackage.json beside the tables that says whether the data are synthetic"
        expected = '"synthetic": true or false; without it the data count as real'
        yield Problem("datapackage.json", 0, "", WARNING, "missing statement", "nothing", expected, remedy)
