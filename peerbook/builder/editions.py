"""Many books of one study with one command: per region, per project, or per month as of its last day.

Each edition is a whole book in a folder of its own; an index page (`editions_page.py`) leads to all of them.
One that is fresh (`state.py`) is not built again. Those of synthetic data are built beside each other. Of
real people each is decided about with the lists of all that are there, so they are built in order, the whole
first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder import editions_page, reach, warm
from peerbook.builder.contents import ALL, name_of
from peerbook.builder.edition import (
    BUILT,
    FAILED,
    FEW,
    FRESH,
    KINDS,
    MONTH,
    PROJECT,
    Edition,
    Made,
    Series,
    Task,
    built,
)
from peerbook.builder.order import Order
from peerbook.builder.parameters import REGION, Setting
from peerbook.builder.run import check_apart
from peerbook.errors import ChapterError, ParameterError
from peerbook.outputs import formats

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from peerbook.data import RawFolder


def make(series: Series, console: Console) -> list[Made]:
    """Build every edition that is not fresh, and the index over all of them.

    An edition that fails is listed with the reason, keeps its last good book, and stops no other.

    Raises
    ------
    ParameterError, DataError
        If the series makes no sense, or the data have errors: nothing is built.
    """
    series = _settled(series)
    raw = _opened(series)
    with tempfile.TemporaryDirectory(prefix="peerbook-editions-") as scratch:
        editions = list(editions_of(series, raw, Path(scratch)))
        tasks = [Task(edition, series.study, raw.place, series.out) for edition in editions]
        made: dict[str, Made] = {}
        for each in _all_made(series, raw, tasks):
            made[each.name] = each
            _say(each, editions, console)
        listed = [made[edition.name] for edition in editions]
        with console.status("Writing the index"):
            editions_page.write(series, raw, editions, listed)
    return listed


def refuse_failed(made: Iterable[Made]) -> None:
    """Say at the end that editions failed, or were made without a chapter.

    Raises
    ------
    ChapterError
        With their names.
    """
    failed = [each.name for each in made if each.state == FAILED or (each.state == BUILT and each.said)]
    if failed:
        raise ChapterError(
            f"These editions could not be made, or not whole: {', '.join(failed)}. The index says why."
        )


# What the editions are


def _settled(series: Series) -> Series:
    """Check what was asked for, and say which study it is about."""
    if series.kind not in KINDS:
        raise ParameterError(f"Editions are per {', '.join(KINDS)}; found '{series.kind}'.")
    if series.kind != MONTH and (series.first or series.last):
        raise ParameterError(f"--from and --to belong to editions per {MONTH}, not per {series.kind}.")
    contents = _whole(series).contents()
    if len(contents.studies) != 1:
        raise ParameterError(
            f"Editions are of one study; name one of: {', '.join(contents.studies)}, as in "
            f"peerbook editions {series.kind} {next(iter(contents.studies), 'STUDY')}."
        )
    return replace(series, study=next(iter(contents.studies)))


def _whole(series: Series) -> Order:
    """Return the order for a book of all data."""
    data = {} if series.data is None else {series.study: series.data}
    return Order(
        out=series.out,
        studies=(series.study,) if series.study else (),
        data=data,
        settings=series.settings,
        jobs=series.jobs,
        root=series.root,
        chapters=series.chapters,
    )


def _opened(series: Series) -> RawFolder:
    from peerbook.data import open_folder

    folder = _whole(series).folders()[series.study]
    check_apart(series.out, {series.study: folder})
    return open_folder(folder, series.root / "data_schema" / series.study).checked()


def editions_of(series: Series, raw: RawFolder, scratch: Path) -> Iterator[Edition]:
    """Return the editions in their order; parts of raw data are written to folders in `scratch`.

    Raises
    ------
    ParameterError
        If the study, or the data, cannot be divided so.
    """
    parts = {REGION: _regions, PROJECT: _projects, MONTH: _months}
    whole = _whole(series)
    whole.tasks()  # a misspelt chapter or parameter is an error before anything is made
    taken: set[str] = set()
    for name, title, where, order in parts[series.kind](series, raw, whole, scratch):
        folder = name_of(name).replace("_", "-")
        while not folder or folder in taken:  # of names that differ in letters which no folder has
            folder = f"{folder or 'edition'}-{len(taken) + 1}"
        taken.add(folder)
        yield _edition(title, where, replace(order, out=series.place / folder, edition=title), raw)


def _regions(
    series: Series, raw: RawFolder, whole: Order, scratch: Path
) -> Iterator[tuple[str, str, dict[str, str], Order]]:
    from peerbook.study import regions_present

    present = regions_present(raw.tables.values()) or set()
    regions = [region for region in raw.definitions.regions if region in present]
    if not regions:
        raise ParameterError(f"{series.study}: its data name no regions, so there are no editions of them.")
    if not any(REGION in task.chapter.parameters for task in whole.tasks()):
        raise ParameterError("None of these chapters can be narrowed to one region.")
    yield "all regions", "All regions", {}, whole
    for region in regions:
        yield region, region, {REGION: region}, replace(whole, part={REGION: region})


def _projects(
    series: Series, raw: RawFolder, whole: Order, scratch: Path
) -> Iterator[tuple[str, str, dict[str, str], Order]]:
    from peerbook.data.editions import of_project, projects_of, written

    yield "all projects", "All projects", {}, whole
    tables = written(raw)
    takes = [task.chapter.place for task in whole.tasks() if PROJECT in task.chapter.parameters]
    for project in projects_of(raw):
        folder = of_project(raw, tables, project, scratch / name_of(project))
        settings = (*whole.settings, *(Setting(place, PROJECT, project) for place in takes))
        order = replace(whole, data={series.study: folder}, settings=settings)
        yield project, f"Project {project}", {PROJECT: project}, order


def _months(
    series: Series, raw: RawFolder, whole: Order, scratch: Path
) -> Iterator[tuple[str, str, dict[str, str], Order]]:
    from peerbook.data.editions import as_of, days_of, written

    tables = written(raw)
    days = days_of(raw, tables)
    known = [each.dropna() for each in days.values() if each.notna().any()]
    first = _month(series.first, "--from") if series.first else min(each.min() for each in known).date()
    last = _month(series.last, "--to") if series.last else max(each.max() for each in known).date()
    if (first.year, first.month) > (last.year, last.month):
        raise ParameterError(f"--from {first:%Y-%m} is after --to {last:%Y-%m}.")
    for end in _month_ends(first, last):
        folder = as_of(raw, tables, days, end, scratch / f"{end:%Y-%m}")
        yield f"{end:%Y-%m}", formats.calendar_month(end), {}, replace(whole, data={series.study: folder})


def _month(text: str, option: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ParameterError(f"{option}: found '{text}'; expected a month such as 2016-04.") from None


def _month_ends(first: date, last: date) -> Iterator[date]:
    """Return the last day of every month from one to another."""
    at = first.replace(day=1)
    while at <= last:
        after = (at + timedelta(days=31)).replace(day=1)
        yield after - timedelta(days=1)
        at = after


def _edition(title: str, where: Mapping[str, str], order: Order, whole: RawFolder) -> Edition:
    """Count what the index says of an edition, and whether it is too small for a book."""
    folder = next(iter(order.data.values()), whole.place)
    tables = _tables(whole, folder, where.get(REGION, ALL))
    counted = whole.definitions.editions.counted
    rows = {word: len(tables[said["rows"]]) for word, said in counted.items() if said["rows"] in tables}
    return Edition(order.out.name, title, order, rows, where, _why_not(whole, tables, rows))


def _tables(whole: RawFolder, folder: Path, region: str) -> dict[str, pd.DataFrame]:
    """Return the tables that say how large an edition is: those that are counted, or that rows came into."""
    import pandas as pd

    from peerbook.data.definitions import FROM_THE_START
    from peerbook.study import of_region

    said = whole.definitions.editions
    named = [each["rows"] for each in said.counted.values()]
    named += [table for table, column in said.came_in.items() if column != FROM_THE_START]
    if folder == whole.place:
        found = {name: whole.tables[name] for name in named or whole.tables if name in whole.tables}
    else:
        files = {name: folder / f"{name}.csv" for name in named}
        found = {name: pd.read_csv(file, dtype=str) for name, file in files.items() if file.is_file()}
    return {name: of_region(table, region) for name, table in found.items()}


def _why_not(whole: RawFolder, tables: Mapping[str, pd.DataFrame], rows: Mapping[str, int]) -> str:
    """Say why an edition is not built, if it is not; of real people without a word on how few they are."""
    from peerbook.disclosure import read_policy

    needed = set(tables) - whole.definitions.optional
    empty = sorted(name for name in needed if not len(tables[name]))
    numbers = list(rows.values()) or list(map(len, tables.values()))
    if not whole.synthetic and any(read_policy(whole.place).is_small(n) for n in numbers):
        return "too few people for anything about them to be published"
    return f"no rows in {formats.words(empty)}" if empty else ""


# How they are built


def _all_made(series: Series, raw: RawFolder, tasks: Sequence[Task]) -> Iterator[Made]:
    """Yield how each edition came out: first those that need no building."""
    settled = [(task, task.not_built()) for task in tasks]
    yield from (made for _, made in settled if made)
    builds = _on_cluster if series.scheduler else _here
    yield from builds(series, raw, [task for task, made in settled if not made])


def _here(series: Series, raw: RawFolder, tasks: Sequence[Task]) -> Iterator[Made]:
    """Build on this machine, each edition in a fork of one warm process."""
    if not tasks:
        return
    with tempfile.TemporaryDirectory(prefix="peerbook-shared-") as shared:
        # Of real people each needs the lists of the others; then its chapters run beside each other.
        at_once = min(series.jobs, len(tasks)) if raw.synthetic else 1
        inside = max(1, series.jobs // at_once)
        calls = [(task, Path(shared), inside) for task in tasks]
        notebooks = [task.chapter.notebook for task in _whole(series).tasks()]
        modules = sorted({name for notebook in notebooks for name in reach.imported_by(notebook)})
        for number, made in _run(calls, at_once, modules):
            yield made or Made(tasks[number].edition.name, FAILED, "its process was killed", exit_code=12)


def _run(
    calls: Sequence[tuple[Task, Path, int]], jobs: int, modules: Iterable[str]
) -> Iterator[tuple[int, Made | None]]:
    if warm.AVAILABLE:
        return warm.Warm().run(_made, calls, jobs, modules)
    return ((number, _made(*call)) for number, call in enumerate(calls))


def _made(task: Task, shared: Path, jobs: int) -> Made:
    """Build one edition."""
    return built(replace(task.order, shared=shared, jobs=jobs), task.edition.name)


def _on_cluster(series: Series, raw: RawFolder, tasks: Sequence[Task]) -> Iterator[Made]:
    from peerbook.builder.cluster import on_cluster

    yield from on_cluster(series.scheduler, tasks, in_order=not raw.synthetic)


def _say(made: Made, editions: Iterable[Edition], console: Console) -> None:
    titles = {edition.name: edition.title for edition in editions}
    said = {BUILT: f"{made.seconds:.1f} s", FRESH: "fresh", FAILED: "failed", FEW: "not built"}[made.state]
    line = f"{titles[made.name]}: {said}{f': {made.said}' if made.said else ''}"
    console.print(line, markup=False, highlight=False, soft_wrap=True)
