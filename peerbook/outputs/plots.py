"""The kinds of picture the book uses. Each takes tidy or wide frames and returns a matplotlib figure.

No picture needs colour to be read: series differ in hatch as well, estimates without an interval are hollow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from textwrap import fill, wrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.outputs import formats, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

# Intervals of fewer people than this may run off a picture of means: they would flatten everything else.
FEW = 10
_PHONE_LINE = 36  # letters of a heading
_ROW = 1.15  # inches of a row of boxes
WIDTH = 7.4  # inches; the column of a page is about as wide
ALL_WITHHELD = f"All numbers here are withheld {formats.MARK}"
EACH_WITHHELD = f"In every bar a number is withheld {formats.MARK}"


def error_bars(
    panels: Mapping[str, pd.DataFrame],
    y_label: str,
    *,
    shared: bool = True,
    floor: float | None = None,
    headline: str = "",
) -> Figure:
    """Draw a panel of means with their intervals for each frame.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Title of a panel and its rows: `month`, `n`, `mean`, `ci_low`, `ci_high`. A mean without an interval
        is drawn hollow. The number of people stands below each month.
    y_label : str
    shared : bool
        Whether all panels have one vertical axis, so that their heights can be compared.
    floor : float, optional
        Below which nothing is drawn: a count has no interval below zero.
    headline : str
        The title of the picture.

    Notes
    -----
    The axis has room for every mean and for the intervals of `FEW` people or more.
    """
    panels = {
        title: means.assign(ci_low=means["ci_low"].clip(lower=floor)) for title, means in panels.items()
    }
    drawn, grid = panel_grid(list(panels), 2, 3.2, y_label, same_y=shared, headline=headline)
    for axes, means in zip(grid, panels.values(), strict=True):
        _error_bar_panel(axes, means.dropna(subset="mean"))
        axes.set_ylim(_room_for(list(panels.values()) if shared else [means]))
        axes.set_xlabel("Month (number of people below)")
    return drawn


def panel_grid(
    titles: Sequence[str],
    columns: int,
    height: float,
    y_label: str = "",
    *,
    same_y: bool = False,
    same_x: bool = False,
    headline: str = "",
) -> tuple[Figure, list[Axes]]:
    """Lay out a panel for each title: the one place that says how panels stand beside and below each other.

    Parameters
    ----------
    titles : sequence of str
    columns : int
        Panels side by side, at most.
    height : float
        Of a row, in inches.
    y_label : str
        Stands at the first panel of each row.
    same_y, same_x : bool
        Whether the panels share an axis.
    headline : str
        What the picture shows, above all panels; empty for nothing.

    Returns
    -------
    tuple of Figure and list of Axes
        A panel for each title, in order.
    """
    letters = 34 if style.is_narrow() else 68
    columns = max(1, min(style.columns(columns), len(titles)))
    rows = max(1, math.ceil(len(titles) / columns))
    drawn = blank(style.width(), height * rows + 0.2 + (0.5 if headline else 0))
    grid = drawn.subplots(rows, columns, sharey=same_y, sharex=same_x, squeeze=False)
    for place, title in zip(grid.flat, titles, strict=False):
        lines = [fill(line, letters // columns) for line in title.splitlines()]
        # Its place is given: to look for one, all labels of the panel are measured, each time it is laid out.
        place.set_title("\n".join(lines), fontsize=10 if columns > 2 else 12, y=1.0)
    for place in grid[:, 0]:
        place.set_ylabel(y_label)
    for place in grid.flat[len(titles) :]:
        place.set_visible(False)
    put_headline(drawn, headline)
    return drawn, list(grid.flat[: len(titles)])


def put_headline(drawn: Figure, headline: str) -> None:
    """Write what a picture shows above it; nothing for an empty line."""
    if headline:
        drawn.suptitle(
            fill(headline, 34 if style.is_narrow() else 72), x=0.01, ha="left", fontsize=13, fontweight="bold"
        )


def _room_for(frames: list[pd.DataFrame]) -> tuple[float | None, float | None]:
    means = pd.concat(frames)
    firm = means[means["n"] >= FEW] if (means["n"] >= FEW).any() else means
    needed = pd.concat([means["mean"], firm["ci_low"], firm["ci_high"]]).astype(float).dropna()
    if needed.empty:
        return None, None
    spare = 0.06 * (needed.max() - needed.min()) or 0.5
    return needed.min() - spare, needed.max() + spare


def _error_bar_panel(axes: Axes, means: pd.DataFrame) -> None:
    if means.empty:
        _say_nothing_to_draw(axes)
        return
    axes.plot(means["month"], means["mean"], color=style.SKY, linewidth=1, zorder=1)
    with_interval = means.dropna(subset=["ci_low", "ci_high"])
    reach = [
        with_interval["mean"] - with_interval["ci_low"],
        with_interval["ci_high"] - with_interval["mean"],
    ]
    axes.errorbar(
        with_interval["month"], with_interval["mean"], yerr=reach, fmt="o", color=style.BLUE, capsize=4
    )
    alone = means[means["ci_low"].isna()]
    axes.plot(alone["month"], alone["mean"], "o", color=style.BLUE, markerfacecolor="white")
    below = [f"{month:.0f}\n{formats.count(n)}" for month, n in means[["month", "n"]].itertuples(index=False)]
    axes.set_xticks(means["month"], below, fontsize=9)
    axes.margins(x=0.05)


def stacked_bars(counts: pd.DataFrame, x_label: str, y_label: str) -> Figure:
    """Draw stacked bars, one for each row, with the total on top of each.

    A bar of which a part is withheld is not drawn: it would be taken for the whole.

    Parameters
    ----------
    counts : DataFrame
        Index: what the bars stand for, as written below them. Columns: the series, from the bottom up.
    x_label, y_label : str
    """
    drawn = blank(WIDTH, 4.8)
    axes = drawn.subplots()
    if counts.empty:
        _say_nothing_to_draw(axes)
        return drawn
    totals = counts.sum(axis=1, skipna=False)
    bottom = np.zeros(len(counts))
    for look, series in zip(_looks(), counts.columns, strict=False):
        heights = counts[series].where(totals.notna()).to_numpy(dtype=float)
        axes.bar(range(len(counts)), heights, bottom=bottom, label=str(series), edgecolor="white", **look)
        bottom = bottom + heights
    mark_withheld(axes, totals, words=EACH_WITHHELD if counts.notna().any(axis=None) else ALL_WITHHELD)
    for position, total in enumerate(bottom):
        if formats.is_missing(total):
            continue
        axes.annotate(
            formats.count(total), (position, total), (0, 3), textcoords="offset points", ha="center"
        )
    axes.set_xticks(range(len(counts)), [str(name) for name in counts.index], fontsize=9)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.yaxis.get_major_locator().set_params(integer=True)
    if counts.shape[1] > 1:
        axes.legend(reverse=True, loc="upper left", bbox_to_anchor=(1, 1), handlelength=1.8, handleheight=1.4)
    return drawn


def small_multiples(counts: pd.DataFrame, ticks: Sequence[str], y_label: str) -> Figure:
    """Draw bars of all series together, and below them each series in a panel of its own.

    Parameters
    ----------
    counts : DataFrame
        A row for each place on the horizontal axis, which all panels share; columns: the series. The panels
        of the series have one vertical axis, the first panel one of its own.
    ticks : sequence of str
        What stands below the bars; empty for a bar without.
    y_label : str
    """
    several = counts.shape[1] > 1
    titles = [*(["All"] if several else []), *map(str, counts.columns)]
    if counts.empty:
        drawn, places = panel_grid(["All"], 1, 3.0)
        _say_nothing_to_draw(places[0])
        return drawn
    drawn, places = panel_grid(titles, 2, 1.9, y_label)
    # A tick takes as long to draw as ten bars, seen or not.
    named = [at for at, name in enumerate(ticks) if name], [name for name in ticks if name]
    shown = [*([counts.sum(axis=1, skipna=False)] if several else []), *(counts[name] for name in counts)]
    for place, heights in zip(places, shown, strict=True):
        place.bar(range(len(counts)), heights.to_numpy(dtype=float), color=style.BLUE, width=0.85)
        place.set_xticks(*named, fontsize=9)
        place.tick_params(axis="x", length=0)
        place.yaxis.get_major_locator().set_params(integer=True)
        mark_withheld(place, heights)
    for place in places[several:]:
        place.set_ylim(0, 1.08 * float(np.nanmax(np.append(counts.to_numpy(dtype=float), 0)) or 1))
    return drawn


def dumbbells(values: pd.DataFrame, written: Callable[[float], str], x_label: str) -> Figure:
    """Draw two values of each row as marks on a line between them, with the values written beside.

    Parameters
    ----------
    values : DataFrame
        Index: the rows, from the top; columns: the two series, of which the first is drawn hollow and round,
        the second filled and square.
    written : callable
        How a value is written.
    x_label : str
    """
    drawn = blank(WIDTH, 1.4 + 0.5 * len(values))
    axes = drawn.subplots()
    if values.empty or not values.notna().to_numpy().any():
        _say_nothing_to_draw(axes)
        return drawn
    places, (first, second) = np.arange(len(values)), values.columns
    axes.hlines(places, values.min(axis=1), values.max(axis=1), color=style.GREY, linewidth=1.5, zorder=1)
    look = {"linestyle": "none", "markersize": 8, "zorder": 2}
    axes.plot(values[first], places, "o", color=style.BLUE, markerfacecolor="white", label=first, **look)
    axes.plot(values[second], places, "s", color=style.BLUE, label=second, **look)
    for place, (one, other) in zip(places, values.itertuples(index=False), strict=True):
        for value, partner in ((one, other), (other, one)):
            if value == value and not (value == partner and value is other):
                left = value < partner
                offset = {"xytext": (-8 if left else 8, 0), "textcoords": "offset points"}
                axes.annotate(
                    written(value),
                    (value, place),
                    ha="right" if left else "left",
                    va="center",
                    fontsize=9,
                    **offset,
                )
    axes.set_yticks(places, [fill(str(name), 28) for name in values.index])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.set_xlim(left=0)
    axes.margins(x=0.12)
    axes.set_xlabel(x_label)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, handletextpad=0.3)
    return drawn


def grouped_bars(values: pd.DataFrame, labels: pd.DataFrame, x_label: str) -> Figure:
    """Draw horizontal bars side by side, each with its value written at its end.

    Parameters
    ----------
    values, labels : DataFrame
        The same shape. Index: what a group of bars stands for, from the top; columns: the bars of a group.
    x_label : str
    """
    drawn = blank(WIDTH, 1.4 + len(values) * (0.25 + 0.28 * values.shape[1]))
    axes = drawn.subplots()
    if values.empty:
        _say_nothing_to_draw(axes)
        return drawn
    height = 0.8 / values.shape[1]
    for i, (look, series) in enumerate(zip(_looks(), values.columns, strict=False)):
        places = np.arange(len(values)) - 0.4 + height * (i + 0.5)
        bars = axes.barh(
            places, values[series].fillna(0), height, label=str(series), edgecolor="white", **look
        )
        axes.bar_label(bars, labels[series].tolist(), padding=4, fontsize=10)
    axes.set_yticks(range(len(values)), [str(name) for name in values.index])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.margins(x=0.12)
    if not (values > 0).any(axis=None):  # nobody, or withheld
        axes.set_xlim(0, 1)
    axes.set_xlabel(x_label)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), handlelength=1.8, handleheight=1.4)
    return drawn


def forest(
    rows: pd.DataFrame, x_label: str, *, few: int = 0, reach: float | None = None, headline: str = ""
) -> Figure:
    """Draw estimates with their intervals around zero, a line for each, panels side by side on one axis.

    Parameters
    ----------
    rows : DataFrame
        `panel` (its title), `heading` (over a group of lines), `label` (of a line), `estimate`, `low`,
        `high`, `marked` (drawn as a filled square, the others as a hollow circle), `n` (written at the end of
        the line) and `missing` (what to write where there is no estimate); with `inner_low` and `inner_high`
        the part between them is drawn thick. All panels have the same lines.
    x_label : str
    few : int
        An `n` below it stands in brackets, and its estimate is drawn in grey.
    reach : float, optional
        How far the axis goes to both sides; by default as far as the intervals. What goes beyond ends in an
        arrow head.
    headline : str
        The title of the picture.
    """
    if rows.empty:
        drawn, places = panel_grid([""], 1, 1.5, headline=headline)
        _say_nothing_to_draw(places[0])
        return drawn
    reach = reach or _far(rows[["low", "high"]])
    places = _forest_places(rows)
    drawn = blank(style.width(), 0.21 * len(places) + 1.3)
    put_headline(drawn, headline)
    axes = drawn.subplots()
    _write_lines(axes, places)
    panels = dict(list(rows.groupby("panel", sort=False)))
    step = 2.9 * reach  # from one zero to the next
    for number, (title, panel) in enumerate(panels.items()):
        look = {"fontsize": 10, "fontweight": "bold", "va": "center"}
        axes.text(number * step - reach, -1.2, title, **look)
        _forest_panel(axes, panel, places, few, reach, number * step)
    shown = (0, reach) if style.is_narrow() else (-reach, 0, reach)
    ticks = [(number * step + place, place) for number in range(len(panels)) for place in shown]
    axes.set_xticks([at for at, _ in ticks], [formats.number(place, 1) for _, place in ticks])
    axes.set_xlim(-1.05 * reach, (len(panels) - 1) * step + 1.75 * reach)
    axes.set_ylim(len(places) - 0.4, -1.8)
    axes.set_xlabel(x_label)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    return drawn


def _forest_places(rows: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """Give headings, names and lines their places from the top; on a phone a name stands above its line."""
    order: dict[tuple[str, ...], None] = {}
    for heading, label in rows[["heading", "label"]].itertuples(index=False, name=None):
        order[heading,] = None
        if style.is_narrow() and len(heading) > _PHONE_LINE:
            order[heading, "", "second line"] = None
        if style.is_narrow():
            order[heading, label, "name"] = None
        order[heading, label] = None
    return {key: place for place, key in enumerate(order)}


def _write_lines(axes: Axes, places: Mapping[tuple[str, ...], int]) -> None:
    """Write headings, and the names of lines beside them or, on a phone, above them."""
    from matplotlib.ticker import NullLocator

    along = axes.get_yaxis_transform()
    for key, place in places.items():
        if len(key) != 2:
            said = key[1] if len(key) > 1 else fill(key[0], _PHONE_LINE) if style.is_narrow() else key[0]
            look = {"va": "center", "fontsize": 9, "fontweight": "bold" if len(key) == 1 else "normal"}
            written = axes.text(0, place + 0.5 * said.count("\n"), said, transform=along, **look)
            written.set_in_layout(False)  # it may be longer than the axes are wide
    named = [(place, key[1]) for key, place in places.items() if len(key) == 2]
    if style.is_narrow():
        axes.yaxis.set_major_locator(NullLocator())
    else:
        axes.set_yticks([place for place, _ in named], [name for _, name in named])
    axes.tick_params(axis="y", length=0, labelsize=9)


def _far(limits: pd.DataFrame) -> float:
    """Return the farthest limit from zero, rounded up to a tenth."""
    farthest = limits.astype(float).abs().max().max()
    return 1.0 if pd.isna(farthest) else max(0.1, math.ceil(10 * farthest) / 10)


def _forest_panel(
    axes: Axes,
    panel: pd.DataFrame,
    places: Mapping[tuple[str, ...], int],
    few: int,
    reach: float,
    zero: float,
) -> None:
    """Draw one panel of a forest around its own zero."""
    for row in panel.to_dict("records"):
        place, small = places[row["heading"], row["label"]], row["n"] < few
        axes.plot([zero, zero], [place - 0.5, place + 0.5], color=style.BLACK, linewidth=1)
        written = formats.count(row["n"])
        look = {"fontsize": 9, "va": "center", "color": style.GREY if small else style.BLACK}
        axes.text(zero + 1.72 * reach, place, f"({written})" if small else written, ha="right", **look)
        if formats.is_missing(row["estimate"]):
            axes.text(zero, place, row["missing"], ha="center", **look | {"color": style.GREY})
            continue
        colour = style.GREY if small else style.BLUE
        ends = [zero + max(row["low"], -reach), zero + min(row["high"], reach)]
        axes.plot(ends, [place, place], color=colour, linewidth=1.4)
        if not formats.is_missing(row.get("inner_low")):
            inner = [zero + max(row["inner_low"], -reach), zero + min(row["inner_high"], reach)]
            axes.plot(inner, [place, place], color=colour, linewidth=4, solid_capstyle="butt")
        for end, beyond, head in ((-reach, row["low"] < -reach, "<"), (reach, row["high"] > reach, ">")):
            if beyond:
                axes.plot([zero + end], [place], head, color=colour, markersize=5)
        if abs(row["estimate"]) <= reach:
            shape, inside = ("s", colour) if row["marked"] else ("o", "white")
            axes.plot(
                [zero + row["estimate"]], [place], shape, color=colour, markerfacecolor=inside, markersize=5
            )


def heat_map(values: pd.DataFrame, marks: pd.DataFrame, reach: float, headline: str = "") -> Figure:
    """Draw a field for each value: its colour says how far from zero, its mark says what is to be read.

    Parameters
    ----------
    values : DataFrame
        Index: the rows, from the top; with two levels, the first heads its group. Columns: the columns.
    marks : DataFrame
        The same shape: what is written into each field.
    reach : float
        Distance from zero with the strongest colour.
    headline : str
        The title of the picture.
    """
    from matplotlib.colors import LinearSegmentedColormap

    pale = LinearSegmentedColormap.from_list("pale", ["#f0a272", "white", "#86bfe0"])
    names, starts = _heat_map_names(values.index)
    drawn = blank(style.width(), 1.9 + 0.24 * len(values))
    put_headline(drawn, headline)
    axes = drawn.subplots()
    axes.imshow(values.to_numpy(dtype=float), cmap=pale, vmin=-reach, vmax=reach, aspect="auto")
    for (y, x), mark in np.ndenumerate(marks.to_numpy()):
        shown = mark.split(" ")[0] if style.is_narrow() else mark  # there is no room for more
        axes.text(x, y, shown, ha="center", va="center", fontsize=9)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    if style.is_narrow():
        axes.set_xticks(range(values.shape[1]), [str(name) for name in values.columns], rotation=90)
    else:
        axes.set_xticks(range(values.shape[1]), [fill(str(name), 10) for name in values.columns], fontsize=9)
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(values.shape[1] + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", axis="x")
    axes.hlines([i - 0.5 for i in starts], -0.5, values.shape[1] - 0.5, color=style.GREY, linewidth=0.8)
    axes.tick_params(which="minor", length=0)
    return drawn


def _heat_map_names(index: pd.Index) -> tuple[list[str], list[int]]:
    """Name the rows of a heat map, and say where its groups start; on a phone a group's name is broken."""
    if index.nlevels == 1:
        return [str(key) for key in index], []
    groups = [str(key[0]) for key in index]
    starts = [i for i, group in enumerate(groups) if i == 0 or group != groups[i - 1]]
    lines = ["" for _ in groups]
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        parts = wrap(groups[start], 12) if style.is_narrow() else [groups[start]]
        kept = [*parts[: end - start - 1], " ".join(parts[end - start - 1 :])]
        lines[start : start + len(kept)] = kept
    return [f"{line}  {key[-1]}".strip() for line, key in zip(lines, index, strict=True)], starts


