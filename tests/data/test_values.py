from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.data.schema import Constraints, Field
from peerbook.data.values import expected, parse

BLANK = {"": "Not answered"}
ITEM = Field("a", "A", "integer", constraints=Constraints(minimum=1, maximum=5), missing_values=BLANK)
YEARS = Field("a", "A", "number", constraints=Constraints(minimum=0), missing_values=BLANK)
DAY = Field(
    "a", "A", "date", constraints=Constraints(required=True, maximum="2016-12-21"), missing_values=BLANK
)
BOX = Field("a", "A", "boolean", true_values=["1"], false_values=["", "0"])
CELL = Field(
    "a", "A", constraints=Constraints(pattern="(x|[0-9]{1,3})?"), missing_values={"-9": "Unreadable"}
)
REGION = Field("a", "A", categories={"Leeds": "Leeds", "Suffolk": "Suffolk"}, missing_values=BLANK)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (ITEM, "4", 4),
        (ITEM, " 4 ", 4),
        (ITEM, "", None),
        (ITEM, "  ", None),
        (YEARS, "2.5", 2.5),
        (YEARS, ".5", 0.5),
        (YEARS, "3", 3.0),
        (DAY, "2016-02-29", date(2016, 2, 29)),
        (BOX, "1", True),
        (BOX, "", False),
        (BOX, "0", False),
        (CELL, "x", "x"),
        (CELL, "12", "12"),
        (CELL, "", ""),
        (CELL, "-9", None),
        (REGION, "Leeds", "Leeds"),
    ],
)
def test_values_that_fit(field, text, value):
    assert parse(field, text) == (value, None)


@pytest.mark.parametrize(
    ("field", "text", "kind"),
    [
        (ITEM, "four", "wrong type"),
        (ITEM, "4.0", "wrong type"),
        (ITEM, "1_0", "wrong type"),
        (ITEM, "٣", "wrong type"),
        (ITEM, "0", "out-of-range value"),
        (ITEM, "6", "out-of-range value"),
        (ITEM, "-1", "out-of-range value"),
        (YEARS, "nan", "wrong type"),
        (YEARS, "inf", "wrong type"),
        (YEARS, "1e3", "wrong type"),
        (YEARS, "2,5", "wrong type"),
        (YEARS, "-1", "out-of-range value"),
        (DAY, "", "missing value"),
        (DAY, "2016-02-30", "unusable date"),
        (DAY, "01/03/2016", "unusable date"),
        (DAY, "2016-3-1", "unusable date"),
        (DAY, "20160301", "unusable date"),
        (DAY, "2017-01-01", "out-of-range value"),
        (BOX, "yes", "wrong type"),
        (CELL, "X", "wrong pattern"),
        (CELL, "1000", "wrong pattern"),
        (CELL, "-1", "wrong pattern"),
        (REGION, "leeds", "unknown answer"),
        (REGION, "York", "unknown answer"),
    ],
)
def test_values_that_do_not_fit(field, text, kind):
    assert parse(field, text)[1].kind == kind


def test_the_nearest_answer_is_suggested():
    assert parse(REGION, "Leads")[1].remedy == "Write 'Leeds'"
    assert "Write" not in parse(REGION, "York")[1].remedy


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (ITEM, "a whole number from 1 to 5"),
        (YEARS, "a number from 0"),
        (DAY, "a date (YYYY-MM-DD) to 2016-12-21"),
        (BOX, "one of: 1, nothing, 0"),
        (REGION, "one of: Leeds, Suffolk"),
        (Field("a", "A", categories={"yes": "Yes"}), "'yes'"),
        (
            Field("a", "A", categories={str(i): str(i) for i in range(20)}),
            "one of 20 answers, such as 0, 1, 2",
        ),
        (CELL, "text like (x|[0-9]{1,3})?"),
        (
            Field("a", "A", description="four digits", constraints=Constraints(pattern="[0-9]{4}")),
            "four digits",
        ),
    ],
)
def test_what_is_expected_is_said_in_words(field, words):
    assert expected(field) == words


@given(st.text())
def test_any_text_is_either_a_value_a_missing_code_or_a_fault(text):
    for field in (ITEM, YEARS, DAY, BOX, CELL, REGION):
        value, fault = parse(field, text)
        if fault is None and value is None:
            assert text.strip() in field.missing_values
        if fault is None and field is ITEM and value is not None:
            assert 1 <= value <= 5


@given(st.integers(1, 5), st.text(" \t", max_size=3))
def test_spaces_around_a_value_do_not_count(number, space):
    assert parse(ITEM, f"{space}{number}{space}") == (number, None)


@given(st.dates(date(1990, 1, 1), date(2016, 12, 21)))
def test_every_date_that_exists_is_read(day):
    assert parse(DAY, day.isoformat()) == (day, None)
