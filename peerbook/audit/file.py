"""Audit of a table in a file, for editors who check their own tables before printing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from peerbook.audit import audit
from peerbook.audit.shares import SUFFIX
from peerbook.errors import DataError
from peerbook.published.tables import BELOW

NUMBERS = (
    "n", "percent", "mean", "sd", "min", "max", "ci_low", "ci_high", "p_value", "effect_size",
    "month", "quarterly", "monthly",
)  # fmt: skip


def audit_file(path: str | Path, name: str = "", decimals: int | None = None) -> pd.DataFrame:
    """Audit a CSV file.

    Parameters
    ----------
    path : str or Path
        UTF-8, comma, header row, with the columns of one of the shapes of
        `peerbook.audit.audit`. A p value may be printed "<0.001".
    name : str
        What to call the table; the name of the file if not given.
    decimals : int, optional
        Decimals printed, as for `audit`.

    Returns
    -------
    DataFrame
        The findings.

    Raises
    ------
    DataError
        If the file cannot be read, has none of the shapes, or has a cell that is not a number where a
        number is expected; the message names the row and column.

    Examples
    --------
    >>> from peerbook.published.tables import FOLDER
    >>> audit_file(FOLDER / "log_completion.csv")["arithmetic"].tolist()
    ['month 15 has 2 logs, month 14 has 1']
    """
    path = Path(path)
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{path}: cannot be read as a CSV file in UTF-8 ({error}).") from error
    return audit(_typed(text, path), name or path.stem, decimals=decimals)


def _typed(text: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Turn the columns that hold numbers into numbers."""
    numeric = [c for c in text if c in NUMBERS or c.endswith(SUFFIX)]
    return text.assign(**{column: _numbers(text[column], path) for column in numeric})


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    plain = column.str.strip().str.removeprefix(BELOW if column.name == "p_value" else "")
    numbers = pd.to_numeric(plain, errors="coerce").astype(float)
    for row in column.index[numbers.isna() & (plain != "")]:
        raise DataError(
            f"{path}, row {row + 2}, column {column.name}: found {column[row]!r}, expected a number or a "
            "blank. Put the number in this column; a column called printed may hold the cell as it stands."
        )
    return numbers
