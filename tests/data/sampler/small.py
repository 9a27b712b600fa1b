"""Small schemas, as data_schema/ would describe them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from peerbook.data import load_definitions
from peerbook.data.definitions import Definitions
from peerbook.data.schema import Constraints, Field, ForeignKey, Schema

BLANK = {"": "Not answered"}
LIMITS = ("required", "unique", "minimum", "maximum", "pattern")


def a_field(name: str, kind: str = "string", **properties) -> Field:
    """Return a field, constraints given as properties; a blank means not answered unless told otherwise."""
    limits = {key: properties.pop(key) for key in LIMITS if key in properties}
    properties = {"missing_values": BLANK} | properties
    return Field(name, name.title(), type=kind, constraints=Constraints(**limits), **properties)


def a_schema(name: str, *fields: Field, key: tuple = (), links: dict | None = None) -> Schema:
    """Return a schema; `links` leads from columns to a table and its columns."""
    foreign = tuple(ForeignKey(own, table, other) for own, (table, other) in (links or {}).items())
    return Schema(name, name.title(), {field.name: field for field in fields}, "", key, foreign)


def a_study(*schemas: Schema) -> Definitions:
    """Return the definitions of a study that has these tables only."""
    tables = {schema.name: schema for schema in schemas}
    coded = frozenset(name for name in tables if name.startswith("coding/"))
    return replace(_project(), tables=tables, optional=coded)


@cache
def _project() -> Definitions:
    return load_definitions("side_by_side")
