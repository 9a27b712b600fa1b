"""Links of made-up rows to other rows of the same table, as codes have codes they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from peerbook.data.sampler.draws import Draw, below
from peerbook.data.sampler.fitting import left_out, share_left_out
from peerbook.data.sampler.keys import same_value
from peerbook.data.sampler.links import turned
from peerbook.data.schema import Field, ForeignKey, Schema


def looped(
    schema: Schema, link: ForeignKey, texts: Mapping[str, np.ndarray], draw: Draw
) -> dict[str, np.ndarray]:
    """Return the columns that lead to an earlier row of the table, one that agrees in the rest of the key.

    The first rows lead nowhere, or to themselves if the column is required. A column that may not repeat
    leads to the row before.
    """
    size = len(texts[link.reference_fields[0]])
    usable = np.ones(size, dtype=bool)
    for own, other in zip(link.fields, link.reference_fields, strict=True):
        usable &= same_value(schema.fields[own], schema.fields[other], texts[other])
    group = _groups([texts[name] for name in link.fields if name in link.reference_fields], size)
    before = (pd.Series(usable).groupby(group).cumsum() - usable).to_numpy()
    columns = {}
    for own, other in turned(link):
        field = schema.fields[own]
        drawn = below(np.maximum(before, 1), draw(link.fields[0], size))
        place = np.maximum(before - 1, 0) if field.constraints.unique else drawn
        row = np.where(before > 0, _nth_of_group(usable, group, place), np.arange(size))
        columns[own] = _some(field, texts[other][row], before == 0, draw)
    return columns


def _groups(columns: Sequence[np.ndarray], size: int) -> np.ndarray:
    """Return numbers that are the same for rows that agree in some columns."""
    if not columns:
        return np.zeros(size, dtype=int)
    return pd.DataFrame(dict(enumerate(columns))).groupby(list(range(len(columns)))).ngroup().to_numpy()


def _nth_of_group(usable: np.ndarray, group: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return for each row the usable row at a place of its group, from 0; any row if there is none."""
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(group[rows], kind="stable")]
    start = np.searchsorted(group[rows], group)
    return np.append(rows, 0)[np.minimum(start + place, len(rows))]


def _some(field: Field, column: np.ndarray, first: np.ndarray, draw: Draw) -> np.ndarray:
    """Leave out the first rows, and the usual share of the others, if the field allows it."""
    codes = left_out(field, key=True)
    gone = first | (draw(f"{field.name}, left out", len(column)) < share_left_out(field))
    return np.where(gone, codes[0], column) if codes else column
