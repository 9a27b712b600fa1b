"""Pictures of how things hang together: boxes joined by arrows, rows of marks, and how sets overlap."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.outputs import formats, style
from peerbook.outputs.plots import WIDTH, blank, draw_arrow, draw_box

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WRAP = 19  # characters a line of a box


def boxes(nodes: pd.DataFrame, arrows: pd.DataFrame | None = None, headings: Sequence[str] = ()) -> Figure:
    """Draw boxes on a grid, joined by arrows.

    Parameters
    ----------
    nodes : DataFrame
        `label`, `row` (from the top) and `column` (from the left; halves are allowed). Index: the names that
        arrows know the boxes by.
    arrows : DataFrame, optional
        `from`, `to`; those to or from boxes that are not there are left out. Two arrows between the same
        boxes make one with two heads.
    headings : sequence of str
        Words over the columns, from the left.
    """
    rows = int(nodes["row"].max()) + 1 if len(nodes) else 1
    drawn = blank(WIDTH, 0.95 * rows + 0.3)
    axes = drawn.subplots()
    axes.set_axis_off()
    axes.set_ylim(rows - 0.4, -1.1 if headings else -0.6)
    for column, heading in enumerate(headings):
        axes.text(column, -0.8, heading, ha="center", va="center", fontsize=12, fontweight="bold")
    if len(nodes):
        axes.set_xlim(nodes["column"].min() - 0.55, nodes["column"].max() + 0.55)
    ends = {
        node.Index: draw_box(axes, node.column, node.row, fill(node.label, WRAP))
        for node in nodes.itertuples()
    }
    place = {name: n for n, name in enumerate(ends)}
    joined = [] if arrows is None else arrows[["from", "to"]].itertuples(index=False, name=None)
    pairs = [pair for pair in joined if set(pair) <= ends.keys()]
    for start, end in pairs:
        if (end, start) not in pairs:
            draw_arrow(axes, ends[start], ends[end])
        elif place[start] < place[end]:
            draw_arrow(axes, ends[start], ends[end], "<|-|>")
    return drawn


def dots(shares: pd.DataFrame, x_label: str) -> Figure:
    """Draw one row of marks for each index label, one mark for each column; shares are 0 to 1.

    Parameters
    ----------
    shares : DataFrame
        Index: rows from the top. Columns: the series, told apart by shape and colour.
    x_label : str
    """
    drawn = blank(WIDTH, 1.4 + 0.45 * len(shares))
    axes = drawn.subplots()
    places = np.arange(len(shares))
    for (name, values), marker, colour in zip(shares.items(), style.MARKERS, style.COLOURS, strict=False):
        axes.plot(
            100 * values.astype(float),
            places,
            marker,
            color=colour,
            label=str(name),
            markersize=9,
            alpha=0.85,
        )
    axes.set_yticks(places, [fill(str(name), 2 * WRAP) for name in shares.index])
    axes.invert_yaxis()
    axes.set_xlim(-3, 103)
    axes.grid(visible=True, axis="both")
    axes.set_xlabel(x_label)
    if shares.shape[1]:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return drawn


def overlaps(combined: pd.DataFrame, n: str = "members") -> Figure:
    """Draw how sets overlap: a bar for each combination that occurs, the sets it is made of below.

    Parameters
    ----------
    combined : DataFrame
        One row per combination, from `combinations`: a boolean column per set, and how many members it has.
    n : str
        The column of numbers; it names the axis.
    """
    inside = combined.drop(columns=n).astype(bool)
    places, sets = np.arange(len(combined)), inside.shape[1]
    drawn = blank(WIDTH, 3.2 + 0.4 * sets)
    bars, below = drawn.subplots(2, 1, height_ratios=[2.2, 0.45 * max(sets, 1)], sharex=True)
    bars.bar_label(bars.bar(places, combined[n], width=0.5, color=style.BLUE), padding=3)
    bars.set_ylabel(formats.heading(n))
    bars.yaxis.get_major_locator().set_params(integer=True)
    bars.tick_params(axis="x", length=0)
    bars.margins(y=0.15)
    for row, name in enumerate(inside):
        of_set = inside[name].to_numpy()
        for there, colour in ((~of_set, style.GRID), (of_set, style.BLACK)):
            below.plot(places[there], np.full(there.sum(), row), "o", color=colour, markersize=10)
    for place, of_combination in zip(places, inside.to_numpy(), strict=True):
        rows = np.flatnonzero(of_combination)
        below.plot([place, place], [rows.min(), rows.max()], color=style.BLACK, linewidth=2)
    below.set_yticks(range(sets), [fill(str(name), 2 * WRAP) for name in inside])
    below.set_ylim(max(sets, 1) - 0.5, -0.5)
    below.set_xticks([])
    below.grid(visible=False)
    below.spines[:].set_visible(False)
    return drawn


def combinations(members: pd.DataFrame) -> pd.DataFrame:
    """Count the members of each combination of sets that occurs, most first.

    Parameters
    ----------
    members : DataFrame
        Boolean; one row per member, one column per set. Members of no set are left out.

    Returns
    -------
    DataFrame
        One row per combination: the boolean columns, and `members`.

    Examples
    --------
    >>> combinations(pd.DataFrame({"a": [True, True, False], "b": [True, True, True]}))["members"].tolist()
    [2, 1]
    """
    sets = list(members.columns)
    inside = members[members.any(axis=1)]
    if inside.empty:
        return pd.DataFrame(columns=[*sets, "members"])
    counted = inside.groupby(sets, sort=False).size().reset_index(name="members")
    return counted.sort_values("members", ascending=False, kind="stable", ignore_index=True)
