"""A built book of three pages, made without building: real outputs on pages as Sphinx writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure as Picture

from peerbook.exports.model import Book
from peerbook.exports.read import read_book
from peerbook.outputs import figure, table
from peerbook.outputs.output import Output
from tests.builder.conftest import write_project

PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><body><nav>Menu</nav>'
    '<article class="bd-article">{}</article></body></html>'
)
START = """<section id="start"><h1>Start<a class="headerlink" href="#start">#</a></h1>
<p>Read <a href="tiny/alpha.html#table-1">the <em>table</em></a>,
<a href="https://example.org/a?b=1&amp;c">the web</a>
and <a href="nowhere.html">nothing</a>
.</p>
<p><span class="peerbook-badge">6 of 6 checks</span> 3 people.</p>
<ul><li><p>One</p></li><li><p><strong>Two</strong></p></li></ul>
<dl class="simple"><dt id="term-Pair">Pair<a class="headerlink" href="#term-Pair">#</a></dt>
<dd><p>Two logs.</p></dd></dl>
<div class="toctree-wrapper"><p class="caption">Contents</p></div></section>"""
ALPHA = """<section id="alpha"><h1>Alpha<a class="headerlink" href="#alpha">#</a></h1>
<p>The mean is
<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><msub><mi>u</mi><mi>i</mi></msub></math>,
and <code>peerbook</code> computed it.</p>
<section id="results"><h2>Results</h2>{outputs}</section>
<details class="peerbook-how" id="how"><summary>How this page was made</summary><p>Data: none.</p>
<div class="highlight-python notranslate"><pre>show(chapter.secret())</pre></div></details></section>"""


def people() -> Output:
    """A table in two groups with columns under a common heading, one number missing."""
    index = pd.MultiIndex.from_tuples(
        [("North", "City"), ("North", "Rural"), ("South", "City")], names=["", "Area"]
    )
    columns = pd.MultiIndex.from_tuples([("People", "n"), ("People", "share"), ("Change", "mean")])
    cells = [["1,414", "12.5%", "−0.30"], ["3", "2.0%", "0.10"], ["7", "–", "1.00"]]
    shown = pd.DataFrame(cells, index, columns)
    data = pd.DataFrame({"n": [1414, 3, 7]})
    return table(
        "table-1", "People by area", data, lambda data: shown, notes=["Areas are as people gave them."]
    )


def trend(alt: str = "A line that rises from 1 to 3.") -> Output:
    """A line."""

    def draw(data: pd.DataFrame) -> Picture:
        picture = Picture(figsize=(4, 2))
        picture.subplots().plot(data["month"], data["mean"])
        return picture

    return figure(
        "fig-2", "Mean by month", lambda data: alt, pd.DataFrame({"month": [1, 2], "mean": [1, 3]}), draw
    )


def hostile() -> tuple[Output, ...]:
    """Outputs with everything that has broken a file: markup, formulas, other scripts, too much, nothing."""
    bad = '<b>x</b> #strong[y] $z$ & "q" \\ *a* _b_ `c` @d'
    cells = pd.DataFrame(
        {"said": ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3"], bad: ["日本語", "é\u0301", "😀", ""]}
    )
    wide = pd.DataFrame([range(60)] * 2, columns=[f"Measure_of_something_{n}" for n in range(60)])
    wide.insert(0, "row", ["first", "second"])
    long = pd.DataFrame({"word": ["a" * 300], "n": [1]})
    none = pd.DataFrame({"a": [], "b": []})
    return (
        table("table-h1", bad, cells, notes=[bad]),
        table("table-h2", "Very wide", wide),
        table("table-h3", "One long word", long),
        table("table-h4", "Nothing", none),
    )


def write_book(folder: Path, outputs: tuple[Output, ...], synthetic: bool = True) -> tuple[Path, Path]:
    """Write a book of a start page, a chapter with outputs and a page of downloads; return book and root."""
    root, out = write_project(folder / "project"), folder / "book"
    shown = []
    for output in outputs:
        output.save(out / "outputs" / "tiny")
        output.save(out / "html" / "tiny" / "outputs")
        shown.append(output.linked()._repr_html_())
    pages = {
        "index": START,
        "tiny/alpha": ALPHA.format(outputs="".join(shown)),
        "downloads": '<h1>Downloads</h1><div id="peerbook-downloads">\n<p>None yet.</p>\n</div>',
    }
    for name, text in pages.items():
        page = out / "html" / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGE.format(text), encoding="utf-8")
    manifest = {
        "built_at": "2026-01-02T03:04:05+00:00",
        "data": {"tiny": {"synthetic": synthetic}},
        "chapters": [{"study": "tiny", "name": "alpha", "title": "Alpha"}],
    }
    (out / "notebooks").mkdir()
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out, root


def small(folder: Path, *outputs: Output) -> Book:
    """Return a small book with these outputs, or a table and a figure."""
    return read_book(*write_book(folder, outputs or (people(), trend())))


@pytest.fixture
def place(tmp_path) -> tuple[Path, Path]:
    """Folder of a built book, and folder of its project."""
    return write_book(tmp_path, (people(), trend()))


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    """A small book."""
    return small(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def hostile_book(tmp_path_factory) -> Book:
    """A book of everything that has broken a file."""
    return small(tmp_path_factory.mktemp("hostile"), *hostile(), trend("Rises <b> & #falls"))
