"""Which chapters are stale, and why: something that they read or reach is not as it was for the last book.

What a chapter was made from stands in the manifest of the last book (`inputs.py`). A chapter is fresh if all
of it is the same now; times of files do not count. Pages are a matter apart: one is rendered again if its
words, or what pages are made with, changed, and its chapter need not run for that.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder import hashes, manifest, packages, publish, reach

if TYPE_CHECKING:
    from peerbook.builder.contents import Chapter, Contents
    from peerbook.builder.inputs import Folders, Inputs
    from peerbook.builder.left_out import LeftOut
    from peerbook.builder.order import Order
    from peerbook.builder.plan import Task

KINDS = {
    "new": "",
    "notebook": "code of",
    "module": "module",
    "file": "",
    "schema": "schema",
    "column": "column",
    "parameter": "parameter",
    "package": "package",
    "people": "",
}
EVERY_PAGE = "every page"
RUNS = "its chapter runs"
_REACHED = ("files", "packages", "locked")
# What renders the pages, besides what the builder imports.
_RENDERING = ("jupyter_book", "sphinx")


@dataclass(frozen=True)
class Reason:
    """Why a chapter is stale, or a page is rendered again.

    Parameters
    ----------
    kind
        One of `KINDS`.
    what
        What changed.
    before, after
        From what to what, where that can be told; of files and columns it cannot.
    """

    kind: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        changed = (
            f"{self.before or 'nothing'} -> {self.after or 'nothing'}" if self.before != self.after else ""
        )
        return " ".join(filter(None, [KINDS[self.kind], self.what, changed]))


@dataclass(frozen=True)
class State:
    """A chapter as it would be built, and why it is stale; without reasons it is fresh.

    `left_out` says why the data cannot give it; then there is nothing to run.
    """

    task: Task
    reasons: tuple[Reason, ...] = ()
    left_out: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether the last book has it as it would be made now."""
        return not (self.reasons or self.left_out)

    @property
    def word(self) -> str:
        """The state in a word or two."""
        return "left out" if self.left_out else "stale" if self.reasons else "fresh"

    def in_words(self) -> str:
        """Say the state and its reasons in one line."""
        if self.left_out:
            return f"left out: {self.left_out}"
        return f"stale: {'; '.join(map(str, self.reasons))}" if self.reasons else "fresh"


