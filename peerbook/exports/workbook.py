"""All tables of a book in one workbook, by the UK Government Statistical Service's guidance on spreadsheets.

One table to a sheet, marked as a table and beginning in the same cell as its title says; a contents sheet
first, with links, and a sheet of notes; no merged cells, no empty cells, shorthand in brackets. See
Government Analysis Function (2021), *Releasing statistics in spreadsheets*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.exports.model import Book, Figure, Grid, Table, walk

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MISSING, NOTHING = "[x]", "[z]"
SHORTHAND = {
    MISSING: "missing, or cannot be computed",
    NOTHING: "does not apply: the cell is empty on the page",
}
_DASH = "–"
_NUMBER = re.compile(r"([−-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)")
_WIDEST = 60  # characters


@dataclass(frozen=True)
class Sheet:
    """One table of the workbook.

    Attributes
    ----------
    name : str
        Of the sheet: the number readers know.
    title, chapter, evidence : str
    notes : tuple of str
    headings : tuple of str
        One for each column, each different.
    rows : tuple of tuple of str
        As on the page, without gaps.
    """

    name: str
    title: str
    chapter: str
    evidence: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_workbook(book: Book, file: Path) -> int:
    """Write the tables of a book, and the numbers behind its figures.

    Returns
    -------
    int
        How many tables there are. The same book gives the same bytes.
    """
    from xlsxwriter import Workbook

    made = sheets(book)
    # No text becomes a formula, a link or a number because of how it begins.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(file), options) as workbook:
        workbook.set_properties(
            {
                "title": f"{book.title}: tables",
                "author": book.author,
                "comments": book.notice,
                "created": datetime.fromisoformat(book.date).replace(tzinfo=None),
            }
        )
        contents, notes = workbook.add_worksheet("Contents"), workbook.add_worksheet("Notes")
        _write_contents(workbook, contents, book, made)
        _write_notes(workbook, notes, made)
        for number, sheet in enumerate(made, start=1):
            _write_sheet(workbook, sheet, number)
    return len(made)


def sheets(book: Book) -> tuple[Sheet, ...]:
    """Return every table of a book, and the table behind every figure, in reading order."""
    made: list[Sheet] = []
    for chapter in book.chapters:
        for block in walk(chapter.blocks):
            if isinstance(block, Table | Figure) and block.label:
                grids = block.grids if isinstance(block, Table) else block.data
                grids = tuple(grid for grid in grids if grid.rows)
                if grids:
                    headings, rows = _joined(grids)
                    title = f"{block.label}. {block.caption}"
                    name = _sheet_name(block.label, {sheet.name.lower() for sheet in made})
                    made.append(
                        Sheet(name, title, chapter.title, block.evidence, block.notes, headings, rows)
                    )
    return tuple(made)


def _sheet_name(label: str, taken: set[str]) -> str:
    """Return a name of at most 31 letters that no other sheet has."""
    name = re.sub(r"[\[\]:*?/\\“”']", "", label).strip()[:31]
    number = 2
    while name.lower() in taken | {"contents", "notes"}:
        name, number = f"{name[:27]} ({number})", number + 1
    return name


def _joined(grids: tuple[Grid, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Put the sections of a table under one another, each row with its section and group in columns."""
    sections = [re.sub(r" \([\d,]+ rows?\)$", "", grid.title) for grid in grids]
    grouped = any(group.title for grid in grids for group in grid.groups)
    before = ["Section"] * (len(grids) > 1) + ["Group"] * grouped
    columns: list[str] = list(dict.fromkeys(heading for grid in grids for heading in _headings(grid)))
    rows = []
    for grid, section in zip(grids, sections, strict=True):
        for group in grid.groups:
            heads = [section] * (len(grids) > 1) + [group.title] * grouped
            for row in group.rows:
                cells = dict(zip(_headings(grid), _spread(row, grid.width), strict=True))
                values = (*heads, *(cells.get(column, "") for column in columns))
                rows.append(tuple(_shorthand(value) for value in values))
    return _different([*before, *columns]), tuple(rows)


def _headings(grid: Grid) -> tuple[str, ...]:
    return _different(
        [heading or ("Row" if i == 0 else f"Column {i + 1}") for i, heading in enumerate(grid.headings())]
    )


def _different(headings: Iterable[str]) -> tuple[str, ...]:
    """Give a number to headings that are there already: a marked table may not repeat one."""
    kept: list[str] = []
    for heading in headings:
        name, number = heading, 2
        while name.lower() in {other.lower() for other in kept}:
            name, number = f"{heading} ({number})", number + 1
        kept.append(name)
    return tuple(kept)


def _spread(row: tuple, width: int) -> list[str]:
    """Return a row's texts, one for each column; a spanning cell stands in the first it spans."""
    texts = [""] * width
    for cell in row:
        texts[cell.column] = cell.text
    return texts


def _shorthand(text: str) -> str:
    return MISSING if text == _DASH else text or NOTHING


