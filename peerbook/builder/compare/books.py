"""A built book, read from its folder: its record, outputs, findings and words. Nothing in it is run."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from peerbook.builder.compare.tables import Table, read_table
from peerbook.builder.manifest import by_place
from peerbook.errors import ParameterError
from peerbook.inert import as_typed

CLAIMS, ITEMS = "claims.csv", "items.csv"
MADE_FROM_OTHERS = frozenset({"claims", "find", "search", "downloads", "genindex"})
"""Pages that list what stands elsewhere in the book: what differs there is found there."""


@dataclass(frozen=True)
class Saved:
    """An output as a build saved it.

    Attributes
    ----------
    study, chapter : str
    record : dict
        What `<id>.json` says of it.
    csv : str
        The data behind it.
    pictures : mapping of str to bytes
        Of a figure: its pictures by the name of their file.
    """

    study: str
    chapter: str
    record: Mapping[str, Any]
    csv: str = field(repr=False)
    pictures: Mapping[str, bytes] = field(repr=False, default_factory=dict)

    @property
    def id(self) -> str:
        """Its name, such as `fig-4.1`."""
        return self.record["id"]

    @property
    def label(self) -> str:
        """What readers call it, such as `Figure 4.1`."""
        return self.record.get("label") or self.id

    @property
    def picture(self) -> bytes:
        """The picture for a page; empty if there is none."""
        return self.pictures.get(f"{self.id}.svg", b"")

    @cached_property
    def table(self) -> Table:
        """The data behind it."""
        return read_table(self.csv)


@dataclass(frozen=True)
class Book:
    """What a build left in its folder.

    Attributes
    ----------
    folder : Path
    manifest : dict
        The record of the build.
    """

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)

    @cached_property
    def chapters(self) -> dict[str, dict[str, Any]]:
        """The chapters by place, `study/name`, in reading order, as the record has them."""
        return by_place(self.manifest["chapters"])

    def outputs(self, place: str) -> dict[tuple[str, str], Saved]:
        """Return the outputs of a chapter by study and id, in the order of their names as one counts."""
        record = self.chapters[place]
        folder = self.folder / "outputs" / record["study"]
        found = (name for name in record["outputs"] if name.endswith(".json") and "/" not in name)
        saved = (_saved(folder / name, record) for name in sorted(found, key=in_counting_order))
        return {(each.study, each.id): each for each in saved if each}

    def prose(self, place: str) -> list[str]:
        """Return the words of a chapter's notebook that no output made, paragraph by paragraph."""
        file = self.folder / "notebooks" / f"{place}.ipynb"
        if not file.is_file():
            return []
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        return [part for text in texts for part in text.split("\n\n") if part.strip()]

    @cached_property
    def pages(self) -> dict[str, list[str]]:
        """The words of the pages written by hand, by name, block by block."""
        files = sorted((self.folder / "html").glob("*.html"))
        return {file.stem: list(_blocks(file)) for file in files if file.stem not in MADE_FROM_OTHERS}

    def listed(self, name: str) -> list[dict[str, str]]:
        """Return the rows of `claims.csv` or `items.csv`; none if the book has no such list."""
        file = self.folder / name
        if not file.is_file():
            return []
        rows = csv.DictReader(StringIO(file.read_text(encoding="utf-8")))
        return [{column: as_typed(cell or "") for column, cell in row.items()} for row in rows]


def read_book(folder: Path) -> Book:
    """Read the folder that `peerbook build` made.

    Raises
    ------
    ParameterError
        If there is no book in it.
    """
    file = folder / "manifest.json"
    if not file.is_file():
        found = "it has no manifest.json" if folder.is_dir() else "there is no such folder"
        inside = [path.parent for path in sorted(folder.glob("*/manifest.json"))]
        hint = f" Did you mean {inside[0]}?" if len(inside) == 1 else ""
        raise ParameterError(
            f"{folder} is no book: {found}. Name a folder that a build made, such as _build.{hint}"
        )
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        manifest["data"].items()
        for chapter in manifest["chapters"]:
            chapter["study"], chapter["name"], chapter["outputs"], chapter["parameters"]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ParameterError(
            f"{file} is no record of a book that this version of peerbook can read. Build the book again."
        ) from error
    return Book(folder, manifest)


def in_counting_order(name: str) -> list[tuple[int, str]]:
    """Sort `fig-4.9` before `fig-4.10`.

    Examples
    --------
    >>> sorted(["fig-4.10", "fig-4.9"], key=in_counting_order)
    ['fig-4.9', 'fig-4.10']
    """
    import re

    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", name)]


def _saved(file: Path, chapter: Mapping[str, Any]) -> Saved | None:
    """Read an output; None if its files are not there, or if the file describes no output."""
    data = file.with_suffix(".csv")
    if not (file.is_file() and data.is_file()):
        return None
    record = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(record, dict) or record.get("id") != file.stem:
        return None
    names = (f"{file.stem}.svg", f"{file.stem}-narrow.svg")
    pictures = {name: (file.parent / name).read_bytes() for name in names if (file.parent / name).is_file()}
    with data.open(encoding="utf-8", newline="") as opened:
        return Saved(chapter["study"], chapter["name"], record, opened.read(), pictures)


def _blocks(page: Path) -> Iterator[str]:
    """Give the text of each block of a page's article."""
    from lxml import html

    blocks = "self::p or self::h1 or self::h2 or self::h3 or self::h4 or self::li or self::dt or self::td"
    tree = html.parse(str(page), parser=html.HTMLParser(encoding="utf-8")).getroot()
    for article in tree.iter("article"):
        for block in article.xpath(f".//*[({blocks}) and not(.//p or .//li)]"):
            text = " ".join(block.text_content().split())
            if text:
                yield text
