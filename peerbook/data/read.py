"""A CSV file becomes a table of text, with the line each row came from.

Columns the schema marks as personal, and columns it does not know, are never read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.choices import nearest
from peerbook.data.problems import ERROR, WARNING, Problem
from peerbook.data.schema import Schema

DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class TextTable:
    """A table as written.

    Attributes
    ----------
    file : str
        Path within the folder, for messages.
    schema : Schema
        What the table should look like.
    text : DataFrame
        One categorical column of text per readable column of the schema that is in the file.
    lines : ndarray of int
        Line of the file on which each row begins.
    """

    file: str
    schema: Schema
    text: pd.DataFrame
    lines: np.ndarray


def read_text(path: Path, file: str, schema: Schema) -> tuple[TextTable, list[Problem]]:
    """Read a CSV file as text and list what is wrong with its form.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its path within the raw folder, for messages.
    schema : Schema
        Which columns may be read.

    Returns
    -------
    table : TextTable
        Without rows that have too few or too many cells; without any row if the file has no header.
    problems : list of Problem
        Encoding, delimiter, ragged rows, missing, unknown and repeated columns.
    """
    text, problems = _decode(path.read_bytes(), file)
    delimiter, wrong = _delimiter(text, file, schema)
    problems += wrong
    form = _walk(text, delimiter)
    if not set(form.header) & set(schema.fields):
        return _nothing(file, schema), [*problems, _no_header(form, file, schema)]
    problems += list(_column_problems(form.header, file, schema))
    problems += list(_ragged_problems(form, file))
    return TextTable(file, schema, _frame(text, delimiter, form, schema), form.lines), problems


@dataclass(frozen=True)
class _Form:
    """The outer form of a file: its header, where its whole rows begin, and which rows are not whole.

    A file is plain if it has no quotation marks, blank or ragged rows, so that no two readers can take it to
    have different cells.
    """

    header: list[str]
    lines: np.ndarray
    ragged: list[tuple[int, str]]
    plain: bool


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield the line each row begins on and its cells; None for a cell that never ends."""
    reader, start = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1
    try:
        for row in reader:
            yield start, row
            start = reader.line_num + 1
    except csv.Error:
        yield start, None


def _walk(text: str, delimiter: str) -> _Form:
    """Go through the rows once, keeping their line numbers and none of their cells."""
    header, lines, ragged, plain = [], [], [], '"' not in text
    for line, row in _rows(text, delimiter):
        if row is None:
            ragged.append((line, "a cell without an end"))
        elif len(row) < 2 and not "".join(row).strip():
            plain = False
        elif not header:
            header = [cell.strip() for cell in row]
        elif len(row) == len(header):
            lines.append(line)
        else:
            ragged.append((line, f"{len(row)} cells"))
    return _Form(header, np.array(lines, dtype=int), ragged, plain and not ragged)


def _frame(text: str, delimiter: str, form: _Form, schema: Schema) -> pd.DataFrame:
    """Return the readable columns of the whole rows as categorical text."""
    wanted = [name for name in schema.read_fields if name in form.header]
    places = {form.header.index(name): name for name in wanted}
    frame = pd.read_csv(
        io.StringIO(text if form.plain else _whole_rows(text, delimiter, form), newline=""),
        sep=delimiter,
        header=0,
        names=range(len(form.header)),
        usecols=list(places),
        dtype="str",
        na_filter=False,
    )
    return frame.rename(columns=places)[wanted].astype("category")


def _whole_rows(text: str, delimiter: str, form: _Form) -> str:
    """Return the header and the whole rows, written again without blank and ragged ones."""
    whole = io.StringIO(newline="")
    width = len(form.header)
    rows = (row for _, row in _rows(text, delimiter) if row is not None and len(row) == width)
    csv.writer(whole, delimiter=delimiter).writerows(rows)
    return whole.getvalue()


def _ragged_problems(form: _Form, file: str) -> Iterator[Problem]:
    expected = f"{len(form.header)} cells, as in the header"
    remedy = "Quote text that has a comma or a line break in it, and close every quotation mark"
    for line, found in form.ragged:
        yield Problem(file, line, "", ERROR, "ragged row", found, expected, remedy)


def _decode(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    """Return the text of a file; one that is not UTF-8 is an error and read as what it most likely is."""
    remedy = "Save the file as CSV UTF-8"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = Problem(file, 0, "", ERROR, "wrong encoding", "UTF-16", "UTF-8", remedy)
        return raw.decode("utf-16", errors="replace"), [found]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = Problem(file, line, "", ERROR, "wrong encoding", "a byte that is not UTF-8", "UTF-8", remedy)
        return raw.decode("cp1252", errors="replace"), [found]


def _delimiter(text: str, file: str, schema: Schema) -> tuple[str, list[Problem]]:
    """Return the delimiter under which the header has most of the columns; only a comma is right."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    known = {
        mark: sum(cell.strip(' "\r') in schema.fields for cell in header.split(mark)) for mark in DELIMITERS
    }
    best = max(DELIMITERS, key=lambda mark: known[mark])
    if best == "," or known[best] < 2:
        return ",", []
    found = {";": "semicolons", "\t": "tabs", "|": "bars"}[best]
    remedy = "Save the file again with commas between the cells"
    return best, [Problem(file, 1, "", ERROR, "wrong delimiter", found, "commas", remedy)]


def _column_problems(header: list[str], file: str, schema: Schema) -> Iterator[Problem]:
    remedy = "Rename it if it is one of the columns of the table; otherwise leave it: it is not read"
    unknown = [name for name in header if name not in schema.fields]
    for name, field in schema.read_fields.items():
        if name not in header and not field.optional:
            near = nearest(name, unknown)
            hint = (
                f"Rename the column '{near}' if it is this one" if near else "Add it; its cells may be empty"
            )
            yield Problem(file, 1, name, ERROR, "missing column", "no such column", f"'{name}'", hint)
    for name in dict.fromkeys(unknown):
        near = nearest(name, schema.read_fields)
        expected = f"'{near}' or another known column" if near else "a known column"
        yield Problem(file, 1, name[:40], WARNING, "unknown column", "not read", expected, remedy)
    for name in dict.fromkeys(name for name in header if name in schema.fields and header.count(name) > 1):
        times = f"{header.count(name)} columns of this name"
        yield Problem(file, 1, name, ERROR, "repeated column", times, "one", "Remove or rename the others")


def _nothing(file: str, schema: Schema) -> TextTable:
    return TextTable(file, schema, pd.DataFrame(columns=[], dtype="category"), np.array([], dtype=int))


def _no_header(form: _Form, file: str, schema: Schema) -> Problem:
    """Say that the first line is no header, without showing it: it may be somebody's data."""
    kind = "missing header" if form.header else "empty file"
    found = "none of the column names" if form.header else "nothing"
    columns = f"a first line with the columns {', '.join(list(schema.fields)[:3])} ..."
    return Problem(file, 1, "", ERROR, kind, found, columns, "Put the column names on the first line")
