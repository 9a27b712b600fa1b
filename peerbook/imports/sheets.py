"""What an export holds, whatever its format: headings, rows of text, and the line each row came from.

Read here: responses of LimeSurvey as CSV (headings as codes, full, abbreviated, or code and text) and as VV
export, any other CSV, and Excel workbooks. What the columns mean is said by a mapping, not here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import text, workbooks
from peerbook.inert import as_typed

SPACES = re.compile(r"[\s\u00a0\u2007\u202f\ufeff\u200b]+")
NOT_SHOWN = "{question_not_shown}"
VV_ESCAPES = {"{newline}": "\n", "{cr}": "\r", "{tab}": "\t", "{quote}": '"', "{lbrace}": "{"}
# What LimeSurvey writes beside the answers, by the words it heads the columns with otherwise.
SYSTEM = {
    "response id": "id",
    "date submitted": "submitdate",
    "last page": "lastpage",
    "start language": "startlanguage",
    "seed": "seed",
    "access code": "token",
    "token": "token",
    "date started": "startdate",
    "date last action": "datestamp",
    "ip address": "ipaddr",
    "referrer url": "refurl",
    "total time": "interviewtime",
}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\[[^\]]*\]){0,2}")
CODE_AND_TEXT = re.compile(rf"({CODE.pattern})\. (.+)", re.DOTALL)
MOST_HEADINGS = 4
SEARCHED = 12  # rows at the top of a sheet in which headings are looked for
BLANK, RAGGED = "blank row", "not as many cells as headings"


@dataclass(frozen=True)
class Sheet:
    """One table as an export holds it.

    Attributes
    ----------
    file : str
        Name of the file.
    number : int
        Place of the sheet in its workbook, from 1; 0 for other files.
    program : str
        "limesurvey" or "spreadsheet".
    names : tuple of str
        What a mapping calls each column: its code, or its heading; unlike each other.
    texts : tuple of str
        The words beside a code in the heading, if there are any.
    heading_rows : tuple of int
        The rows, from 1, that hold the headings.
    rows : list of list of str
        As many cells as there are names; spaces at the ends of a cell are gone.
    lines : list of int
        The row of the sheet, or the line of the file, that each row begins on.
    left_out : mapping of str to list of int
        Rows that cannot be read, by the reason: their lines.
    remarks : tuple of str
        How the file was read, for the report.
    """

    file: str
    number: int
    program: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    heading_rows: tuple[int, ...]
    rows: list[list[str]] = field(repr=False)
    lines: list[int] = field(repr=False)
    left_out: Mapping[str, Sequence[int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The file, and the sheet if it has any."""
        return f"{self.file}, sheet {self.number}" if self.number else self.file

    @property
    def n_read(self) -> int:
        """Number of rows below the headings."""
        return len(self.rows) + sum(map(len, self.left_out.values()))

    def cells(self, name: str) -> list[str]:
        """Return a column."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read_sheets(path: str | Path, headings: Mapping[int, Sequence[int]] | None = None) -> list[Sheet]:
    """Read every sheet of a file.

    Parameters
    ----------
    path : str or Path
    headings : mapping of int to sequence of int, optional
        For a sheet's number (0 for a file that is no workbook) the rows that hold its headings; found from
        the sheet itself if it is not named.

    Raises
    ------
    DataError
        If the file is not there, is empty, is damaged, or is of another format.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = "no such file" if not path.exists() else "it cannot be read"
        raise DataError(f"{path.name}: {reason}. Give the path of a CSV or an Excel file.") from error
    headings = headings or {}
    if raw.startswith((workbooks.OLD, workbooks.ZIP)):
        found = [_of_grid(path.name, grid, headings) for grid in workbooks.grids(raw, path.name)]
    else:
        found = [_of_text(path.name, raw, headings)]
    sheets = [sheet for sheet in found if sheet is not None]
    if not sheets:
        raise DataError(f"{path.name}: it is empty. Export the responses again.")
    return sheets


def _of_text(name: str, raw: bytes, headings: Mapping[int, Sequence[int]]) -> Sheet | None:
    decoded, encoding = text.decode(raw, name)
    numbered = text.rows(decoded, name)
    lines, rows = [line for line, _ in numbered], _squeezed(row for _, row in numbered)
    if not rows:
        return None
    first = next(place for place, row in enumerate(rows) if any(row))
    is_vv = _is_vv(rows[first : first + 2])
    at = [first, first + 1] if is_vv else [first]
    if 0 in headings:
        at = [place for place, line in enumerate(lines) if line in headings[0]]
    remarks = () if encoding == "utf-8" else (f"read as {encoding}",)
    names, texts = _headed([rows[place] for place in at], rows, is_vv, name)
    if is_vv:
        rows = [[_unescaped(cell) for cell in row] for row in rows]
    else:
        rows = [[as_typed(cell) for cell in row] for row in rows]
    return _below(Sheet(name, 0, _program(names), names, texts, tuple(at), rows, lines, {}, remarks))


def _of_grid(name: str, grid: workbooks.Grid, headings: Mapping[int, Sequence[int]]) -> Sheet | None:
    rows, lines = _squeezed(grid.rows), list(range(1, len(grid.rows) + 1))
    if not rows:
        return None
    at = [line - 1 for line in headings[grid.number]] if grid.number in headings else _found(grid, rows)
    if not at or max(at) >= len(rows):
        raise DataError(f"{name}, sheet {grid.number}: no row of headings was found. Name it in the mapping.")
    names, texts = _headed([rows[place] for place in at], rows, False, name)
    remarks = []
    if grid.formulas:
        remarks.append(f"{grid.formulas} cells hold a formula without a result, and count as empty")
    if at != [0]:
        remarks.append(f"headings taken from row {' and '.join(str(place + 1) for place in at)}")
    sheet = Sheet(
        name, grid.number, _program(names), names, texts, tuple(at), rows, lines, {}, tuple(remarks)
    )
    return _below(sheet)


