"""Why a chapter differs between two books, as far as their records say: data, choice, code, software."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from peerbook.builder.compare.books import Book

DATA, CHOICE, CODE, SOFTWARE = "data", "choice", "code", "software"
NOT_RECORDED = "not recorded"
"""Both records say the same, and yet something differs: a file was changed by hand, or chance had a part."""

Reasons = Mapping[str, tuple[str, ...]]


def reasons(a: Book, b: Book, place: str) -> dict[str, tuple[str, ...]]:
    """Return what the records of a chapter say differently: by kind, each in a few words.

    Parameters
    ----------
    a, b
        Two books.
    place
        A chapter, `study/name`. If one book lacks it, the reason is that its data cannot give it, or that it
        was not asked for.
    """
    before, after = a.chapters.get(place), b.chapters.get(place)
    if before is None or after is None:
        return _of_absence(a if before is None else b, place)
    noted = _noted(before, after)
    found = {
        DATA: noted(("columns", "data")) if noted else tuple(_data(a, b, before, after)),
        CHOICE: tuple(_choices(before["parameters"], after["parameters"])),
        CODE: noted(("files",)) if noted else _code(before, after),
        SOFTWARE: noted(("packages",)) if noted else tuple(_software(a.manifest, b.manifest)),
    }
    return {kind: said for kind, said in found.items() if said}


def joined(found: Iterable[str]) -> str:
    """Name the kinds of reasons in one cell."""
    return ", ".join(found) or NOT_RECORDED


def _of_absence(book: Book, place: str) -> dict[str, tuple[str, ...]]:
    left_out = {each["chapter"]: each["reason"] for each in book.manifest.get("left_out", ())}
    if place in left_out:
        return {DATA: (left_out[place],)}
    return {CHOICE: ("one book was made without this chapter",)}


def _noted(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Callable[[Iterable[str]], tuple[str, ...]] | None:
    """Return what names the inputs that differ, if both records say what their chapter read and reached."""
    old, new = before.get("inputs"), after.get("inputs")
    if not old or not new or old.get("outside") or new.get("outside"):
        return None

    def differing(parts: Iterable[str]) -> tuple[str, ...]:
        sides = [(old.get(part, {}), new.get(part, {})) for part in parts]
        return tuple(name for a, b in sides for name in sorted({*a, *b}) if a.get(name) != b.get(name))

    return differing


def _data(a: Book, b: Book, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Name the raw files that differ, but for tables that the chapter read in neither book."""
    read = {*before.get("reads", ()), *after.get("reads", ())}
    for study in dict.fromkeys((before["study"], *before.get("studies", ()), *after.get("studies", ()))):
        files_a, files_b = (book.manifest["data"].get(study, {}).get("files", {}) for book in (a, b))
        own = study == before["study"]
        tables = read if own else {name.removeprefix(f"{study}/") for name in read}
        for name in sorted({*files_a, *files_b}):
            path = PurePosixPath(name)
            passed_over = path.suffix == ".csv" and read and path.with_suffix("").as_posix() not in tables
            if files_a.get(name) != files_b.get(name) and not passed_over:
                yield name if own else f"{study}/{name}"


def _choices(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, "not there"), after.get(name, "not there")
        if old != new:
            yield f"{name} was {old}, is {new}"


def _code(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    same = before.get("code_sha256") == after.get("code_sha256")
    return () if same else ("the notebook, or code that it uses",)


def _software(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    before, after = a.get("software", {}), b.get("software", {})
    ours = _needed()
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, "not there"), after.get(name, "not there")
        if old != new and (not ours or _folded(name) in ours):
            yield f"{name} was {old}, is {new}"


def _needed() -> set[str]:
    """Name what peerbook needs to run; empty if it is not installed and nobody knows."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        needed = requires("peerbook") or ()
    except PackageNotFoundError:
        return set()
    names = (re.match(r"[\w.-]+", line)[0] for line in needed if "extra ==" not in line)
    return {"python", "peerbook", *map(_folded, names)}


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
