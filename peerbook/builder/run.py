"""Build the book: the steps from raw data to published pages, in order."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook import paths
from peerbook.builder import (
    assemble,
    catalogue,
    ledger,
    left_out,
    manifest,
    own_words,
    protection,
    publish,
    reach,
    stopped,
)
from peerbook.builder.contents import Chapter, Contents, read_contents
from peerbook.builder.execute import Run, execute
from peerbook.builder.parameters import Setting
from peerbook.builder.plan import Task, defaults, plan
from peerbook.errors import BookError, ChapterError, ParameterError
from peerbook.outputs import formats

if TYPE_CHECKING:
    from rich.console import Console

    from peerbook.data import RawFolder


@dataclass(frozen=True)
class Order:
    """What a user asks the build for.

    Parameters
    ----------
    out
        Folder of the book.
    studies
        Names of the studies the book is of; empty for all.
    data
        Folder of raw data of each study that is not to be built from its stand-in data. The key "" stands for
        the study that the folder's descriptor names, or the one study of the book. Without `studies`, such a
        folder makes a book of its study alone.
    only
        Chapters to run, `name` or `study/name`; empty for all. The pages of the others are taken from the
        last build, unless their code has changed since: then they run again, with the choices of that build.
    settings
        Parameters to set.
    jobs
        How many chapters to run at a time.
    root
        Folder with `notebooks/`, `book/`, `data_schema/`, `stand_in/` and `_config.yml`.
    strict
        Whether one chapter that stops is enough to leave the last book in place. Otherwise its page says that
        it could not be made, unless nothing else is to be run.
    chapters
        Chapters that the book has; empty for all. It says that the others were not asked for.
    part
        The part of the data that the book is of, as `{"region": "North"}`: chapters with such a parameter are
        given it, and those without are left out.
    edition
        What readers call this book among others of the study, such as "North" or "April 2026".
    shared
        Folder for results that several builds of the same data need; by default one of this build alone.
    published
        Lists of decisions of books of these people that are published, besides those that the data name.
    """

    out: Path = Path("_build")
    studies: tuple[str, ...] = ()
    data: Mapping[str, Path] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    jobs: int = 2
    root: Path = field(default_factory=lambda: paths.root())
    strict: bool = False
    chapters: tuple[str, ...] = ()
    part: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""
    shared: Path | None = None
    published: tuple[Path, ...] = ()

    def contents(self) -> Contents:
        """Return the book's list of chapters and pages, as the data folders name studies and regions."""
        from peerbook.data.about import read_about

        listed = self._listed()
        said = {name: read_about(folder) for name, folder in self.folders(listed).items()}
        return listed.told(said)

    def _listed(self) -> Contents:
        listed, own = read_contents(self.root), self._study_of_own_data()
        return listed.of_studies(self.studies or ([own] if own in listed.studies else ()))

    def _study_of_own_data(self) -> str:
        """Return the study that the folder given for no study says it is of; empty if it does not say."""
        from peerbook.data.folder import descriptor_of

        return str(descriptor_of(self.data[""]).get("study", "")) if "" in self.data else ""

    def tasks(self, contents: Contents | None = None) -> tuple[Task, ...]:
        """Return what would run, in reading order.

        Parameters
        ----------
        contents
            What `contents` returned, if it was called already.

        Raises
        ------
        ParameterError
            If the order names an unknown study, chapter or parameter, or a value of the wrong type.
        """
        chosen = (contents or self.contents()).only(self.only or self.chapters)
        narrowed = tuple(
            Setting(chapter.place, name, value)
            for chapter in chosen
            for name, value in self.part.items()
            if name in chapter.parameters
        )
        return plan(chosen, (*self.settings, *narrowed))

    def folders(self, contents: Contents | None = None) -> dict[str, Path]:
        """Return the raw folder of each study of the book, and of others that its chapters read.

        Parameters
        ----------
        contents
            What `contents` returned, if it was called already.

        Raises
        ------
        ParameterError
            If data are given for a study that the book does not read, or for no study when it is of several.
        """
        contents, own = contents or self._listed(), self._study_of_own_data()
        studies, read = list(contents.studies), contents.read
        data = {(name or (own if own in studies else "")): folder for name, folder in self.data.items()}
        for name in data:
            if name not in read and (name or len(studies) > 1):
                named = f"'{name}' is no study of this book" if name else "the book is of several studies"
                raise ParameterError(
                    f"--data: {named}; write --data STUDY=FOLDER, with one of: {', '.join(read)}."
                )
        given = {name or studies[0]: folder for name, folder in data.items()}
        return {name: given.get(name, self.root / "stand_in" / name) for name in read}


