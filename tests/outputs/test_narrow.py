from __future__ import annotations

import re
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
import pytest

from peerbook.outputs import diagrams, plots, style
from peerbook.outputs.narrow import SMALLEST, narrowed, thinned

MEANS = pd.DataFrame({"month": range(1, 13), "n": 1234, "mean": 2.0, "ci_low": 1.0, "ci_high": 3.0})
NAMES = ["Peer-led or facilitated groups", "One-to-one peer support"]


def panels():
    return plots.error_bars(
        {f"{letter}. A title that is long enough to wrap": MEANS for letter in "abc"}, "Times"
    )


def bars():
    values = pd.DataFrame({"Given": [40.0, 3], "Received": [50.0, 10.0]}, index=NAMES)
    return plots.grouped_bars(values, values.map("{:.0f}%".format), "% of people")


def stacks():
    months = [f"2015-{month:02}" for month in range(1, 13)]
    return plots.stacked_bars(pd.DataFrame({"A": range(12), "B": 1}, index=months), "Month", "People")


def boxes():
    nodes = pd.DataFrame({"label": ["Two way interactions"] * 3, "row": 0, "column": [0, 1, 2]})
    return diagrams.boxes(nodes)


def dots():
    return diagrams.dots(
        pd.DataFrame({"Segments": [0.1, 0.3], "People": 0.5}, index=NAMES), "Percent of units"
    )


def laid_out(draw):
    """Return a figure as it is drawn for a phone, in the house style."""
    with mpl.rc_context(style.rc()):
        drawn = narrowed(draw(), style.NARROW)
        drawn.draw_without_rendering()
        thinned(drawn)
        drawn.draw_without_rendering()
        return drawn


DRAWN = [panels, bars, stacks, boxes, dots]


@pytest.mark.parametrize("draw", DRAWN)
def test_on_a_screen_of_320_pixels_every_letter_is_large_enough_and_inside(draw):
    drawn = laid_out(draw)
    assert drawn.get_figwidth() == style.NARROW
    reach = drawn.get_tightbbox()
    assert reach.x0 >= -0.01
    assert reach.x1 <= style.NARROW + 0.01
    written = style.svg(draw, "fig-1", narrow=True)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", written)]
    assert len(sizes) == written.count("<text")
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("draw", [panels, stacks])
def test_names_below_an_axis_do_not_run_into_each_other(draw):
    drawn = laid_out(draw)
    for axes in drawn.axes:
        places = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_text()]
        assert all(a.x1 <= b.x0 for a, b in pairwise(places))


def test_a_figure_is_laid_out_again_only_if_names_would_meet():
    with mpl.rc_context(style.rc()):
        made = [narrowed(draw(), style.NARROW) for draw in (stacks, bars)]
        for drawn in made:
            drawn.draw_without_rendering()
        assert [thinned(drawn) for drawn in made] == [True, False]


def test_the_name_of_a_group_is_never_left_out():
    def groups():
        drawn = plots.blank(plots.WIDTH, 3)
        names = ["↓", "↔\nA region with a long name", "↑", "↓", "↔\nAnother region", "↑"]
        drawn.subplots().set_xticks(range(6), names)
        return drawn

    shown = [label.get_text() for label in laid_out(groups).axes[0].get_xticklabels()]
    assert "A region with a long name" in " ".join(shown)
    assert "Another region" in " ".join(shown)


def test_panels_stand_below_each_other_with_axes_of_their_own():
    drawn = laid_out(panels)
    lefts = {round(axes.get_position().x0, 2) for axes in drawn.axes}
    heights = [axes.get_position().y0 for axes in drawn.axes]
    assert len(drawn.axes) == 3
    assert len(lefts) == 1
    assert heights == sorted(heights, reverse=True)
    assert all("Times" in axes.get_ylabel() for axes in drawn.axes)


def test_a_drawing_may_ask_how_wide_it_is_to_be():
    asked = []
    draw = lambda: asked.append((style.width(), style.columns(3))) or bars()  # noqa: E731
    style.svg(draw, "fig-1")
    svg = style.svg(draw, "fig-1", narrow=True)
    assert asked == [(style.WIDE, 3), (style.NARROW, 1)]
    assert not style.is_narrow()
    assert f'width="{style.NARROW * 72:.0f}pt"' in svg


def test_places_are_written_short():
    svg = style.svg(bars, "fig-1")
    assert not re.search(r' (?:d|x|y)="[^"]*\.\d{3}', svg)
