"""What stands beside imported tables: how the export was read, and all that was not understood."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

RECORD, ISSUES_FILE = "import_record.json", "import_issues.csv"
ISSUES = ("source", "kind", "found", "done", "number")


def keep(
    folder: Path, issues: pd.DataFrame, record: Mapping[str, Any], beside: Mapping[str, pd.DataFrame]
) -> None:
    """Write the record of an import, its issues, and what the tables have no place for, into a folder.

    What is there from imports before is kept, and the new rows follow it.
    """
    for name, text in contents(folder, issues, [record], beside).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def contents(
    folder: Path,
    issues: pd.DataFrame,
    records: Sequence[Mapping[str, Any]],
    beside: Mapping[str, pd.DataFrame],
) -> dict[str, str]:
    """Return what `keep` writes, by the name of the file; `records` are of one export each."""
    text = json.dumps([*read(folder), *map(dict, records)], ensure_ascii=False, indent=2)
    tables = {ISSUES_FILE: issues, **{f"{name}.csv": table for name, table in beside.items() if len(table)}}
    return {RECORD: text + "\n", **{name: _appended(folder / name, table) for name, table in tables.items()}}


def read(folder: Path) -> list[Any]:
    """Return the records of the imports into a folder, the first one first."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found if isinstance(found, list) else []


def _appended(path: Path, table: pd.DataFrame) -> str:
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    return before + table.to_csv(header=not before, index=False, lineterminator="\n")


def shown(text: str) -> str:
    r"""Return a text with line ends of one character, and without zero bytes: a CSV with them is not read.

    Examples
    --------
    >>> shown("one\rtwo")
    'one\ntwo'
    """
    if "\r" not in text and "\0" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
