"""Results that several chapters of one build need: the first computes them, the others read them.

A build names a folder of its own, empty at its start and gone at its end, in the environment variable
`PEERBOOK_SHARED`. Without one, as when a notebook is run alone, everything is computed where it is called.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import pickle
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from peerbook import reads

FOLDER = "PEERBOOK_SHARED"

P = ParamSpec("P")
R = TypeVar("R")


def shared(
    *, apart: Collection[str] = (), reads: Callable[P, Iterable[Path]] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let the chapters of a build share what a function returns.

    A result is found again by the function and the content of its arguments, so that one that was made from
    other data or with other choices is never taken. Who asks while another computes it waits for it. Whoever
    asks gets a copy of its own, equal to what the function returns.

    Parameters
    ----------
    apart
        Arguments that do not matter for what is returned, such as the number of processes.
    reads
        Called with the same arguments, it returns the folders and files whose content matters.

    Notes
    -----
    For a function that reads nothing but its arguments, these files, and files that come with peerbook, and
    whose arguments and result can be pickled. What it reads of raw data counts as read by all who get its
    result (`peerbook/reads.py`).
    """

    def sharing(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def once(*arguments: P.args, **named: P.kwargs) -> R:
            folder = os.environ.get(FOLDER)
            if not folder:
                return function(*arguments, **named)
            bound = signature.bind(*arguments, **named)
            bound.apply_defaults()
            matter = {name: value for name, value in bound.arguments.items() if name not in apart}
            if reads:
                matter["files read"] = [_content(place) for place in reads(*bound.args, **bound.kwargs)]
            return stored(Path(folder), function, matter, lambda: function(*arguments, **named))

        return once

    return sharing


def stored(
    folder: Path, function: Callable[..., R], matter: Mapping[str, Any], compute: Callable[[], R]
) -> R:
    """Return a result from a folder, and put it there first if need be.

    Parameters
    ----------
    folder
        Of the build.
    function
        Whose result it is.
    matter
        What the result depends on.
    compute
        Makes the result.
    """
    from filelock import FileLock
    from joblib import hash as hash_of

    plain = {name: dict(value) if isinstance(value, Mapping) else value for name, value in matter.items()}
    name = f"{function.__module__}.{function.__qualname__}"
    file = folder / f"{name.removeprefix('peerbook.')}-{hash_of((name, plain), 'sha1')}.pickle"
    with FileLock(f"{file}.lock"):
        if not file.is_file():
            with reads.watched() as found:
                result = compute()
            _write((result, found), file)
    result, found = pickle.loads(file.read_bytes())  # written by this build
    reads.note(found)
    return result


def _content(place: Path) -> dict[str, str]:
    """Return the hash of a file, or of every file below a folder, by name."""
    files = [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.is_file())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _write(result: object, file: Path) -> None:
    """Write a result so that no half of one is ever read."""
    half = file.with_suffix(".half")
    with half.open("wb") as opened:
        _Pickler(opened, protocol=5).dump(result)
    half.replace(file)


class _Pickler(pickle.Pickler):
    """Pickles views of dictionaries too, which keep definitions from being changed."""

    def reducer_override(self, value: object) -> Any:
        if isinstance(value, MappingProxyType):
            return _view_of, (dict(value),)
        return NotImplemented


def _view_of(content: dict[Any, Any]) -> MappingProxyType:
    return MappingProxyType(content)
