"""Where the files live that are not code: schemas, notebooks and the hand-written book.

A clone keeps them at its root, an installed wheel carries a copy in `peerbook/_files`.
"""

from __future__ import annotations

from pathlib import Path


def root() -> Path:
    """Return the folder that holds `data_schema/`, `notebooks/`, `book/` and `_config.yml`.

    Examples
    --------
    >>> (root() / "data_schema").is_dir()
    True
    """
    package = Path(__file__).resolve().parent
    clone = package.parent
    return clone if (clone / "data_schema").is_dir() else package / "_files"


def data_schema() -> Path:
    """Return the folder of table schemas and questionnaires."""
    return root() / "data_schema" / "side_by_side"


def notebooks() -> Path:
    """Return the folder of chapter notebooks and their list, `chapters.yml`."""
    return root() / "notebooks" / "side_by_side"


def book() -> Path:
    """Return the folder of hand-written pages."""
    return root() / "book"


def config() -> Path:
    """Return the Jupyter Book configuration file."""
    return root() / "_config.yml"
