"""Redraw a figure for a phone: panels below each other, legends above, long lines broken, letters large.

It works on any figure of matplotlib, so that a function that draws needs to know nothing of it. One that does
may ask `style.is_narrow()`, and lay itself out for `style.width()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import BboxBase

SMALLEST = 11  # points; as many pixels on a screen of 320
_LETTER = 6.3  # points a letter of that size is wide, on average
_ROW_NAME, _TITLE, _LEGEND = 15, 34, 38  # letters a line


def narrowed(drawn: Figure, width: float) -> Figure:
    """Arrange a figure anew for the width of a phone, and return it; `thinned` follows once it is laid out.

    Parameters
    ----------
    drawn : Figure
        As a function of a chapter drew it; it is changed.
    width : float
        In inches.
    """
    _stack(drawn)
    drawn.set_size_inches(width, drawn.get_figheight())
    for axes in drawn.axes:
        _lift_legend(axes)
        _wrap(axes)
        _wrap_boxes(axes)
    unseen = [axis for axes in drawn.axes if not axes.axison for axis in (axes.xaxis, axes.yaxis)]
    for text in _texts(drawn, unseen):
        if text.get_fontsize() < SMALLEST:
            text.set_fontsize(SMALLEST)
    return drawn


def thinned(drawn: Figure) -> bool:
    """Turn names below axes that would meet, or leave some out; say whether the figure changed.

    How much room they have is known once it is laid out. Then it is to be laid out again if it changed.
    """
    changed = [_thin_labels(axes) for axes in drawn.axes]
    return any(changed)


def _stack(drawn: Figure) -> None:
    """Put panels that stand side by side below each other, with axes of their own."""
    from matplotlib.gridspec import GridSpec

    placed = [axes for axes in drawn.axes if axes.get_subplotspec() is not None]
    if not placed or placed[0].get_gridspec().ncols == 1:
        return
    seen = [axes for axes in placed if axes.get_visible()]
    a_row = drawn.get_figheight() / placed[0].get_gridspec().nrows
    label = seen[0].get_ylabel()
    for axes in placed:
        if axes not in seen:
            drawn.delaxes(axes)
    drawn.set_figheight(a_row * len(seen))
    places = GridSpec(len(seen), 1, figure=drawn)
    for place, axes in zip(places, seen, strict=True):
        axes.set_subplotspec(place)
        axes.tick_params(labelleft=axes.axison, labelbottom=axes.axison)
        label = axes.get_ylabel() or label
        axes.set_ylabel(label)


def _lift_legend(axes: Axes) -> None:
    """Put a legend that stands beside or over its panel above it, and give it room."""
    legend = axes.get_legend()
    if legend is None:
        return
    place = legend.get_bbox_to_anchor().transformed(axes.transAxes.inverted())
    names = [fill(text.get_text(), _LEGEND) for text in legend.get_texts()]
    longest = max(map(len, names), default=0)
    if place.x0 < 1 and place.y0 < 1 and longest < _ROW_NAME:
        return
    columns = 2 if longest < _ROW_NAME - 4 and len(names) > 2 else 1
    lines = 1 + max(name.count("\n") for name in names)
    axes.figure.set_figheight(axes.figure.get_figheight() + 0.2 * lines * len(names) / columns)
    above = 1.1 if axes.get_title(loc="left") else 1.01
    look = {"loc": "lower left", "bbox_to_anchor": (0, above), "ncols": columns, "handlelength": 1.8}
    axes.legend(legend.legend_handles, names, **look)


def _wrap(axes: Axes) -> None:
    """Break long names of rows, headings and names of axes."""
    from matplotlib.ticker import FixedLocator

    named = isinstance(axes.yaxis.get_major_locator(), FixedLocator)
    if named:
        names = [label.get_text() for label in axes.get_yticklabels()]
        broken = [_filled(name, _ROW_NAME) for name in names]
        axes.set_yticks(axes.get_yticks(), broken)
        share = axes.get_position().height
        lacking = len(broken) * _inches(broken) - share * axes.figure.get_figheight()
        axes.figure.set_figheight(axes.figure.get_figheight() + max(0, lacking / share))
    axes.set_title(_filled(axes.get_title(loc="left"), _TITLE), loc="left")
    axes.set_title(_filled(axes.get_title(loc="center"), _TITLE), loc="center")
    axes.set_xlabel(_filled(axes.get_xlabel(), _TITLE - (_ROW_NAME if named else 0)))
    height = axes.get_position().height * axes.figure.get_figheight() * 72
    axes.set_ylabel(_filled(axes.get_ylabel(), max(12, int(height / _LETTER))))


def _wrap_boxes(axes: Axes) -> None:
    """Break the words of boxes so that they stand side by side, and give their rows the height they need."""
    boxes = [text for text in axes.texts if text.get_bbox_patch() is not None and text.get_text()]
    if not boxes:
        return
    low, high = sorted(axes.get_xlim())
    places = sorted((y, x) for x, y in (text.get_position() for text in boxes))
    apart = min((b - a for (above, a), (below, b) in pairwise(places) if above == below), default=high - low)
    letters = max(8, int(axes.figure.get_figwidth() * 72 * min(1.0, apart / (high - low)) / _LETTER) - 3)
    for text in boxes:
        text.set_text(_filled(text.get_text(), letters))
    rows = abs(axes.get_ylim()[1] - axes.get_ylim()[0])
    needed = rows * (_inches(text.get_text() for text in boxes) + 0.4)
    axes.figure.set_figheight(max(axes.figure.get_figheight(), needed))


def _thin_labels(axes: Axes) -> bool:
    """Where names below an axis would meet, turn them; of numbers with a line below them leave some out."""
    if not axes.axison or not axes.get_visible():
        return False
    labels = [label for label in axes.get_xticklabels() if label.get_text() and label.get_visible()]
    boxes = [label.get_window_extent() for label in labels]
    if any(0 < label.get_rotation() < 90 for label in labels):
        for label in labels:
            label.set(rotation=90, ha="center", rotation_mode="default")
    elif _are_apart(boxes):
        return False
    elif all("\n" not in label.get_text() for label in labels):
        axes.tick_params(axis="x", labelrotation=90)
    elif all(label.get_text().partition("\n")[0].isdigit() for label in labels):
        every = next(n for n in range(2, len(boxes) + 1) if _are_apart(boxes[::n]))
        shown = {label.get_text() for label in labels[::every]}
        names = [label.get_text() for label in axes.get_xticklabels()]
        axes.set_xticks(axes.get_xticks(), [name if name in shown else "" for name in names])
    else:
        return False
    return True


def _are_apart(boxes: list[BboxBase]) -> bool:
    return all(a.x1 + 2 <= b.x0 for a, b in pairwise(boxes))


def _texts(artist: Artist, unseen: Sequence[Artist]) -> Iterator[Text]:
    """Give all texts in an artist, but for those of axes that are not seen: asked for, they would be made."""
    from matplotlib.text import Text

    if isinstance(artist, Text):
        yield artist
    for child in artist.get_children():
        if child not in unseen:
            yield from _texts(child, unseen)


def _inches(texts: Iterable[str]) -> float:
    """Return how high the tallest of some texts is."""
    return max((text.count("\n") + 1 for text in texts), default=0) * 1.35 * SMALLEST / 72


def _filled(text: str, letters: int) -> str:
    """Break lines that are longer than so many letters, never a word."""
    return "\n".join(fill(line, letters, break_long_words=False) for line in text.split("\n"))
