"""What the pages around the chapters say of a book's own studies and data.

The hand-written pages tell of one study and its printed report (`written_for` in `book/contents.yml`). A book
without that study, as it was printed, gets a start page of its own, and the parts of other pages between
`<!-- print -->` and `<!-- /print -->` go. Where a page says `<!-- data -->` stands what was found in the raw
data, and which chapters these cannot give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder.contents import Contents
from peerbook.builder.furniture import by_part
from peerbook.builder.left_out import LeftOut
from peerbook.outputs import formats
from peerbook.outputs.notices import line_of

if TYPE_CHECKING:
    from peerbook.builder.inputs import Folders
    from peerbook.data import RawFolder

DATA = "<!-- data -->"
_PRINT = re.compile(r"[ \t]*<!-- print -->\n?(.*?)[ \t]*<!-- /print -->\n?", re.DOTALL)
_MARKS = re.compile(r"([\\`*_{}\[\]<>$|#~:@&])")
_NAME = re.compile(r"(\b\w+(?:[/._]\w+)+\b)")
_SORTS = 12  # sorts of remark that a page lists


def is_as_written(contents: Contents, opened: Folders) -> bool:
    """Return whether a book is the one that the hand-written pages tell of."""
    about = contents.written_for
    return not about or about in opened.printed


def in_its_own_name(contents: Contents, opened: Folders) -> Contents:
    """Return the contents with the title and the description of this book's own studies, if need be."""
    if is_as_written(contents, opened):
        return contents
    title = ", ".join(contents.studies.values())
    description = f"{title}: an evaluation that can be computed again from its data."
    called = contents.elsewhere
    return replace(
        contents,
        title=title,
        about={**contents.about, "description": description, "released": ""},
        chapters=tuple(replace(each, part=called.get(each.part, each.part)) for each in contents.chapters),
    )


def of_edition(contents: Contents, edition: str) -> Contents:
    """Return the contents with a title that tells the book from other editions; none is named by ""."""
    title = contents.title or ", ".join(contents.studies.values())
    return replace(contents, title=f"{title}: {edition}") if edition else contents


def write_pages(
    contents: Contents,
    opened: Folders,
    remarks: Mapping[str, Mapping[str, Any]],
    left: Iterable[LeftOut],
    made: Iterable[str],
    pages: Path,
) -> None:
    """Write the start page of a book of other studies, and fill in what pages say of print and of data.

    Parameters
    ----------
    contents
        The order of pages, and the titles of the studies.
    opened
        The raw folder of each study. A book that is as written opens none.
    remarks
        What `remarks_on` said of each.
    left
        The chapters that these data cannot give.
    made
        Places of the chapters that have a page.
    pages
        Folder of the hand-written pages.
    """
    as_written = is_as_written(contents, opened)
    found = _of_data(contents, remarks, tuple(left))
    for file in pages.glob("*.md"):
        text = file.read_text(encoding="utf-8")
        text = _PRINT.sub(r"\1" if as_written else "", text).replace(DATA, found)
        file.write_text(text, encoding="utf-8")
    if not as_written:
        own = {name: opened[name] for name in opened if name in contents.studies}
        (pages / "index.md").write_text(_start(contents, own, set(made), found), encoding="utf-8")


def plain(text: str) -> str:
    r"""Return text that Markdown shows as it was typed.

    Examples
    --------
    >>> plain("A *new* study")
    'A \\*new\\* study'
    """
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def _with_names(text: str) -> str:
    """Return plain text in which names of files, tables and columns are code."""
    parts = _NAME.split(text)
    words = [_MARKS.sub(r"\\\1", part) for part in parts]
    return "".join(f"`{parts[place]}`" if place % 2 else word for place, word in enumerate(words))


# The start page


