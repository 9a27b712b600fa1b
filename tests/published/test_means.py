"""What is read as an effect, and how wide intervals are, in five rows."""

from __future__ import annotations

import pytest

from peerbook.published import decisions, interval_widths, load

STUDY = "side_by_side"
MODEL = {"table": "A4.5", "sample": "whole", "subgroup_variable": "", "subgroup_level": ""}
NAN = float("nan")


def rebuilt(**changes):
    """Give the rows of two printed models: five of them as printed, unless changed."""
    printed = load(STUDY, "associations").query("table == 'A4.5' and outcome == 'wellbeing'")
    rows = printed[printed["exposure"].isin(["types_given", "projects_attended"])].head(5)
    return {"associations": rows.assign(**changes)}


def counts(found, question):
    return found[found["question"] == question]["decision"].value_counts().to_dict()


def test_print_decides_as_print():
    found = decisions(STUDY, rebuilt())
    assert found["in_print"].equals(found["in_rebuilt"])
    assert counts(found, "an effect size is printed") == {"neither": 3, "both": 2}
    assert counts(found, "p is below 0.05") == {"both": 5}


def test_each_of_the_four_decisions():
    found = decisions(STUDY, rebuilt(effect_size=[0.2, NAN, NAN, NAN, 0.2], p_value=0.06))
    assert counts(found, "an effect size is printed") == {
        "neither": 2, "both": 1, "only print": 1, "only rebuilt": 1,
    }  # fmt: skip
    assert counts(found, "p is below 0.05") == {"only print": 5}
    assert counts(found, "p is below 0.05 and the interval leaves out zero") == {
        "only print": 2,
        "neither": 3,
    }


def test_means_that_were_not_rebuilt_decide_nothing():
    assert decisions(STUDY, rebuilt(mean=NAN)).empty
    assert decisions(STUDY, {}).empty
    assert interval_widths(STUDY, {}).empty


def test_widths_and_the_standard_errors_they_imply():
    found = interval_widths(STUDY, rebuilt(ci_low=-0.49, ci_high=0.49)).set_index("row")
    row = found.loc["whole types_given wellbeing decreased"]
    assert (row["printed_width"], row["rebuilt_width"]) == pytest.approx((1.08, 0.98))
    assert row["ratio"] == pytest.approx(0.98 / 1.08)
    assert (row["printed_se"], row["rebuilt_se"]) == pytest.approx((0.2755, 0.25), abs=1e-4)
    assert (row["near"], row["same"]) == (True, False)
    wider = interval_widths(STUDY, rebuilt(ci_low=-0.61, ci_high=0.61)).set_index("row")
    assert not wider.loc["whole types_given wellbeing decreased", "near"]
    assert interval_widths(STUDY, rebuilt())["same"].all()


def test_an_interval_printed_the_wrong_way_round_has_no_width():
    rows = load(STUDY, "associations")
    backwards = rows["ci_high"] < rows["ci_low"]
    assert backwards.sum() == 1
    assert len(interval_widths(STUDY, {"associations": rows})) == len(rows) - 1
