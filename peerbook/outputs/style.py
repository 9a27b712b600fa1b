"""The house style of plots: readable without colour, on light and dark pages, at twice the size, on a phone.

Every figure is drawn twice, for a page and for a phone. A function that draws is called for each and need not
know: `narrow.narrowed` lays the second one out. One that does better by itself asks `is_narrow`, `width` and
`columns` here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito (2008), "Color Universal Design": told apart with any common colour blindness.
# Yellow is left out: it is too pale for a line on white.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#d55e00",
    "#cc79a7",
    "#56b4e9",
    "#000000",
)
COLOURS = (BLUE, ORANGE, GREEN, SKY, VERMILION, PURPLE, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)))
# Lines only: dots and circles make an SVG ten times as long.
HATCHES = ("", "///", "\\\\\\")
GREY = "#595959"
GRID = "#d9d9d9"

WIDE = 7.4  # inches; the column of a page is about as wide
NARROW = 3.75  # inches; on a screen of 320 pixels a point is then a pixel
_narrow: ContextVar[bool] = ContextVar("narrow", default=False)


def is_narrow() -> bool:
    """Return whether a figure is being drawn for a phone."""
    return _narrow.get()


def width() -> float:
    """Return how wide a figure is to be, in inches."""
    return NARROW if is_narrow() else WIDE


def columns(wanted: int) -> int:
    """Return how many panels stand side by side: as many as wanted, or one on a phone."""
    return 1 if is_narrow() else wanted


def rc() -> dict[str, Any]:
    """Return the matplotlib settings of the house style.

    Texts stay texts in the SVG (they are drawn in the reader's own sans-serif font and can be searched), and
    nothing smaller than 9 points is written. No text is a formula: data may hold `$`.
    """
    return {
        "svg.fonttype": "none",
        "text.parse_math": False,
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 11,
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": 11,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "legend.fontsize": 10,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "lines.linewidth": 1.8,
        "lines.markersize": 6,
        "hatch.linewidth": 0.8,
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "savefig.facecolor": "white",
        "figure.constrained_layout.use": True,
    }


def svg(draw: Callable[[], Figure], salt: str, title: str = "", *, narrow: bool = False) -> str:
    """Draw a figure in the house style and return it as SVG: the same text for the same figure.

    Parameters
    ----------
    draw : callable
        Returns a matplotlib figure. It is called inside the house style, so that figures made in it obey.
    salt : str
        Makes the ids inside the SVG the same in every build and different between figures.
    title : str
        What the picture is and what it rests on: metadata that go with it wherever it is copied.
    narrow : bool
        Whether it is drawn for a phone: `NARROW` inches wide, panels below each other.
    """
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    from peerbook.outputs.canvas import written
    from peerbook.outputs.narrow import narrowed, thinned

    token = _narrow.set(narrow)
    try:
        with mpl.rc_context({**rc(), "svg.hashsalt": salt}):
            drawn = narrowed(draw(), NARROW) if narrow else draw()
            about = {"Date": None, "Creator": None} | ({"Title": title} if title else {})
            picture = written(drawn, about, tight=not narrow, fit=thinned if narrow else None)
            plt.close(drawn)
    finally:
        _narrow.reset(token)
    return _short(picture)


def _short(svg: str) -> str:
    """Round places to a hundredth of a point, which no eye tells from the six decimals of matplotlib."""
    places = re.compile(
        r' (?:d|x|y|points|transform)="(?:(?!scale)[^"])*"'
    )  # not scales: their digits all count
    return places.sub(lambda found: _LONG_NUMBER.sub(_rounded, found[0]), svg)


_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