def _start(contents: Contents, opened: Mapping[str, RawFolder], made: set[str], found: str) -> str:
    several = len(opened) > 1
    parts = [f"# {plain(contents.title)}"]
    parts.append(
        "Every table, every figure and every number in a sentence of this book is computed from raw data "
        "when the book is built. Change the data or a choice, build again, and the whole report follows."
    )
    parts += [_study(contents.studies[name], raw, several) for name, raw in opened.items()]
    parts.append("## Chapters")
    chapters = [chapter for chapter in contents.chapters if chapter.place in made]
    for part, members in by_part(chapters).items():
        links = ", ".join(f"[{plain(chapter.title)}]({chapter.place}.ipynb)" for chapter in members)
        parts.append(f"{plain(part)}\n: {links}")
    parts += ["## The data", found, "## What a page may be used for"]
    parts += [
        f"{title}\n: {sentence}"
        for title, sentence in dict.fromkeys(line_of(raw.synthetic) for raw in opened.values())
    ]
    parts.append("If tables and statistics are new to you, read [](how_to_read.md) first.")
    return "\n\n".join(parts) + "\n"


def _study(title: str, raw: RawFolder, several: bool) -> str:
    """Say in sentences who was asked, where and when, as far as the data folder does."""
    about, regions = raw.about, raw.definitions.regions if raw.about.regions is not None else ()
    said = [f"*{plain(title)}*:"] if several else []
    if about.period:
        said.append(f"The data were collected {_days(about.period)}.")
    if len(regions) == 1:
        said.append(f"They come from {plain(regions[0])}.")
    elif regions:
        said.append(f"They come from {len(regions)} regions: {formats.words(map(plain, regions))}.")
    if about.waves:
        waves = [f"{plain(name)} ({_days(days)})" for name, days in about.waves.items()]
        said.append(f"They were collected in {formats.plural(len(waves), 'wave')}: {formats.words(waves)}.")
    if about.holder:
        said.append(f"{plain(about.holder)} holds them.")
    if about.contact:
        said.append(f"To ask about them: {plain(about.contact)}.")
    if about.not_asked:
        names = formats.words(f"`{name}`" for name in about.not_asked)
        said.append(f"Not asked in this study: {names}.")
    return " ".join(said)


def _days(period: tuple[str, str]) -> str:
    first, last = (formats.day(date.fromisoformat(day)) for day in period)
    return f"from {first} to {last}"


# What was found in the data, and what they cannot give


def remarks_on(raw: RawFolder) -> dict[str, Any]:
    """Return how many remarks the check of raw data made, and a line for each sort, for the manifest."""
    return {"number": raw.report.n_warnings, "sorts": sorts(raw)}


def _of_data(contents: Contents, remarks: Mapping[str, Mapping[str, Any]], left: tuple[LeftOut, ...]) -> str:
    parts = []
    for name in contents.studies:
        of = f" of {plain(contents.studies[name])}" if len(contents.studies) > 1 else ""
        parts += _remarks(remarks[name], of) if name in remarks else []
    if not parts:
        parts.append("The check of the raw data found nothing to remark on.")
    if left:
        parts.append("These chapters are not in this book:")
        titles: dict[str, list[str]] = {}
        for each in left:
            titles.setdefault(each.reason, []).append(f"*{plain(each.chapter.title)}*")
        lines = [f"- {', '.join(named)}: {_with_names(reason)}." for reason, named in titles.items()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _remarks(remarks: Mapping[str, Any], of: str) -> list[str]:
    if not remarks["sorts"]:
        return []
    listed = [_with_names(line) for line in remarks["sorts"]]
    rest = len(listed) - _SORTS
    shown = listed[:_SORTS] + ([f"and {formats.plural(rest, 'further sort')} of remark"] if rest > 0 else [])
    number = formats.plural(remarks["number"], "remark")
    return [
        f"The check of the raw data{of} made {number}. None of them stops the book:",
        "\n".join(f"- {line}" for line in shown),
    ]


def sorts(raw: RawFolder) -> list[str]:
    """Return a line for each sort of warning: how many, where; never what a cell holds.

    Examples
    --------
    A line such as `2 times "unusable date" (logs.csv, completed_on)`.
    """
    groups = raw.report.problems.groupby(["file", "kind", "column"], sort=False).size()
    return [
        f"{formats.plural(number, 'time')} “{kind}” ({file}{', ' if column else ''}{column})"
        for (file, kind, column), number in groups.items()
    ]