def number_of(text: str) -> tuple[float, str] | None:
    """Read a cell that holds a number and nothing else, and say how to show it; None for a text.

    Examples
    --------
    >>> number_of("1,414"), number_of("−0.30"), number_of("12.5%")
    ((1414.0, '#,##0'), (-0.3, '#,##0.00'), (0.125, '0.0%'))
    >>> number_of("3 (2%)"), number_of("007"), number_of("=1+1")
    (None, None, None)
    """
    found = _NUMBER.fullmatch(text)
    if not found or re.match(r"0\d", found[2]):
        return None
    sign, whole, decimals, percent = found.groups()
    digits = len(decimals or ".") - 1
    value = float(f"{'-' if sign else ''}{whole.replace(',', '')}{decimals or ''}")
    shown = "0" if percent else "#,##0"
    shown += f".{'0' * digits}" if digits else ""
    if percent:
        return round(value / 100, digits + 2), f"{shown}%"
    return value, shown


def _write_sheet(workbook: Workbook, sheet: Sheet, number: int) -> None:
    page = workbook.add_worksheet(sheet.name)
    bold, wrapped = (
        workbook.add_format({"bold": True, "font_size": 14}),
        workbook.add_format({"text_wrap": True}),
    )
    wrapped.set_align("top")
    lines = [
        f"Chapter: {sheet.chapter}. Evidence: {sheet.evidence}.",
        "This sheet has one table. The sheet Notes explains shorthand in brackets.",
        *(f"Note: {note}" for note in sheet.notes),
    ]
    page.write_string(0, 0, sheet.title, bold)
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line)
    page.write_url(len(lines) + 1, 0, "internal:'Contents'!A1", string="Back to the contents")
    top = len(lines) + 2
    last = top + len(sheet.rows)
    page.add_table(
        top, 0, last, len(sheet.headings) - 1,
        {
            "name": f"Table_{number}",
            "columns": [{"header": heading, "header_format": wrapped} for heading in sheet.headings],
            "autofilter": False,
            "first_column": True,
            "style": "Table Style Light 1",
            "description": sheet.title,
        },
    )  # fmt: skip
    formats: dict[str, object] = {}
    for row, cells in enumerate(sheet.rows, start=top + 1):
        for column, text in enumerate(cells):
            read = number_of(text)
            if read is None:
                page.write_string(row, column, text, wrapped)
            else:
                value, shown = read
                formats.setdefault(shown, workbook.add_format({"num_format": shown, "valign": "top"}))
                page.write_number(row, column, value, formats[shown])
    for column, heading in enumerate(sheet.headings):
        longest = max(len(text) for text in (heading, *(row[column] for row in sheet.rows)))
        page.set_column(column, column, min(max(longest + 2, 8), _WIDEST))
    page.freeze_panes(top + 1, 1)
    _for_paper(page, turned=len(sheet.headings) > 6)
    page.repeat_rows(top)


def _write_contents(workbook: Workbook, page: Worksheet, book: Book, made: tuple[Sheet, ...]) -> None:
    title = workbook.add_format({"bold": True, "font_size": 16})
    page.write_string(0, 0, f"{book.title}: tables", title)
    for row, line in enumerate(
        [book.notice, "This sheet lists the tables of the book, a link to each in column A."], 1
    ):
        page.write_string(row, 0, line)
    columns = ["Sheet", "Title", "Chapter", "Evidence"]
    rows = [("Notes", "Notes: what shorthand and remarks mean", _all(made), "")]
    rows += [(sheet.name, sheet.title, sheet.chapter, sheet.evidence) for sheet in made]
    _marked(page, 3, "Contents", columns, [tuple(text or NOTHING for text in row) for row in rows])
    for row, (name, *_) in enumerate(rows, start=4):
        page.write_url(row, 0, f"internal:'{name}'!A1", string=name)
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 90)
    page.set_column(2, 3, 28)
    page.freeze_panes(4, 0)
    _for_paper(page, turned=True)


def _all(made: tuple[Sheet, ...]) -> str:
    return "All chapters" if made else ""


def _write_notes(workbook: Workbook, page: Worksheet, made: tuple[Sheet, ...]) -> None:
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    page.write_string(0, 0, "Notes", workbook.add_format({"bold": True, "font_size": 16}))
    page.write_string(
        1, 0, "This sheet has one table: shorthand used in all sheets, and the remarks of each."
    )
    rows = [("All", f"{short} {meaning}.") for short, meaning in SHORTHAND.items()]
    rows += [(sheet.name, note) for sheet in made for note in sheet.notes]
    _marked(page, 2, "Notes", ["Sheet", "Note"], rows, wrapped)
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 110)
    page.freeze_panes(3, 0)
    _for_paper(page, turned=True)


def _marked(
    page: Worksheet, top: int, name: str, columns: list[str], rows: list[tuple[str, ...]], form: object = None
) -> None:
    """Write texts as a marked table."""
    options = {"name": name, "columns": [{"header": column} for column in columns], "autofilter": False}
    page.add_table(
        top,
        0,
        top + len(rows),
        len(columns) - 1,
        {**options, "style": "Table Style Light 1", "first_column": True},
    )
    for row, texts in enumerate(rows, start=top + 1):
        for column, text in enumerate(texts):
            page.write_string(row, column, text, form)


def _for_paper(page: Worksheet, turned: bool) -> None:
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if turned:
        page.set_landscape()
