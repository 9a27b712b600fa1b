"""From what an export holds to rows of the tables of coded material."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from peerbook.data.schema import FINAL, Field, coding_schema
from peerbook.errors import DataError
from peerbook.imports import door, import_record

TABLES = ("people", "sources", "segments", "segment_codes", "codebooks")
ISSUES = import_record.ISSUES
VARIABLES = ("owner", "owner_kind", "variable", "value")
SETS = ("set", "member_kind", "member")
LONGEST = 100_000  # characters of a cell: readers of CSV refuse longer ones
PERSON, SOURCE, CODE = "person", "source", "code"


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a codebook."""

    code_id: str
    label: str
    parent_id: str = ""
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was coded.

    `person_id` is blank if the export does not say who speaks. Then the source counts as a person of its own,
    unless it is not `alone`: several people speak in it, or it is nobody's words.
    """

    source_id: str
    title: str
    characters: int | None = None
    person_id: str = ""
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Coding:
    """A code on a piece of a source.

    `start` and `end` (one past the last character) may be unknown; `locator` then says where it is, if the
    export does. `speakers` are those of the piece: None, as of the source; none, not known. `piece` tells
    pieces apart that are otherwise alike.
    """

    source_id: str
    code_id: str
    text: str
    start: int | None = None
    end: int | None = None
    coder: str = ""
    speakers: tuple[str, ...] | None = None
    locator: str = ""
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a reader should know: where, what was found, what was done, of what kind, how many."""

    source: str
    found: str
    done: str
    kind: str = "note"
    number: int = 1


@dataclass(frozen=True)
class Export:
    """What an export holds, whatever its format.

    Attributes
    ----------
    people : mapping
        Their variables by name.
    variables : tuple of (str, str, str, str)
        What the tables have no column for: who or what has it, "person" or "source", the variable, its value.
    sets : tuple of (str, str, str)
        A set, what its member is ("code" or "source"), and the member.
    program : str
        That wrote the export, as it says.
    reading : mapping
        How offsets were read and how sure that is, for the import record.
    """

    codes: tuple[Code, ...] = ()
    sources: tuple[Source, ...] = ()
    codings: tuple[Coding, ...] = ()
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    variables: tuple[tuple[str, str, str, str], ...] = ()
    sets: tuple[tuple[str, str, str], ...] = ()
    program: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """Rows read from an export.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        `people`, `sources`, `segments`, `segment_codes`, `codebooks`, as text, with the columns of
        `data_schema/coding`.
    issues : DataFrame
        `source`, `kind`, `found`, `done`, `number`: what a reader should know about how the export was read.
    record : mapping
        What was read, how, and how sure that is.
    beside : mapping of str to DataFrame
        What the tables of coded material have no place for: `import_variables` and `import_sets`.
    """

    tables: Mapping[str, pd.DataFrame]
    issues: pd.DataFrame
    record: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def write(self, folder: str | Path) -> Path:
        """Write the tables that have rows into `folder/coding`, one CSV a table.

        The import record, the issues, and variables and sets stand beside, in `folder`.

        Raises
        ------
        DataError
            If one of the tables is there already: nothing is overwritten.
        """
        target = Path(folder) / "coding"
        rows = {name: table for name, table in self.tables.items() if len(table)}
        there = [f"{name}.csv" for name in rows if (target / f"{name}.csv").exists()]
        if there:
            raise DataError(
                f"{target}: {', '.join(there)} would be overwritten. Move it away, or give another folder."
            )
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name, table in rows.items():
                table.to_csv(target / f"{name}.csv", index=False, lineterminator="\n")
            import_record.keep(Path(folder), self.issues, self.record, self.beside)
        except OSError as error:
            raise DataError(
                f"{folder}: cannot be written to ({error.strerror}). Give a folder that you may write to."
            ) from error
        return target


