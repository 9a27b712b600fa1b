"""What an import did: every row, column and cell that was read, and what became of it; cells are never shown.

Headings are named only if they are made of words that are known; others may be somebody's data, and are
called by their place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from peerbook.data.definitions import Definitions
from peerbook.imports.door import WHOLE, WITHIN, contacts
from peerbook.imports.sheets import SYSTEM, Sheet, position

READ, WRITTEN, LEFT_OUT = "read", "written", "left out"
READ_AS = "read as "
REPORT = "import_report.csv"
MOST_LINES = 200
_CODE = re.compile(r"[A-Z]{1,4}|[A-Za-z]{0,5}[0-9]{1,4}|G[0-9]+Q[0-9]+")
_COMMON = """
a an and any at by code column comment completed date day do entered entry family file first for form
from full group how id in is item last log long month monthly my no number of on one or other page paper
participant per person personal pid project quarterly question region registered registration response row
score sex gender age band short sq start study support survey the time times to total type version was wave
we week what when where which who year years yes you your g q
"""


@dataclass(frozen=True)
class Line:
    """One line of a report.

    Attributes
    ----------
    file, sheet, table : str
    what : str
        "rows", "column", "cells" or "remark".
    name : str
        The column of the file, or the field of the table.
    outcome : str
        Of rows: "read", "written", or "left out: " and the reason.
    number : int
    lines : str
        Rows of the sheet, or lines of the file.
    detail : str
        Shapes of the cells, or what a column seems to hold.
    """

    file: str
    sheet: str
    table: str
    what: str
    name: str
    outcome: str
    number: int
    lines: str = ""
    detail: str = ""


@dataclass(frozen=True)
class ImportReport:
    """Everything an import did, line by line."""

    lines: tuple[Line, ...]

    def rows(self, outcome: str, file: str = "") -> int:
        """Return how many rows were read, written or left out, of one file or of all."""
        return sum(
            line.number
            for line in self.lines
            if line.what == "rows" and line.outcome.startswith(outcome) and file in ("", line.file)
        )

    def to_csv(self) -> str:
        """Return the report as CSV."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([field.name for field in fields(Line)])
        writer.writerows([getattr(line, field.name) for field in fields(Line)] for line in self.lines)
        return text.getvalue()

    def __str__(self) -> str:
        """Return the report in words: what `peerbook import` prints."""
        parts = []
        for where, lines in _by_sheet(self.lines).items():
            parts.append("\n".join(_sheet_in_words(where, lines)))
        read, written, left = (self.rows(outcome) for outcome in (READ, WRITTEN, LEFT_OUT))
        parts.append(f"Together: {read} rows read = {written} written + {left} left out.")
        return "\n\n".join(parts)


def _by_sheet(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        where = line.file + (f", sheet {line.sheet}" if line.sheet else "")
        found.setdefault(f"{where} -> {line.table}" if line.table else where, []).append(line)
    return found


def _sheet_in_words(where: str, lines: list[Line]) -> list[str]:
    rows = {line.outcome: line for line in lines if line.what == "rows"}
    said = [where]
    if READ in rows:
        left = [line for line in rows.values() if line.outcome.startswith(LEFT_OUT)]
        total = sum(line.number for line in left)
        written = rows[WRITTEN].number if WRITTEN in rows else 0
        said.append(f"  {rows[READ].number} rows read = {written} written + {total} left out")
        said += [f"    {line.number} {line.outcome}{_on(line)}" for line in left]
    columns: dict[str, list[Line]] = {}
    for line in lines:
        if line.what == "column":
            columns.setdefault(line.outcome, []).append(line)
    read_as = sum(len(dropped) for outcome, dropped in columns.items() if outcome.startswith(READ_AS))
    said += [f"  {_columns(read_as)} read as fields"] if read_as else []
    for outcome, dropped in columns.items():
        if not outcome.startswith(READ_AS):
            said.append(f"  {_columns(len(dropped))} {outcome}: {', '.join(line.name for line in dropped)}")
    said += [
        f"  {line.name}: {line.number} cells {line.outcome}{_on(line)}; written like {line.detail}"
        for line in lines
        if line.what == "cells"
        and line.detail
        and "kept" not in line.outcome
        and "left empty" in line.outcome
    ]
    counted: dict[str, int] = {}
    for line in lines:
        if line.what == "cells":
            counted[line.outcome] = counted.get(line.outcome, 0) + line.number
    if counted:
        said.append("  cells: " + ", ".join(f"{number} {outcome}" for outcome, number in counted.items()))
    return said + [f"  {line.outcome}" for line in lines if line.what == "remark"]


def _columns(number: int) -> str:
    return f"{number} column{'' if number == 1 else 's'}"


def _on(line: Line) -> str:
    lines = line.lines.split(" ") if line.lines else []
    if not lines:
        return ""
    more = f" and {len(lines) - 6} more" if len(lines) > 6 else ""
    return f" (row{'s' if len(lines) > 1 else ''} {', '.join(lines[:6])}{more})"


def joined(numbers: Iterable[int]) -> str:
    """Return the numbers of rows for a report."""
    listed = list(numbers)
    more = ["..."] if len(listed) > MOST_LINES else []
    return " ".join([*map(str, listed[:MOST_LINES]), *more])


class Words:
    """The words a heading may be made of to be named: those of the study, of the door and of LimeSurvey."""

    def __init__(self, definitions: Definitions) -> None:
        self.known = {*SYSTEM.values(), *_COMMON.split()} | _words(
            " ".join([*WHOLE.values(), *WITHIN.values(), *SYSTEM])
        )
        for questionnaire in definitions.questionnaires.values():
            self.known |= _words(f"{questionnaire.label} {questionnaire.instrument}")
        for schema in definitions.tables.values():
            for field in schema.fields.values():
                self.known |= _words(f"{field.name} {field.title} {' '.join(field.categories.values())}")
                self.known |= {re.sub("[^a-z0-9]", "", field.name.casefold())}  # codes run names together

    def heading(self, sheet: Sheet, name: str) -> str:
        """Return a heading as it may be shown and stored: itself, or `column 7`."""
        return name if self.harmless(name) else position(sheet.names.index(name) + 1)

    def harmless(self, text: str) -> bool:
        """Return whether a text is made of known words and short codes only."""
        if contacts(text) or len(text) > 80:
            return False
        tokens = re.split(r"[^\w]+|_", text)
        return all(map(self._is_known, filter(None, tokens)))

    def _is_known(self, token: str) -> bool:
        folded = token.casefold()
        if folded in self.known or folded.removesuffix("s") in self.known or _CODE.fullmatch(token):
            return True
        reach = {0}  # a code may run known words together, as INFORMALGIVEN does
        for end in range(1, len(folded) + 1):
            parts = [folded[start:end] for start in reach]
            if any(part.isdigit() or (len(part) > 2 and part in self.known) for part in parts):
                reach.add(end)
        return len(folded) in reach


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[^a-z]+", text.casefold()) if len(word) > 1}


def file_name(name: str) -> str:
    """Return the name of a file as it may be stored."""
    return name if not contacts(name) else "(name of the file not shown: it may hold a contact detail)"
