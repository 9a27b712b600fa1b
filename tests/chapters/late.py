"""Whether an output is late: what it shows comes from the data it is handed, not from data it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import numpy as np
import pandas as pd

from peerbook import Log, Study
from peerbook.outputs import Output

DATA = (pd.DataFrame, pd.Series, pd.Index, np.ndarray, Log, Study)


def data_held(output: Output) -> list[str]:
    """List the functions of an output, and of its panels, that hold data."""
    return [
        f"{each.id}: {field.name} holds a {type(data).__name__}"
        for each in (output, *output.panels)
        for field in fields(each.form)
        for data in _found(getattr(each.form, field.name), set())
    ]


def _found(thing: Any, seen: set[int]) -> Iterator[Any]:
    """Give the data that can be reached from a function without calling it."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, DATA):
        yield thing
        return
    for inner in _inside(thing):
        yield from _found(inner, seen)


def _inside(thing: Any) -> list[Any]:
    if isinstance(thing, FunctionType):
        cells = [cell.cell_contents for cell in thing.__closure__ or ()]
        return [*cells, *(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()]
    if isinstance(thing, MethodType):
        return [thing.__func__, thing.__self__]
    if isinstance(thing, partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, Mapping):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return list(thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return [getattr(thing, field.name) for field in fields(thing)]
    return []
