from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.side_by_side.associations.grid import WHOLE, Model, fit_models, ranges_of
from peerbook.chapters.side_by_side.robustness.specification_curve import (
    LONG_GAP,
    Specification,
    distinct,
    specification_curves,
    specifications_of,
    summarise,
)
from peerbook.data import load_definitions

RANGES = ranges_of(load_definitions("side_by_side"))
PLANTED = Model(WHOLE, "types_given", "wellbeing")
PROJECTS = Model(WHOLE, "projects_attended", "hope")


@pytest.fixture(scope="module")
def findings(thirty_people):
    results = fit_models(thirty_people, [PLANTED, PROJECTS], RANGES)
    return results[results["change"] == "increased"]


@pytest.fixture(scope="module")
def curves(thirty_people, findings, definitions):
    return specification_curves(thirty_people, findings, definitions)


@pytest.mark.parametrize(
    ("model", "number"),
    [
        (PLANTED, 3 * 2 * 2 * 2 * 2 * 2),
        (Model(WHOLE, "types_given", "health"), 3 * 2 * 2 * 2 * 2),
        (Model(WHOLE, "types_given", "hope"), 3 * 2 * 2 * 2),
        (Model(WHOLE, "group_given", "hope"), 3 * 2 * 2),
        (PROJECTS, 2 * 2 * 2),
    ],
)
def test_only_choices_that_matter_are_open(definitions, model, number):
    specifications = specifications_of(model, definitions)
    assert len(set(specifications)) == len(specifications) == number
    assert Specification() in specifications


def test_the_default_specification_leaves_nothing_out(thirty_people):
    pd.testing.assert_frame_equal(Specification().select(thirty_people), thirty_people)


@pytest.mark.parametrize(
    ("choice", "left_out"),
    [
        ({"ticked": "left out"}, lambda pairs: pairs["any_ticked"]),
        ({"short": "left out"}, lambda pairs: pairs["any_short"]),
        ({"long_gaps": "left out"}, lambda pairs: pairs["days"] > LONG_GAP),
        (
            {"ticked": "left out", "short": "left out"},
            lambda pairs: pairs["any_ticked"] | pairs["any_short"],
        ),
    ],
)
def test_pairs_are_left_out_by_their_marks(thirty_people, choice, left_out):
    selected = Specification(**choice).select(thirty_people)
    pd.testing.assert_frame_equal(selected, thirty_people[~left_out(thirty_people)])


def test_the_metric_score_takes_the_place_of_the_raw_one(thirty_people):
    selected = Specification(wellbeing="metric").select(thirty_people)
    assert selected["wellbeing_change"].equals(
        thirty_people["wellbeing_metric_change"].rename("wellbeing_change")
    )
    assert not selected["wellbeing_change"].equals(thirty_people["wellbeing_change"])


def test_a_curve_holds_every_specification_once_and_marks_that_of_the_report(curves, findings):
    sizes = curves.groupby(["exposure", "outcome"]).size().to_dict()
    assert sizes == {("types_given", "wellbeing"): 96, ("projects_attended", "hope"): 8}
    own = curves[curves["main"]]
    assert own["mean"].tolist() == findings["mean"].tolist()
    assert own["effect"].tolist() == (findings["mean"] / findings["sd_change"]).tolist()


def test_the_planted_finding_holds_under_every_specification(curves):
    summary = summarise(curves).set_index("outcome")
    planted = summary.loc["wellbeing"]
    assert planted["specifications"] == 48, "two ways to count degrees of freedom do not move a mean"
    assert planted[["same_direction", "without_zero", "reading_rule"]].tolist() == [100, 100, 100]
    assert planted["lowest"] <= planted["main_effect"] <= planted["highest"]
    assert summary.loc["hope", "matters_most"] in {"ticked", "long_gaps"}


def test_two_processes_give_the_same_curves(thirty_people, findings, curves, definitions):
    hope = findings[findings["outcome"] == "hope"]
    again = specification_curves(thirty_people, hope, definitions, jobs=2)
    pd.testing.assert_frame_equal(again, curves[curves["outcome"] == "hope"].reset_index(drop=True))


def test_specifications_with_one_mean_count_once_with_the_widest_interval(curves):
    hope = curves[curves["outcome"] == "hope"]
    once = distinct(hope)
    assert len(hope) == 8
    assert len(once) == 4
    assert once["effect"].is_monotonic_increasing
    own = hope[hope["main"]].iloc[0]
    same = hope[hope["effect"].round(9) == round(own["effect"], 9)]
    kept = once[once["main"]].iloc[0]
    assert same["ddf"].tolist() == ["satterthwaite", "kenward-roger"]
    assert (kept["effect_low"], kept["effect_high"]) == (same["effect_low"].min(), same["effect_high"].max())
    assert kept["changed"] == same["changed"].all()


def test_a_choice_that_changes_nothing_is_no_specification(thirty_people, findings, definitions):
    near = thirty_people.assign(days=30)
    hope = findings[findings["outcome"] == "hope"]
    curve = specification_curves(near, hope, definitions)
    assert len(curve) == 8
    assert summarise(curve)["specifications"].tolist() == [2]
