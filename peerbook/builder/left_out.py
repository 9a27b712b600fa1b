"""What a book cannot have of these data: chapters without their tables, and what is about a printed report.

A chapter says in `chapters.yml` what it `needs`: raw tables with rows, `pairs` (somebody with two logs),
`print` (data that are behind the printed report, or stand in for them), or `stand-in` (made-up data). Cells
of its notebook tagged `print` are about that report too, and go with it; cells tagged `stand-in` say what was
made up, and are left out of a book of real people. A cell of prose may end in `<!-- elsewhere: words -->`: a
book from other data says these words in its place. A chapter of coded material may need a `consultation`, or
`kinds of project` to be set beside each other: what the study says of its codes (`peerbook.data.codes`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder.contents import ALL, CONSULTATION, KINDS, PAIRS, PRINT, STAND_IN, Chapter
from peerbook.builder.plan import Task
from peerbook.errors import ParameterError
from peerbook.outputs import formats, markup

if TYPE_CHECKING:
    from peerbook.builder.inputs import Folders
    from peerbook.data import RawFolder

_ABOUT_PRINT = "about a printed report, and these data are not the ones behind it"
_ABOUT_STAND_IN = "about data that were made up, and these were not"
_NO_PAIRS = "about change, and nobody has two logs on different days"
_NO_CONSULTATION = "about a consultation, and no survey, lists or notes are coded"
_NO_KINDS = "about projects for some people, and no project is marked as one"
_ELSEWHERE = re.compile(r"\s*<!--\s*elsewhere:(.*?)-->\s*\Z", re.DOTALL)
_HEADING = re.compile(r"\A# .*$", re.MULTILINE)


@dataclass(frozen=True)
class LeftOut:
    """A chapter that the book does not have, and why, in words that follow its title and a colon."""

    chapter: Chapter
    reason: str


def left_out(chapters: Iterable[Chapter], opened: Mapping[str, RawFolder]) -> tuple[LeftOut, ...]:
    """Return the chapters that these data cannot give.

    Parameters
    ----------
    chapters
        Those of the book.
    opened
        The raw folder of each study.
    """
    reasons = (
        (chapter, _beside(chapter, opened) or _reason(chapter, opened[chapter.study])) for chapter in chapters
    )
    return tuple(LeftOut(chapter, reason) for chapter, reason in reasons if reason)


def _beside(chapter: Chapter, opened: Mapping[str, RawFolder]) -> str:
    """Refuse to set real people of one study beside others: only their own study's system protects them."""
    real = [name for name in chapter.studies if name in opened and not opened[name].synthetic]
    if not real:
        return ""
    others = [name for name in chapter.studies if name not in real]
    beside = (
        f", and made-up people of {formats.words(others)} are nothing to compare them with" if others else ""
    )
    return (
        f"sets studies beside each other; what may be published of the real people of {formats.words(real)} "
        f"is decided for their own pages only{beside}"
    )


def _reason(chapter: Chapter, raw: RawFolder) -> str:
    if PRINT in chapter.needs and not raw.definitions.printed:
        return _ABOUT_PRINT
    if STAND_IN in chapter.needs and not raw.synthetic:
        return _ABOUT_STAND_IN
    besides = (PRINT, PAIRS, STAND_IN, CONSULTATION, KINDS)
    tables = [name for name in chapter.needs if name not in besides]
    absent = [name for name in tables if not len(raw.tables.get(name, ()))]
    if absent:
        return f"needs {'a table' if len(absent) == 1 else 'tables'} without rows here: {', '.join(absent)}"
    if lacking := _not_coded(chapter, raw):
        return lacking
    return "" if PAIRS not in chapter.needs or _has_pairs(raw) else _NO_PAIRS


def _not_coded(chapter: Chapter, raw: RawFolder) -> str:
    """Return what the study does not say of its codes, or no row bears out, and the chapter is about."""
    if {CONSULTATION, KINDS}.isdisjoint(chapter.needs):
        return ""
    coded = {
        name.removeprefix("coding/"): rows for name, rows in raw.tables.items() if name.startswith("coding/")
    }
    defined = raw.definitions.codes.seen(coded)
    if CONSULTATION in chapter.needs and not defined.consultation:
        return _NO_CONSULTATION
    return _NO_KINDS if KINDS in chapter.needs and not defined.grouping.some else ""


def _has_pairs(raw: RawFolder) -> bool:
    from peerbook.data.stops import has_pairs

    return "logs" in raw.tables and has_pairs(raw.tables["logs"], raw.definitions.tables["logs"])


