"""What a person has decided about the columns of some files: the mapping, a file in YAML.

.. code-block:: yaml

    study: our_log
    people: pseudonyms            # or keep: the IDs are pseudonyms already
    period: [2026-01-05, 2026-09-30]
    missing: ["99", n/a]          # everywhere
    files:
    - file: results-survey*.csv
      table: logs
      set: {form: monthly, mode: online}
      columns:
        log_id: {number: 1}
        person_id: {from: PID, pad: 4}
        completed_on: {from: [submitdate, datestamp]}
        region: {from: REG, answers: {A1: North, A2: South}}
        health_today: EQ
      identifying: [token, NAME]  # dropped at the door
      left_out: [lastpage, seed]

Every value is text as written. A column is called by its code or heading, or by its place: `column 7`.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from peerbook.choices import check_one_of, did_you_mean
from peerbook.data.definitions import Definitions
from peerbook.data.described import build, read_yaml
from peerbook.errors import DataError, ParameterError
from peerbook.imports.dates import ORDERS
from peerbook.imports.door import contacts

UNDECIDED = "?"
PEOPLE = ("pseudonyms", "keep")
PARTIAL = ("leave out", "keep")


@dataclass(frozen=True)
class Column:
    """Where a field comes from.

    Attributes
    ----------
    columns : tuple of str
        The first of these that is filled; none if the rows are numbered.
    answers : mapping of str to str
        What answers become; nothing for a code that means missing.
    missing : tuple of str
        Codes that mean missing.
    dates : str
        "day first", "month first" or "year first", for dates such as 05/03/2026.
    pad : int
        Digits of an ID that may have lost its leading zeros.
    add : int
        Added to a number.
    number : int or None
        The number of the first row, if rows are numbered as they are read.
    text : str
        "keep" if free text may be stored.
    """

    columns: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    dates: str = ""
    pad: int = 0
    add: int = 0
    number: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Entry:
    """What becomes of the rows of one file, or of one sheet of a workbook."""

    file: str
    table: str
    columns: Mapping[str, Column]
    sheet: int = 0
    headings: tuple[int, ...] = ()
    set: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    dates: str = ""
    partial: str = "leave out"
    identifying: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def is_for(self, file: str, sheet: int) -> bool:
        """Return whether this says what becomes of a sheet."""
        named = file == self.file or fnmatch.fnmatchcase(file, self.file)
        return named and self.sheet in (0, sheet)


@dataclass(frozen=True)
class Plan:
    """A whole mapping."""

    files: tuple[Entry, ...]
    study: str = ""
    title: str = ""
    period: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    people: str = "pseudonyms"
    missing: tuple[str, ...] = ()


def read_plan(path: str | Path) -> Plan:
    """Read a mapping.

    Raises
    ------
    DataError
        If it says something unknown, leaves something open, or holds what looks like a contact detail: it is
        stored with the study. The message says where, and does not show it.
    """
    path = Path(path)
    described = read_yaml(path, as_text=True)
    _refuse_contacts(described, path.name)
    given = dict(described) if isinstance(described, Mapping) else described
    if isinstance(given, dict) and given.get("title") == UNDECIDED:
        raise DataError(f"{path.name}, title: write what this study is called in the place of the '?'")
    files = [
        _entry(entry, f"{path.name}, files, {place}")
        for place, entry in enumerate(_listed(given, "files", path.name), 1)
    ]
    lists = {
        name: _texts(given.get(name, ()), f"{path.name}, {name}") for name in ("period", "regions", "missing")
    }
    plan = build(Plan, given | lists | {"files": tuple(files)}, path.name)
    _check_one_of(plan.people, PEOPLE, f"{path.name}, people")
    if plan.period:
        _check_period(plan.period, path.name)
    return plan


def check_plan(plan: Plan, definitions: Definitions, where: str) -> None:
    """Refuse a mapping that names tables and fields which the study does not have.

    Raises
    ------
    DataError
    """
    for place, entry in enumerate(plan.files, 1):
        here = f"{where}, files, {place}"
        if entry.table not in definitions.tables:
            hint = did_you_mean(entry.table, definitions.tables)
            raise DataError(f"{here}: '{entry.table}' is not a table of {definitions.study}{hint}")
        schema = definitions.tables[entry.table]
        for name in (*entry.columns, *entry.set, *entry.only):
            if name not in schema.fields:
                hint = did_you_mean(name, schema.read_fields)
                raise DataError(f"{here}: '{name}' is not a field of {entry.table}{hint}")
            if schema.fields[name].personal:
                raise DataError(f"{here}: '{name}' is a contact detail and is never read; remove it")
        twice = sorted(set(entry.columns) & set(entry.set))
        if twice:
            raise DataError(f"{here}: {', '.join(twice)} stands under both columns and set; remove one")


def _entry(described: Any, where: str) -> Entry:
    given = dict(described) if isinstance(described, Mapping) else {}
    columns = {
        name: _column(source, f"{where}, columns, {name}")
        for name, source in _mapped(given.get("columns", {}), f"{where}, columns").items()
    }
    parts = {
        name: _texts(given.get(name, ()), f"{where}, {name}")
        for name in ("missing", "identifying", "left_out")
    }
    parts |= {name: _mapped(given.get(name, {}), f"{where}, {name}") for name in ("set", "only")}
    headings = tuple(_whole(row, f"{where}, headings") for row in _texts(given.get("headings", ()), where))
    parts |= {"headings": headings, "sheet": _whole(given.get("sheet", "0"), f"{where}, sheet")}
    entry = build(Entry, given | parts | {"columns": columns} if given else described, where)
    _check_one_of(entry.partial, PARTIAL, f"{where}, partial")
    _check_dates(entry.dates, f"{where}, dates")
    return entry


def _column(described: Any, where: str) -> Column:
    given = dict(described) if isinstance(described, Mapping) else {"from": described}
    parts = {
        "columns": _texts(given.pop("from", ()), f"{where}, from"),
        "answers": _mapped(given.get("answers", {}), f"{where}, answers"),
        "missing": _texts(given.get("missing", ()), f"{where}, missing"),
        "pad": _whole(given.get("pad", "0"), f"{where}, pad"),
        "add": _whole(given.get("add", "0"), f"{where}, add"),
        "number": _whole(given["number"], f"{where}, number") if "number" in given else None,
    }
    column = build(Column, given | parts, where)
    _check_dates(column.dates, f"{where}, dates")
    _check_one_of(column.text, ("", "keep"), f"{where}, text")
    if UNDECIDED in column.answers.values() or UNDECIDED in column.columns:
        raise DataError(f"{where}: '{UNDECIDED}' stands for what you still have to decide; fill it in")
    if bool(column.columns) == (column.number is not None):
        raise DataError(f"{where}: expected either 'from' with a column, or 'number' with a first number")
    return column


def _check_dates(order: str, where: str) -> None:
    if order == UNDECIDED:
        raise DataError(
            f"{where}: '{UNDECIDED}' stands for what you have to decide: write day first, if 05/03/2026 is "
            "the fifth of March, or month first"
        )
    _check_one_of(order, ("", *ORDERS), where)


def _check_one_of(value: str, options: Sequence[str], where: str) -> None:
    try:
        check_one_of(where, value, options)
    except ParameterError as error:
        raise DataError(str(error)) from error


def _check_period(period: Sequence[str], where: str) -> None:
    try:
        first, last = map(date.fromisoformat, period)
    except ValueError:
        first, last = date.max, date.min
    if first > last:
        raise DataError(
            f"{where}, period: expected the first and the last day, such as [2026-01-05, 2026-09-30]"
        )


def _listed(given: Any, name: str, where: str) -> list:
    found = given.get(name) if isinstance(given, Mapping) else None
    if not isinstance(found, list) or not found:
        raise DataError(
            f"{where}: no list '{name}'. Draft the mapping with: peerbook map FILE... --out {where}"
        )
    return found


def _texts(given: Any, where: str) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,) if given else ()
    if not isinstance(given, (list, tuple)) or not all(isinstance(text, str) for text in given):
        raise DataError(f'{where}: expected a list of texts, such as ["99", n/a]')
    return tuple(given)


def _mapped(given: Any, where: str) -> dict[str, Any]:
    if given in ("", None):
        return {}
    if not isinstance(given, Mapping):
        raise DataError(f"{where}: expected names with values, such as {{A1: North}}")
    return dict(given)


def _whole(given: Any, where: str) -> int:
    try:
        return int(given)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: expected a whole number") from error


def _refuse_contacts(described: Any, where: str) -> None:
    """Refuse texts that look like contact details, saying where and of which kind."""
    for place, text in _every_text(described, ()):
        if found := contacts(text):
            shown = ", ".join(part for part in place if not contacts(part))
            raise DataError(
                f"{where}, {shown or 'a key'}: a text that may hold {found[0]}. The mapping is stored with "
                "the study: call a column by its place, such as column 7, and remove the text."
            )


def _every_text(described: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(described, Mapping):
        for key, value in described.items():
            yield (place, str(key))
            yield from _every_text(value, (*place, str(key)))
    elif isinstance(described, (list, tuple)):
        for number, value in enumerate(described, 1):
            yield from _every_text(value, (*place, str(number)))
    elif described is not None:
        yield (place, str(described))