def build(order: Order, console: Console) -> dict[str, Any]:
    """Make the book, put it in the place of the last one, and return its manifest.

    Nothing runs before every parameter is settled and the data are valid; nothing is replaced before the
    new book is complete. Chapters without their data are left out, and `manifest["left_out"]` lists them;
    of a chapter that stopped the record says why (`stopped`).

    Raises
    ------
    ParameterError, DataError, ChapterError, DisclosureError, BookError
        The last good book stays in place.
    """
    started, contents = time.perf_counter(), order.contents()
    tasks, folders = order.tasks(contents), order.folders(contents)
    check_apart(order.out, folders)
    if not order.only:
        ledger.check_lists(name for name in folders if _is_stand_in(folders[name], name, order))
    with publish.staging(order.out) as staging:
        opened = _opened(folders, order, console)
        _say_what_was_found(opened, console)
        data = {name: manifest.data_record(raw) for name, raw in opened.items()}
        codes = {chapter.place: reach.code_hash(chapter, order.root) for chapter in contents.chapters}
        kept, stale = _kept(order, contents, tasks, data, codes)
        tasks = (*tasks, *stale)
        _say_what_is_stale(stale, console)
        left = left_out.first_reasons(
            [
                *left_out.left_out(contents.chapters, opened),
                *left_out.of_part(contents.chapters, contents.only(order.chapters), order.part),
                *left_out.of_region(tasks, opened),
            ]
        )
        tasks = _possible(tasks, left, console)
        told = left_out.told(_longest_first(tasks, order.out), opened, staging / "told")
        protection.prepare(staging / "executed", tasks, opened)
        runs = _execute(told, folders, staging / "executed", order, console)
        with console.status("Deciding what may be published of real people"):
            protected = protection.protect(staging / "executed", tasks, opened, order.jobs, order.published)
        _say_what_is_withheld(protected, console)
        fresh = _records(tasks, runs, staging / "executed", codes)
        records = _in_reading_order([*kept, *fresh], contents)
        with console.status("Rendering the pages"):
            assemble.take_fresh(tasks, staging)
            assemble.take_kept(kept, order.out, staging)
            catalogue.write(staging / "outputs", _as_read(data, contents))
            listed = ledger.collect(records, staging / "outputs")
            _check(listed, contents, records, opened, order)
            listed.write(staging)
            protection.write_list(protected, staging)
            named = own_words.of_edition(own_words.in_its_own_name(contents, opened), order.edition)
            assemble.make_pages(named, records, opened, data, listed, left, order.root, staging, protected)
        seconds = time.perf_counter() - started
        whole = manifest.whole(data, records, seconds, order.root, staging)
        whole["title"] = named.title
        whole["left_out"] = [{"chapter": each.chapter.place, "reason": each.reason} for each in left]
        manifest.write(whole, staging)
        assemble.put_agreement_at_hand(staging)
        publish.publish(staging)
    return whole


def check_apart(out: Path, folders: Mapping[str, Path]) -> None:
    """Refuse to build into a folder of raw data, into one inside it, or into one that holds it.

    Raises
    ------
    ParameterError
        What is published would lie among what must not be.
    """
    book = out.resolve()
    for folder in folders.values():
        raw = folder.resolve()
        if book == raw or raw in book.parents or book in raw.parents:
            how = "is" if book == raw else "lies inside" if raw in book.parents else "holds"
            raise ParameterError(
                f"--out: the folder {out} {how} the raw data ({folder}); only a book is published. "
                "Name a folder beside the data, such as --out _build."
            )


