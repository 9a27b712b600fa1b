"""Pandoc, run as a program: its licence (GPL) covers pandoc, not what calls it."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime

from peerbook.errors import BookError


def pandoc(*arguments: str, text: str, date: str = "") -> str:
    """Hand a text to pandoc and return what it writes.

    Parameters
    ----------
    *arguments
        Of its command line.
    text
        Its standard input.
    date
        ISO 8601; what it takes for the time of writing, so that the same book gives the same file.

    Raises
    ------
    BookError
        With what pandoc says, if it fails.
    """
    from pypandoc import get_pandoc_path

    written = {"SOURCE_DATE_EPOCH": str(int(datetime.fromisoformat(date).timestamp()))} if date else {}
    done = subprocess.run(
        [get_pandoc_path(), *arguments],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **written},
    )
    if done.returncode:
        raise BookError(f"pandoc could not write the file.\n{done.stderr.strip()}")
    return done.stdout
