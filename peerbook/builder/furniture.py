"""What stands around the text of a page: contents with their numbers, banner, running head, link preview.

The templates in `book/_templates` are handed this as `peerbook`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from peerbook.builder.contents import Chapter, Contents
from peerbook.outputs import formats
from peerbook.outputs.evidence import REBUILT
from peerbook.outputs.notices import line_of

ABOUT = "About this book"
FINDING = "find"  # the page that lists tables, figures and words


def head_of(record: Mapping[str, Any], synthetic: bool, outputs: Path) -> dict[str, str]:
    """Return what a chapter's page says at its head.

    Parameters
    ----------
    record
        The chapter as the manifest records it.
    synthetic
        Whether the study's data are synthetic.
    outputs
        Folder with the outputs of the study.

    Returns
    -------
    dict
        `banner`, as HTML, and `running`, the running head of printed sheets: both empty for a page that
        computes no number from data. `description`, for link previews: the first line in short, if any.
    """
    of_data = (
        head_of_data(synthetic) if REBUILT in record.get("evidence", ()) else {"banner": "", "running": ""}
    )
    return of_data | {"description": _in_short(outputs, record)}


def head_of_data(synthetic: bool) -> dict[str, str]:
    """Return what the head of a page with numbers made from data says of them, without a description."""
    title, sentence = line_of(synthetic)
    return {
        "banner": f"<strong>{title}.</strong> {sentence}",
        "running": f"{title}. {sentence}",
        "description": "",
    }


def _in_short(outputs: Path, record: Mapping[str, Any]) -> str:
    file = outputs / f"text-in-short-{record['name'].replace('_', '-')}.json"
    if not file.is_file():
        return ""
    lines = json.loads(file.read_text(encoding="utf-8")).get("text", "").strip().splitlines()
    first = lines[0] if lines else ""
    return _without_marks(first.lstrip("-* ")).strip()


def _without_marks(markdown: str) -> str:
    r"""Return what a line of markdown reads as.

    Examples
    --------
    >>> _without_marks(r"**R&amp;D** and \*this\*, see [there](a.html) or <a href='b.html'>b</a>")
    'R&D and *this*, see there or b'
    """
    marks = re.compile(r"\\(.)|<[^>]*>|\[([^]]*)\]\([^)]*\)|[*_`]")
    return unescape(marks.sub(lambda found: found[1] or found[2] or "", markdown))


def furniture(contents: Contents, heads: Mapping[str, Mapping[str, str]], pages: Path) -> dict[str, Any]:
    """Return what templates show around the text.

    Parameters
    ----------
    contents
        The order of pages.
    heads
        What `head_of` returned for each chapter that has a page, by place, and for other pages that have one.
    pages
        Folder of the hand-written pages, which have their titles.

    Returns
    -------
    dict
        `before`, `parts` (each a `number`, a `title` and `pages`; the last are the pages after, without a
        number; a page of the same notebook as the one before it stands `below`), `chapters` by place,
        `heads` by page, `description`, `released`, `released_words`, `contact`, and `finding`, the name of
        the page that lists tables and figures, if there is one.
    """
    listed = [chapter for chapter in contents.chapters if chapter.place in heads]
    titles = [chapter.title for chapter in listed]
    entries = [
        {
            "page": chapter.place,
            "title": chapter.title,
            "number": number,
            # Two pages of one title are told apart by their studies; elsewhere these are in the way.
            "study": contents.studies[chapter.study] if titles.count(chapter.title) > 1 else "",
            "below": before is not None and before.source == chapter.source,
        }
        for number, (before, chapter) in enumerate(zip([None, *listed], listed, strict=False), 1)
    ]
    parts = [
        {"number": number, "title": title, "pages": [entries[listed.index(chapter)] for chapter in members]}
        for number, (title, members) in enumerate(by_part(listed).items(), 1)
    ]
    chapters = {
        entry["page"]: {
            **entry,
            "part": part["number"],
            "part_title": part["title"],
        }
        for part in parts
        for entry in part["pages"]
    }
    after = [_written(page, pages) for page in contents.after]
    about = contents.about
    released = about.get("released", "")
    return {
        "before": [_written(page, pages) for page in contents.before],
        "parts": [*parts, *([{"number": 0, "title": ABOUT, "pages": after}] if after else [])],
        "chapters": chapters,
        "heads": {page: dict(head) for page, head in heads.items()},
        "finding": FINDING if FINDING in (*contents.before, *contents.after) else "",
        "description": about.get("description", ""),
        "released": released,
        "released_words": formats.day(date.fromisoformat(released)) if released else "",
        "contact": about.get("contact", ""),
    }


def by_part(chapters: Iterable[Chapter]) -> dict[str, list[Chapter]]:
    """Group chapters in reading order by part."""
    parts: dict[str, list[Chapter]] = {}
    for chapter in chapters:
        parts.setdefault(chapter.part, []).append(chapter)
    return parts


def _written(page: str, pages: Path) -> dict[str, Any]:
    file = pages / f"{page}.md"  # a page that is not there is named by the build that misses it
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    title = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return {"page": page, "title": title[1].strip() if title else page, "number": 0, "study": ""}