def _opened(folders: Mapping[str, Path], order: Order, console: Console) -> dict[str, RawFolder]:
    """Open every study's raw folder; an error in any of them stops the build."""
    from peerbook.data import open_folder

    with console.status("Checking the data"):
        return {
            name: open_folder(folder, order.root / "data_schema" / name).checked()
            for name, folder in folders.items()
        }


def _say_what_was_found(opened: Mapping[str, RawFolder], console: Console) -> None:
    """Print the warnings of the raw data, one line for each sort."""
    for name, raw in opened.items():
        if raw.report.n_warnings:
            warnings = formats.plural(raw.report.n_warnings, "warning")
            said = [f"{name}: the data have {warnings}; see peerbook validate {raw.place}"]
            said += [f"  {line}" for line in own_words.sorts(raw)]
            console.print("\n".join(said), markup=False, highlight=False, soft_wrap=True)


def _possible(tasks: Iterable[Task], left: Iterable[left_out.LeftOut], console: Console) -> tuple[Task, ...]:
    """Return the tasks that the data can give, and say which are left out.

    Raises
    ------
    ParameterError
        If nothing remains.
    """
    tasks, reasons = tuple(tasks), {each.chapter.place: each.reason for each in left}
    possible = tuple(task for task in tasks if task.chapter.place not in reasons)
    lines = [
        f"{task.chapter.name}: left out: {reasons[task.chapter.place]}"
        for task in tasks
        if task.chapter.place in reasons
    ]
    if not possible:
        raise ParameterError("These data can give none of the chapters.\n" + "\n".join(lines))
    if lines:
        console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
    return possible


def _as_read(data: Mapping[str, dict[str, Any]], contents: Contents) -> dict[str, dict[str, Any]]:
    """Return what the data behind the outputs of each study are: real ones, if a chapter reads real ones."""
    read = {name: {name} for name in data}
    for chapter in contents.chapters:
        read[chapter.study].update(chapter.studies)
    return {
        name: {**described, "synthetic": all(data[other]["synthetic"] for other in read[name])}
        for name, described in data.items()
    }


def _check(
    listed: ledger.Ledger,
    contents: Contents,
    records: Iterable[Mapping[str, Any]],
    opened: Mapping[str, RawFolder],
    order: Order,
) -> None:
    """Refuse a book that leaves out a claim or an item, or names an output that it does not have."""
    stand_ins = [name for name, raw in opened.items() if _is_stand_in(raw.place, name, order)]
    links = {name: raw.tables[ledger.LINKS] for name, raw in opened.items() if ledger.LINKS in raw.tables}
    complete = [record for record in records if "stopped" not in record]
    ledger.check(listed, ledger.whole(contents.chapters, complete), stand_ins, links)


def _is_stand_in(folder: Path, study: str, order: Order) -> bool:
    return folder == order.root / "stand_in" / study


def _kept(
    order: Order, contents: Contents, tasks: Iterable[Task], data: dict[str, Any], codes: Mapping[str, str]
) -> tuple[list[dict[str, Any]], tuple[Task, ...]]:
    """Return the records of the chapters that stay as they are in the last book, and those that cannot.

    A chapter whose code has changed since would put two versions into one book: it has to run again. What may
    be published of real people is decided for a whole book, so all chapters of such a study run again.
    """
    if not order.only:
        return [], ()
    last = manifest.read(order.out)
    if last and last["data"] != data:
        raise BookError("The last book was made from other data; build all chapters, without --only.")
    again = {task.chapter.place for task in tasks}
    listed = {chapter.place: chapter for chapter in contents.chapters}
    records = {f"{record['study']}/{record['name']}": record for record in last.get("chapters", [])}
    others = {place: record for place, record in records.items() if place in listed and place not in again}
    stale = {
        place
        for place, record in others.items()
        if record["code_sha256"] != codes[place] or not data[record["study"]]["synthetic"]
    }
    return (
        [record for place, record in others.items() if place not in stale],
        tuple(_as_before(listed[place], others[place]) for place in others if place in stale),
    )


def _as_before(chapter: Chapter, record: dict[str, Any]) -> Task:
    """Plan a chapter with the choices of the last book, as far as it still has these parameters."""
    chosen = {name: value for name, value in record["parameters"].items() if name in chapter.parameters}
    return Task(chapter, {**defaults(chapter), **chosen, **chapter.fixed})


