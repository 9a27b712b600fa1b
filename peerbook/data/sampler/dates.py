"""Dates of made-up rows: in order for the rows of one parent, and none before the parent's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from peerbook.data.sampler.draws import Draw
from peerbook.data.sampler.fitting import days, is_open_date
from peerbook.data.sampler.keys import Made, Rows
from peerbook.data.schema import Field, Schema
from peerbook.data.values import parse


def dated(schema: Schema, rows: Rows, made: Mapping[str, Made], skipped: set[str], draw: Draw) -> Rows:
    """Add the dates; those of the rows of a group are in order, on different days where there are enough.

    The days from the first possible to the last are divided into as many stretches as the group has rows, and
    each row has a day of its own stretch. Rows that still repeat a key are dropped.
    """
    first = _first_days(rows, made)
    number = pd.Series(rows.group).groupby(rows.group).cumcount().to_numpy()
    size = np.bincount(rows.group)[rows.group]
    texts = dict(rows.texts)
    for name, field in schema.read_fields.items():
        if is_open_date(field) and name not in texts and name not in skipped:
            low, high = (day.toordinal() for day in days(field))
            start = np.clip(first, low, high).astype(np.int64)
            begin, end = (edge * (high - start + 1) // size for edge in (number, number + 1))
            within = draw(name, len(rows)) * (end - begin)
            texts[name] = _written(np.minimum(start + begin + within.astype(np.int64), high))
    return _without_repeats(schema, Rows(texts, rows.parents, rows.group))


def _without_repeats(schema: Schema, rows: Rows) -> Rows:
    keys = pd.DataFrame({name: rows.texts[name] for name in schema.primary_key if name in rows.texts})
    return rows if keys.columns.empty else rows.taken(np.flatnonzero(~keys.duplicated().to_numpy()))


def _first_days(rows: Rows, made: Mapping[str, Made]) -> np.ndarray:
    """Return the number of the day that no date of a row should be before; 0 if its parents have no dates."""
    first = np.zeros(len(rows))
    for table, places in rows.parents:
        schema, texts = made[table].schema, made[table].texts
        columns = [
            _day_numbers(field, texts) for field in schema.read_fields.values() if field.type == "date"
        ]
        if columns:
            first = np.maximum(first, np.nan_to_num(np.fmin.reduce(columns))[places])
    return first


def _day_numbers(field: Field, table: pd.DataFrame) -> np.ndarray:
    codes, texts = pd.factorize(table[field.name])
    parsed = [parse(field, text)[0] for text in texts]
    return np.array([day.toordinal() if day else np.nan for day in parsed])[codes]


def _written(day_numbers: np.ndarray) -> np.ndarray:
    """Return days, counted as Python's ordinals are, as text."""
    since_1970 = day_numbers - date(1970, 1, 1).toordinal()
    return np.datetime_as_string(since_1970.astype("datetime64[D]")).astype(object)
