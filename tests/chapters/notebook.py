"""Chapters as their notebooks make them, without a kernel: for tests that look at every output."""

from __future__ import annotations

import ast
import dataclasses
import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np
import pandas as pd

from peerbook.log import Log
from peerbook.outputs import Output
from peerbook.study import Study

HELD = (pd.DataFrame, pd.Series, np.ndarray, np.generic, Study, Log)


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


def outputs_of(notebook: Path, monkeypatch, **parameters: object) -> list[Output]:
    """Run a notebook's code on the stand-in data and collect what it shows."""
    shown: list[Output] = []

    def shelf(folder: str | Path = ""):
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
    """Say which functions of an output hold data of their own, and where."""
    form = output.form
    parts = {
        name: getattr(form, name)
        for name in ("caption", "words", "notes", "arrange", "draw")
        if getattr(form, name)
    }
    found = [
        f"{output.id}, {name}: {place}" for name, part in parts.items() for place in _held(part, name, set())
    ]
    return found + [place for panel in output.panels for place in data_held(panel)]


def _held(thing: object, place: str, seen: set[int]) -> Iterator[str]:
    """Walk through what a function closes over: closures, defaults, arguments, fields, items."""
    if id(thing) in seen or isinstance(thing, ModuleType | type | str | bytes | int | float | None):
        return
    seen.add(id(thing))
    if isinstance(thing, HELD):
        yield f"{place} holds a {type(thing).__name__}"
    elif isinstance(thing, FunctionType):
        inside = dict(zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True))
        for name, cell in inside.items():
            yield from _held(cell.cell_contents, f"{place}, {name}", seen)
        for value in (*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()):
            yield from _held(value, f"{place}, a default", seen)
    elif isinstance(thing, functools.partial):
        for value in (thing.func, *thing.args, *thing.keywords.values()):
            yield from _held(value, f"{place}, partial", seen)
    elif hasattr(thing, "__self__") and hasattr(thing, "__func__"):
        yield from _held(thing.__self__, f"{place}, its object", seen)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from _held(getattr(thing, field.name), f"{place}.{field.name}", seen)
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from _held(value, f"{place}[{key!r}]", seen)
    elif isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield from _held(value, f"{place}, an item", seen)
