"""Ways to look at rendered pages, for the tests of the whole book and of small ones."""

from __future__ import annotations

import re
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

Pages = dict[str, BeautifulSoup]

LOADED = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}


def pages_of(html: Path) -> Pages:
    """Parse every page of a book, by its path: those at the top, and the chapters of each study."""
    found = [*html.glob("*.html"), *html.glob("[a-z]*/*.html")]
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(found)
    }


def broken_links(pages: Pages, html: Path) -> list[str]:
    """List the links to files and anchors that are not there."""
    broken = []
    for name, page in pages.items():
        for link in page.find_all("a", href=True):
            address = urlsplit(link["href"])
            if address.scheme or address.netloc:
                continue
            place = normpath(Path(name).parent / unquote(address.path)) if address.path else name
            target, anchor = Path(place).as_posix(), unquote(address.fragment)
            there = (html / target).is_file()
            if not there or (anchor and target in pages and not pages[target].find(id=anchor)):
                broken.append(f"{name}: {link['href']}")
    return broken


def loaded_from_elsewhere(pages: Pages) -> list[str]:
    """List what pages load from another server: scripts, styles, pictures, fonts; links are not loaded."""
    found = []
    for name, page in pages.items():
        for tag, attribute in LOADED.items():
            addresses = [element.get(attribute, "") for element in page.find_all(tag)]
            found += [f"{name}: {address}" for address in addresses if re.match(r"(https?:)?//", address)]
        scripts = " ".join(script.get_text() for script in page.find_all("script"))
        found += [f"{name}: {address}" for address in re.findall(r"https?://[^\s\"']+", scripts)]
    return found


def styles_loaded_from_elsewhere(html: Path) -> list[str]:
    """List the addresses of other servers that style sheets load."""
    pattern = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")
    return [
        f"{sheet.name}: {address}"
        for sheet in html.rglob("*.css")
        for address in pattern.findall(sheet.read_text(encoding="utf-8"))
    ]


def repeated_ids(page: BeautifulSoup) -> list[str]:
    """List the ids that stand on a page more than once."""
    ids = [element["id"] for element in page.find_all(id=True)]
    return sorted({id for id in ids if ids.count(id) > 1})


def skipped_headings(page: BeautifulSoup) -> list[str]:
    """List the headings of a page's text that are more than one level below the one before."""
    headings = page.select("article h1, article h2, article h3, article h4, article h5, article h6")
    levels = [int(heading.name[1]) for heading in headings]
    return [
        heading.get_text()
        for heading, level, before in zip(headings, levels, [0, *levels], strict=False)
        if level > before + 1
    ]
