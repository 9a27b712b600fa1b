from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from peerbook.outputs import table

ROWS = pd.DataFrame(
    {"found": ["1 < 2", "3"], "status": ["agrees", "differs"]}, pd.Index(["a", "b"], name="cell")
)


@pytest.fixture(scope="module")
def page():
    sections = {"One & two": ROWS, "None": ROWS.iloc[:0]}
    made = table("table-x", "All rows", ROWS, lambda _: sections, choose=("status", ["agrees", "differs"]))
    return BeautifulSoup(made.markup, "html.parser")


def test_every_section_with_rows_unfolds_to_a_plain_table(page):
    assert [summary.text for summary in page.select("details > summary")] == ["One & two (2 rows)"]
    assert [row.th.text for row in page.select("tbody tr")] == ["a", "b"]
    assert page.find("td").text == "1 < 2"


def test_every_control_has_its_label_and_is_hidden_until_the_script_shows_it(page):
    form = page.find("form")
    assert form.has_attr("hidden")
    controls = {control["id"] for control in form.find_all(["select", "input"])}
    assert {label["for"] for label in form.find_all("label")} == controls
    assert [option.text for option in form.find_all("option")] == ["all", "agrees", "differs"]


def test_the_number_of_rows_left_is_announced(page):
    assert page.find("output")["role"] == "status"


def test_the_script_looks_for_the_choice_in_the_column_it_is_in(page):
    column = int(page.find(class_="peerbook-filterable")["data-column"])
    assert page.select("tbody tr")[0].find_all(["th", "td"])[column].text == "agrees"


def test_the_script_uses_only_what_the_page_has(page):
    script = page.find("script").string
    for name in ("form", "select", "input", "output", "details"):
        assert f'"{name}"' in script
        assert page.find(name) is not None
    assert "http" not in script
