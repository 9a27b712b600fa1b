"""Audit of a table in a file, for editors who check their own tables before printing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from peerbook.audit import audit
from peerbook.audit.shapes import BELOW, is_number
from peerbook.errors import DataError


def audit_file(path: str | Path, name: str = "", decimals: int | None = None) -> pd.DataFrame:
    r"""Audit a CSV file.

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
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "table_4.csv"
    ...     _ = path.write_text("region,month,quarterly,monthly\nNorth,14,0,1\nNorth,15,1,1\n")
    ...     audit_file(path)["arithmetic"].tolist()
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
    numeric = [c for c in text if is_number(c)]
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
