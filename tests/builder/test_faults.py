from __future__ import annotations

import nbformat
import pandas as pd
import pytest

from peerbook.builder.faults import check_outputs, check_pages
from peerbook.errors import BookError
from peerbook.outputs import table

GOOD = '<h1 id="top">A</h1><a href="#top">up</a><a href="b.html#x%20y">b</a><img src="p.svg" alt="Hope">'
PAGES = {"a.html": GOOD, "b.html": '<p id="x y">B</p><a href="https://example.org/none">out</a>'}


def _write(folder, pages):
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def test_a_page_without_faults_passes(tmp_path):
    _write(tmp_path, PAGES)
    check_pages(tmp_path, PAGES)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ('<a href="none.html">x</a>', "the link none.html leads nowhere"),
        ('<a href="#nowhere">x</a>', "the link #nowhere leads nowhere"),
        ('<a href="b.html#y">x</a>', "the link b.html#y leads nowhere"),
        ('<img src="p.svg">', "the picture p.svg has no alternative text"),
        ('<img src="p.svg" alt=" ">', "the picture p.svg has no alternative text"),
    ],
)
def test_a_fault_says_where_it_is(tmp_path, fault, said):
    _write(tmp_path, PAGES | {"a.html": GOOD + fault})
    with pytest.raises(BookError, match=f"a.html: {said}"):
        check_pages(tmp_path, PAGES)


def _notebook(**data):
    cell = nbformat.v4.new_code_cell("show(x)")
    cell.outputs = [
        nbformat.v4.new_output("display_data", {kind.replace("_", "/"): text for kind, text in data.items()})
    ]
    return nbformat.v4.new_notebook(cells=[cell])


def test_a_table_without_a_number_is_refused_and_one_with_a_number_passes():
    frame = pd.DataFrame({"area": ["City"], "n": [3]})
    check_outputs("tiny/alpha", _notebook(text_html=table("table-1", "People", frame)._repr_html_()))
    with pytest.raises(BookError, match="tiny/alpha, cell 1: a table or picture has no number"):
        check_outputs("tiny/alpha", _notebook(text_html=frame.to_html(), text_plain="x"))


def test_a_picture_that_is_no_figure_is_refused_and_words_pass():
    check_outputs("tiny/alpha", _notebook(text_plain="'all'"))
    check_outputs("tiny/alpha", _notebook(text_html="<p>A study</p>"))
    with pytest.raises(BookError, match="no number"):
        check_outputs("tiny/alpha", _notebook(image_png="iVBORw0KGgo="))