def _say_what_is_stale(stale: Iterable[Task], console: Console) -> None:
    names = [task.chapter.name for task in stale]
    if names:
        console.print(
            "Their code has changed since the last book, or they are of real people, so these run again: "
            f"{', '.join(names)}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _say_what_is_withheld(protected: Iterable[protection.Protected], console: Console) -> None:
    for each in protected:
        console.print(each.summary(), markup=False, highlight=False, soft_wrap=True)


def _longest_first(tasks: Iterable[Task], out: Path) -> list[Task]:
    """Start with the chapters that take longest, so that none is left to run alone at the end.

    These are the chapters that took longest last time; before them those that were not there, first such as
    can share their work among processes, then the largest notebooks. The second to start is of another
    study than the first, because chapters of one study begin with the same work, and would wait for it.
    """
    seconds = {
        f"{record['study']}/{record['name']}": record["seconds"]
        for record in manifest.read(out).get("chapters", [])
    }

    def length(task: Task) -> tuple[float, bool, int]:
        chapter = task.chapter
        return (
            seconds.get(chapter.place, math.inf),
            "jobs" in chapter.parameters,
            chapter.notebook.stat().st_size,
        )

    ordered = sorted(tasks, key=length, reverse=True)
    others = [task for task in ordered if task.chapter.study != ordered[0].chapter.study]
    return [*ordered[:1], *others[:1], *(task for task in ordered[1:] if task not in others[:1])]


def _execute(
    tasks: Iterable[Task], data: Mapping[str, Path], folder: Path, order: Order, console: Console
) -> dict[str, Run]:
    """Run all chapters, saying how each ended."""
    tasks, runs, say = tuple(tasks), {}, partial(console.print, markup=False, highlight=False, soft_wrap=True)
    with console.status(f"Running {len(tasks)} chapters") as status:
        for run in execute(tasks, data, folder, min(order.jobs, len(tasks)), order.root, order.shared):
            name = run.place.rpartition("/")[2]
            runs[run.place] = run
            status.update(f"Running chapters: {len(runs)} of {len(tasks)} done")
            say(f"{name}: {'stopped' if run.failure else 'done'}, {run.seconds:.1f} s")
            for warning in run.warnings:
                say(f"{name}: warning: {warning}")
    failed = [run for run in runs.values() if run.failure]
    if failed:
        said = "\n".join(_sentence(run) for run in failed)
        if order.strict or order.only or len(failed) == len(runs):
            raise ChapterError(f"{said}\nThe last good book stays in place.")
        say(said)
        for task in tasks:
            if runs[task.chapter.place].failure:
                stopped.write_page(task, runs[task.chapter.place], folder / task.chapter.place)
    return runs


def _sentence(run: Run) -> str:
    failure = run.failure
    place = f", cell {failure.cell}: {failure.line}" if failure.cell else ""
    return f"Chapter '{run.place.rpartition('/')[2]}'{place}\n  {failure.error}"


def _records(
    tasks: Iterable[Task], runs: Mapping[str, Run], executed: Path, codes: Mapping[str, str]
) -> list[dict[str, Any]]:
    records = []
    for task in tasks:
        place = task.chapter.place
        outputs = executed / place / "outputs"
        reads = _take_reads(outputs)
        record = manifest.chapter_record(task, runs[place], reads, outputs, codes[place])
        failure = runs[place].failure
        records.append(record | ({"stopped": failure.error.partition(":")[0]} if failure else {}))
    return records


def _take_reads(outputs: Path) -> list[str]:
    """Take away the list of raw tables that a chapter was handed, which the study left beside its outputs."""
    from peerbook.study import READS

    file = outputs / READS
    if not file.is_file():
        return []
    reads = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    return reads


def _in_reading_order(records: list[dict[str, Any]], contents: Contents) -> list[dict[str, Any]]:
    places = [chapter.place for chapter in contents.chapters]
    return sorted(records, key=lambda record: places.index(f"{record['study']}/{record['name']}"))
