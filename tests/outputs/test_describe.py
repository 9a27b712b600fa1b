from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.disclosure import WITHHELD
from peerbook.outputs import describe


def means(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["month", "n", "mean", "ci_low", "ci_high"])


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ((2, 30, 1.5, 1.0, 1.9), "falls"),
        ((2, 30, 1.5, 1.0, 2.0), "no clear change"),
        ((2, 30, 2.4, 2.0, 2.8), "no clear change"),
        ((2, 30, 2.5, 2.1, 2.9), "rises"),
        ((2, 29, 9.5, 9.0, 9.9), "too few people to say"),
        ((2, 1, 2.5, None, None), "too few people to say"),
    ],
)
def test_a_course_asks_whether_the_last_interval_leaves_out_the_first_mean(last, said):
    assert describe.course(means((1, 50, 2.0, 1.8, 2.2), last)).way == said


def test_monthly_means_say_start_end_and_extremes():
    table = means(
        (1, 50, 2.0, 1.8, 2.2), (2, 40, 2.6, 2.0, 3.2), (3, 30, 1.0, 0.5, 1.5), (4, 1, 1.2, None, None)
    )
    assert describe.monthly_means(table) == (
        "mean 2.0 (1.8 to 2.2), 50 people in month 1; mean 1.2, 1 person in month 4; "
        "highest 2.6 in month 2, lowest 1.0 in month 3; from month 1 to month 3 it falls."
    )


def test_monthly_means_of_nobody():
    assert describe.monthly_means(means()) == "nobody answered."
    assert describe.monthly_means(means((1, 0, None, None, None))) == "nobody answered."


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12))
def test_extremes_named_are_those_of_the_data(values):
    table = means(*[(i, 2, value, value - 1, value + 1) for i, value in enumerate(values, 1)])
    said = describe.monthly_means(table, digits=3)
    assert f"highest {describe.formats.number(max(values), 3)}" in said
    assert f"lowest {describe.formats.number(min(values), 3)}" in said


def test_peak():
    assert describe.peak({}, "log") == "no logs"
    assert describe.peak({"May": 2}, "person", "people") == "highest in May (2 people)"
    assert describe.peak({"May": 5, "June": 2}, "log") == "highest in May (5 logs); 2 logs in June"
    assert describe.peak(pd.Series({"May": 1, "June": 4, "July": 2}), "log") == (
        "highest in June (4 logs); 1 log in May, 2 logs in July"
    )


def test_ends_are_of_months_with_enough_people_if_there_are_any():
    many, few = [(1, 50, 2.0, 1.8, 2.2), (2, 30, 2.6, 2.0, 3.2)], [(3, 29, 9.0, 8.0, 10.0)]
    assert describe.ends(means(*many, *few)) == "2.0 in month 1, 2.6 in month 2"
    assert describe.ends(means(*few)) == "9.0 in month 3"
    assert describe.ends(means()) == "nobody answered"


def test_ends_can_be_told_from_a_frame_of_what_was_found():
    found = pd.DataFrame([describe.first_last(means((1, 50, 2.0, 1.8, 2.2), (2, 30, 2.6, 2.0, 3.2))), {}])
    told = [describe.from_to(row) for row in found.to_dict("records")]
    assert told == ["2.0 in month 1, 2.6 in month 2", "nobody answered"]


def test_the_months_of_a_reading_are_those_with_enough_people():
    table = means((1, 9, 1, 0, 2), (2, 40, 2.0, 1.8, 2.2), (5, 31, 3.0, 2.5, 3.5), (6, 9, 0, 0, 0))
    read = describe.course(table)
    assert (read.way, read.past, read.clear) == ("rises", "rose", True)
    assert read.months == "from month 2 to month 5"
    assert describe.monthly_means(table).endswith("; from month 2 to month 5 it rises.")
    assert describe.Reading("no clear change").past == "no clear change"


def test_a_headline_names_only_what_clearly_moves():
    ways = {"Hope": "rises", "Health": "falls", "Wellbeing": "rises", "Family": "no clear change"}
    readings = {name: describe.Reading(way) for name, way in ways.items()}
    assert describe.headline(readings) == "Hope and wellbeing rise, health falls"
    assert describe.headline({"Family": readings["Family"]}) == ""


def test_a_change_that_is_not_told_has_no_direction():
    assert describe.change(-2.0, told=True).past == "fell"
    assert describe.change(-2.0, told=False).way == "no clear change"


def test_where_counts_are_withheld_the_highest_is_that_of_the_others():
    counts = pd.Series({"May": WITHHELD, "June": 20.0, "July": 10.0, "August": WITHHELD})
    assert describe.peak(counts, "log") == (
        "the number of logs is withheld in 2 of 4; highest of the others in June (20 logs)"
    )


def test_where_others_are_withheld_no_count_of_nobody_is_the_highest():
    counts = pd.Series({"May": WITHHELD, "June": 0.0, "July": WITHHELD})
    assert describe.peak(counts, "person", "people") == (
        "the number of people is withheld in 2 of 3; 0 in the others"
    )
    shares = pd.Series({"Informal": WITHHELD, "Pairs": 0.0, "Groups": 0.0})
    assert describe.extremes(shares, "{:.0f}%".format) == "withheld for 1 of 3; of the others all alike (0%)"
    assert describe.extremes(shares[:1], "{:.0f}%".format) == "all are withheld"


def test_what_is_alike_is_neither_highest_nor_lowest():
    assert describe.extremes({"a": 5.0, "b": 5.0}, "{:.0f}%".format) == "all alike (5%)"
