"""What a chapter reads of its raw data, written down while it runs, so that a build knows when it is stale.

A build names a file of its own for each chapter in the environment variable `PEERBOOK_READS`. A line is added
to it for whatever is read for the first time: a folder of raw data, and a column of one of its tables.
Without such a file, as when a notebook is run alone, nothing is written down.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = "PEERBOOK_READS"
ROWS = ""
"""Stands for a column where only how many rows a table has was read."""
ABOUT, TABLES, REGIONS = "?about", "?tables", "?regions"
"""Stand for a table: what the folder says of its study, which tables it has, and from where it has people."""


class Read(NamedTuple):
    """Something that was read: a column of a table in a folder of raw data."""

    folder: str
    table: str
    column: str = ROWS


_watching: ContextVar[tuple[set[Read], ...]] = ContextVar("watching", default=())


def is_watched() -> bool:
    """Whether anybody wants to know what is read."""
    return bool(os.environ.get(FILE) or _watching.get())


def note(reads: Iterable[Read]) -> None:
    """Write down what is read, for the chapter and for whoever watches."""
    file, watching = os.environ.get(FILE, ""), _watching.get()
    for read in reads:
        if file:
            _write(file, read)
        for found in watching:
            found.add(read)


@contextmanager
def watched() -> Iterator[set[Read]]:
    """Collect what is read while something is computed, as its result rests on it."""
    found: set[Read] = set()
    token = _watching.set((*_watching.get(), found))
    try:
        yield found
    finally:
        _watching.reset(token)


def read_back(file: Path) -> frozenset[Read]:
    """Return what was written down in a file; nothing if there is none."""
    if not file.is_file():
        return frozenset()
    return frozenset(Read(*json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines())


@cache  # once is enough, in each process
def _write(file: str, read: Read) -> None:
    with open(file, "a", encoding="utf-8") as opened:
        opened.write(json.dumps(read) + "\n")
