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
