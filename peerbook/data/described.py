"""Descriptions of data (JSON, YAML) become frozen objects; anything unexpected in them is refused.

A description that is silently misread changes results without a trace, so a misspelt key is an error
that names the file, the place, what was found and what was expected.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml

from peerbook.choices import did_you_mean
from peerbook.errors import DataError

T = TypeVar("T")


def build(kind: type[T], description: Mapping[str, Any], where: str, **given: Any) -> T:
    """Make a frozen dataclass from a description and refuse unknown and missing keys.

    Parameters
    ----------
    kind : type
        A dataclass; its field names are the keys that may be used.
    description : mapping
        What the file says. Keys may be written in camelCase (as in JSON) or with underscores.
    where : str
        File and place, for the message.
    **given
        Fields that do not come from the description.

    Raises
    ------
    DataError
        If the description is not a mapping, has a key `kind` does not know, or lacks one it needs.
    """
    if not isinstance(description, Mapping):
        raise DataError(f"{where}: found {description!r}; expected keys with values")
    fields = {field.name: field for field in dataclasses.fields(kind) if field.name not in given}
    values = {_snake(key): value for key, value in description.items()}
    for key in values:
        if key not in fields:
            known = ", ".join(fields)
            raise DataError(f"{where}: unknown key '{key}'{did_you_mean(key, fields)} Known keys: {known}")
    needed = [name for name, field in fields.items() if not _has_default(field) and name not in values]
    if needed:
        raise DataError(f"{where}: missing {', '.join(needed)}")
    return kind(**values, **given)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds, or raise a DataError that says where it is broken."""
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name}, line {error.lineno}: not valid JSON ({error.msg})") from error


def read_yaml(path: Path, *, as_text: bool = False) -> Any:
    """Return what a YAML file holds, or raise a DataError that says where it is broken.

    With `as_text` every value and key is text as written: `no` and `0027` stay what they are.
    """
    try:
        return yaml.load(_text(path), Loader=_TextOnly if as_text else _UniqueKeys)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise DataError(f"{path.name}, line {line}: {error.problem}") from error


class _UniqueKeys(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, which YAML would let win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


class _TextOnly(_UniqueKeys):
    """A loader that takes every unquoted value for text."""

    yaml_implicit_resolvers: ClassVar[dict] = {}


def _text(path: Path) -> str:
    if not path.is_file():
        raise DataError(f"{path}: no such file; the descriptions of the data belong in {path.parent}")
    return path.read_text(encoding="utf-8")


def _snake(key: Any) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", str(key)).lower().lstrip("$")


def _has_default(field: dataclasses.Field) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing
