"""Tables on pages: nothing is cut, every column is somewhere."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.exports.fit import LONGEST, Room, breakable, ems, fit
from peerbook.exports.model import Cell, Grid, Group

ROOM = Room(50, 80)


def grid(*rows: list[str], title: str = "") -> Grid:
    written = [tuple(Cell(text, i, header=i == 0) for i, text in enumerate(row)) for row in rows]
    return Grid((written[0],), (Group(tuple(written[1:])),), title)


def test_a_narrow_table_stays_upright_and_as_narrow_as_its_text():
    (part,) = fit(grid(["Area", "n"], ["City", "3"]), ROOM)
    assert not part.turned
    assert sum(part.widths) < 12


def test_a_wider_table_is_turned():
    (part,) = fit(grid(["Row", *(f"Column{n}" for n in range(12))], ["r", *["12345678"] * 12]), ROOM)
    assert part.turned


def test_a_table_wider_than_a_page_becomes_parts_that_each_have_the_row_headings():
    headings = [f"Column{n}" for n in range(40)]
    parts = fit(grid(["Row", *headings], ["r", *["12345678"] * 40], title="T"), ROOM)
    assert [part.grid.title for part in parts] == [
        f"T, part {n} of {len(parts)}" for n in range(1, len(parts) + 1)
    ]
    assert all(part.grid.headings()[0] == "Row" and part.grid.rows[0][0].text == "r" for part in parts)
    assert [heading for part in parts for heading in part.grid.headings()[1:]] == headings
    assert all(sum(part.widths) <= ROOM.turned + 0.1 for part in parts)


def test_a_long_word_may_break():
    assert max(map(len, breakable(grid(["a"], ["b" * 100])).rows[0][0].text.split("\u200b"))) <= LONGEST


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_every_word_has_room_in_its_column(data):
    texts = st.text("abcWm i,.0–", max_size=40)
    columns = data.draw(st.integers(1, 30))
    rows = data.draw(st.lists(st.lists(texts, min_size=columns, max_size=columns), min_size=2, max_size=4))
    for part in fit(grid(*rows), ROOM):
        assert sum(part.widths) <= ROOM.turned + 0.1
        for row in (*part.grid.head, *part.grid.rows):
            for cell in row:
                longest = max(map(ems, cell.text.replace("\u200b", " ").split()), default=0)
                assert longest <= part.widths[cell.column]
