"""Keys of made-up rows: they do not repeat, and they lead to rows that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
import pandas as pd

from peerbook.data.sampler.draws import MOST, Draw, below, different
from peerbook.data.sampler.fitting import VOCABULARY, answers, is_open_date
from peerbook.data.sampler.links import CHILDREN
from peerbook.data.schema import Field, ForeignKey, Schema
from peerbook.data.values import parse


@dataclass(frozen=True, eq=False)
class Made:
    """A table that is made: what it looks like, and its texts."""

    schema: Schema
    texts: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Part:
    """What some columns of a row may hold together.

    Attributes
    ----------
    options : DataFrame
        One row per possibility, one column of text per column of the table.
    parents : tuple of (str, ndarray)
        Tables the columns lead to, and the row there of each possibility.
    """

    options: pd.DataFrame
    parents: tuple[tuple[str, np.ndarray], ...] = ()

    def __len__(self) -> int:
        return len(self.options)

    @property
    def name(self) -> str:
        """The first column."""
        return self.options.columns[0]

    def touches(self, names: Sequence[str]) -> bool:
        """Return whether any of these columns is here."""
        return not set(names).isdisjoint(self.options)

    def taken(self, places: np.ndarray) -> Part:
        """Return the possibilities at these places, in this order."""
        options = self.options.iloc[places].reset_index(drop=True)
        return Part(options, tuple((table, rows[places]) for table, rows in self.parents))

    def different(self, names: Sequence[str]) -> Part:
        """Return possibilities that all differ in those of these columns that are here."""
        shared = [name for name in self.options if name in names]
        return self.taken(np.flatnonzero(~self.options.duplicated(shared).to_numpy())) if shared else self

    def joined(self, other: Part) -> Part:
        """Return the possibilities of both that agree in the columns they share."""
        shared = [name for name in self.options if name in other.options]
        rows = [part.options[shared].reset_index(names="row of a part") for part in (self, other)]
        both = rows[0].merge(rows[1], on=shared)
        mine = self.taken(both["row of a part_x"].to_numpy())
        others = other.taken(both["row of a part_y"].to_numpy())
        options = pd.concat([mine.options, others.options.drop(columns=shared)], axis=1)
        return Part(options, (*mine.parents, *others.parents))


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a table while they are made.

    Attributes
    ----------
    texts : mapping of str to ndarray
        The columns so far.
    parents : sequence of (str, ndarray)
        Tables the rows lead to, and the row there of each.
    group : ndarray of int
        Numbers from 0, the same for rows of one parent; all 0 in a table without parents.
    """

    texts: Mapping[str, np.ndarray]
    parents: Sequence[tuple[str, np.ndarray]]
    group: np.ndarray

    def __len__(self) -> int:
        return len(self.group)

    def taken(self, places: np.ndarray) -> Rows:
        """Return the rows at these places, in this order."""
        texts = {name: column[places] for name, column in self.texts.items()}
        return Rows(texts, [(table, rows[places]) for table, rows in self.parents], self.group[places])


def key_columns(schema: Schema) -> set[str]:
    """Return the columns of keys, foreign ones included."""
    return {name for link in schema.foreign_keys for name in link.fields}.union(*schema.unique_keys)


def parent_parts(
    schema: Schema, links: Sequence[ForeignKey], made: Mapping[str, Made]
) -> tuple[list[Part], list[ForeignKey]]:
    """Return what the columns of links to other tables may hold, and the links that can lead nowhere."""
    parts, lost = [], []
    for link in links:
        part = _possible(schema, link, made[link.resource])
        touching = [other for other in parts if other.touches(link.fields)]
        for other in touching:
            part = other.joined(part)
        if len(part):
            parts = [other for other in parts if other not in touching] + [part]
        else:
            lost.append(link)
    return parts, lost


def same_value(field: Field, other: Field, column: np.ndarray) -> np.ndarray:
    """Return which texts of a column are a value in two fields, and the same one."""

    def value(field: Field, text: str) -> str | None:
        value, fault = parse(field, text)
        if fault or value is None:
            return None
        return text if field.left_to_cleaning else str(value)

    codes, texts = pd.factorize(column)
    values = [(value(field, text), value(other, text)) for text in texts]
    return np.array([one is not None and one == two for one, two in values], dtype=bool)[codes]


def with_keys(schema: Schema, names: Iterable[str], wanted: int) -> Schema:
    """Return the schema with these columns as keys of their own, those of them that have texts enough.

    Columns that other rows lead to are better different, though a schema may not ask it: a link then leads to
    one row, and codes with parents make a tree.
    """
    enough = {
        name
        for name in names
        if schema.fields[name].constraints.unique
        or len(answers(schema.fields[name], wanted, key=True)) == wanted
    }
    fields = {
        name: replace(field, constraints=replace(field.constraints, unique=True)) if name in enough else field
        for name, field in schema.fields.items()
    }
    return replace(schema, fields=fields)


