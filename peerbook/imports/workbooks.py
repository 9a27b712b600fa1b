"""Sheets of an Excel workbook become rows of text; comments, properties and formulas are not read.

Merged cells hold their value in every cell they cover. A date cell becomes `2026-03-05`.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from peerbook.errors import DataError

LARGEST = 500_000_000  # bytes that a workbook may unpack to
MOST_CELLS = 20_000_000
OLD = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Grid:
    """One sheet as text.

    Attributes
    ----------
    number : int
        Its place in the workbook, from 1.
    rows : list of list of str
        From the first row, all of one width; empty rows at the end are not there.
    grouped : frozenset of int
        Rows, from 1, that have a cell merged over several columns.
    formulas : int
        Cells with a formula of which the workbook holds no result.
    """

    number: int
    rows: list[list[str]]
    grouped: frozenset[int]
    formulas: int = 0


def grids(raw: bytes, name: str) -> Iterator[Grid]:
    """Yield the sheets of a workbook that hold anything.

    Raises
    ------
    DataError
        If the file is an old or locked workbook, is damaged, or unpacks to too much.
    """
    if raw.startswith(OLD):
        raise DataError(
            f"{name}: an old Excel file (.xls), or one locked with a password. Open it in Excel, remove the "
            "password, and save it as .xlsx."
        )
    _check_size(raw, name)
    values, formulas = (_opened(raw, name, results) for results in (True, False))
    for number, sheet in enumerate(values.worksheets, 1):
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            raise DataError(f"{name}, sheet {number}: more than {MOST_CELLS} cells. Delete the empty ones.")
        merged = sheet.merged_cells.ranges
        filled = {
            (row, column): sheet.cell(area.min_row, area.min_col)
            for area in merged
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }
        cells = [
            [
                as_text(filled.get((cell.row, cell.column), cell)) if hasattr(cell, "column") else ""
                for cell in row
            ]
            for row in sheet.iter_rows()
        ]
        while cells and not any(cells[-1]):
            cells.pop()
        unknown = sum(
            1
            for row in formulas.worksheets[number - 1].iter_rows()
            for cell in row
            if cell.data_type == "f" and sheet.cell(cell.row, cell.column).value is None
        )
        if cells:
            wide = frozenset(area.min_row for area in merged if area.max_col > area.min_col)
            yield Grid(number, cells, wide, unknown)


def _check_size(raw: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            whole = "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise _damaged(name) from error
    if size > LARGEST:
        raise DataError(f"{name}: would unpack to {size} bytes; at most {LARGEST} are read.")
    if not whole:
        raise DataError(f"{name}: not an Excel workbook. Save it as .xlsx, or as CSV UTF-8.")


def _opened(raw: bytes, name: str, results: bool):
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that are not read
            return openpyxl.load_workbook(io.BytesIO(raw), data_only=results, keep_links=False)
    except Exception as error:  # openpyxl raises what its parsers raise, of any kind
        raise _damaged(name) from error


def _damaged(name: str) -> DataError:
    return DataError(f"{name}: the workbook is damaged. Open it in Excel and save it again as .xlsx.")


def as_text(cell) -> str:
    """Return what a cell shows, as text: dates as ISO dates, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
        )
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, int):
        zeros = re.fullmatch("0{2,12}", str(cell.number_format))
        return str(value).zfill(len(zeros[0])) if zeros else str(value)
    return str(value)