def curves(values: pd.DataFrame, x_label: str, y_label: str, target: float | None = None) -> Figure:
    """Draw a line for each column, told apart by dashes too.

    Parameters
    ----------
    values : DataFrame
        Index: the horizontal axis; columns: the lines.
    x_label, y_label : str
    target : float, optional
        Height of a thin horizontal line to compare with.
    """
    drawn = blank(WIDTH, 4.4)
    axes = drawn.subplots()
    for name, colour, dashes in zip(values.columns, style.COLOURS, style.DASHES, strict=False):
        axes.plot(values.index, values[name], color=colour, linestyle=dashes, label=str(name))
    axes.legend(loc="lower right", handlelength=3)
    if target is not None:
        axes.axhline(target, color=style.GREY, linewidth=1)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    return drawn


@dataclass(frozen=True)
class Box:
    """A box of a flow chart.

    Attributes
    ----------
    text : str
    column : int
        0 on the main road, 1 beside it.
    row : int
        From the top.
    after : tuple of int
        Positions, in the list of boxes, of those that an arrow comes from.
    """

    text: str
    column: int
    row: int
    after: tuple[int, ...] = ()


def flow_chart(boxes: Sequence[Box]) -> Figure:
    """Draw boxes joined by arrows, from the top down; there is a box in every row.

    Parameters
    ----------
    boxes : sequence of Box
    """
    rows = max(box.row for box in boxes) + 1
    lines = [max(1 + box.text.count("\n") for box in boxes if box.row == row) for row in range(rows)]
    tall = [max(1.0, (0.21 * n + 0.4) / _ROW) for n in lines]  # rows; one with many lines needs more than one
    places = [sum(tall[:row]) + (tall[row] - 1) / 2 for row in range(rows)]
    drawn = blank(WIDTH, _ROW * sum(tall))
    axes = drawn.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, 2)
    axes.set_ylim(sum(tall) - 0.6, -0.4)
    drawn_boxes = [draw_box(axes, box.column + 0.5, places[box.row], box.text) for box in boxes]
    for box, end in zip(boxes, drawn_boxes, strict=True):
        for start in box.after:
            draw_arrow(axes, drawn_boxes[start], end)
    return drawn


