"""Made-up tables as a raw folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from peerbook.data.definitions import Definitions
from peerbook.data.folder import DESCRIPTOR, descriptor_of
from peerbook.data.sampler.tables import sample
from peerbook.data.schema import Schema
from peerbook.errors import DataError


def write_sample(folder: str | Path, definitions: Definitions, rows: int = 100, seed: int = 1) -> Path:
    """Write made-up tables, and a `datapackage.json` that declares them synthetic, as a raw folder.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there. An earlier sample in it is replaced.
    definitions, rows, seed
        See `sample`. The same three give the same bytes.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        As `sample` does; and if the folder holds tables that are not declared synthetic.
    """
    folder = Path(folder)
    if any(folder.rglob("*.csv")) and descriptor_of(folder).get("synthetic") is not True:
        raise DataError(
            f"{folder}: found tables that are not declared synthetic; expected a new folder, or one with an "
            "earlier sample. Nothing was written: name another folder"
        )
    tables = sample(definitions, rows, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        _write(folder / f"{name}.csv", table)
    described = _descriptor(definitions, tables) | {"rows": rows, "seed": seed}
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    (folder / DESCRIPTOR).write_bytes(text.encode("utf-8"))
    return folder


def _write(path: Path, table: pd.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(zip(*(table[name].tolist() for name in table), strict=True))


def _descriptor(definitions: Definitions, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    periods = {name: _period(schema) for name, schema in definitions.tables.items()}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "sample",
        "study": definitions.study,
        "title": "Test data made up from the schemas: nobody gave these answers",
        "synthetic": True,
        "collected": {name: period for name, period in periods.items() if period},
        "resources": [{"name": name, "path": f"{name}.csv"} for name in tables],
    }


def _period(schema: Schema) -> list[str] | None:
    """Return the limits that all dates of a table share; None if they differ or one is not given."""
    dates = [field.constraints for field in schema.fields.values() if field.type == "date"]
    limits = {(constraints.minimum, constraints.maximum) for constraints in dates}
    low, high = limits.pop() if len(limits) == 1 else (None, None)
    return [low, high] if low and high else None
