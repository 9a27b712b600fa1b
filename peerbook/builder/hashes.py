"""Hashes of files that a book was made from. Quick to import: a build with nothing to do needs no more."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

LENGTH = 16  # letters of a digest that is only to show a change


def hashes(folder: Path, pattern: str = "*") -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path relative to it."""
    files = sorted(
        path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts
    )
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def of_project(root: Path, package: Path) -> dict[str, str]:
    """Return a digest of every file of a project and of peerbook that a book can be made from.

    Parameters
    ----------
    root
        Folder with `book/`, `notebooks/`, `data_schema/` and `_config.yml`.
    package
        Folder of peerbook.

    Returns
    -------
    dict of str to str
        Digests by the place of a file in the project, or in peerbook.
    """
    found = {}
    for folder, home in [
        (root / "book", root),
        (root / "notebooks", root),
        (root / "data_schema", root),
        (package, package.parent),
    ]:
        found |= {file.relative_to(home).as_posix(): file for file in _below(folder)}
    found |= {name: root / name for name in ("_config.yml", "requirements.lock") if (root / name).is_file()}
    return {name: sha256(file)[:LENGTH] for name, file in sorted(found.items())}


def _below(folder: Path) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if name not in ("__pycache__", ".ipynb_checkpoints")]
        yield from (Path(place, name) for name in names if not name.endswith(".pyc"))
