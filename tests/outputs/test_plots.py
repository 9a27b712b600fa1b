from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from peerbook.outputs import plots, style

MEANS = pd.DataFrame(
    {"month": [1, 2], "n": [1200, 1], "mean": [2.0, 3.0], "ci_low": [1.0, None], "ci_high": [2.5, None]}
)


def texts(drawn) -> list[str]:
    return [text.get_text() for axes in drawn.axes for text in axes.texts]


def test_error_bars_stand_at_the_limits_and_a_mean_without_interval_is_hollow():
    axes = plots.error_bars({"Given": MEANS}, "Times").axes[0]
    segments = axes.containers[0].lines[2][0].get_segments()
    assert [segment.tolist() for segment in segments] == [[[1.0, 1.0], [1.0, 2.5]]]
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert [line.get_xdata().tolist() for line in hollow] == [[2]]


def test_number_of_people_stands_below_each_month():
    axes = plots.error_bars({"Given": MEANS}, "Times").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1\n1,200", "2\n1"]


def test_wide_intervals_of_few_people_do_not_stretch_the_axis():
    wide = MEANS.assign(n=[50, 2], ci_low=[1.0, -90.0], ci_high=[2.5, 90.0])
    low, high = plots.error_bars({"Given": wide}, "Times").axes[0].get_ylim()
    assert 0.8 < low < 1
    assert 3 < high < 3.3


def test_panels_share_their_axis_and_empty_places_are_hidden():
    higher = MEANS.assign(mean=9.0, ci_low=8.0, ci_high=10.0)
    drawn = plots.error_bars({"a": MEANS, "b": higher, "c": MEANS}, "Times")
    assert len({axes.get_ylim() for axes in drawn.axes[:3]}) == 1
    assert [axes.get_visible() for axes in drawn.axes] == [True, True, True, False]


def test_stacks_stand_on_each_other_and_carry_their_total():
    counts = pd.DataFrame({"Leeds": [3, 0], "Suffolk": [2, 1]}, index=["May", "June"])
    drawn = plots.stacked_bars(counts, "Month", "People")
    upper = drawn.axes[0].containers[1]
    assert [bar.get_y() for bar in upper] == [3, 0]
    assert texts(drawn) == ["5", "1"]


def test_ten_series_differ_in_more_than_colour():
    counts = pd.DataFrame([range(1, 11)], columns=list("abcdefghij"), index=["May"])
    bars = [container[0] for container in plots.stacked_bars(counts, "Month", "People").axes[0].containers]
    looks = [(to_hex(bar.get_facecolor()), bar.get_hatch()) for bar in bars]
    assert len(set(looks)) == 10
    assert all(here[0] != there[0] and here[1] != there[1] for here, there in pairwise(looks))


def test_small_multiples_share_an_axis_below_a_panel_of_all():
    counts = pd.DataFrame({"Leeds": [3, 0], "Suffolk": [2, 1]})
    drawn = plots.small_multiples(counts, ["May", "June"], "People")
    together, *each = drawn.axes[:3]
    assert [bar.get_height() for bar in together.patches] == [5, 1]
    assert [axes.get_title() for axes in each] == ["Leeds", "Suffolk"]
    assert len({axes.get_ylim() for axes in each}) == 1
    alone = plots.small_multiples(counts[["Leeds"]], ["May", "June"], "People")
    assert [axes.get_title() for axes in alone.axes] == ["Leeds"]


def test_dumbbells_carry_both_values_on_their_own_sides():
    values = pd.DataFrame({"Given": [40.0, 30.0], "Received": [50.0, 10.0]}, index=["Informal", "Pairs"])
    drawn = plots.dumbbells(values, "{:.0f}%".format, "% of people")
    sides = {text.get_text(): text.get_ha() for text in drawn.axes[0].texts}
    assert sides == {"40%": "right", "50%": "left", "30%": "left", "10%": "right"}
    markers = [line.get_marker() for line in drawn.axes[0].lines]
    assert markers == ["o", "s"]
    assert drawn.axes[0].get_xlim()[0] == 0


