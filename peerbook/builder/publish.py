"""Put a finished build in the place of the last good one, so that no moment can leave half a book.

A build is made in a folder of its own, `<out>/.staging-...`. When it is complete it is marked so, and only
then its parts are renamed into place. What a killed build leaves behind is settled by the next one: a
complete staging folder is published, an incomplete one is removed. Its name is never used again, so that a
process that outlives its build cannot write into the next.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peerbook.builder.cache import Cache
from peerbook.errors import BookError

PARTS = ("html", "outputs", "notebooks", "manifest.json")
AGREEMENT = "agreement.csv"
AT_HAND = (
    AGREEMENT,
    "claims.csv",
    "items.csv",
    "disclosure.csv",
)  # beside the book; the first of books that have the chapter
CACHE = ".cache"  # in the folder of a book, never published: what the last rendering left
_STAGING, _COMPLETE = ".staging-", "complete"


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """Give an empty folder to build in; on the way out it is removed, whatever happened.

    Parameters
    ----------
    out
        Folder of the book; created if there is none.

    Raises
    ------
    BookError
        If another build is writing to the same folder, or if the folder is not one of a book and holds
        files that a book would replace.
    """
    from filelock import FileLock, Timeout

    out = out.resolve()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (
            "there is a file in its place"
            if isinstance(error, (FileExistsError, NotADirectoryError))
            else error.strerror
        )
        raise BookError(f"The folder {out} cannot be made: {why}. Choose another with --out.") from error
    lock = FileLock(out / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        message = f"Another build is writing to {out}. Wait for it, or choose another folder with --out."
        raise BookError(message) from None
    try:
        settle(out)
        _check_holds_a_book_or_nothing(out)
        yield Path(tempfile.mkdtemp(prefix=_STAGING, dir=out))
    finally:
        settle(out)
        lock.release()


def publish(folder: Path) -> None:
    """Declare what is in a staging folder complete and move it into place.

    Raises
    ------
    BookError
        If a part is missing; the last good book stays as it was.
    """
    missing = [part for part in PARTS if not (folder / part).exists()]
    if missing:
        raise BookError(f"The build made no {', '.join(missing)}; the last good book stays in place.")
    (folder / _COMPLETE).touch()
    settle(folder.parent)


def settle(out: Path) -> None:
    """Finish publishing a complete staging folder, and remove an incomplete one with what it rendered."""
    replaced, cache = out / ".replaced", Cache(out / CACHE)
    for folder in out.glob(f"{_STAGING}*"):
        for part in (*PARTS, *AT_HAND):
            if (folder / _COMPLETE).exists() and (folder / part).exists():
                _swap(folder / part, out / part, replaced)
        if (folder / _COMPLETE).exists():
            cache.keep()
        shutil.rmtree(folder)
    cache.drop_unkept()
    shutil.rmtree(replaced, ignore_errors=True)


def _check_holds_a_book_or_nothing(out: Path) -> None:
    present = [part for part in PARTS if (out / part).exists()]
    if present and "manifest.json" not in present:
        raise BookError(
            f"{out} has its own {', '.join(present)}, which a book would replace. "
            "Choose another folder with --out."
        )


def _swap(new: Path, place: Path, replaced: Path) -> None:
    replaced.mkdir(exist_ok=True)
    if place.exists():
        aside = replaced / place.name
        if aside.is_dir():
            shutil.rmtree(aside)
        place.replace(aside)
    new.replace(place)
