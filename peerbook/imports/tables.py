"""Reading a table that another program wrote: CSV in any encoding and with any separator, or a workbook."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import text

WORKBOOKS = (".xlsx", ".xlsm")
START = 1 << 20  # bytes in which the header is


def header(path: Path) -> list[str]:
    """Return the column names of a table; none if it cannot be read."""
    try:
        if path.suffix.lower() in WORKBOOKS:
            return _titles(_sheet(path, rows=1)[0])
        with path.open("rb") as file:
            start = file.read(START)
        if len(start) == START:
            start = start[: start.rfind(b"\n") + 1] or start
        decoded = _decoded(start, path.name)
        return _titles(
            next(csv.reader(io.StringIO(decoded, newline=""), delimiter=text.separator(decoded)), [])
        )
    except (DataError, IndexError, OSError, csv.Error):
        return []


def cells(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the column names and the rows, as they are wide; blank rows are left out.

    Raises
    ------
    DataError
        If the file is no table, or a quotation mark in it is not closed.
    """
    if path.suffix.lower() in WORKBOOKS:
        found = _sheet(path)
    else:
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise DataError(f"{path.name}: it cannot be opened ({error.strerror}).") from error
        found = _records(_decoded(raw, path.name), path.name)
    found = [row for row in found if any(cell.strip() for cell in row)]
    if not found:
        raise DataError(f"{path.name}: no rows in it.")
    return _titles(found[0]), found[1:]


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows by column name; a row that lacks cells at its end has blanks there.

    Raises
    ------
    DataError
        If a row has too many cells.
    """
    names, found = cells(path)
    for number, row in enumerate(found, 2):
        if len(row) > len(names):
            raise DataError(
                f"{path.name}: not a whole CSV: row {number} has {len(row)} cells, the header {len(names)}. "
                "Text with a comma or a line break in it needs quotation marks: take the file as the program "
                "exported it, not one that was edited."
            )
    return [dict(zip(names, [*row, *[""] * (len(names) - len(row))], strict=True)) for row in found]


def _decoded(raw: bytes, name: str) -> str:
    return text.decode_whole(raw, name)[0].replace("\0", text.DAMAGED)


def _records(decoded: str, name: str) -> list[list[str]]:
    """Return the rows of a CSV; cells may hold line breaks and separators."""
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=text.separator(decoded), strict=True)
    limit = csv.field_size_limit(text.LARGEST)
    start, found = 1, []
    try:
        for row in reader:
            found.append(row)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{name}: not a whole CSV: a quotation mark in the row that begins on line {start} is out of "
            "place or not closed, so the file is cut short or was edited. Take it as the program exported it."
        ) from error
    finally:
        csv.field_size_limit(limit)
    return found


def _titles(row: list[str]) -> list[str]:
    """Name the columns; the second of a name gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for cell in row:
        name = cell.strip()
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}.{seen[name] - 1}")
    return names


def _sheet(path: Path, rows: int | None = None) -> list[list[str]]:
    """Return the rows of the first sheet of a workbook, or the first of these."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = [
            ["" if value is None else str(value) for value in row]
            for row in sheet.iter_rows(max_row=rows, values_only=True)
        ]
        book.close()
    except Exception as error:  # openpyxl has no family of errors
        raise DataError(
            f"{path.name}: not a workbook that can be read. Save it once more as .xlsx, or as CSV UTF-8."
        ) from error
    return found
