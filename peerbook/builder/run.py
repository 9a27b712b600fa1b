"""Build the book: the steps from raw data to published pages, in order."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook import paths
from peerbook.builder import assemble, manifest, publish
from peerbook.builder.contents import Contents, read_contents
from peerbook.builder.execute import Run, execute
from peerbook.builder.parameters import Setting
from peerbook.builder.plan import Task, plan
from peerbook.errors import BookError, ChapterError

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Order:
    """What a user asks the build for.

    Parameters
    ----------
    out
        Folder of the book.
    data
        Folder of raw data; None for the stand-in cohort, which is then copied to `<out>/stand-in`.
    only
        Names of the chapters to run; empty for all. The pages of the others are taken from the last build.
    settings
        Parameters to set.
    jobs
        How many chapters to run at a time.
    root
        Folder with `notebooks/`, `book/`, `data_schema/` and `_config.yml`.
    """

    out: Path = Path("_build")
    data: Path | None = None
    only: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    jobs: int = 2
    root: Path = field(default_factory=lambda: paths.root())

    def contents(self) -> Contents:
        """Return the book's list of chapters and pages."""
        return read_contents(self.root / "notebooks" / "side_by_side")

    def tasks(self) -> tuple[Task, ...]:
        """Return what would run, in reading order.

        Raises
        ------
        ParameterError
            If the order names an unknown chapter or parameter, or a value of the wrong type.
        """
        return plan(self.contents().only(self.only), self.settings)


def build(order: Order, console: Console) -> dict[str, Any]:
    """Make the book, put it in the place of the last one, and return its manifest.

    Nothing runs before every parameter is settled and the data are valid; nothing is replaced before the
    new book is complete.

    Raises
    ------
    ParameterError, DataError, ChapterError, BookError
        The last good book stays in place.
    """
    started, tasks = time.perf_counter(), order.tasks()
    with publish.staging(order.out) as staging:
        data = _raw_data(order, console)
        described = manifest.data_record(data)
        kept = _kept(order, tasks, described)
        runs = _execute(_longest_first(tasks, order.out), data, staging / "executed", order.jobs, console)
        fresh = _records(tasks, runs, order.root, staging / "executed")
        records = _in_reading_order([*kept, *fresh], order.contents())
        with console.status("Rendering the pages"):
            assemble.take_fresh(tasks, staging)
            assemble.take_kept(kept, order.out, staging)
            assemble.make_pages(order.contents(), records, described, order.root, staging)
        seconds = time.perf_counter() - started
        whole = manifest.whole(described, records, seconds, order.root, staging)
        manifest.write(whole, staging)
        assemble.put_agreement_at_hand(staging)
        publish.publish(staging)
    return whole


def _raw_data(order: Order, console: Console) -> Path:
    """Return the folder of valid raw data, simulated if the order names none."""
    from peerbook.data import validate

    folder = order.data or paths.stand_in("side_by_side")
    with console.status("Checking the data"):
        validate(folder).raise_if_errors()
    return folder


def _kept(order: Order, tasks: Iterable[Task], data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of the chapters that stay as they are in the last book."""
    if not order.only:
        return []
    last = manifest.read(order.out)
    if last and last["data"] != data:
        raise BookError("The last book was made from other data; build all chapters, without --only.")
    again = {task.chapter.name for task in tasks}
    listed = {chapter.name for chapter in order.contents().chapters}
    return [record for record in last.get("chapters", []) if record["name"] in listed - again]


def _longest_first(tasks: Iterable[Task], out: Path) -> list[Task]:
    """Start with the chapters that took longest last time, so that none is left to run alone at the end."""
    seconds = {record["name"]: record["seconds"] for record in manifest.read(out).get("chapters", [])}
    return sorted(tasks, key=lambda task: -seconds.get(task.chapter.name, 0))


def _execute(tasks: Iterable[Task], data: Path, folder: Path, jobs: int, console: Console) -> dict[str, Run]:
    """Run all chapters, saying how each ended."""
    tasks, runs, say = tuple(tasks), {}, partial(console.print, markup=False, highlight=False, soft_wrap=True)
    with console.status(f"Running {len(tasks)} chapters") as status:
        for run in execute(tasks, data, folder, min(jobs, len(tasks))):
            runs[run.name] = run
            status.update(f"Running chapters: {len(runs)} of {len(tasks)} done")
            say(f"{run.name}: {'stopped' if run.failure else 'done'}, {run.seconds:.1f} s")
            for warning in run.warnings:
                say(f"{run.name}: warning: {warning}")
    failed = [run for run in runs.values() if run.failure]
    if failed:
        raise ChapterError(
            "\n".join(_sentence(run) for run in failed) + "\nThe last good book stays in place."
        )
    return runs


def _sentence(run: Run) -> str:
    failure = run.failure
    place = f", cell {failure.cell}: {failure.line}" if failure.cell else ""
    return f"Chapter '{run.name}'{place}\n  {failure.error}"


def _records(tasks: Iterable[Task], runs: dict[str, Run], root: Path, executed: Path) -> list[dict[str, Any]]:
    code, names = manifest.code_hash(root), [task.chapter.name for task in tasks]
    return [
        manifest.chapter_record(task, runs[name], executed / name / "outputs", code)
        for task, name in zip(tasks, names, strict=True)
    ]


def _in_reading_order(records: list[dict[str, Any]], contents: Contents) -> list[dict[str, Any]]:
    names = [chapter.name for chapter in contents.chapters]
    return sorted(records, key=lambda record: names.index(record["name"]))
