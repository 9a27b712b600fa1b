"""`peerbook import-coding`: exports of programs for analysis become, or join, coded tables of a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from peerbook.data.about import as_told, read_about
from peerbook.data.definitions import load_definitions, studies
from peerbook.data.folder import DESCRIPTOR, WITHDRAWN, descriptor_of
from peerbook.data.schema import Field, coding_schema
from peerbook.errors import DataError
from peerbook.imports import import_record, open_export, origin, tables
from peerbook.imports.assembled import ISSUES, PERSON, TABLES, Imported, assemble
from peerbook.imports.joined import Rules, check_rules, join, read_rules, with_coders
from peerbook.imports.keyed import called, keyed, read_links
from peerbook.imports.pseudonyms import Key, open_key
from peerbook.imports.report import file_name
from peerbook.imports.withdrawal import withdrawn, without
from peerbook.imports.written import check_mark, refuse_made_up, write_folder

FOLDER = "coding"
WITHDREW = "withdrawn"


def import_coding(
    exports: Sequence[str | Path],
    folder: str | Path,
    codebook: str = "imported",
    *,
    keep_text: bool = False,
    keep_names: bool = False,
    key: str | Path | None = None,
    people: str | Path | None = None,
    rules: str | Path | None = None,
    read_all: bool = False,
) -> Imported:
    """Write the coded tables of a raw folder, or join exports with those that it has.

    Parameters
    ----------
    exports : sequence of str or Path
        Files of programs for analysis: of several coders, of interviews and of a survey.
    folder : str or Path
        The raw folder; made if it is not there. Its rows stay; see `peerbook.imports.joined` for what is
        the same.
    codebook : str
        The codebook that the codes are of; one of that name in the folder is added to.
    keep_text, keep_names : bool
        As in `peerbook.imports.read_export`. Otherwise people, sources and coders get pseudonyms.
    key : str or Path, optional
        The secret of the pseudonyms, made if it is not there; by default `<folder>.key` beside the folder.
    people : str or Path, optional
        A CSV outside the folder with `name` (of a speaker or a source, as an export has it) and `person_id`
        (the person's own number in the survey or log), so that both have the same pseudonym.
    rules : str or Path, optional
        YAML that says which codes of the exports were renamed, and who coders are; see `joined.Rules`.
    read_all : bool
        Whether the coders of an export read all its sources, those too in which they coded nothing.

    Returns
    -------
    Imported
        All rows that the folder has now, and what to know about how they were read and joined.

    Raises
    ------
    DataError
        If a file cannot be used, or the folder holds made-up data. Nothing is written then.
    ParameterError
        If the key or the file of people lies in the folder.
    """
    folder = Path(folder) if Path(folder).name else Path(folder).resolve()
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder}: a file. Give a folder for the tables as the last word of the command.")
    refuse_made_up(folder)
    links = read_links(Path(people), folder) if people else {}
    asked = read_rules(Path(rules)) if rules else Rules()
    paths = [Path(path) for path in exports]
    if rules:
        check_rules(map(open_export, paths), asked)
    secret = None
    if not keep_names:
        secret = open_key(Path(key) if key else folder.with_name(f"{folder.name}.key"), folder)
        check_mark(secret, folder)
    gone, listed = withdrawn(folder), _listed(folder)
    there = _tables(folder)
    known = {record.get("sha256") for record in import_record.read(folder)} - {""} if there else set()
    read: list[Imported] = []
    for path in paths:  # one after the other: of large ones only one is kept
        if origin(path)["sha256"] in known and not keep_text:
            again = (file_name(path.name), "read before", "read before", "not read again", 1)
            read.append(Imported({}, pd.DataFrame([again], columns=list(ISSUES))))
            continue
        named = with_coders(open_export(path), asked)
        named = keyed(named, secret, links) if secret else called(named, links)
        new = _without(assemble(named, codebook, keep_text), gone)
        new = _read_by_all(new) if read_all else new
        new = _of_the_study(new, listed)
        where = new.issues["source"].replace("", file_name(path.name))
        new = replace(new, issues=new.issues.assign(source=where), record={**origin(path), **new.record})
        new = join(there, new, asked) if there else new
        there = new.tables
        read.append(new)
    issues = pd.concat([each.issues for each in read], ignore_index=True)
    beside = {name: pd.concat([e.beside[name] for e in read if e.beside]) for name in _beside(read)}
    written = {
        f"{FOLDER}/{name}.csv": table.to_csv(index=False, lineterminator="\n")
        for name, table in there.items()
        if len(table)
    }
    records = [each.record for each in read if each.record]
    written |= import_record.contents(folder, issues, records, beside)
    written[DESCRIPTOR] = _descriptor(folder, secret)
    write_folder(folder, written)
    return Imported(there, issues, {}, beside)


def _beside(read: Sequence[Imported]) -> list[str]:
    return list(dict.fromkeys(name for each in read for name in each.beside))


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    paths = {name: folder / FOLDER / f"{name}.csv" for name in TABLES}
    return {name: tables.frame(path) for name, path in paths.items() if path.is_file()}


def _without(new: Imported, gone: set[str]) -> Imported:
    """Leave out of an export who has withdrawn from the folder."""
    tables, changes = without(new.tables, gone)
    beside, more = without(new.beside, gone)
    left = sum(change.rows for change in (*changes, *more))
    if not left:
        return new
    said = ("", WITHDREW, f"{left} rows of people who withdrew ({WITHDRAWN})", "left out", left)
    issues = new.issues[~new.issues["source"].isin(_sources(new.tables) - _sources(tables))]
    issues = pd.concat([issues, pd.DataFrame([said], columns=list(ISSUES))], ignore_index=True)
    return replace(new, tables=tables, beside=beside, issues=issues)


def _listed(folder: Path) -> dict[str, Field]:
    """Return the columns of people whose answers are a list of the study, if the folder says which it is."""
    study = descriptor_of(folder).get("study")
    if study not in studies():
        return {}
    tables = as_told(load_definitions(study), read_about(folder)).tables
    known = coding_schema("people").fields
    fields = tables["coding/people"].fields if "coding/people" in tables else {}
    return {name: field for name, field in fields.items() if name in known and known[name].categories_from}


def _of_the_study(new: Imported, listed: Mapping[str, Field]) -> Imported:
    """Give people what an export says of them and the lists of the study have."""
    variables = new.beside.get("import_variables")
    if not listed or variables is None or variables.empty:
        return new
    fits = [
        kind == PERSON
        and name in listed
        and (value in listed[name].categories or not listed[name].categories)
        for _, kind, name, value in variables.itertuples(index=False, name=None)
    ]
    people = new.tables["people"].set_index("person_id", drop=False)
    for owner, _, name, value in variables[fits].itertuples(index=False, name=None):
        people.loc[owner, name] = value
    rest = variables[[not fit for fit in fits]]
    tables = {**new.tables, "people": people.reset_index(drop=True)}
    return replace(new, tables=tables, beside={**new.beside, "import_variables": rest})


def _read_by_all(new: Imported) -> Imported:
    coders = ";".join(dict.fromkeys(new.tables["segment_codes"]["coder"]))
    return replace(new, tables={**new.tables, "sources": new.tables["sources"].assign(read_by=coders)})


def _sources(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    return set(tables["sources"]["source_id"])


def _descriptor(folder: Path, key: Key | None) -> str:
    described = {"name": "imported", "synthetic": False, **descriptor_of(folder)}
    if key:
        described["pseudonyms"] = key.mark
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
