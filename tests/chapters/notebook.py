"""What a chapter's notebook shows, made from a log of a test instead of a raw folder."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import nbformat

from peerbook import paths
from peerbook.outputs import Output


def shown(study: str, chapter: str, **given: Any) -> list[Output]:
    """Make the calls of a notebook and return the outputs it shows, in order.

    Parameters
    ----------
    study, chapter : str
        Which notebook.
    given
        What the cell that opens the data would give, such as `log`, and parameters.
    """
    notebook = nbformat.read(paths.notebooks() / study / f"{chapter}.ipynb", as_version=4)
    parameters, *cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
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
