"""The rows of one sheet become rows of a table, and every row, column and cell is accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from peerbook.data.about import PERSON
from peerbook.data.definitions import Definitions
from peerbook.data.keys import target_of
from peerbook.data.schema import Schema
from peerbook.errors import DataError
from peerbook.imports.cells import AS_TYPED, EMPTY, OUTSIDE, UNREADABLE, Rule, blank_of, first_filled
from peerbook.imports.door import of_cells, of_heading, patterns
from peerbook.imports.mapping import Column, Entry, Plan
from peerbook.imports.sheets import Sheet, find

NEVER_SENT = "never submitted"
AT_THE_DOOR, BY_CHOICE, UNNAMED = "dropped at the door", "left out", "not in the mapping, not read"


@dataclass(frozen=True)
class Cells:
    """What became of some cells of a column: how many, the lines they are on, and their patterns."""

    name: str
    outcome: str
    number: int
    lines: tuple[int, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Converted:
    """The rows of one sheet as rows of a table.

    Attributes
    ----------
    sheet : Sheet
    entry : Entry
    rows : DataFrame
        Text, the columns the mapping fills; IDs of people are not pseudonyms yet.
    lines : list of int
        Of the sheet, one for each row.
    left_out : mapping of str to list of int
        Rows that are not in `rows`, by the reason: their lines.
    columns : tuple of Cells
        What became of each column of the sheet that is in no field.
    cells : tuple of Cells
        What became of the cells of each field.
    numbered : tuple of str
        Fields whose rows are numbered as they are read.
    """

    sheet: Sheet
    entry: Entry
    rows: pd.DataFrame = field(repr=False)
    lines: Sequence[int] = field(repr=False)
    left_out: Mapping[str, Sequence[int]]
    columns: tuple[Cells, ...]
    cells: tuple[Cells, ...]
    numbered: tuple[str, ...] = ()


def convert(sheet: Sheet, entry: Entry, plan: Plan, definitions: Definitions) -> Converted:
    """Return the rows of a sheet as the mapping wants them.

    Raises
    ------
    DataError
        If the mapping names a column that the sheet does not have, or an answer that the field does not.
    """
    schema = definitions.tables[entry.table]
    rules = {name: rule_of(name, column, entry, plan, definitions) for name, column in entry.columns.items()}
    sources = {name: _sources(sheet, entry, name, column) for name, column in entry.columns.items()}
    kept, left_out = _sent(sheet, entry)
    left_out = {**sheet.left_out, **left_out}
    values: dict[str, list[str]] = {}
    outcomes: dict[str, list[str]] = {}
    typed: dict[str, list[str]] = {}
    for name, rule in rules.items():
        places = [sheet.names.index(source) for source in sources[name]]
        cells = [first_filled([sheet.rows[row][place] for place in places]) for row in kept]
        known = {cell: rule.value(cell) for cell in dict.fromkeys(cells)}
        values[name] = [known[cell][0] for cell in cells]
        outcomes[name] = [known[cell][1] for cell in cells]
        typed[name] = cells
    for name, value in entry.set.items():
        values[name] = [_fitting(schema, name, value)] * len(kept)
    chosen = _chosen(entry, schema, values, len(kept))
    for name, wanted in entry.only.items():
        lines = [sheet.lines[kept[row]] for row, reason in enumerate(chosen) if reason == name]
        if lines:
            left_out[f"{name} is not '{wanted}'"] = lines
    written = [row for row, reason in enumerate(chosen) if not reason]
    frame = pd.DataFrame(
        {name: [column[row] for row in written] for name, column in values.items()}, dtype="str"
    )
    frame.index = pd.RangeIndex(len(written))
    lines = [sheet.lines[kept[row]] for row in written]
    counted = [
        cells
        for name in rules
        for cells in _counted(
            name, [outcomes[name][r] for r in written], [typed[name][r] for r in written], lines
        )
    ]
    numbered = tuple(name for name, column in entry.columns.items() if column.number is not None)
    unread = tuple(_unread(sheet, entry, sources))
    return Converted(sheet, entry, frame, lines, left_out, unread, tuple(counted), numbered)


def rule_of(name: str, column: Column, entry: Entry, plan: Plan, definitions: Definitions) -> Rule:
    """Return how the cells of a column become values of a field.

    Raises
    ------
    DataError
        If the mapping recodes to an answer that the field does not have.
    """
    schema = definitions.tables[entry.table]
    for value in column.answers.values():
        if value:
            _fitting(schema, name, value)
    return Rule(
        schema.fields[name],
        column,
        (*entry.missing, *plan.missing),
        column.dates or entry.dates,
        open_text=not is_of_people(schema),
        is_person=name == PERSON and plan.people == "pseudonyms",
        pattern=_pattern_led_to(schema, name, definitions),
    )


def is_of_people(schema: Schema) -> bool:
    """Return whether the rows of a table are about people."""
    return PERSON in schema.fields or bool(schema.names(personal=True))


def _pattern_led_to(schema: Schema, name: str, definitions: Definitions) -> str:
    for link in schema.foreign_keys:
        target = definitions.tables.get(target_of(link, schema.name, definitions.tables))
        if name in link.fields and target is not None:
            field = target.fields[link.reference_fields[link.fields.index(name)]]
            return field.constraints.pattern or ""
    return ""


def _fitting(schema: Schema, name: str, value: str) -> str:
    """Return a value that a mapping gives to a field, or raise a DataError if it does not fit."""
    rule = Rule(schema.fields[name], Column(), open_text=True, is_person=name == PERSON)
    if value in schema.fields[name].missing_values:
        return value
    written, outcome = rule.value(value)
    if outcome in (UNREADABLE, OUTSIDE):
        levels = ", ".join(schema.fields[name].categories) or schema.fields[name].description or "its type"
        raise DataError(f"the mapping, {schema.name}, {name}: '{value}' is no answer of this field: {levels}")
    return written


def _sources(sheet: Sheet, entry: Entry, name: str, column: Column) -> list[str]:
    """Return the columns of the sheet that a field comes from."""
    found = []
    for called in column.columns:
        source = find(sheet, called)
        if source is None:
            raise DataError(
                f"{sheet.where}: it has no column called '{called}', from which the mapping takes "
                f"{entry.table}, {name}. Correct the mapping, or draft it again with peerbook map"
            )
        found.append(source)
    return found


def _sent(sheet: Sheet, entry: Entry) -> tuple[list[int], dict[str, list[int]]]:
    """Return the rows that were sent in, and the lines of those that were given up."""
    if sheet.program != "limesurvey" or "submitdate" not in sheet.names or entry.partial == "keep":
        return list(range(len(sheet.rows))), {}
    sent = sheet.cells("submitdate")
    given_up = [sheet.lines[row] for row, day in enumerate(sent) if not is_day(day)]
    return [row for row, day in enumerate(sent) if is_day(day)], {NEVER_SENT: given_up} if given_up else {}


def is_day(cell: str) -> bool:
    """Return whether a cell of `submitdate` holds a day: a VV export marks what was not sent in words."""
    return bool(re.search(r"\d", cell))


def _chosen(entry: Entry, schema: Schema, values: Mapping[str, list[str]], size: int) -> list[str]:
    """Return for each row the first field that keeps it out; nothing if none does."""
    reasons = [""] * size
    for name, wanted in entry.only.items():
        value = _fitting(schema, name, wanted)
        column = values.get(name, [""] * size)
        reasons = [
            reason or (name if cell != value else "") for reason, cell in zip(reasons, column, strict=True)
        ]
    return reasons


def _counted(name: str, outcomes: list[str], typed: list[str], lines: list[int]) -> Iterator[Cells]:
    """Yield what became of the cells of a field; of what was changed or lost, the lines and the shapes."""
    for outcome in dict.fromkeys(outcomes):
        places = [place for place, other in enumerate(outcomes) if other == outcome]
        listed = outcome not in (AS_TYPED, EMPTY)
        yield Cells(
            name,
            outcome,
            len(places),
            tuple(lines[place] for place in places) if listed else (),
            patterns([typed[place] for place in places]) if listed else "",
        )


def _unread(sheet: Sheet, entry: Entry, sources: Mapping[str, Sequence[str]]) -> Iterator[Cells]:
    """Yield the columns that are in no field, each with the reason."""
    used = {source for columns in sources.values() for source in columns}
    used |= {"submitdate"} if sheet.program == "limesurvey" else set()
    named = {find(sheet, called): AT_THE_DOOR for called in entry.identifying}
    named |= {find(sheet, called): BY_CHOICE for called in entry.left_out if find(sheet, called) not in named}
    for name in sheet.names:
        if name in used:
            continue
        cells = sheet.cells(name)
        kind = of_heading(name) or of_cells(cells)
        reason = AT_THE_DOOR if kind else named.get(name, UNNAMED)
        yield Cells(name, reason, sum(map(bool, cells)), (), kind)


def filled_up(rows: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return rows with every column of the table; where it was not asked, a cell says that it is missing."""
    added = {
        name: blank_of(field)
        for name, field in schema.read_fields.items()
        if name not in rows and name != PERSON
    }
    return rows.assign(**added).reindex(columns=list(schema.read_fields), fill_value="")
