"""Render a folder of pages as HTML. The one module that knows Jupyter Book."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

import yaml

from peerbook.builder.contents import Chapter, Contents
from peerbook.builder.furniture import ABOUT, by_part, furniture
from peerbook.errors import BookError

_RUN = (
    "from peerbook.builder.orphans import end_with_parent; end_with_parent({parent}); "
    "from jupyter_book.cli.main import main; main()"
)


def write_settings(
    config: Path, contents: Contents, heads: Mapping[str, Mapping[str, str]], folder: Path
) -> None:
    """Write Jupyter Book's `_config.yml` and `_toc.yml` into a folder of pages.

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
    context = settings["sphinx"]["config"].setdefault("html_context", {})
    context["peerbook"] = furniture(contents, heads, folder)
    table = table_of_contents(contents, set(heads))
    for name, written in {"_config.yml": settings, "_toc.yml": table}.items():
        text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")


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


def render(source: Path, html: Path) -> None:
    """Render the pages in `source` into the folder `html`. Any warning is an error.

    Raises
    ------
    BookError
        With every warning, if there is one.
    """
    scratch = html.parent / "rendering"
    # Without --config, Jupyter Book takes the _config.yml of any folder above.
    places = ["--config", str(source / "_config.yml"), "--path-output", str(scratch)]
    strict = ["-W", "-n", "--keep-going", "--quiet"]
    command = [sys.executable, "-c", _RUN.format(parent=os.getpid()), "build", str(source), *places, *strict]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    made = scratch / "_build" / "html"
    if done.returncode or not (made / "index.html").is_file():
        raise BookError(f"The pages could not be rendered.\n{_complaints(done.stdout + done.stderr, source)}")
    made.replace(html)


def _complaints(log: str, source: Path) -> str:
    """Keep the warnings of a log, with pages named as their author knows them; without one, its start."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log).replace(f"{source}/", "")
    before_traceback = plain.partition("Traceback (most recent call last)")[0].strip()
    warnings = [line for line in plain.splitlines() if re.search(r"\b(WARNING|ERROR|CRITICAL): ", line)]
    return "\n".join(dict.fromkeys(warnings)) or before_traceback
