"""The house style of plots: readable without colour, on light and dark pages, at twice the size."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
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


def rc() -> dict[str, Any]:
    """Return the matplotlib settings of the house style.

    Texts stay texts in the SVG (they are drawn in the reader's own sans-serif font and can be searched),
    and nothing smaller than 9 points is written.
    """
    return {
        "svg.fonttype": "none",
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


def svg(draw: Callable[[], Figure], salt: str, title: str = "") -> str:
    """Draw a figure in the house style and return it as SVG: the same text for the same figure.

    Parameters
    ----------
    draw : callable
        Returns a matplotlib figure. It is called inside the house style, so that figures made in it obey.
    salt : str
        Makes the ids inside the SVG the same in every build and different between figures.
    title : str
        What the picture is and what it rests on: metadata that go with it wherever it is copied.
    """
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    text = StringIO()
    with mpl.rc_context({**rc(), "svg.hashsalt": salt}):
        drawn = draw()
        about = {"Date": None, "Creator": None} | ({"Title": title} if title else {})
        drawn.savefig(text, format="svg", metadata=about, bbox_inches="tight")
        plt.close(drawn)
    return text.getvalue()
