"""The page of a comparison: for readers of all kinds, and nothing in it comes to life."""

from __future__ import annotations

import base64
from itertools import pairwise

import pytest
from lxml import html

from peerbook.builder.compare import compare_books, read_book
from peerbook.builder.compare.page import AT_MOST, page
from peerbook.builder.compare.told import REAL, summary

EVIL = "<script>alert(1)</script>\x1b[31m"


def _page(two, tolerance=0.0):
    a, b = two.write()
    return html.fromstring(page(compare_books(read_book(a), read_book(b), tolerance)))


def _change_all(two):
    table, figure, text = two.output("table-0"), two.output("fig-1"), two.output("text-in-short-first")
    table.rows[0][3] = EVIL
    table.rows.pop()
    table.record["caption"] = EVIL
    figure.picture = "<svg><script>alert(1)</script></svg>"
    figure.rows[0][-1] = "5"
    text.record["text"] = text.record["text"].replace(".", " again.", 1)
    two.second.claims[0]["status"] = EVIL
    two.second.pages["glossary"].append("One more block.")
    two.second.outputs.remove(two.output("table-5"))


def test_words_of_the_books_are_text(two):
    _change_all(two)
    made = _page(two)
    assert not made.xpath("//script")
    assert "<script>alert(1)</script>" in made.text_content()
    assert "\x1b" not in html.tostring(made, encoding="unicode")
    sources = made.xpath("//img/@src")
    assert sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert base64.b64decode(sources[1].partition(",")[2]) == b"<svg><script>alert(1)</script></svg>"


def test_changes_are_marked_by_words_and_elements_and_not_by_colour_alone(two):
    _change_all(two)
    made = _page(two)
    assert all(each.xpath("./span[@class='hidden']") for each in made.xpath("//del | //ins"))
    row = made.xpath("//table[contains(caption, 'Rows of Table 0')]/tbody/tr")
    assert [each.xpath("string(./td[1])") for each in row] == ["changed", "removed"]
    assert row[0].xpath("string(.//del)").startswith("was ")
    assert row[0].xpath("string(.//ins)").startswith("is now ")
    assert "decoration: line-through" in made.xpath("string(//style)")


def test_the_page_has_what_assistive_technology_steers_by(two):
    _change_all(two)
    made = _page(two)
    assert made.xpath("string(/html/@lang)") == "en-GB"
    assert len(made.xpath("//h1")) == len(made.xpath("//main")) == len(made.xpath("//nav")) == 1
    levels = [int(each.tag[1]) for each in made.xpath("//h1 | //h2 | //h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(made.xpath("//img/@alt"))
    assert len(made.xpath("//img")) == len(made.xpath("//img/@alt")) == 2
    assert all(
        table.xpath("caption") and table.xpath("thead//th[@scope='col']") for table in made.xpath("//table")
    )
    ids = made.xpath("//@id")
    assert len(set(ids)) == len(ids)
    assert {each[1:] for each in made.xpath("//nav//@href")} <= set(ids)


def test_equal_books_have_a_page_that_says_so(two):
    made = _page(two)
    assert "Nothing differs in the 54 outputs" in made.text_content()
    assert not made.xpath("//del | //table")


def test_a_long_table_is_cut_and_says_so(two):
    rows = [[f"r{n}", "x", "1", "1", "1"] for n in range(AT_MOST + 7)]
    table = two.output("table-0")
    table.rows[:] = rows
    made = _page(two)
    lines = made.xpath("//table[contains(caption, 'Rows of Table 0')]/tbody/tr")
    assert len(lines) == AT_MOST
    assert "more rows differ" in made.text_content()


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_comparison_of_real_people_is_not_for_publication(two, synthetic):
    two.second.manifest["data"]["garden"]["synthetic"] = synthetic
    two.output("table-0").rows[0][3] = "5"
    a, b = two.write()
    found = compare_books(read_book(a), read_book(b))
    assert (REAL in page(found)) is not synthetic
    assert (REAL in summary(found)) is not synthetic


def test_no_path_of_a_machine_is_on_the_page(two, tmp_path):
    _change_all(two)
    assert str(tmp_path) not in html.tostring(_page(two), encoding="unicode")
