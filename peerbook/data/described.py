"""Descriptions of data (JSON, YAML) become frozen objects; anything unexpected in them is refused.

A description that is silently misread changes results without a trace, so a misspelt key is an error
that names the file, the place, what was found and what was expected.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ClassVar, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from peerbook.choices import did_you_mean
from peerbook.errors import DataError
from peerbook.inert import printable

T = TypeVar("T")
LARGEST = 5_000_000  # bytes of a description
LONGEST = 4_000  # letters of a text in one


def build(
    kind: type[T], description: Mapping[str, Any], where: str, *, strict: bool = False, **given: Any
) -> T:
    """Make a frozen dataclass from a description and refuse unknown and missing keys.

    Parameters
    ----------
    kind : type
        A dataclass; its field names are the keys that may be used.
    description : mapping
        What the file says. Keys may be written in camelCase (as in JSON) or with underscores.
    where : str
        File and place, for the message.
    strict : bool
        Whether each value must be of the type that the dataclass says; otherwise the caller checks them.
    **given
        Fields that do not come from the description.

    Raises
    ------
    DataError
        If the description is not a mapping, has a key `kind` does not know, lacks one it needs, or, being
        strict, has a value of another type.
    """
    if not isinstance(description, Mapping):
        raise DataError(f"{where}: found {_short(description)}; expected keys with values")
    fields = {field.name: field for field in dataclasses.fields(kind) if field.name not in given}
    values = {_snake(key): value for key, value in description.items()}
    for key in values:
        if key not in fields:
            known = ", ".join(fields)
            raise DataError(
                f"{where}: unknown key '{key[:60]}'{did_you_mean(key, fields)} Known keys: {known}"
            )
    needed = [name for name, field in fields.items() if not _has_default(field) and name not in values]
    if needed:
        raise DataError(f"{where}: missing {', '.join(needed)}")
    if strict:
        for key, value in values.items():
            of_type(value, _hints(kind)[key], f"{where}, {key}")
    return kind(**values, **given)


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def of_type(value: Any, hint: Any, where: str) -> Any:
    """Return a value of a description, or refuse it if it is of another type.

    Parameters
    ----------
    value
    hint : type
        A type as in an annotation, such as `Sequence[str]`; its parts are checked as well.
    where : str
        File and place, for the message.

    Raises
    ------
    DataError
        With the beginning of what was found, and what was expected.

    Examples
    --------
    >>> of_type(["North"], Sequence[str], "study.yml, regions")
    ['North']
    """
    if not _fits(value, hint):
        raise DataError(f"{where}: found {_short(value)}; expected {_in_words(hint)}")
    return value


def first_and_last(
    value: Any, where: str, example: str, read: Callable[[Any], date] = date.fromisoformat
) -> tuple[str, str]:
    """Return two days of a description, such as `("2026-01-01", "2026-12-31")`, or refuse what is none.

    Parameters
    ----------
    value
    where : str
        File and place, for the message.
    example : str
        What is expected, as it is written in this file.
    read : callable
        Makes a date of a day as the file has it; by default it is text.

    Raises
    ------
    DataError
        With what was found, if it is not two days, or the second is before the first.
    """
    try:
        first, last = map(read, value)
    except (TypeError, ValueError):
        first, last = date.max, date.min
    if first > last:
        raise DataError(f"{where}: found {value!r}; expected the first and the last day, such as {example}")
    return first.isoformat(), last.isoformat()


def _fits(value: Any, hint: Any) -> bool:
    """Say whether a value is of a type, and so are the parts of a list or the values of a mapping."""
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind is Any:
        return True
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if kind in (str, bool) or kind is NoneType:
        return isinstance(value, kind)
    if kind in (int, float):
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return isinstance(value, Mapping) and all(_fits(part, parts[1]) for part in value.values() if parts)
    if kind is object:
        return not isinstance(value, (Mapping, list, tuple))
    if isinstance(kind, type) and issubclass(kind, Sequence):
        listed = isinstance(value, (list, tuple))
        return listed and all(_fits(part, parts[0]) for part in value if parts)
    return True


def _in_words(hint: Any) -> str:
    """Name a type for people who write descriptions."""
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return " or ".join(_in_words(part) for part in parts)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return "keys with values"
    if kind is not str and isinstance(kind, type) and issubclass(kind, Sequence):
        return "a list" + (" of text" if parts and parts[0] is str else "")
    words = {
        object: "one value",
        str: "text (in quotes, if it looks like a number or a date)",
        bool: "true or false",
    }
    return (words | {int: "a whole number", float: "a number", NoneType: "nothing"}).get(kind, str(kind))


def _short(value: Any) -> str:
    """Write a value for a message: its beginning, as it may be long."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:60]} ..."


