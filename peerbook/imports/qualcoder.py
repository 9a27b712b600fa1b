"""QualCoder: its project (a folder with an SQLite file) and its report of codings."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import tables
from peerbook.imports.assembled import PERSON, SOURCE, Code, Coding, Export, Issue, Source, known_variables
from peerbook.imports.offsets import AFTER, POINTS, STORED, UNITS, Reading, Selection, Text, choose, holds
from peerbook.imports.speakers import Turns, distinct, turns_of

COLUMNS = ("Coder", "Coded", "Id", "Codename")
TEXT_CODING, PICTURE_CODING = "ctid:", "imid:"
CATEGORY, CASE_VARIABLE, FILE_VARIABLE = "Category", "CaseVar_", "FileVar_"
OF_CODE_NAME = "category:"  # what a category is known by that has the name of a code in it
DATABASE = "data.qda"
LIKELY = (Reading(POINTS, STORED, AFTER), Reading(UNITS, STORED, AFTER))


def recognises(path: Path) -> bool:
    """Say whether a table has the columns of the report of codings."""
    columns = set(tables.header(path))
    return columns.issuperset(COLUMNS) and bool(columns & {"File", "Case"})


def read_csv(path: Path) -> Export:
    """Read the report of codings: one row a coding, by file or by case. It has no offsets.

    Raises
    ------
    DataError
        If the table is damaged.
    """
    names, cells = tables.cells(path)
    rows = list(_padded(names, cells, path.name))
    file, case = ("Filename", "Case") if "Case" in names else ("File", "")
    codes = _code_tree(rows)
    speakers: dict[tuple[str, str], dict[str, None]] = {}
    if case:
        for row in rows:
            if row[case]:
                speakers.setdefault((row[file], row["Id"]), {})[row[case]] = None
    codings, seen, taken = [], Counter(), set()
    for row in rows:
        key = row[file], row["Id"]
        if row["Id"] and key in taken:  # the same coding again, for another case
            continue
        taken.add(key)
        text, locator = (
            (row["Coded"], "") if row["Id"].startswith(TEXT_CODING) else ("", _pictured(row["Id"]))
        )
        alike = (row[file], text, row["Codename"], row["Coder"], locator)
        seen[alike] += 1
        said = tuple(speakers.get(key, ())) if case else None
        codings.append(
            Coding(
                row[file] or "not named",
                row["Codename"],
                text,
                coder=row["Coder"],
                speakers=said,
                locator=locator,
                piece="" if seen[alike] == 1 else str(seen[alike]),
            )
        )
    issues = [Issue("", "the report has no offsets", "segments are known by file and words", "reading")]
    pictured = sum(bool(coding.locator) for coding in codings)
    if pictured:
        found = f"{pictured} codings of pictures or sound"
        issues.append(Issue("", found, "kept as segments without words", "picture or sound", pictured))
    people, variables = _report_variables(rows, case, file)
    return Export(
        codes=tuple(codes),
        sources=tuple(_report_sources(codings)),
        codings=tuple(codings),
        people=people,
        issues=tuple(issues),
        variables=tuple(variables),
        program="QualCoder",
    )


def _padded(names: list[str], cells: list[list[str]], name: str) -> Iterator[dict[str, str]]:
    """Yield rows by column name.

    The program writes a code's categories into as many cells as there are, and what follows next to them, so
    that rows of a code with fewer categories are shorter than the header.
    """
    at = [place for place, column in enumerate(names) if column.partition(".")[0] == CATEGORY]
    for number, row in enumerate(cells, 2):
        missing = len(names) - len(row)
        if missing < 0 or missing > max(len(at), 0):
            raise DataError(
                f"{name}: not a whole CSV: row {number} has {len(row)} cells, the header {len(names)}. "
                "Take the file as the program exported it."
            )
        after = at[-1] + 1 - missing if at else len(row)
        whole = [*row[:after], *[""] * missing, *row[after:]]
        yield {
            column: cell if column == "Coded" else cell.strip()
            for column, cell in zip(names, whole, strict=True)
        }


def _code_tree(rows: Iterable[Mapping[str, str]]) -> list[Code]:
    """Return the codes and, above each, what it lies in, from the nearest to the farthest.

    That may be a code or a category. What has the name of a code is that code, unless the code lies in a
    category of its own name.
    """
    chains: dict[str, list[str]] = {}
    for row in rows:
        chain = [row[name] for name in row if name.partition(".")[0] == CATEGORY and row[name]]
        chains.setdefault(row["Codename"], chain)
    chains.pop("", None)
    twins = {code for code, chain in chains.items() if code in chain}
    parents: dict[str, str] = {}
    for code, chain in chains.items():
        path = [code, *(OF_CODE_NAME + name if name in twins else name for name in chain)]
        for child, parent in zip(path, [*path[1:], ""], strict=True):
            parents[child] = parents.get(child) or parent
    above = sorted(set(parents) - set(chains))
    names = [*above, *sorted(chains)]
    return [Code(name, name.removeprefix(OF_CODE_NAME), parents[name]) for name in names]


def _report_sources(codings: Iterable[Coding]) -> Iterator[Source]:
    """Yield each file, with the one person who speaks in it, if there is only one."""
    said: dict[str, dict[str, None]] = {}
    for coding in codings:
        said.setdefault(coding.source_id, {}).update(dict.fromkeys(coding.speakers or ()))
    for name, people in said.items():
        yield Source(name, name, None, next(iter(people)) if len(people) == 1 else "", alone=not people)


def _report_variables(
    rows: Iterable[Mapping[str, str]], case: str, file: str
) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, str, str]]]:
    values: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        for name, value in row.items():
            if value and case and name.startswith(CASE_VARIABLE) and row[case]:
                values.setdefault((row[case], PERSON), {}).setdefault(name.removeprefix(CASE_VARIABLE), value)
            elif value and name.startswith(FILE_VARIABLE) and row[file]:
                values.setdefault((row[file], SOURCE), {}).setdefault(name.removeprefix(FILE_VARIABLE), value)
    people, rest = {}, []
    for (owner, kind), held in values.items():
        known, other = known_variables(held) if kind == PERSON else ({}, held)
        if kind == PERSON:
            people[owner] = known
        rest += [(owner, kind, name, value) for name, value in other.items()]
    return people, rest


def _pictured(identity: str) -> str:
    return (
        f"part of a picture ({identity})"
        if identity.startswith(PICTURE_CODING)
        else f"part of a recording ({identity})"
    )


def read_project(path: Path) -> Export:
    """Read a project: the folder `name.qda`, or the file `data.qda` in it.

    Raises
    ------
    DataError
        If there is no database in it, or its tables are not QualCoder's.
    """
    file = path / DATABASE if path.is_dir() else path
    if not file.is_file():
        raise DataError(f"{path}: no file {DATABASE} in it. Give the project folder of QualCoder.")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            database.row_factory = sqlite3.Row
            return _Project(database).export()
    except sqlite3.Error as error:
        raise DataError(
            f"{file}: not a QualCoder project ({error}). Give the folder of the project, whose name ends in "
            ".qda, as QualCoder saved it, or copy it once more from where it was saved."
        ) from error


@dataclass
class _File:
    name: str
    text: Text | None
    turns: Turns


class _Project:
    """Puts a project together."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._issues: list[Issue] = []

    def export(self) -> Export:
        """Return what the project holds."""
        sources = self._rows("source")
        names = distinct(
            {str(row["id"]): _words(row["name"]).strip() or f"source {row['id']}" for row in sources}
        )
        texts = {row["id"]: Text(row["fulltext"]) for row in sources if isinstance(row["fulltext"], str)}
        files = {row["id"]: _File(names[str(row["id"])], texts.get(row["id"]), Turns()) for row in sources}
        coded = sorted(
            self._rows("code_text"),
            key=lambda row: tuple(_order(row[k]) for k in ("fid", "pos0", "pos1", "cid", "ctid")),
        )
        selections: dict[int, list[Selection]] = {}
        for row in coded:
            if _is_place(row["pos0"], row["pos1"]) and row["fid"] in texts:
                selections.setdefault(row["fid"], []).append(
                    Selection(row["pos0"], row["pos1"], _words(row["seltext"]))
                )
        self._chosen = choose(((texts[fid], found) for fid, found in selections.items()), LIKELY)
        people = self._cases(files)
        codes, known = self._codes()
        codings = [*self._texts(coded, files, known), *self._media(files, known)]
        if self._chosen.selections:
            how = f"offsets read as {self._chosen.reading}"
            self._issues.insert(0, Issue("", str(self._chosen), how, "reading"))
        variables = self._variables(people, files)
        self._left_out()
        used = {coding.source_id for coding in codings}
        return Export(
            codes=tuple(codes),
            sources=tuple(_source(file) for file in files.values() if file.text or file.name in used),
            codings=tuple(codings),
            people={name: known_variables(held)[0] for name, held in people.items()},
            issues=tuple(self._issues),
            variables=tuple(variables),
            program="QualCoder",
            reading=self._chosen.record(),
        )

    def _rows(self, table: str) -> list[dict]:
        """Return a table; what its version of the program does not have yet is blank."""
        known = {name for (name,) in self._database.execute("select name from sqlite_master")}
        if table not in known:
            if table in ("source", "code_text", "code_name"):
                raise sqlite3.OperationalError(f"no such table: {table}")
            return []
        return [_Blank(row) for row in self._database.execute(f'select * from "{table}"')]

    def _codes(self) -> tuple[list[Code], dict[int, str]]:
        """Return categories and codes: a code may lie in a category or in another code."""
        categories, codes = self._rows("code_cat"), self._rows("code_name")
        groups = {row["catid"] for row in categories}
        named = {row["cid"] for row in codes}
        found = [
            Code(
                f"cat{row['catid']}",
                _words(row["name"]).strip() or "(no name)",
                _within("cat", row["supercatid"], groups),
                _words(row["memo"]),
            )
            for row in categories
        ]
        for row in codes:
            parent = _within("cat", row["catid"], groups) or _within("code", row["supercid"], named)
            found.append(
                Code(
                    f"code{row['cid']}",
                    _words(row["name"]).strip() or "(no name)",
                    parent,
                    _words(row["memo"]),
                )
            )
        return found, {row["cid"]: f"code{row['cid']}" for row in codes}

    def _cases(self, files: Mapping[int, _File]) -> dict[str, dict[str, str]]:
        """Say who speaks in which file; return the people with their variables."""
        cases = self._rows("cases")
        names = distinct(
            {str(row["caseid"]): _words(row["name"]).strip() or f"case {row['caseid']}" for row in cases}
        )
        having: dict[int, list] = {}
        for row in sorted(
            self._rows("case_text"), key=lambda row: (_order(row["fid"]), _order(row["caseid"]))
        ):
            file, case = files.get(row["fid"]), names.get(str(row["caseid"]))
            if not file or not case:
                continue
            passage = self._passage(file, row["pos0"], row["pos1"])
            having.setdefault(row["fid"], []).append((case, passage))
        for fid, found in having.items():
            files[fid].turns = turns_of(found)
        speaking = {case for found in having.values() for case, _ in found}
        values: dict[str, dict[str, str]] = {name: {} for name in names.values() if name in speaking}
        for row in self._rows("attribute"):
            owner = names.get(str(row["id"]))
            if row["attr_type"] == "case" and owner in values and row["value"]:
                values[owner].setdefault(_words(row["name"]).strip(), str(row["value"]))
        idle = len(names) - len(values)
        if idle:
            self._issues.append(
                Issue("", f"{idle} cases without words of their own", "left out", "idle case", idle)
            )
        return values

    def _passage(self, file: _File, start: object, end: object) -> tuple[int, int] | None:
        """Return the place of a case's words; None if it has the whole file."""
        if file.text is None or not _is_place(start, end) or (start, end) == (0, 0):
            return None
        found = file.text.cut(self._chosen.reading, start, end)
        if not isinstance(found, tuple) or found == (0, len(file.text.words)):
            return None
        return found

    def _texts(
        self, coded: list[dict], files: Mapping[int, _File], known: Mapping[int, str]
    ) -> Iterator[Coding]:
        lost: Counter[str] = Counter()
        other: Counter[str] = Counter()
        bad: Counter[tuple[str, str]] = Counter()
        for row in coded:
            file = files.get(row["fid"])
            if row["cid"] not in known or file is None:
                lost["a code" if file else "a text"] += 1
                continue
            said = _words(row["seltext"]).replace("\u2029", "\n").replace("\r\n", "\n")
            place = self._place(file, row)
            piece = ""
            if isinstance(place, str) and not said.strip():
                bad[file.name, place] += 1
                continue
            if isinstance(place, str) or (
                said.strip() and not holds(file.text.words[slice(*place)], Selection(0, 0, said))
            ):
                other[file.name] += 1
                place, piece = _found_again(file, said), f"coding {row['ctid']}"
            start, end = place if isinstance(place, tuple) else (None, None)
            words = file.text.words[start:end] if start is not None else said
            speakers = (
                file.turns.of(file.text.words if file.text else "", start, end) if file.turns.people else None
            )
            yield Coding(
                file.name,
                known[row["cid"]],
                words,
                start,
                end,
                _words(row["owner"]),
                speakers,
                piece="" if start is not None else piece,
            )
        for what, number in lost.items():
            found = f"{number} codings point to {what} that is not in the project"
            self._issues.append(Issue("", found, "left out", "unknown code", number))
        for name, number in other.items():
            found = f"{number} codings whose place holds other words than were coded"
            done = "kept with the words that were coded; the text was changed after coding: look at them"
            self._issues.append(Issue(name, found, done, "other words", number))
        for (name, why), number in bad.items():
            found = f"{number} codings of a selection that cannot be: {why}"
            self._issues.append(Issue(name, found, "set aside", "bad selection", number))

    def _place(self, file: _File, row: Mapping) -> tuple[int, int] | str:
        if file.text is None:
            return "its text is not in the project"
        if not _is_place(row["pos0"], row["pos1"]):
            return "its place is not a whole number from 0"
        return file.text.cut(self._chosen.reading, row["pos0"], row["pos1"])

    def _media(self, files: Mapping[int, _File], known: Mapping[int, str]) -> Iterator[Coding]:
        """Yield the codings of pictures, sound and film."""
        number = 0
        for row in [*self._rows("code_image"), *self._rows("code_av")]:
            file = files.get(row["id"])
            if row["cid"] not in known or file is None:
                self._issues.append(
                    Issue("", "a coding points to what is not in the project", "left out", "unknown code")
                )
                continue
            number += 1
            speakers = file.turns.people or None
            yield Coding(
                file.name, known[row["cid"]], "", None, None, _words(row["owner"]), speakers, _locator(row)
            )
        if number:
            found = f"{number} codings of pictures or sound"
            self._issues.append(
                Issue("", found, "kept as segments without words", "picture or sound", number)
            )

    def _variables(
        self, people: Mapping[str, Mapping[str, str]], files: Mapping[int, _File]
    ) -> Iterator[tuple[str, str, str, str]]:
        rest = [
            (name, PERSON, variable, value)
            for name, held in people.items()
            for variable, value in known_variables(held)[1].items()
        ]
        for row in self._rows("attribute"):
            file = files.get(row["id"])
            if row["attr_type"] == "file" and file and row["value"] and file.text:
                rest.append((file.name, SOURCE, _words(row["name"]).strip(), str(row["value"])))
        if rest:
            found = f"{len(rest)} variables that no table has a column for"
            self._issues.append(Issue("", found, "kept in import_variables.csv", "variable", len(rest)))
        return iter(rest)

    def _left_out(self) -> None:
        for table, what in (("annotation", "annotations"), ("journal", "journal entries")):
            number = len(self._rows(table))
            if number:
                done = "left out: they are the researchers' own words"
                self._issues.append(Issue("", f"{number} {what}", done, table, number))


