from __future__ import annotations

import re
from pathlib import Path

import pytest

from peerbook import paths
from peerbook.outputs import widths

CSS = Path(paths.root() / "book" / "_static" / "peerbook.css").read_text(encoding="utf-8")


def needed(columns: int, cell: str = "12", heading: str = "n", numeric: bool = True) -> str:
    found = widths.fit(["Area", "City"], [heading] * columns, [[cell]] * columns, [numeric] * columns)
    return found.table.removeprefix("peerbook-needs-")


def test_more_columns_need_more_room():
    steps = [needed(columns) for columns in (1, 8, 15, 25, 99)]
    assert steps == ["17", "28", "41", "56", "more"]


@pytest.mark.parametrize(
    ("wider", "than"),
    [
        ({"cell": "1,234,567.89"}, {"cell": "12"}),
        ({"heading": "Northamptonshire"}, {"heading": "North"}),
        ({"cell": "extraordinarily long words", "numeric": False}, {"cell": "a word", "numeric": False}),
    ],
)
def test_words_and_numbers_that_cannot_be_broken_need_room(wider, than):
    order = [*map(str, widths.STEPS), "more"]
    assert order.index(needed(6, **wider)) > order.index(needed(6, **than))


def test_a_long_text_needs_no_more_room_than_a_line_of_it():
    assert needed(2, "a word " * 99, numeric=False) == needed(2, "a word " * 9, numeric=False)


def test_a_table_wider_than_the_text_may_use_the_margin():
    found = [widths.fit(["City"], ["n"] * n, [["12"]] * n, [True] * n).around for n in (3, 30)]
    assert found == ["peerbook-grid", "peerbook-grid full-width"]


def test_the_style_sheet_knows_every_step():
    rules = re.findall(r"@container \(min-width: (\d+)rem\) \{\s*\.peerbook-needs-(\d+)", CSS)
    assert rules == [(str(step), str(step)) for step in widths.STEPS]
