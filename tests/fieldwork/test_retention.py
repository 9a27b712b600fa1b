"""The curve is that of the textbooks, and counts people as long as they were seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.fieldwork.retention import months_in, retention, silent
from tests.fieldwork.made import forms, known, people

# Freireich and others (1963): weeks in remission of 21 patients on 6-MP. Estimates and log-log intervals as
# in SAS/STAT, PROC LIFETEST, and in Kalbfleisch and Prentice (2002), section 1.4.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PRINTED = {
    6: (21, 0.8571, 0.6197, 0.9516),
    7: (17, 0.8067, 0.5631, 0.9228),
    10: (15, 0.7529, 0.5032, 0.8894),
    13: (12, 0.6902, 0.4316, 0.8491),
    16: (11, 0.6275, 0.3675, 0.8049),
    22: (7, 0.5378, 0.2678, 0.7468),
    23: (6, 0.4482, 0.1881, 0.6801),
}


def test_the_curve_is_that_of_the_textbooks():
    found = retention(pd.DataFrame({"months": WEEKS, "left": RELAPSED})).set_index("month")
    for week, (at_risk, *printed) in PRINTED.items():
        row = found.loc[week]
        assert row["n"] == at_risk
        assert row[["share", "ci_low", "ci_high"]].to_numpy() == pytest.approx(printed, abs=5.1e-5)
    assert found.index.tolist() == list(range(36))
    assert found.loc[0, "share"] == 1


def test_where_nobody_left_all_are_in_and_there_is_no_interval():
    found = retention(pd.DataFrame({"months": [0, 2], "left": [False, False]}))
    assert found["share"].tolist() == [1, 1, 1]
    assert found["n"].tolist() == [2, 1, 1]
    assert found["ci_low"].isna().all()


def test_where_all_left_nobody_is_in():
    found = retention(pd.DataFrame({"months": [1, 1], "left": [True, True]}))
    assert found["share"].tolist() == [1, 0]
    assert np.isnan(found["ci_high"].iloc[-1])


def test_nobody_gives_an_empty_curve():
    assert retention(pd.DataFrame({"months": [], "left": []})).empty


def test_who_left_is_known_after_two_months_more():
    registered = people(("0001", "2015-12-31"), ("0002", "2015-12-31"))
    sent_in = forms(("0001", "2015-12-31"), ("0002", "2015-12-31"), ("0002", "2016-02-15"))
    found = {
        day: months_in(known(registered, sent_in, day)).to_numpy().tolist()
        for day in ("2016-03-30", "2016-03-31", "2016-05-31")
    }
    assert found["2016-03-30"] == [["0001", 0, False], ["0002", 0, False]]
    assert found["2016-03-31"] == [["0001", 1, True], ["0002", 1, False]]
    assert found["2016-05-31"] == [["0001", 1, True], ["0002", 2, True]]


def test_who_is_silent_for_two_months_is_told_on_the_day():
    registered = people(("0001", "2015-12-31"))
    sent_in = forms(("0001", "2015-12-31"))
    # two months after 31 December is the leap day
    assert silent(known(registered, sent_in, "2016-02-28")).tolist() == []
    assert silent(known(registered, sent_in, "2016-02-29")).tolist() == ["0001"]


def test_an_early_curve_is_not_brighter_than_a_late_one():
    """Everybody leaves a month with a chance of 0.3, whenever they joined: every day has the same curve."""
    rng = np.random.default_rng(11)
    starts = pd.Timestamp("2015-10-01") + pd.to_timedelta(rng.integers(0, 240, 900), unit="D")
    registered = people(*((f"{i:04d}", f"{day:%Y-%m-%d}") for i, day in enumerate(starts)))
    sent_in = forms(
        *(
            (f"{i:04d}", f"{day + pd.DateOffset(months=month):%Y-%m-%d}")
            for i, day in enumerate(starts)
            for month in range(rng.geometric(0.3))
        )
    )
    for day in ("2016-05-31", "2016-09-30"):
        curve = retention(months_in(known(registered, sent_in, day))).set_index("month")
        assert curve.loc[3, "ci_low"] < 0.7**3 < curve.loc[3, "ci_high"]
        assert curve.loc[3, "share"] == pytest.approx(0.7**3, abs=0.05)


def test_after_the_end_of_the_study_nobody_leaves():
    registered, sent_in = people(("0001", "2016-09-10")), forms(("0001", "2016-09-10"))
    found = months_in(known(registered, sent_in, "2017-06-01", ends="2016-11-21"))
    assert found[["months", "left"]].to_numpy().tolist() == [[0, False]]
