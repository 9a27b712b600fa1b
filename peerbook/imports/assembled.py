"""From what an export holds to rows of the tables of coded material."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from peerbook.data.schema import FINAL, coding_schema
from peerbook.errors import DataError

TABLES = ("people", "sources", "segments", "segment_codes", "codebooks")
ISSUES = ("source", "found", "done")


@dataclass(frozen=True)
class Code:
    """A code of a codebook."""

    code_id: str
    label: str
    parent_id: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Source:
    """A text that was coded; `person_id` is blank if the export does not say who speaks."""

    source_id: str
    title: str
    characters: int | None = None
    person_id: str = ""


@dataclass(frozen=True)
class Coding:
    """A code on a piece of a source; `start` and `end` (one past the last character) may be unknown."""

    source_id: str
    code_id: str
    text: str
    start: int | None = None
    end: int | None = None
    coder: str = ""


@dataclass(frozen=True)
class Issue:
    """Something a reader should know: where, what was found, what was done."""

    source: str
    found: str
    done: str


@dataclass(frozen=True)
class Export:
    """What an export holds, whatever its format; `people` has their variables by name."""

    codes: tuple[Code, ...] = ()
    sources: tuple[Source, ...] = ()
    codings: tuple[Coding, ...] = ()
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class Imported:
    """Rows read from an export.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        `people`, `sources`, `segments`, `segment_codes`, `codebooks`, as text, with the columns of
        `data_schema/coding`.
    issues : DataFrame
        `source`, `found`, `done`: what a reader should know about how the export was read.
    """

    tables: Mapping[str, pd.DataFrame]
    issues: pd.DataFrame

    def write(self, folder: str | Path) -> Path:
        """Write the tables that have rows into `folder/coding`, one CSV a table.

        Raises
        ------
        DataError
            If one of them is there already: nothing is overwritten.
        """
        target = Path(folder) / "coding"
        rows = {name: table for name, table in self.tables.items() if len(table)}
        there = [f"{name}.csv" for name in rows if (target / f"{name}.csv").exists()]
        if there:
            raise DataError(
                f"{target}: {', '.join(there)} would be overwritten. Move it away, or give another folder."
            )
        target.mkdir(parents=True, exist_ok=True)
        for name, table in rows.items():
            table.to_csv(target / f"{name}.csv", index=False, lineterminator="\n")
        return target


def numbered(export: Export) -> Export:
    """Put numbers in the place of the names of people, sources and coders.

    In a program for analysis these are often the names of real people, and tables print them.
    """
    said_by = speakers_of(export)
    coders = (coding.coder for coding in export.codings if coding.coder)
    return renamed(
        export,
        _numbers([*said_by.values(), *export.people], "P"),
        _numbers(said_by, "S"),
        _numbers(coders, "coder ", digits=1),
    )


def speakers_of(export: Export) -> dict[str, str]:
    """Say who speaks in each source; a source without a known speaker has a person of its own name."""
    return {source.source_id: source.person_id or source.source_id for source in export.sources}


def renamed(
    export: Export, people: Mapping[str, str], sources: Mapping[str, str], coders: Mapping[str, str]
) -> Export:
    """Give people, sources and coders other names; a source is called by its new name, without its title.

    Parameters
    ----------
    export : Export
    people, sources, coders : mapping of str to str
        The new name of each name that occurs. What an issue says of a source is said of its new name.
    """
    said_by = speakers_of(export)
    return replace(
        export,
        people={people[name]: variables for name, variables in export.people.items()},
        sources=tuple(
            replace(
                source,
                source_id=sources[source.source_id],
                title=sources[source.source_id],
                person_id=people[said_by[source.source_id]],
            )
            for source in export.sources
        ),
        codings=tuple(
            replace(coding, source_id=sources[coding.source_id], coder=coders.get(coding.coder, ""))
            for coding in export.codings
        ),
        issues=tuple(
            replace(issue, source=sources.get(issue.source, issue.source)) for issue in export.issues
        ),
    )


def _numbers(names: Iterable[str], letter: str, digits: int = 3) -> dict[str, str]:
    return {name: f"{letter}{place:0{digits}}" for place, name in enumerate(dict.fromkeys(names), 1)}


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
    speakers = {source.source_id: source.person_id or source.source_id for source in export.sources}
    pieces: dict[tuple, str] = {}
    for coding in export.codings:
        pieces.setdefault(_piece(coding), f"X{len(pieces) + 1:04}")
    rows = {
        "people": [_person(name, export.people.get(name, {})) for name in dict.fromkeys(speakers.values())],
        "sources": [_source(source, speakers) for source in export.sources],
        "segments": [
            {
                "segment_id": segment,
                "source_id": source,
                "person_id": speakers[source],
                "start": start,
                "end": end,
                "text": text if keep_text else "",
                "quotable": "no",
            }
            for (source, start, end, text), segment in pieces.items()
        ],
        "segment_codes": [
            {
                "segment_id": pieces[_piece(coding)],
                "code_id": coding.code_id,
                "coder": coding.coder or "not named",
                "round": FINAL,
                "valence": "supports",
            }
            for coding in dict.fromkeys(export.codings)
            if coding.code_id
        ],
        "codebooks": [_code(code, codebook, place) for place, code in enumerate(export.codes, 1)],
    }
    tables = {name: _frame(name, rows[name]) for name in TABLES}
    return Imported(tables, pd.DataFrame([vars(issue) for issue in export.issues], columns=list(ISSUES)))


def person_variables() -> set[str]:
    """Name the columns of the people table that a program may know as variables of a person."""
    return set(coding_schema("people").fields) - {"person_id", "strands", "status"}


def _piece(coding: Coding) -> tuple[str, int | None, int | None, str]:
    return coding.source_id, coding.start, coding.end, coding.text


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
    return {**vars(code), "codebook": codebook, "version": 1, "kind": "code", "order": place}


def _frame(name: str, rows: list[dict]) -> pd.DataFrame:
    columns = list(coding_schema(name).fields)
    table = pd.DataFrame(rows, columns=columns, dtype=object).assign(status="collected")
    return table.where(table.notna(), "").astype(str)
