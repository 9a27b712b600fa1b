"""Write a figure of matplotlib as SVG, drawing it once.

`savefig` draws a figure with constrained layout twice: first for nothing, so that it is laid out. That a
figure is laid out and measured is enough, and takes a fraction of the time; the picture is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from typing import TYPE_CHECKING

from matplotlib import rc_context, rcParams
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Canvas(FigureCanvasSVG):
    """A canvas that lays out and measures with one renderer, which remembers how long every text is."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        self._measuring = RendererSVG(*figure.bbox.size, StringIO())

    def get_renderer(self) -> RendererSVG:
        """Return what lays the figure out."""
        return self._measuring


def written(
    drawn: Figure,
    metadata: Mapping[str, str | None],
    *,
    tight: bool,
    fit: Callable[[Figure], bool] | None = None,
) -> str:
    """Lay a figure out, and write it as SVG.

    Parameters
    ----------
    drawn : Figure
        With constrained layout; it is changed.
    metadata : mapping of str to str
        As `savefig` takes them.
    tight : bool
        Whether the page ends where the drawing ends, instead of at the size of the figure.
    fit : callable, optional
        Called once the figure is laid out; it is laid out again if this says that it changed it.
    """
    dpi = drawn.get_dpi()
    drawn.set_dpi(Canvas.fixed_dpi)
    canvas = Canvas(drawn)
    engine = drawn.get_layout_engine()
    if engine is not None:
        engine.execute(drawn)
    if fit is not None and fit(drawn) and engine is not None:
        engine.execute(drawn)
    if engine is not None:
        with rc_context({"figure.constrained_layout.use": False}):
            drawn.set_layout_engine(None)  # "none" leaves something in its place, and is drawn twice for it
    page = None
    if tight:
        page = drawn.get_tightbbox(canvas.get_renderer()).padded(rcParams["savefig.pad_inches"])
    _place_boxes(drawn, canvas.get_renderer())
    drawn.set_dpi(dpi)
    text = StringIO()
    drawn.savefig(text, format="svg", metadata=metadata, bbox_inches=page)
    return text.getvalue()


def _place_boxes(drawn: Figure, renderer: RendererSVG) -> None:
    """Give the boxes of texts their places, which they have only once drawn: arrows end at them."""
    for axes in drawn.axes:
        for text in axes.texts:
            if text.get_bbox_patch() is not None:
                text.get_window_extent(renderer)  # of an annotation, it says where the text is
                text.update_bbox_position_size(renderer)
