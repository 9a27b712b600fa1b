"""A CSV file becomes a table of text, with the line each row came from.

Columns the schema marks as personal, and columns it does not know, are never read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.choices import nearest
from peerbook.data.problems import CALLED, ERROR, WARNING, Problem
from peerbook.data.schema import Schema
from peerbook.data.values import parse
from peerbook.inert import printable

DELIMITERS = ",;\t|"
PART = 8_192  # rows read at a time: their text stays in the processor's cache
OTHER_KINDS = {
    b"PK\x03\x04": "an Excel workbook, or another zip",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"$FL": "a file of SPSS",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a text with formats (RTF)",
}

# What letters beyond a to z and curly quotation marks become when UTF-8 is read as another encoding.
_GARBLED = re.compile("\u00c3[\u0080-\u00bf]|\u00e2(\u20ac|\u0080)")


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
        Encoding, delimiter, ragged rows, missing, unknown and repeated columns. Every line of the file that
        is not blank is the header, begins or continues a row of the table, or has a problem.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        remedy = "Close it in other programs, and check that you may read it"
        found = (error.strerror or "an error").lower()
        return _nothing(file, schema), [
            Problem(file, 0, "", ERROR, "unreadable file", found, "a file that can be read", remedy)
        ]
    if kind := _other_kind(raw):
        remedy = (
            "Open it in the program that wrote it and save the sheet as CSV UTF-8, or use peerbook import"
        )
        return _nothing(file, schema), [Problem(file, 0, "", ERROR, "not a CSV file", kind, "text", remedy)]
    text, problems = _decode(raw, file)
    del raw  # with a million rows every copy counts
    delimiter, wrong = _delimiter(text, file, schema)
    problems += wrong
    form = _plain_form(text, delimiter) or _walk(_lines(text), delimiter, schema)
    if not set(form.header) & set(schema.fields):
        return _nothing(file, schema), [*problems, _no_header(form, file, schema)]
    problems += list(_column_problems(form.header, file, schema))
    problems += list(_ragged_problems(form, file))
    return TextTable(file, schema, _frame(text, delimiter, form, schema), form.lines), problems


def no_rows(table: TextTable) -> list[Problem]:
    """Return the problem of a table that needs rows and has none; nothing if it has some."""
    if len(table.lines) or not table.schema.sampled:
        return []
    remedy = "Export the table again, with its rows"
    return [Problem(table.file, 0, "", ERROR, "no rows", "no row that can be used", "rows", remedy)]


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


def _row_at(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Return the cells of the row that begins on a line, and the line after it.

    There are no cells if a quotation mark is out of place. Then only one line is given up, so that a mark
    which is never closed swallows no other row.
    """
    if '"' not in lines[at]:
        return lines[at].rstrip("\r\n").split(delimiter), at + 1
    reader = csv.reader((lines[n] for n in range(at, len(lines))), delimiter=delimiter, strict=True)
    try:
        return next(reader), at + reader.line_num
    except csv.Error:
        return None, at + 1


def _lines(text: str) -> list[str]:
    """Cut a text into lines, with their ends, where a CSV file may end one."""
    return list(io.StringIO(text, newline=""))


def _plain_form(text: str, delimiter: str) -> _Form | None:
    """Return the form of a file in which every line is a whole row, as in most; None of any other.

    Only delimiters are counted, so that a million lines take a second.
    """
    end = text.find("\n")
    first = text[:end].rstrip("\r")
    width = first.count(delimiter)
    if end < 0 or not width or '"' in text or text.count("\r") != text.count("\r\n"):
        return None
    mark = delimiter.encode()
    widths = np.fromiter((line.count(mark) for line in io.BytesIO(text.encode())), dtype=int)
    if (widths != width).any():
        return None
    return _Form([cell.strip() for cell in first.split(delimiter)], np.arange(2, len(widths) + 1), [], True)


