"""QualCoder: its project (a folder with an SQLite file) and its CSV of codings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd

from peerbook.errors import DataError
from peerbook.imports import tables
from peerbook.imports.assembled import Code, Coding, Export, Issue, Source, person_variables

COLUMNS = ("Coder", "Coded", "Id", "Codename")
TEXT_CODING = "ctid:"
CASE_VARIABLE = "CaseVar_"
DATABASE = "data.qda"


def recognises(path: Path) -> bool:
    """Say whether a CSV has the columns of the report of codings."""
    columns = set(tables.header(path))
    return columns.issuperset(COLUMNS) and bool(columns & {"File", "Case"})


def read_csv(path: Path) -> Export:
    """Read the report of codings: one row a coding, by file or by case. It has no offsets.

    Raises
    ------
    DataError
        If the CSV is damaged.
    """
    rows = tables.rows(path)
    texts = rows[rows["Id"].str.startswith(TEXT_CODING)]
    file, case = ("Filename", "Case") if "Case" in rows else ("File", "")
    categories = texts["Category"] if "Category" in texts else pd.Series("", texts.index)
    parents = dict(zip(texts["Codename"], categories, strict=True))
    codes = [Code(name, name) for name in sorted(set(parents.values()) - {"", *parents})]
    codes += [Code(name, name, parent) for name, parent in sorted(parents.items())]
    people = dict(zip(texts[file], texts[case], strict=True)) if case else {}
    issues = [Issue("", "the report has no offsets", "segments are known by file and words")]
    left_out = len(rows) - len(texts)
    issues += (
        [Issue("", f"{left_out} codings of pictures or sound", "left out: only texts are read")]
        if left_out
        else []
    )
    return Export(
        codes=tuple(codes),
        sources=tuple(
            Source(name, name, None, people.get(name, "")) for name in texts[file].drop_duplicates()
        ),
        codings=tuple(
            Coding(row[file], row["Codename"], row["Coded"], coder=row["Coder"])
            for row in texts.to_dict("records")
        ),
        people=dict(_variables(texts, case)) if case else {},
        issues=tuple(issues),
    )


def read_project(path: Path) -> Export:
    """Read a project: the folder `name.qda`, or the file `data.qda` in it.

    Raises
    ------
    DataError
        If there is no database in it, its tables are not QualCoder's, or a coding does not hold its words.
    """
    file = path / DATABASE if path.is_dir() else path
    if not file.is_file():
        raise DataError(f"{path}: no file {DATABASE} in it. Give the project folder of QualCoder.")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            return _project(database, path.name)
    except (sqlite3.DatabaseError, pd.errors.DatabaseError) as error:
        raise DataError(
            f"{file}: not a QualCoder project ({error}). Open and save it in QualCoder."
        ) from error


def _project(database: sqlite3.Connection, name: str) -> Export:
    def query(sql: str) -> pd.DataFrame:
        return pd.read_sql_query(sql, database)

    sources = query("select id, name, fulltext from source where fulltext is not null order by id")
    texts = sources.set_index("id")["fulltext"]
    coded = query(
        "select cid, fid, seltext, pos0, pos1, owner from code_text order by fid, pos0, pos1, cid, owner"
    )
    _verify(coded, texts, sources.set_index("id")["name"], name)
    categories = query("select catid, name, coalesce(supercatid, '') as parent from code_cat order by catid")
    codes = query("select cid, name, memo, coalesce(catid, '') as parent from code_name order by cid")
    spoken = query("select distinct t.fid, c.name from case_text t join cases c on c.caseid = t.caseid")
    speakers = spoken[~spoken["fid"].duplicated(keep=False)].set_index("fid")["name"]
    titles = sources.set_index("id")["name"]
    shared = titles[titles.index.isin(spoken.loc[spoken["fid"].duplicated(), "fid"])]
    return Export(
        codes=(
            *(Code(f"cat{row.catid}", row.name, _category(row.parent)) for row in _rows(categories)),
            *(
                Code(f"code{row.cid}", row.name, _category(row.parent), row.memo or "")
                for row in _rows(codes)
            ),
        ),
        sources=tuple(
            Source(row.name, row.name, len(row.fulltext), speakers.get(row.id, "")) for row in _rows(sources)
        ),
        codings=tuple(
            Coding(titles[row.fid], f"code{row.cid}", row.seltext, row.pos0, row.pos1, row.owner)
            for row in _rows(coded)
        ),
        issues=tuple(
            Issue(title, "several cases in one text", "the speaker is left open") for title in shared
        ),
    )


def _verify(coded: pd.DataFrame, texts: pd.Series, titles: pd.Series, name: str) -> None:
    """Cut every coding out of its text again."""
    for row in _rows(coded):
        if row.fid not in texts.index:
            raise DataError(f"{name}: a coding points to text {row.fid}, which is not in the project.")
        if texts[row.fid][row.pos0 : row.pos1] != row.seltext:
            raise DataError(
                f"{name}, source '{titles[row.fid]}', characters {row.pos0} to {row.pos1}: the text holds "
                "other words than were coded. It was changed after coding: repair the coding in QualCoder."
            )


def _variables(texts: pd.DataFrame, case: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each case and those of its variables that are columns of the people table."""
    known = {f"{CASE_VARIABLE}{column}": column for column in person_variables()}
    for name, rows in texts.groupby(case):
        first = rows.iloc[0]
        yield name, {column: first[variable] for variable, column in known.items() if variable in texts}


def _category(parent: object) -> str:
    return f"cat{int(parent)}" if parent not in ("", None) else ""


def _rows(table: pd.DataFrame) -> Iterator:
    return table.itertuples(index=False)