def of_region(
    tasks: Iterable[Task], regions: Callable[[str], Mapping[str, Iterable[str]]]
) -> tuple[LeftOut, ...]:
    """Return the chapters that were asked for of a region from which their tables have nobody.

    Parameters
    ----------
    tasks
        What was asked for.
    regions
        Returns what `regions_of` does of a study.

    Raises
    ------
    ParameterError
        If no chapter has anybody from there.
    """
    asked = [task for task in tasks if task.values.get("region", ALL) != ALL]
    counted = [(task, _regions(task.chapter, regions(task.chapter.study))) for task in asked]
    empty = [
        (task, found) for task, found in counted if found is not None and task.values["region"] not in found
    ]
    with_tables = [task for task, found in counted if found is not None]
    if empty and len(empty) == len(with_tables):
        region, present = empty[0][0].values["region"], sorted(set().union(*(found for _, found in empty)))
        raise ParameterError(
            f"Parameter 'region' is '{region}', and the data have nobody from there. "
            f"Regions with people: {', '.join(present) or 'none'}."
        )
    return tuple(
        LeftOut(task.chapter, f"needs tables with nobody from {task.values['region']}") for task, _ in empty
    )


def of_part(
    chapters: Iterable[Chapter], chosen: Iterable[Chapter], part: Mapping[str, str]
) -> tuple[LeftOut, ...]:
    """Return the chapters that a book of a part of the data, or of some chapters, does not have.

    Parameters
    ----------
    chapters
        Those of the whole book.
    chosen
        Those that were asked for.
    part
        The part by parameter, such as `{"region": "North"}`: chapters without the parameter show everybody.
    """
    wanted = {chapter.place for chapter in chosen}
    reasons = (
        (chapter, "not asked for" if chapter.place not in wanted else _of_everybody(chapter, part))
        for chapter in chapters
    )
    return tuple(LeftOut(chapter, reason) for chapter, reason in reasons if reason)


def _of_everybody(chapter: Chapter, part: Mapping[str, str]) -> str:
    without = [name for name in part if name not in chapter.parameters]
    return f"cannot be narrowed to one {without[0]}; it is in the book of all" if without else ""


def first_reasons(left: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Return each chapter that is left out once, with the first of its reasons."""
    found: dict[str, LeftOut] = {}
    for each in left:
        found.setdefault(each.chapter.place, each)
    return tuple(found.values())


def regions_of(raw: RawFolder) -> dict[str, list[str]]:
    """Return the regions that each raw table has rows of, by its name; of tables that know regions."""
    from peerbook.study import regions_present

    found = {name: regions_present([table]) for name, table in raw.tables.items()}
    return {name: sorted(regions) for name, regions in found.items() if regions is not None}


def _regions(chapter: Chapter, regions: Mapping[str, Iterable[str]]) -> set[str] | None:
    """Return the regions in the tables that a chapter needs; None if these know no regions."""
    known = [regions[name] for name in chapter.needs if name in regions]
    return set().union(*known) if known else None


def told(tasks: Iterable[Task], folders: Folders, folder: Path) -> tuple[Task, ...]:
    """Return tasks whose notebooks say nothing untrue of their data: on a printed report, on made-up rows.

    Parameters
    ----------
    tasks
        What is to run.
    folders
        The raw folder of each study, of which it need not open any.
    folder
        Where changed notebooks are written.
    """
    return tuple(
        _said(task, _not_said(task.chapter.study, folders), task.chapter.study in folders.printed, folder)
        for task in tasks
    )


def _not_said(study: str, folders: Folders) -> set[str]:
    """Return the tags of cells that are not true of the data of a study."""
    true_of = {PRINT: folders.printed, STAND_IN: folders.synthetic}
    return {tag for tag, studies in true_of.items() if study not in studies}


def _said(task: Task, tags: set[str], printed: bool, folder: Path) -> Task:
    """Return a task whose notebook has no cells with any of these tags, and says what is true elsewhere."""
    import nbformat

    chapter = task.chapter
    notebook = nbformat.read(chapter.notebook, as_version=4)
    before = [cell.source for cell in notebook.cells]
    cells = [cell for cell in notebook.cells if tags.isdisjoint(cell.metadata.get("tags", []))]
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = _in_other_words(cell.source, printed, chapter.title if chapter.elsewhere else "")
    if [cell.source for cell in cells] == before:
        return task
    notebook.cells = cells
    file = folder / chapter.study / chapter.notebook.name
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)
    return replace(task, chapter=replace(chapter, notebook=file))


def _in_other_words(source: str, printed: bool, title: str) -> str:
    r"""Return the words of a cell: those for the printed study, or those for all others and their title.

    Examples
    --------
    >>> cell = "# Gardens\n\nOf the report. <!-- elsewhere: # Gardens -->"
    >>> _in_other_words(cell, True, ""), _in_other_words(cell, False, "Orchards")
    ('# Gardens\n\nOf the report.', '# Orchards')
    """
    found = _ELSEWHERE.search(source)
    said = found[1].strip() if found and not printed else _ELSEWHERE.sub("", source)
    return _HEADING.sub(lambda _: f"# {markup.plain(title)}", said) if title and not printed else said
