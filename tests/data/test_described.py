from __future__ import annotations

from dataclasses import dataclass

import pytest

from peerbook.data.described import build, read_json, read_yaml
from peerbook.errors import DataError


@dataclass(frozen=True)
class Thing:
    name: str
    missing_values: int = 0


def test_build_reads_camel_case_and_underscores():
    assert build(Thing, {"name": "a", "missingValues": 2}, "f") == Thing("a", 2)
    assert build(Thing, {"missing_values": 2}, "f", name="a") == Thing("a", 2)


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ({"name": "a", "mising_values": 1}, "f: unknown key 'mising_values'; did you mean 'missing_values'?"),
        ({"name": "a", "colour": 1}, "unknown key 'colour' Known keys: name, missing_values"),
        ({"missing_values": 1}, "f: missing name"),
        (["name"], "expected keys with values"),
    ],
)
def test_build_refuses_what_it_does_not_know(description, message):
    with pytest.raises(DataError, match=message.replace("?", r"\?")):
        build(Thing, description, "f")


def test_a_key_that_is_given_may_not_be_described_as_well():
    with pytest.raises(DataError, match="unknown key 'name'"):
        build(Thing, {"name": "b"}, "f", name="a")


def test_a_key_given_twice_is_refused(tmp_path):
    (tmp_path / "a.yml").write_text("one: 1\ntwo: 2\none: 3\n")
    with pytest.raises(DataError, match=r"a.yml, line 3: the key 'one' is given twice"):
        read_yaml(tmp_path / "a.yml")


@pytest.mark.parametrize(
    ("read", "name", "text", "message"),
    [
        (read_json, "a.json", '{"a": 1,\n}', "a.json, line 2: not valid JSON"),
        (read_yaml, "a.yml", "a: [1\nb: 2", "a.yml, line 2"),
    ],
)
def test_a_broken_file_says_where(tmp_path, read, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        read(tmp_path / name)


def test_a_missing_file_says_where_it_belongs(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_json(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"a": ' * 100_000, "nested too deeply"),
        ("a.json", '{"a": 1, "a": 2}', "the key 'a' is given twice"),
        ("a.json", '{"a": NaN}', "NaN"),
        ("a.json", "9" * 5000, "cannot be used"),
        ("a.json", '"\\ud800"', "half a letter"),
        ("a.yml", "[" * 100_000, "nested too deeply"),
        ("a.yml", "- " * 3000 + "a", "nested too deeply"),
        ("a.yml", "a: &x [1, 2]\nb: [*x, *x]", "line 2: '\\*x' refers to another place"),
        ("a.yml", "a: !!set {b}", "gives a type"),
        ("a.yml", "a: !!python/object:os.system x", "gives a type"),
        ("a.yml", "? [a]\n: b", "a key must be a word"),
        ("a.yml", "a: 2026-13-45", "cannot be used"),
        ("a.yml", "a: \0", "cannot be used"),
        ("a.yml", 'a: "\\ud800"', "half a letter"),
    ],
)
def test_what_no_description_needs_is_refused(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        (read_json if name.endswith("json") else read_yaml)(tmp_path / name)


def test_references_that_multiply_are_refused_at_once(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "a.yml").write_text("\n".join(lines))
    with pytest.raises(DataError, match="refers to another place"):
        read_yaml(tmp_path / "a.yml")


def test_a_very_long_description_is_not_read(tmp_path):
    (tmp_path / "a.yml").write_text("a: " + "x" * 5_000_001)
    with pytest.raises(DataError, match="at most 5,000,000"):
        read_yaml(tmp_path / "a.yml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_of_the_encoding_is_no_problem(tmp_path, encoding):
    (tmp_path / "a.yml").write_text("a: é", encoding=encoding)
    assert read_yaml(tmp_path / "a.yml") == {"a": "é"}


def test_a_byte_that_is_not_utf_8_says_where(tmp_path):
    (tmp_path / "a.yml").write_bytes(b"a: 1\nb: \xe9\n")
    with pytest.raises(DataError, match=r"a\.yml, line 2"):
        read_yaml(tmp_path / "a.yml")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": 5}, r"f, name: found 5; expected text \(in quotes"),
        ({"name": None}, "found None; expected text"),
        ({"name": ["a"] * 100}, r"\.\.\.; expected text"),
        ({"name": "a", "missing_values": "3"}, "expected a whole number"),
        ({"name": "a", "missing_values": True}, "expected a whole number"),
    ],
)
def test_a_value_of_another_type_is_refused(given, message):
    with pytest.raises(DataError, match=message):
        build(Thing, given, "f", strict=True)
