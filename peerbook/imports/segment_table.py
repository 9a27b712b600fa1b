"""A table of coded segments, as most programs can save one: a row a segment, or a segment and code.

Such a table has a column of codes, one of words, and one that says where these stand. Programs call the
columns differently; they are known by their headings. A table has no offsets, so segments are known by source
and words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import tables
from peerbook.imports.assembled import SOURCE, Code, Coding, Export, Issue, Source

HEADINGS = {  # what a column is, and how programs call it; the first that is there counts
    "source": (
        *(
            "document name",
            "document",
            "document title",
            "resource title",
            "media title",
            "source",
            "source name",
        ),
        *("file", "file name", "filename", "transcript"),
    ),
    "code": ("code", "code name", "codename", "codes", "codes applied combined", "node", "tag"),
    "words": (
        *(
            "segment",
            "coded segment",
            "quotation content",
            "text content",
            "excerpt copy",
            "excerpt",
            "coded text",
        ),
        *("text", "content", "quotation", "quote", "coded"),
    ),
    "coder": ("coder", "coded by", "created by", "author", "excerpt creator", "user"),
    "person": ("case", "case name", "participant", "speaker", "respondent"),
    "category": ("category", "parent code"),
    "group": ("document group",),
    "start": ("beginning", "begin", "start"),
    "end": ("end",),
}
NEEDED = ("code", "words")
SEVERAL = ("codes", "codes applied combined")  # headings of columns that hold several codes a cell
ABOVE = re.compile(r"\s*>\s*|\\+")  # between a code and those it lies in
BETWEEN = re.compile(r"\s*[\n;]\s*")


def recognises(path: Path) -> bool:
    """Say whether a table has columns of codes, of words, and of where these stand."""
    found = _columns(tables.header(path))
    return found.keys() >= set(NEEDED) and bool(found.keys() & {"source", "person"})


def read_table(path: Path) -> Export:
    """Read a table of coded segments.

    Raises
    ------
    DataError
        If the table is damaged.
    """
    rows = tables.rows(path)
    found = _columns(list(rows[0]) if rows else tables.header(path))
    if not rows:
        raise DataError(f"{path.name}: no rows in it. Save the table again, with its segments.")
    several = found["code"].casefold() in SEVERAL
    codings, seen = [], Counter()
    parents: dict[str, str] = {}
    for row in rows:
        cell = {role: row[name].strip() for role, name in found.items()}
        source = cell.get("source") or cell.get("person") or "not named"
        locator = _locator(cell)
        codes = BETWEEN.split(cell["code"]) if several else [cell["code"]]
        for code in dict.fromkeys(filter(None, codes)) or ("",):
            identity = _placed(code, cell.get("category", ""), parents)
            alike = (source, cell["words"], locator, identity, cell.get("coder", ""), cell.get("person"))
            seen[alike] += 1
            codings.append(
                Coding(
                    source,
                    identity,
                    cell["words"],
                    coder=cell.get("coder", ""),
                    speakers=(cell["person"],) if cell.get("person") else None,
                    locator=locator,
                    piece="" if seen[alike] == 1 else str(seen[alike]),
                )
            )
    issues = [
        Issue("", "a table of segments has no offsets", "segments are known by source and words", "reading")
    ]
    unread = [name for name in rows[0] if name not in found.values()]
    if unread:
        issues.append(
            Issue("", f"{len(unread)} columns have no place in the tables", "left out", "column", len(unread))
        )
    untagged = sum(not coding.code_id for coding in codings)
    if untagged:
        issues.append(
            Issue(
                "",
                f"{untagged} segments without a code",
                "kept as segments without a code",
                "untagged",
                untagged,
            )
        )
    groups = [(row[found["group"]].strip(), row[found["source"]].strip()) for row in rows if "group" in found]
    return Export(
        codes=tuple(
            Code(name, ABOVE.split(name)[-1] or name, parent) for name, parent in sorted(parents.items())
        ),
        sources=tuple(_sources(codings)),
        codings=tuple(codings),
        issues=tuple(issues),
        sets=tuple((group, SOURCE, source) for group, source in dict.fromkeys(groups) if group and source),
        program="a table of coded segments",
    )


def _columns(header: Iterable[str]) -> dict[str, str]:
    """Return which column is what."""
    called = {name.strip().casefold(): name for name in reversed(list(header))}
    found = {}
    for role, names in HEADINGS.items():
        name = next((called[each] for each in names if each in called), None)
        if name is not None and name not in found.values():
            found[role] = name
    if "source" not in found:
        found.pop("group", None)
    return found


def _placed(code: str, category: str, parents: dict[str, str]) -> str:
    """Note a code under those it lies in, and return what it is known by: its whole path."""
    steps = [step for step in ABOVE.split(code) if step]
    if category and len(steps) == 1 and category != code:
        steps = [category, *steps]
    above = ""
    for step in steps:
        name = f"{above} > {step}" if above else step
        parents.setdefault(name, above)
        above = name
    return above


def _locator(cell: Mapping[str, str]) -> str:
    start, end = cell.get("start", ""), cell.get("end", "")
    return f"{start} to {end}" if start and end else start or end


def _sources(codings: Iterable[Coding]) -> Iterable[Source]:
    """Yield each source, with the one person who speaks in it, if there is only one."""
    said: dict[str, dict[str, None]] = {}
    for coding in codings:
        said.setdefault(coding.source_id, {}).update(dict.fromkeys(coding.speakers or ()))
    for name, people in said.items():
        yield Source(name, name, None, next(iter(people)) if len(people) == 1 else "", alone=not people)
