"""What a raw table must look like, read from a Frictionless Table Schema (Data Package v2).

Besides the standard's properties a field may say `personal` (never read), `freeText` (its values are never
shown in a message), `form` and `version` (asked only there), `tickGroup` (boxes of one question), `askedIf`
(the condition under which a survey asks it, as in `peerbook.survey.routing`),
`leftToCleaning` (a value that does not fit is kept as text for cleaning to judge), `optional` (the column
may be absent), `categoriesFrom` (its answers are a list of `study.yml`), `severalFrom` (so, and a cell may
hold several of them, separated by semicolons), `missingShare` (the share of cells that made-up test data
leave out) and `remedy` (what to do about a wrong value). A table may say `sampled`: false (made-up test data
leave it empty, because its cells name rows of tables that no foreign key can say).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from peerbook import paths
from peerbook.data.codes import without_lists
from peerbook.data.described import build, of_type, read_json
from peerbook.errors import DataError

TYPES = ("string", "integer", "number", "boolean", "date")
SUFFIX = ".schema.json"
FINAL = "final"  # the round of coding that counts, in `coding/segment_codes`
FROM = ("categoriesFrom", "severalFrom")
NOT_OURS = ("$schema", "name", "fieldsMatch")


@dataclass(frozen=True)
class Constraints:
    """The limits a value must keep."""

    required: bool = False
    unique: bool = False
    minimum: float | str | None = None
    maximum: float | str | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must be found in another table."""

    fields: tuple[str, ...]
    resource: str
    reference_fields: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One column of a raw table.

    Attributes
    ----------
    categories : mapping of str to str
        Allowed values and their labels; empty if any value of the type will do.
    missing_values : mapping of str to str
        Values that mean "missing", and the reason each stands for.
    missing_share : float or None
        Share of cells that a sample leaves out; None if the schema does not say.
    categories_from : str
        The list of `study.yml` that the categories are, such as "regions"; empty if they are its own.
    several_from : str
        The list of `study.yml` of which a cell may hold several, separated by semicolons.
    """

    name: str
    title: str
    type: str = "string"
    description: str = ""
    constraints: Constraints = Constraints()
    categories: Mapping[str, str] = field(default_factory=dict)
    categories_ordered: bool = False
    missing_values: Mapping[str, str] = field(default_factory=dict)
    true_values: Sequence[str] = ("true",)
    false_values: Sequence[str] = ("false",)
    personal: bool = False
    free_text: bool = False
    left_to_cleaning: bool = False
    optional: bool = False
    form: str = ""
    version: str = ""
    tick_group: str = ""
    asked_if: str = ""
    remedy: str = ""
    missing_share: float | None = None
    categories_from: str = ""
    several_from: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it says which texts may stand in it: by a type, a list of answers or a pattern."""
        return self.type != "string" or bool(self.categories or self.constraints.pattern)

    @property
    def asked_in(self) -> str:
        """The one form or version that asks this; empty if all do."""
        return self.form or self.version


@dataclass(frozen=True)
class Schema:
    """One raw table: its columns and keys.

    Attributes
    ----------
    name : str
        The table's name, such as "logs" or "coding/segments".
    fields : mapping of str to Field
        Every column, personal ones included, in the order of the file.
    sampled : bool
        Whether made-up test data have rows of it.
    """

    name: str
    title: str
    fields: Mapping[str, Field]
    description: str = ""
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    sampled: bool = True

    @property
    def unique_keys(self) -> list[tuple[str, ...]]:
        """Columns whose values, taken together, may not repeat: the primary key, and unique fields.

        A field that is personal is not among them, as it is never read.
        """
        alone = [(name,) for name, field in self.read_fields.items() if field.constraints.unique]
        return list(dict.fromkeys([*([self.primary_key] if self.primary_key else []), *alone]))

    @property
    def read_fields(self) -> dict[str, Field]:
        """The columns that may be read: all but the personal ones."""
        return {name: field for name, field in self.fields.items() if not field.personal}

    def names(self, **properties: str | bool) -> list[str]:
        """Return the names of the fields that have the given properties.

        Examples
        --------
        >>> people = {"name": Field("name", "Name", personal=True), "age": Field("age", "Age")}
        >>> Schema("people", "People", people).names(personal=True)
        ['name']
        """
        return [
            name
            for name, field in self.fields.items()
            if all(getattr(field, key) == value for key, value in properties.items())
        ]


def load_schema(path: Path, name: str = "", lists: Mapping[str, Sequence] = MappingProxyType({})) -> Schema:
    """Read one table schema.

    Parameters
    ----------
    path : Path
        The file, `<table>.schema.json`.
    name : str
        The table's name; by default that of the file.
    lists : mapping of str to sequence
        What a field may take its categories from, by `"categoriesFrom": "regions"`.

    Raises
    ------
    DataError
        If the file is missing, is not JSON, or says something unknown or contradictory.
    """
    read = of_type(read_json(path), Mapping, path.name)
    described = {key: value for key, value in read.items() if key not in NOT_OURS}
    missing = _labelled(described.pop("missingValues", [""]), f"{path.name}, missingValues")
    listed = of_type(described.get("fields", []), Sequence[Mapping], f"{path.name}, fields")
    keys = of_type(described.get("foreignKeys", []), Sequence[Mapping], f"{path.name}, foreignKeys")
    fields = [
        _field(_with_categories(item, lists, f"{path.name}, field {i}"), missing, f"{path.name}, field {i}")
        for i, item in enumerate(listed, 1)
    ]
    described |= {
        "fields": {field.name: field for field in fields},
        "primaryKey": _names(described.get("primaryKey", ()), f"{path.name}, primaryKey"),
        "foreignKeys": tuple(_foreign_key(key, path.name) for key in keys),
    }
    schema = build(Schema, described, path.name, strict=True, name=name or path.name.removesuffix(SUFFIX))
    _check(schema, len(fields), path.name)
    return schema