def _walk(lines: Sequence[str], delimiter: str, schema: Schema) -> _Form:
    """Go through the rows once, keeping their line numbers and none of their cells."""
    header, whole, ragged, at = [], [], [], 0
    while at < len(lines):
        if header and '"' not in lines[at] and lines[at].count(delimiter) + 1 == len(header) > 1:
            whole.append(at + 1)  # as most lines are: no need to take its cells apart
            at += 1
            continue
        row, after = _row_at(lines, at, delimiter)
        if row is None or len(row) > 1 or row[0].strip():
            fault = _fault(row, header, delimiter, schema)
            if fault:
                ragged.append((at + 1, fault))
                after = at + 1  # of rows that were joined by mistake, the others are read on their own
            elif header:
                whole.append(at + 1)
            else:
                header = [cell.strip() for cell in row]
        at = after
    plain = len(whole) + 1 == len(lines) and not any('"' in line for line in lines)
    return _Form(header, np.array(whole, dtype=int), ragged, plain)


def _fault(row: Sequence[str] | None, header: Sequence[str], delimiter: str, schema: Schema) -> str:
    """Say why a row cannot be used; nothing if it can."""
    if row is None:
        return "a quotation mark out of place, or a very long cell"
    if header and len(row) != len(header):
        return f"{len(row)} cell{'s' if len(row) > 1 else ''}"
    return "a cell with a whole row in it" if _holds_a_row(row, header, delimiter, schema) else ""


def _holds_a_row(row: Sequence[str], header: Sequence[str], delimiter: str, schema: Schema) -> bool:
    """Say whether a line inside a cell looks like a row, as when two quotation marks are out of place."""
    inner = [line for cell in row if "\n" in cell or "\r" in cell for line in cell.splitlines()[1:]]
    return any(_is_a_row(line.split(delimiter), header, schema) for line in inner)


def _is_a_row(cells: Sequence[str], header: Sequence[str], schema: Schema) -> bool:
    """Say whether cells fit the first columns, as far as these say what fits."""
    fields = [
        (schema.fields[name], cell)
        for name, cell in zip(header, cells, strict=False)
        if name in schema.fields
    ]
    keys = [f.constraints.pattern and f.name in schema.primary_key for f, _ in fields]
    fit = [bool(cell.strip()) and parse(field, cell)[1] is None for field, cell in fields if field.is_narrow]
    telling = len(fit) > 1 or any(keys) or 2 * len(cells) > len(header)
    return bool(fit) and all(fit) and telling


def _frame(text: str, delimiter: str, form: _Form, schema: Schema) -> pd.DataFrame:
    """Return the readable columns of the whole rows as categorical text.

    They are read some rows at a time, and of each part only the numbers of its distinct cells are kept: a
    frame of text would take eight times as much memory. Categories as pandas reads them would not do: they
    become numbers, and `007` a 7.
    """
    wanted = [name for name in schema.read_fields if name in form.header]
    places = {form.header.index(name): name for name in wanted}
    rows = text if form.plain else _whole_rows(_lines(text), delimiter, form)
    parts = pd.read_csv(
        io.BytesIO(rows.encode()),
        sep=delimiter,
        header=0,
        names=range(len(form.header)),
        usecols=list(places),
        dtype="str",
        na_filter=False,
        chunksize=PART,
    )
    columns = {name: _Distinct() for name in wanted}
    for part in parts:
        for place, name in places.items():
            columns[name].add(part[place])
    return pd.DataFrame({name: column.categorical() for name, column in columns.items()}, copy=False)


