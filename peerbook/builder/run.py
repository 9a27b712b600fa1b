"""Build the book: the steps from raw data to published pages, in order."""

from __future__ import annotations

import errno
import json
import math
import os
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from peerbook.builder import (
    assemble,
    catalogue,
    crate,
    ledger,
    left_out,
    manifest,
    own_words,
    protection,
    publish,
    state,
    stopped,
    warm,
)
from peerbook.builder.ahead import Ahead
from peerbook.builder.contents import PRINT, Contents
from peerbook.builder.execute import NOTED, Run, execute
from peerbook.builder.order import Order
from peerbook.builder.plan import Task
from peerbook.errors import ChapterError, ParameterError
from peerbook.outputs import formats
from peerbook.reads import read_back

if TYPE_CHECKING:
    from rich.console import Console

    from peerbook.builder.contents import Chapter
    from peerbook.builder.inputs import Folders, Inputs
    from peerbook.data import RawFolder


def build(order: Order, console: Console, ahead: Ahead | None = None) -> dict[str, Any]:
    """Make the book, put it in the place of the last one, and return its manifest.

    Only stale chapters run (`state.py`); of the others the last book has what would be made. If it has
    everything, nothing runs, nothing is rendered, and it stays. Nothing runs before every parameter is
    settled and the data are valid; nothing is replaced before the new book is complete. Chapters without
    their data are left out, and `manifest["left_out"]` lists them; of a chapter that stopped the record says
    why (`stopped`). What was started `ahead` ends with the build.

    Returns
    -------
    dict
        What `manifest.json` says; with `unchanged`, if the last book stays as it is.

    Raises
    ------
    ParameterError, DataError, ChapterError, DisclosureError, BookError
        The last good book stays in place.
    """
    with ahead or Ahead() as ahead:
        return _built(order, console, ahead)


def _built(order: Order, console: Console, ahead: Ahead) -> dict[str, Any]:
    started, contents = time.perf_counter(), order.contents()
    # What is wrong stops before there is a folder.
    tasks, folders = order.tasks(contents), order.folders(contents)
    check_apart(order.out, folders)
    if not order.only:
        ledger.check_lists(name for name in folders if _is_stand_in(folders[name], name, order))
    with publish.staging(order.out) as staging:
        with console.status("Looking for what has changed"):
            outlook = state.look(order, contents, tasks)
        if outlook.is_done:
            return {**outlook.last, "unchanged": True}
        whole = _made(order, outlook, staging, console, started, ahead)
        publish.publish(staging)
        state.keep_imports(outlook, order)
    return whole


def _made(
    order: Order,
    outlook: state.Outlook,
    staging: Path,
    console: Console,
    started: float,
    ahead: Ahead,
) -> dict[str, Any]:
    """Make a book in a staging folder and return its manifest."""
    contents, opened, data, left = outlook.contents, outlook.folders, outlook.data, outlook.left
    _say_what_was_found({name: opened[name] for name in opened if name not in outlook.same}, console)
    tasks = [each.task for each in outlook.stale]
    _say_what_is_left_out(outlook, console)
    _say_what_stays(outlook, order, console)
    if not tasks:
        ahead.kernels.stop()
    tasks, ran, protected = _run(order, outlook, tasks, staging, console, ahead.kernels)
    ahead.renderer.start()
    fresh = _records(tasks, ran, staging / "executed")
    records = _in_reading_order([*outlook.records, *fresh], contents)
    with console.status("Rendering the pages"):
        assemble.take_fresh(tasks, staging)
        assemble.take_kept(outlook, order.out, staging)
        listed = ledger.collect(records, staging / "outputs", _elsewhere(contents, opened))
        named = own_words.of_edition(own_words.in_its_own_name(contents, opened), order.edition)
        remarks, withheld = _remarks(outlook), _page_of_withheld(protected, outlook)
        with assemble.pages_of(
            named, records, opened, remarks, data, listed, left, order.root, staging, withheld, ahead.renderer
        ):
            catalogue.write(staging / "outputs", data, order.out / "outputs")
            _check(listed, outlook, records, order)
            listed.write(staging)
            protection.write_list(protected, staging, protection.published_in(order.out))
            assemble.put_agreement_at_hand(staging)
            whole = manifest.whole(data, records, order.root, staging)
            draft = crate.drafted(whole, contents, order.root, staging)
    whole |= manifest.of_pages(staging / "html", time.perf_counter() - started)
    whole["title"] = named.title
    whole["left_out"] = [{"chapter": each.chapter.place, "reason": each.reason} for each in left]
    whole["lacking"] = dict(outlook.lacking)
    whole["regions"] = dict(outlook.regions)
    whole["remarks"] = remarks
    whole["made_from"] = dict(outlook.made_from)
    whole |= {"withheld": withheld} if withheld else {}
    manifest.write(whole, staging)
    crate.finish(draft, whole, staging)
    return whole


