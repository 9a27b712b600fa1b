"""One cell at a time: what was typed becomes a value of its field, or is left empty and counted.

Nothing that does not fit its field is stored, since anything may have been typed into a wrong cell: only a
number outside its range stays, for `peerbook validate` to list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from peerbook.data.schema import Field
from peerbook.data.values import parse
from peerbook.imports.dates import NO_DATE, read_date
from peerbook.imports.door import contacts
from peerbook.imports.mapping import Column
from peerbook.imports.sheets import NOT_SHOWN

AS_TYPED, RECODED, EMPTY = "as typed", "recoded", "empty"
MISSING, HIDDEN = "code for missing", "question not shown"
UNREADABLE, OUTSIDE, KEPT_BACK = "unreadable, left empty", "outside the range, kept", "free text, not stored"
YES = {"y", "yes", "true", "1", "x", "✓", "✔", "☑", "ticked", "checked", "selected", "on"}
NO = {"n", "no", "false", "0", "☐", "not selected", "unticked", "unchecked", "off"}
TICK = "x"


def blank_of(field: Field) -> str:
    """Return how a missing value of a field is written, where an empty cell may mean something else."""
    if "" in field.missing_values or not field.missing_values:
        return ""
    return next(iter(field.missing_values))


@dataclass(frozen=True)
class Rule:
    """How the cells of one column become values of a field.

    Attributes
    ----------
    field : Field
    column : Column
        What the mapping says of it.
    missing : tuple of str
        Further codes for missing, of the file and the whole mapping.
    dates : str
        The order of dates, if the column does not say.
    open_text : bool
        Whether a text without pattern or categories may be stored: it may not in tables of people.
    is_person : bool
        Whether the cells are IDs of people, which become pseudonyms.
    pattern : str
        Of the field that this one leads to.
    """

    field: Field
    column: Column
    missing: tuple[str, ...] = ()
    dates: str = ""
    open_text: bool = False
    is_person: bool = False
    pattern: str = ""

    @cached_property
    def _answers(self) -> dict[str, str]:
        return {_folded(answer): value for answer, value in reversed(self.column.answers.items())}

    @cached_property
    def _codes(self) -> set[str]:
        return {_plain(code).casefold() for code in (*self.column.missing, *self.missing)}

    @cached_property
    def _levels(self) -> dict[str, str]:
        by_label = {_folded(label): value for value, label in reversed(self.field.categories.items())}
        by_value = {_folded(value): value for value in reversed(self.field.categories)}
        return by_label | by_value

    def value(self, cell: str) -> tuple[str, str]:
        """Return the value of a cell, and what became of it, in words such as `RECODED`."""
        if cell == "" or cell.startswith(NO_DATE):
            return "", EMPTY
        if cell == NOT_SHOWN:
            return blank_of(self.field), HIDDEN
        answer = self._answers.get(_folded(cell))
        if answer is not None:
            return (answer, RECODED) if answer else (blank_of(self.field), MISSING)
        if _plain(cell).casefold() in self._codes:
            return blank_of(self.field), MISSING
        if cell in self.field.missing_values:
            return cell, AS_TYPED
        value, outcome = self._read(cell)
        if outcome in (UNREADABLE, KEPT_BACK):
            return blank_of(self.field), outcome
        return value, RECODED if outcome == AS_TYPED and value != cell else outcome

    def _read(self, cell: str) -> tuple[str, str]:
        if self.is_person:
            person = _plain(cell)
            return (person.zfill(self.column.pad) if person.isdigit() else person.casefold()), AS_TYPED
        if self.field.type == "boolean":
            return self._box(cell)
        if self.field.type == "date":
            day = read_date(cell, self.column.dates or self.dates)
            return (day.isoformat(), AS_TYPED) if day else ("", UNREADABLE)
        if self.field.categories:
            return self._level(cell)
        if self.field.type in ("integer", "number"):
            return self._number(cell)
        if self.field.constraints.pattern or self.pattern:
            return self._patterned(cell)
        if contacts(cell) or not (self.open_text or self.column.text):
            return "", KEPT_BACK
        return cell, AS_TYPED

    def _box(self, cell: str) -> tuple[str, str]:
        values = [*self.field.true_values, *self.field.false_values]
        if cell in values:
            return cell, AS_TYPED
        if _folded(cell) in YES:
            return self.field.true_values[0], AS_TYPED
        return (self.field.false_values[0], AS_TYPED) if _folded(cell) in NO else ("", UNREADABLE)

    def _level(self, cell: str) -> tuple[str, str]:
        plain = _plain(cell)
        if plain in self.field.categories:
            return plain, AS_TYPED
        folded = _folded(cell)
        if folded in self._levels:
            return self._levels[folded], AS_TYPED
        meant = "yes" if folded in YES else "no" if folded in NO else ""
        if meant in self._levels and self.field.type == "string":
            return self._levels[meant], AS_TYPED
        if self.field.type == "integer" and re.fullmatch(r"-?\d{1,4}", plain):
            return plain, OUTSIDE
        return "", UNREADABLE

    def _number(self, cell: str) -> tuple[str, str]:
        text = _plain(cell)
        value, fault = parse(self.field, text)
        if value is None:
            return "", UNREADABLE
        if self.column.add:
            text = str(int(value) + self.column.add)
            value, fault = parse(self.field, text)
        return text, OUTSIDE if fault else AS_TYPED

    def _patterned(self, cell: str) -> tuple[str, str]:
        pattern = self.field.constraints.pattern or self.pattern
        plain = _plain(cell)
        padded = plain.zfill(self.column.pad) if plain.isdigit() else plain
        tick = TICK if _folded(cell) in YES else ""
        for text in dict.fromkeys((plain, padded, plain.upper(), plain.lower(), tick)):
            if text and re.fullmatch(pattern, text):
                return text, AS_TYPED
        return "", UNREADABLE


def first_filled(cells: Sequence[str]) -> str:
    """Return the first cell that holds anything; LimeSurvey's date of 1980 is nothing."""
    return next((cell for cell in cells if cell and not cell.startswith(NO_DATE)), "")


def _plain(cell: str) -> str:
    """Return a number as it is usually written: `6.00` is 6, `.5` is 0.5."""
    if re.fullmatch(r"-?\d+\.0*", cell):
        return cell.partition(".")[0]
    if re.fullmatch(r"-?\d*\.\d+", cell):
        return re.sub(r"^(-?)\.", r"\g<1>0.", cell)
    return cell


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
