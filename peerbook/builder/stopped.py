"""The page of a chapter that stopped: it says so, and why, and shows nothing that the chapter had made."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from peerbook.builder.execute import Run
from peerbook.builder.plan import Task
from peerbook.outputs.protect import HELD

TOLD = ("ModelError", "ParameterError")  # of these the message is shown: no cell of raw data is in it
UNTOLD = (
    "its words are not shown, because they may hold an answer or a small number of people; "
    "run the notebook by itself to read them"
)


def discreet(run: Run) -> Run:
    """Return how a chapter on real people went, without the words of its error and of its warnings.

    Where it stopped and the kind of error stay: both are code. A `KeyError` holds the value of a cell, and a
    model that cannot be fitted says of how few rows.
    """
    failure = run.failure
    if failure and not failure.ours:
        failure = replace(failure, error=f"{failure.error.partition(':')[0]}: {UNTOLD}")
    return replace(run, failure=failure, warnings=(UNTOLD,) * len(run.warnings))


def write_page(task: Task, run: Run, executed: Path) -> None:
    """Put a page with the reason in the place of what an executed chapter left, and remove its outputs.

    Parameters
    ----------
    task, run
        The chapter, and how it went.
    executed
        The folder with `chapter.ipynb` and `outputs/`.
    """
    from nbformat import write
    from nbformat.v4 import new_markdown_cell, new_notebook

    shutil.rmtree(executed / HELD, ignore_errors=True)
    shutil.rmtree(executed / "outputs")
    (executed / "outputs").mkdir()
    cells = [
        new_markdown_cell(f"# {_plain(task.chapter.title)}", id="title"),
        new_markdown_cell(sentence(run), id="stopped"),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    write(new_notebook(cells=cells, metadata=kernel), executed / "chapter.ipynb")


def sentence(run: Run) -> str:
    """Say that a page could not be made and why, without anything from the raw data."""
    failure = run.failure
    name, _, message = failure.error.partition(": ")
    where = f"Its notebook stopped at cell {failure.cell}, `{_plain(failure.line)}`" if failure.cell else ""
    reason = f"{_plain(name)}: {_plain(message)}" if name in TOLD else _plain(name)
    return (
        "**This page could not be made of these data.** "
        + (f"{where}, with this error: {reason}. " if where else f"The reason: {_plain(failure.error)}. ")
        + "The other pages do not depend on it."
    )


def _plain(text: str) -> str:
    """Return text without what Markdown or HTML would read as a mark."""
    return re.sub(r"[`{}$<>\\*]", "", " ".join(text.split()))
