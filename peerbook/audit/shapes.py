"""The shapes of a printed table that can be audited: their columns, and what their rows are called."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from peerbook.errors import DataError

MEANS, COUNTS, MONTHS = "means with intervals", "counts by column", "logs by month"
SHARES, SHARE = "shares of a whole", "_percent"
SHAPES = {
    MEANS: ("outcome", "change", "mean", "ci_low", "ci_high"),
    COUNTS: ("variable", "level", "region", "n"),
    MONTHS: ("region", "month", "quarterly", "monthly"),
}
NUMBERS = (
    "n", "percent", "mean", "sd", "min", "max", "ci_low", "ci_high", "p_value", "effect_size",
    "month", "quarterly", "monthly",
)  # fmt: skip
MODEL = ("table", "sample", "exposure", "outcome", "subgroup_variable")
_NAMED_BY = (*MODEL[1:], "subgroup_level", "change")
BELOW = "<"


def shape_of(table: pd.DataFrame) -> str:
    """Say which shape a table has.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    str
        A key of `SHAPES`, or `SHARES`.

    Raises
    ------
    DataError
        If it has none of them.

    Examples
    --------
    >>> shape_of(pd.DataFrame(columns=["region", "month", "quarterly", "monthly"]))
    'logs by month'
    """
    for shape, columns in SHAPES.items():
        if set(columns) <= set(table):
            return shape
    if sum(column.endswith(SHARE) for column in table) > 1:
        return SHARES
    known = "; ".join(f"{shape} ({', '.join(columns)})" for shape, columns in SHAPES.items())
    raise DataError(
        f"This table cannot be audited: it has the columns {', '.join(table)}. "
        f"Known shapes: {known}; {SHARES} (two or more columns ending in {SHARE})."
    )


def is_number(column: str) -> bool:
    """Say whether a column of this name holds numbers in a table of any shape.

    Examples
    --------
    >>> is_number("mean"), is_number("white_percent"), is_number("level")
    (True, True, False)
    """
    return column in NUMBERS or column.endswith(SHARE)


def places(table: pd.DataFrame) -> pd.DataFrame:
    """Name the row and the column of every cell, as the findings of the audit do.

    Parameters
    ----------
    table : DataFrame
        Of one of the shapes.

    Returns
    -------
    DataFrame
        Columns `row` and `column`, on the index of the table; `column` is blank where a table has one
        cell in a row.

    Examples
    --------
    >>> logs = pd.DataFrame({"region": ["North"], "month": [2.0], "quarterly": [1], "monthly": [0]})
    >>> places(logs).iloc[0].tolist()
    ['North', 'month 2']
    """
    shape = shape_of(table)
    if shape == MONTHS:
        rows, columns = table["region"], table["month"].map("month {:g}".format)
    elif shape == COUNTS:
        rows = [count_row_name(*names) for names in zip(table["variable"], table["level"], strict=True)]
        columns = table["region"]
    else:
        rows = _row_names(table) if shape == MEANS else table.iloc[:, 0]
        columns = ""
    return pd.DataFrame({"row": rows, "column": columns}, index=table.index)


def model_columns(table: pd.DataFrame) -> list[str]:
    """List the columns of a table of means that say which model a row belongs to."""
    return [c for c in MODEL if c in table]


def row_name(row: pd.Series) -> str:
    """Name a row of a table of means by its model, group and change category, without the table."""
    return _joined(row.get(column, "") for column in _NAMED_BY)


def _row_names(table: pd.DataFrame) -> list[str]:
    """Name every row as `row_name` does."""
    named = table[[column for column in _NAMED_BY if column in table]]
    return [_joined(row) for row in named.itertuples(index=False, name=None)]


def _joined(names: Iterable[object]) -> str:
    return " ".join(str(name) for name in names if name not in ("", None))


def count_row_name(variable: str, level: str) -> str:
    """Name a row of a count table."""
    return f"{variable} / {level}" if level else variable
