"""Recodes make new questions and leave a record of whom they concerned."""

from __future__ import annotations

from peerbook.survey import banded, flagged, one_of_several


def test_bands_take_their_limits_in_and_the_first_of_two(survey):
    done = banded(survey, "band", "age", {"26-44": (26, 44), "45-65": (45, 65), "65+": (65, 120)})
    assert done.answers["band"].astype(object).where(done.answers["band"].notna(), None).tolist() == [
        "26-44", "45-65", "26-44", None, None,
    ]  # fmt: skip
    assert done.recorded()[["people", "judged"]].to_numpy().tolist() == [[3, 1]]


def test_several_ticks_become_one_by_a_rule(survey):
    both = one_of_several(survey, "one", "liked", several="both", said="Both")
    assert both.ticks("one").sum().to_dict() == {"talk": 1, "tea": 1, "both": 1}
    first = one_of_several(survey, "one", "liked")
    assert first.ticks("one").sum().to_dict() == {"talk": 2, "tea": 1}
    option = one_of_several(survey, "one", "liked", several="tea")
    assert option.ticks("one").sum().to_dict() == {"talk": 1, "tea": 2}
    assert {step.judged for step in (*both.steps, *first.steps, *option.steps)} == {1}


def test_a_flag_is_yes_or_no_of_everybody(survey):
    done = flagged(survey, "talks", "liked = talk", "Likes to talk")
    assert done.answers["talks"].tolist() == ["yes", "yes", "no", "no", "no"]
    assert done.recorded()["rule"].tolist() == ["yes where this holds, else no"]