def read_json(path: Path) -> Any:
    """Return what a JSON file holds, or raise a DataError that says where it is broken."""
    text = _text(path)
    try:
        return _whole(json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant))
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name}, line {error.lineno}: not valid JSON ({error.msg})") from error
    except (RecursionError, ValueError) as error:
        raise DataError(f"{path.name}: {_why(error)}") from error


def read_yaml(path: Path, *, as_text: bool = False) -> Any:
    """Return what a YAML file holds, or raise a DataError that says where it is broken.

    With `as_text` every value and key is text as written: `no` and `0027` stay what they are.
    """
    text = _text(path)
    try:
        return _whole(yaml.load(text, Loader=_TextOnly if as_text else _Plain))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise DataError(f"{path.name}, line {line}: {error.problem}") from error
    except (RecursionError, ValueError, yaml.YAMLError) as error:
        raise DataError(f"{path.name}: {_why(error)}") from error


def _whole(value: Any) -> Any:
    """Return what was read, or refuse letters that no file or no page can hold."""
    if isinstance(value, str):
        value.encode("utf-8")
        if len(value) > LONGEST:
            raise ValueError(f"a text of {len(value):,} letters; at most {LONGEST:,} are read")
        if printable(value) != value:
            raise ValueError("a character that no page can show")
    elif isinstance(value, dict):
        for part in (*value, *value.values()):
            _whole(part)
    elif isinstance(value, list):
        for part in value:
            _whole(part)
    return value


def _why(error: Exception) -> str:
    """Say in words why a description cannot be read, and what to do."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply; expected a few levels. Write it again"
    if isinstance(error, UnicodeEncodeError):
        return "half a letter (\\ud800 to \\udfff alone). Write the letter itself"
    return f"a value that cannot be used ({str(error).splitlines()[0][:100]}). Correct it"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object, and refuse a key given twice, which JSON would let win silently."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key '{twice}' is given twice")
    return made


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


class _Plain(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, which YAML would let win silently.

    It also refuses references (`*name`), a few lines of which can stand for more text than a machine holds,
    and types (`!!set`), which no description needs.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            self._refuse(f"'*{event.anchor}' refers to another place; write the value out", event)
        if getattr(event, "tag", None):
            self._refuse(f"'{event.tag}' gives a type; write the value without it", event)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse("a key must be a word", key_node)
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                self._refuse(f"the key {key!r} is given twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

    def _refuse(self, found: str, place: yaml.Event | yaml.Node) -> NoReturn:
        raise yaml.constructor.ConstructorError(None, None, found, place.start_mark)


class _TextOnly(_Plain):
    """A loader that takes every unquoted value for text."""

    yaml_implicit_resolvers: ClassVar[dict] = {}


def _text(path: Path) -> str:
    """Return the text of a description, without a byte order mark."""
    try:
        if not path.is_file():
            raise DataError(f"{path}: no such file; the descriptions of the data belong in {path.parent}")
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path.name}: found {path.stat().st_size:,} bytes; expected at most {LARGEST:,}")
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path.name[:60]}: it cannot be read ({error.strerror}). Check its name and who may read it"
        ) from error
    try:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path.name}, line {line}: a byte that is not UTF-8. Save the file as UTF-8"
        ) from error


def _snake(key: Any) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", str(key)).lower().lstrip("$")


def _has_default(field: dataclasses.Field) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing
