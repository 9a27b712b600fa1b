from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from matplotlib.figure import Figure

from peerbook.outputs import figure, markup, notices


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_no_text_from_data_becomes_a_tag(value):
    grid = markup.grid(pd.DataFrame({"n": [1], value: [value]}, index=pd.Index([value], name="row")), value)
    allowed = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
    assert {tag.name for tag in BeautifulSoup(grid, "html.parser").find_all(True)} <= allowed


@pytest.mark.parametrize("value", ["a*b*", "<i>x</i>", "[a](b)", "_x_ `y`", "a & b", "x # y"])
def test_plain_values_survive_markdown(value):
    rendered = MarkdownIt("commonmark").render(f"Region {markup.plain(value)}.")
    assert BeautifulSoup(rendered, "html.parser").p.text == f"Region {value}."


def test_a_frame_without_rows_is_a_sentence():
    page = BeautifulSoup(markup.grid(pd.DataFrame({"n": []}), "Nobody"), "html.parser")
    assert page.get_text() == "Nobody: there is nothing to show."
    assert page.table is None


def test_data_of_a_figure_are_read_without_underscores():
    data = pd.DataFrame({"x": ["types_given"], "n": [1]})
    drawn = figure("fig-1", "Two", lambda _: "Two bars.", data, lambda _: Figure())
    assert "types_given" in drawn.csv()
    assert "types given" in drawn._repr_html_()
    assert "types_given" not in BeautifulSoup(drawn._repr_html_(), "html.parser").get_text()


def test_notices_are_announced_and_different():
    banners = [notices.synthetic_notice(), notices.not_for_publication_notice()]
    assert len(set(banners)) == 2
    assert all('role="note"' in banner for banner in banners)
