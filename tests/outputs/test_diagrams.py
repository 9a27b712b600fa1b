"""Boxes are joined as the arrows say, and the overlap of sets is drawn from counted combinations."""

from __future__ import annotations

import pandas as pd

from peerbook.outputs import diagrams

NODES = pd.DataFrame(
    {"label": ["Care", "Play", "Time"], "row": [0, 0, 1], "column": [0, 1, 0.5]}, index=["c", "p", "t"]
)


def arrows_of(drawn) -> list:
    return [text.arrow_patch for text in drawn.axes[0].texts if getattr(text, "arrow_patch", None)]


def joined(*pairs: tuple[str, str]) -> list[str]:
    drawn = diagrams.boxes(NODES, pd.DataFrame(pairs, columns=["from", "to"]))
    return [type(arrow.get_arrowstyle()).__name__ for arrow in arrows_of(drawn)]


def test_two_arrows_between_the_same_boxes_make_one_with_two_heads():
    assert joined(("t", "c"), ("p", "c"), ("c", "p")) == ["CurveFilledB", "CurveFilledAB"]


def test_arrows_to_boxes_that_are_not_there_are_left_out():
    assert joined(("t", "somewhere"), ("somewhere", "c")) == []


def test_boxes_need_no_arrows_and_headings_stand_over_their_columns():
    drawn = diagrams.boxes(NODES, headings=("Values", "Decisions"))
    assert [text.get_text() for text in drawn.axes[0].texts] == [
        "Values",
        "Decisions",
        "Care",
        "Play",
        "Time",
    ]
    assert arrows_of(drawn) == []


def test_combinations_leave_out_members_of_no_set():
    members = pd.DataFrame({"a": [True, False, True], "b": [False, False, True]})
    assert diagrams.combinations(members)["members"].tolist() == [1, 1]
    assert diagrams.combinations(members.iloc[:0])["members"].tolist() == []


def test_a_bar_for_each_combination_with_its_sets_below():
    combined = pd.DataFrame({"a": [True, True], "b": [False, True], "projects": [4, 2]})
    bars, sets = diagrams.overlaps(combined, "projects").axes
    assert [bar.get_height() for bar in bars.patches] == [4, 2]
    assert bars.get_ylabel() == "Projects"
    assert [label.get_text() for label in sets.get_yticklabels()] == ["a", "b"]
    filled = [line.get_xdata().tolist() for line in sets.lines if line.get_color() == "#000000"]
    assert filled[:2] == [[0, 1], [1]]
