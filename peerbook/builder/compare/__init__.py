"""Compare two built books: every output, cell, sentence, figure and finding that differs, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder.compare.books import Book, read_book
from peerbook.builder.compare.differences import Comparison, Difference, compare_books
from peerbook.choices import check_one_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "Comparison",
    "Difference",
    "as_frame",
    "compare",
    "compare_books",
    "places_of",
    "read_book",
]

COLUMNS = ("study", "chapter", "output", "kind", "place", "before", "after", "why")


def compare(a: Path, b: Path, tolerance: float = 0.0, places: Sequence[str] = ()) -> pd.DataFrame:
    """Return the differences of two books.

    Parameters
    ----------
    a, b
        Folders that builds made.
    tolerance
        By how much numbers may differ and count as the same; above one, the share of the larger.
    places
        Chapters to compare, `study/name`; empty for all.

    Returns
    -------
    DataFrame
        One row per difference, findings first, with the columns of `COLUMNS`, all of them texts. `kind` is
        cell, row, column, sentence, figure, finding, output or page; `why` names data, choice, code,
        software, or several of them, as the records of both builds say.

    Raises
    ------
    ParameterError
        If one of the folders holds no book.
    """
    return as_frame(compare_books(read_book(a), read_book(b), tolerance, places))


def places_of(a: Book, b: Book, names: Iterable[str]) -> tuple[str, ...]:
    """Return the places of chapters that a user names, as `name` or `study/name`.

    Raises
    ------
    ParameterError
        If neither book has such a chapter.
    """
    known = dict.fromkeys((*a.chapters, *b.chapters))
    short = {place.rpartition("/")[2] for place in known}
    places: dict[str, None] = {}
    for name in names:
        if name not in short:
            check_one_of("--only", name, [*known, *short] if "/" in name else sorted(short))
        places |= dict.fromkeys(place for place in known if name in (place, place.rpartition("/")[2]))
    return tuple(places)


def as_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the differences as rows of texts."""
    import pandas as pd

    rows = [asdict(each) for each in comparison.differences]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
