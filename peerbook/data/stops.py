"""Raw data that fit their schema and still are not what they seem.

Made-up tables among others, dates that cannot be used, codes for "no answer" that count as numbers, people
whom nobody knows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from peerbook import paths
from peerbook.data.definitions import Definitions
from peerbook.data.problems import ERROR, WARNING, Problem
from peerbook.data.read import TextTable
from peerbook.data.schema import Field, Schema
from peerbook.data.values import expected, parse

STATUS, COLLECTED, MADE = "status", "collected", "synthetic"  # where a row comes from
MADE_UP = "madeUp"  # of a resource of `datapackage.json`: the SHA-256 of the file that was made up
HIGH = (77, 88, 98, 99, 777, 888, 998, 999)
CODES = (*(str(sign * digit) for digit in HIGH for sign in (1, -1)), "-1", "-8", "-9")
STANDS_OUT = 2.5  # a code is at least so many times the largest other number
MOST = 0.5  # share of dates, or of people
FEWEST = 3  # dates, numbers or people of which something is said
FEWEST_LOGS = 5  # among which somebody should have two


def stops(
    folder: Path,
    descriptor: Mapping[str, Any],
    definitions: Definitions,
    texts: Mapping[str, TextTable],
    tables: Mapping[str, pd.DataFrame],
) -> Iterator[Problem]:
    """List what looks fine and is not.

    Parameters
    ----------
    folder : Path
        The raw folder.
    descriptor : mapping
        What its `datapackage.json` says.
    definitions : Definitions
        Of the study, as the folder changes them.
    texts, tables : mapping
        The tables as written, and typed.
    """
    if descriptor.get("synthetic") is True:
        yield from _other_data(folder, descriptor, definitions)
    else:
        yield from _leftovers(folder, descriptor, definitions)
    for table in texts.values():
        yield from _origin_problems(table, synthetic=descriptor.get("synthetic") is True)
        yield from _date_problems(table)
        yield from _code_problems(table, definitions)
    if "logs" in tables:
        yield from _pair_problems(tables["logs"], texts["logs"])
    if "logs" in tables and "registrations" in tables:
        yield from _stranger_problems(tables["logs"], tables["registrations"])


# Made-up tables


def fingerprint(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def made_up(descriptor: Mapping[str, Any]) -> dict[str, str]:
    """Return the fingerprint of each table that a descriptor says was made up, by name."""
    resources = descriptor.get("resources")
    listed = [each for each in resources if isinstance(each, Mapping)] if isinstance(resources, list) else []
    return {str(each.get("name")): str(each[MADE_UP]) for each in listed if each.get(MADE_UP)}


def _other_data(folder: Path, descriptor: Mapping[str, Any], definitions: Definitions) -> Iterator[Problem]:
    """Refuse tables in the place of made-up ones, or beside them: they may be of real people."""
    known = made_up(descriptor)
    if not known:
        return
    for name in definitions.tables:
        file = folder / f"{name}.csv"
        if file.is_file() and known.get(name) != fingerprint(file):
            yield Problem(
                f"{name}.csv", 0, "", ERROR, "data that were not made up", "another file than was made up",
                'the made-up file, since datapackage.json says "synthetic": true',
                'If people gave these answers, write "synthetic": false into datapackage.json; if not, make '
                "the folder again with peerbook simulate",
            )  # fmt: skip


def _leftovers(folder: Path, descriptor: Mapping[str, Any], definitions: Definitions) -> Iterator[Problem]:
    """Refuse made-up tables in a folder that is not declared synthetic."""
    own, stand_in = made_up(descriptor), _stand_in(definitions.study)
    for name in definitions.tables:
        file = folder / f"{name}.csv"
        if not file.is_file() or not _has_rows(file):
            continue
        mark = fingerprint(file)
        if mark == own.get(name) or (mark == stand_in.get(name) and not _may_stay(definitions, name)):
            yield Problem(
                f"{name}.csv", 0, "", ERROR, "made-up data", "a table that came with the software",
                "data of this study",
                "Remove the file, or put this study's own in its place; chapters that need it are left out",
            )  # fmt: skip


def _may_stay(definitions: Definitions, name: str) -> bool:
    """Tell facts from made-up rows: what the report prints is true of the printed study, a method of any."""
    facts = definitions.facts.get(name, "")
    return facts == "method" or (facts == "report" and definitions.printed)


def _stand_in(study: str) -> dict[str, str]:
    try:
        text = (paths.stand_in(study) / "datapackage.json").read_text(encoding="utf-8")
        return made_up(json.loads(text))
    except (OSError, ValueError):
        return {}


def _has_rows(file: Path) -> bool:
    return file.read_bytes().strip().count(b"\n") > 0


# Rows that say where they come from


def says_origin(field: Field) -> bool:
    """Return whether a field says of each row whether it is a real record or a made-up one."""
    return field.name == STATUS and {COLLECTED, MADE} <= set(field.categories)


def _origin_problems(table: TextTable, synthetic: bool) -> Iterator[Problem]:
    """Refuse real records in a folder of made-up data, and made-up ones in a folder of real people."""
    field = table.schema.read_fields.get(STATUS)
    if field is None or STATUS not in table.text or not says_origin(field):
        return
    odd = COLLECTED if synthetic else MADE
    lines = table.lines[(table.text[STATUS].astype("str").str.strip() == odd).to_numpy(dtype=bool)]
    if not len(lines):
        return
    if synthetic:
        yield Problem(
            table.file, lines, STATUS, ERROR, "real row", f"'{COLLECTED}'",
            'rows that were made up, since datapackage.json says "synthetic": true',
            'If these are records of real people, write "synthetic": false into datapackage.json, so that '
            f"they are protected; if not, write {MADE}",
        )  # fmt: skip
    else:
        yield Problem(
            table.file, lines, STATUS, ERROR, "made-up row", f"'{MADE}'",
            "records of this study, since datapackage.json does not say that they were made up",
            f"Remove these rows, or write {COLLECTED} if they are real records",
        )  # fmt: skip


# Dates


def _date_problems(table: TextTable) -> Iterator[Problem]:
    for name, field in table.schema.read_fields.items():
        if field.type != "date" or name not in table.text:
            continue
        counts = table.text[name].value_counts()
        given = counts[[text.strip() not in field.missing_values for text in counts.index]]
        unusable = sum(n for text, n in given.items() if parse(field, text)[1] is not None)
        if given.sum() >= FEWEST and unusable > MOST * given.sum():
            yield Problem(
                table.file, 0, name, ERROR, "column of unusable dates",
                f"{unusable} of {given.sum()} dates that cannot be used", expected(field),
                "Write dates as YYYY-MM-DD; if they are of other days, say so in study.yml, such as "
                "period: [2026-01-01, 2026-12-31]",
            )  # fmt: skip


# Codes


def _code_problems(table: TextTable, definitions: Definitions) -> Iterator[Problem]:
    """Point at numbers that look like codes for "no answer": far above others or heaped up, or below zero."""
    cells = definitions.support_types
    for name, field in table.schema.read_fields.items():
        counted = table.schema.name == "logs" and name in cells.fields
        number = counted or (field.type in ("integer", "number") and name not in table.schema.primary_key)
        if number and name in table.text:
            known = set(field.missing_values) | set(cells.cells.not_answered.get(name, ()))
            yield from _codes_of(table, field, known)


def _codes_of(table: TextTable, field: Field, known: set[str]) -> Iterator[Problem]:
    counts = table.text[field.name].value_counts()
    texts = {text.strip(): n for text, n in counts.items() if n and text.strip() not in known}
    others = {float(text): n for text, n in texts.items() if text not in CODES and _is_number(text)}
    far = STANDS_OUT * max([1, *others])
    enough = sum(others.values()) >= FEWEST
    for code in (code for code in CODES if code in texts):
        heaped = texts[code] >= FEWEST and texts[code] > sum(
            n for v, n in others.items() if v > float(code) / 2
        )
        stands_out = enough and (float(code) >= far or heaped)
        if parse(field, code)[1] or (float(code) > 0 and not stands_out):
            continue
        cells = f"{texts[code]} cell{'s' if texts[code] > 1 else ''}"
        yield Problem(
            table.file, 0, field.name, WARNING, "likely code for no answer",
            f"{code} in {cells}, far from other numbers or more often than all large ones",
            "a number that was meant",
            f"{_as_code(code)}; if it was meant, leave it",
        )  # fmt: skip


def with_code_hint(problem: Problem) -> Problem:
    """Let the remedy for a wrong cell that looks like a code for "no answer" say how to declare it."""
    text = problem.found.strip("'")
    wrong = problem.kind in ("out-of-range value", "wrong type", "wrong pattern", "unknown answer")
    if problem.severity != ERROR or not wrong or text not in CODES:
        return problem
    return replace(problem, remedy=f"{_as_code(text)}; if not, correct it")


def _as_code(code: str) -> str:
    return f'If {code} means no answer, write missing_codes: {{"{code}": No answer}} into study.yml'


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


# People


def has_pairs(logs: pd.DataFrame, schema: Schema) -> bool:
    """Return whether anybody has two logs on different days, so that a change can be seen.

    Parameters
    ----------
    logs : DataFrame
        Typed logs of a raw folder, with their dates as text.
    schema : Schema
        Of the logs.
    """
    field = schema.fields["completed_on"]
    days = logs["completed_on"].astype("str").where(logs["completed_on"].notna())
    usable = {day: parse(field, day)[1] is None for day in days.dropna().unique()}
    dated = logs.assign(day=days)[days.map(usable).eq(True).to_numpy()]
    return bool(dated.drop_duplicates(["person_id", "day"])["person_id"].duplicated().any())


def _pair_problems(logs: pd.DataFrame, table: TextTable) -> Iterator[Problem]:
    if len(logs) >= FEWEST_LOGS and not has_pairs(logs, table.schema):
        yield Problem(
            table.file, 0, "completed_on", WARNING, "no pairs", "nobody with two logs on different days",
            "people with two logs or more, whose change can be seen",
            "Check personal IDs and dates; if it is too early for second logs, leave it: chapters about "
            "change are left out",
        )  # fmt: skip


def _stranger_problems(logs: pd.DataFrame, registrations: pd.DataFrame) -> Iterator[Problem]:
    people = pd.Series(logs["person_id"].dropna().unique())
    strangers = int((~people.isin(registrations["person_id"])).sum())
    if len(registrations) and strangers >= FEWEST and strangers > MOST * len(people):
        yield Problem(
            "logs.csv", 0, "person_id", WARNING, "unknown people",
            f"{strangers} of {len(people)} people without a registration", "people of registrations.csv",
            "Check that both files write IDs alike, with their leading zeros; logs without a registration "
            "count, but in no group of people",
        )  # fmt: skip
