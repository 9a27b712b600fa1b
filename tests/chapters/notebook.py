"""Chapters as their notebooks make them, without a kernel: for tests that look at every output."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import numpy as np
import pandas as pd

from peerbook import Log, Study, paths
from peerbook.outputs import Output

DATA = (pd.DataFrame, pd.Series, pd.Index, np.ndarray, np.generic, Log, Study)


def code_of(notebook: Path) -> list[str]:
    """Return the code cells of a notebook, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def shown_in(notebook: Path) -> list[str]:
    """Name the functions of the chapter that a notebook shows, in order."""
    calls = (node for cell in code_of(notebook) for node in ast.walk(ast.parse(cell)))
    return [
        node.args[0].func.attr
        for node in calls
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "show"
    ]


def shown(study: str, chapter: str, /, **given: Any) -> list[Output]:
    """Make the calls of a notebook on a log or study of a test, and return the outputs it shows, in order.

    Parameters
    ----------
    study, chapter : str
        Which notebook.
    given
        What the cell that opens the data would give, such as `log`, and parameters.
    """
    parameters, *cells = code_of(paths.notebooks() / study / f"{chapter}.ipynb")
    outputs: list[Output | None] = []
    names: dict[str, Any] = {}
    exec(parameters, names)
    names |= {
        "chapter": import_module(f"peerbook.chapters.{study}.{chapter}"),
        "show": outputs.append,
        **given,
    }
    for cell in cells:
        if ".shelf(" not in cell:
            exec(cell, names)
    return [output for output in outputs if output is not None]


def outputs_of(notebook: Path, monkeypatch, **parameters: object) -> list[Output]:
    """Run a notebook's code on the stand-in data and collect what it shows."""
    shown: list[Output] = []

    def shelf(folder: str | Path = "", synthetic: bool | None = None, protection: object = None):
        return lambda output: shown.append(output) or output if output is not None else None

    monkeypatch.setattr("peerbook.outputs.shelf", shelf)
    settings, *cells = code_of(notebook)
    names: dict[str, object] = {}
    exec(settings, names)
    names |= parameters
    for cell in cells:
        exec(cell, names)
    return shown


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
