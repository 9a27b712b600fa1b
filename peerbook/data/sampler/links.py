"""Which table leads to which, in what order they are made, and how many rows each has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from peerbook.data.keys import target_of
from peerbook.data.sampler.fitting import left_out
from peerbook.data.schema import Field, ForeignKey, Schema
from peerbook.errors import DataError

CHILDREN = 3  # rows of a table for each row of a table it leads to


@dataclass(frozen=True)
class Links:
    """The links of all tables.

    Attributes
    ----------
    followed : mapping of str to list of ForeignKey
        By table; `resource` is the full name of the table a link leads to. No circle, but for a table that
        leads to itself.
    given_up : mapping of str to list of ForeignKey
        Declared links that would close a circle: one of their columns stays empty.
    """

    followed: Mapping[str, list[ForeignKey]]
    given_up: Mapping[str, list[ForeignKey]]

    @property
    def order(self) -> list[str]:
        """The tables, each after those it leads to."""
        return list(TopologicalSorter(_targets(self.followed)).static_order())

    def columns_led_to(self, name: str) -> set[str]:
        """Return the columns of a table that by themselves are led to, but for those that lead on."""
        keys = [
            link.reference_fields for own in self.followed.values() for link in own if link.resource == name
        ]
        onward = {column for link in self.followed[name] if link.resource != name for column in link.fields}
        return {key[0] for key in keys if len(key) == 1} - onward

    def rows(self, rows: int) -> dict[str, int]:
        """Return the number of rows of each table: a third for a table that others lead to, and so on."""
        steps = dict.fromkeys(self.followed, 0)
        for name in reversed(self.order):
            for parent in _targets(self.followed)[name]:
                steps[parent] = max(steps[parent], steps[name] + 1)
        return {name: -(-rows // CHILDREN**number) for name, number in steps.items()}


def links_of(schemas: Mapping[str, Schema]) -> Links:
    """Return the links of some tables.

    They are the foreign keys the schemas declare, and columns that have the name and the look of the key of
    another table in the same folder: `person_id` is the person's, declared or not.

    Raises
    ------
    DataError
        If required foreign keys lead in a circle.
    """
    followed = {name: [*_declared(schemas, name), *_undeclared(schemas, name)] for name in schemas}
    given_up: dict[str, list[ForeignKey]] = {name: [] for name in schemas}
    while circle := _circle(followed):
        name, link = _weakest(schemas, followed, circle)
        followed = followed | {name: [other for other in followed[name] if other is not link]}
        given_up = given_up | {name: given_up[name] + [link] * (link in _declared(schemas, name))}
    return Links(followed, given_up)


def turned(link: ForeignKey) -> list[tuple[str, str]]:
    """Return the columns of a link that have another name than the columns they lead to, and those."""
    return [pair for pair in zip(link.fields, link.reference_fields, strict=True) if pair[0] != pair[1]]


def may_stay_empty(schema: Schema, link: ForeignKey) -> list[str]:
    """Return the columns of a link that may be left out."""
    open_fields = (schema.fields[name] for name in link.fields if name not in schema.primary_key)
    return [field.name for field in open_fields if left_out(field, key=True)]


def _declared(schemas: Mapping[str, Schema], name: str) -> list[ForeignKey]:
    links = [replace(link, resource=target_of(link, name, schemas)) for link in schemas[name].foreign_keys]
    return [link for link in links if link.resource in schemas and (link.resource != name or turned(link))]


def _undeclared(schemas: Mapping[str, Schema], name: str) -> list[ForeignKey]:
    schema, found = schemas[name], {}
    linked = {column for link in schema.foreign_keys for column in link.fields}
    for other, key in _keys_nearby(schemas, name):
        free = key in schema.read_fields and key not in linked and (key,) != schema.primary_key
        if free and _alike(schema.fields[key], schemas[other].fields[key]):
            found.setdefault(key, ForeignKey((key,), other, (key,)))
    return list(found.values())


def _keys_nearby(schemas: Mapping[str, Schema], name: str) -> Iterator[tuple[str, str]]:
    """Yield the other tables of a folder that have a key of one column, and the column."""
    for other, target in schemas.items():
        neighbours = other != name and other.rpartition("/")[0] == name.rpartition("/")[0]
        if neighbours and len(target.primary_key) == 1:
            yield other, target.primary_key[0]


def _alike(field: Field, other: Field) -> bool:
    looks = [(f.type, f.constraints.pattern, f.categories, f.left_to_cleaning) for f in (field, other)]
    return looks[0] == looks[1]


def _targets(links: Mapping[str, Sequence[ForeignKey]]) -> dict[str, list[str]]:
    return {name: [link.resource for link in own if link.resource != name] for name, own in links.items()}


def _circle(links: Mapping[str, list[ForeignKey]]) -> list[str]:
    """Return tables of which each is led to by the next, the first one last again; none without a circle."""
    try:
        TopologicalSorter(_targets(links)).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def _weakest(schemas: Mapping, links: Mapping, circle: list[str]) -> tuple[str, ForeignKey]:
    """Return the link of a circle to do without: one that is not declared, or one that may be empty."""
    pairs = zip(circle[1:], circle[:-1], strict=True)
    own = [(name, link) for name, to in pairs for link in links[name] if link.resource == to]
    undeclared = [(name, link) for name, link in own if link not in _declared(schemas, name)]
    spare = undeclared + [(name, link) for name, link in own if may_stay_empty(schemas[name], link)]
    if not spare:
        raise DataError(
            f"{' and '.join(dict.fromkeys(circle))}: found required foreign keys that lead in a circle; "
            "expected one that may be empty, so that a table can be filled in first. Make one not required"
        )
    return spare[0]
