"""The curve is that of the textbooks, and counts people as long as they were seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.fieldwork.retention import months_in, retention
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


def test_who_is_silent_for_two_months_left_in_the_month_after_the_last_form():
    registered = people(("0001", "2015-12-31"), ("0002", "2015-12-31"), ("0003", "2015-12-31"))
    sent_in = forms(("0001", "2015-12-31"), ("0002", "2015-12-31"), ("0002", "2016-01-31"))
    stays = {
        day: months_in(known(registered, sent_in, day)).set_index("person_id")
        for day in ("2016-02-28", "2016-02-29")
    }
    assert not stays["2016-02-28"]["left"].any()
    # two months after 31 December is the leap day
    assert stays["2016-02-29"]["left"].to_dict() == {"0001": True, "0002": False}
    assert stays["2016-02-29"]["months"].to_dict() == {"0001": 1, "0002": 2}


def test_who_withdrew_has_left_at_once():
    registered, sent_in = people(("0001", "2016-01-10")), forms(("0001", "2016-01-10"))
    found = months_in(known(registered, sent_in, "2016-01-20", withdrawn=(("0001", "2016-01-15"),)))
    assert found["left"].tolist() == [True]


def test_after_the_end_of_the_study_nobody_leaves():
    registered, sent_in = people(("0001", "2016-11-10")), forms(("0001", "2016-11-10"))
    found = months_in(known(registered, sent_in, "2017-06-01", ends="2016-12-21"))
    assert found[["months", "left"]].to_numpy().tolist() == [[1, False]]
