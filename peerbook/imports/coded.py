"""`peerbook import-coding`: exports of programs for analysis become, or join, coded tables of a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from peerbook.data.folder import DESCRIPTOR, descriptor_of
from peerbook.errors import DataError
from peerbook.imports import open_export, tables
from peerbook.imports.assembled import ISSUES, TABLES, Imported, assemble
from peerbook.imports.joined import Rules, check_rules, join, read_rules, with_coders
from peerbook.imports.keyed import called, keyed, read_links
from peerbook.imports.pseudonyms import Key, open_key
from peerbook.imports.qualcoder import DATABASE
from peerbook.imports.report import file_name
from peerbook.imports.withdrawal import WITHDRAWN, withdrawn, without
from peerbook.imports.written import check_mark, refuse_made_up, write_folder

FOLDER = "coding"
READ = "exportsRead"  # of the descriptor: marks of the exports that were read


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
    plain = {Path(path): open_export(path) for path in exports}
    read = {path: with_coders(export, asked) for path, export in plain.items()}
    check_rules(plain.values(), asked)
    secret = None
    if not keep_names:
        secret = open_key(Path(key) if key else folder.with_name(f"{folder.name}.key"), folder)
        check_mark(secret, folder)
    gone, known = withdrawn(folder), _known(folder)
    result = Imported(_tables(folder), pd.DataFrame(columns=list(ISSUES)))
    for path, export in read.items():
        if _mark(path) in known and result.tables and not keep_text:
            result = _with_issues(result, _issues(file_name(path.name), "read before", "not read again"))
            continue
        named = keyed(export, secret, links) if secret else called(export, links)
        new = _without(assemble(named, codebook, keep_text), gone)
        new = replace(
            new, issues=new.issues.assign(source=new.issues["source"].replace("", file_name(path.name)))
        )
        joined = join(result.tables, new, asked) if result.tables else new
        result = _with_issues(replace(joined, issues=result.issues), joined.issues)
    marks = dict.fromkeys([*known, *map(_mark, read)])
    write_folder(folder, _files(result, folder, secret, list(marks)))
    return result


def _known(folder: Path) -> list[str]:
    """Return the marks of the exports that a folder has rows of."""
    return list(descriptor_of(folder).get(READ, ()))


def _mark(path: Path) -> str:
    """Return what tells an export from others, and says nothing of what is in it."""
    file = path / DATABASE if path.is_dir() else path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _issues(source: str, found: str, done: str) -> pd.DataFrame:
    return pd.DataFrame([(source, found, done)], columns=list(ISSUES))


def _with_issues(imported: Imported, more: pd.DataFrame) -> Imported:
    parts = [part for part in (imported.issues, more) if len(part)]
    return replace(imported, issues=pd.concat(parts, ignore_index=True) if parts else imported.issues)


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    paths = {name: folder / FOLDER / f"{name}.csv" for name in TABLES}
    return {name: tables.rows(path) for name, path in paths.items() if path.is_file()}


def _without(new: Imported, gone: set[str]) -> Imported:
    """Leave out of an export who has withdrawn from the folder."""
    kept, changes = without(new.tables, gone)
    left = sum(change.rows for change in changes)
    if not left:
        return new
    said = _issues("", f"{left} rows of people who withdrew ({WITHDRAWN})", "left out")
    return _with_issues(replace(new, tables=kept), said)


def _files(result: Imported, folder: Path, key: Key | None, marks: list[str]) -> dict[str, str]:
    written = {
        f"{FOLDER}/{name}.csv": table.to_csv(index=False, lineterminator="\n")
        for name, table in result.tables.items()
        if len(table)
    }
    described = {"name": "imported", "synthetic": False, **descriptor_of(folder), READ: marks}
    if key:
        described["pseudonyms"] = key.mark
    written[DESCRIPTOR] = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return written
