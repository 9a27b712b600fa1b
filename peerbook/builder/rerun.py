"""One chapter again with other choices, in a small book of its own, beside the last book of them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder import manifest
from peerbook.builder.compare import Comparison, compare_books, read_book
from peerbook.builder.compare.page import write_page
from peerbook.builder.contents import read_contents
from peerbook.builder.run import Order, build
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
        What to run it with. Its studies and chapters are set here; without a folder it gets one by its name.
    against
        Folder of the book to compare with; it is not changed.

    Raises
    ------
    ParameterError
        If there is no such chapter, if its notebook makes several pages, or if the book would replace the
        one it is compared with.
    """
    place = _place(chapter, order.root)
    study = place.partition("/")[0]
    order = replace(order, studies=(study,), only=(place,), alone=True, strict=True)
    if order.out.resolve() == against.resolve():
        raise ParameterError(
            f"--out and --against are the same folder, {order.out}. Name another; that book stays as it is."
        )
    build(order, console)
    page, changes = order.out / "html" / f"{place}.html", order.out / CHANGES
    changes.unlink(missing_ok=True)
    record = _record(manifest.read(against), place)
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


def _record(whole: Mapping[str, Any], place: str) -> dict[str, Any] | None:
    """Find a chapter in the record of a book."""
    records = {f"{each['study']}/{each['name']}": each for each in whole.get("chapters", ())}
    return records.get(place)
