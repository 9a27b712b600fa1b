from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.outputs import formats


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_every_kind_of_missing_is_an_en_dash(value):
    assert formats.count(value) == formats.number(value) == formats.p_value(value) == "–"
    assert formats.cell(value) == "–"


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-0.06, 1, "−0.1"),
        (999.94, 1, "999.9"),
        (999.96, 1, "1,000.0"),
        (-1234567.0, 0, "−1,234,567"),
        (np.float64(2.5), 2, "2.50"),
    ],
)
def test_number(value, digits, written):
    assert formats.number(value, digits) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "<0.001"),
        (0.000999, "<0.001"),
        (0.001, "0.001"),
        (0.0494, "0.049"),
        (0.0496, "0.0496"),
        (0.04996, "0.04996"),
        (0.049999999, "0.049999999"),
        (0.05, "0.050"),
        (0.0504, "0.050"),
        (0.999, "0.999"),
        (0.9991, ">0.999"),
        (1, ">0.999"),
    ],
)
def test_p_value_never_crosses_a_boundary(value, written):
    assert formats.p_value(value) == written


@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_p_value_outside_its_range_is_refused(value):
    with pytest.raises(ValueError, match="between 0 and 1"):
        formats.p_value(value)


@given(st.floats(0, 1))
def test_written_p_value_is_significant_exactly_when_the_value_is(value):
    written = formats.p_value(value).strip("<>")
    assert (float(written) < 0.05) == (value < 0.05)


def test_percentages():
    assert formats.percent(566, 703) == "80.5%"
    assert formats.percent(1, 3, digits=0) == "33%"
    assert formats.percent(0, 5) == "0.0%"
    assert formats.percent(5, 0) == formats.percent(None, 5) == "–"
    assert formats.count_percent(1364, 1414) == "1,364 (96.5%)"
    assert formats.count_percent(0, 0) == "0"


def test_intervals_and_spread():
    assert formats.mean_ci(-0.16, -0.7, 0.38) == "−0.16 (−0.70 to 0.38)"
    assert formats.mean_ci(2, np.nan, np.nan) == "2.00"
    assert formats.mean_ci(np.nan, np.nan, np.nan) == "–"
    assert formats.mean_sd(20.54, 4.63) == "20.5 (4.6)"
    assert formats.mean_sd(20.54, np.nan) == "20.5"


def test_sentences():
    assert formats.p_phrase(0.0002) == "p < 0.001"
    assert formats.p_phrase(0.05) == "p = 0.050"
    assert formats.words([]) == ""
    assert formats.words(["a", "b"]) == "a and b"
    assert formats.words(iter("abc")) == "a, b and c"
    assert formats.plural(1, "person", "people") == "1 person"
    assert formats.plural(2, "person", "people") == "2 people"
    assert formats.day(pd.Timestamp("2016-12-21")) == "21 December 2016"
    assert formats.calendar_month(date(2016, 6, 1)) == "June 2016"
    assert formats.day(pd.NaT) == "–"


@pytest.mark.parametrize(
    ("value", "column", "written"),
    [
        (np.int64(2064), "n", "2,064"),
        (2064.0, "n", "2,064"),
        (np.True_, "ticked", "yes"),
        ("a <b>", "name", "a <b>"),
        (0.0123, "mean", "0.0123"),
        (-0.5, "mean", "−0.50"),
        (0.0002, "p_value", "<0.001"),
        (pd.Timestamp("2016-03-01"), "day", "2016-03-01"),
    ],
)
def test_cells(value, column, written):
    assert formats.cell(value, column) == written


def test_headings():
    assert [formats.heading(name) for name in ("ci_low", "n", "support_type", "Kensington & Chelsea")] == [
        "CI low",
        "n",
        "Support type",
        "Kensington & Chelsea",
    ]
