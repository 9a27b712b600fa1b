"""How fast the book is built, as a ratio within one run, and how fast it is built again.

    python -m tests.benchmarks.build [STUDY ...]

A cold `peerbook build` stands against what a user would do without the builder: the papermill command for one
notebook after the other, then `jupyter-book build` on what they made. Both are measured in seconds on the
clock and in processor seconds of all their processes; other work of the machine matters less to the second.
The same pages are rendered on both sides, with all that the build puts on them.

Then the command is run again on a copy of the project: unchanged, with a sentence more on a
written page, with one more in a notebook, and with another value of one parameter of one chapter. Each is
measured with the start of its Python. A study of a few chapters takes a minute or two, the whole book ten.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import nbformat
import yaml

from peerbook import paths
from peerbook.builder import manifest
from peerbook.builder.cache import Cache
from peerbook.builder.execute import _folders
from peerbook.builder.parameters import Parameter
from peerbook.builder.plan import Task
from peerbook.builder.publish import RENDERED
from peerbook.builder.run import Order

AT_MOST = 0.25  # of the seconds that the notebooks take one after the other
UNCHANGED, PROSE, BEYOND_THE_CHAPTER = 1.0, 5.0, 3.0  # seconds on the clock
PROJECT = ("_config.yml", "book", "data_schema", "notebooks", "stand_in")
_BUILD = "from peerbook.cli import main; main()"
_JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"


class Cost(NamedTuple):
    """Seconds on the clock, and processor seconds of this process and those it waited for."""

    clock: float
    processor: float


class Again(NamedTuple):
    """A build that was run again: what was changed, what it took, what it may take, notebooks it executed."""

    what: str
    seconds: float
    at_most: float
    executed: int

    def __str__(self) -> str:
        limit = f"at most {self.at_most:.1f}"
        return f"{self.what}: {self.seconds:.1f} s ({limit}), {self.executed} notebooks executed"


def measured(function: Callable[[], object]) -> Cost:
    """Call a function and return what it took."""
    clock, processor = time.perf_counter(), _processor()
    function()
    return Cost(time.perf_counter() - clock, _processor() - processor)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def copied(root: Path, copy: Path) -> None:
    """Copy the files of a project that a build reads, so that they can be edited."""
    copy.mkdir()
    for name in PROJECT:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name)
        else:
            shutil.copy2(root / name, copy / name)


def cold(order: Order, source: Path) -> Cost:
    """Build a book where there is none, and copy the pages that were rendered to the folder `source`."""
    cost = measured(lambda: _peerbook_build(order))
    shutil.copytree(Cache(order.out / RENDERED).source, source)
    return cost


def plain(order: Order, source: Path, folder: Path) -> Cost:
    """Run the papermill command for one notebook after the other, and `jupyter-book build` on the pages."""
    data, parts = order.folders(), []
    for task in order.tasks():
        parts.append(measured(lambda task=task: papermill(task, data, folder)))
        print(f"papermill {task.chapter.place}: {parts[-1].clock:.1f} s", file=sys.stderr)
    parts.append(measured(lambda: jupyter_book(source)))
    print(f"jupyter-book build: {parts[-1].clock:.1f} s", file=sys.stderr)
    return Cost(*(sum(column) for column in zip(*parts, strict=True)))


def papermill(task: Task, data: Mapping[str, Path], folder: Path) -> None:
    """Run the papermill command for one chapter."""
    made = folder / task.chapter.place
    (made / "outputs").mkdir(parents=True)
    values = {**task.values, **_folders(task, data), "outputs": str(made / "outputs")}
    options = ["--no-progress-bar", "-k", "python3", "-y", yaml.dump(values)]
    notebooks = [str(task.chapter.notebook), str(made / "chapter.ipynb")]
    _run([sys.executable, "-m", "papermill", *options, *notebooks])


def jupyter_book(source: Path) -> None:
    """Run `jupyter-book build` on a folder of pages."""
    _run([sys.executable, "-c", _JUPYTER_BOOK, "build", str(source), "--quiet"])


def again(order: Order, root: Path) -> Iterator[Again]:
    """Change one thing after the other in a project whose book is built, and build it again each time."""
    yield _rebuilt("unchanged", order, UNCHANGED)
    page = min((root / "book").glob("*.md"))
    page.write_text(page.read_text(encoding="utf-8") + "\nOne sentence more.\n", encoding="utf-8")
    yield _rebuilt(f"a sentence in {page.name}", order, PROSE)
    seconds = {
        f"{record['study']}/{record['name']}": record["seconds"]
        for record in manifest.read(order.out)["chapters"]
    }
    notebook = min(order.tasks(), key=lambda task: seconds[task.chapter.place]).chapter.notebook
    _add_sentence(notebook)
    yield _rebuilt(f"a sentence in {notebook.name}", order, PROSE)
    settings = sorted(_other_values(order.tasks()), key=lambda setting: seconds[setting[0]])
    for place, setting in settings[:1]:
        yield _rebuilt(setting, order, seconds[place] + BEYOND_THE_CHAPTER, "-p", setting)


def _rebuilt(what: str, order: Order, at_most: float, *options: str) -> Again:
    started = time.perf_counter()
    said = _peerbook_build(order, *options)
    return Again(what, time.perf_counter() - started, at_most, said.count(": done, "))


def _peerbook_build(order: Order, *options: str) -> str:
    return _run([sys.executable, "-c", _BUILD, "build", *order.studies, "--out", str(order.out), *options])


def _add_sentence(notebook: Path) -> None:
    read = nbformat.read(notebook, as_version=4)
    prose = [cell for cell in read.cells if cell.cell_type == "markdown"]
    prose[-1].source += "\n\nOne sentence more."
    nbformat.write(read, notebook)


def _other_values(tasks: Iterable[Task]) -> Iterator[tuple[str, str]]:
    """Give settings other than the default, with the chapter each is for: one for a chapter that has any."""
    for task in tasks:
        chapter = task.chapter
        settable = [found for name, found in chapter.parameters.items() if name not in chapter.fixed]
        values = ((found.name, _another(found, task.values[found.name])) for found in settable)
        chosen = next((f"{name}={value}" for name, value in values if value), "")
        if chosen:
            yield chapter.place, f"{chapter.name}.{chosen}"


def _another(parameter: Parameter, value: object) -> str:
    """Return another value of a parameter; empty if it is not known which others it has."""
    if parameter.choices:
        return next((choice for choice in parameter.choices if choice != value), "")
    if isinstance(value, bool):
        return str(not value).lower()
    others = (value * 0.9, value + 1) if isinstance(value, float) else (value + 1,) if value == 1 else ()
    return next((str(other) for other in others if _is_allowed(parameter, str(other))), "")


def _is_allowed(parameter: Parameter, text: str) -> bool:
    try:
        return parameter.read(text) is not None
    except ValueError:
        return False


def _run(command: list[str]) -> str:
    """Run a command and return what it printed; what a failed one printed is said."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def main(studies: tuple[str, ...]) -> None:
    """Print both sides of a cold build with their ratio, and what builds after a change take."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        root = folder / "project"
        copied(paths.root(), root)
        os.environ[paths.ROOT] = str(root)
        order = Order(out=folder / "book", studies=studies, jobs=os.cpu_count() or 1, root=root)
        ours = cold(order, folder / "source")
        print(f"cold build: {ours.clock:.1f} s", file=sys.stderr)
        theirs = plain(order, folder / "source", folder / "plain")
        for what, mine, other in zip(("on the clock", "of processors"), ours, theirs, strict=True):
            ratio = f"ratio {mine / other:.2f} (at most {AT_MOST})"
            print(f"cold build, seconds {what}: {mine:.1f} against {other:.1f}, {ratio}")
        for rebuilt in again(order, root):
            print(rebuilt)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
