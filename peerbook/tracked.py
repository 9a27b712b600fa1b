"""Frames that note which of their columns are read."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_list_like

from peerbook.reads import ROWS, Read, note


class Tracked(pd.DataFrame):
    """A raw table, or rows of it, that notes which columns are taken from it.

    What is taken is a plain frame or series. Choosing rows by a mask, and what else leaves columns as they
    are, gives a `Tracked` again. Any other use counts as reading every column: pandas keeps what a frame
    holds in `_mgr`, so that no method can reach the cells without asking for it.

    Parameters
    ----------
    rows
        The table; not changed.
    folder, table
        Where it is from.
    names
        The column of the raw table that each column is, where that has another name; None for one that is
        not of the raw table.
    """

    def __init__(
        self, rows: pd.DataFrame, folder: str, table: str, names: Mapping[Hashable, str | None] | None = None
    ) -> None:
        put = object.__setattr__  # pandas would take these for columns
        put(self, "_rows", rows.copy(deep=False))
        put(self, "_place", (folder, table))
        put(self, "_names", dict(names or {}))
        put(self, "_attrs", dict(rows.attrs))
        put(self, "_flags", self._rows.flags)

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    @property
    def _mgr(self) -> Any:
        self._note(self._rows.columns)
        return self._rows._mgr

    @_mgr.setter
    def _mgr(self, value: Any) -> None:
        object.__setattr__(self._rows, "_mgr", value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Tracked, (self._rows, *self._place, self._names)

    def _note(self, columns: Iterable[Hashable]) -> None:
        raw = (self._names.get(column, column) for column in columns)
        note(Read(*self._place, str(column)) for column in raw if column is not None)

    def _with(self, rows: pd.DataFrame, names: Mapping[Hashable, str | None] | None = None) -> Tracked:
        return Tracked(rows, *self._place, self._names if names is None else names)

    # What says nothing of the cells

    @property
    def columns(self) -> pd.Index:
        """The names of the columns, which the definitions of the study give."""
        return self._rows.columns

    @columns.setter
    def columns(self, labels: Any) -> None:
        self._note(self._rows.columns)
        self._rows.columns = labels

    @property
    def dtypes(self) -> pd.Series:
        """The types of the columns, which the definitions give as well."""
        return self._rows.dtypes

    @property
    def index(self) -> pd.Index:
        """The labels of the rows: how many there are, and which were chosen by columns noted before."""
        note([Read(*self._place, ROWS)])
        return self._rows.index

    @index.setter
    def index(self, labels: Any) -> None:
        self._note(self._rows.columns)
        self._rows.index = labels

    @property
    def axes(self) -> list[pd.Index]:
        """The labels of rows and columns."""
        return [self.index, self.columns]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return len(self.index), len(self.columns)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def empty(self) -> bool:
        """Whether there is no row or no column."""
        return 0 in self.shape

    # What takes some columns

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Hashable) and not isinstance(key, tuple) and key in self._rows.columns:
            self._note([key])
            return self._rows[key]
        if isinstance(key, list) and all(map(self._rows.columns.__contains__, key)):
            note([Read(*self._place, ROWS)])
            self._note(key)
            return self._rows[key]
        if is_list_like(key) and not isinstance(key, pd.DataFrame) and _is_mask(key):
            note([Read(*self._place, ROWS)])
            return self._with(self._rows[key])
        return super().__getitem__(key)

    def set_index(self, keys: Any, **options: Any) -> pd.DataFrame:
        """Return the rows with a column as their labels."""
        if not isinstance(keys, str) or options:
            return super().set_index(keys, **options)
        self._note([keys])
        return self._with(self._rows.set_index(keys))

    def reset_index(self, *arguments: Any, **options: Any) -> pd.DataFrame:
        """Return the rows numbered from zero."""
        if arguments or options != {"drop": True}:
            return super().reset_index(*arguments, **options)
        return self._with(self._rows.reset_index(drop=True))

    def query(self, expr: str, **options: Any) -> pd.DataFrame:
        """Return the rows that an expression holds for; it reads the columns whose names are in it."""
        if options or not isinstance(expr, str) or "`" in expr or "index" in expr:
            return super().query(expr, level=options.pop("level", 0) + 1, **options)
        named = set(re.findall(r"\w+", expr))
        self._note(column for column in self._rows.columns if column in named)
        note([Read(*self._place, ROWS)])
        return self._with(self._rows.query(expr, level=1))

    def drop(self, *arguments: Any, **options: Any) -> pd.DataFrame:
        """Return the rows without some columns."""
        if arguments or not set(options) <= {"columns", "errors"}:
            return super().drop(*arguments, **options)
        return self._with(self._rows.drop(**options))

    def rename(self, *arguments: Any, **options: Any) -> pd.DataFrame:
        """Return the rows with other names of columns."""
        new = options.get("columns")
        if arguments or set(options) != {"columns"} or not isinstance(new, Mapping):
            return super().rename(*arguments, **options)
        names = {new.get(column, column): self._names.get(column, column) for column in self._rows.columns}
        return self._with(self._rows.rename(columns=new), names)

    def reindex(self, *arguments: Any, **options: Any) -> pd.DataFrame:
        """Return some columns, missing ones empty."""
        if arguments or set(options) != {"columns"}:
            return super().reindex(*arguments, **options)
        wanted = list(options["columns"])
        note([Read(*self._place, ROWS)])
        self._note(column for column in wanted if column in self._rows.columns)
        return self._rows.reindex(columns=wanted)


def _is_mask(key: Any) -> bool:
    return hasattr(key, "dtype") and is_bool_dtype(key)
