"""Names of an export become pseudonyms under the secret key of the folder, and people those of the survey.

What has the same name in two exports then has the same label, and nobody who has only the tables can tell
the names. A key file outside the folder says who in an export is who in the survey or the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from peerbook.data.about import PERSON
from peerbook.errors import DataError, ParameterError
from peerbook.imports import tables
from peerbook.imports.assembled import Export, Issue, people_of, renamed, speakers_of
from peerbook.imports.pseudonyms import LETTERS, Key

NAME = "name"
CODER_LETTERS = 5  # there are few coders, and pages name them


def read_links(path: Path, folder: Path) -> dict[str, str]:
    """Read the key file: a CSV of `name` (as an export has it) and `person_id` (as the survey has it).

    Raises
    ------
    ParameterError
        If the file lies in the folder of the tables.
    DataError
        If it lacks a column, or gives one name to two people.
    """
    if path.resolve().is_relative_to(folder.resolve()):
        raise ParameterError(
            f"--people: {path.name} would lie in the folder of the tables, where it undoes the pseudonyms. "
            "Move it elsewhere."
        )
    if not path.is_file():
        raise DataError(f"--people: {path}: no such file. Give a CSV with the columns {NAME} and {PERSON}.")
    rows = tables.frame(path)
    if lacking := [column for column in (NAME, PERSON) if column not in rows]:
        raise DataError(
            f"--people: {path.name} has no column {' and '.join(lacking)}. Its first line must be "
            f"{NAME},{PERSON}: a name as the export has it, and the person's own number in the survey or log."
        )
    rows = rows[[NAME, PERSON]].apply(lambda cells: cells.str.strip())
    rows = rows[(rows[NAME] != "") & (rows[PERSON] != "")].drop_duplicates()
    if twice := int(rows[NAME].duplicated().sum()):
        raise DataError(
            f"--people: {path.name} gives {twice} of its names to two people each. Make them differ in the "
            "program for analysis, and export again."
        )
    return dict(zip(rows[NAME], rows[PERSON], strict=True))


def linked(export: Export, links: Mapping[str, str]) -> tuple[dict[str, str], tuple[Issue, ...]]:
    """Say who each speaker of an export is in the survey, and how many are in no line of the key file.

    A source of which nobody knows who speaks may be named by its title.

    Returns
    -------
    dict of str to str
        The person's own number, or the name of the export, by that name.
    tuple of Issue
    """
    names = people_of(export)
    unknown = [name for name in names if name not in links]
    issues = ()
    if links and unknown:
        found = f"{len(unknown)} of {len(names)} speakers are not in the key file of people"
        done = "kept, and linked to nobody of the survey or log"
        issues = (Issue("", found, done, "not linked", len(unknown)),)
    return {name: links.get(name, name) for name in names}, issues


def keyed(export: Export, key: Key, links: Mapping[str, str]) -> Export:
    """Put pseudonyms in the place of the names of people, sources and coders.

    Parameters
    ----------
    export : Export
    key : Key
        The secret of the folder. A person has the pseudonym that an import of a survey gives her.
    links : mapping of str to str
        From `read_links`; empty for none.
    """
    own, issues = linked(export, links)
    given = key.pseudonyms(set(own.values()))
    sources = _labels(key, "source", "S", (source.source_id for source in export.sources))
    coders = _labels(key, "coder", "coder ", (coding.coder for coding in export.codings), CODER_LETTERS)
    found = renamed(export, {name: given[person] for name, person in own.items()}, sources, coders)
    return replace(found, issues=(*found.issues, *issues))


def called(export: Export, links: Mapping[str, str]) -> Export:
    """Keep the names of an export, but for people whom the key file calls otherwise."""
    if not links:
        return export
    own, issues = linked(export, links)
    alone = speakers_of(export)
    return replace(
        export,
        people={own[name]: variables for name, variables in export.people.items()},
        sources=tuple(
            replace(source, person_id=links.get(alone[source.source_id], source.person_id))
            for source in export.sources
        ),
        codings=tuple(
            coding
            if coding.speakers is None
            else replace(coding, speakers=tuple(own[name] for name in coding.speakers))
            for coding in export.codings
        ),
        issues=(*export.issues, *issues),
        variables=tuple((own.get(owner, owner), *rest) for owner, *rest in export.variables),
    )


def _labels(key: Key, kind: str, letter: str, names: Iterable[str], letters: int = LETTERS) -> dict[str, str]:
    """Label each name under the key; of a kind, so that a source and its speaker do not share a label."""
    named = [name for name in dict.fromkeys(names) if name]
    whole = key.pseudonyms({f"{kind} {name}" for name in named})
    given = {name: whole[f"{kind} {name}"][1:] for name in named}
    short = {name: label[:letters] for name, label in given.items()}
    alike = len(set(short.values())) < len(short)
    return {name: letter + label for name, label in (given if alike else short).items()}
