"""Render a folder of pages as HTML. The one module that knows Jupyter Book."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import yaml

from peerbook.builder.cache import Cache
from peerbook.builder.contents import Chapter, Contents
from peerbook.builder.furniture import ABOUT, by_part, furniture
from peerbook.builder.rendering import FURNITURE, WARNED, Renderer
from peerbook.errors import BookError


def write_settings(
    config: Path, contents: Contents, heads: Mapping[str, Mapping[str, str]], folder: Path
) -> None:
    """Write Jupyter Book's `_config.yml` and `_toc.yml`, and what stands around pages, into their folder.

    Parameters
    ----------
    config
        The project's `_config.yml`.
    contents
        The order of pages.
    heads
        What `furniture.head_of` returned for each chapter that has a page, by place.
    folder
        Where the pages are.
    """
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings |= {"title": contents.title} if contents.title else {}
    table = table_of_contents(contents, set(heads))
    for name, written in {"_config.yml": settings, "_toc.yml": table}.items():
        text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    around = json.dumps(furniture(contents, heads, folder), ensure_ascii=False)
    (folder / FURNITURE).write_text(around, encoding="utf-8")


def table_of_contents(contents: Contents, chapters: set[str]) -> dict[str, object]:
    """Return Jupyter Book's table of contents: pages before, chapters by part, pages after.

    Of the pages that one notebook makes, the first heads the others.
    """
    parts = by_part(chapter for chapter in contents.chapters if chapter.place in chapters)
    named = [(part, _listed(members)) for part, members in parts.items()]
    return {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": caption, "chapters": pages}
            for caption, pages in [
                ("Start", _files(contents.before)),
                *named,
                (ABOUT, _files(contents.after)),
            ]
            if pages
        ],
    }


def _files(pages: Iterable[str]) -> list[dict[str, object]]:
    return [{"file": page} for page in pages]


def _listed(members: Iterable[Chapter]) -> list[dict[str, object]]:
    """List chapters; pages of one notebook stand below the first of them."""
    listed = []
    for _, pages in groupby(members, key=lambda chapter: chapter.source):
        first, *others = _files(chapter.place for chapter in pages)
        listed.append({**first, "sections": others} if others else first)
    return listed


@contextmanager
def rendering(
    source: Path, html: Path, cache: Path | None = None, renderer: Renderer | None = None
) -> Iterator[None]:
    """Render the pages in `source` into the folder `html` while something else is done.

    Any warning is an error.

    Parameters
    ----------
    source
        Folder of pages, with what `write_settings` wrote.
    html
        Folder to write, at the end; it can hold what lies beside the pages.
    cache
        Folder that holds what the last rendering left, if there was one, and then what this one leaves: only
        pages that changed are rendered. It counts once `cache.keep` was called. Without it all are rendered.
    renderer
        One that was started ahead.

    Raises
    ------
    BookError
        With every warning, if there is one.
    """
    folder, renderer = Cache(cache or html.parent / "rendering"), renderer or Renderer()
    changed = folder.take(source)
    same = changed == [] and folder.html.is_dir()
    if not same:
        renderer.begin(_order(folder, changed))
    yield
    ended, said = (0, "") if same else renderer.end()
    if ended not in (0, WARNED) and changed is not None:  # by what the last one left, perhaps: without it
        folder.empty()
        renderer.begin(_order(folder, folder.take(source)))
        ended, said = renderer.end()
    if ended or not (folder.html / "index.html").is_file():
        complaints = _complaints(said, folder.source)
        folder.empty()
        raise BookError(f"The pages could not be rendered.\n{complaints}")
    folder.describe()
    shutil.copytree(folder.html, html, dirs_exist_ok=True)


def _order(folder: Cache, changed: list[str] | None) -> dict[str, object]:
    return {
        "source": str(folder.source),
        "html": str(folder.html),
        "doctrees": str(folder.doctrees),
        "changed": changed or [],
        "jobs": 2,
    }


def _complaints(log: str, source: Path) -> str:
    """Keep the warnings of a log, with pages named as their author knows them; or its start, or its end."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log).replace(f"{source}/", "")
    before_traceback = plain.partition("Traceback (most recent call last)")[0].strip()
    warnings = [line for line in plain.splitlines() if re.search(r"\b(WARNING|ERROR|CRITICAL): ", line)]
    return "\n".join(dict.fromkeys(warnings)) or before_traceback or plain.strip().rpartition("\n")[2]
