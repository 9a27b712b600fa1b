"""Reading a CSV that another program wrote."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from peerbook.errors import DataError


def header(path: Path) -> list[str]:
    """Return the column names of a CSV; none if it cannot be read as text."""
    try:
        return pd.read_csv(path, dtype=str, encoding="utf-8-sig", nrows=0).columns.tolist()
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        return []


def rows(path: Path) -> pd.DataFrame:
    """Read a CSV as text, blanks as empty text.

    Raises
    ------
    DataError
        If rows have too many cells or the text is not UTF-8.
    """
    try:
        return pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        raise DataError(f"{path.name}: not a whole CSV in UTF-8 ({error}). Export it again.") from error
