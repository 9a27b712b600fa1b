"""Coded material from the programs it was coded in: REFI-QDA, Taguette, QualCoder.

`read_export` reads a file as such a program exports it and returns rows of the tables of coded material. What
no program knows is left for the evaluators to fill in: what kind of code a code is, and who may be quoted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import archive, qualcoder, refi, segment_table, taguette
from peerbook.imports.assembled import Export, Imported, assemble, numbered

__all__ = ["Imported", "read_export"]

FORMATS = (
    "a REFI-QDA project (.qdpx) or codebook (.qdc), a Taguette highlights or codebook CSV or project "
    "(.sqlite3), a QualCoder project (.qda) or codings CSV, or a table of coded segments with columns of "
    "codes, words and documents"
)
DATABASES = (".sqlite3", ".sqlite", ".db", ".taguette")
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")


def read_export(
    path: str | Path, codebook: str = "imported", *, keep_text: bool = False, keep_names: bool = False
) -> Imported:
    """Read an export of a program for qualitative analysis.

    Parameters
    ----------
    path : str or Path
        A `.qdpx` or `.qdc` file, a table or project of Taguette, or a table or project of QualCoder.
    codebook : str
        The name to give its codebook.
    keep_text : bool
        Whether the words of segments are kept. They are never published without consent, and consent is
        not in any export: every segment comes out as not quotable.
    keep_names : bool
        Whether people, sources and coders keep the names they have in the program, which tables print. Only
        if these are pseudonyms; otherwise they are numbered in the order of the export.

    Returns
    -------
    Imported
        The tables, and what a reader should know about how they were read.

    Raises
    ------
    DataError
        If the file is none of these, or is damaged.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path}: no such file. Give the path of {FORMATS}.")
    try:
        export = _reader(path)(path)
    except OSError as error:
        raise DataError(
            f"{path.name}: it cannot be read ({error.strerror}). Close it in other programs, and check that "
            "you may read it."
        ) from error
    export = export if keep_names else numbered(export)  # of a large one only one is kept
    imported = assemble(export, codebook, keep_text)
    return replace(imported, record={"file": path.suffix.lower(), "sha256": _hash(path), **imported.record})


def _reader(path: Path) -> Callable[[Path], Export]:
    kind = path.suffix.lower()
    if kind in (".qdpx", ".qde"):
        return refi.read_project
    if kind == ".qdc":
        return refi.read_codebook
    if kind == ".qda" or (path.is_dir() and (path / qualcoder.DATABASE).exists()):
        return qualcoder.read_project
    if path.is_file() and (kind in DATABASES and taguette.is_project(path)):
        return taguette.read_project
    if path.is_file() and kind == ".zip" and archive.is_project(path):
        return refi.read_project
    if path.is_file() and kind in TABLES:
        for program in (taguette, qualcoder):
            if program.recognises(path):
                return program.read_csv
        if segment_table.recognises(path):
            return segment_table.read_table
    if kind == ".zip":
        raise DataError(
            f"{path}: a zip without a project in it. Unpack it, and give the export that is in it."
        )
    raise DataError(f"{path}: not an export that can be read. Expected {FORMATS}.")


def _hash(path: Path) -> str:
    """Return the fingerprint of a file; of a folder, none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