def keyed_rows(schema: Schema, parents: list[Part], skipped: set[str], wanted: int, draw: Draw) -> Rows:
    """Return rows with their keys and the rows they lead to, those of one parent together.

    Parameters
    ----------
    parents : list of Part
        What the columns of foreign keys may hold.
    skipped : set of str
        Columns that are filled in later.
    wanted : int
        Number of rows; there are fewer if the keys allow no more.

    Notes
    -----
    A date in a key of several columns is filled in later as well, with days that differ for one parent.
    """
    dates = _dates_of_key(schema, parents)
    parts = [*parents, *_own_parts(schema, parents, skipped | dates, wanted)]
    alone, joint, free = _roles(schema, parts, dates)
    sizes = _sizes(joint, wanted // CHILDREN if dates else wanted)
    limits = [prod(sizes)] if joint and not dates else []
    number = min([wanted, *limits, *map(len, alone)])
    combined = _combinations(sizes, number, bool(dates), draw)
    codes = [  # which possibility of each part each row has
        *((part, different(number, len(part), draw, part.name)) for part in alone),
        *zip(joint, np.unravel_index(combined, sizes) if joint else [], strict=True),
        *((part, below(_few(part), draw(part.name, number))) for part in free),
    ]
    lead = next((part for part in (*joint, *free) if part.parents), None)
    if lead in free:  # joint ones are in order already
        codes = [(part, np.sort(drawn) if part is lead else drawn) for part, drawn in codes]
    of_lead = next((drawn for part, drawn in codes if part is lead), np.zeros(number))
    taken = [part.taken(drawn) for part, drawn in codes]
    texts = {name: part.options[name].to_numpy(dtype=object) for part in taken for name in part.options}
    parents_of_rows = [parent for part in taken for parent in part.parents]
    return Rows(texts, parents_of_rows, _groups(combined if dates else of_lead))


def _groups(codes: np.ndarray) -> np.ndarray:
    return np.unique(codes, return_inverse=True)[1]


def _dates_of_key(schema: Schema, parents: Sequence[Part]) -> set[str]:
    """Return the dates of a key of several columns that nothing else settles."""
    if len(schema.primary_key) < 2:
        return set()
    settled = {name for name in schema.primary_key if any(part.touches([name]) for part in parents)}
    settled |= {name for name in schema.primary_key if (name,) in schema.unique_keys}
    return {name for name in schema.primary_key if is_open_date(schema.fields[name])} - settled


def _own_parts(schema: Schema, parents: Sequence[Part], skipped: set[str], wanted: int) -> list[Part]:
    """Return what the columns of keys may hold that lead to no other table."""
    names = dict.fromkeys(name for key in schema.unique_keys for name in key if name not in skipped)
    own = [name for name in names if not any(part.touches([name]) for part in parents)]
    texts = {name: answers(schema.fields[name], wanted, key=True) for name in own}
    return [Part(pd.DataFrame({name: texts[name]}, dtype="str")) for name in own]


def _roles(
    schema: Schema, parts: Sequence[Part], dates: set[str]
) -> tuple[list[Part], list[Part], list[Part]]:
    """Return the parts that may not repeat alone, those that may not repeat together, and those that may."""
    alone: list[Part] = []
    joint: list[Part] = []
    free = list(parts)
    for key in sorted(schema.unique_keys, key=len):
        mine = [part for part in free if part.touches(key)]
        if any(part.touches(key) for part in alone):
            continue
        free = [part for part in free if part not in mine]
        differing = [part.different(key) for part in mine]
        if len(mine) == 1 and dates.isdisjoint(key):
            alone += differing
        else:
            joint += differing
    return alone, joint, free


def _sizes(joint: Sequence[Part], wanted: int) -> list[int]:
    """Return how many possibilities of each part are used: of columns a few, unless more rows are wanted."""
    sizes = [_few(part) for part in joint]
    for place in reversed(range(len(sizes))):
        others = prod(sizes[:place] + sizes[place + 1 :])
        sizes[place] = min(len(joint[place]), max(sizes[place], -(-wanted // others)))
    while prod(sizes) > MOST:
        largest = sizes.index(max(sizes))
        sizes[largest] //= 2
    return sizes


def _few(part: Part) -> int:
    return len(part) if part.parents else min(len(part), VOCABULARY)


def _combinations(sizes: Sequence[int], number: int, again: bool, draw: Draw) -> np.ndarray:
    """Return combinations of possibilities, as numbers in order; the same ones several times if `again`."""
    if again:
        return np.sort(below(prod(sizes), draw("combination", number)))
    return different(number, prod(sizes), draw, "combination")


def _possible(schema: Schema, link: ForeignKey, target: Made) -> Part:
    """Return the different keys of another table that this one may hold."""
    keys = target.texts[list(link.reference_fields)].set_axis(list(link.fields), axis=1)
    usable = ~keys.duplicated().to_numpy()
    for name, other in zip(link.fields, link.reference_fields, strict=True):
        texts = keys[name].to_numpy(dtype=object)
        usable &= same_value(schema.fields[name], target.schema.fields[other], texts)
    rows = np.flatnonzero(usable)
    return Part(keys.iloc[rows].reset_index(drop=True), ((target.schema.name, rows),))
