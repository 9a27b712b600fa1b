"""What the pages of the chapters have in common: what this book adds to the report, what is folded away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import pandas as pd

from peerbook.outputs import Output, label, table
from peerbook.outputs.evidence import REBUILT

ADDED = "Added by this book."

Caption = str | Callable[[pd.DataFrame], str]
Arrange = Callable[[pd.DataFrame], pd.DataFrame]
Notes = Iterable[str] | Callable[[pd.DataFrame], Iterable[str]]


def added(caption: Caption) -> Caption:
    """Return the caption of something that the report does not have, with a sentence that says so.

    Examples
    --------
    >>> added("Values that occur together")
    'Values that occur together. Added by this book.'
    """
    if isinstance(caption, str):
        return f"{caption}. {ADDED}"
    return partial(_added, caption=caption)


def _added(data: pd.DataFrame, caption: Callable[[pd.DataFrame], str]) -> str:
    return f"{caption(data)}. {ADDED}"


def folded(
    id: str,
    caption: Caption,
    data: pd.DataFrame,
    arrange: Arrange | None = None,
    *,
    notes: Notes = (),
    evidence: str = REBUILT,
) -> Output:
    """Make a table that a reader unfolds; the arguments are those of `peerbook.outputs.table`.

    It is for tables that are long, or that repeat a picture. Without rows there is nothing to unfold, and
    the page says so.
    """
    arrange = partial(_below_its_caption, id=id, caption=caption, arrange=arrange or _headed)
    return table(id, caption, data, arrange, notes=notes, evidence=evidence)


def _below_its_caption(
    data: pd.DataFrame, id: str, caption: Caption, arrange: Arrange
) -> pd.DataFrame | dict[str, pd.DataFrame]:
    rows = arrange(data)
    if isinstance(rows, dict) or not len(rows):
        return rows
    said = caption if isinstance(caption, str) else caption(data)
    return {f"{label(id)}. {said}": rows}


def _headed(data: pd.DataFrame) -> pd.DataFrame:
    return data.set_index(data.columns[0])


def not_again(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Arrange the rows of a table that is shown elsewhere: there is nothing but notes and a download."""
    return {}


def unfolded(output: Output) -> pd.DataFrame:
    """Return the rows of a table as a reader sees them, folded away or not."""
    shown = output.shown
    return shown if isinstance(shown, pd.DataFrame) else pd.concat(shown.values())
