"""Tables that a reader unfolds: long ones, and those that repeat a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import pandas as pd

from peerbook.disclosure import Counted, Nobody, Personal, Quoted
from peerbook.outputs.evidence import REBUILT
from peerbook.outputs.output import Output, Words, label, table


def folded(
    id: str,
    caption: Words,
    data: pd.DataFrame,
    arrange: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    *,
    notes: Iterable[str] | Callable[[pd.DataFrame], Iterable[str]] = (),
    evidence: str = REBUILT,
    people: Counted | Personal | Quoted | Nobody | None = None,
) -> Output:
    """Make a table that a reader unfolds; the arguments are those of `peerbook.outputs.table`.

    Without rows there is nothing to unfold, and the page says so.

    Examples
    --------
    >>> out = folded("table-1", "People by area", pd.DataFrame({"area": ["City"], "n": [3]}))
    >>> list(out.shown)
    ['Table 1. People by area']
    """
    arrange = partial(_below_its_caption, id=id, caption=caption, arrange=arrange or _headed)
    return table(id, caption, data, arrange, notes=notes, evidence=evidence, people=people)


def _below_its_caption(
    data: pd.DataFrame, id: str, caption: Words, arrange: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame | dict[str, pd.DataFrame]:
    rows = arrange(data)
    if isinstance(rows, dict) or not len(rows):
        return rows
    said = caption if isinstance(caption, str) else caption(data)
    return {f"{label(id)}. {said}": rows}


def _headed(data: pd.DataFrame) -> pd.DataFrame:
    return data.set_index(data.columns[0])


def unfolded(output: Output) -> pd.DataFrame:
    """Return the rows of a table as a reader sees them, folded away or not."""
    shown = output.shown
    return shown if isinstance(shown, pd.DataFrame) else pd.concat(shown.values())