def numbered(export: Export) -> Export:
    """Put numbers in the place of the names of people, sources and coders.

    In a program for analysis these are often the names of real people, and tables print them.
    """
    alone = {source.source_id: _speaker(source) for source in export.sources}
    spoken = [name for coding in export.codings for name in coding.speakers or ()]
    people = _numbers([*filter(None, alone.values()), *spoken, *export.people], "P")
    sources = _numbers(alone, "S")
    coders = _numbers((coding.coder for coding in export.codings if coding.coder), "coder ", digits=1)
    members = {PERSON: people, SOURCE: sources}
    return replace(
        export,
        people={people[name]: variables for name, variables in export.people.items()},
        sources=tuple(
            replace(
                source,
                source_id=number,
                title=number,
                person_id=people.get(alone[source.source_id], ""),
            )
            for source, number in zip(export.sources, sources.values(), strict=True)
        ),
        codings=tuple(
            Coding(
                sources[coding.source_id],
                coding.code_id,
                coding.text,
                coding.start,
                coding.end,
                coders.get(coding.coder, ""),
                None if coding.speakers is None else tuple(people[name] for name in coding.speakers),
                coding.locator,
                coding.piece,
            )
            for coding in export.codings
        ),
        issues=tuple(replace(issue, source=sources.get(issue.source, "")) for issue in export.issues),
        variables=tuple(
            (members[kind][owner], kind, variable, value)
            for owner, kind, variable, value in export.variables
            if owner in members[kind]
        ),
        sets=tuple(
            (name, kind, members.get(kind, {}).get(member, member)) for name, kind, member in export.sets
        ),
    )


def _numbers(names: Iterable[str], letter: str, digits: int = 3) -> dict[str, str]:
    return {name: f"{letter}{place:0{digits}}" for place, name in enumerate(dict.fromkeys(names), 1)}


def _speaker(source: Source) -> str:
    """Return the person of a source: its own if it has none and counts as one."""
    return source.person_id or (source.source_id if source.alone else "")


def assemble(export: Export, codebook: str, keep_text: bool) -> Imported:
    """Lay out what an export holds as tables.

    Codings of the same piece of the same source make one segment. A source without a known speaker has a
    person of its own name: one person a source.

    Parameters
    ----------
    export : Export
    codebook : str
        Name of the codebook.
    keep_text : bool
        Whether the words stay in `segments`.
    """
    speakers = {source.source_id: _speaker(source) for source in export.sources}
    tree, tree_issues = _tree(export.codes)
    pieces: dict[tuple, int] = {}
    first: list[Coding] = []
    codes: dict[tuple[int, str, str], None] = {}
    twice = 0
    for coding in export.codings:
        place = pieces.setdefault(_piece(coding), len(pieces))
        if place == len(first):
            first.append(coding)
        if coding.code_id:
            row = place, coding.code_id, coding.coder or "not named"
            twice += row in codes
            codes[row] = None
    pieces.clear()
    spoken = [name for coding in first for name in coding.speakers or ()]
    people = dict.fromkeys([*filter(None, speakers.values()), *spoken, *export.people])
    columns = {
        "people": _columns([_person(name, export.people.get(name, {})) for name in people]),
        "sources": _columns([_source(source, speakers) for source in export.sources]),
        "segments": _segments(first, speakers, keep_text),
        "segment_codes": {
            "segment_id": [_segment_id(place) for place, *_ in codes],
            "code_id": [code for _, code, _ in codes],
            "coder": [coder for *_, coder in codes],
            "round": [FINAL] * len(codes),
            "valence": ["supports"] * len(codes),
        },
        "codebooks": _columns([_code(code, codebook, place) for place, code in enumerate(tree, 1)]),
    }
    variables, door_issues = _through_the_door(export.variables)
    issues = (*export.issues, *tree_issues, *door_issues)
    if twice:
        issues += (
            Issue(
                "",
                f"{twice} times a coder gave the same code to the same piece again",
                "kept once",
                "coded twice",
                twice,
            ),
        )
    long = sum(len(coding.text) > LONGEST for coding in first) if keep_text else 0
    if long:
        found = f"{long} pieces have more than {LONGEST} characters"
        issues += (Issue("", found, "kept with their place, without words", "long piece", long),)
    tables = {name: _frame(name, columns[name]) for name in TABLES}
    beside = {
        "import_variables": _plain_frame(variables, VARIABLES),
        "import_sets": _plain_frame(export.sets, SETS),
    }
    listed = pd.DataFrame([[getattr(i, name) for name in ISSUES] for i in issues], columns=list(ISSUES))
    record = {
        "program": export.program or "not said",
        "codebook": codebook,
        **export.reading,
        "rows": {name: len(table) for name, table in tables.items()},
    }
    return Imported(tables, listed, record, beside)


def person_variables() -> dict[str, Field]:
    """Return the columns of the people table that a program may know as variables of a person."""
    fields = coding_schema("people").fields
    return {
        name: column
        for name, column in fields.items()
        if name not in ("person_id", "strands", "status", "project_id")
    }


