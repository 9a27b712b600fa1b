"""Put a finished build in the place of the last good one, so that no moment can leave half a book.

A build is made in a folder of its own, `<out>/.staging-...`. When it is complete it is marked so, and only
then its parts are renamed into place. What a killed build leaves behind is settled by the next one: a
complete staging folder is published, an incomplete one is removed. Its name is never used again, so that a
process that outlives its build cannot write into the next.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from peerbook.builder.cache import Cache
from peerbook.errors import BookError, DataError, DisclosureError, ParameterError

PARTS = ("html", "outputs", "notebooks", "manifest.json", "ro-crate-metadata.json")
RECORDS = ("manifest.json", "ro-crate-metadata.json")  # hold times; of the same book all else is the same
AGREEMENT = "agreement.csv"
AT_HAND = (
    AGREEMENT,
    "claims.csv",
    "items.csv",
    "disclosure.csv",
)  # beside the book; the first of books that have the chapter
CACHE = ".cache"  # in the folder of a book, never published: what the next build need not find out again
RENDERED = f"{CACHE}/pages"  # what the last rendering left
_STAGING, _COMPLETE, _REPLACED = ".staging-", "complete", ".replaced"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_LEAST = 1 << 20  # bytes; with less, room is what a build lacks
_TRIES = 50


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
    out = out.resolve()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _locked(out):
            settle(out)
            _check_holds_a_book_or_nothing(out)
            folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=out))
            temporary(folder).mkdir(mode=0o700)
            try:
                yield folder
            except Exception as error:
                if _is_full(out, error):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
                raise
            finally:
                settle(out)
    except OSError as error:
        said = _reason(out, error)
        if not said:
            raise
        raise BookError(said) from error


def temporary(staging: Path) -> Path:
    """Return the folder for temporary files of a build: outside of the book, since sockets need short paths.

    Parameters
    ----------
    staging
        The folder to build in. Both are removed together, if need be by the next build.
    """
    return Path(tempfile.gettempdir()) / f"peerbook-{staging.name.removeprefix(_STAGING)}"


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it when a build ends, however that happens."""
    from filelock import FileLock, Timeout

    lock = FileLock(out / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        message = f"Another build is writing to {out}. Wait for it, or choose another folder with --out."
        raise BookError(message) from None
    try:
        yield
    finally:
        lock.release()


def _is_full(out: Path, error: Exception) -> bool:
    """Whether a build may have failed for want of room: what other programs say of it is not always kept."""
    if isinstance(error, (DataError, DisclosureError, ParameterError)):
        return False
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return min(shutil.disk_usage(place).free for place in (out, tempfile.gettempdir())) < _LEAST


def _reason(out: Path, error: OSError) -> str:
    """Say why a build could not write, as far as somebody can do something about it."""
    if isinstance(error, (FileExistsError, NotADirectoryError)) and not out.is_dir():
        return f"The folder {out} cannot be made: there is a file in its place. Choose another with --out."
    if error.errno in _FULL:
        return (
            f"The disk is full ({out}, or {tempfile.gettempdir()} for temporary files). Make room, or choose "
            "another folder with --out; the last good book stays in place."
        )
    if error.errno in _REFUSED and _is_below(error, out):
        return (
            f"The folder {out} cannot be written to: {os.strerror(error.errno)}. Choose another with --out; "
            "the last good book stays in place."
        )
    return ""


def _is_below(error: OSError, out: Path) -> bool:
    named = Path(os.fsdecode(error.filename or out)).absolute()
    return named == out or out in named.parents or named in out.parents


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


def is_settled(out: Path) -> bool:
    """Whether no killed build left anything in the folder of a book that the next one has to settle."""
    return not (out / _REPLACED).exists() and not list(out.glob(f"{_STAGING}*"))


def settle(out: Path) -> None:
    """Finish publishing a complete staging folder, and remove an incomplete one with what it rendered."""
    replaced, cache = out / _REPLACED, Cache(out / RENDERED)
    for folder in out.glob(f"{_STAGING}*"):
        for part in (*PARTS, *AT_HAND):
            if (folder / _COMPLETE).exists() and (folder / part).exists():
                _swap(folder / part, out / part, replaced)
        if (folder / _COMPLETE).exists():
            cache.keep()
        shutil.rmtree(temporary(folder), ignore_errors=True)  # whose name only the folder tells
        _remove(folder)
    cache.drop_unkept()
    shutil.rmtree(replaced, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Remove a folder; processes of a killed build may write to it for a moment until they notice."""
    for _ in range(_TRIES):
        with suppress(OSError):
            shutil.rmtree(folder)
            return
        time.sleep(0.1)
    shutil.rmtree(folder)


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