@dataclass(frozen=True)
class Outlook:
    """What a build would do, and what it knows before it does it.

    Attributes
    ----------
    last : mapping
        The manifest of the last book; empty if there is none.
    contents : Contents
        Of the book that would be made.
    states : tuple of State
        Every chapter of it, in reading order; with `only`, those named, and others that the last book has.
    left : tuple of LeftOut
        The chapters that the book does not have.
    lacking : mapping of str to str
        Those that the data cannot give, whatever is asked for, by place, and why.
    regions : mapping of str to mapping
        What `left_out.regions_of` says of each study whose people are made up; of others it is not kept.
    pages : mapping of str to tuple of Reason
        Pages that would be rendered again, and why: the place of a page, or `EVERY_PAGE`.
    folders : Folders
        The raw folder of each study.
    data : mapping of str to mapping
        What `manifest.data_record` says of each.
    same : frozenset of str
        The studies whose data are as they were for the last book, and were checked then.
    inputs : Inputs
        What chapters are made from.
    made_from : mapping
        What the whole book is made from, for the manifest.
    """

    last: Mapping[str, Any]
    contents: Contents
    states: tuple[State, ...]
    left: tuple[LeftOut, ...]
    lacking: Mapping[str, str]
    regions: Mapping[str, Mapping[str, list[str]]]
    pages: Mapping[str, tuple[Reason, ...]]
    folders: Folders = field(repr=False)
    data: Mapping[str, dict[str, Any]] = field(repr=False)
    same: frozenset[str] = field(repr=False)
    inputs: Inputs = field(repr=False)
    made_from: Mapping[str, Any] = field(repr=False)

    @property
    def stale(self) -> tuple[State, ...]:
        """The chapters that would run."""
        return tuple(state for state in self.states if state.reasons and not state.left_out)

    @property
    def fresh(self) -> tuple[State, ...]:
        """The chapters that are taken from the last book."""
        return tuple(state for state in self.states if state.is_fresh)

    @property
    def is_done(self) -> bool:
        """Whether the last book is what a build would make."""
        return bool(self.last) and not (self.stale or self.pages)

    def keeps(self, study: str, records: Iterable[Mapping[str, Any]]) -> bool:
        """Whether a book of these chapters has of a study what the last one had, and no other output."""

        def places(records: Iterable[Mapping[str, Any]]) -> set[str]:
            return {manifest.place_of(record) for record in records if record["study"] == study}

        runs = any(state.task.chapter.study == study for state in self.stale)
        return study in self.same and not runs and places(self.last.get("chapters", ())) == places(records)

    def keeps_words(self, chapter: Chapter) -> bool:
        """Whether a chapter's notebook says what it said in the last book: its file, data and list are so."""
        before, now = self.last["made_from"]["files"], self.made_from["files"]
        names = (f"notebooks/{chapter.source}.ipynb", f"notebooks/{chapter.study}/chapters.yml")
        return chapter.study in self.same and all(before.get(name) == now.get(name) for name in names)

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The records of the fresh chapters, with the titles that they have now."""
        found = _records(self.last)
        return [
            {**found[state.task.chapter.place], "title": state.task.chapter.title} for state in self.fresh
        ]


def states(order: Order) -> tuple[State, ...]:
    """Return every chapter of an order with its state; nothing is run.

    Raises
    ------
    ParameterError, DataError
        As a build would.
    """
    return look(order).states


def pages_in_words(outlook: Outlook) -> list[str]:
    """Say in lines which pages would be rendered again, and why."""
    if not outlook.pages:
        return ["pages: none would be rendered again"]
    every, runs = outlook.pages.get(EVERY_PAGE, ()), Reason("new", RUNS)
    again = [page for page, reasons in outlook.pages.items() if page != EVERY_PAGE and runs in reasons]
    lines = [f"pages: of the {len(again)} chapters that run"] if again else []
    lines += [f"pages: all: {'; '.join(map(str, every))}"] if every else []
    words = {
        page: [str(reason) for reason in reasons if reason != runs]
        for page, reasons in outlook.pages.items()
        if page != EVERY_PAGE
    }
    return lines + [f"page {page}: {'; '.join(said)}" for page, said in words.items() if said]


def is_unchanged(order: Order) -> bool:
    """Whether every file and every version is as it was for the last book, and that book is whole.

    Then nothing else needs to be looked at. It compares hashes, and imports nothing that takes long.
    """
    return changed_files(order) == set()


def changed_files(order: Order) -> set[str] | None:
    """Name the files of the project that changed since the last book; None if that is not all there is to it.

    Then other data or versions are there, something else is asked for, or the last book is not whole.
    """
    last = manifest.read(order.out)
    made_from = last.get("made_from")
    if order.fresh or not made_from or made_from["order"] != _asked(order, made_from["order"]["data"]):
        return None
    given = {study or made_from["order"]["data"].get(""): folder for study, folder in order.data.items()}
    folders = {name: given.get(name, order.root / "stand_in" / name) for name in last["data"]}
    same = (
        publish.is_settled(order.out)
        and not any("stopped" in record for record in last["chapters"])
        and all(_is_of_project(record, made_from) for record in last["chapters"])
        and made_from["installed"] == packages.everything()
        and all(last["data"][name]["files"] == hashes.hashes(folder) for name, folder in folders.items())
        and _is_whole(last, order.out)
    )
    before, now = made_from["files"], hashes.of_project(order.root, reach.PACKAGE)
    return {name for name in {*before, *now} if before.get(name) != now.get(name)} if same else None


def look(order: Order, contents: Contents | None = None, tasks: tuple[Task, ...] | None = None) -> Outlook:
    """Look at what a build would do.

    Parameters
    ----------
    order
        What is asked for.
    contents, tasks
        What `order.contents` and `order.tasks` returned, if they were called already.

    Raises
    ------
    ParameterError, DataError
        As a build would: every parameter is settled and the data are valid, or were found so before.
    """
    from peerbook.builder import inputs

    last, contents = manifest.read(order.out), contents or order.contents()
    tasks, places = tasks or order.tasks(contents), order.folders(contents)
    anew = {task.chapter.place for task in tasks} if order.fresh else set()
    tasks += _kept(order, contents, tasks, last)
    data = {name: manifest.data_record(folder) for name, folder in places.items()}
    folders = inputs.Folders(places, order.root)
    reached = reach.Reach(order.root, _imports(order))
    made_from = {
        "order": _asked(order, {name: _resolved(name, places, order) for name in order.data}),
        "installed": packages.everything(),
        "files": hashes.of_project(order.root, reach.PACKAGE),
    }
    settled = _settled(last.get("made_from"), made_from)
    made_from["rendering"] = last["made_from"]["rendering"] if settled else _rendering(order.root, reached)
    same = _the_same(last, data, made_from)
    known = inputs.Inputs(folders, data, reached, same, dict(_settled_code(tasks, last, settled)))
    for name in places:
        if name not in same:
            folders[name]  # an error in any of them stops the build
    whole = _whole_outputs(last, order.out)
    made = _records(last)
    found = [
        State(
            task,
            (Reason("new", "asked for with --fresh"),)
            if task.chapter.place in anew
            else tuple(_reasons(task, made.get(task.chapter.place), known, whole, order.out)),
        )
        for task in tasks
    ]
    lacking = _lacking(contents, last, folders, same)
    regions = _regions(last, data, folders, same)
    left = _left(found, contents, last, made_from, folders, lacking, regions, same, order)
    reasons = {each.chapter.place: each.reason for each in left}
    found = [replace(state, left_out=reasons.get(state.task.chapter.place, "")) for state in found]
    found = _of_people(found, data)
    pages = _pages(found, contents, last, data, made_from, order, left)
    in_order = [chapter.place for chapter in contents.chapters]
    found.sort(key=lambda state: in_order.index(state.task.chapter.place))
    return Outlook(
        last=last,
        contents=contents,
        states=tuple(found),
        left=left,
        lacking=lacking,
        regions=regions,
        pages=pages,
        folders=folders,
        data=data,
        same=frozenset(same),
        inputs=known,
        made_from=made_from,
    )


def keep_imports(outlook: Outlook, order: Order) -> None:
    """Keep what files import, so that the next build need not read it out of them again.

    On a full disk it is not kept: the book is published, and lacks nothing.
    """
    import json

    for file in _kept_imports(order):
        half = file.with_suffix(f".half-{os.getpid()}")  # others may keep theirs in a shared folder
        try:
            file.parent.mkdir(mode=0o700, exist_ok=True)
            half.write_text(json.dumps(outlook.inputs.reached.known), encoding="utf-8")
            half.replace(file)
        except OSError:
            half.unlink(missing_ok=True)


def _imports(order: Order) -> dict[str, Any]:
    import json

    for file in _kept_imports(order):
        with suppress(OSError, ValueError):
            return json.loads(file.read_text(encoding="utf-8"))
    return {}


def _kept_imports(order: Order) -> list[Path]:
    """Name the files for what files import: of the book, and of the builds that it shares results with."""
    return [folder / reach.CACHE for folder in (order.out / publish.CACHE, order.shared) if folder]


# Which chapters


def _records(last: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return manifest.by_place(last.get("chapters", ()))


def _kept(
    order: Order, contents: Contents, tasks: Iterable[Task], last: Mapping[str, Any]
) -> tuple[Task, ...]:
    """Plan the chapters that `only` does not name as the last book has them, with its choices."""
    if not order.only or order.alone:
        return ()
    named, made = {task.chapter.place for task in tasks}, _records(last)
    others = [
        chapter for chapter in contents.chapters if chapter.place in made and chapter.place not in named
    ]
    return tuple(_as_before(chapter, made[chapter.place]) for chapter in others)


def _as_before(chapter: Chapter, record: Mapping[str, Any]) -> Task:
    """Plan a chapter with the choices of the last book, as far as it still has these parameters."""
    from peerbook.builder.plan import Task, defaults

    chosen = {name: value for name, value in record["parameters"].items() if name in chapter.parameters}
    return Task(chapter, {**defaults(chapter), **chosen, **chapter.fixed})


def _settled(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> frozenset[str]:
    """Name the files of a project, if code that can reach them is as it was for the last book; else none.

    Words of written pages may differ.
    """

    def code(made_from: Mapping[str, Any]) -> dict[str, str]:
        return {name: digest for name, digest in made_from["files"].items() if not name.startswith("book/")}

    same = bool(before) and before["installed"] == now["installed"] and code(before) == code(now)
    return frozenset(code(now)) if same else frozenset()


def _settled_code(
    tasks: Iterable[Task], last: Mapping[str, Any], settled: frozenset[str]
) -> Iterable[tuple[str, dict[str, Any]]]:
    """Give of chapters what their code was made from in the last book, where all of it is settled."""
    made = _records(last)
    for chapter in (task.chapter for task in tasks):
        record = made.get(chapter.place, {})
        same = record.get("studies") == list(chapter.studies)
        if settled and same and settled.issuperset(record.get("inputs", {}).get("files", [""])):
            yield chapter.place, {group: record["inputs"][group] for group in _REACHED}


def _is_of_project(record: Mapping[str, Any], made_from: Mapping[str, Any]) -> bool:
    """Whether all files that a chapter reaches are among those of the project, and none from elsewhere."""
    return set(record["inputs"]["files"]) <= set(made_from["files"])


def _reasons(
    task: Task,
    record: Mapping[str, Any] | None,
    known: Inputs,
    whole: set[str],
    out: Path,
) -> Iterable[Reason]:
    """Say what a chapter read, reached or was told that is not as it was for the last book."""
    chapter = task.chapter
    if record is None:
        yield Reason("new", "not in the last book")
    elif "stopped" in record:
        yield Reason("new", "it stopped in the last book")
    elif "inputs" not in record:
        yield Reason("new", "the last book does not say what it was made from")
    else:
        yield from _of_parameters(task, record)
        yield from _differences(record["inputs"], _now(chapter, record["inputs"], known))
        lost = [name for name in record["outputs"] if f"{chapter.study}/{name}" not in whole]
        yield from (Reason("file", f"{name} of the last book is gone or was changed") for name in lost)
        if not (out / "notebooks" / f"{chapter.place}.ipynb").is_file():
            yield Reason("file", "its notebook of the last book is gone")


def _of_parameters(task: Task, record: Mapping[str, Any]) -> Iterable[Reason]:
    before, after = dict(record["parameters"]), dict(task.values)
    before["studies"], after["studies"] = ", ".join(record["studies"]), ", ".join(task.chapter.studies)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name) or (name in before) != (name in after):
            yield Reason("parameter", name, _shown(before, name), _shown(after, name))


def _shown(values: Mapping[str, object], name: str) -> str:
    return str(values[name]) or "(empty)" if name in values else ""


def _now(chapter: Chapter, before: Mapping[str, Any], known: Inputs) -> dict[str, dict[str, str]]:
    """Return what a chapter would be made from now, if it read the same of its data."""
    from peerbook.reads import Read

    reads = [Read(*read) for read in before["reads"]]
    return {**known.code(chapter), **known.data(chapter, known.placed(chapter, reads), before)}


def _differences(before: Mapping[str, Any], after: Mapping[str, Mapping[str, str]]) -> Iterable[Reason]:
    """Compare what a chapter was made from with what it would be made from.

    Files and packages that come into reach or leave it do so because code or a package changed; then that is
    reason enough.
    """
    changed, moved = [], []
    for group, now in after.items():
        was = before.get(group, {})
        for name in dict.fromkeys([*was, *now]):
            if was.get(name) != now.get(name):
                follows = group in _REACHED and (name not in was or name not in now)
                (moved if follows else changed).append(
                    _difference(group, name, was.get(name, ""), now.get(name, ""))
                )
    yield from changed
    if not any(reason.kind in ("notebook", "module", "package") for reason in changed):
        yield from moved
    if before.get("outside"):
        yield Reason("file", "it read a folder of data that the build did not hand to it")


def _difference(group: str, name: str, before: str, after: str) -> Reason:
    if group == "columns":
        return Reason("column", name)
    if group == "data":
        told = name.startswith(("number of rows", "regions with people", "synthetic"))
        return Reason("file", name, *((before, after) if told else ()))
    if group in ("packages", "locked"):
        return Reason("package", f"{name}{' (locked)' if group == 'locked' else ''}", before, after)
    kind = (
        "notebook"
        if name.endswith(".ipynb")
        else "schema"
        if name.startswith("data_schema/")
        else "module"
        if name.endswith(".py")
        else "file"
    )
    gone = " (gone)" if not after else " (new)" if not before else ""
    return Reason(kind, f"{name}{gone}")


def _of_people(found: list[State], data: Mapping[str, Mapping[str, Any]]) -> list[State]:
    """Let all chapters of real people run if one of them does: what may be shown is decided for all."""
    real = {name for name, record in data.items() if not record["synthetic"]}
    stale = [
        state for state in found if state.reasons and not state.left_out and state.task.chapter.study in real
    ]
    if not stale:
        return found
    why = Reason("people", f"it is of real people, and {stale[0].task.chapter.name} is stale")
    return [
        replace(state, reasons=(why,)) if state.is_fresh and state.task.chapter.study in real else state
        for state in found
    ]


# Data


def _the_same(
    last: Mapping[str, Any], data: Mapping[str, Mapping[str, Any]], made_from: Mapping[str, Any]
) -> set[str]:
    """Name the studies whose data were checked for the last book: the same files, by the same code."""
    before = last.get("made_from", {})
    if not before or _checking(before) != _checking(made_from):
        return set()
    files = {name: record["files"] for name, record in last["data"].items()}
    return {name for name, record in data.items() if files.get(name) == record["files"]}


def _checking(made_from: Mapping[str, Any]) -> dict[str, Any]:
    """Return what decides whether data are valid, and which chapters they can give."""
    files = made_from["files"]
    deciding = {
        name: digest
        for name, digest in files.items()
        if name.startswith(("data_schema/", "peerbook/data/"))
        or name.endswith("/chapters.yml")
        or name == "peerbook/builder/left_out.py"
    }
    return {"files": deciding, "installed": made_from["installed"], "studies": made_from["order"]["studies"]}


def _lacking(
    contents: Contents, last: Mapping[str, Any], folders: Folders, same: set[str]
) -> Mapping[str, str]:
    """Return why the data cannot give chapters; as for the last book, if they are as they were."""
    from peerbook.builder import left_out

    if same == set(folders) and "lacking" in last:
        return last["lacking"]
    return {each.chapter.place: each.reason for each in left_out.left_out(contents.chapters, folders)}


def _regions(
    last: Mapping[str, Any], data: Mapping[str, Mapping[str, Any]], folders: Folders, same: set[str]
) -> Mapping[str, Mapping[str, list[str]]]:
    """Return the regions in tables of made-up people; as for the last book, if they are as they were."""
    from peerbook.builder import left_out

    known = {name: found for name, found in last.get("regions", {}).items() if name in same}
    made_up = [name for name, record in data.items() if record["synthetic"]]
    return {name: known[name] if name in known else left_out.regions_of(folders[name]) for name in made_up}


def _left(
    found: Iterable[State],
    contents: Contents,
    last: Mapping[str, Any],
    made_from: Mapping[str, Any],
    folders: Folders,
    lacking: Mapping[str, str],
    regions: Mapping[str, Mapping[str, list[str]]],
    same: set[str],
    order: Order,
) -> tuple[LeftOut, ...]:
    """Return the chapters that the book does not have; as in the last one, if nothing could change that."""
    from peerbook.builder import left_out

    told = {each["chapter"]: each["reason"] for each in last.get("left_out", ())}
    known = {*told, *_records(last)}
    checked = same == set(folders) and _deciding(last["made_from"]) == _deciding(made_from)
    by_place = {chapter.place: chapter for chapter in contents.chapters}
    if checked and all(state.task.chapter.place in known for state in found):
        return tuple(left_out.LeftOut(by_place[place], reason) for place, reason in told.items())
    tasks = [state.task for state in found]

    def of_study(study: str) -> Mapping[str, Iterable[str]]:
        return regions[study] if study in regions else left_out.regions_of(folders[study])

    return left_out.first_reasons(
        [
            *left_out.of_part(contents.chapters, contents.only(order.chapters), order.part),
            *(left_out.LeftOut(by_place[place], reason) for place, reason in lacking.items()),
            *left_out.of_region(tasks, of_study),
        ]
    )


def _deciding(made_from: Mapping[str, Any]) -> list[Any]:
    """Return what was asked for that decides which chapters a book has, and has somebody to tell of."""
    asked = made_from["order"]
    regions = [setting for setting in asked["settings"] if setting[1] == "region"]
    return [asked["only"], regions, asked.get("chapters", []), asked.get("part", {})]


# Pages


def _pages(
    found: Iterable[State],
    contents: Contents,
    last: Mapping[str, Any],
    data: Mapping[str, Mapping[str, Any]],
    made_from: Mapping[str, Any],
    order: Order,
    left: Iterable[LeftOut],
) -> dict[str, tuple[Reason, ...]]:
    """Say which pages would be rendered again, and why."""
    pages: dict[str, list[Reason]] = {}
    for state in found:
        if state.reasons and not state.left_out:
            pages.setdefault(state.task.chapter.place, []).append(Reason("new", RUNS))
    if not last.get("made_from"):
        return {EVERY_PAGE: (Reason("new", "there is no last book"),)}
    for page, reason in [
        *_of_files(last["made_from"], made_from, contents),
        *_of_packages(last["made_from"]["rendering"], made_from["rendering"]),
        *_of_data(last["data"], data),
        *_of_contents(found, last, order, left),
    ]:
        pages.setdefault(page, []).append(reason)
    return {page: tuple(dict.fromkeys(reasons)) for page, reasons in pages.items()}


def _of_files(
    before: Mapping[str, Any], after: Mapping[str, Any], contents: Contents
) -> Iterable[tuple[str, Reason]]:
    """Say which pages follow from files of the project that changed."""
    was, now = before["files"], after["files"]
    rendering = {*before["rendering"]["modules"], *after["rendering"]["modules"]}
    by_source: dict[str, list[Chapter]] = {}
    for chapter in contents.chapters:
        by_source.setdefault(f"notebooks/{chapter.source}.ipynb", []).append(chapter)
    for name in sorted({*was, *now}):
        if was.get(name) == now.get(name):
            continue
        folder, _, rest = name.partition("/")
        study = rest.partition("/")[0]
        if name in by_source:
            yield from ((chapter.place, Reason("file", f"words of {name}")) for chapter in by_source[name])
        elif folder == "book" and name.endswith(".md") and name in was and name in now:
            yield rest.removesuffix(".md"), Reason("file", name)
        elif folder == "book" or name in ("_config.yml", *rendering):
            yield EVERY_PAGE, Reason("file", name)
        elif folder in ("notebooks", "data_schema") and name.endswith((".yml", ".json")):
            if study in contents.read or not (name.endswith("study.yml") or folder == "notebooks"):
                yield EVERY_PAGE, Reason("file", name)
        elif folder == "peerbook" and "/published/" in f"/{name}" and name.split("/")[2] in contents.read:
            yield EVERY_PAGE, Reason("file", name)


def _of_packages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, Reason]]:
    was, now = before["packages"], after["packages"]
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            yield EVERY_PAGE, Reason("package", name, was.get(name, ""), now.get(name, ""))


def _of_data(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, Reason]]:
    """Pages say what the data are and what was found in them."""
    for study in dict.fromkeys([*before, *after]):
        was, now = before.get(study, {}).get("files", {}), after.get(study, {}).get("files", {})
        for file in sorted({*was, *now}):
            if was.get(file) != now.get(file):
                yield EVERY_PAGE, Reason("file", f"{file} of the data of {study}")


def _of_contents(
    found: Iterable[State], last: Mapping[str, Any], order: Order, left: Iterable[LeftOut]
) -> Iterable[tuple[str, Reason]]:
    """Say whether the book has another name or other chapters than the last one, or lost pages since."""
    if last["made_from"]["order"].get("edition", "") != order.edition:
        yield EVERY_PAGE, Reason("new", "the book has another name")
    made = {state.task.chapter.place for state in found if not state.left_out}
    for place in sorted(set(_records(last)) - made):
        yield EVERY_PAGE, Reason("new", f"{place} is no longer in the book")
    told = {each["chapter"]: each["reason"] for each in last.get("left_out", ())}
    now = {each.chapter.place: each.reason for each in left}
    if not order.only and told != now:
        yield EVERY_PAGE, Reason("new", "other chapters are left out")
    for name in [*(f"html/{page}" for page in last["pages"]), *publish.RECORDS]:
        if not (order.out / name).is_file():
            yield EVERY_PAGE, Reason("file", f"{name.removeprefix('html/')} of the last book is gone")


def _rendering(root: Path, reached: reach.Reach) -> dict[str, Any]:
    """Return what pages are made with: modules of peerbook, and packages as installed."""
    extensions = _extensions(root)
    modules = ["peerbook.builder.run", *(name for name in extensions if name.startswith("peerbook."))]
    files = reached.modules(modules)
    beside = {path for file in files for path in file.parent.glob("*") if path.suffix in (".js", ".css")}
    wanted = {*reached.packages_of(modules), *_RENDERING, *(name.partition(".")[0] for name in extensions)}
    return {
        "modules": sorted(reach.named(file, root) for file in {*files, *beside}),
        "packages": packages.installed(wanted),
    }


def _extensions(root: Path) -> list[str]:
    """Name the modules of the extensions that `_config.yml` asks for."""
    import yaml

    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")) or {}
    sphinx = settings.get("sphinx") or {}
    listed = [sphinx.get("extra_extensions"), (sphinx.get("config") or {}).get("extensions")]
    return sorted({str(name) for names in listed for name in names or ()})


# The last book


def _asked(order: Order, data: Mapping[str, str]) -> dict[str, Any]:
    """Return what was asked for, as far as the book depends on it; folders are known by what they hold."""
    return {
        "studies": list(order.studies),
        "only": list(order.only),
        "alone": order.alone,
        "settings": [[setting.chapter, setting.name, setting.text] for setting in order.settings],
        "data": {name: data.get(name, "") for name in order.data},
        "chapters": list(order.chapters),
        "part": dict(order.part),
        "edition": order.edition,
    }


def _resolved(name: str, places: Mapping[str, Path], order: Order) -> str:
    """Return the study that data were given for, if that was not said."""
    return name or next((study for study, place in places.items() if place == order.data[""]), "")


def _whole_outputs(last: Mapping[str, Any], out: Path) -> set[str]:
    """Name the outputs of the last book that are there, as they were made."""
    made = last.get("outputs", {})
    return {
        name
        for name, digest in made.items()
        if (file := out / "outputs" / name).is_file() and hashes.sha256(file) == digest
    }


def _is_whole(last: Mapping[str, Any], out: Path) -> bool:
    notebooks = [out / "notebooks" / f"{place}.ipynb" for place in _records(last)]
    pages = [out / "html" / page for page in last["pages"]]
    records = [out / name for name in publish.RECORDS]
    there = all(file.is_file() for file in [*notebooks, *pages, *records])
    return there and _whole_outputs(last, out) == set(last["outputs"])
