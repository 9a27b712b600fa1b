"""Execute chapters with papermill, several at a time, each in a process and a kernel of its own.

Where there is a fork, both are forks of one warm process (`warm.py`); elsewhere joblib starts the processes,
and jupyter_client the kernels.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder import warm
from peerbook.builder.order import LIMIT
from peerbook.builder.orphans import end_with_parent, watched
from peerbook.builder.parameters import STUDIES
from peerbook.builder.plan import Task
from peerbook.builder.reach import imported_by

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from peerbook.builder.kernel import Waiting

NOTED = "reads"  # file beside an executed chapter: what it noted that it read of its data
ADDED_BY_PAPERMILL = {"injected-parameters", "papermill-error-cell-tag"}


@dataclass(frozen=True)
class Failure:
    """Where and why a chapter stopped; `cell` counts all cells of the notebook from one.

    The words of `error` are `ours` if the build stopped it: then nothing of the data is in them.
    """

    cell: int
    line: str
    error: str
    ours: bool = False


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
    ended
        When it ended: in UTC, as ISO 8601.
    """

    place: str
    seconds: float
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    ended: str = ""


DIED = Failure(0, "", "The kernel died; the usual reason is too little memory (try --jobs 1).", ours=True)


def execute(
    tasks: Iterable[Task],
    data: Mapping[str, Path],
    folder: Path,
    jobs: int,
    root: Path,
    limit: float = LIMIT,
    temporary: Path | None = None,
    shared: Path | None = None,
    kernels: warm.Warm | None = None,
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
    limit
        Seconds after which a chapter is stopped.
    temporary
        Folder for temporary files, which the caller removes; by default the system's.
    shared
        Folder for results that several chapters need; by default `shared` in `folder`.
    kernels
        A warm process that was started ahead.
    """
    tasks, shared = tuple(tasks), shared or folder / "shared"
    shared.mkdir(parents=True, exist_ok=True)
    calls = [
        (task, dict(data), folder / task.chapter.place, root, shared, limit, temporary) for task in tasks
    ]
    if not warm.AVAILABLE:
        from joblib import Parallel, delayed

        plain = (delayed(watched)(os.getpid(), execute_chapter, *call) for call in calls)
        yield from Parallel(n_jobs=jobs, return_as="generator_unordered")(plain)
        return
    modules = sorted({name for task in tasks for name in imported_by(task.chapter.notebook)})
    for number, run in (kernels or warm.Warm()).run(_in_fork, calls, jobs, modules, temporary):
        yield run or Run(tasks[number].chapter.place, 0.0, failure=DIED)


def _in_fork(task: Task, *arguments: object) -> Run:
    """Execute one chapter in a fork of the warm process, and its kernel in a fork of that."""
    from peerbook.builder.kernel import fork_kernel

    parent, kernel = os.getppid(), fork_kernel()
    end_with_parent(parent)
    return execute_chapter(task, *arguments, waiting=kernel)


def execute_chapter(
    task: Task,
    data: Mapping[str, Path],
    folder: Path,
    root: Path,
    shared: Path | None = None,
    limit: float = LIMIT,
    temporary: Path | None = None,
    waiting: Waiting | None = None,
) -> Run:
    """Execute one chapter into `folder`, in a kernel that finds the studies of `root`; `data` by study.

    What other chapters compute as well is taken from `shared`, or put there. It is stopped after `limit`
    seconds. The kernel is the fork that waits for it, or a new Python if there is none.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    from peerbook.builder.kernel import kernel_options

    folder = folder.resolve()
    outputs, notebook = folder / "outputs", folder / "chapter.ipynb"
    outputs.mkdir(parents=True)
    started, failure, clock = time.perf_counter(), None, Clock(limit)
    with tempfile.TemporaryDirectory(prefix="peerbook-", dir=temporary) as sockets:
        try:
            papermill.execute_notebook(
                task.chapter.notebook,
                notebook,
                parameters={**task.values, **_folders(task, data), "outputs": str(outputs)},
                cwd=folder,
                progress_bar=False,
                request_save_on_cell_execute=False,  # all of it twice a cell was most of papermill's work
                timeout_func=clock,
                **kernel_options(Path(sockets), root, shared, waiting, folder / NOTED),
            )
        except PapermillExecutionError as error:
            failure = _failure(error, notebook)
        except CellTimeoutError:
            failure = clock.failure(
                task,
                f"It took longer than {limit / 60:g} minutes. See whether this cell ends at all; if it does, "
                "give the chapters more time with --time-limit MINUTES.",
            )
        except RuntimeError:  # of Jupyter: a kernel that died in a cell, or before it was ready for one
            failure = clock.failure(task, DIED.error)
    seconds = time.perf_counter() - started
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    return Run(task.chapter.place, seconds, _warnings(notebook), failure, ended)


class Clock:
    """Tells papermill before each cell how long it may take, and so knows which one runs.

    Parameters
    ----------
    limit
        Seconds for all cells together, from the start of the first.
    """

    def __init__(self, limit: float) -> None:
        self._limit, self._end, self._cell = limit, None, None

    def __call__(self, cell: NotebookNode) -> float:
        """Return what is left of the time, in seconds, and remember the cell."""
        self._cell = cell
        self._end = self._end or time.monotonic() + self._limit
        return max(self._end - time.monotonic(), 0.1)  # none at all would be no limit

    def failure(self, task: Task, error: str) -> Failure:
        """Return a failure in the cell that runs, counted as in the notebook of a chapter."""
        sources = [cell.source for cell in _cells(task.chapter.notebook)]
        if self._cell is None or self._cell.source not in sources:
            return Failure(0, "", error, ours=True)
        source = self._cell.source
        return Failure(sources.index(source) + 1, source.strip().partition("\n")[0], error, ours=True)


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
