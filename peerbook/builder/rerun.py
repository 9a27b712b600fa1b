"""One chapter again with other choices, in a small book of its own, beside the last book of them all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder import manifest
from peerbook.builder.compare import Comparison, compare_books, read_book
from peerbook.builder.compare.page import write_page
from peerbook.builder.contents import read_contents
from peerbook.builder.order import Order
from peerbook.builder.run import build
from peerbook.errors import ParameterError

if TYPE_CHECKING:
    from rich.console import Console

CHANGES = "changes.html"


@dataclass(frozen=True)
class Rerun:
    """What a chapter that ran again made.

    Attributes
    ----------
    page : Path
        Its page.
    changes : Path
        The page that shows what changed, if there is a comparison.
    comparison : Comparison or None
        With the last book; None if there is no such book, or it lacks the chapter.
    chosen : dict
        By name, choices of the last book that are not the defaults either.
    """

    page: Path
    changes: Path
    comparison: Comparison | None
    chosen: dict[str, Any]


def rerun(chapter: str, order: Order, against: Path, console: Console) -> Rerun:
    """Run one chapter into a book of its own, and compare it with the same chapter of another book.

    Parameters
    ----------
    chapter
        Its name, or `study/name`.
    order
        What to run it with, and the folder of its book. Its studies and chapters are set here.
    against
        Folder of the book to compare with; it is not changed.

    Raises
    ------
    ParameterError
        If there is no such chapter, if its notebook makes several pages, or if the folder holds a book with
        other chapters, or the one it is compared with.
    """
    place = _place(chapter, order.root)
    study = place.partition("/")[0]
    order = replace(order, studies=(study,), only=(place,), alone=True, strict=True)
    others = set(_places(order.out)) - {place}
    if others or order.out.resolve() == against.resolve():
        raise ParameterError(
            f"--out: {order.out} holds another book, which a run must not change. "
            f"Name a folder of its own, such as --out _run/{chapter}."
        )
    build(order, console)
    page, changes = order.out / "html" / f"{place}.html", order.out / CHANGES
    changes.unlink(missing_ok=True)
    record = _places(against).get(place)
    if record is None:
        return Rerun(page, changes, None, {})
    comparison = compare_books(read_book(against), read_book(order.out), places=[place])
    write_page(comparison, changes)
    return Rerun(
        page, changes, comparison, {name: record["parameters"][name] for name in record.get("defaults", ())}
    )


def _place(chapter: str, root: Path) -> str:
    places = [found.place for found in read_contents(root).only([chapter])]
    if len(places) > 1:
        raise ParameterError(f"'{chapter}' makes a page for each value; name one of: {', '.join(places)}.")
    return places[0]


def _places(out: Path) -> dict[str, dict[str, Any]]:
    """Return the chapters of a book as its record has them, by place; none if there is no book."""
    return manifest.by_place(manifest.read(out).get("chapters", ()))
