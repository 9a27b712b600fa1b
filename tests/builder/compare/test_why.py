from __future__ import annotations

import copy

import pytest

from peerbook.builder.compare import compare, compare_books, read_book


def _change(two, *, data=None, parameters=None, code=None, software=None):
    manifest = two.second.manifest
    chapter = manifest["chapters"][0]
    manifest["data"]["garden"]["files"] |= data or {}
    chapter["parameters"] |= parameters or {}
    chapter["code_sha256"] = code or chapter["code_sha256"]
    manifest["software"] |= software or {}
    two.output("table-0").rows[0][2] = "5555"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"data": {"beds.csv": "2"}}, "data"),
        ({"data": {"study.yml": "2"}}, "data"),
        ({"data": {"tools.csv": "2"}}, "not recorded"),
        ({"parameters": {"region": "North"}}, "choice"),
        ({"code": "other"}, "code"),
        ({"software": {"pandas": "3.0.2"}}, "software"),
        ({"software": {"nobody-needs-it": "1"}}, "not recorded"),
        ({"parameters": {"region": "North"}, "code": "other"}, "choice, code"),
    ],
    ids=[
        "a table read",
        "a file of the folder",
        "a table not read",
        "choice",
        "code",
        "software",
        "not ours",
        "two",
    ],
)
def test_the_records_say_why(two, changed, why):
    _change(two, **changed)
    found = compare(*two.write())
    assert list(found["kind"]) == ["cell"]
    assert list(found["why"]) == [why]


def test_a_chapter_that_one_book_lacks_says_whether_its_data_were_missing(two):
    gone = two.second.manifest["chapters"].pop()
    assert gone["name"] == "second"
    two.second.outputs = [made for made in two.second.outputs if made.chapter == "first"]
    two.second.manifest["left_out"] = [{"chapter": "garden/second", "reason": "there are no beds"}]
    a, b = two.write()
    found = compare(a, b)
    assert set(found[found["chapter"] == "second"]["why"]) == {"data"}
    assert (found["kind"] == "page").sum() == 1
    assert compare_books(read_book(a), read_book(b)).reasons("garden/second") == {
        "data": ("there are no beds",)
    }


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("columns", "data"),
        ("data", "data"),
        ("files", "code"),
        ("packages", "software"),
        ("", "not recorded"),
    ],
)
def test_what_a_chapter_noted_of_its_inputs_says_more_than_whole_files(two, part, why):
    parts = {name: {"one": "1", "two": "2"} for name in ("columns", "data", "files", "packages")}
    for book in (two.first, two.second):
        book.manifest["chapters"][0]["inputs"] = copy.deepcopy(parts)
    if part:
        two.second.manifest["chapters"][0]["inputs"][part]["two"] = "3"
    _change(two, data={"beds.csv": "2"}, software={"pandas": "4"})
    a, b = two.write()
    assert list(compare(a, b)["why"]) == [why]
    said = compare_books(read_book(a), read_book(b)).reasons("garden/first")
    assert said == ({why: ("two",)} if part else {})
