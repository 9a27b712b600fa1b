"""Parts of raw data that a book can be made of: what was known by a day, and what is of one project.

Which date says when a row came in, and which column says whose it is, stands under `editions` in the
`study.yml` of a study's definitions. A table that is not named there is in no part: nobody can say when its
rows came in, or whose they are.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from peerbook.data.about import FILE
from peerbook.data.definitions import FROM_THE_START, Definitions
from peerbook.data.described import read_yaml
from peerbook.data.folder import DESCRIPTOR, RawFolder, descriptor_of
from peerbook.data.read import read_text
from peerbook.data.schema import Schema
from peerbook.data.stops import MADE_UP
from peerbook.data.values import parse
from peerbook.errors import ParameterError

PROJECT = "project"
PART = "part"  # of a descriptor: the conditions that all people of the folder meet, such as their project
PART_OF = "partOf"  # of a descriptor: the fingerprint of the folder that it is a part of
_POLICY = "disclosure.yml"


def fingerprint(folder: Path, but: Iterable[str] = ()) -> str:
    """Return a short fingerprint of the tables of a raw folder, to tell editions of data apart.

    Parameters
    ----------
    folder
        With CSV files, at any depth. One that holds a project of another has the other's fingerprint: the
        people are the same.
    but
        Files that are no data, such as lists of earlier decisions.
    """
    if whole := descriptor_of(folder).get(PART_OF):
        return str(whole)
    hashed, others = hashlib.sha256(), {folder / name for name in but}
    for file in sorted(set(folder.rglob("*.csv")) - others):
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:8]


Written = Mapping[str, pd.DataFrame]  # tables by name as they are written, without contact details


def written(raw: RawFolder) -> Written:
    """Read the tables of a raw folder that can be in a part of it: once, for many parts."""
    said = raw.definitions.editions
    return {
        table: _text(raw, table)
        for table in dict.fromkeys([*said.came_in, *said.project])
        if (raw.place / f"{table}.csv").is_file()
    }


def days_of(raw: RawFolder, tables: Written) -> dict[str, pd.Series]:
    """Return the day on which each row came in, by table; missing where no day can be read.

    Parameters
    ----------
    raw
        A raw folder without errors.
    tables
        What `written` returned for it.

    Raises
    ------
    ParameterError
        If the study does not say which dates these are.
    """
    came_in = raw.definitions.editions.came_in
    dated = {table: column for table, column in came_in.items() if column != FROM_THE_START}
    if not dated:
        raise ParameterError(
            f"{raw.definitions.study}: its study.yml does not say when rows came in, so nobody can tell what "
            "was known in a month. Write editions: {came_in: {TABLE: COLUMN}} into it."
        )
    return {
        table: _days(tables[table][column], raw.definitions.tables[table], column)
        for table, column in dated.items()
        if table in tables
    }


def as_of(raw: RawFolder, tables: Written, days: Mapping[str, pd.Series], day: date, folder: Path) -> Path:
    """Write the raw folder as it was known by a day.

    Rows whose day cannot be read are in it from the day on which all others are.

    Parameters
    ----------
    raw
        A raw folder without errors.
    tables, days
        What `written` and `days_of` returned for it.
    day
        The last day that is known.
    folder
        Where to write; it must not be there yet.

    Returns
    -------
    Path
        The folder. Its descriptor says until when the data were collected (`collected`), its `study.yml` has
        the same end of the period, and that these are not the data behind a printed report, unless it holds
        all rows of a folder that says so.
    """
    kept = {
        table: tables[table][_by(days[table], day)] if table in days else tables[table]
        for table in raw.definitions.editions.came_in
        if table in tables
    }
    last = day.isoformat()
    collected = {
        table: [first, min(last, end)]
        for table in days
        for first, end in _limits(raw.definitions, table)
        if first <= last
    }
    said = _said(raw)
    period = said.get("period") or [min((days[0] for days in collected.values()), default=last), last]
    said["period"] = [min(str(period[0]), last), min(str(period[1]), last)]
    if "waves" in said:
        said["waves"] = {
            name: [str(start), min(str(end), last)]
            for name, (start, end) in said["waves"].items()
            if str(start) <= last
        }
    described = {**raw.descriptor.get("collected", {}), **collected}
    whole = all(len(rows) == len(tables[name]) for name, rows in kept.items())
    about = {**said, "printed": whole and raw.about.printed}
    return _write(raw, kept, folder, about, {"collected": {t: d for t, d in described.items() if t in kept}})


def projects_of(raw: RawFolder) -> dict[str, str]:
    """Return what each project is called, by its ID: those with rows in every table that names projects.

    Raises
    ------
    ParameterError
        If the study does not say whose rows are of a project.
    """
    columns = raw.definitions.editions.project
    if not columns:
        raise ParameterError(
            f"{raw.definitions.study}: its study.yml does not say which rows are of a project. "
            "Write editions: {project: {TABLE: COLUMN}} into it."
        )
    first, key = next(iter(columns.items()))
    own = [table for table, column in columns.items() if column == key and table in raw.tables]
    found = [set(raw.tables[table][key].dropna().astype(str)) for table in own]
    titles = raw.tables.get(first, pd.DataFrame({key: []}))
    named = titles["name"] if "name" in titles else titles[key]
    called = dict(zip(titles[key].astype(str), named.astype(str), strict=True))
    return {project: called[project] for project in called if all(project in each for each in found)}


def of_project(raw: RawFolder, tables: Written, project: str, folder: Path) -> Path:
    """Write the part of a raw folder that is of one project; the arguments are like those of `as_of`."""
    columns = raw.definitions.editions.project
    key, kept = next(iter(columns.values())), {}
    for table, column in columns.items():
        if table in tables:
            rows = tables[table]
            above = [set(other[column].astype(str)) for other in kept.values() if column in other]
            wanted = {project} if column == key else (above[0] if above else set())
            kept[table] = rows[rows[column].astype(str).isin(wanted)]
    conditions = {**raw.descriptor.get(PART, {}), PROJECT: project}
    whole = fingerprint(raw.place, _lists(raw.place))
    about = {**_said(raw), "printed": False}
    return _write(raw, kept, folder, about, {PART: conditions, PART_OF: whole})


def _text(raw: RawFolder, table: str) -> pd.DataFrame:
    """Read a table as written, without contact details."""
    return read_text(raw.place / f"{table}.csv", f"{table}.csv", raw.definitions.tables[table])[0].text


def _days(texts: pd.Series, schema: Schema, column: str) -> pd.Series:
    written = texts.astype(str)
    known = {text: parse(schema.fields[column], text)[0] for text in written.unique()}
    return pd.to_datetime(written.map(known), errors="coerce")


def _by(days: pd.Series, day: date) -> np.ndarray:
    """Say which rows were known; those without a day are, once all others are."""
    known = (days <= pd.Timestamp(day)).to_numpy()
    return known | days.isna().to_numpy() if days.max() <= pd.Timestamp(day) else known


def _limits(definitions: Definitions, table: str) -> list[tuple[str, str]]:
    """Return the first and the last day that a table may have, if there are such limits."""
    field = definitions.tables[table].fields[definitions.editions.came_in[table]]
    limits = field.constraints.minimum, field.constraints.maximum
    return [(str(limits[0]), str(limits[1]))] if all(limits) else []


def _said(raw: RawFolder) -> dict[str, Any]:
    file = raw.place / FILE
    return dict(read_yaml(file) or {}) if file.is_file() else {}


def _lists(folder: Path) -> list[str]:
    """Name the lists of earlier decisions of a raw folder."""
    return [str(name) for name in _policy(folder).get("earlier") or ()]


def _policy(folder: Path) -> dict[str, Any]:
    file = folder / _POLICY
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.is_file() else {}


def _write(
    raw: RawFolder,
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    about: Mapping[str, Any],
    described: Mapping[str, Any],
) -> Path:
    """Write a raw folder; made-up tables lose their fingerprints, as their rows are not all there."""
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        (folder / name).parent.mkdir(exist_ok=True)
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    _dump(about, folder / FILE)
    resources = raw.descriptor.get("resources")
    listed = [
        {key: value for key, value in each.items() if key != MADE_UP}
        for each in (resources if isinstance(resources, list) else [])
        if isinstance(each, Mapping) and each.get("name") in tables
    ]
    descriptor = {**raw.descriptor, **described, **({"resources": listed} if listed else {})}
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    (folder / DESCRIPTOR).write_text(text, encoding="utf-8")
    if (raw.place / _POLICY).is_file():
        earlier = {f"earlier/{at}.csv": raw.place / name for at, name in enumerate(_lists(raw.place))}
        for name, before in earlier.items():
            (folder / "earlier").mkdir(exist_ok=True)
            if before.is_file():  # the build says which is not there
                shutil.copy(before, folder / name)
        _dump({**_policy(raw.place), "earlier": list(earlier)}, folder / _POLICY)
    return folder


def _dump(said: Mapping[str, Any], file: Path) -> None:
    file.write_text(yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False), encoding="utf-8")