class _Distinct:
    """The distinct cells of a column that is read part by part, and which of them each row has."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._codes: list[np.ndarray] = []

    def add(self, cells: pd.Series) -> None:
        """Add the next rows."""
        codes, texts = pd.factorize(cells.to_numpy(dtype=object))
        known = np.array([self._known.setdefault(text, len(self._known)) for text in texts], dtype=int)
        self._codes.append(known.astype(np.min_scalar_type(len(self._known)))[codes])

    def categorical(self) -> pd.Categorical:
        """Return all rows; categories are sorted."""
        texts = sorted(self._known)
        rank = np.empty(len(texts), dtype=np.min_scalar_type(-len(texts) - 1))
        rank[[self._known[text] for text in texts]] = np.arange(len(texts))
        codes = np.concatenate([rank[:0], *(rank[codes] for codes in self._codes)])
        self._codes.clear()
        return pd.Categorical.from_codes(codes, pd.Index(texts, dtype="str"), validate=False)


def _whole_rows(lines: Sequence[str], delimiter: str, form: _Form) -> str:
    """Return the header and the whole rows, without blank and ragged ones; what has quotes is quoted anew."""
    whole = io.StringIO(newline="")
    writer = csv.writer(whole, delimiter=delimiter)
    writer.writerow(form.header)
    for at in form.lines - 1:
        if '"' in lines[at]:
            writer.writerow(_row_at(lines, at, delimiter)[0])
        else:
            whole.write(lines[at].rstrip("\r\n") + "\r\n")
    return whole.getvalue()


def _ragged_problems(form: _Form, file: str) -> Iterator[Problem]:
    expected = f"{len(form.header)} cells, as in the header"
    remedy = (
        "Quote text that has a comma or a line break in it, and close every quotation mark; "
        "remove the line if it is no row, such as a total"
    )
    for line, found in form.ragged:
        yield Problem(file, line, "", ERROR, "ragged row", found, expected, remedy)


def _other_kind(raw: bytes) -> str:
    """Name the kind of a file that is no text, whatever its name says; empty for text."""
    return next((kind for beginning, kind in OTHER_KINDS.items() if raw.startswith(beginning)), "")


def _decode(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    """Return the text of a file; one that is not UTF-8 is an error and read as what it most likely is."""
    if encoding := _utf_16_or_32(raw):
        text, found, line = raw.decode(encoding, errors="replace"), encoding.upper()[:6], 0
    else:
        try:
            text, found, line = raw.decode("utf-8-sig"), "", 0
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            text, found = raw.decode("cp1252", errors="replace"), "a byte that is not UTF-8"
    text = text.removeprefix("\ufeff")
    if not found and "\0" in text:
        found, line = "a byte that stands for no letter (zero)", text.count("\n", 0, text.index("\0")) + 1
    remedy = "Save the file as CSV UTF-8"
    problems = [Problem(file, line, "", ERROR, "wrong encoding", found, "UTF-8", remedy)] if found else []
    if not found and not text.isascii() and (garbled := _GARBLED.search(text)):
        line = text.count("\n", 0, garbled.start()) + 1
        remedy = "Open the export again as UTF-8 and save it as CSV UTF-8; otherwise names stay as they are"
        said = ("garbled letters", "letters that were encoded twice", "letters as they were typed", remedy)
        problems.append(Problem(file, line, "", WARNING, *said))
    text = text.replace("\0", "")
    clean = printable(text)
    if clean != text and not found:
        places = [n for n, (one, other) in enumerate(zip(text, clean, strict=True)) if one != other]
        line = text.count("\n", 0, places[0]) + 1
        said = (
            "control characters",
            f"{len(places)} that no page can show",
            "letters",
            "Remove them; each is read as \N{REPLACEMENT CHARACTER}",
        )
        problems.append(Problem(file, line, "", WARNING, *said))
    return clean, problems


def _utf_16_or_32(raw: bytes) -> str:
    """Name the encoding of a text in which each letter takes two or four bytes, marked so or not."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    beginning = raw[:2000]
    for encoding, zeros in (("utf-16-le", beginning[1::2]), ("utf-16-be", beginning[::2])):
        if len(zeros) > 1 and zeros.count(0) > 0.9 * len(zeros):
            return encoding
    return ""


def _delimiter(text: str, file: str, schema: Schema) -> tuple[str, list[Problem]]:
    """Return the delimiter under which the header has most of the columns; only a comma is right."""
    beginning = text.lstrip()
    end = beginning.find("\n")
    header = next(iter((beginning[:end] if end >= 0 else beginning).splitlines()), "")
    known = {
        mark: sum(cell.strip(' "') in schema.fields for cell in header.split(mark)) for mark in DELIMITERS
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
            added = "a value in every row" if field.constraints.required else "cells that may be empty"
            hint = f"Rename the column '{near}' if it is this one" if near else f"Add it, with {added}"
            yield Problem(file, 1, name, ERROR, "missing column", "no such column", f"'{name}'", hint)
    for name in dict.fromkeys(unknown):
        near = nearest(name, schema.read_fields)
        expected = f"'{near}' or another known column" if near else "a known column"
        said = name[:40] if name and not CALLED.search(name) else "(a column)"
        yield Problem(file, 1, said, WARNING, "unknown column", "not read", expected, remedy)
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
    remedy = (
        "Put the column names on the first line" if form.header else "Export the table again, with its rows"
    )
    return Problem(file, 1, "", ERROR, kind, found, columns, remedy)
