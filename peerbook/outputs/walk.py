"""What a reader meets who walks a figure point by point with the arrow keys: read from its tidy data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from peerbook.outputs import formats

# What is told of a row, in order of preference: with its interval, or alone.
_INTERVALS = (("mean", "ci_low", "ci_high"), ("effect", "effect_low", "effect_high"))
_VALUES = ("percent", "share", "ratio", "people", "logs", "count", "projects", "members", "n")
_N = "n"
MOST = 400  # points; a cloud of more cannot be walked


def series(data: pd.DataFrame) -> dict[str, Any] | None:
    """Read series of points from tidy data, by the names of their columns.

    A column `mean` with `ci_low` and `ci_high`, or `effect` with its limits, is a value with an interval;
    without those, a column such as `percent` or `people` is the value; without that, each column of numbers
    is a series. The horizontal axis is a leading column of numbers or else the column of names with most
    different ones; the other columns of names part the series.

    Returns
    -------
    dict, or None where there is nothing to walk
        `x` and `y` (names of the axes), and `series`: by name, a list of points
        `[name, value, low, high, n]`. What is missing is None.

    Examples
    --------
    >>> series(pd.DataFrame({"month": [1, 2], "n": [9, 8], "mean": [2.0, 3.5]}))["series"]
    {'Mean': [['1', 2, None, None, 9], ['2', 3.5, None, None, 8]]}
    """
    found = next((names for names in _INTERVALS if set(names) <= set(data.columns)), None)
    alone = next((name for name in (*(names[0] for names in _INTERVALS), *_VALUES) if name in data), None)
    value = found[0] if found else alone
    names = [name for name in data if _names_things(data[name]) and len(data[name].unique()) > 1]
    if not names and len(data.columns) and value == data.columns[0]:
        value = None  # a leading number is what the others go by
    across = _across(data, names, value)
    if across is None or not len(data):
        return None
    if value is None:
        values = [name for name in data if name != across and _is_number(data[name])]
        read = {formats.heading(name): _points(data, across, (name,)) for name in values}
        y = ", ".join(read)
    else:
        parted = [name for name in names if name != across and data.groupby(across)[name].nunique().max() > 1]
        groups = data.groupby(parted, sort=False, dropna=False) if parted else [((), data)]
        columns = found or (value,)
        read = {_named(key) or formats.heading(value): _points(rows, across, columns) for key, rows in groups}
        y = formats.heading(value)
    read = {name: points for name, points in read.items() if points}
    if not read or sum(map(len, read.values())) > MOST or max(map(len, read.values())) < 2:
        return None
    return {"x": formats.heading(across), "y": y, "series": read}


def _names_things(column: pd.Series) -> bool:
    return not _is_number(column) and not pd.api.types.is_bool_dtype(column)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _across(data: pd.DataFrame, names: list[str], value: str | None) -> str | None:
    first = data.columns[0] if data.shape[1] else None
    if first is not None and first != value and _is_number(data[first]):
        return first
    return max(reversed(names), key=lambda name: data[name].nunique(), default=None)


def _points(rows: pd.DataFrame, across: str, columns: tuple[str, ...]) -> list[list[Any]]:
    """Write each row with a value as a point; where names come twice, their order names them too."""
    known = rows.dropna(subset=columns[0])
    places = [formats.cell(place, across).replace("_", " ") for place in known[across]]
    if len(set(places)) < len(places):
        places = [f"{order}, {place}" for order, place in enumerate(places, start=1)]
    n = known[_N] if _N in known and columns[0] != _N else pd.Series(index=known.index)
    told = [[_number(known[name].iloc[i]) for name in columns] for i in range(len(known))]
    return [
        [place, *values, *[None] * (3 - len(values)), _number(people)]
        for place, values, people in zip(places, told, n, strict=True)
    ]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(f"{value:.4g}") if value != int(value) else int(value)


def _named(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(str(part).replace("_", " ") for part in parts if not pd.isna(part))
