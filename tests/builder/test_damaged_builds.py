"""Whatever is wrong with data, definitions or folders, a build says so, and the last good book stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from peerbook.builder.run import Order, build
from peerbook.errors import PeerbookError
from tests.builder.conftest import write_project, write_raw

QUIET = Console(quiet=True)
GOOD = "answer_id,region,helped\n1,Leeds,yes\n2,Suffolk,no\n"
PACKAGE = {"name": "none", "title": "Nobody", "synthetic": True}
Spoil = Callable[[Order, Path], Order | None]


def answers(content: str | bytes) -> Spoil:
    def spoil(order: Order, raw: Path) -> None:
        (raw / "answers.csv").write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def package(content: str | dict) -> Spoil:
    def spoil(order: Order, raw: Path) -> None:
        text = content if isinstance(content, str) else json.dumps(PACKAGE | content)
        (raw / "datapackage.json").write_text(text)

    return spoil


def project(file: str, content: str | None) -> Spoil:
    def spoil(order: Order, raw: Path) -> None:
        place = order.root / file
        place.unlink() if content is None else place.write_text(content)

    return spoil


def out(place: Callable[[Order, Path], Path]) -> Spoil:
    from dataclasses import replace

    return lambda order, raw: replace(order, out=place(order, raw))


def data(place: Callable[[Path], Path]) -> Spoil:
    from dataclasses import replace

    return lambda order, raw: replace(order, data={"": place(raw)})


def file_at(place: Path) -> Path:
    place.write_text("x")
    return place


def folder_at(place: Path) -> Path:
    place.mkdir()
    (place / "html").mkdir()
    (place / "html" / "ours.html").write_text("x")
    return place


# What is wrong, the exit code, and a word of the message.
def unsaid(order: Order, raw: Path) -> None:
    (raw / "datapackage.json").unlink()


STOPPED: dict[str, tuple[Spoil, int, str]] = {
    "answers: removed": (lambda order, raw: (raw / "answers.csv").unlink(), 10, "no such file"),
    "answers: a folder": (
        lambda order, raw: ((raw / "answers.csv").unlink(), (raw / "answers.csv").mkdir())[2:] or None, 10,
        "no file",
    ),
    "answers: empty": (answers(""), 10, "empty file"),
    "answers: a header only": (answers(GOOD.splitlines()[0]), 10, "no rows"),
    "answers: no header": (answers(GOOD.partition("\n")[2]), 10, "missing header"),
    "answers: UTF-16": (answers(GOOD.encode("utf-16")), 10, "UTF-16"),
    "answers: UTF-16 without a mark": (answers(GOOD.encode("utf-16-le")), 10, "UTF-16"),
    "answers: cp1252": (answers(GOOD.replace("yes", "café").encode("cp1252")), 10, "not UTF-8"),
    "answers: zeros": (answers(GOOD.replace("yes", "y\0es")), 10, "zero"),
    "answers: a workbook": (answers(b"PK\x03\x04" + bytes(50)), 10, "Excel"),
    "answers: semicolons": (answers(GOOD.replace(",", ";")), 10, "semicolons"),
    "answers: a short row": (answers(GOOD + "3,Leeds\n"), 10, "ragged row"),
    "answers: an open quotation mark": (answers(GOOD + '3,"Leeds,yes\n4,Leeds,no\n'), 10, "ragged row"),
    "answers: a very long cell": (answers(GOOD + f'3,"{"x" * 140_000}",yes\n'), 10, "ragged row"),
    "answers: a word for a number": (answers(GOOD + "three,Leeds,yes\n"), 10, "wrong type"),
    "answers: a very large number": (answers(GOOD + f"{'9' * 400},Leeds,yes\n"), 10, "wrong type"),
    "answers: a key twice": (answers(GOOD + "2,Leeds,yes\n"), 10, "repeated key"),
    "answers: a key left out": (answers(GOOD + ",Leeds,yes\n"), 10, "missing value"),
    "answers: another region": (answers(GOOD + "3,leeds,yes\n"), 10, "Write 'Leeds'"),
    "answers: a column left out": (answers(GOOD.replace("helped", "x")), 10, "missing column"),
    "answers: a column twice": (answers(GOOD.replace("helped", "region")), 10, "repeated column"),
    "package: title is a number": (package({"title": 5}), 10, "title"),
    "package: title is a list": (package({"title": ["a"]}), 10, "title"),
    "package: title is very long": (package({"title": "x" * 1000}), 10, "300"),
    "package: name is an object": (package({"name": {"a": 1}}), 10, "name"),
    "package: a period of nonsense": (package({"collected": {"answers": ["a", "b"]}}), 10, "collected"),
    "package: a period of no table": (package({"collected": {"other": []}}), 10, "not a table"),
    "package: a period that is a list": (package({"collected": []}), 10, "collected"),
    "definitions: no YAML": (project("data_schema/tiny/study.yml", "a: [1"), 10, "study.yml"),
    "definitions: a number": (project("data_schema/tiny/study.yml", "title: 5"), 10, "expected text"),
    "definitions: references": (project("data_schema/tiny/study.yml", "title: &a x\nregions: [*a]"), 10,
    "refers"),
    "definitions: removed": (project("data_schema/tiny/study.yml", None), 10, "no such file"),
    "schema: no JSON": (project("data_schema/tiny/answers.schema.json", "{"), 10, "not valid JSON"),
    "schema: nested deeply": (project("data_schema/tiny/answers.schema.json", "[" * 100_000), 10, "deeply"),
    "schema: a list": (project("data_schema/tiny/answers.schema.json", "[]"), 10, "keys with values"),
    "schema: elsewhere": (
        project("data_schema/tiny/datapackage.json",
                '{"resources": [{"name": "answers", "path": "a.csv", "schema": "../../../../etc/passwd"}]}'),
        10, "outside",
    ),
    "schema: a table elsewhere": (
        project("data_schema/tiny/datapackage.json",
                '{"resources": [{"name": "../../x", "path": "x.csv", "schema": "answers.schema.json"}]}'),
        10, "letters",
    ),
    "chapters: no YAML": (project("notebooks/tiny/chapters.yml", "chapters: [1"), 11, "chapters.yml"),
    "chapters: a word": (project("notebooks/tiny/chapters.yml", "hello"), 11, "chapters.yml"),
    "chapters: a number": (project("notebooks/tiny/chapters.yml", "chapters: 5"), 11, "chapters.yml"),
    "notebook: removed": (project("notebooks/tiny/alpha.ipynb", None), 11, "alpha"),
    "notebook: no JSON": (project("notebooks/tiny/alpha.ipynb", "{"), 11, "alpha"),
    "notebook: a list": (project("notebooks/tiny/alpha.ipynb", "[]"), 11, "alpha"),
    "contents: no YAML": (project("book/contents.yml", "before: ["), 11, "contents.yml"),
    "contents: a word": (project("book/contents.yml", "hello"), 11, "contents.yml"),
    "out: the raw data": (out(lambda order, raw: raw), 11, "raw data"),
    "out: in the raw data": (out(lambda order, raw: raw / "book"), 11, "raw data"),
    "out: holds the raw data": (out(lambda order, raw: raw.parent), 11, "raw data"),
    "out: a file": (out(lambda order, raw: file_at(order.root / "x")), 13, "a file in its place"),
    "out: below a file": (out(lambda order, raw: file_at(order.root / "x") / "book"), 13, "a file"),
    "out: somebody's site": (out(lambda order, raw: folder_at(order.root / "x")), 13, "its own html"),
    "data: nowhere": (data(lambda raw: raw / "nowhere"), 10, "no such folder"),
    "data: a file": (data(lambda raw: raw / "answers.csv"), 10, "a file, not a folder"),
    "data: nobody says that they are made up": (unsaid, 15, "real people"),
}  # fmt: skip
BUILT: dict[str, tuple[Spoil, int]] = {
    "a byte order mark": (answers("\ufeff" + GOOD), 0),
    "CR LF": (answers(GOOD.replace("\n", "\r\n")), 0),
    "an unknown column": (answers(GOOD.replace("\n", ",x\n")), 1),
    "control characters": (answers(GOOD.replace("helped\n", "helped,said\n").replace("yes",
    "yes,a\x1bb").replace("no", "no,")), 2),
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    """A project with a last good book that is no book: only its manifest."""
    return write_project(tmp_path_factory.mktemp("project") / "project")


def copies(good: Path, tmp_path: Path) -> tuple[Order, Path]:
    root = tmp_path / "project"
    shutil.copytree(good, root, ignore=shutil.ignore_patterns("_vendored", "_static"))
    raw = write_raw(tmp_path / "data" / "raw")
    last = tmp_path / "book"
    (last / "html").mkdir(parents=True)
    (last / "html" / "index.html").write_text("the last good book")
    (last / "manifest.json").write_text("{}")
    return Order(out=last, data={"": raw}, root=root), raw


@pytest.mark.parametrize("name", STOPPED)
def test_a_build_that_cannot_be_says_why(good, tmp_path, name):
    order, raw = copies(good, tmp_path)
    spoil, code, word = STOPPED[name]
    spoilt = spoil(order, raw)
    with pytest.raises(PeerbookError) as error:
        build(spoilt if isinstance(spoilt, Order) else order, QUIET)
    assert error.value.exit_code == code
    assert word in str(error.value)
    assert (order.out / "html" / "index.html").read_text() == "the last good book"
    assert not list(order.out.glob(".staging*"))


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILT)
def test_what_can_be_read_is_built_and_the_corrections_are_counted(good, tmp_path, plain_render, name):
    from peerbook.data import open_folder

    order, raw = copies(good, tmp_path)
    spoil, warnings = BUILT[name]
    spoil(order, raw)
    build(order, QUIET)
    assert open_folder(raw, order.root / "data_schema" / "tiny").report.n_warnings == warnings
    assert (order.out / "outputs" / "tiny" / "table-2.csv").is_file()


def test_there_are_enough_ways():
    assert len(STOPPED) + len(BUILT) >= 50