def test_a_headline_stands_above_all_panels():
    drawn = plots.error_bars({"a": MEANS, "b": MEANS}, "Times", headline="Hope rises")
    assert drawn.get_suptitle() == "Hope rises"
    assert plots.error_bars({"a": MEANS}, "Times").get_suptitle() == ""


def test_bars_side_by_side_are_labelled_and_read_from_the_top():
    values = pd.DataFrame({"Given": [40.0, None], "Received": [50.0, 10.0]}, index=["Informal", "Pairs"])
    drawn = plots.grouped_bars(values, values.map("{:.0f}%".format), "% of people")
    assert texts(drawn) == ["40%", "nan%", "50%", "10%"]
    assert drawn.axes[0].yaxis_inverted()


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.error_bars({"a": MEANS.iloc[:0]}, "Times"),
        lambda: plots.stacked_bars(pd.DataFrame({"Leeds": []}), "Month", "People"),
        lambda: plots.grouped_bars(pd.DataFrame({"n": []}), pd.DataFrame({"n": []}), "%"),
        lambda: plots.small_multiples(pd.DataFrame({"n": []}), [], "People"),
        lambda: plots.dumbbells(pd.DataFrame({"n": [], "m": []}), str, "%"),
    ],
)
def test_nothing_to_draw_is_said(draw):
    assert "No data to draw" in style.svg(draw, salt="fig-1")


def test_flow_chart_draws_each_box_and_arrow():
    boxes = [plots.Box("10 people", 0, 0), plots.Box("2 left", 1, 0, (0,)), plots.Box("8 stayed", 0, 1, (0,))]
    drawn = plots.flow_chart(boxes)
    assert [text for text in texts(drawn) if text] == ["10 people", "2 left", "8 stayed"]
    assert (
        sum(hasattr(text, "arrow_patch") and text.arrow_patch is not None for text in drawn.axes[0].texts)
        == 2
    )


def test_a_flow_chart_has_room_for_a_box_of_many_lines_and_keeps_the_height_of_others():
    def tall(*texts):
        boxes = [plots.Box(text, 0, row, (row - 1,) if row else ()) for row, text in enumerate(texts)]
        return plots.flow_chart(boxes).get_figheight()

    assert tall("asked", "answered\nin time") == pytest.approx(2 * 1.15)
    assert tall("asked", "answered\na\nb\nc\nd\ne") > 2 * 1.15 + 0.3


def test_a_panel_of_withheld_numbers_alone_says_so_and_has_no_numbers_on_its_axis():
    """The joined panel is withheld where any of its parts is."""
    counts = pd.DataFrame({"North": [8.0, np.nan], "South": [np.nan, 9.0]})
    together, north, *_ = plots.small_multiples(counts, ["1", "2"], "People").axes
    assert [each.get_text() for each in together.texts] == ["All numbers here are withheld [c]"]
    assert not together.yaxis.get_tick_params()["labelleft"]
    assert [each.get_text() for each in north.texts] == ["[c]"]


def test_a_stack_with_a_withheld_part_is_not_drawn_as_a_whole_and_not_said_to_be_withheld_altogether():
    counts = pd.DataFrame({"quarterly": [10.0, np.nan], "monthly": [np.nan, np.nan]}, index=[1, 2])
    (axes,) = plots.stacked_bars(counts, "Month", "Logs").axes
    assert [bar.get_height() for bar in axes.patches if bar.get_height() > 0] == []
    assert [text.get_text() for text in axes.texts] == [plots.EACH_WITHHELD]
    (axes,) = plots.stacked_bars(counts * np.nan, "Month", "Logs").axes
    assert [text.get_text() for text in axes.texts] == [plots.ALL_WITHHELD]


def test_bars_of_nobody_have_an_axis_that_begins_at_zero():
    values = pd.DataFrame({"a": [0.0, np.nan]})
    (axes,) = plots.grouped_bars(values, values.astype(str), "People").axes
    assert axes.get_xlim() == (0, 1)
