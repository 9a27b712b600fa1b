"""The people who answered are made up, add up to what is printed, and say so."""

from __future__ import annotations

import numpy as np
import pytest

from stand_in.make.together import make_tables
from stand_in.make.together.answers import counted, make_answers


@pytest.mark.parametrize("seed", [1, 2012])
def test_margins_are_met_whatever_the_seed(seed):
    made = make_answers(np.random.default_rng(seed))
    offers = made["q14"] != ""
    assert len(made) == 44
    assert made["q7"].eq("yes").sum() == 23
    assert (offers.sum(), (offers & made["q7"].eq("yes")).sum()) == (33, 20)
    assert made["q10"].value_counts()[["mutual", "paid", "both", "unclear"]].tolist() == [16, 4, 3, 4]
    bme = made[made["q18"] == "bme"]
    assert [len(bme), bme["q2"].eq("yes").sum(), bme["q3_identity"].eq("yes").sum()] == [14, 12, 8]
    asked = made[made["q2"] == "yes"]
    boxes = ("identity", "diagnosis", "recovery", "treatment")
    assert [asked[f"q3_{box}"].eq("yes").sum() for box in boxes] == [18, 24, 25, 19]


def test_two_people_tick_two_settings():
    made = make_answers(np.random.default_rng(1))
    boxes = made.filter(like="q15_").eq("yes")
    assert boxes.sum(axis=1).value_counts().to_dict() == {1: 31, 0: 11, 2: 2}


def test_only_a_count_that_is_the_one_possible_is_taken():
    assert counted("attends", 44) == 23
    with pytest.raises(ValueError, match="unpack"):
        counted("received_mutual", 23)


def test_every_row_says_where_it_comes_from():
    tables = make_tables()
    assert all((table["status"] != "").all() for table in tables.values())
    assert set(tables["survey/answers"]["status"]) == {"synthetic"}
