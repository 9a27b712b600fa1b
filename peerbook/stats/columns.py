"""Columns of a frame as plain arrays: numbers, or codes of levels.

Everything a model does with a column is done on these, since a pandas object costs more per operation than
the arithmetic of a model of a thousand rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.errors import ModelError


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    values : ndarray
        Numbers, missing ones being nan; or level codes, missing ones being -1. Shape (rows,).
    levels : tuple or None
        Categories in order; None for numbers.
    """

    values: np.ndarray
    levels: tuple | None = None

    def missing(self) -> np.ndarray:
        """Flag the rows without a value."""
        if self.levels is not None:
            return self.values < 0
        return (
            np.isnan(self.values) if self.values.dtype.kind == "f" else np.zeros(len(self.values), dtype=bool)
        )

    def keep(self, rows: np.ndarray) -> Column:
        """Take some rows."""
        return Column(self.values[rows], self.levels)

    def used(self) -> Column:
        """Renumber the levels so that each occurs, in their order; rows must be complete."""
        counts = np.bincount(self.values, minlength=len(self.levels))
        if counts.all():
            return self
        places = np.flatnonzero(counts)
        renumbered = np.cumsum(counts > 0) - 1
        return Column(renumbered[self.values], tuple(self.levels[place] for place in places))

    def as_pandas(self) -> np.ndarray | pd.Series:
        """Return what an expression of a formula expects: numbers, or a series of categories."""
        if self.levels is None:
            return self.values
        return pd.Series(pd.Categorical.from_codes(self.values, list(self.levels)))


def as_column(name: str, values: object) -> Column:
    """Read numbers as numbers, and text, categories, true and false as levels.

    Levels are in the order of the categories, else sorted. Objects that are all numbers are numbers.

    Parameters
    ----------
    name : str
        For messages.
    values : Series, Categorical or array
        Of any type but dates.

    Raises
    ------
    ModelError
        The values are dates or mix text with numbers.
    """
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = getattr(values, "array", values)
        return Column(categories.codes, tuple(categories.categories))
    if dtype.kind in "iuf" and isinstance(dtype, np.dtype):
        return Column(np.asarray(values))
    if dtype.kind in "mM":
        raise ModelError(f"`{name}` holds dates or durations. Turn them into numbers (days) or into groups.")
    if isinstance(dtype, np.dtype) and dtype.kind == "O":
        inferred = pd.Series(values).infer_objects()
        return _text(name, values) if inferred.dtype.kind == "O" else as_column(name, inferred)
    if dtype.kind == "b" or not pd.api.types.is_numeric_dtype(dtype):
        return _text(name, values)
    return Column(pd.Series(values).to_numpy(dtype=float, na_value=np.nan))


def _text(name: str, values: object) -> Column:
    """Sort the distinct values and number them."""
    codes, labels = pd.factorize(values)
    labels = pd.Index(labels).tolist()
    try:
        order = sorted(range(len(labels)), key=labels.__getitem__)
    except TypeError as error:
        raise ModelError(f"`{name}` mixes text and numbers. Write all its values the same way.") from error
    rank = np.empty(len(labels) + 1, dtype=np.int32)
    rank[order], rank[-1] = np.arange(len(labels)), -1
    return Column(rank[codes], tuple(labels[place] for place in order))


def as_labels(values: object) -> tuple[np.ndarray, pd.Index]:
    """Tell the groups of a column apart: all labels of one type, blanks and missing ones as -1.

    Where text and numbers are mixed everything is read as text, so that 1, 1.0 and "1" are one group, as
    they are after a round through a spreadsheet. Blanks around a text do not make another group.

    Parameters
    ----------
    values : Series, Index or array
        Text, numbers, dates or categories.

    Returns
    -------
    tuple
        The number of the group of each row, shape (rows,), and the labels in order of first occurrence.
    """
    codes, labels = pd.factorize(values)
    labels = pd.Index(labels)
    kinds = labels.categories if isinstance(labels.dtype, pd.CategoricalDtype) else labels
    if kinds.dtype.kind in "iufbmM" or (
        kinds.dtype.kind != "O" and pd.api.types.is_numeric_dtype(kinds.dtype)
    ):
        return codes, labels
    plain = labels.tolist()
    texts = [label.strip() if type(label) is str else _label(label) for label in plain]
    if texts == plain and "" not in texts:
        return codes, labels
    merged, labels = pd.factorize(np.array([text or None for text in texts], dtype=object))
    return np.append(merged, -1)[codes], pd.Index(labels)


def _label(label: object) -> str:
    """Write a label as text: whole numbers without a decimal point, nothing for a blank."""
    whole = isinstance(label, float | np.floating) and float(label).is_integer()
    return str(int(label) if whole else label).strip()
