"""A page that lists every table and figure, by number and by title, and every word that the book explains.

It is plain links, so that things can be found where no script runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from peerbook.builder.contents import Contents
from peerbook.builder.furniture import FINDING
from peerbook.outputs.markup import plain

_HEAD = """---
nosearch: true
---
# Find a table, a figure or a word

The search of this book needs a script. This page needs none.
"""
_GLOSSARY = re.compile(r"```{glossary}(.*?)```", re.DOTALL)
_KINDS = {"table": "Tables", "figure": "Figures"}


def write_page(
    contents: Contents, records: Mapping[str, Mapping[str, Any]], outputs: Path, pages: Path
) -> None:
    """Write the page into the folder of pages, if the book's contents name it.

    Parameters
    ----------
    contents
        The order of pages.
    records
        The chapters as the manifest records them, by place.
    outputs
        Folder with the outputs of each study.
    pages
        Folder of the hand-written pages; its glossary gives the words.
    """
    if FINDING not in (*contents.before, *contents.after):
        return
    found = [entry for place, record in records.items() for entry in _entries(place, record, outputs)]
    glossary = pages / "glossary.md"
    written = [_HEAD, *_by_number(found), *_by_title(found), *_by_word(glossary)]
    (pages / f"{FINDING}.md").write_text("\n\n".join(written) + "\n", encoding="utf-8")


def terms(glossary: str) -> list[str]:
    r"""Return the words that a glossary page explains, in alphabetical order.

    Examples
    --------
    >>> terms("```{glossary}\nPair\n  Two logs.\n\nKappa\nAlpha\n  Agreement.\n```")
    ['Alpha', 'Kappa', 'Pair']
    """
    listed = _GLOSSARY.search(glossary)
    lines = listed[1].splitlines() if listed else []
    return sorted((line for line in lines if re.match(r"[^\s:]", line)), key=str.lower)


def _entries(place: str, record: Mapping[str, Any], outputs: Path) -> list[dict[str, str]]:
    files = [outputs / record["study"] / name for name in record["outputs"] if name.endswith(".json")]
    described = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    return [
        {**{key: output[key] for key in ("label", "caption", "kind", "id")}, "place": place}
        for output in described
        if output.get("kind") in _KINDS
    ]


def _by_number(found: Iterable[Mapping[str, str]]) -> list[str]:
    ordered = sorted(found, key=lambda entry: (entry["kind"], _natural(entry["label"])))
    lists = []
    for kind, heading in _KINDS.items():
        items = [
            _item(entry, f"{entry['label']}. ", entry["caption"])
            for entry in ordered
            if entry["kind"] == kind
        ]
        lists += [f"## {heading} by number", _list(items)] if items else []
    return lists


def _by_title(found: Iterable[Mapping[str, str]]) -> list[str]:
    ordered = sorted(found, key=lambda entry: entry["caption"].lower())
    lists = ["## Tables and figures by title"] if ordered else []
    for letter, entries in groupby(ordered, key=lambda entry: entry["caption"][:1].upper()):
        items = [_item(entry, "", f"{entry['caption']} ({entry['label']})") for entry in entries]
        lists += [f"### {plain(letter)}", _list(items)]
    return lists


def _by_word(glossary: Path) -> list[str]:
    explained = terms(glossary.read_text(encoding="utf-8")) if glossary.is_file() else []
    return (
        ["## Words that the book explains", ", ".join(f"{{term}}`{word}`" for word in explained) + "."]
        if explained
        else []
    )


def _item(entry: Mapping[str, str], before: str, words: str) -> str:
    address = f"{entry['place']}.html#{entry['id']}"
    said = " ".join((before + words).split())  # a blank line would end the list of HTML
    return f'<li><a href="{escape(address)}">{escape(said)}</a></li>'


def _list(items: Iterable[str]) -> str:
    return f'<ul class="peerbook-finding">{"".join(items)}</ul>'


def _natural(label: str) -> list[tuple[int, str]]:
    """Sort 4.2 before 4.10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", label)]
