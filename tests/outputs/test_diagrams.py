"""Boxes are joined as the arrows say, and the overlap of sets is drawn from counted combinations."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.dates import num2date

from peerbook.errors import ParameterError
from peerbook.outputs import diagrams, style

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


def test_bars_carry_their_labels_and_parts_are_set_one_after_the_other():
    counts = pd.DataFrame({"yes": [4, 1], "no": [1, 2]}, index=["Care", "Play"])
    drawn = diagrams.bars(counts, ["five", "three"], "People", "Care came first.")
    axes = drawn.axes[0]
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 4), (0, 1), (4, 1), (1, 2)]
    assert [text.get_text() for text in axes.texts] == ["five", "three"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Care", "Play"]
    assert drawn.get_suptitle() == "Care came first."
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == ["yes", "no"]
    assert diagrams.bars(counts.iloc[:0], [], "People").get_suptitle() == ""


def test_a_heat_map_writes_every_number_in_ink_that_can_be_read():
    square = pd.DataFrame([[9, 4, 1], [4, 8, 0], [1, 0, 7]], index=list("abc"), columns=list("abc"))
    axes = diagrams.heat_map(square).axes[0]
    assert [text.get_text() for text in axes.texts] == ["9", "4", "1", "4", "8", "0", "1", "0", "7"]
    shades = [patch.get_facecolor()[:3] for patch in axes.patches]
    assert shades[0] == shades[4] == shades[8] == (1, 1, 1)  # the diagonal, on no scale with the others
    assert sum(shades[1]) < sum(shades[2]) < sum(shades[5]) == 3
    for text, shade in zip(axes.texts, shades, strict=True):
        assert contrast(text.get_color(), shade) >= 4.5


def test_a_heat_map_of_nothing_and_of_numbers_withheld_can_be_drawn():
    assert list(diagrams.heat_map(pd.DataFrame()).axes[0].texts) == []
    withheld = pd.DataFrame(float("nan"), index=["a", "b"], columns=["a", "b"])
    assert {text.get_text() for text in diagrams.heat_map(withheld).axes[0].texts} == {"–"}


WORDS = pd.DataFrame(
    [["yes", "no"], ["partly", "yes"]], index=["One", "A long name of a row"], columns=list("ab")
)


def test_a_grid_of_words_says_in_each_cell_what_shade_and_frame_say():
    axes = diagrams.word_grid(WORDS, {"yes": 0.8, "partly": 0.3}, ["no"]).axes[0]
    assert [text.get_text() for text in axes.texts] == ["yes", "no", "partly", "yes"]
    yes, no, partly, again = axes.patches
    assert yes.get_facecolor() == again.get_facecolor() != partly.get_facecolor()
    assert no.get_facecolor()[:3] == (1, 1, 1)
    assert no.get_linewidth() > yes.get_linewidth()
    for text, patch in zip(axes.texts, axes.patches, strict=True):
        assert contrast(text.get_color(), patch.get_facecolor()[:3]) >= 4.5


def test_on_a_phone_names_of_rows_stand_over_the_cells_of_a_grid_of_words():
    kept = []
    style.svg(lambda: kept.append(diagrams.word_grid(WORDS, {})) or kept[0], "", narrow=True)
    axes = kept[0].axes[0]
    assert [text.get_text() for text in axes.texts][:3] == ["One", "yes", "no"]
    assert [text.get_text() for text in axes.get_yticklabels()] == []


def test_a_grid_of_no_words_can_be_drawn():
    assert list(diagrams.word_grid(pd.DataFrame(), {}).axes[0].texts) == []


def contrast(ink: str, shade: tuple[float, ...]) -> float:
    """Compute the contrast of two colours after WCAG 2.2."""
    lights = sorted(
        sum(
            weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
            for weight, part in zip((0.2126, 0.7152, 0.0722), colour, strict=True)
        )
        for colour in ((0, 0, 0) if ink == "black" else (1, 1, 1), shade)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_on_a_phone_long_names_stand_over_their_bars_and_no_name_is_cut():
    long = "Medical model: medication, talking therapies, clinical or inpatient services"
    counts = pd.DataFrame({"people": [4, 1]}, index=[long, "Play"])

    def words(narrow: bool) -> tuple[list[str], list[str]]:
        kept = []
        style.svg(lambda: kept.append(diagrams.bars(counts, ["4", "1"], "n")) or kept[0], "", narrow=narrow)
        axes = kept[0].axes[0]
        texts = axes.get_yticklabels(), axes.texts
        return tuple([text.get_text().replace("\n", " ") for text in some] for some in texts)

    assert words(narrow=False) == ([long, "Play"], ["4", "1"])
    assert words(narrow=True) == ([], ["4", "1", long, "Play"])


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


def test_lists_stand_in_frames_with_a_bullet_for_each_item():
    lists = {"Wants": ["time", "a place to meet that costs nothing at all"], "Gets": []}
    drawn = diagrams.lists(lists)
    said = [text.get_text() for text in drawn.axes[0].texts]
    assert said.count("•") == 2
    assert {"Wants", "Gets", "time"} <= set(said)
    assert "a place to meet that costs" in said  # a long item goes on in the next line
    assert len(drawn.axes[0].patches) == 2


def test_on_a_phone_lists_stand_below_each_other():
    lists = {"Wants": ["time"], "Gets": ["trust"], "Gives": ["hope"]}
    wide = diagrams.lists(lists)
    token = style._narrow.set(True)
    narrow = diagrams.lists(lists)
    style._narrow.reset(token)
    assert len({frame.get_x() for frame in wide.axes[0].patches}) == 3
    assert len({frame.get_x() for frame in narrow.axes[0].patches}) == 1
    assert narrow.get_figheight() > wide.get_figheight()


def test_no_lists_can_be_drawn():
    assert len(diagrams.lists({}).axes[0].patches) == 0


TASKS = pd.DataFrame(
    {
        "phase": ["Plan", "Plan", "Do"],
        "task": ["Read", "Ask", "Write"],
        "start": ["2020-01-01", None, "2020-03-01"],
        "end": ["2020-02-01", None, "2020-03-01"],
    }
)


def test_a_bar_of_a_plan_reaches_from_its_first_month_to_the_end_of_its_last():
    axes = diagrams.gantt(TASKS).axes[0]
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    dates = [tuple(num2date(day).date().isoformat() for day in span) for span in spans]
    assert dates == [("2020-01-01", "2020-03-01"), ("2020-03-01", "2020-04-01")]
    assert [bar.get_y() + bar.get_height() / 2 for bar in axes.patches] == [0, 2]
    assert len({bar.get_facecolor() for bar in axes.patches}) == 2


def test_a_task_without_dates_keeps_its_row_and_says_so():
    axes = diagrams.gantt(TASKS).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Read", "Ask", "Write"]
    assert [(said.get_text(), said.get_position()[1]) for said in axes.texts] == [
        ("Plan: dates not known", 1)
    ]


def test_a_plan_without_any_date_is_drawn_between_its_events():
    lost = TASKS.assign(start=None, end=None)
    events = pd.DataFrame({"label": ["begins", "ends"], "date": ["2020-01-01", "2020-06-30"]})
    axes = diagrams.gantt(lost, events).axes[0]
    assert not axes.patches
    assert [line.get_label() for line in axes.lines] == ["begins", "ends"]
    left, right = (num2date(day).date().isoformat() for day in axes.get_xlim())
    assert left < "2020-01-01"
    assert right > "2020-06-30"
    assert not diagrams.gantt(lost).axes[0].patches


def test_a_task_that_ends_before_it_begins_is_refused():
    with pytest.raises(ParameterError, match="'Write' ends before it begins"):
        diagrams.gantt(TASKS.assign(end=["2020-02-01", None, "2020-01-01"]))
