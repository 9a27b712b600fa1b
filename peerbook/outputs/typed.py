"""Text from data, which is escaped at the moment when a sentence is made of it.

A sentence is markdown, and data may hold anything: `*`, `<img>`, a link. The functions that word a text are
handed strings of the class `Typed`, which behave like any string, and are escaped when they are written into
another one: by an f-string, by `formats.words`, by `+`. Only what a chapter itself writes is markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from peerbook.outputs import markup


class Typed(str):
    r"""A string as somebody typed it.

    Examples
    --------
    >>> name = Typed("*hope*")
    >>> name == "*hope*", f"**{name}**", f"{name.upper()}", f"{name[1:-1]}"
    (True, '**\\*hope\\***', '\\*HOPE\\*', 'hope')
    """

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return format(markup.plain(str(self)), form)

    def __add__(self, other: str) -> str:
        return Typed(str(self) + str(other)) if isinstance(other, Typed) else f"{self}" + other

    def __radd__(self, other: str) -> str:
        return other + f"{self}"

    def __getitem__(self, place: Any) -> Typed:
        return Typed(str.__getitem__(self, place))

    def __mod__(self, values: Any) -> str:
        raise TypeError("text from data is no pattern for `%`; write it into an f-string")


def _still_typed(name: str) -> Any:
    method = getattr(str, name)

    def call(self: Typed, *arguments: Any, **named: Any) -> Any:
        made = method(self, *arguments, **named)
        return Typed(made) if isinstance(made, str) else type(made)(map(Typed, made))

    call.__name__, call.__doc__ = name, method.__doc__
    return call


for _name in (
    *(
        "lower",
        "upper",
        "capitalize",
        "title",
        "casefold",
        "swapcase",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
    ),
    *("removeprefix", "removesuffix", "split", "rsplit", "splitlines", "partition", "rpartition"),
):
    setattr(Typed, _name, _still_typed(_name))


def typed(data: Any) -> Any:
    """Return a frame, a mapping, a list or a string with every string in it as `Typed`; others stay."""
    if isinstance(data, str):
        return data if isinstance(data, Typed) else Typed(data)
    if isinstance(data, Mapping):
        return {key: typed(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)) and type(data) in (list, tuple):
        return type(data)(map(typed, data))
    if isinstance(data, pd.DataFrame):
        return data.apply(_column) if len(data.columns) else data
    return data


def _column(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.CategoricalDtype):
        names = pd.Index([typed(name) for name in values.cat.categories], dtype="object")
        return values.cat.rename_categories(names)
    if pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values):
        return values.astype("object").map(typed)
    return values
