"""Execute chapters with papermill, several at a time, each in a process and a kernel of its own.

Where there is a fork, both are forks of one warm process (`warm.py`); elsewhere joblib starts the processes,
and jupyter_client the kernels.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder import warm
from peerbook.builder.parameters import STUDIES
from peerbook.builder.plan import Task
from peerbook.builder.reach import imported_by

if TYPE_CHECKING:
    from peerbook.builder.kernel import Waiting

ADDED_BY_PAPERMILL = {"injected-parameters", "papermill-error-cell-tag"}


@dataclass(frozen=True)
class Failure:
    """Where and why a chapter stopped; `cell` counts all cells of the notebook from one."""

    cell: int
    line: str
    error: str


@dataclass(frozen=True)
class Run:
    """One executed chapter.

    Parameters
    ----------
    place
        The chapter, `study/name`.
    seconds
        How long it took, with the start of its kernel.
    warnings
        What its cells wrote to standard error: for the evaluator, not for the page.
    failure
        Why it stopped, if it did.
    """

    place: str
    seconds: float
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None


_DIED = Failure(0, "", "The kernel died; the usual reason is too little memory (try --jobs 1).")


def execute(
    tasks: Iterable[Task],
    data: Mapping[str, Path],
    folder: Path,
    jobs: int,
    root: Path,
    shared: Path | None = None,
) -> Iterator[Run]:
    """Execute chapters in parallel and yield each as it ends, failed ones too.

    Parameters
    ----------
    tasks
        What to run.
    data
        Folder of raw data of each study, for the notebooks' parameters `data` and `studies`.
    folder
        Where each chapter gets a folder: `<study>/<name>/chapter.ipynb` and `<study>/<name>/outputs/`.
    jobs
        How many at a time.
    root
        Folder with the studies' definitions, where the kernels look for them.
    shared
        Folder for results that several chapters need; by default `shared` in `folder`.
    """
    tasks, shared = tuple(tasks), shared or folder / "shared"
    shared.mkdir(parents=True, exist_ok=True)
    calls = [(task, dict(data), folder / task.chapter.place, root, shared) for task in tasks]
    if not warm.AVAILABLE:
        from joblib import Parallel, delayed

        plain = (delayed(_in_worker)(os.getpid(), *call) for call in calls)
        yield from Parallel(n_jobs=jobs, return_as="generator_unordered")(plain)
        return
    modules = sorted({name for task in tasks for name in imported_by(task.chapter.notebook)})
    for number, run in warm.run(_in_fork, calls, jobs, modules):
        yield run or Run(tasks[number].chapter.place, 0.0, failure=_DIED)


def _in_worker(
    builder: int, task: Task, data: Mapping[str, Path], folder: Path, root: Path, shared: Path
) -> Run:
    """Execute one chapter in a worker process that ends when the build that started it is killed."""
    done = threading.Event()
    if os.getppid() == builder:
        threading.Thread(target=_end_with_parent, args=(builder, done), daemon=True).start()
    try:
        return execute_chapter(task, data, folder, root, shared)
    finally:
        done.set()


def _in_fork(task: Task, data: Mapping[str, Path], folder: Path, root: Path, shared: Path) -> Run:
    """Execute one chapter in a fork of the warm process, and its kernel in a fork of that."""
    from peerbook.builder.kernel import fork_kernel

    parent, kernel = os.getppid(), fork_kernel()
    threading.Thread(target=_end_with_parent, args=(parent, threading.Event()), daemon=True).start()
    return execute_chapter(task, data, folder, root, shared, kernel)


def _end_with_parent(parent: int, done: threading.Event) -> None:
    """End this process, and with it its kernel, if its parent is no more."""
    while not done.wait(timeout=1):
        if os.getppid() != parent:
            os._exit(1)


def execute_chapter(
    task: Task,
    data: Mapping[str, Path],
    folder: Path,
    root: Path,
    shared: Path | None = None,
    waiting: Waiting | None = None,
) -> Run:
    """Execute one chapter into `folder`, in a kernel that finds the studies of `root`; `data` by study.

    What other chapters compute as well is taken from `shared`, or put there. The kernel is the fork that
    waits for it, or a new Python if there is none.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from peerbook.builder.kernel import kernel_options

    folder = folder.resolve()
    outputs, notebook = folder / "outputs", folder / "chapter.ipynb"
    outputs.mkdir(parents=True)
    started, failure = time.perf_counter(), None
    with tempfile.TemporaryDirectory(prefix="peerbook-") as sockets:
        try:
            papermill.execute_notebook(
                task.chapter.notebook,
                notebook,
                parameters={**task.values, **_folders(task, data), "outputs": str(outputs)},
                cwd=folder,
                progress_bar=False,
                request_save_on_cell_execute=False,  # all of it twice a cell was most of papermill's work
                **kernel_options(Path(sockets), root, shared, waiting),
            )
        except PapermillExecutionError as error:
            failure = _failure(error, notebook)
        except DeadKernelError:
            failure = _DIED
    seconds = time.perf_counter() - started
    return Run(task.chapter.place, seconds, _warnings(notebook), failure)


def _folders(task: Task, data: Mapping[str, Path]) -> dict[str, object]:
    """Return the parameters that name folders of raw data."""
    chapter = task.chapter
    others = {name: str(data[name].resolve()) for name in chapter.studies}
    return {"data": str(data[chapter.study].resolve())} | ({STUDIES: others} if others else {})


def _failure(error: Exception, notebook: Path) -> Failure:
    """Find the failing cell, counted as its author counts, and the line of it that failed."""
    cells = _cells(notebook)
    authors = [cell for cell in cells if ADDED_BY_PAPERMILL.isdisjoint(cell.metadata.get("tags", []))]
    failed = [number for number, cell in enumerate(authors, start=1) if _streams(cell, "error")]
    colours = re.compile(r"\x1b\[[0-9;]*m")
    marked = re.search(r"^-+> *\d+ (.*)$", colours.sub("", "\n".join(error.traceback)), re.MULTILINE)
    line = marked.group(1) if marked else error.source.strip().partition("\n")[0]
    return Failure(failed[0] if failed else 0, line.strip(), f"{error.ename}: {error.evalue}".strip(": "))


def _warnings(notebook: Path) -> tuple[str, ...]:
    return tuple(
        output.text.strip()
        for cell in _cells(notebook)
        for output in _streams(cell, "stream")
        if output.name == "stderr"
    )


def _cells(notebook: Path) -> list:
    import nbformat

    return nbformat.read(notebook, as_version=4).cells if notebook.is_file() else []


def _streams(cell, output_type: str) -> list:
    return [output for output in cell.get("outputs", []) if output.output_type == output_type]
