"""Render a folder of pages as HTML. The one module that knows Jupyter Book."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

import yaml

from peerbook.builder.cache import Cache
from peerbook.builder.contents import Chapter, Contents
from peerbook.builder.furniture import ABOUT, by_part, furniture
from peerbook.builder.rendering import FURNITURE, WARNED
from peerbook.errors import BookError

_RUN = (
    "from peerbook.builder.orphans import end_with_parent; end_with_parent({parent}); "
    "from peerbook.builder.rendering import main; main()"
)


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


def render(source: Path, html: Path, cache: Path | None = None) -> None:
    """Render the pages in `source` into the folder `html`. Any warning is an error.

    Parameters
    ----------
    source
        Folder of pages, with what `write_settings` wrote.
    html
        Folder to write; it must not be there.
    cache
        Folder that holds what the last rendering left, if there was one, and then what this one leaves: only
        pages that changed are rendered. It counts once `cache.keep` was called. Without it all are rendered.

    Raises
    ------
    BookError
        With every warning, if there is one.
    """
    folder = Cache(cache or html.parent / "rendering")
    changed = folder.take(source)
    same = changed == [] and folder.html.is_dir()
    ended, said = (0, "") if same else _run(folder, changed)
    if ended not in (0, WARNED) and changed is not None:  # by what the last one left, perhaps: without it
        folder.empty()
        ended, said = _run(folder, folder.take(source))
    if ended or not (folder.html / "index.html").is_file():
        complaints = _complaints(said, folder.source)
        folder.empty()
        raise BookError(f"The pages could not be rendered.\n{complaints}")
    folder.describe()
    shutil.copytree(folder.html, html)


def _run(folder: Cache, changed: list[str] | None) -> tuple[int, str]:
    """Run Jupyter Book in a process of its own; return its exit code and what it said."""
    order = {
        "source": str(folder.source),
        "html": str(folder.html),
        "doctrees": str(folder.doctrees),
        "changed": changed or [],
        "jobs": 2,
    }
    command = [sys.executable, "-c", _RUN.format(parent=os.getpid())]
    done = subprocess.run(
        command, input=json.dumps(order), capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def _complaints(log: str, source: Path) -> str:
    """Keep the warnings of a log, with pages named as their author knows them; or its start, or its end."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log).replace(f"{source}/", "")
    before_traceback = plain.partition("Traceback (most recent call last)")[0].strip()
    warnings = [line for line in plain.splitlines() if re.search(r"\b(WARNING|ERROR|CRITICAL): ", line)]
    return "\n".join(dict.fromkeys(warnings)) or before_traceback or plain.strip().rpartition("\n")[2]
