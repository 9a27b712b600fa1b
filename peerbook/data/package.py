"""What a raw folder says of itself: its `datapackage.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from peerbook.choices import did_you_mean
from peerbook.data.definitions import Definitions, load_definitions
from peerbook.data.schema import Constraints, Schema
from peerbook.errors import DataError


def descriptor(folder: str | Path) -> dict[str, Any]:
    """Return a folder's descriptor; an empty one if there is none that can be read.

    Parameters
    ----------
    folder : str or Path
        A raw folder.
    """
    try:
        described = json.loads((Path(folder) / "datapackage.json").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return described if isinstance(described, dict) else {}


def is_synthetic(folder: str | Path) -> bool:
    """Return whether a folder's descriptor declares its data synthetic; without one they are not.

    Parameters
    ----------
    folder : str or Path
        A raw folder.
    """
    return descriptor(folder).get("synthetic") is True


def definitions_of(folder: str | Path) -> Definitions:
    """Return what the project's `data_schema/` says, with the collection period of one raw folder.

    A descriptor may say when its data were collected: `"collected": {"logs": ["2027-01-01", "2027-12-31"]}`
    replaces the earliest and latest date of the date fields of that table.

    Parameters
    ----------
    folder : str or Path
        A raw folder.

    Raises
    ------
    DataError
        If `collected` names a table there is not, or is not two dates in order.
    """
    definitions = load_definitions()
    collected = descriptor(folder).get("collected", {})
    if not isinstance(collected, Mapping):
        raise DataError(
            f"datapackage.json, collected: found {collected!r}; expected tables with two dates each"
        )
    tables = dict(definitions.tables)
    for name, period in collected.items():
        if name not in tables:
            hint = did_you_mean(str(name), tables)
            raise DataError(f"datapackage.json, collected: '{name}' is not a table{hint}")
        tables[name] = _within(tables[name], _limits(name, period))
    return replace(definitions, tables=tables)


def _limits(name: str, period: Any) -> tuple[str, str]:
    try:
        first, last = (date.fromisoformat(day) for day in period)
    except (TypeError, ValueError):
        first, last = date.max, date.min
    if first > last:
        raise DataError(
            f"datapackage.json, collected, {name}: found {period!r}; "
            'expected the first and the last day, such as ["2027-01-01", "2027-12-31"]'
        )
    return first.isoformat(), last.isoformat()


def _within(schema: Schema, limits: tuple[str, str]) -> Schema:
    def limited(constraints: Constraints) -> Constraints:
        return replace(constraints, minimum=limits[0], maximum=limits[1])

    fields = {
        name: replace(field, constraints=limited(field.constraints)) if field.type == "date" else field
        for name, field in schema.fields.items()
    }
    return replace(schema, fields=fields)
