"""What files were made of a book, and the page *Downloads* that lists them with kind and size.

They are copied into the book's `html/downloads/`, so that the pages can be published with them. The record
`exports.json` names the book they were made of: files of an earlier book are not listed.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from html import escape
from pathlib import Path

PAGE, FOLDER, RECORD = "downloads.html", "downloads", "exports.json"
KINDS = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".xlsx": "Excel",
    ".epub": "EPUB",
}
TITLES = {
    "book.pdf": "The whole book, to print",
    "summary.pdf": "The summary, to print",
    "tables.xlsx": "All tables",
    "book.epub": "The whole book, for electronic readers",
}
_LIST = re.compile(r'(<div id="peerbook-downloads">).*?(</div>)', re.DOTALL)


def record(out: Path, book: str, titles: Mapping[str, str]) -> dict[str, str]:
    """Add files to the record of those made of a book.

    Parameters
    ----------
    out
        Folder of the book.
    book
        When it was built: what tells one book from another.
    titles
        What each file is, by its place below `out`.

    Returns
    -------
    dict
        All files of the book, in the order they were first made.
    """
    last = _read(out)
    files = {**(last["files"] if last["book"] == book else {}), **titles}
    aside = out / f".{RECORD}"
    aside.write_text(json.dumps({"book": book, "files": files}, indent=2) + "\n", encoding="utf-8")
    aside.replace(out / RECORD)
    return files


def _read(out: Path) -> dict:
    file = out / RECORD
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"book": "", "files": {}}


def list_files(out: Path, titles: Mapping[str, str]) -> None:
    """Copy files into a book's pages and list them on its page *Downloads*, if it has that page."""
    page = out / "html" / PAGE
    if not page.is_file():
        return
    there = {name: title for name, title in titles.items() if (out / name).is_file()}
    for name in there:
        target = out / "html" / FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(out / name, target)
    items = "".join(_item(out / name, name, title) for name, title in there.items())
    text = _LIST.sub(lambda found: f"{found[1]}<ul>{items}</ul>{found[2]}", page.read_text(encoding="utf-8"))
    aside = page.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(page)


def _item(file: Path, name: str, title: str) -> str:
    said = f"{escape(title)} ({KINDS[file.suffix]}, {size(file.stat().st_size)})"
    return f'<li><a href="{FOLDER}/{escape(name)}" download="{escape(file.name)}">{said}</a></li>'


def size(count: int) -> str:
    """Write a number of bytes as people do.

    Examples
    --------
    >>> size(120_400), size(1_880_000), size(90)
    ('120 kB', '1.9 MB', '1 kB')
    """
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(1, round(count / 1e3))} kB"
