"""One book of a series of editions: what it is made from, and how it came out."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from peerbook import paths
from peerbook.builder import protection, state
from peerbook.builder.order import Order
from peerbook.builder.parameters import REGION, Setting
from peerbook.builder.run import build
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
        Folder for editions of all kinds. Each kind has a folder in it, with the index and a folder for each
        edition.
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

    @property
    def place(self) -> Path:
        """The folder of the index."""
        return self.out / self.kind


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
    """How an edition came out: `state` is built, fresh, failed or few, and `said` is why."""

    name: str
    state: str
    said: str = ""
    seconds: float = 0.0
    exit_code: int = 0


@dataclass(frozen=True)
class Task:
    """An edition to build, unless it is fresh; other editions, of whatever kind, have folders in `home`."""

    edition: Edition
    study: str
    place: Path  # the raw folder, of which the edition may have a part
    home: Path

    def lists(self) -> tuple[Path, ...]:
        """Return the lists of decisions of all other editions, as far as they are of real people."""
        own = self.edition.order.out / protection.LIST
        return tuple(file for file in sorted(self.home.glob(f"*/*/{protection.LIST}")) if file != own)

    @property
    def order(self) -> Order:
        """What to build, beside what the other editions show."""
        return replace(self.edition.order, published=self.lists())

    def not_built(self) -> Made | None:
        """Return how it came out if there is nothing to build."""
        if self.edition.why_not:
            return Made(self.edition.name, FEW, self.edition.why_not)
        return Made(self.edition.name, FRESH) if state.is_unchanged(self.order) else None


def built(order: Order, name: str) -> Made:
    """Build a book, unless it is fresh, and say how it came out, whatever happens."""
    from rich.console import Console

    started = time.perf_counter()

    def failed(said: str, exit_code: int) -> Made:
        return Made(name, FAILED, said, time.perf_counter() - started, exit_code)

    try:
        whole = build(order, Console(file=io.StringIO()))
    except PeerbookError as error:
        return failed(str(error), error.exit_code)
    except Exception as error:  # whatever it is, the other editions are built
        return failed(f"{type(error).__name__}: {error}", 1)
    if "unchanged" in whole:
        return Made(name, FRESH)
    stopped = [record["name"] for record in whole["chapters"] if "stopped" in record]
    said = f"without {formats.words(stopped)}, which stopped" if stopped else ""
    return Made(name, BUILT, said, time.perf_counter() - started)
