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


def grid(shown: pd.DataFrame) -> BeautifulSoup:
    return BeautifulSoup(markup.grid(shown, "Shown"), "html.parser")


def test_each_value_of_a_card_has_the_heading_of_its_column():
    page = grid(pd.DataFrame({'a "b" \\': [1], "mean_change": [2]}, index=pd.Index(["City"], name="area")))
    assert page.table["style"] == r'--c2:"A \"b\" \\";--c3:"Mean change"'
    assert len(page.tbody.find_all("td")) == 2


def test_columns_below_one_heading_begin_with_it():
    below = pd.MultiIndex.from_product([["Given", "Received"], ["n", "mean"]])
    page = grid(pd.DataFrame([[1, 2, 3, 4]], index=["City"], columns=below))
    assert page.table["style"] == '--c2:"Given: n";--c3:"Mean";--c4:"Received: n";--c5:"Mean"'
    assert ["peerbook-begins" in td.get("class", []) for td in page.find_all("td")[-4:]] == [1, 0, 1, 0]


def test_a_number_may_stand_apart_from_its_interval_and_neither_is_broken():
    page = grid(pd.DataFrame({"mean": ["0.10 (−0.5 to 0.3)"], "n": ["1,200"]}, index=["City"]))
    cells = page.tbody.find_all("td")
    assert cells[0].text == "0.10 (−0.5\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}0.3)"
    assert ["nowrap" in cell["style"] for cell in cells] == [False, True]


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