def _elsewhere(contents: Contents, folders: Folders) -> set[str]:
    """Name the studies whose data are of another study than the one that their report is about."""
    about = {chapter.study for chapter in contents.chapters if PRINT in chapter.needs}
    return {name for name in folders if name in folders.named_otherwise | about - folders.printed}


def _page_of_withheld(protected: tuple[protection.Protected, ...], outlook: state.Outlook) -> str:
    """Return the page about what is withheld: that of the last book, if no chapter of real people ran."""
    if protected:
        return protection.page(protected)
    are_real = any(not record["synthetic"] for record in outlook.data.values())
    return outlook.last.get("withheld", "") if are_real else ""


def _remarks(outlook: state.Outlook) -> dict[str, dict[str, Any]]:
    """Return what the check of the raw data said; of those that are as they were, as for the last book."""
    known = {name: said for name, said in outlook.last.get("remarks", {}).items() if name in outlook.same}
    return {name: known.get(name) or own_words.remarks_on(outlook.folders[name]) for name in outlook.folders}


def _run(
    order: Order,
    outlook: state.Outlook,
    tasks: Sequence[Task],
    staging: Path,
    console: Console,
    kernels: warm.Warm,
) -> tuple[tuple[Task, ...], dict[str, Made], tuple[protection.Protected, ...]]:
    """Run what is stale, and decide what of real people may be published of it."""
    if not tasks:
        return (), {}, ()
    opened, executed = outlook.folders, staging / "executed"
    told = left_out.told(_longest_first(tasks, order.out), opened, staging / "told")
    protection.prepare(executed, tasks, outlook.data)
    if not warm.is_within():
        opened.open_ahead({task.chapter.study for task in tasks})
    real = [name for name, record in outlook.data.items() if not record["synthetic"]]
    chapters = {task.chapter.place: task.chapter for task in tasks}
    made_from = partial(_made_from, outlook.inputs, chapters, executed)
    runs = _execute(told, opened.places, made_from, staging, order, console, real, kernels)
    with console.status("Deciding what may be published of real people"):
        published = (*order.published, *protection.published_in(order.out))
        protected = protection.protect(executed, tasks, opened, order.jobs, published)
    _say_what_is_withheld(protected, console)
    return tuple(tasks), runs, protected


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


def _say_what_was_found(opened: Mapping[str, RawFolder], console: Console) -> None:
    """Print the warnings of the raw data, one line for each sort."""
    for name, raw in opened.items():
        if raw.report.n_warnings:
            warnings = formats.plural(raw.report.n_warnings, "warning")
            said = [f"{name}: the data have {warnings}; see peerbook validate {raw.place}"]
            said += [f"  {line}" for line in own_words.sorts(raw)]
            console.print("\n".join(said), markup=False, highlight=False, soft_wrap=True)


def _say_what_is_left_out(outlook: state.Outlook, console: Console) -> None:
    """Say which chapters the data cannot give.

    Raises
    ------
    ParameterError
        If nothing remains.
    """
    lines = [
        f"{each.task.chapter.name}: left out: {each.left_out}" for each in outlook.states if each.left_out
    ]
    if len(lines) == len(outlook.states):
        raise ParameterError("These data can give none of the chapters.\n" + "\n".join(lines))
    if lines:
        console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _check(
    listed: ledger.Ledger, outlook: state.Outlook, records: Sequence[Mapping[str, Any]], order: Order
) -> None:
    """Refuse a book that leaves out a claim or an item, or names an output that it does not have."""
    folders = outlook.folders
    stand_ins = [name for name, place in folders.places.items() if _is_stand_in(place, name, order)]
    links = {
        name: folders[name].tables[ledger.LINKS]
        for name in folders
        if not outlook.keeps(name, records) and ledger.LINKS in folders[name].tables
    }
    complete = [record for record in records if "stopped" not in record]
    ledger.check(listed, ledger.whole(outlook.contents.chapters, complete), stand_ins, links)


