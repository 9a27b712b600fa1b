"""One book of a series of editions: what it is made from, whether that changed, and how it came out."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from peerbook import paths
from peerbook.builder import manifest, protection, publish, reach
from peerbook.builder.parameters import REGION, Setting
from peerbook.builder.run import Order, build
from peerbook.errors import PeerbookError
from peerbook.outputs import formats

MONTH, PROJECT = "month", "project"
KINDS = (REGION, PROJECT, MONTH)
BUILT, FRESH, FAILED, FEW = "built", "fresh", "failed", "few"


@dataclass(frozen=True)
class Series:
    """What a user asks for.

    Attributes
    ----------
    kind : {"region", "project", "month"}
    out
        Folder of the index; each edition has a folder in it.
    study
        By default the one that the data folder names.
    data
        The raw folder; by default the stand-in data.
    first, last
        Months such as "2016-04"; by default those of the first and the last row.
    chapters
        Those that each edition has; empty for all.
    settings
        Parameters to set in all of them.
    jobs
        How many editions to build at a time.
    scheduler
        Address of a Dask scheduler whose workers build; empty: this machine does.
    root
        As for `Order`.
    """

    kind: str
    out: Path = Path("_build/editions")
    study: str = ""
    data: Path | None = None
    first: str = ""
    last: str = ""
    chapters: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    jobs: int = 2
    scheduler: str = ""
    root: Path = field(default_factory=lambda: paths.root())


@dataclass(frozen=True)
class Edition:
    """One book of a series.

    Attributes
    ----------
    name
        Of its folder.
    title
        For readers.
    order
        What to build.
    rows : mapping of str to int
        What the index counts of it, as the raw tables have it.
    where : mapping of str to str
        What all its people have in common.
    why_not : str
        Why it is not built, such as that it is of too few people; empty if it is.
    """

    name: str
    title: str
    order: Order
    rows: Mapping[str, int] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    why_not: str = ""


@dataclass(frozen=True)
class Made:
    """How an edition came out: `state` is built, fresh, failed or few, and `said` is why.

    `made_from` is a hash of all that it was made from, and `book` one of its manifest.
    """

    name: str
    state: str
    said: str = ""
    seconds: float = 0.0
    made_from: str = ""
    book: str = ""
    exit_code: int = 0


def source_of(root: Path) -> str:
    """Return a hash of all that is not data: code, definitions, notebooks, pages, packages."""
    hashed = hashlib.sha256(json.dumps(manifest.software()).encode())
    folders = [reach.PACKAGE, *(root / name for name in ("notebooks", "data_schema", "book"))]
    for folder in folders:
        hashed.update(json.dumps(manifest.hashes(folder)).encode())
    hashed.update((root / "_config.yml").read_bytes())
    return hashed.hexdigest()


def _made_from(source: str, edition: Edition, place: Path, published: Iterable[Path]) -> str:
    """Return a hash of all that an edition is made from."""
    order = edition.order
    said = {
        "source": source,
        "data": manifest.hashes(next(iter(order.data.values()), place)),
        "edition": order.edition,
        "part": dict(order.part),
        "chapters": order.chapters,
        "settings": [asdict(setting) for setting in order.settings],
        "published": [manifest.sha256(file) for file in published],
    }
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _is_fresh(edition: Edition, made_from: str, last: Mapping[str, Any]) -> bool:
    """Say whether the last book of an edition is there, was made from the same, and was not changed since."""
    before, out = last.get(edition.name, {}), edition.order.out
    return (
        before.get("made_from") == made_from
        and all((out / part).exists() for part in publish.PARTS)
        and manifest.sha256(out / "manifest.json") == before.get("book")
    )


@dataclass(frozen=True)
class Task:
    """An edition to build, if it is not fresh; `before` are the folders of the editions before it."""

    edition: Edition
    study: str
    source: str
    place: Path  # the raw folder, of which the edition may have a part
    before: tuple[Path, ...]
    last: Mapping[str, Any]

    def lists(self, own: bool = True) -> tuple[Path, ...]:
        """Return the lists of decisions of the editions before it, and of its own last book."""
        folders = (*self.before, *([self.edition.order.out] if own else []))
        return tuple(folder / protection.LIST for folder in folders if (folder / protection.LIST).is_file())

    def made_from(self) -> str:
        """Return a hash of all that it is made from."""
        return _made_from(self.source, self.edition, self.place, self.lists(own=False))

    def not_built(self) -> Made | None:
        """Return how it came out if there is nothing to build."""
        if self.edition.why_not:
            return Made(self.edition.name, FEW, self.edition.why_not)
        made_from = self.made_from()
        if _is_fresh(self.edition, made_from, self.last):
            book = self.last[self.edition.name]["book"]
            return Made(self.edition.name, FRESH, made_from=made_from, book=book)
        return None


def built(order: Order, name: str, made_from: str, started: float) -> Made:
    """Build a book, and say how it came out, whatever happens."""
    from rich.console import Console

    try:
        whole = build(order, Console(file=io.StringIO()))
    except PeerbookError as error:
        return _failed(name, str(error), started, error.exit_code)
    except Exception as error:  # whatever it is, the other editions are built
        return _failed(name, f"{type(error).__name__}: {error}", started, 1)
    stopped = [record["name"] for record in whole["chapters"] if "stopped" in record]
    said = f"without {formats.words(stopped)}, which stopped" if stopped else ""
    seconds, book = time.perf_counter() - started, manifest.sha256(order.out / "manifest.json")
    return Made(name, BUILT, said, seconds, "" if stopped else made_from, book)


def _failed(name: str, said: str, started: float, exit_code: int) -> Made:
    return Made(name, FAILED, said, time.perf_counter() - started, exit_code=exit_code)