def draw_box(axes: Axes, x: float, y: float, text: str) -> Text:
    """Write text in a box around a point, and return it as the end of an arrow."""
    frame = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": style.GREY, "linewidth": 1.4}
    return axes.text(x, y, text, ha="center", va="center", fontsize=11, bbox=frame)


def draw_arrow(axes: Axes, start: Text, end: Text, head: str = "-|>") -> None:
    """Join two boxes by an arrow; `head` is a style of matplotlib."""
    look = {"arrowstyle": head, "color": style.GREY, "linewidth": 1.4, "shrinkA": 2, "shrinkB": 2}
    patches = {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    # Behind the boxes, so that an arrow that passes one does not strike its words through.
    axes.annotate("", end.get_position(), start.get_position(), arrowprops=look | patches, zorder=1)


def blank(width: float, height: float) -> Figure:
    """Return an empty figure; width and height are in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def mark_withheld(axes: Axes, values: pd.Series, across: bool = False, words: str = ALL_WITHHELD) -> None:
    """Put the mark of a withheld number where there is no bar, so that it is not taken for zero.

    If all are withheld the panel says so, and its axis has no numbers.

    Parameters
    ----------
    axes : Axes
    values : Series
        The bars, in order; missing ones are withheld.
    across : bool
        Whether bars lie, one below the other.
    words : str
        What the panel says if all are withheld.
    """
    if len(values) and values.isna().all():
        _say(axes, words)
        axes.tick_params(axis="x" if across else "y", length=0, labelleft=across, labelbottom=not across)
        return
    for place in np.flatnonzero(values.isna().to_numpy()):
        at, shift = ((0, place), (3, 0)) if across else ((place, 0), (0, 2))
        look = {"ha": "left" if across else "center", "va": "center" if across else "bottom", "fontsize": 8}
        axes.annotate(formats.MARK, at, shift, textcoords="offset points", color=style.GREY, **look)


def _looks() -> Iterable[dict[str, str]]:
    """Pair colours with hatches so that neighbours differ in both and no pair comes twice in 21 series."""
    for colour, hatch in zip(cycle(style.COLOURS), cycle(style.HATCHES)):
        yield {"color": colour, "hatch": hatch}


def _say_nothing_to_draw(axes: Axes) -> None:
    _say(axes, "No data to draw")
    axes.set_xticks([])
    axes.set_yticks([])


def _say(axes: Axes, words: str) -> None:
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, color=style.GREY)
