"""The HTML of tables and figures: captions, header scopes, scrolling, downloads; every text escaped."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from peerbook.outputs import formats

if TYPE_CHECKING:
    from peerbook.outputs.output import Output

# Read aloud as "missing", shown as a dash.
_MISSING = f'<span role="img" aria-label="missing">{formats.MISSING}</span>'
_LEFT = ' style="text-align:left"'
_RIGHT = ' style="text-align:right;white-space:nowrap"'
_NUMERIC = re.compile(r"[<>−-]?[\d,.]+%?(\s.*)?|–")
_SCROLL = (
    '<div class="peerbook-scroll" role="region" tabindex="0" aria-label="{label}" style="overflow-x:auto">'
)


def table(output: Output) -> str:
    """Return a table with its notes and download link."""
    inner = f"{output.markup}{_notes(output)}{_download(output)}"
    return f'<div class="peerbook-table" id="{output.id}">{inner}</div>'


def figure(output: Output) -> str:
    """Return a figure: picture, caption, notes, and the data of it or of each panel as a table and as CSV."""
    data = "".join(_data(panel, panel.caption, f' id="{panel.id}"') for panel in output.panels)
    return (
        f'<figure class="peerbook-figure" id="{output.id}" style="margin:1.5rem 0">{output.markup}'
        f"<figcaption><strong>{output.label}.</strong> {escape(output.caption)}</figcaption>"
        f"{_notes(output)}{_download(output)}{data or _data(output, 'data as a table')}</figure>"
    )


def image(svg: str, alt: str) -> str:
    """Return a picture on a white card, so that it reads on dark pages too."""
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{escape(alt)}" src="{address}" '
        'style="background:#ffffff;max-width:100%;height:auto;border-radius:4px">'
    )


def grid(shown: pd.DataFrame, caption: str) -> str:
    """Return a frame as an HTML table: its index heads the rows, its columns head the columns.

    An index of two levels groups the rows, columns of two levels are spanned by their first level. A frame
    without rows becomes a sentence.
    """
    if not len(shown):
        return f"<p>{escape(caption)}: there is nothing to show.</p>"
    names = _names(shown)
    written = [formats.column(shown.iloc[:, i], str(name)) for i, name in enumerate(names)]
    aligned = [_align(all(map(_NUMERIC.fullmatch, cells))) for cells in written]
    rows = list(zip(*written, strict=True)) or [()] * len(shown)
    return (
        _SCROLL.format(label=escape(f"{caption} Scrolls sideways."))
        + f"<table><caption>{escape(caption)}</caption><thead>{_head(shown, aligned)}</thead>"
        + "".join(_bodies(shown.index, rows, aligned))
        + "</table></div>"
    )


def plain(value: Any) -> str:
    """Escape a value from raw data for use inside markdown.

    Examples
    --------
    >>> print(plain("R&D <i>"))
    R&amp;D &lt;i&gt;
    """
    return re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", escape(str(value), quote=False))


def _names(shown: pd.DataFrame) -> list:
    """Return what stands directly over each column."""
    return [name[-1] if isinstance(name, tuple) else name for name in shown.columns]


def _head(shown: pd.DataFrame, aligned: list[str]) -> str:
    corner = escape(formats.heading(shown.index.names[-1] or ""))
    depth = shown.columns.nlevels
    first = (
        f'<th scope="col" rowspan="{depth}"{_LEFT}>{corner}</th>'
        if corner
        else f'<td rowspan="{depth}"></td>'
    )
    below = "".join(
        f'<th scope="col"{align}>{escape(formats.heading(name))}</th>'
        for name, align in zip(_names(shown), aligned, strict=True)
    )
    if depth == 1:
        return f"<tr>{first}{below}</tr>"
    spans = "".join(
        f'<th scope="colgroup" colspan="{len(list(members))}">{escape(str(top))}</th>'
        for top, members in groupby(shown.columns, key=lambda name: name[0])
    )
    return f"<tr>{first}{spans}</tr><tr>{below}</tr>"


def _bodies(index: pd.Index, rows: list[tuple[str, ...]], aligned: list[str]) -> Iterator[str]:
    """Write one `tbody`, or one for each group of rows with a heading over it."""
    headed = list(zip(index, rows, strict=True))
    if index.nlevels == 1:
        yield f"<tbody>{''.join(_row(header, cells, aligned) for header, cells in headed)}</tbody>"
        return
    for group, members in groupby(headed, key=lambda row: row[0][0]):
        name = escape(formats.cell(group))
        top = f'<tr><th scope="rowgroup" colspan="{len(aligned) + 1}"{_LEFT}>{name}</th></tr>'
        yield f"<tbody>{top}{''.join(_row(header[-1], cells, aligned) for header, cells in members)}</tbody>"


def _row(header: Any, cells: tuple[str, ...], aligned: list[str]) -> str:
    written = "".join(f"<td{align}>{_cell(cell)}</td>" for cell, align in zip(cells, aligned, strict=True))
    return f'<tr><th scope="row"{_LEFT}>{_cell(formats.cell(header))}</th>{written}</tr>'


def _cell(written: str) -> str:
    return _MISSING if written == formats.MISSING else escape(written)


def _align(numeric: bool) -> str:
    return _RIGHT if numeric else _LEFT


def _notes(output: Output) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in output.notes)
    return f'<ul class="peerbook-notes">{items}</ul>' if items else ""


def _download(output: Output) -> str:
    """Link to the saved CSV; without one, the link carries the data."""
    name = f"{output.id}.csv"
    carried = "data:text/csv;base64," + base64.b64encode(output.csv().encode()).decode()
    address = f"outputs/{name}" if output.saved else carried
    return (
        f'<p class="peerbook-download"><a href="{address}" download="{name}">'
        f"Download the data of {output.label} (CSV)</a></p>"
    )


def _data(output: Output, what: str, anchor: str = "") -> str:
    """Fold the data of a figure away as a table; of a panel also its description, notes and download link."""
    if output.data.columns.empty:
        return ""
    written = output.data.map(lambda value: value.replace("_", " ") if isinstance(value, str) else value)
    table = grid(written.set_index(written.columns[0]), f"Data of {output.label}")
    said = f"<p>{escape(output.alt)}</p>{_notes(output)}{_download(output)}"
    inner = f"{said}{table}" if anchor else table
    return f"<details{anchor}><summary>{output.label}: {escape(what)}</summary>{inner}</details>"