def _is_stand_in(folder: Path, study: str, order: Order) -> bool:
    return folder == order.root / "stand_in" / study


def _say_what_stays(outlook: state.Outlook, order: Order, console: Console) -> None:
    """Say which chapters are taken from the last book, and with `only` which others run, and why."""
    lines = [f"{formats.plural(len(outlook.fresh), 'chapter')} unchanged"] if outlook.fresh else []
    asked = {chapter.place for chapter in outlook.contents.only(order.only)}
    lines += [
        f"{each.task.chapter.name} runs as well: {each.in_words()}"
        for each in outlook.stale
        if each.task.chapter.place not in asked
    ]
    if lines:
        console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


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
        manifest.place_of(record): record["seconds"] for record in manifest.read(out).get("chapters", [])
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


class Made(NamedTuple):
    """How a chapter ran, and what it was made from, as `inputs.Inputs.of` returns it."""

    run: Run
    inputs: dict[str, Any]


def _made_from(inputs: Inputs, chapters: Mapping[str, Chapter], executed: Path, place: str) -> dict[str, Any]:
    """Return what a chapter that has run was made from: its notebook counts as its author wrote it."""
    return inputs.of(chapters[place], read_back(executed / place / NOTED))


def _execute(
    tasks: Iterable[Task],
    data: Mapping[str, Path],
    made_from: Callable[[str], dict[str, Any]],
    staging: Path,
    order: Order,
    console: Console,
    real: Container[str],
    kernels: warm.Warm,
) -> dict[str, Made]:
    """Run all chapters, saying how each ended; of studies of `real` people not in the words of errors."""
    folder, made, tasks = staging / "executed", {}, {task.chapter.place: task for task in tasks}
    say = partial(console.print, markup=False, highlight=False, soft_wrap=True)
    with console.status(f"Running {len(tasks)} chapters") as status:
        jobs, temporary = min(order.jobs, len(tasks)), publish.temporary(staging)
        limits = jobs, order.root, order.limit, temporary, order.shared, kernels
        for run in execute(tasks.values(), data, folder, *limits):
            study, _, name = run.place.rpartition("/")
            run = stopped.discreet(run) if study in real else run
            made[run.place] = Made(run, made_from(run.place))
            status.update(f"Running chapters: {len(made)} of {len(tasks)} done")
            say(f"{name}: {'stopped' if run.failure else 'done'}, {run.seconds:.1f} s")
            for warning in run.warnings:
                say(f"{name}: warning: {warning}")
    failed = [each.run for each in made.values() if each.run.failure]
    if failed:
        said = "\n".join(_sentence(run) for run in failed)
        if order.strict or order.only or len(failed) == len(made) or any(map(_lacked_room, failed)):
            raise ChapterError(f"{said}\nThe last good book stays in place.")
        say(said)
        for run in failed:
            stopped.write_page(tasks[run.place], run, folder / run.place)
    return made


def _lacked_room(run: Run) -> bool:
    """Whether it was the disk that stopped a chapter, which is no fault of the chapter."""
    return any(os.strerror(number) in run.failure.error for number in (errno.ENOSPC, errno.EDQUOT))


def _sentence(run: Run) -> str:
    failure = run.failure
    place = f", cell {failure.cell}: {failure.line}" if failure.cell else ""
    return f"Chapter '{run.place.rpartition('/')[2]}'{place}\n  {failure.error}"


def _records(tasks: Iterable[Task], made: Mapping[str, Made], executed: Path) -> list[dict[str, Any]]:
    records = []
    for task in tasks:
        run, inputs = made[task.chapter.place]
        outputs = executed / task.chapter.place / "outputs"
        record = manifest.chapter_record(task, run, _take_reads(outputs), outputs, inputs)
        stopped_by = {"stopped": run.failure.error.partition(":")[0]} if run.failure else {}
        records.append(record | stopped_by)
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
    return sorted(records, key=lambda record: places.index(manifest.place_of(record)))
