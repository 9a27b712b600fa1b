"""Pictures are what matplotlib itself would save, at less cost."""

from __future__ import annotations

import re
from io import StringIO

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from peerbook.outputs import style
from peerbook.outputs.canvas import written

ABOUT = {"Date": None, "Creator": None}


def panels():
    drawn, grid = plt.subplots(2, 2, figsize=(7.4, 5))
    for number, axes in enumerate(grid.flat):
        axes.bar(range(3), [1, 5 * number + 1, 3])
        axes.set_xticks(range(3), ["one", "two\nlines", "three"])
        axes.set_title(f"Panel {number}")
    grid[0, 0].plot([0, 2], [1, 4], label="a line")
    grid[0, 0].legend(loc="upper left", bbox_to_anchor=(1, 1))
    return drawn


def boxes_with_arrows():
    drawn, axes = plt.subplots(figsize=(4, 3))
    axes.axis("off")
    box = {"boxstyle": "round", "facecolor": "white"}
    ends = [
        axes.text(0.2, y, words, bbox=box, ha="center") for y, words in ((0.1, "from\nhere"), (0.9, "to"))
    ]
    patches = {"patchA": ends[0].get_bbox_patch(), "patchB": ends[1].get_bbox_patch()}
    # Drawn before its boxes are.
    axes.annotate("", (0.2, 0.9), (0.2, 0.1), arrowprops={"arrowstyle": "->", **patches}, zorder=0)
    axes.annotate("beside", (0.2, 0.5), (20, 3), textcoords="offset points", bbox=box)
    return drawn


def saved(drawn, tight):
    text = StringIO()
    drawn.savefig(text, format="svg", metadata=ABOUT, bbox_inches="tight" if tight else None)
    return text.getvalue()


def seen(svg):
    """Round as the house does, and leave out the ids of clips, which come from digits that nobody sees."""
    return re.sub(r"\bp[0-9a-f]{10}\b", "clip", style._short(svg))


@pytest.mark.parametrize("draw", [panels, boxes_with_arrows])
@pytest.mark.parametrize("tight", [True, False])
def test_picture_is_what_savefig_makes(draw, tight):
    with mpl.rc_context({**style.rc(), "svg.hashsalt": "salt"}):
        expected, found = saved(draw(), tight), written(draw(), ABOUT, tight=tight)
    plt.close("all")
    assert seen(found) == seen(expected)


def test_figure_is_drawn_once(monkeypatch):
    from matplotlib.figure import Figure

    drawn, draw = [], Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda *given: (drawn.append(1), draw(*given)))
    with mpl.rc_context(style.rc()):
        written(panels(), ABOUT, tight=True)
    plt.close("all")
    assert len(drawn) == 1
