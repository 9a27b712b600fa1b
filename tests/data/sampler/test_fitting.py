from __future__ import annotations

from datetime import date

import pytest

from peerbook.data.sampler.fitting import answers, days, left_out, unasked
from peerbook.data.schema import Constraints, Field
from peerbook.data.values import parse
from peerbook.errors import DataError


def field(kind: str = "string", required: bool = False, **properties) -> Field:
    limits = {name: properties.pop(name) for name in ("minimum", "maximum", "pattern") if name in properties}
    constraints = Constraints(required=required, **limits)
    return Field("a", "A", type=kind, constraints=constraints, **properties)


def test_every_answer_fits_every_field_of_the_project(definitions):
    for schema in definitions.tables.values():
        for name, known in schema.fields.items():
            for key in (False, True):
                texts = answers(known, most=30, key=key)
                values = [parse(known, text) for text in texts]
                assert all(fault is None and value is not None for value, fault in values), name
                assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("known", "texts"),
    [
        (field(categories={"yes": "Yes", "no": "No"}), ["yes", "no"]),
        (field("integer", categories={"1": "One", "2": "Two", "9": "Nine"}, maximum=2), ["1", "2"]),
        (field("integer", minimum=-1, maximum=2), ["-1", "0", "1", "2"]),
        (field("integer", minimum=0.5, maximum=2.5), ["1", "2"]),
        (field("integer", minimum=0, maximum=3, missing_values={"2": "Not known"}), ["0", "1", "3"]),
        (field("integer", minimum=0, maximum=11, pattern="[0-9]{2}"), ["10", "11", "00", "01"]),
        (field("number", minimum=-1, maximum=1), [f"{tenth / 10}" for tenth in range(-10, 11)]),
        (field("number", minimum=-0.15, maximum=0.15), ["-0.15", "-0.14", "-0.13"]),
        (field("number", minimum=0.1, maximum=0.1), ["0.1"]),
        (field("boolean", true_values=("1", "x"), false_values=("", "0")), ["1", "0"]),
        (field("date", minimum="2027-02-28", maximum="2027-03-01"), ["2027-02-28", "2027-03-01"]),
        (field(pattern="(|a|b)"), ["a", "b"]),
        (field(pattern="(?!0)[0-2]"), ["1", "2"]),
        (field(missing_values={"A 2": "Not known"}), [f"A {number}" for number in (1, 3, 4, 5, 6, 7, 8)]),
    ],
)
def test_answers(known, texts):
    found = answers(known)
    assert found[: len(texts)] == texts


def test_a_narrow_range_of_numbers_has_as_many_as_are_wanted():
    texts = answers(field("number", minimum=0.001, maximum=0.002), most=50, key=True)
    assert len(texts) == 50
    assert all(0.001 <= float(text) <= 0.002 for text in texts)


def test_a_wide_range_is_spread_evenly():
    texts = [int(text) for text in answers(field("integer", minimum=0, maximum=2208))]
    assert len(texts) == 100
    assert texts[-1] > 2150


def test_keys_go_on_as_far_as_wanted():
    assert answers(field(), most=300, key=True)[-1] == "A 300"
    assert answers(field("integer", minimum=1), most=300, key=True)[-1] == "300"
    assert answers(field(pattern="[0-9]{4}"), most=300, key=True)[-1] == "0299"


@pytest.mark.parametrize(
    "known",
    [
        field("integer", minimum=-9, maximum=-9, missing_values={"-9": "Not known"}),
        field("integer", minimum=2.2, maximum=2.8),
        field("date", pattern="[0-9]"),
        field(categories={" yes": "Yes"}),
        field(pattern="(?!a)a"),
    ],
)
def test_a_field_that_nothing_fits_is_an_error(known):
    with pytest.raises(DataError, match="field 'a': no text was found that fits; expected"):
        answers(known)


def test_a_limit_that_is_no_date_is_an_error():
    with pytest.raises(DataError, match="field 'a': the limit '2027' is no date"):
        answers(field("date", minimum="2027"))


def test_a_day_limit_that_is_not_given_is_a_year_from_the_other():
    assert days(field("date", minimum="2027-01-01")) == (date(2027, 1, 1), date(2027, 12, 31))
    assert days(field("date", maximum="2027-12-31")) == (date(2027, 1, 1), date(2027, 12, 31))
    assert days(field("date", minimum="9999-12-30"))[1] == date.max
    assert days(field("date", maximum="0001-01-02"))[0] == date.min


@pytest.mark.parametrize(
    ("known", "texts", "silent"),
    [
        (field(missing_values={"": "Not answered"}), [""], ""),
        (field(missing_values={"": "Not answered", "-9": "Unreadable"}), ["", "-9"], ""),
        (field(missing_values={"-9": "Unreadable"}), ["", "-9"], "-9"),
        (field("integer", missing_values={"-9": "Unreadable"}), ["-9"], "-9"),
        (field("integer"), [], None),
        (field(), [""], ""),
        (field(required=True, missing_values={"": "Not answered"}), [], None),
        (field("boolean", true_values=("1",), false_values=("", "0")), [""], ""),
        (field("boolean", true_values=("1",), false_values=("0",)), [], "0"),
    ],
)
def test_how_a_cell_is_left_out(known, texts, silent):
    assert left_out(known) == texts
    assert unasked(known) == silent


def test_nothing_leaves_a_key_out_only_if_it_means_missing():
    assert left_out(field(missing_values={"-9": "Unreadable"}), key=True) == ["-9"]
    assert left_out(field(missing_values={"": "Not answered"}), key=True) == [""]
    assert unasked(field(), key=True) is None
    assert left_out(field(missing_values={"": "Not answered"}, left_to_cleaning=True), key=True) == []
