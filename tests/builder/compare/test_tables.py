from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.builder.compare.tables import Table, align, read_table

COLUMNS = ("group", "n", "mean")
ROWS = (("young", "10", "1.5"), ("middle", "12", "2.5"), ("old", "14", "3.5"))


def _found(b: Table):
    """Return what each row became: pairs of row numbers, by the second table."""
    return [(pair.a, pair.b) for pair in align(Table(COLUMNS, ROWS), b).pairs]


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        (ROWS, [(0, 0), (1, 1), (2, 2)]),
        ((ROWS[0], ("new", "1", "9"), *ROWS[1:]), [(0, 0), (None, 1), (1, 2), (2, 3)]),
        (ROWS[1:], [(0, None), (1, 0), (2, 1)]),
        ((ROWS[2], ROWS[0], ROWS[1]), [(2, 0), (0, 1), (1, 2)]),
        ((("youth", "10", "1.5"), *ROWS[1:]), [(0, 0), (1, 1), (2, 2)]),
        ((("none", "77", "88"), *ROWS[1:]), [(0, None), (None, 0), (1, 1), (2, 2)]),
        ((), [(0, None), (1, None), (2, None)]),
    ],
    ids=["same", "inserted", "removed", "moved", "another label", "another row", "none left"],
)
def test_rows_are_matched_by_what_they_are_called(rows, pairs):
    assert _found(Table(COLUMNS, rows)) == pairs


@pytest.mark.parametrize(
    ("columns", "rows", "key"),
    [
        (COLUMNS, ROWS, ("group",)),
        (("n", "group"), [("1", "a"), ("2", "b")], ("group",)),
        (("wave", "mean"), [("1", "0.5"), ("2", "0.5")], ("wave",)),
        (("group", "wave", "note"), [("a", "1", ""), ("a", "2", "x"), ("b", "1", "")], ("group", "wave")),
        (("answer", "said"), [("yes", "x"), ("yes", "x")], ("answer", "said")),
        (("mean",), [("0.5",), ("0.5",)], ("mean",)),
    ],
    ids=["words", "words before numbers", "whole numbers", "no more than needed", "alike", "numbers alike"],
)
def test_the_columns_that_call_the_rows_are_found(columns, rows, key):
    table = Table(columns, tuple(map(tuple, rows)))
    assert align(table, table).key == key


def test_one_row_that_moved_is_one_that_moved():
    moved = align(Table(COLUMNS, ROWS), Table(COLUMNS, (ROWS[1], ROWS[2], ROWS[0]))).moved()
    assert [(pair.a, pair.b) for pair in moved] == [(0, 2)]


def test_columns_of_one_name_are_told_apart_and_apostrophes_before_formulas_taken_away():
    assert read_table("a,a\n'=1,2\n") == Table(("a", "a (2)"), (("=1", "2"),))
    assert read_table("") == Table()
    assert read_table("a,b\n1\n").rows == (("1", ""),)


CELLS = st.sampled_from(["a", "b", "1", "2", "0.5", ""])
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8).map(lambda rows: Table(COLUMNS, tuple(rows)))


@given(TABLES, TABLES)
def test_every_row_has_one_place_and_a_table_is_like_itself(a, b):
    pairs = align(a, b).pairs
    assert sorted(pair.a for pair in pairs if pair.a is not None) == list(range(len(a.rows)))
    assert [pair.b for pair in pairs if pair.b is not None] == list(range(len(b.rows)))
    assert [(pair.a, pair.b) for pair in align(a, a).pairs] == [(i, i) for i in range(len(a.rows))]