def coding_schema(name: str) -> Schema:
    """Read the schema of a table of coded material, which is the same for every study, such as "segments"."""
    file = paths.data_schema() / "coding" / f"{name}{SUFFIX}"
    return load_schema(file, f"coding/{name}", without_lists())


def several_of(names: Sequence[str]) -> str | None:
    """Return the pattern of cells that hold some of a list, separated by semicolons; None for any text.

    Examples
    --------
    >>> several_of(["diary", "talk"])
    '(diary|talk)(;(diary|talk))*'
    """
    either = "|".join(map(re.escape, names)).replace(r"\ ", " ")
    return f"({either})(;({either}))*" if names else None


def _with_categories(field: Any, lists: Mapping[str, Sequence], where: str) -> Any:
    """Fill in the categories that a field shares with others."""
    key = next((key for key in FROM if isinstance(field, Mapping) and key in field), "")
    if not key:
        return field
    source = of_type(field[key], str, f"{where}, {key}")
    if source not in lists:
        name = field.get("name", "?")
        raise DataError(f"{where} ('{name}'): {key} is '{source}', which study.yml does not list")
    if key == "categoriesFrom":
        return {**field, "categories": list(lists[source])}
    limits = of_type(field.get("constraints", {}), Mapping, f"{where}, constraints")
    return {**field, "constraints": {**limits, "pattern": several_of(lists[source])}}


def _field(description: Mapping, missing: Mapping[str, str], where: str) -> Field:
    own = dict(description)
    where = f"{where} ('{str(own.get('name', '?'))[:60]}')"
    own["constraints"] = _constraints(own.get("constraints", {}), where)
    own["categories"] = _labelled(own.get("categories", ()), f"{where}, categories")
    given = own.get("missingValues")
    own["missingValues"] = missing if given is None else _labelled(given, f"{where}, missingValues")
    made = build(Field, own, where, strict=True)
    if made.type not in TYPES:
        raise DataError(f"{where}: unknown type '{made.type[:60]}'; expected one of {', '.join(TYPES)}")
    limits = (made.constraints.minimum, made.constraints.maximum)
    kind = (int, float) if made.type in ("integer", "number") else str
    if any(limit is not None and not isinstance(limit, kind) for limit in limits):
        raise DataError(
            f"{where}: limits {limits}; expected them to be of the type '{made.type}', as its values"
        )
    share = made.missing_share
    if share is not None and not (isinstance(share, (int, float)) and 0 <= share <= 1):
        raise DataError(f"{where}: missingShare {share!r}; expected a share from 0 to 1")
    return made


def _constraints(description: Mapping, where: str) -> Constraints:
    constraints = build(Constraints, description, f"{where}, constraints", strict=True)
    low, high = constraints.minimum, constraints.maximum
    kinds = {str if isinstance(limit, str) else float for limit in (low, high) if limit is not None}
    if len(kinds) > 1:
        raise DataError(f"{where}: minimum {low!r} and maximum {high!r}; expected two numbers, or two dates")
    if low is not None and high is not None and low > high:
        raise DataError(f"{where}: minimum {low} is above maximum {high}")
    try:
        re.compile(constraints.pattern or "")
    except re.error as error:
        raise DataError(
            f"{where}: the pattern {constraints.pattern[:60]!r} is not valid ({error})"
        ) from error
    return constraints


def _labelled(values: Sequence, where: str) -> dict[str, str]:
    """Return value and label of `["a"]` and of `[{"value": "a", "label": "A"}]` alike."""
    of_type(values, Sequence[object | Mapping[str, object]], where)
    if any(isinstance(value, Mapping) and "value" not in value for value in values):
        raise DataError(f'{where}: expected a "value" in every part')
    pairs = [(v["value"], v.get("label", v["value"])) if isinstance(v, Mapping) else (v, v) for v in values]
    return {str(value): str(label) for value, label in pairs}


def _foreign_key(description: Mapping, where: str) -> ForeignKey:
    where = f"{where}, foreign key"
    reference = build(_Reference, description.get("reference", {}), f"{where}, reference", strict=True)
    own, theirs = _names(description.get("fields", ()), where), _names(reference.fields, where)
    if len(own) != len(theirs):
        raise DataError(f"{where}: {len(own)} fields lead to {len(theirs)}; expected as many")
    return ForeignKey(own, reference.resource, theirs)


@dataclass(frozen=True)
class _Reference:
    fields: Sequence[str] | str
    resource: str = ""


def _names(value: Any, where: str) -> tuple[str, ...]:
    of_type(value, Sequence[str] | str, where)
    return (value,) if isinstance(value, str) else tuple(value)


def _check(schema: Schema, n_fields: int, where: str) -> None:
    """Refuse a schema that contradicts itself."""
    if len(schema.fields) != n_fields:
        raise DataError(f"{where}: a field name is given twice")
    keys = [name for key in schema.foreign_keys for name in key.fields] + list(schema.primary_key)
    for name in keys:
        if name not in schema.read_fields:
            raise DataError(f"{where}: the key '{name[:60]}' is not a field that may be read")
