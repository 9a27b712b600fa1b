from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from peerbook.outputs import style


def draw() -> Figure:
    drawn = Figure()
    axes = drawn.subplots()
    axes.plot([1, 2], [1, 2], clip_on=True)
    axes.set_title("A title to read")
    return drawn


def test_svg_is_the_same_each_time_and_has_no_date():
    first = style.svg(draw, salt="fig-1")
    assert first == style.svg(draw, salt="fig-1")
    assert "<dc:date>" not in first


def test_svg_keeps_its_text_as_text():
    assert ">A title to read</text>" in style.svg(draw, salt="fig-1")


def test_style_leaves_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    style.svg(draw, salt="fig-1")
    assert dict(mpl.rcParams) == before


def contrast_with_white(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_text_grey_and_first_colour_stand_out_on_white():
    assert contrast_with_white(style.GREY) >= 4.5
    assert contrast_with_white(style.BLUE) >= 4.5
