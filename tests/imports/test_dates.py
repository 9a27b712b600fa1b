from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.imports.dates import order_of, read_date


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-05", "", date(2026, 3, 5)),
        ("2026-03-05 10:15:00", "", date(2026, 3, 5)),
        ("2026/3/5", "", date(2026, 3, 5)),
        ("05/03/2026", "", None),
        ("05/03/2026", "day first", date(2026, 3, 5)),
        ("05/03/2026", "month first", date(2026, 5, 3)),
        ("13/03/2026", "", date(2026, 3, 13)),
        ("13/03/2026", "month first", None),
        ("5.3.26", "day first", date(2026, 3, 5)),
        ("5-3-2026", "day first", date(2026, 3, 5)),
        ("04/04/2026", "", date(2026, 4, 4)),
        ("5 March 2026", "", date(2026, 3, 5)),
        ("5th Mar 26", "", date(2026, 3, 5)),
        ("March 5, 2026", "", date(2026, 3, 5)),
        ("46086", "", date(2026, 3, 5)),
        ("31/02/2026", "day first", None),
        ("0000-00-00", "", None),
        ("March", "", None),
        ("7", "", None),
        ("", "", None),
    ],
)
def test_a_date_is_read_only_if_it_is_one_day(text, order, day):
    assert read_date(text, order) == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["05/03/2026", "13/03/2026"], "day first"),
        (["05/03/2026", "03/13/2026"], "month first"),
        (["05/03/2026", "06/03/2026"], "?"),
        (["05/03/2026", "13/03/2026", "03/13/2026"], "?"),
        (["13/03/2026", "03/13/2026"], ""),
        (["2026-03-05"], ""),
        (["04/04/2026"], ""),
        ([], ""),
    ],
)
def test_the_column_shows_which_comes_first(texts, order):
    assert order_of(texts)[0] == order


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from("/-."), st.booleans())
def test_any_day_typed_either_way_is_read_back(day, mark, short):
    year = "%y" if short else "%Y"
    assert read_date(day.strftime(f"%d{mark}%m{mark}{year}"), "day first") == day
    assert read_date(day.strftime(f"%m{mark}%d{mark}{year}"), "month first") == day
