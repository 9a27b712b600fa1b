"""The page that lists every claim works without a script, and the start page counts them."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from peerbook.builder.claims import COUNTED, counted, fill, write_page
from peerbook.builder.contents import read_contents
from peerbook.builder.ledger import CLAIM, ITEM, Ledger
from tests import reading

ROWS = [
    ("tiny", "people", "C001", "chapter 4", "people asked", "12", "12", "agrees", "equal", "", "table-4.1",
     "tiny/alpha.html"),
    ("tiny", "when", "", "chapter 4", "when it began", "May", "", "not computable", "the same words",
     "a fact of the programme", "text-4.1", "tiny/alpha.html"),
    ("tiny", "hope", "C002", "chapter 11", "hope <rose>", "up", "down", "differs", "the same words", "",
     "fig-9.1", ""),
]  # fmt: skip
ITEMS = [
    ("tiny", "1.T1", "table-4.1", "", "", "1", "table", "People"),
    ("tiny", "1.F1", "", "lost image", "It was not printed.", "1", "figure", "A picture"),
    ("tiny", "2.B1", "table-9", "", "", "2", "box", "A box"),
]
LEDGER = Ledger(
    pd.DataFrame(ROWS, columns=CLAIM), pd.DataFrame(ITEMS, columns=ITEM), {"tiny": {"table-4.1": "alpha"}}
)
NOTHING = Ledger(LEDGER.claims.iloc[:0], LEDGER.items.iloc[:0], {})


@pytest.fixture
def write(project, tmp_path):
    """Write the page and return its text."""

    def written(ledger=LEDGER, synthetic=True, after=("claims",)):
        contents = replace(read_contents(project), after=after)
        write_page(contents, ledger, {"tiny": synthetic}, tmp_path)
        page = tmp_path / "claims.md"
        return page.read_text(encoding="utf-8") if page.exists() else None

    return written


def test_every_claim_is_a_row_below_its_chapter_with_a_link_to_its_output(write):
    page = BeautifulSoup(write(), "html.parser")
    sections = {section.summary.get_text(): section for section in page.find_all("details")}
    assert list(sections) == ["Chapter 4 (2 rows)", "Chapter 11 (1 row)"]
    cells = [
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for section in sections.values()
        for row in section.select("tbody tr")
    ]
    assert cells == [
        ["people asked", "12", "12", "agrees", "–", "Table 4.1"],
        ["when it began", "May", "–", "not computable", "a fact of the programme", "in the text"],
        ["hope <rose>", "up", "down", "differs", "–", "Figure 9.1"],
    ]
    assert [link["href"] for section in sections.values() for link in section.find_all("a")] == [
        "tiny/alpha.html#table-4.1", "tiny/alpha.html",
    ]  # fmt: skip


def test_the_filter_is_hidden_until_a_script_shows_it_and_offers_the_statuses_there_are(write):
    form = BeautifulSoup(write(), "html.parser").find("form")
    assert form.has_attr("hidden")
    options = [option.get_text() for option in form.find_all("option")]
    assert options == ["all", "agrees", "differs", "not computable"]


def test_the_page_says_what_the_claims_rest_on(write):
    assert "Rebuilt from stand-in data" in write()
    assert "Rebuilt from your data" in write(synthetic=False)


def test_items_are_counted_by_chapter_and_exceptions_have_their_reasons(write):
    page = BeautifulSoup(write(), "html.parser")
    counts, exceptions, absent = (
        [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
        for table in page.select("table")[2:]
    )
    assert counts == [["Chapter 1", "2", "1", "1", "0"], ["Chapter 2", "1", "0", "0", "1"]]
    assert exceptions == [["A picture", "Chapter 1", "figure", "lost image", "It was not printed."]]
    assert absent == [["A box", "Chapter 2", "box", "2.B1"]]
    assert "1 of them are rebuilt" in page.get_text()


def test_the_files_can_be_taken_along(write):
    links = BeautifulSoup(write(), "html.parser").find_all("a", download=True)
    assert [link["href"] for link in links] == ["claims.csv", "items.csv"]


def test_the_start_page_counts_claims_and_says_what_made_up_data_are_worth(write):
    said = fill(f"To check. {COUNTED}", LEDGER, {"tiny": True})
    assert "3 statements of the report were checked: 1 agree, 1 differ, 1 cannot be computed." in said
    assert "no evidence" in said
    assert "no evidence" not in counted(LEDGER.claims, {"tiny": False})
    assert fill(f"To check. {COUNTED}", NOTHING, {}) == "To check. "


def test_a_book_without_claims_says_so_and_one_that_does_not_name_the_page_has_none(write, tmp_path):
    assert "Nothing in this book" in write(NOTHING)
    assert "<table" not in write(NOTHING)
    (tmp_path / "claims.md").unlink()
    assert write(after=()) is None


def test_the_words_of_the_page_are_plain(write):
    prose = re.sub(r"```.*?```|^---.*?---", "", write(), flags=re.DOTALL)
    assert reading.grade(prose) <= reading.GRADE
