"""How association results are drawn: intervals around zero, and the whole grid at a glance.

Nothing rests on colour: what meets the reading rule is a filled square, what does not a hollow circle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import CHANGES
from peerbook.chapters.side_by_side.associations.words import ARROWS
from peerbook.outputs import style
from peerbook.outputs.plots import WIDTH, blank

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_LOOKS = MappingProxyType(
    {
        True: {"fmt": "s", "color": style.BLUE, "markersize": 7},
        False: {"fmt": "o", "color": style.GREY, "markerfacecolor": "white"},
    }
)


def change_bars(panels: Mapping[str, pd.DataFrame], y_label: str, *, columns: int, same_y: bool) -> Figure:
    """Draw adjusted mean changes with their intervals, three categories a group, a panel for each frame.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Title of a panel and its rows: `group` (written below each three), `change`, `mean`, `ci_low`,
        `ci_high`, `changed`. A category without an estimate leaves a gap.
    y_label : str
    columns : int
        Panels side by side.
    same_y : bool
        Whether all panels share the vertical axis.
    """
    drawn, places = _panels(list(panels), columns, 3.3, y_label, same_y=same_y)
    for place, cells in zip(places, panels.values(), strict=True):
        _change_panel(place, cells)
    return drawn


def _panels(
    titles: list[str], columns: int, height: float, y_label: str, *, same_y: bool = False
) -> tuple[Figure, list[Axes]]:
    """Lay out a panel for each title; `height` is that of a row, in inches."""
    rows = max(1, math.ceil(len(titles) / columns))
    drawn = blank(WIDTH, height * rows + 0.2)
    grid = drawn.subplots(rows, columns, sharey=same_y, squeeze=False)
    for place, title in zip(grid.flat, titles, strict=False):
        place.set_title(title, fontsize=10 if columns > 2 else 12)
    for place in grid[:, 0]:
        place.set_ylabel(y_label)
    for place in grid.flat[len(titles) :]:
        place.set_visible(False)
    return drawn, list(grid.flat[: len(titles)])


def _change_panel(axes: Axes, cells: pd.DataFrame) -> None:
    groups = list(dict.fromkeys(cells["group"]))
    cells = cells.assign(
        place=4 * cells["group"].map(groups.index) + cells["change"].map(CHANGES.index).astype(int)
    )
    axes.axhline(0, color=style.BLACK, linewidth=1)
    for changed, look in _LOOKS.items():
        drawn = cells[(cells["changed"] == changed) & cells["mean"].notna()]
        reach = [drawn["mean"] - drawn["ci_low"], drawn["ci_high"] - drawn["mean"]]
        axes.errorbar(drawn["place"], drawn["mean"], yerr=reach, capsize=3, linestyle="none", **look)
    axes.set_xticks(cells["place"], [_tick(row["change"], row["group"]) for row in cells.to_dict("records")])
    axes.set_xlim(-0.8, 4 * len(groups) - 1.2)
    if cells["mean"].isna().all():
        axes.set_ylim(-1, 1)
        axes.text(0.5, 0.6, "not estimated", ha="center", transform=axes.transAxes, color=style.GREY)


def _tick(change: str, group: str) -> str:
    """Return an arrow, and below the middle one of each three the name of the group."""
    return f"{ARROWS[change]}\n{group}" if change == "unchanged" else ARROWS[change]


def overview(cells: pd.DataFrame, outcomes: Mapping[str, str], measures: Mapping[str, str]) -> Figure:
    """Draw the whole grid: a row an outcome, a column a measure, three marks in each field.

    A mark is a triangle that points the way the outcome moved where the reading rule is met, larger for a
    larger effect, filled where it survives correction; a dot where the rule is not met; nothing where there
    is no estimate.

    Parameters
    ----------
    cells : DataFrame
        `outcome`, `exposure`, `change`, `mean`, `effect_size`, `changed`, `survives`.
    outcomes, measures : mapping of str to str
        Names and labels, in order.
    """
    drawn = blank(WIDTH + 1.6, 0.62 * len(outcomes) + 2.4)
    axes = drawn.subplots()
    known = cells.dropna(subset="mean")
    known = known.assign(
        x=known["exposure"].map({name: i for i, name in enumerate(measures)}).astype(float)
        + known["change"].map({change: 0.27 * (i - 1) for i, change in enumerate(CHANGES)}).astype(float),
        y=known["outcome"].map({name: i for i, name in enumerate(outcomes)}).astype(float),
    )
    still = known[~known["changed"]]
    axes.plot(still["x"], still["y"], ".", color=style.GREY, markersize=3.5, label="reading rule not met")
    for (up, survives), label in _TRIANGLES.items():
        found = known[known["changed"] & ((known["mean"] > 0) == up) & (known["survives"] == survives)]
        shape, colour = ("^", style.BLUE) if up else ("v", style.VERMILION)
        inside = colour if survives else "white"
        look = {"marker": shape, "facecolors": inside, "edgecolors": colour, "linewidths": 1.6, "zorder": 3}
        axes.scatter(found["x"], found["y"], s=60 + 500 * found["effect_size"].abs(), **look)
        axes.plot([], [], shape, color=colour, markerfacecolor=inside, label=label)
    _frame(axes, list(outcomes.values()), list(measures.values()))
    return drawn


_TRIANGLES = MappingProxyType(
    {
        (True, True): "rose, survives correction",
        (True, False): "rose, does not survive",
        (False, True): "fell, survives correction",
        (False, False): "fell, does not survive",
    }
)


def _frame(axes: Axes, rows: list[str], columns: list[str]) -> None:
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", axis="both")
    axes.tick_params(which="minor", length=0)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.01), ncols=3, handletextpad=0.3, markerscale=0.8)


def specification_curves(panels: Mapping[str, pd.DataFrame], y_label: str) -> Figure:
    """Draw a panel per finding: its estimate under every specification, from the lowest to the highest.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Title of a panel and its rows: `effect`, `effect_low`, `effect_high`, `main` (the report's own).
    y_label : str
    """
    drawn, places = _panels(list(panels), max(1, min(3, len(panels))), 2.7, y_label)
    for place, curve in zip(places, panels.values(), strict=True):
        _curve_panel(place, curve.dropna(subset="effect").sort_values("effect", ignore_index=True))
    return drawn


def _curve_panel(axes: Axes, curve: pd.DataFrame) -> None:
    axes.axhline(0, color=style.BLACK, linewidth=1)
    axes.fill_between(
        curve.index, curve["effect_low"], curve["effect_high"], color=style.SKY, alpha=0.4, step="mid"
    )
    axes.plot(curve.index, curve["effect"], ".", color=style.BLACK, markersize=4)
    own = curve[curve["main"]]
    axes.plot(own.index, own["effect"], "D", color=style.BLACK, markersize=7)
    axes.set_xticks([])
