"""What a page must not have: links that lead nowhere, pictures without words, outputs without a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from os.path import normpath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from peerbook.errors import BookError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_DRAWN = re.compile(r"<(?:table|img|svg)\b")
_NUMBERED = re.compile(
    r'<(?:figure|div)\b[^>]*\bclass="peerbook-(?:figure|table)[^>]*\bid="(?:fig|table)-[^"]+"'
)
_NOTICE = re.compile(r'<div\b[^>]*\bclass="[^"]*peerbook-notice')


@dataclass(frozen=True)
class _Page:
    """What of a page is looked at: ids, links, pictures without words."""

    ids: frozenset[str]
    links: tuple[str, ...]
    wordless: tuple[str, ...]


def check_pages(html: Path, pages: Iterable[str]) -> None:
    """Refuse a book with a broken internal link or a picture without alternative text.

    Parameters
    ----------
    html
        Folder of the rendered pages, with what they link to.
    pages
        Their paths in it.

    Raises
    ------
    BookError
        With every such fault.
    """
    pages = list(pages)
    with (
        ThreadPoolExecutor() as threads
    ):  # to parse a page is most of it, and threads can do that side by side
        read = dict(zip(pages, threads.map(_read, (html / page for page in pages)), strict=True))
    is_file = cache(lambda place: (html / place).is_file())
    faults = [
        *(f"{page}: the link {link} leads nowhere" for page in read for link in _broken(page, read, is_file)),
        *(
            f"{page}: the picture {src} has no alternative text"
            for page, found in read.items()
            for src in found.wordless
        ),
    ]
    if faults:
        raise BookError("Pages have faults; the last good book stays in place.\n" + "\n".join(faults))


def check_outputs(place: str, notebook: NotebookNode) -> None:
    """Refuse a chapter that shows a table or a picture which is no numbered output.

    Parameters
    ----------
    place
        The chapter, `study/name`.
    notebook
        As it was executed.

    Raises
    ------
    BookError
        If there is one: readers could neither cite nor download it.
    """
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            data: Mapping[str, str] = output.get("data", {})
            html = "".join(data.get("text/html", ""))
            drawn = _DRAWN.search(html) and not (_NUMBERED.search(html) or _NOTICE.search(html))
            if drawn or ("text/html" not in data and any(kind.startswith("image/") for kind in data)):
                raise BookError(
                    f"{place}, cell {number}: a table or picture has no number. "
                    "Make it an output with an id and a caption (table, figure), and show that."
                )


def _read(file: Path) -> _Page:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    page = etree.fromstring(file.read_bytes(), parser)
    pictures = [] if page is None else page.xpath("//img")
    return _Page(
        ids=frozenset(_all(page, "//@id")),
        links=tuple(dict.fromkeys(_all(page, "//a/@href"))),
        wordless=tuple(
            (each.get("src") or "")[:60] for each in pictures if not (each.get("alt") or "").strip()
        ),
    )


def _all(page: Any, path: str) -> list[str]:
    """Return the texts at a path of a page that are not empty; an empty file is no page."""
    return [] if page is None else [str(found) for found in page.xpath(path) if found]


def _broken(page: str, read: Mapping[str, _Page], is_file: Callable[[str], bool]) -> list[str]:
    broken = []
    for link in read[page].links:
        address = urlsplit(link)
        if address.scheme or address.netloc:
            continue
        place = normpath(PurePosixPath(page).parent / unquote(address.path)) if address.path else page
        anchor = unquote(address.fragment)
        if not is_file(place) or (anchor and place in read and anchor not in read[place].ids):
            broken.append(link)
    return broken