def _squeezed(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return rows without spaces at the ends of cells, up to the last row that has any cell."""
    clean = [[squeeze(cell) for cell in row] for row in rows]
    while clean and not any(clean[-1]):
        clean.pop()  # LimeSurvey ends with an empty line, Excel with many
    return clean


def _headed(
    typed: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], is_vv: bool, where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns and the words beside them; columns without any cell at the end go."""
    if not typed:
        raise DataError(f"{where}: the rows of headings that the mapping names are not there")
    typed, beside = (typed[-1:], typed[0]) if is_vv else (typed, ())
    width = max(map(len, typed))
    headings = [_joined([row[place] for row in typed if place < len(row)]) for place in range(width)]
    while (
        headings
        and not headings[-1]
        and not any(row[len(headings) - 1 :] and row[len(headings) - 1] for row in rows)
    ):
        headings.pop()
    return _named(headings, [*beside, *[""] * width][: len(headings)])


def _program(names: Sequence[str]) -> str:
    own = {"submitdate", "lastpage", "startlanguage", "startdate", "datestamp"}
    return "limesurvey" if "id" in names and own & {*names} else "spreadsheet"


def _below(sheet: Sheet) -> Sheet:
    """Return the sheet with the rows below its headings only; rows that cannot be read are put aside."""
    at, width = sheet.heading_rows, len(sheet.names)
    kept, lines = [], []
    left_out: dict[str, list[int]] = {}
    for line, row in list(zip(sheet.lines, sheet.rows, strict=False))[max(at) + 1 :]:
        more = [cell for cell in row[width:] if cell]
        if not any(row):
            left_out.setdefault(BLANK, []).append(line)
        elif len(row) < width or more:
            left_out.setdefault(RAGGED, []).append(line)
        else:
            kept.append(list(row[:width]))
            lines.append(line)
    headings = tuple(sheet.lines[place] for place in at)
    return replace(sheet, heading_rows=headings, rows=kept, lines=lines, left_out=left_out)


def squeeze(cell: str) -> str:
    """Return a cell without spaces at its ends, and with plain ones within; line breaks stay."""
    if not cell or (cell.isascii() and cell.isalnum()):
        return cell
    return re.sub(r"[\u00a0\u2007\u202f]", " ", re.sub(r"[\ufeff\u200b]", "", cell)).strip()


def _unescaped(cell: str) -> str:
    """Return a cell of a VV export as it was answered; a question that was not shown stays marked."""
    if cell == NOT_SHOWN or "{" not in cell:
        return cell
    return re.sub("|".join(map(re.escape, VV_ESCAPES)), lambda found: VV_ESCAPES[found[0]], cell)


def _is_vv(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the second line holds codes of LimeSurvey, and the first does not."""
    if len(rows) < 2 or len(rows[0]) != len(rows[1]) or len(rows[1]) < 3:
        return False
    own = {"id", "submitdate", "lastpage", "startlanguage", "token", "seed"}
    return len(own & {*rows[1]}) >= 2 and len(own & {*rows[0]}) < 2


def _found(grid: workbooks.Grid, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of the rows of headings of a sheet: the last rows of words before the answers.

    A row with a cell merged over several columns has its headings in the next row too. A title, one cell by
    itself, is no heading.
    """
    filled = [sum(map(bool, row)) for row in rows[:SEARCHED]]
    widest = max(filled, default=0)
    at: list[int] = []
    for place, row in enumerate(rows[:SEARCHED]):
        cells = [cell for cell in row if cell]
        several = len(set(cells)) > 1 or widest == 1
        under_group = bool(at) and at[-1] == place - 1 and place in grid.grouped
        if not cells or (not several and not at):
            continue
        if at and not under_group:
            break
        at.append(place)
        if len(at) == MOST_HEADINGS:
            break
    return at


def _joined(parts: Sequence[str]) -> str:
    """Return the headings of a column from top to bottom, one merged over several rows once."""
    return " / ".join(dict.fromkeys(part for part in (SPACES.sub(" ", part) for part in parts) if part))


def _named(headings: Sequence[str], beside: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what each column is called, and the words that explain it."""
    both = [CODE_AND_TEXT.fullmatch(heading) for heading in headings]
    is_both = sum(map(bool, both)) > len(headings) / 3
    names, texts = [], []
    for heading, match, words in zip(headings, both, beside, strict=True):
        code, explained = (match[1], match[3]) if match and is_both else (heading, words)
        code = SYSTEM.get(code.casefold(), code)
        names.append(code)
        texts.append(SYSTEM.get(explained.casefold(), explained) if explained in SYSTEM else explained)
    seen: Counter[str] = Counter()
    unlike = []
    for place, name in enumerate(names, 1):
        name = name or position(place)
        seen[name] += 1
        unlike.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unlike), tuple(texts)


def position(place: int) -> str:
    """Return how a column without a usable heading is called: by its place, from 1."""
    return f"column {place}"


def find(sheet: Sheet, called: str) -> str | None:
    """Return the name of the column that a mapping calls so: by its name, in any case, or by its place."""
    if called in sheet.names:
        return called
    folded = {SPACES.sub(" ", name).casefold(): name for name in reversed(sheet.names)}
    if SPACES.sub(" ", called).strip().casefold() in folded:
        return folded[SPACES.sub(" ", called).strip().casefold()]
    place = re.fullmatch(r"column (\d{1,4})", called)
    return sheet.names[int(place[1]) - 1] if place and 0 < int(place[1]) <= len(sheet.names) else None
