"""How fast the book is built, as a ratio within one run.

    python -m tests.benchmarks.build [STUDY ...]

A cold build stands against what a user would do without peerbook's builder: the papermill command for one
notebook after the other, then `jupyter-book build` on what they made. Both are measured in seconds on the
clock and in processor seconds of all their processes; other work of the machine matters less to the second.
The same pages are rendered on both sides, with all that the build puts on them.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from rich.console import Console

from peerbook.builder import assemble
from peerbook.builder.execute import _folders
from peerbook.builder.plan import Task
from peerbook.builder.run import Order, build

AT_MOST = 0.25  # of the seconds that the notebooks take one after the other


def measured(function: Callable[[], object]) -> tuple[float, float]:
    """Return seconds on the clock, and processor seconds of this process and those it waited for."""
    clock, processor = time.perf_counter(), _processor()
    function()
    return time.perf_counter() - clock, _processor() - processor


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def papermill(task: Task, data: Mapping[str, Path], folder: Path) -> None:
    """Run the papermill command for one chapter."""
    made = folder / task.chapter.place
    (made / "outputs").mkdir(parents=True)
    values = {**task.values, **_folders(task, data), "outputs": str(made / "outputs")}
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--no-progress-bar",
        "-k",
        "python3",
        "-y",
        yaml.dump(values),
    ]
    notebooks = [str(task.chapter.notebook), str(made / "chapter.ipynb")]
    subprocess.run([*command, *notebooks], check=True, capture_output=True)


def jupyter_book(source: Path) -> None:
    """Run `jupyter-book build` on a folder of pages."""
    command = [sys.executable, "-m", "jupyter_book", "build", str(source), "--quiet"]
    subprocess.run(command, check=True, capture_output=True)


def main(studies: tuple[str, ...]) -> None:
    """Print both sides and their ratio."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        order = Order(out=folder / "book", studies=studies)
        source, render = folder / "source", assemble.render.render

        def keep_pages(pages: Path, html: Path, cache: Path) -> None:
            shutil.copytree(pages, source)
            render(pages, html, cache)

        assemble.render.render = keep_pages
        ours = measured(lambda: build(order, Console(quiet=True)))
        folders = order.folders()
        notebooks = [
            measured(lambda task=task: papermill(task, folders, folder / "plain")) for task in order.tasks()
        ]
        pages = measured(lambda: jupyter_book(source))
        theirs = tuple(sum(column) for column in zip(*notebooks, pages, strict=True))
    for what, mine, other in zip(("on the clock", "of processors"), ours, theirs, strict=True):
        print(f"seconds {what}: {mine:.1f} against {other:.1f}, ratio {mine / other:.2f} (at most {AT_MOST})")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
