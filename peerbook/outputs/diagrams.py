"""Pictures of how things hang together, and of counts: boxes and arrows, marks, bars, plans, overlaps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import cycle
from textwrap import fill, wrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.errors import ParameterError
from peerbook.outputs import formats, style
from peerbook.outputs.plots import WIDTH, blank, draw_arrow, draw_box, put_headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WRAP = 19  # characters a line of a box
LISTS_ACROSS = 3  # frames of lists side by side


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


def lists(columns: Mapping[str, Sequence[str]], headline: str = "") -> Figure:
    """Draw lists under headings in frames, read from the left and row by row; below each other on a phone.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Heading of a frame, and the items in it. Frames without items stay, so that a gap is seen.
    headline : str
        A sentence over the picture.
    """
    from matplotlib.patches import Rectangle

    across = style.columns(LISTS_ACROSS)
    size, letters = (11, 36) if style.is_narrow() else (10, 27)
    line, gap = 1.4 * size / 72, 0.12
    frames = [(heading, _broken(items, letters)) for heading, items in columns.items()]
    rows = [frames[start : start + across] for start in range(0, len(frames), across)]
    heights = [line * (1.9 + max(len(lines) for _, lines in row)) for row in rows]
    tall, broad = sum(heights) + gap * max(len(rows) - 1, 0) or line, style.width() / across
    drawn = headed(blank(style.width(), tall), headline)
    axes = drawn.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, style.width())
    axes.set_ylim(tall + 0.02, -0.02)
    top = 0.0
    for row, height in zip(rows, heights, strict=True):
        for place, (heading, lines) in enumerate(row):
            left = place * broad + 0.02
            look = {"facecolor": "white", "edgecolor": style.GREY, "linewidth": 1.2}
            axes.add_patch(Rectangle((left, top), broad - gap, height, **look))
            over = {"fontsize": size, "fontweight": "bold", "va": "center"}
            texts = [axes.text(left + 0.08, top + 0.9 * line, heading, **over)]
            for number, (mark, said) in enumerate(lines):
                for indent, written in ((0.08, mark), (0.22, said)):
                    at = (left + indent, top + line * (2.2 + number))
                    texts += [axes.text(*at, written, fontsize=size, va="center")] if written else []
            for text in texts:
                text.set_in_layout(False)  # the frames have their size; to measure words takes a second
        top += height + gap
    return drawn


def _broken(items: Sequence[str], letters: int) -> list[tuple[str, str]]:
    """Return the lines of a list: a bullet before the first of each item, nothing before those that go on."""
    return [
        ("" if number else "•", line)
        for item in items
        for number, line in enumerate(wrap(item, letters, break_long_words=False, break_on_hyphens=False))
    ]


def dots(shares: pd.DataFrame, x_label: str, headline: str = "") -> Figure:
    """Draw one row of marks for each index label, one mark for each column; shares are 0 to 1.

    Parameters
    ----------
    shares : DataFrame
        Index: rows from the top. Columns: the series, told apart by shape and colour.
    x_label : str
    headline : str
        A sentence over the picture.
    """
    drawn = headed(blank(WIDTH, 0.9 + 0.45 * max(len(shares), 3)), headline)
    axes = drawn.subplots()
    places = np.arange(len(shares))
    series = zip(shares.items(), style.MARKERS, style.COLOURS, strict=False)
    for i, ((name, values), marker, colour) in enumerate(series):
        axes.plot(
            100 * values.astype(float),
            places + 0.16 * (i - (shares.shape[1] - 1) / 2),  # so that equal shares do not hide each other
            marker,
            color=colour,
            label=str(name),
            markersize=9,
            alpha=0.85,
        )
    axes.set_yticks(places, [fill(str(name), 2 * WRAP) for name in shares.index])
    axes.set_ylim(max(len(shares), 1) - 0.5, -0.5)
    axes.set_xlim(-3, 103)
    axes.grid(visible=True, axis="both")
    axes.set_xlabel(x_label)
    if shares.shape[1]:
        _legend_below(drawn, shares.shape[1])
    return drawn


def overlaps(combined: pd.DataFrame, n: str = "members", headline: str = "") -> Figure:
    """Draw how sets overlap: a bar for each combination that occurs, the sets it is made of below.

    Parameters
    ----------
    combined : DataFrame
        One row per combination, from `combinations`: a boolean column per set, and how many members it has.
    n : str
        The column of numbers; it names the axis.
    headline : str
        A sentence over the picture.
    """
    inside = combined.drop(columns=n).astype(bool)
    places, sets = np.arange(len(combined)), inside.shape[1]
    drawn = headed(blank(WIDTH, 3.2 + 0.4 * sets), headline)
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


def bars(values: pd.DataFrame, labels: Sequence[str], x_label: str, headline: str = "") -> Figure:
    """Draw a horizontal bar for each row, of one part for each column, with a label at its end.

    Parameters
    ----------
    values : DataFrame
        Index: what the bars stand for, from the top. Columns: the parts of a bar, from the left; several
        are told apart by a legend.
    labels : sequence of str
        What stands at the end of each bar.
    x_label : str
    headline : str
        A sentence over the picture.
    """
    longest = max((len(str(name)) for name in values.index), default=0)
    over = style.is_narrow() and longest > 2 * WRAP  # a phone has no room for long names beside the bars
    names = [fill(str(name), 44 if over else 2 * WRAP) for name in values.index]
    lines = max((1 + name.count("\n") for name in names), default=1)
    row, thick = (0.4 + 0.2 * lines, 0.26) if over else (0.2 + 0.17 * lines, 0.15 + 0.11 * lines)
    drawn = headed(blank(WIDTH, 1.0 + row * max(len(names), 3)), headline)
    axes = drawn.subplots()
    places, start = np.arange(len(names)), np.zeros(len(names))
    for (part, lengths), look in zip(values.fillna(0).items(), _part_looks(), strict=False):
        look |= {"label": str(part), "edgecolor": "white"}
        drawn_bars = axes.barh(places, lengths, thick / row, start, **look)
        start = start + lengths.to_numpy(dtype=float)
    if len(names):
        axes.bar_label(drawn_bars, list(labels), padding=4, fontsize=10)
    axes.set_yticks(places, names)
    if over:
        axes.set_yticks([])
        for place, name in zip(places, names, strict=True):
            axes.text(0, place - (thick / 2 + 0.04) / row, name, va="bottom", fontsize=11)
    axes.set_ylim(max(len(names), 1) - 0.5 + 0.1, -0.5 - 0.22 * lines * over / row)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.margins(x=0.14)
    axes.set_xlim(left=0)
    axes.set_xlabel(x_label)
    axes.xaxis.get_major_locator().set_params(integer=True)
    if values.shape[1] > 1:
        _legend_below(drawn, values.shape[1])
    return drawn


def gantt(tasks: pd.DataFrame, events: pd.DataFrame | None = None, headline: str = "") -> Figure:
    """Draw a plan: a bar for each task from its first month to the end of its last, phases told apart.

    A task without months keeps its row, where it says that its dates are not known: a plan with gaps is
    drawn with its gaps.

    Parameters
    ----------
    tasks : DataFrame
        One row per task, from the top: `phase`, `task`, `start` and `end`, months as dates; missing if they
        are not known.
    events : DataFrame, optional
        `label` and `date`: upright lines, told apart by their dashes.
    headline : str
        A sentence over the picture.

    Raises
    ------
    ParameterError
        If a task ends before it begins.
    """
    start, end = (pd.to_datetime(tasks[name]) for name in ("start", "end"))
    for task in tasks.loc[end < start, "task"]:
        raise ParameterError(
            f"Task {task!r} ends before it begins; expected a month of end not before start."
        )
    events = pd.DataFrame({"label": [], "date": []}) if events is None else events
    happened = pd.to_datetime(events["date"])
    drawn = headed(blank(WIDTH, 1.2 + 0.36 * max(len(tasks), 3)), headline)
    axes = drawn.subplots()
    known = start.notna() & end.notna()
    looks = dict(zip(tasks["phase"].unique(), _part_looks(), strict=False))
    for phase in tasks.loc[known, "phase"].unique():
        places = np.flatnonzero(known & tasks["phase"].eq(phase))
        first = start.iloc[places]
        after = end.iloc[places] + pd.offsets.MonthBegin(1)
        axes.barh(places, after - first, 0.6, first, label=str(phase), edgecolor="white", **looks[phase])
    months = pd.concat([start[known], end[known] + pd.offsets.MonthBegin(1), happened])
    left, right = (months.min(), months.max()) if len(months) else (pd.Timestamp(0), pd.Timestamp(0))
    axes.set_xlim(left - pd.Timedelta(days=5), right + pd.Timedelta(days=20))
    for place in np.flatnonzero(~known):
        phase = "" if style.is_narrow() else f"{tasks['phase'].iloc[place]}: "
        where = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 9}
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text(0.05, place, f"{phase}dates not known", bbox=white, **where).set_in_layout(False)
    for label, day, dash in zip(events["label"], happened, style.DASHES, strict=False):
        axes.axvline(day, color=style.BLACK, linestyle=dash, linewidth=1.5, label=str(label), zorder=1)
    axes.set_yticks(range(len(tasks)), [fill(str(name), 2 * WRAP) for name in tasks["task"]])
    axes.set_ylim(max(len(tasks), 1) - 0.5, -0.5)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    _mark_months(axes, bool(len(months)))
    named = tasks.loc[known, "phase"].nunique() + len(events)
    if named:
        _legend_below(drawn, named)
    return drawn


def _mark_months(axes: Axes, any_known: bool) -> None:
    if not any_known:
        axes.set_xticks([])
        return
    from matplotlib.dates import ConciseDateFormatter, MonthLocator

    locator = MonthLocator(interval=3 if style.is_narrow() else 1)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def heat_map(counts: pd.DataFrame, headline: str = "") -> Figure:
    """Draw a square of counts: the darker a cell, the higher its number, which stands in it.

    Cells of the diagonal, which count one thing alone, are white and framed.

    Parameters
    ----------
    counts : DataFrame
        Square; the same names in index and columns.
    headline : str
        A sentence over the picture.
    """
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    size = len(counts)
    drawn = headed(blank(WIDTH, 1.3 + 0.62 * max(size, 3)), headline)
    axes = drawn.subplots()
    off = counts.astype(float).mask(np.eye(size, dtype=bool))
    top = off.max(axis=None) if size > 1 else float("nan")
    for row, of_row in enumerate(counts.to_numpy(dtype=float)):
        for column, count in enumerate(of_row):
            share = 0 if row == column or not top > 0 or np.isnan(count) else count / top
            frame = {"edgecolor": style.GREY, "linewidth": 1.4} if row == column else {"edgecolor": "white"}
            shade = 1 - share * (1 - np.array(to_rgb(style.BLUE)))
            at = (column - 0.46, row - 0.46)
            axes.add_patch(Rectangle(at, 0.92, 0.92, facecolor=shade, **frame))
            ink = _ink_on(shade)
            axes.text(column, row, formats.count(count), ha="center", va="center", color=ink, fontsize=11)
    names = [str(name) for name in counts.columns]
    axes.set_xlim(-0.5, max(size, 1) - 0.5)
    axes.set_ylim(max(size, 1) - 0.5, -0.5)
    if style.is_narrow():
        axes.set_xticks(range(size), names, rotation=90)
    else:
        axes.set_xticks(range(size), [fill(name, 11, break_long_words=False) for name in names])
    axes.set_yticks(range(size), [fill(name, WRAP) for name in names])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return drawn


def word_grid(
    words: pd.DataFrame, shades: Mapping[str, float], framed: Collection[str] = (), headline: str = ""
) -> Figure:
    """Draw a grid of words: what columns say of rows. Shade and frame repeat what the word in a cell says.

    On a phone the name of a row stands over its cells, which then have the whole width.

    Parameters
    ----------
    words : DataFrame
        Index: rows from the top. Columns: from the left.
    shades : mapping of str to float
        By word, how dark its cell is, from 0 to 1; others are white.
    framed : collection of str
        Words whose cells have a frame.
    headline : str
        A sentence over the picture.
    """
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    over = style.is_narrow()
    step = 2.2 if over else 1.0  # room for a name of two lines
    drawn = headed(blank(style.width(), 0.7 + 0.42 * step * max(len(words), 1)), headline)
    axes = drawn.subplots()
    for row, (name, of_row) in enumerate(words.iterrows()):
        middle = row * step
        if over:
            heading = axes.text(-0.46, middle - 0.5, fill(str(name), 2 * WRAP), va="bottom", fontsize=10)
            heading.set_in_layout(False)  # it lies inside the grid
        for column, word in enumerate(of_row):
            shade = 1 - shades.get(word, 0) * (1 - np.array(to_rgb(style.BLUE)))
            frame = (
                {"edgecolor": style.BLACK, "linewidth": 2} if word in framed else {"edgecolor": style.GRID}
            )
            axes.add_patch(Rectangle((column - 0.46, middle - 0.42), 0.92, 0.84, facecolor=shade, **frame))
            axes.text(column, middle, word, ha="center", va="center", color=_ink_on(shade), fontsize=9)
    width = max(words.shape[1], 1)
    axes.set_xlim(-0.5, width - 0.5)
    axes.set_ylim((max(len(words), 1) - 1) * step + 0.5, -1.7 if over else -0.5)
    letters = 8 if over else 14
    heads = [fill(str(name), letters, break_long_words=False, break_on_hyphens=True) for name in words]
    axes.set_xticks(range(words.shape[1]), heads, fontsize=9 if over else 10)
    names = [] if over else [fill(str(name), 2 * WRAP) for name in words.index]
    axes.set_yticks([] if over else range(len(words)), names)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return drawn


def _ink_on(shade: np.ndarray) -> str:
    """Return black or white, whichever has more contrast (WCAG 2.2, relative luminance)."""
    linear = np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)
    light = float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05
    return "black" if light / 0.05 > 1.05 / light else "white"


def headed(drawn: Figure, headline: str) -> Figure:
    """Write a sentence over a picture, with room for it, and return the picture."""
    put_headline(drawn, headline)
    if headline:
        drawn.set_figheight(drawn.get_figheight() + 0.26 * (1 + drawn.get_suptitle().count("\n")))
    return drawn


def _legend_below(drawn: Figure, parts: int) -> None:
    """Explain the looks below the picture, where they take no width from it."""
    columns = style.columns(min(parts, 3))
    drawn.set_figheight(drawn.get_figheight() + 0.26 * -(-parts // columns))
    drawn.legend(loc="outside lower left", ncols=columns, handlelength=1.8, handleheight=1.2)


def _part_looks() -> Iterator[dict[str, str]]:
    for colour, hatch in zip(style.COLOURS, cycle(style.HATCHES), strict=False):
        yield {"color": colour, "hatch": hatch}
