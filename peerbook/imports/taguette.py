"""Taguette: its highlights and codebook (CSV or workbook, without offsets), and its project (SQLite)."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import tables
from peerbook.imports.assembled import Code, Coding, Export, Issue, Source
from peerbook.imports.offsets import AFTER, BYTES, ONE, Reading, Selection, Text, holds
from peerbook.imports.speakers import distinct

HIGHLIGHTS = ("id", "document", "tag", "content")
NAMES = {"document", "tag", "parent"}
CODEBOOK = ("tag", "description", "number of highlights")
TABLES = frozenset(("documents", "highlights", "tags", "highlight_tags"))
READING = Reading(BYTES, ONE, AFTER)
BLOCKS = frozenset(("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))


def recognises(path: Path) -> bool:
    """Say whether a table has the columns of one of the two."""
    columns = set(tables.header(path))
    return columns.issuperset(HIGHLIGHTS) or columns.issuperset(CODEBOOK)


def read_csv(path: Path) -> Export:
    """Read highlights, or a codebook. A tag such as "V1.V1a" belongs to the tag "V1", if there is one.

    Raises
    ------
    DataError
        If the table is damaged.
    """
    rows = [row | {name: row[name].strip() for name in NAMES & set(row)} for row in tables.rows(path)]
    if not set(tables.header(path)).issuperset(HIGHLIGHTS):
        described = {row["tag"]: row["description"] for row in reversed(rows) if row["tag"].strip()}
        parents = {row["tag"]: row.get("parent", "") for row in rows}
        again = len(rows) - len(described)
        issues = [Issue("", f"{again} tags given twice", "kept once", "code given twice", again)] * bool(
            again
        )
        in_order = {row["tag"]: described[row["tag"]] for row in rows if row["tag"] in described}
        return Export(codes=tuple(_codes(in_order, parents)), issues=tuple(issues), program="Taguette")
    rows.sort(key=lambda row: row["id"].strip().zfill(18))
    pieces = {row["document"]: Counter() for row in rows}
    numbers: dict[tuple[str, str], str] = {}
    for row in rows:
        key = row["document"], row["id"].strip()
        if key not in numbers:  # of highlights with the same words only those after the first need a number
            pieces[row["document"]][row["content"]] += 1
            number = pieces[row["document"]][row["content"]]
            numbers[key] = "" if number == 1 else str(number)
    codings = tuple(
        Coding(
            row["document"] or "not named",
            row["tag"],
            row["content"],
            piece=numbers[row["document"], row["id"].strip()],
        )
        for row in rows
    )
    untagged = sum(not row["tag"] for row in rows)
    issues = [Issue("", "highlights have no offsets", "segments are known by document and words", "reading")]
    if untagged:
        issues += [
            Issue(
                "",
                f"{untagged} highlights without a tag",
                "kept as segments without a code",
                "untagged",
                untagged,
            )
        ]
    return Export(
        codes=tuple(_codes(dict.fromkeys(sorted({row["tag"] for row in rows} - {""}), ""), {})),
        sources=tuple(Source(name, name) for name in dict.fromkeys(coding.source_id for coding in codings)),
        codings=codings,
        issues=tuple(issues),
        program="Taguette",
    )


def _codes(described: Mapping[str, str], parents: Mapping[str, str]) -> list[Code]:
    """Return the tags; one that lies in another is called by what comes after it."""
    found = []
    for tag, text in described.items():
        parent = parents.get(tag, "")
        parent = parent if parent in described and parent != tag else _parent(tag, described)
        label = tag.removeprefix(f"{parent}.") if parent else tag
        label = tag if label[:1].isdigit() and parent[-1:].isdigit() else label  # "3.1", not 1 within 3
        found.append(Code(tag, label or tag, parent, text))
    return found


def _parent(tag: str, known: Mapping[str, str]) -> str:
    """Return the longest tag that a tag begins with, up to a point; nothing if there is none.

    A point inside a name, as in "3.1 In common", is no sign of one tag in another.
    """
    parent = tag.rpartition(".")[0]
    while parent and parent not in known:
        parent = parent.rpartition(".")[0]
    return parent


def is_project(path: Path) -> bool:
    """Say whether a file is a database with the tables of Taguette."""
    try:
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                return False
        with closing(_opened(path)) as database:
            found = {name for (name,) in database.execute("select name from sqlite_master")}
    except (OSError, sqlite3.Error):
        return False
    return found >= TABLES


def read_project(path: Path) -> Export:
    """Read a project: its documents, tags and highlights, with offsets and, where it is noted, coders.

    Raises
    ------
    DataError
        If it is damaged, or has more than one project.
    """
    try:
        with closing(_opened(path)) as database:
            return _project(database, path.name)
    except sqlite3.Error as error:
        raise DataError(
            f"{path.name}: not a Taguette project ({error}). Download it from Taguette again."
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return database


def _project(database: sqlite3.Connection, name: str) -> Export:
    projects = database.execute("select count(distinct project_id) from documents").fetchone()[0]
    if projects > 1:
        raise DataError(
            f"{name}: {projects} projects in it. Open the one you mean in Taguette, choose Project info, "
            "Export project, and give that file."
        )
    tags = {
        number: _words(tag) for number, tag in database.execute("select id, path from tags order by path")
    }
    described = {
        _words(tag).strip(): _words(text)
        for tag, text in database.execute("select path, description from tags order by path")
    }
    documents = [
        (number, _words(title).strip(), _words(html))
        for number, title, html in database.execute("select id, name, contents from documents order by id")
    ]
    titles = _titles({number: title for number, title, _ in documents})
    texts = {number: Text(plain(html, spaced=False)) for number, _, html in documents}
    of_highlight: dict[int, list[str]] = {}
    for highlight, tag in database.execute("select highlight_id, tag_id from highlight_tags"):
        if tag in tags:
            of_highlight.setdefault(highlight, []).append(tags[tag])
    coders = dict(_coders(database))
    codings, issues, elsewhere = [], [], Counter()
    rows = database.execute(
        "select id, document_id, start_offset, end_offset, snippet from highlights "
        "order by document_id, start_offset, id"
    )
    lost = untagged = 0
    for number, document, start, end, written in rows:
        snippet = _words(written)
        if document not in texts:
            lost += 1
            continue
        words, text = plain(snippet), texts[document]
        cut = text.cut(READING, start, end) if isinstance(start, int) and isinstance(end, int) else ""
        inner = plain(snippet, spaced=False)
        if isinstance(cut, tuple) and (
            holds(text.words[slice(*cut)], Selection(0, 0, inner)) or not inner.strip()
        ):
            words = words if words.strip() else text.words[slice(*cut)]
        else:
            elsewhere[titles[document]] += 1
            cut = (None, None)
        found = of_highlight.get(number, [""])
        untagged += found == [""]
        piece = f"highlight {number}" if cut[0] is None else ""
        coder = _words(coders.get(str(number)))
        codings += [Coding(titles[document], tag, words, *cut, coder, piece=piece) for tag in sorted(found)]
    for number, found, done, kind in (
        (lost, "highlights of a document that is not there", "left out", "text missing"),
        (untagged, "highlights without a tag", "kept as segments without a code", "untagged"),
    ):
        if number:
            issues.append(Issue("", f"{number} {found}", done, kind, number))
    for title, number in elsewhere.items():
        found = f"{number} highlights whose place holds other words"
        issues.append(
            Issue(
                title, found, "kept with the words of the highlight, without a place", "other words", number
            )
        )
    return Export(
        codes=tuple(_codes(described, {})),
        sources=tuple(
            Source(titles[number], titles[number], len(text.words)) for number, text in texts.items()
        ),
        codings=tuple(codings),
        issues=tuple(issues),
        program="Taguette",
        reading={"reading": str(READING), "sure": "certain" if not elsewhere else "likely"},
    )


def _words(value: object) -> str:
    """Return what stands in a cell as text; SQLite lets any kind of value stand in any column."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _titles(names: Mapping[int, str]) -> dict[int, str]:
    found = distinct({str(number): name or f"document {number}" for number, name in names.items()})
    return {number: found[str(number)] for number in names}


def _coders(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield each highlight and who made it, as far as the history of the project has it."""
    try:
        rows = database.execute("select user_login, payload from commands order by id").fetchall()
    except sqlite3.Error:
        return
    for user, payload in rows:
        try:
            said = json.loads(payload)
        except (TypeError, ValueError):
            continue
        if isinstance(said, dict) and said.get("type") == "highlight_add" and user:
            yield str(said.get("highlight_id")), user


class _Plain(HTMLParser):
    """Keeps the text of a page; between blocks a line end, if asked for."""

    def __init__(self, spaced: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._spaced = spaced

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._spaced and tag in BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: Iterable) -> None:
        self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: Iterable) -> None:
        if tag == "br":
            self.handle_endtag(tag)


def plain(html: str, *, spaced: bool = True) -> str:
    r"""Return the text of a page, without its tags.

    Examples
    --------
    >>> plain("<p>one <b>two</b></p><p>three</p>"), plain("<p>a</p><p>b</p>", spaced=False)
    ('one two\nthree', 'ab')
    """
    reader = _Plain(spaced)
    reader.feed(html)
    reader.close()
    text = "".join(reader.parts)
    return text.strip("\n") if spaced else text
