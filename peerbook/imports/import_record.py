"""What stands beside imported tables: how the export was read, and all that was not understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    before = _records(folder / RECORD)
    text = json.dumps([*before, dict(record)], ensure_ascii=False, indent=2)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
    _append(folder / ISSUES_FILE, issues)
    for name, table in beside.items():
        if len(table):
            _append(folder / f"{name}.csv", table)


def _records(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found if isinstance(found, list) else []


def _append(path: Path, table: pd.DataFrame) -> None:
    there = path.is_file() and path.stat().st_size
    table.to_csv(path, mode="a", header=not there, index=False, lineterminator="\n", encoding="utf-8")


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
