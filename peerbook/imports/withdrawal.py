"""Somebody withdraws consent: her rows leave every table of a raw folder, and never come back by an import.

A row is hers if a column that says whose it is (`PERSON_COLUMNS`) has her number, or if it cannot be without
a row of hers: a code on her segment, a segment of her interview. A row of others that only points to a row
of hers, such as one that repeats her words, keeps all but the pointer. Reports of imports lose the lines that
name her or what was hers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from peerbook.data.about import as_told, read_about
from peerbook.data.definitions import load_definitions, studies
from peerbook.data.folder import WITHDRAWN, descriptor_of
from peerbook.data.keys import target_of
from peerbook.data.schema import ForeignKey, Schema, coding_schema
from peerbook.errors import DataError
from peerbook.imports.keyed import read_links
from peerbook.imports.pseudonyms import open_key
from peerbook.imports.written import check_mark, write_folder

PERSON_COLUMNS = frozenset(
    {"person", "person_id", "participant_id", "respondent_id", "speaker_id", "speakers", "owner"}
)
CODING = "coding/"
SHORTEST = 3  # letters of a name that is looked for in the words of others


@dataclass(frozen=True)
class Change:
    """What became of a file: rows that left it, and cells of other rows that are blank now."""

    file: str
    rows: int
    cells: int = 0


@dataclass(frozen=True)
class Withdrawal:
    """What a withdrawal changed.

    Attributes
    ----------
    changes : tuple of Change
        One for each file that changed.
    before : str
        The day on which the person had withdrawn before; empty for the first time.
    mentions : mapping of str to list of int
        Rows of others, by file, that hold the person's number or name among their words: somebody must look.
    unread : tuple of str
        Files of the folder that are no CSV, and so were not looked into.
    """

    changes: tuple[Change, ...]
    before: str = ""
    mentions: Mapping[str, list[int]] | None = None
    unread: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = []
        if self.before:
            again = "What has come in since:" if self.changes else "Nothing of this person was left."
            lines.append(f"This person had withdrawn before, on {self.before}. {again}")
        for change in self.changes:
            parts = [f"{_many(change.rows, 'row')} removed" if change.rows else ""]
            parts += [f"{_many(change.cells, 'cell')} of other rows blanked" if change.cells else ""]
            lines.append(f"{change.file}: {', '.join(filter(None, parts))}")
        if self.mentions:
            places = [
                f"{file}, row {', '.join(map(str, rows[:10]))}{' ...' if len(rows) > 10 else ''}"
                for file, rows in self.mentions.items()
            ]
            lines.append(f"Words of others may name this person; look at: {'; '.join(places)}")
        if self.unread:
            lines.append(f"Not looked into, because they are no CSV: {', '.join(self.unread)}")
        return "\n".join(lines)


def _many(n: int, one: str) -> str:
    return f"{n} {one}{'' if n == 1 else 's'}"


def withdraw(
    person: str,
    folder: str | Path,
    *,
    key: str | Path | None = None,
    people: str | Path | None = None,
    study: str = "",
    day: date | None = None,
) -> Withdrawal:
    """Take everything of a person out of a raw folder.

    Parameters
    ----------
    person : str
        The person's own number or name, as the survey or the export had it; or as the folder has it.
    folder : str or Path
        The raw folder. It is written anew as a whole or not at all, and no copy is kept.
    key : str or Path, optional
        The secret of the folder's pseudonyms; by default `<folder>.key` beside it.
    people : str or Path, optional
        The key file of people, if names in an export are not the numbers of the survey.
    study : str
        Whose definitions hold; by default what the folder says.
    day : date, optional
        When; by default today.

    Raises
    ------
    DataError
        If the folder or its key is not there, or nothing in it is of this person and nobody of that number
        has withdrawn before.
    """
    folder = Path(folder) if Path(folder).name else Path(folder).resolve()
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder. Give the folder of raw data as the last word.")
    names = _names(person.strip(), read_links(Path(people), folder) if people else {})
    ids = _numbers(names, folder, key)
    schemas = _schemas(folder, study)
    texts = {name: _Text.of(folder / f"{name}.csv", f"{name}.csv") for name in _files(folder)}
    tables = {name: text.whole_rows(f"{name}.csv") for name, text in texts.items() if name in schemas}
    kept, changes = without(tables, ids, schemas)
    gone = ids | names | _gone(tables, kept, schemas)
    kept |= {name: _without_named(text.rows, gone) for name, text in texts.items() if name not in schemas}
    changes += tuple(
        Change(f"{name}.csv", len(text.rows) - len(kept[name]))
        for name, text in texts.items()
        if name not in schemas and len(kept[name]) < len(text.rows)
    )
    before = _days(folder)
    was = next((before[each] for each in sorted(ids) if each in before), "")
    if changes:
        hers = (ids - names) | (ids & _found(tables))  # no name, unless it is what the folder has
        said = {each: before.get(each) or (day or date.today()).isoformat() for each in sorted(hers)}
        rows = pd.DataFrame([*(before | said).items()], columns=["person_id", "day"])
        changed = {change.file: change.file.removesuffix(".csv") for change in changes}
        files = {file: texts[name].with_rows(kept[name]) for file, name in changed.items()}
        write_folder(folder, {**files, WITHDRAWN: rows.to_csv(index=False, lineterminator="\n")})
    elif not was:
        raise DataError(
            f"{folder}: nothing in it is of this person. Give the number that the survey or the export had "
            "(with --people the key file that says so), and with --key the key of the first import."
        )
    return Withdrawal(changes, was, _mentions(kept, names), _unread(folder))


def _files(folder: Path) -> list[str]:
    """Name the CSV files of a folder, but for the list of who withdrew, as tables are named."""
    found = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.csv"))
    return [name for name in found if f"{name}.csv" != WITHDRAWN]


def _unread(folder: Path) -> tuple[str, ...]:
    known = (".csv", ".json", ".yml", ".yaml")
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() not in known]
    return tuple(sorted(path.relative_to(folder).as_posix() for path in files))


def withdrawn(folder: Path) -> set[str]:
    """Name the people who have withdrawn from a folder, by the numbers that it has."""
    return set(_days(folder))


def without(
    tables: Mapping[str, pd.DataFrame], people: Set[str], schemas: Mapping[str, Schema] | None = None
) -> tuple[dict[str, pd.DataFrame], tuple[Change, ...]]:
    """Take people out of tables: their rows, and whatever cannot be without them.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Text, by the names of `schemas`.
    people : set of str
        Their numbers.
    schemas : mapping of str to Schema, optional
        By default those of coded material.

    Returns
    -------
    dict of str to DataFrame
        The rows that stay, with the index that they had.
    tuple of Change
        One for each table that changed.

    Examples
    --------
    >>> tables = {"people": pd.DataFrame({"person_id": ["P1", "P2"]})}
    >>> kept, changes = without(tables, {"P1"})
    >>> kept["people"]["person_id"].tolist(), changes[0].rows
    (['P2'], 1)
    """
    schemas = schemas or {name: coding_schema(name) for name in tables if _is_coded(name)}
    kept = (
        {name: _without_person(table, people) for name, table in tables.items()} if people else dict(tables)
    )
    while True:
        before = kept
        kept = {
            name: _without_lost(name, rows, tables, before, schemas) if name in schemas else rows
            for name, rows in before.items()
        }
        if all(len(kept[name]) == len(before[name]) for name in kept):
            break
    changes = [
        Change(f"{name}.csv", len(tables[name]) - len(rows), _blanked(tables[name], rows))
        for name, rows in kept.items()
    ]
    return kept, tuple(change for change in changes if change.rows or change.cells)


def _is_coded(name: str) -> bool:
    try:
        coding_schema(name)
    except DataError:
        return False
    return True


def _without_person(table: pd.DataFrame, people: Set[str]) -> pd.DataFrame:
    """Remove rows of people, and their numbers from lists that name others as well."""
    hers = pd.Series(False, index=table.index)
    lists = {}
    for column in [name for name in table if name in PERSON_COLUMNS]:
        cells = table[column].str.strip()
        hers |= cells.isin(people)
        several = cells.str.contains(";")
        if several.any():
            lists[column] = table[column].where(~several, cells.map(lambda cell: _others(cell, people)))
    table = table.assign(**lists) if lists else table
    return table[~hers]


def _others(cell: str, people: Set[str]) -> str:
    return ";".join(each for each in cell.split(";") if each.strip() not in people)


def _without_lost(
    name: str,
    rows: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    kept: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, Schema],
) -> pd.DataFrame:
    """Remove rows that point to a row that left; where a row can be without the pointer, blank it."""
    schema = schemas[name]
    for link in schema.foreign_keys:
        target = target_of(link, name, schemas)
        if target not in kept or not set(link.fields) <= set(rows):
            continue
        lost = _keys(tables[target], link) - _keys(kept[target], link)
        if not lost:
            continue
        here = pd.Series(list(rows[list(link.fields)].itertuples(index=False, name=None)), index=rows.index)
        points = here.isin(lost)
        if _may_be_blank(schema, link):
            rows = rows.assign(**{field: rows[field].mask(points, "") for field in link.fields})
        else:
            rows = rows[~points]
    return rows


def _keys(table: pd.DataFrame, link: ForeignKey) -> set[tuple]:
    fields = list(link.reference_fields)
    return set(table[fields].itertuples(index=False, name=None)) if set(fields) <= set(table) else set()


def _may_be_blank(schema: Schema, link: ForeignKey) -> bool:
    fields = [schema.fields[name] for name in link.fields if name in schema.fields]
    needed = [field for field in fields if field.constraints.required or field.name in schema.primary_key]
    return not needed


def _blanked(before: pd.DataFrame, after: pd.DataFrame) -> int:
    same = before.loc[after.index]
    return int((same.to_numpy() != after.to_numpy()).sum())


def _gone(
    tables: Mapping[str, pd.DataFrame], kept: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]
) -> set[str]:
    """Name what was hers alone, by the ID that no row has any more: sources, segments, logs."""
    gone: set[str] = set()
    for name, rows in tables.items():
        key = schemas[name].primary_key
        if len(key) == 1 and key[0] in rows:
            gone |= set(rows[key[0]]) - set(kept[name][key[0]])
            removed = rows.loc[rows.index.difference(kept[name].index)]
            gone |= {title for title in removed.get("title", ()) if not title.isdigit()}
    return {each for each in gone if each}


def _found(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    columns = [rows[name] for rows in tables.values() for name in rows if name in PERSON_COLUMNS]
    return {cell.strip() for cells in columns for cell in cells.unique()}


def _without_named(rows: pd.DataFrame, names: Set[str]) -> pd.DataFrame:
    """Remove the rows of a report that name somebody or something, alone in a cell or among words.

    A number may count something else: it is a name only where a column says so.
    """
    worded = {name for name in names if not name.isdigit()}
    said = _naming(rows, names)
    for column in rows:
        meant = names if column in (*PERSON_COLUMNS, "source") else worded
        said |= rows[column].str.strip().isin(meant)
    return rows[~said]


def _mentions(tables: Mapping[str, pd.DataFrame], names: Iterable[str]) -> dict[str, list[int]]:
    named = {f"{name}.csv": _naming(rows, names).to_numpy().nonzero()[0] for name, rows in tables.items()}
    return {file: (places + 2).tolist() for file, places in named.items() if len(places)}


def _naming(rows: pd.DataFrame, names: Iterable[str]) -> pd.Series:
    """Say which rows have one of some names among the words of a cell; numbers alone are no names."""
    worded = sorted((name for name in names if len(name) >= SHORTEST and not name.isdigit()), key=len)
    words = "|".join(re.escape(name) for name in reversed(worded))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    found = pd.Series(False, index=rows.index)
    for column in rows if worded else ():
        found |= rows[column].str.contains(pattern)
    return found


# Who, and what the folder says


def _names(person: str, links: Mapping[str, str]) -> set[str]:
    """Return every name of a person: as the survey has it, and as exports have it."""
    own = {person, *(number for name, number in links.items() if name == person)}
    return own | {name for name, number in links.items() if number in own}


def _numbers(names: Set[str], folder: Path, key: str | Path | None) -> set[str]:
    """Return the numbers that a folder may have for a person."""
    path = Path(key) if key else folder.with_name(f"{folder.resolve().name}.key")
    marked = "pseudonyms" in descriptor_of(folder)
    if not path.is_file():
        if marked or key:
            raise DataError(
                f"--key: {path}: no such file, and without it nobody can tell which rows are this person's. "
                "Give the key of the first import."
            )
        return set(names)
    secret = open_key(path, folder)
    check_mark(secret, folder)
    return {*names, *(secret.pseudonym(name) for name in names)}


def _schemas(folder: Path, study: str) -> dict[str, Schema]:
    named = study or str(descriptor_of(folder).get("study", ""))
    known = studies()
    if named or len(known) == 1:
        return dict(as_told(load_definitions(named or known[0]), read_about(folder)).tables)
    found = {path.stem for path in (folder / "coding").glob("*.csv")}
    if {path.stem for path in folder.glob("*.csv")} - {
        Path(WITHDRAWN).stem,
        "import_issues",
        "import_report",
    }:
        raise DataError(f"{folder}: it does not say of which study it is. Name one of them: --study STUDY.")
    return {f"{CODING}{name}": coding_schema(name) for name in found if _is_coded(name)}


def _days(folder: Path) -> dict[str, str]:
    path = folder / WITHDRAWN
    if not path.is_file():
        return {}
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    return dict(zip(rows["person_id"], rows["day"], strict=True))


# Files


@dataclass(frozen=True)
class _Text:
    """A CSV file: its rows as text, and how it wrote them, so that rows that stay look as they did."""

    rows: pd.DataFrame
    header: str
    written: tuple[str, ...]
    delimiter: str
    ragged: int = 0

    @classmethod
    def of(cls, path: Path, file: str) -> _Text:
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(
                f"{file}: not a text in UTF-8, so it cannot be looked into. Save it as CSV UTF-8, or take it "
                "out of the folder."
            ) from error
        lines = io.StringIO(text, newline="").readlines()
        first = lines[0].lstrip("\ufeff") if lines else ""
        delimiter = max(",;\t|", key=first.count)
        cells, written = [], []
        for row, as_it_was in _records(lines, delimiter):
            cells.append(row)
            written.append(as_it_was)
        if not cells:
            return cls(pd.DataFrame(), "", (), delimiter)
        names = [name.lstrip("\ufeff").strip() for name in cells[0]]
        width = max(map(len, cells))
        columns = [*names, *(f" {place}" for place in range(len(names), width))]  # of rows that are too long
        padded = [row + [""] * (width - len(row)) for row in cells[1:]]
        rows = pd.DataFrame(padded, columns=columns, dtype=object)
        ragged = sum(len(row) != len(names) for row in cells[1:])
        return cls(rows, written[0], tuple(written[1:]), delimiter, ragged)

    def whole_rows(self, file: str) -> pd.DataFrame:
        """Return the rows, or refuse a file that has some of which nobody can tell whose they are."""
        if self.ragged:
            raise DataError(
                f"{file}: {self.ragged} rows have more or fewer cells than the header, so nobody can tell "
                "whose they are. Nothing was changed. Mend them first; peerbook validate lists them."
            )
        return self.rows

    def with_rows(self, rows: pd.DataFrame) -> str:
        """Write some of the rows; those that changed anew, the others as they were."""
        parts = [self.header]
        before = self.rows.loc[rows.index]
        changed = (before.to_numpy() != rows.to_numpy()).any(axis=1)
        for place, is_new, cells in zip(rows.index, changed, rows.to_numpy(), strict=True):
            if is_new:
                line = io.StringIO()
                csv.writer(line, delimiter=self.delimiter, lineterminator="\n").writerow(cells)
                parts.append(line.getvalue())
            else:
                parts.append(self.written[place])
        return "".join(parts)


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Yield each row of a file that is not blank, with the lines that it was written in."""
    at = 0
    reader = csv.reader(lines, delimiter=delimiter)
    csv.field_size_limit(10**9)
    for row in reader:
        as_it_was = "".join(lines[at : reader.line_num])
        at = reader.line_num
        if row:
            yield row, as_it_was