class _Blank(dict):
    """A row in which columns that an older version of the program did not have are missing.

    SQLite lets any kind of value stand in any column: bytes are read as text.
    """

    def __init__(self, row: sqlite3.Row) -> None:
        super().__init__((name, text_of(row[name])) for name in row.keys())  # noqa: SIM118

    def __missing__(self, key: str) -> None:
        return None


def _source(file: _File) -> Source:
    people = file.turns.people
    length = len(file.text.words) if file.text else None
    return Source(file.name, file.name, length, people[0] if len(people) == 1 else "", alone=not people)


def _found_again(file: _File, words: str) -> tuple[int, int] | None:
    """Return where words are in a text, if they are there once."""
    if file.text is None or not words.strip() or file.text.words.count(words) != 1:
        return None
    start = file.text.words.index(words)
    return start, start + len(words)


def text_of(value: object) -> object:
    """Return bytes as text, anything else as it is."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _within(kind: str, number: object, known: Iterable) -> str:
    return f"{kind}{number}" if number in known else ""


def _is_place(start: object, end: object) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < 10**12 and 0 <= end < 10**12


def _order(value: object) -> tuple[bool, int]:
    return (not isinstance(value, int), value if isinstance(value, int) else 0)


def _locator(row: Mapping) -> str:
    if "avid" in row:
        return f"{_seconds(row['pos0'])} to {_seconds(row['pos1'])}"
    page = f"page {row['pdf_page'] + 1}, " if isinstance(row["pdf_page"], int) else ""
    return f"{page}from {row['x1']}, {row['y1']}, {row['width']} wide, {row['height']} high"


def _seconds(value: object) -> str:
    return f"{value / 1000:g} s" if isinstance(value, int | float) else "?"
