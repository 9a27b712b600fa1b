"""Cells of made-up rows that are left out, or that do not fit so that cleaning has something to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from peerbook.data.sampler.draws import Draw, below
from peerbook.data.sampler.fitting import left_out, share_left_out, unasked
from peerbook.data.sampler.keys import key_columns
from peerbook.data.sampler.questions import box_questions
from peerbook.data.schema import Field, Schema

CODED = 0.2  # share of cells left out that have a code for missing, if nothing would do as well
DOUBTFUL = 0.02


def thinned(schema: Schema, texts: Mapping[str, np.ndarray], draw: Draw) -> dict[str, np.ndarray]:
    """Return columns with some cells left out, and some spoilt if they are left to cleaning.

    A primary key has all its cells unless the schema gives a share of its own. Boxes stay as they are: their
    question has been left out as a whole.
    """
    boxes = {box for question in box_questions(schema).values() for box in question}
    return {
        name: column if name in boxes else _thinned(schema, schema.fields[name], column, draw)
        for name, column in texts.items()
    }


def silenced(schema: Schema, texts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return columns that are left out where the form or the version does not ask for them."""
    conditions = {("form", field.form) for field in schema.fields.values()}
    conditions |= {("version", field.version) for field in schema.fields.values()}
    asks = {
        (column, value): texts[column] == value for column, value in conditions if value and column in texts
    }
    columns = dict(texts)
    for name, field in schema.fields.items():
        asked = [asks[key] for key in (("form", field.form), ("version", field.version)) if key in asks]
        silent = unasked(field, name in key_columns(schema)) if name not in schema.primary_key else None
        if asked and silent is not None:
            columns[name] = np.where(np.logical_and.reduce(asked), texts[name], silent)
    return columns


def _thinned(schema: Schema, field: Field, column: np.ndarray, draw: Draw) -> np.ndarray:
    name, key = field.name, field.name in key_columns(schema)
    codes = left_out(field, key)
    share = 0 if name in schema.primary_key and field.missing_share is None else share_left_out(field)
    if codes and share:
        gone = draw(f"{name}, left out", len(column)) < share
        column = np.where(gone, _codes(codes, draw(f"{name}, code", len(column))), column)
    if field.left_to_cleaning and not key:
        spoilt = draw(f"{name}, doubtful", len(column)) < DOUBTFUL
        column = np.where(spoilt, [_doubtful(field, text) for text in column], column)
    return column


def _codes(codes: Sequence[str], drawn: np.ndarray) -> np.ndarray:
    """Return for each row how its cell is left out: mostly with nothing, if that will do."""
    texts = np.array(codes, dtype=object)
    if codes[0] or len(codes) == 1:
        return texts[below(len(codes), drawn)]
    return np.where(drawn < CODED, texts[1:][below(len(codes) - 1, drawn / CODED)], "")


def _doubtful(field: Field, text: str) -> str:
    """Return a text as it may come from a form and does not fit: a date turned round, a question mark."""
    return "/".join(reversed(text.split("-"))) if field.type == "date" else "?"
