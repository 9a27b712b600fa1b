"""A book rendered from what the last rendering left is that of a first rendering, byte for byte."""

from __future__ import annotations

import filecmp
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from peerbook.builder import render
from peerbook.builder.cache import Cache
from peerbook.builder.contents import read_contents
from peerbook.builder.rendering import FURNITURE
from peerbook.errors import BookError
from tests.builder.conftest import write_notebook, write_project

pytestmark = pytest.mark.slow
HEAD = {"banner": "", "running": "", "description": ""}
TABLE = '<div class="peerbook-table" id="table-1"><table><tr><td>zebra</td></tr></table></div>'
GLOSSARY = (
    "# Words\n\n```{glossary}\nPair\n  Two logs that follow each other.\n\nFitted\n  Made to fit.\n```\n"
)


@pytest.fixture
def source(tmp_path) -> Path:
    """The pages of a small book, as they are handed to Jupyter Book."""
    root = write_project(tmp_path / "project")
    book = root / "book"
    (book / "contents.yml").write_text("before: [how_to_read]\nafter: [glossary, references]\n")
    (book / "glossary.md").write_text(GLOSSARY)
    (book / "how_to_read.md").write_text(
        "(start)=\n# How to read\n\nA pair of numbers is fitted, for whoever wants to read about it.\n"
    )
    (book / "index.md").write_text(
        "# Start\n\n{cite:t}`cohen1988`, [](how_to_read.md), [](tiny/beta.ipynb)\n"
    )
    (book / "tiny").mkdir()
    for name in ("alpha", "beta"):
        write_notebook(book / "tiny" / f"{name}.ipynb", ["data = ''", f"# {name.title()}\n\nOf a pair.", "1"])
        _show(book / "tiny" / f"{name}.ipynb", TABLE)
    _furnish(root, {})
    return book


def _furnish(root: Path, heads: dict) -> None:
    contents = read_contents(root)
    known = {"tiny/alpha": HEAD, "tiny/beta": HEAD} | heads
    render.write_settings(root / "_config.yml", contents, known, root / "book")


def _show(notebook: Path, html: str) -> None:
    """Let the last cell of a notebook show HTML."""
    read = nbformat.read(notebook, as_version=4)
    read.cells[-1].outputs = [nbformat.v4.new_output("display_data", data={"text/html": html})]
    nbformat.write(read, notebook)


