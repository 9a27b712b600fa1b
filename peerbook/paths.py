"""Where the files live that are not code: schemas, notebooks and the hand-written book.

A clone keeps them at its root, an installed wheel carries a copy in `peerbook/_files`. Whoever keeps studies
elsewhere names that folder in the environment variable `PEERBOOK_ROOT`.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = "PEERBOOK_ROOT"


def root() -> Path:
    """Return the folder that holds `data_schema/`, `notebooks/`, `stand_in/`, `book/` and `_config.yml`.

    Examples
    --------
    >>> (root() / "data_schema").is_dir()
    True
    """
    if named := os.environ.get(ROOT):
        return Path(named).resolve()
    package = Path(__file__).resolve().parent
    clone = package.parent
    return clone if (clone / "data_schema").is_dir() else package / "_files"


def data_schema() -> Path:
    """Return the folder of table schemas: `coding/`, shared by studies, and one folder for each study."""
    return root() / "data_schema"


def notebooks() -> Path:
    """Return the folder of chapter notebooks: one folder for each study, with its list `chapters.yml`."""
    return root() / "notebooks"


def stand_in(study: str) -> Path:
    """Return the folder of raw data that stand in for a study's confidential ones."""
    return root() / "stand_in" / study


def book() -> Path:
    """Return the folder of hand-written pages."""
    return root() / "book"


def config() -> Path:
    """Return the Jupyter Book configuration file."""
    return root() / "_config.yml"