def known_variables(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Part the variables of a person into those that the people table can hold, and all others."""
    fields = person_variables()
    known = {
        name: value
        for name, value in values.items()
        if name in fields and (not fields[name].categories or value in fields[name].categories)
    }
    return known, {name: value for name, value in values.items() if name not in known}


def _piece(coding: Coding) -> tuple:
    place = coding.source_id, coding.start, coding.end, coding.text, coding.locator
    return (*place, coding.speakers, coding.piece)


def _through_the_door(
    variables: Sequence[tuple[str, str, str, str]],
) -> tuple[list[tuple[str, str, str, str]], list[Issue]]:
    """Leave out the variables that can identify a person, by their names or by their values."""
    values: dict[str, list[str]] = {}
    for _, _, name, value in variables:
        values.setdefault(name, []).append(value)
    stopped = {name: door.of_heading(name) or door.of_cells(cells) for name, cells in values.items()}
    issues = [
        Issue(
            "",
            f"the variable '{name}' seems to hold {what}",
            "not stored",
            "identifying variable",
            len(values[name]),
        )
        for name, what in stopped.items()
        if what
    ]
    return [row for row in variables if not stopped[row[2]]], issues


def _tree(codes: Sequence[Code]) -> tuple[list[Code], list[Issue]]:
    """Return each code once, under a code that is there and not under itself; and what was changed for it."""
    known: dict[str, Code] = {}
    for code in codes:
        known.setdefault(code.code_id, code)
    parents = {name: code.parent_id if code.parent_id in known else "" for name, code in known.items()}
    lost = sum(bool(code.parent_id) and not parents[name] for name, code in known.items())
    rooted: set[str] = {""}
    looped = 0
    for name in known:
        path: dict[str, None] = {}
        at = name
        while at not in rooted and at not in path:
            path[at] = None
            at = parents[at]
        if at in path:
            parents[at] = ""
            looped += 1
        rooted.update(path)
    issues = [
        Issue("", f"{number} {found}", done, "tree of codes", number)
        for number, found, done in (
            (len(codes) - len(known), "codes are given twice", "kept once"),
            (lost, "codes lie in a code that is not there", "put at the top"),
            (looped, "codes lie in themselves", "put at the top"),
        )
        if number
    ]
    return [replace(code, parent_id=parents[name]) for name, code in known.items()], issues


def _segment_id(place: int) -> str:
    return f"X{place + 1:04}"


def _segments(
    first: Sequence[Coding], speakers: Mapping[str, str], keep_text: bool
) -> dict[str, list[object]]:
    """Return the columns of the segments, of which each has its first coding."""
    said = [each.speakers if each.speakers is not None else (speakers[each.source_id],) for each in first]
    return {
        "segment_id": [_segment_id(place) for place in range(len(first))],
        "source_id": [each.source_id for each in first],
        "person_id": [people[0] if len(people) == 1 else "" for people in said],
        "start": [each.start for each in first],
        "end": [each.end for each in first],
        "text": [each.text if keep_text and len(each.text) <= LONGEST else "" for each in first],
        "quotable": ["no"] * len(first),
        "locator": [each.locator for each in first],
        "speakers": [";".join(people) if len(people) > 1 else "" for people in said],
    }


def _person(name: str, variables: Mapping[str, str]) -> dict[str, str]:
    return {**variables, "person_id": name, "strands": "interview"}


def _source(source: Source, speakers: Mapping[str, str]) -> dict[str, object]:
    return {
        "source_id": source.source_id,
        "strand": "interview",
        "title": source.title,
        "person_id": speakers[source.source_id],
        "characters": source.characters,
    }


def _code(code: Code, codebook: str, place: int) -> dict[str, object]:
    return {
        "code_id": code.code_id,
        "label": code.label,
        "parent_id": code.parent_id,
        "definition": code.definition,
        "codebook": codebook,
        "version": 1,
        "kind": "code",
        "order": place,
    }


def _columns(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _frame(name: str, columns: Mapping[str, list[object]]) -> pd.DataFrame:
    """Return a table with the columns of its schema; blank where nothing is known."""
    rows = len(next(iter(columns.values()), []))
    fields = coding_schema(name).fields
    cells = {field: _cells(columns[field]) if field in columns else [""] * rows for field in fields}
    cells["status"] = ["collected"] * rows
    return pd.DataFrame(cells, dtype=object).astype(str)


def _cells(values: Sequence[object]) -> list[str]:
    return ["" if value is None else import_record.shown(str(value)) for value in values]


def _plain_frame(rows: Sequence[tuple], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame([_cells(row) for row in rows], columns=list(columns), dtype=object).astype(str)
