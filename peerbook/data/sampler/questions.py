"""Answers of made-up rows: every cell filled in, no answer likelier than another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from peerbook.data.sampler.draws import Draw, below
from peerbook.data.sampler.fitting import answers, share_left_out
from peerbook.data.sampler.keys import Made, Rows, key_columns, same_value
from peerbook.data.schema import Field, Schema
from peerbook.data.values import parse

ALIKE = 0.3  # share of answers that are the usual one of their parent
SECOND_TICK = 0.1
SAID_TWICE = ("region",)  # a row says what its parent says, as the rules expect


def answered(schema: Schema, rows: Rows, made: Mapping[str, Made], skipped: set[str], draw: Draw) -> dict:
    """Return the columns of text that the rows do not have yet."""
    columns = {}
    for name, field in schema.fields.items():
        if name in rows.texts or name in skipped:
            continue
        contacts = _contacts(field, len(rows))
        fits = contacts or answers(field)
        chosen = np.arange(len(rows)) if contacts else _choice(len(fits), name, rows, draw)
        columns[name] = np.array(fits, dtype=object)[chosen]
        if name in SAID_TWICE:
            columns[name] = _as_parent_says(field, columns[name], rows, made)
    for boxes in box_questions(schema).values():
        columns |= _ticked([schema.fields[name] for name in boxes], rows, draw)
    return columns


def box_questions(schema: Schema) -> dict[str, list[str]]:
    """Return the boxes of each question that has several; a box that is a key is none."""
    questions: dict[str, list[str]] = {}
    for name, field in schema.fields.items():
        if field.tick_group and field.type == "boolean" and name not in key_columns(schema):
            questions.setdefault(field.tick_group, []).append(name)
    return {question: boxes for question, boxes in questions.items() if len(boxes) > 1}


def _choice(limit: int, name: str, rows: Rows, draw: Draw) -> np.ndarray:
    """Return a whole number below `limit` for each row; some rows have that of their parent."""
    drawn = draw(name, len(rows))
    if rows.parents:
        usual = draw(f"{name}, usual", rows.group.max() + 1)[rows.group]
        drawn = np.where(draw(f"{name}, alike", len(rows)) < ALIKE, usual, drawn)
    return below(limit, drawn)


def _contacts(field: Field, number: int) -> list[str]:
    """Return made-up contact details; nothing for a column that is none or has rules of its own."""
    if not field.personal or field.type != "string" or field.categories or field.constraints.pattern:
        return []
    name = field.name.lower()
    if name.endswith("mail"):
        return [f"person{person}@example.org" for person in range(1, number + 1)]
    if name.endswith(("phone", "mobile")):
        return [f"07700 900{person % 1000:03}" for person in range(1, number + 1)]
    return [f"Person {person}, {person} Example Street, ZZ99 9ZZ" for person in range(1, number + 1)]


def _as_parent_says(field: Field, column: np.ndarray, rows: Rows, made: Mapping[str, Made]) -> np.ndarray:
    for table, places in rows.parents:
        schema, texts = made[table].schema, made[table].texts
        if field.name in schema.read_fields:
            said = texts[field.name].to_numpy(dtype=object)
            usable = same_value(field, schema.fields[field.name], said)
            return np.where(usable[places], said[places], column)
    return column


def _ticked(boxes: Sequence[Field], rows: Rows, draw: Draw) -> dict[str, np.ndarray]:
    """Return the boxes of a question: one ticked, now and then a second, none if it is not answered."""
    question = f"boxes of {boxes[0].tick_group}"
    chosen = _choice(len(boxes), question, rows, draw)
    said = draw(f"{question}, answered", len(rows)) >= max(map(share_left_out, boxes))
    columns = {}
    for place, box in enumerate(boxes):
        texts = {parse(box, text)[0]: text for text in answers(box)}
        no = "" if parse(box, "") == (False, None) else texts.get(False, texts.get(True))
        tick = (chosen == place) | (draw(f"{box.name}, too", len(rows)) < SECOND_TICK)
        columns[box.name] = np.where(tick & said, texts.get(True, no), no)
    return columns