def _replace(page: Path, before: str, after: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert before in text
    page.write_text(text.replace(before, after), encoding="utf-8")


def _prose(book: Path) -> None:
    _replace(book / "how_to_read.md", "numbers", "okapis")


def _prose_cell(book: Path) -> None:
    _replace(book / "tiny" / "alpha.ipynb", "Of a pair", "Of many an okapi")


def _output(book: Path) -> None:
    _show(book / "tiny" / "alpha.ipynb", TABLE.replace("zebra", "okapi").replace("table-1", "table-2"))


def _description(book: Path) -> None:
    _furnish(book.parent, {"tiny/alpha": {**HEAD, "description": "In short: an okapi."}})


def _title(book: Path) -> None:
    _replace(book / "tiny" / "beta.ipynb", "# Beta", "# Gamma")


def _title_in_contents(book: Path) -> None:
    _replace(book / "how_to_read.md", "# How to read", "# Read me")
    _furnish(book.parent, {})


def _glossary(book: Path) -> None:
    _replace(book / "glossary.md", "Fitted\n", "Whoever\n")


def _label(book: Path) -> None:
    _replace(book / "how_to_read.md", "(start)=", "(begin)=")


def _reference(book: Path) -> None:
    _replace(book / "how_to_read.md", "about it", "about it in {cite:t}`cohen1988`")


def _reference_gone(book: Path) -> None:
    _replace(book / "index.md", "{cite:t}`cohen1988`, ", "")


def _headings(book: Path) -> None:
    _replace(book / "how_to_read.md", "A pair", "## Pairs\n\n### Of two\n\nA pair")


def _style(book: Path) -> None:
    (book / "_static" / "pages.css").write_text("p { color: black; }")


def _template(book: Path) -> None:
    _replace(book / "_templates" / "search.html", "<h1>Search</h1>", "<h1>Find</h1>")


def _page(book: Path) -> None:
    (book / "new.md").write_text("# New\n\nA pair.\n")
    (book / "contents.yml").write_text("before: [how_to_read, new]\nafter: [glossary, references]\n")
    _furnish(book.parent, {})


def _picture(book: Path) -> None:
    (book / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    _replace(book / "how_to_read.md", "A pair", "![A dot](dot.svg)\n\nA pair")


def _picture_gone(book: Path) -> None:
    (book / "dot.svg").unlink()
    _replace(book / "how_to_read.md", "![A dot](dot.svg)\n\n", "")


def _included(book: Path) -> None:
    _replace(book / "index.md", "# Start\n", "# Start\n\n```{include} glossary.md\n:start-line: 9\n```\n")


def _of_included(book: Path) -> None:
    with (book / "glossary.md").open("a") as file:
        file.write("\nMore about okapis.\n")


def _nothing(book: Path) -> None:
    pass


# Edits that follow each other in one book: each time only what has to be is made again. With each: how many
# pages are written, besides the first, which Sphinx always writes; None where it does not matter.
EDITS: dict[str, tuple[tuple[Callable[[Path], None], int | None], ...]] = {
    "of one page": (
        (_nothing, 0),
        (_prose, 1),
        (_prose_cell, 1),
        (_output, 1),
        (_description, 1),
        (_headings, 1),
    ),
    "that others show": (
        (_title, 5),
        (_title_in_contents, 5),
        (_glossary, 5),
        (_label, 5),
        (_reference, None),
        (_reference_gone, None),
    ),
    "of what stands around": ((_style, 5), (_template, 5)),
    "of other files": (
        (_picture, 5),
        (_picture_gone, 5),
        (_included, None),
        (_of_included, None),
        (_page, 6),
    ),
}


def _rendered(source: Path, out: Path) -> Path:
    html = out / "html"
    if html.exists():
        shutil.rmtree(html)
    out.mkdir(exist_ok=True)
    cache = Cache(out / ".cache")
    with render.rendering(source, html, cache.folder):
        pass
    cache.keep()
    return html


def _differing(one: Path, other: Path) -> list[str]:
    names = {file.relative_to(folder) for folder in (one, other) for file in folder.rglob("*")}
    files = [name for name in names if (one / name).is_file() or (other / name).is_file()]
    _, differ, missing = filecmp.cmpfiles(one, other, files, shallow=False)
    return sorted(map(str, [*differ, *missing]))


def _written_at(cache: Cache) -> dict[str, int]:
    pages = [*cache.html.glob("*.html"), *cache.html.glob("tiny/*.html")]
    return {page.name: page.stat().st_mtime_ns for page in pages if page.stem not in ("index", "search")}


@pytest.mark.parametrize("kind", EDITS)
def test_every_edit_gives_the_pages_of_a_first_rendering(source, tmp_path, kind):
    _rendered(source, tmp_path / "out")
    cache = Cache(tmp_path / "out" / ".cache")
    for edit, expected in EDITS[kind]:
        before = _written_at(cache)
        edit(source)
        html = _rendered(source, tmp_path / "out")
        first = _rendered(source, tmp_path / edit.__name__)
        assert _differing(html, first) == [], edit.__name__
        again = [page for page, time in _written_at(cache).items() if time != before.get(page)]
        assert expected in (None, len(again)), (edit.__name__, again)


def test_what_a_page_no_longer_says_is_in_no_file(source, tmp_path):
    _replace(source / "how_to_read.md", "numbers", "quokkas")
    _show(source / "tiny" / "alpha.ipynb", TABLE.replace("zebra", "numbat"))
    _rendered(source, tmp_path / "out")
    said = (b"quokka", b"numbat")
    assert all(any(word in file.read_bytes() for file in _files(tmp_path / "out")) for word in said)
    _replace(source / "how_to_read.md", "quokkas", "numbers")
    _show(source / "tiny" / "alpha.ipynb", TABLE)
    _rendered(source, tmp_path / "out")
    assert [
        file.name for file in _files(tmp_path / "out") if any(word in file.read_bytes() for word in said)
    ] == []


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_what_cannot_be_read_of_the_last_rendering_is_made_again(source, tmp_path):
    first = _rendered(source, tmp_path / "first")
    _rendered(source, tmp_path / "out")
    cache = Cache(tmp_path / "out" / ".cache")
    for broken in (cache.doctrees / "environment.pickle", cache.doctrees / "words.pickle"):
        broken.write_bytes(b"nothing")
        cache.describe()  # so that no size or time tells
        _replace(source / "how_to_read.md", "numbers", "okapis")
        _rendered(source, tmp_path / "out")
        _replace(source / "how_to_read.md", "okapis", "numbers")
        assert _differing(_rendered(source, tmp_path / "out"), first) == []


def test_a_warning_about_a_page_that_did_not_change_stops_the_book(source, tmp_path):
    _replace(source / "index.md", "{cite:t}`cohen1988`", "{ref}`Here <start>`")
    _rendered(source, tmp_path / "out")
    _replace(source / "how_to_read.md", "(start)=", "")
    shutil.rmtree(tmp_path / "out" / "html")
    with (
        pytest.raises(BookError, match=r"index\.md.*start"),
        render.rendering(source, tmp_path / "out" / "html", tmp_path / "out" / ".cache"),
    ):
        pass
    assert not (tmp_path / "out" / ".cache").exists()


def test_no_configuration_says_what_stands_around_pages(source):
    around = json.loads((source / FURNITURE).read_text(encoding="utf-8"))
    assert "Beta" in json.dumps(around)
    assert "Beta" not in (source / "_config.yml").read_text(encoding="utf-8")
