"""Made-up test data that follow the schemas and nothing else, so that a survey can be tried before it begins.

`sample` makes tables, `write_sample` a raw folder. What the schemas do not say, no sample knows: each
question is answered without regard to the others, and no answer is likelier than another.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import random
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from peerbook.data.definitions import Definitions
from peerbook.data.folder import DESCRIPTOR, descriptor_of
from peerbook.data.keys import target_of
from peerbook.data.schema import Field, ForeignKey, Schema
from peerbook.data.stops import MADE, MADE_UP, fingerprint, says_origin
from peerbook.data.values import expected, parse
from peerbook.errors import DataError, ParameterError

CHILDREN = 3  # rows of a table for each row of a table it leads to
FEW = 8  # different texts of a column that says nothing of them
MANY = 100  # different answers of a wide range
MISSING, DOUBTFUL, SECOND_TICK = 0.05, 0.02, 0.1  # shares of cells
TRIES = 3  # rows drawn for each row wanted, since keys may repeat
FIRST_DAY, USUAL_DAYS = date(2026, 1, 1), 365
LARGEST = 999_999_999
ROW_OF, GROUP = " row of ", "rows of one parent"  # columns of rows in the making
PRINTABLE = string.digits + string.ascii_letters + " " + string.punctuation
MORE = 5  # `+`, `*` and wide repetitions go this far beyond their least
TOKEN = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[^()|?*+{}\[\\]")
TIMES = re.compile(r"[?*+]|\{(\d+)(,?)(\d*)\}")
Texts = dict[str, np.ndarray]
Made = tuple[Schema, pd.DataFrame]


def sample(definitions: Definitions, rows: int = 100, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Make up a raw folder's tables.

    Parameters
    ----------
    definitions : Definitions
        What the tables must look like.
    rows : int
        Rows of every table that no other table leads to. A table that others lead to has a third of their
        rows, so that a person has several logs. A table is shorter if its keys allow no more rows, and empty
        if its schema says that it is not `sampled`.
    seed : int
        The same seed gives the same tables.

    Returns
    -------
    dict of str to DataFrame
        By the names and in the order of the definitions. Every column is text as in a CSV file. Contact
        details are there, plainly made up, so that it can be seen that they are not read.

    Raises
    ------
    DataError
        If no text fits a field, foreign keys lead in a circle, or a required one can lead nowhere.
    ParameterError
        If `rows` is below 1.

    Notes
    -----
    A column named as the one-column primary key of another table in the same folder leads there, declared or
    not. Dates of the rows of one parent are in order, and none is before the parent's; a row shares the
    parent's answer to a question that both ask. A cell that need not be filled in is left out in 5 of 100
    rows, or in as many as `missingShare` says; 2 of 100 values left to cleaning do not fit.

    Examples
    --------
    >>> from peerbook.data import load_definitions, studies
    >>> tables = sample(load_definitions(studies()[0]), rows=30)
    >>> max(len(table) for table in tables.values())
    30
    """
    if rows < 1:
        raise ParameterError(f"rows: found {rows}; expected a whole number from 1")
    schemas = definitions.tables
    links = _links(schemas)
    order = _order(links)
    wanted = dict.fromkeys(schemas, rows)
    for name in reversed(order):
        for link in links[name]:
            if link.resource != name:
                wanted[link.resource] = min(wanted[link.resource], -(-wanted[name] // CHILDREN))
    keys_led_to = {(link.resource, *link.reference_fields) for own in links.values() for link in own}
    made: dict[str, Made] = {}
    for name in order:
        led_to = {key[1] for key in keys_led_to if key[0] == name and len(key) == 2}
        try:
            texts = _table(schemas[name], links[name], led_to, wanted[name], made, seed)
        except DataError as error:
            raise DataError(f"{name}: {error}") from error
        made[name] = schemas[name], texts if schemas[name].sampled else texts.iloc[:0]
    return {name: made[name][1] for name in schemas}


def write_sample(folder: str | Path, definitions: Definitions, rows: int = 100, seed: int = 1) -> Path:
    """Write made-up tables, and a `datapackage.json` that declares them synthetic, as a raw folder.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there. An earlier sample in it is replaced.
    definitions, rows, seed
        See `sample`. The same three give the same bytes.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        As `sample` does; and if the folder holds tables that are not declared synthetic.
    """
    folder = Path(folder)
    if any(folder.rglob("*.csv")) and descriptor_of(folder).get("synthetic") is not True:
        raise DataError(
            f"{folder}: found tables that are not declared synthetic; expected a new folder, or one with an "
            "earlier sample. Nothing was written: name another folder"
        )
    tables = sample(definitions, rows, seed)
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows(zip(*(table[column].tolist() for column in table), strict=True))
    periods = {name: _period(schema) for name, schema in definitions.tables.items()}
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "sample",
        "study": definitions.study,
        "title": "Test data made up from the schemas: nobody gave these answers",
        "synthetic": True,
        "collected": {name: period for name, period in periods.items() if period},
        "resources": [
            {"name": name, "path": f"{name}.csv", MADE_UP: fingerprint(folder / f"{name}.csv")}
            for name in tables
        ],
        "rows": rows,
        "seed": seed,
    }
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    (folder / DESCRIPTOR).write_bytes(text.encode("utf-8"))
    return folder


def _period(schema: Schema) -> list[str] | None:
    """Return the limits that all dates of a table share; None if they differ or one is not given."""
    dates = [field.constraints for field in schema.fields.values() if field.type == "date"]
    limits = {(constraints.minimum, constraints.maximum) for constraints in dates}
    low, high = limits.pop() if len(limits) == 1 else (None, None)
    return [low, high] if low and high else None


# Which table leads to which


def _links(schemas: Mapping[str, Schema]) -> dict[str, list[ForeignKey]]:
    """Return the links of each table, declared or guessed, by the full names of the tables they lead to."""
    links: dict[str, list[ForeignKey]] = {}
    for name, schema in schemas.items():
        own = [replace(link, resource=target_of(link, name, schemas)) for link in schema.foreign_keys]
        for other, target in schemas.items():
            linked = {column for link in own for column in link.fields}
            if other != name and _seems_to_lead(schema, target) and target.primary_key[0] not in linked:
                own.append(ForeignKey(target.primary_key, other, target.primary_key))
        links[name] = [link for link in own if link.resource != name or _turned(link)]
    return links


def _seems_to_lead(schema: Schema, target: Schema) -> bool:
    """Return whether a column is named as the one-column key of another table in the folder, and like it."""
    near = schema.name.rpartition("/")[0] == target.name.rpartition("/")[0]
    if not near or len(target.primary_key) != 1 or target.primary_key == schema.primary_key:
        return False
    own, other = (table.read_fields.get(target.primary_key[0]) for table in (schema, target))
    return own is not None and (own.type, own.constraints.pattern) == (other.type, other.constraints.pattern)


def _order(links: Mapping[str, Sequence[ForeignKey]]) -> list[str]:
    """Return the tables, each after those it leads to."""
    leads = {name: {link.resource for link in own} - {name} for name, own in links.items()}
    try:
        return list(TopologicalSorter(leads).static_order())
    except CycleError as error:
        raise DataError(
            f"{' and '.join(dict.fromkeys(error.args[1]))}: found columns that lead in a circle; expected a "
            "table that can be filled in first. Remove a foreign key, or rename a column"
        ) from error


# One table: keys and links, dates in order, answers, and last what is left out


def _table(
    schema: Schema,
    links: list[ForeignKey],
    led_to: set[str],
    wanted: int,
    made: Mapping[str, Made],
    seed: int,
) -> pd.DataFrame:
    """Make one table; `made` holds those it leads to, `led_to` are its columns that others lead to."""
    loops = [link for link in links if link.resource == schema.name]
    parts = _link_parts(schema, [link for link in links if link not in loops], made)
    skipped = {own for link in loops for own, _ in _turned(link)}
    rows = _keyed_rows(schema, parts, led_to, skipped, wanted, seed)
    rows = _dated(schema, rows, list(_parents(rows, made)), skipped, seed)
    texts = {name: rows[name].to_numpy(dtype=object) for name in rows if name in schema.fields}
    parents = list(_parents(rows, made))
    for name in schema.fields.keys() - texts.keys() - skipped:
        texts[name] = _answered(schema.fields[name], len(rows), _source(seed, schema.name, name))
        texts[name] = _as_parents_say(schema.fields[name], texts[name], parents)
    for boxes in _box_questions(schema):
        texts |= _ticked(boxes, len(rows), _source(seed, schema.name, f"boxes of {boxes[0].tick_group}"))
    texts = _silenced(schema, _thinned(schema, texts, seed))
    for link in loops:
        texts |= _led_back(schema, link, texts, _source(seed, schema.name, f"{link.fields} back"))
    return pd.DataFrame({name: texts[name] for name in schema.fields}, dtype="str")


def _source(seed: int, table: str, what: str) -> np.random.RandomState:
    """Return draws for one purpose, from a stream that numpy keeps: a new column changes no other."""
    digest = hashlib.sha256(json.dumps([seed, table, what]).encode()).digest()
    return np.random.RandomState(np.frombuffer(digest, dtype="<u4"))


def _below(limit: int | np.ndarray, number: int, source: np.random.RandomState) -> np.ndarray:
    """Draw so many whole numbers from 0 to below `limit`."""
    return (source.random_sample(number) * limit).astype(np.int64)


def _turned(link: ForeignKey) -> list[tuple[str, str]]:
    """Return the columns of a link that have another name than the columns they lead to, and those."""
    return [pair for pair in zip(link.fields, link.reference_fields, strict=True) if pair[0] != pair[1]]


def _parents(rows: pd.DataFrame, made: Mapping[str, Made]) -> Iterator[Made]:
    """Yield the schema of each table that rows lead to, and its row for each of them."""
    for name in rows:
        if ROW_OF in name:
            schema, texts = made[name.partition(ROW_OF)[2]]
            yield schema, texts.iloc[rows[name].to_numpy()]


def _as_parents_say(field: Field, column: np.ndarray, parents: Sequence[Made]) -> np.ndarray:
    """Return a column of categories that repeats what a parent answered to the same question."""
    for parent, texts in parents:
        if field.categories and not field.personal and field.name in parent.read_fields:
            said = texts[field.name].to_numpy(dtype=object)
            column = np.where(_usable(field, parent.fields[field.name], said), said, column)
    return column


def _key_columns(schema: Schema) -> set[str]:
    return {name for link in schema.foreign_keys for name in link.fields}.union(*schema.unique_keys)


def _usable(field: Field, other: Field, column: pd.Series | np.ndarray) -> np.ndarray:
    """Return which texts of a column are a value in two fields, and the same one."""

    def value(field: Field, text: str) -> str | None:
        value, fault = parse(field, text)
        if fault or value is None:
            return None
        return text if field.left_to_cleaning else str(value)

    codes, texts = pd.factorize(np.asarray(column, dtype=object))
    values = [(value(field, text), value(other, text)) for text in texts]
    return np.array([one is not None and one == two for one, two in values], dtype=bool)[codes]


def _link_parts(schema: Schema, links: list[ForeignKey], made: Mapping[str, Made]) -> list[pd.DataFrame]:
    """Return what the columns of links may hold together, and which row of the parent that is."""
    parts: list[pd.DataFrame] = []
    for number, link in enumerate(links):
        target, texts = made[link.resource]
        part = texts[list(link.reference_fields)].set_axis(list(link.fields), axis=1).astype(object)
        usable = ~part.duplicated().to_numpy()
        for own, other in zip(link.fields, link.reference_fields, strict=True):
            usable &= _usable(schema.fields[own], target.fields[other], part[own])
        part = part.assign(**{f"{number}{ROW_OF}{link.resource}": np.arange(len(part))})[usable]
        touching = [not set(link.fields).isdisjoint(other) for other in parts]
        for other in itertools.compress(parts, touching):
            part = other.merge(part, on=[name for name in link.fields if name in other])
        if part.empty:
            raise DataError(
                f"the foreign key {', '.join(link.fields)}: no row of {link.resource} has a value that fits "
                "here; expected columns of the same type and range. Correct one of the two schemas"
            )
        parts = [other for other, touched in zip(parts, touching, strict=True) if not touched] + [part]
    return parts


def _keyed_rows(
    schema: Schema, parts: list[pd.DataFrame], led_to: set[str], skipped: set[str], wanted: int, seed: int
) -> pd.DataFrame:
    """Return rows with their keys and links, those of one parent together; fewer if keys allow no more."""
    alone = {key[0] for key in schema.unique_keys if len(key) == 1} - skipped
    settled = skipped.union(*parts)
    own = [n for n in schema.fields if n in {*alone, *led_to, *schema.primary_key} and n not in settled]
    texts = {name: _answers(schema.fields[name], wanted, key=True) for name in own}
    alone |= {name for name in led_to & texts.keys() if len(texts[name]) == wanted}
    dated = {name for name in own if _is_open_date(schema.fields[name])} - alone
    few = [name for name in own if name not in alone and name not in schema.primary_key[-1:]]
    texts |= {name: texts[name][:FEW] for name in few}
    parts = parts + [pd.DataFrame({name: texts[name]}, dtype=object) for name in own if name not in dated]

    once = [
        part.drop_duplicates([name for name in part if name in alone]) for part in parts if alone & {*part}
    ]
    number = min([wanted, *map(len, once)])
    key = [name for name in schema.primary_key if any(name in part for part in parts)]
    joint = bool(key) and alone.isdisjoint(key) and dated.isdisjoint(schema.primary_key)
    size = number * TRIES if joint else number
    free = [part for part in parts if not alone & {*part}]
    draws = (_below(len(part), size, _source(seed, schema.name, part.columns[0])) for part in free)
    places = pd.DataFrame(dict(enumerate(draws)), index=range(size))
    rows = _joined([part.iloc[places[place]] for place, part in enumerate(free)], size)
    rows = (rows.drop_duplicates(key) if joint else rows).head(number)
    if any(ROW_OF in name for name in rows):  # columns of links come first
        rows = rows.loc[places.loc[rows.index].sort_values(list(places), kind="stable").index]
    for part in once:
        drawn = _source(seed, schema.name, part.columns[0]).random_sample(len(part))
        order = np.argsort(drawn, kind="stable")
        rows = _joined([rows, part.iloc[np.sort(order[: len(rows)])]], len(rows))
    leads = [name for name in rows if ROW_OF in name]
    return rows.assign(**{GROUP: rows[leads[0]] if leads else 0}).reset_index(drop=True)


def _joined(parts: Sequence[pd.DataFrame], size: int) -> pd.DataFrame:
    """Return tables of `size` rows side by side."""
    numbered = [part.reset_index(drop=True) for part in parts]
    return pd.concat([pd.DataFrame(index=range(size)), *numbered], axis=1)


def _is_open_date(field: Field) -> bool:
    return field.type == "date" and not field.categories and not field.constraints.pattern


def _dated(
    schema: Schema, rows: pd.DataFrame, parents: Sequence[Made], skipped: set[str], seed: int
) -> pd.DataFrame:
    """Add the dates, in order for the rows of a parent; drop rows that still repeat a key.

    The days from the first possible to the last are divided into as many stretches as the parent has rows,
    and each row has a day of its own stretch.
    """
    first = np.zeros(len(rows), dtype=np.int64)
    for parent, texts in parents:
        for name in parent.names(type="date", personal=False):
            codes, days = pd.factorize(texts[name])
            parsed = [parse(parent.fields[name], day)[0] for day in days]
            ordinals = np.array([day.toordinal() if day else 0 for day in parsed], dtype=np.int64)
            first = np.maximum(first, ordinals[codes])
    number = rows.groupby(GROUP).cumcount().to_numpy()
    size = rows.groupby(GROUP)[GROUP].transform("size").to_numpy()
    dates = {}
    for name, field in schema.read_fields.items():
        if _is_open_date(field) and name not in rows and name not in skipped:
            low, high = _days(field, USUAL_DAYS)
            start = np.clip(first, low, high)
            begin, end = (edge * (high - start + 1) // size for edge in (number, number + 1))
            within = _below(end - begin, len(rows), _source(seed, schema.name, name))
            since_1970 = np.minimum(start + begin + within, high) - date(1970, 1, 1).toordinal()
            dates[name] = np.datetime_as_string(since_1970.astype("datetime64[D]")).astype(object)
    rows = rows.assign(**dates)
    key = [name for name in schema.primary_key if name in rows]
    return rows.drop_duplicates(key, ignore_index=True) if key else rows


def _answered(field: Field, number: int, source: np.random.RandomState) -> np.ndarray:
    """Return answers, none likelier than another; of a personal column, something plainly made up."""
    if field.personal and field.type == "string" and not field.categories and not field.constraints.pattern:
        made_up = "Person {0}, {0} Example Street, ZZ99 9ZZ"
        made_up = "person{0}@example.org" if field.name.lower().endswith("mail") else made_up
        made_up = "07700 900{1:03}" if field.name.lower().endswith(("phone", "mobile")) else made_up
        return np.array([made_up.format(row, row % 1000) for row in range(1, number + 1)], dtype=object)
    texts = np.array(_answers(field, MANY), dtype=object)
    return texts[_below(len(texts), number, source)]


def _box_questions(schema: Schema) -> list[list[Field]]:
    """Return the boxes of each question that has several; a box that is a key is none."""
    questions: dict[str, list[Field]] = {}
    for name, field in schema.fields.items():
        if field.tick_group and field.type == "boolean" and name not in _key_columns(schema):
            questions.setdefault(field.tick_group, []).append(field)
    return [boxes for boxes in questions.values() if len(boxes) > 1]


def _ticked(boxes: Sequence[Field], number: int, source: np.random.RandomState) -> Texts:
    """Return the boxes of a question: one ticked, now and then a second, none if it is not answered."""
    chosen = _below(len(boxes), number, source)
    said = source.random_sample(number) >= max(map(_share_left_out, boxes))
    columns = {}
    for place, box in enumerate(boxes):
        texts = {parse(box, text)[0]: text for text in _answers(box, MANY)}
        no = "" if parse(box, "") == (False, None) else texts.get(False, texts.get(True))
        ticked = said & ((chosen == place) | (source.random_sample(number) < SECOND_TICK))
        columns[box.name] = np.where(ticked, texts.get(True, no), no)
    return columns


# Cells that are left out, or do not fit


def _left_out(field: Field, key: bool = False) -> list[str]:
    """Return the texts that leave a cell out without a fault: nothing first, then the codes for missing.

    In a key nothing counts only if it means missing; and a key that is left to cleaning keeps its text.
    """
    if key and field.left_to_cleaning:
        return []
    value, fault = parse(field, "")
    blank = [""] if fault is None and (value is None or not key) else []
    return blank + [text for text in field.missing_values if text and parse(field, text) == (None, None)]


def _share_left_out(field: Field) -> float:
    return MISSING if field.missing_share is None else field.missing_share


def _thinned(schema: Schema, texts: Texts, seed: int) -> Texts:
    """Return columns with some cells left out, mostly empty, and some spoilt if they are left to cleaning."""
    boxes = {box.name for question in _box_questions(schema) for box in question}
    thinned = dict(texts)
    for name in texts.keys() - boxes:
        field, key = schema.fields[name], name in _key_columns(schema)
        source, number = _source(seed, schema.name, f"{name}, left out"), len(texts[name])
        codes = _left_out(field, key)
        share = 0 if name in schema.primary_key and field.missing_share is None else _share_left_out(field)
        if codes:
            often = np.array(codes[:1] * max(1, 4 * len(codes) - 4) + codes[1:], dtype=object)
            usual = often[_below(len(often), number, source)]
            thinned[name] = np.where(source.random_sample(number) < share, usual, thinned[name])
        if field.left_to_cleaning and not key:
            turned = ["/".join(reversed(text.split("-"))) for text in thinned[name]]
            doubtful = turned if field.type == "date" else "?"
            thinned[name] = np.where(source.random_sample(number) < DOUBTFUL, doubtful, thinned[name])
    return thinned


def _silenced(schema: Schema, texts: Texts) -> Texts:
    """Return columns that are left out, or not ticked, where the form or version does not ask for them."""
    silenced = dict(texts)
    for name in texts.keys() - set(schema.primary_key):
        field = schema.fields[name]
        key = name in _key_columns(schema)
        unticked = field.false_values if field.type == "boolean" and not key else ()
        silent = [*_left_out(field, key), *unticked]
        silent.sort(key=lambda text: parse(field, text)[0] not in (None, False))
        for condition, value in (("form", field.form), ("version", field.version)):
            if value and condition in texts and silent:
                silenced[name] = np.where(texts[condition] == value, silenced[name], silent[0])
    return silenced


def _led_back(schema: Schema, link: ForeignKey, texts: Texts, source: np.random.RandomState) -> Texts:
    """Return the columns that lead to an earlier row of the table, one that agrees in the rest of the key.

    The first rows, and all if a parent may not repeat, lead nowhere, or to themselves if that is required.
    """
    size = len(texts[link.reference_fields[0]])
    usable = np.ones(size, dtype=bool)
    for own, other in zip(link.fields, link.reference_fields, strict=True):
        usable &= _usable(schema.fields[own], schema.fields[other], texts[other])
    if any(schema.fields[own].constraints.unique for own, _ in _turned(link)):
        usable[:] = False
    parent = np.full(size, -1)
    same = [texts[name] for name in link.fields if name in link.reference_fields]
    earlier: dict[tuple, list[int]] = {}
    for row, drawn in enumerate(source.random_sample(size)):
        before = earlier.setdefault(tuple(column[row] for column in same), [])
        parent[row] = before[int(drawn * len(before))] if before else -1
        before += [row] * bool(usable[row])
    columns = {}
    for own, other in _turned(link):
        said = texts[other][np.where(parent < 0, np.arange(size), parent)]
        gone = (parent < 0) | (source.random_sample(size) < _share_left_out(schema.fields[own]))
        codes = _left_out(schema.fields[own], key=True)
        columns[own] = np.where(gone, codes[0], said) if codes else said
    return columns


# Texts that fit a field


def _answers(field: Field, most: int, key: bool = False) -> list[str]:
    """Return different texts that fit a field, evenly spread over a wide range; fewer if it allows no more.

    If they are for a key, a column that says nothing of its texts has as many as wanted.
    """
    found: dict[Any, str] = {}
    in_vain = 0
    for text in _candidates(field, most + len(field.missing_values), key):
        value, fault = parse(field, text)
        fits = fault is None and value is not None and text and text == text.strip()
        in_vain = 0 if fits and value not in found else in_vain + 1
        if fits:
            found.setdefault(value, text)
        if len(found) == most or in_vain > 500 + 5 * len(found):
            break
    if not found:
        raise DataError(
            f"field '{field.name}': no text was found that fits; expected {expected(field)}. "
            "Check its limits, pattern, categories and missing values"
        )
    return (
        list(found.values()) if field.categories or not field.constraints.pattern else sorted(found.values())
    )


def _candidates(field: Field, most: int, key: bool) -> Iterator[str]:
    if says_origin(field):
        yield MADE  # whatever else the field allows, these rows are made up
    elif field.categories:
        yield from field.categories
    elif field.constraints.pattern:
        yield from _matching(field)
    elif field.type == "boolean":
        yield from (*field.true_values, *field.false_values)
    elif field.type == "date":
        low, high = _days(field, max(most, USUAL_DAYS))
        days = range(low, high + 1, max(1, (high - low + 1) // most))
        yield from (date.fromordinal(day).isoformat() for day in days)
    elif field.type == "string":
        several = most if key or field.free_text else FEW
        yield from (f"{field.title.strip() or field.name} {number}" for number in range(1, several + 1))
    else:
        yield from _numbers(field, most, most if key else 20)


def _numbers(field: Field, most: int, least: int) -> Iterator[str]:
    """Yield numbers of a range: whole ones, or with as few decimal places as give `least` different ones."""
    limits = (field.constraints.minimum, field.constraints.maximum)
    low, high = (None if limit is None else Decimal(str(limit)) for limit in limits)
    if low is None:
        low = Decimal(0) if high is None or high >= 0 else high - most + 1
    high = low + most - 1 if high is None else high
    low, high = max(low, Decimal(-LARGEST)), min(high, Decimal(LARGEST))
    for places in [0] if field.type == "integer" else range(1, 16):
        unit = Decimal(1).scaleb(-places)
        first = int((low / unit).to_integral_value(ROUND_CEILING))
        last = int((high / unit).to_integral_value(ROUND_FLOOR))
        if last - first + 1 >= least:
            break
    if low == high:
        yield f"{low:f}"
    yield from (f"{n * unit:f}" for n in range(first, last + 1, max(1, (last - first + 1) // most)))


def _days(field: Field, usual: int) -> tuple[int, int]:
    """Return the numbers of the first and last day a field allows, `usual` days apart if one is not given."""
    try:
        low, high = (
            None if limit is None else date.fromisoformat(limit).toordinal()
            for limit in (field.constraints.minimum, field.constraints.maximum)
        )
    except (TypeError, ValueError) as error:
        raise DataError(f"field '{field.name}': a limit is no date (YYYY-MM-DD): {error}") from error
    if low is None:
        low = FIRST_DAY.toordinal() if high is None else max(1, high - usual + 1)
    return low, min(date.max.toordinal(), low + usual - 1) if high is None else high


# Texts of a pattern


def _matching(field: Field) -> Iterator[str]:
    """Yield drawn texts that match a field's pattern; libraries for it differ between runs, or know less."""
    try:
        branches, end = _alternatives(field.constraints.pattern, 0)
    except (IndexError, re.error):
        branches, end = [], -1
    if end != len(field.constraints.pattern):
        raise DataError(
            f"field '{field.name}': no texts can be made up for the pattern {field.constraints.pattern!r}; "
            "expected characters, classes such as [a-z], groups with |, and ?, *, +, {m,n} only. Write it "
            "so, or list the answers as categories"
        )
    source = random.Random(field.constraints.pattern)
    while True:
        yield _drawn(branches, source)


def _drawn(branches: list, source: random.Random) -> str:
    """Draw a text; alternatives and numbers of repetitions are equally likely."""
    texts = []
    for part, low, high in branches[int(source.random() * len(branches))]:
        for _ in range(low + int(source.random() * (high - low + 1))):
            nested = isinstance(part, list)
            texts.append(_drawn(part, source) if nested else part[int(source.random() * len(part))])
    return "".join(texts)


def _alternatives(pattern: str, at: int) -> tuple[list, int]:
    """Return the branches from a place on, each a list of (characters or branches, least, most times)."""
    branches: list[list[tuple]] = [[]]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            branches.append([])
            at += 1
            continue
        part, at = _part(pattern, at)
        times = TIMES.match(pattern, at)
        at = times.end() if times else at
        branches[-1].append((part, *_limits(times)))
    return branches, at


def _part(pattern: str, at: int) -> tuple[list | str, int]:
    """Return the branches of a group or the characters of a class, and the place after it."""
    if pattern[at] == "(":
        inside, end = _alternatives(pattern, at + (3 if pattern.startswith("(?:", at) else 1))
        return inside, end + (pattern[end] == ")")
    token = TOKEN.match(pattern, at)
    if not token:
        raise IndexError(at)
    if token[0] in "^$":
        return [[]], token.end()
    known = "".join(mark for mark in dict.fromkeys(PRINTABLE + token[0]) if re.fullmatch(token[0], mark))
    return known[0] and known, token.end()


def _limits(times: re.Match | None) -> tuple[int, int]:
    """Return how often a part comes, at least and at most."""
    if not times or times[0] in "?*+":
        return {"": (1, 1), "?": (0, 1), "*": (0, MORE), "+": (1, 1 + MORE)}[times[0] if times else ""]
    low = int(times[1])
    high = low if not times[2] else int(times[3] or low + MORE)
    return low, min(high, low + MORE)
