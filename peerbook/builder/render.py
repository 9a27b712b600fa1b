"""Render a folder of pages as HTML. The one module that knows Jupyter Book."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from peerbook.builder.contents import Contents
from peerbook.errors import BookError

_RUN = "from jupyter_book.cli.main import main; main()"


def write_settings(config: Path, banner: str, contents: Contents, chapters: set[str], folder: Path) -> None:
    """Write Jupyter Book's `_config.yml` and `_toc.yml` into a folder of pages.

    Parameters
    ----------
    config
        The project's `_config.yml`.
    banner
        HTML shown on top of every page.
    contents
        The order of pages.
    chapters
        Places of the chapters that have a page.
    folder
        Where the pages are.
    """
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings["html"]["announcement"] = banner
    table = table_of_contents(contents, chapters)
    for name, written in {"_config.yml": settings, "_toc.yml": table}.items():
        text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")


def table_of_contents(contents: Contents, chapters: set[str]) -> dict[str, object]:
    """Return Jupyter Book's table of contents: pages before, chapters by study and part, pages after."""
    listed = [chapter for chapter in contents.chapters if chapter.place in chapters]
    several = len({chapter.study for chapter in listed}) > 1
    by_part: dict[tuple[str, str], list[str]] = {}
    for chapter in listed:
        part = (chapter.study, chapter.part)
        by_part[part] = [*by_part.get(part, []), chapter.place]
    named = [
        (f"{contents.studies[study]}: {part}" if several else part, pages)
        for (study, part), pages in by_part.items()
    ]
    return {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": caption, "chapters": [{"file": page} for page in pages]}
            for caption, pages in [("Start", contents.before), *named, ("About this book", contents.after)]
            if pages
        ],
    }


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
    command = [sys.executable, "-c", _RUN, "build", str(source), *places, *strict]
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
