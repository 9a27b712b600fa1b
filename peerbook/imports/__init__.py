"""Coded material from the programs it was coded in: REFI-QDA, Taguette, QualCoder.

`read_export` reads a file as such a program exports it and returns rows of the tables of coded material. What
no program knows is left for the evaluators to fill in: what kind of code a code is, and who may be quoted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import qualcoder, refi, taguette
from peerbook.imports.assembled import Export, Imported, assemble, numbered

__all__ = ["Imported", "open_export", "read_export"]

FORMATS = (
    "a REFI-QDA project (.qdpx) or codebook (.qdc), a Taguette highlights or codebook CSV, "
    "a QualCoder project (.qda) or codings CSV"
)


def read_export(
    path: str | Path, codebook: str = "imported", *, keep_text: bool = False, keep_names: bool = False
) -> Imported:
    """Read an export of a program for qualitative analysis.

    Parameters
    ----------
    path : str or Path
        A `.qdpx` or `.qdc` file, a CSV of Taguette or QualCoder, or a QualCoder project.
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
        If the file is none of these, is damaged, lacks a source, or refers to a code it does not hold.
    """
    export = open_export(path)
    return assemble(export if keep_names else numbered(export), codebook, keep_text)


def open_export(path: str | Path) -> Export:
    """Return what an export holds, under the names that it has there; as `read_export` otherwise."""
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path}: no such file. Give the path of {FORMATS}.")
    return _reader(path)(path)


def _reader(path: Path) -> Callable[[Path], Export]:
    if path.suffix.lower() == ".qdpx":
        return refi.read_project
    if path.suffix.lower() == ".qdc":
        return refi.read_codebook
    if path.suffix.lower() == ".qda":
        return qualcoder.read_project
    if path.suffix.lower() == ".csv":
        for program in (taguette, qualcoder):
            if program.recognises(path):
                return program.read_csv
    raise DataError(f"{path}: not an export that can be read. Expected {FORMATS}.")
