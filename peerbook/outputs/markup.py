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

    An index of two levels groups the rows, columns of two levels are spanned by their first level.
    """
    numeric = [_is_numeric(shown.iloc[:, i], name) for i, name in enumerate(shown.columns)]
    return (
        _SCROLL.format(label=escape(f"{caption} Scrolls sideways.", quote=True))
        + f"<table><caption>{escape(caption)}</caption><thead>{_head(shown, numeric)}</thead>"
        + "".join(_bodies(shown, numeric))
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


def _head(shown: pd.DataFrame, numeric: list[bool]) -> str:
    corner = escape(formats.heading(shown.index.names[-1] or ""))
    depth = shown.columns.nlevels
    first = f'<th scope="col" rowspan="{depth}">{corner}</th>' if corner else f'<td rowspan="{depth}"></td>'
    if depth == 1:
        cells = (_th_col(name, right) for name, right in zip(shown.columns, numeric, strict=True))
        return f"<tr>{first}{''.join(cells)}</tr>"
    spans = "".join(
        f'<th scope="colgroup" colspan="{len(list(names))}">{escape(str(top))}</th>'
        for top, names in groupby(shown.columns, key=lambda name: name[0])
    )
    below = (_th_col(name[1], right) for name, right in zip(shown.columns, numeric, strict=True))
    return f"<tr>{first}{spans}</tr><tr>{''.join(below)}</tr>"


def _th_col(name: Any, right: bool) -> str:
    return f'<th scope="col"{_align(right)}>{escape(formats.heading(name))}</th>'


def _bodies(shown: pd.DataFrame, numeric: list[bool]) -> Iterator[str]:
    """Write one `tbody`, or one for each group of rows with a heading over it."""
    rows = list(shown.itertuples(index=True, name=None))
    if shown.index.nlevels == 1:
        yield f"<tbody>{''.join(_row(index, cells, shown, numeric) for index, *cells in rows)}</tbody>"
        return
    for group, members in groupby(rows, key=lambda row: row[0][0]):
        top = (
            f'<tr><th scope="rowgroup" colspan="{shown.shape[1] + 1}">{escape(formats.cell(group))}</th></tr>'
        )
        yield f"<tbody>{top}{''.join(_row(i[-1], cells, shown, numeric) for i, *cells in members)}</tbody>"


def _row(header: Any, cells: list[Any], shown: pd.DataFrame, numeric: list[bool]) -> str:
    columns = [name[-1] if isinstance(name, tuple) else name for name in shown.columns]
    written = (
        f"<td{_align(right)}>{_cell(value, name)}</td>"
        for value, name, right in zip(cells, columns, numeric, strict=True)
    )
    return f'<tr><th scope="row">{_cell(header, shown.index.names[-1] or "")}</th>{"".join(written)}</tr>'


def _cell(value: Any, column: Any) -> str:
    written = formats.cell(value, str(column))
    return _MISSING if written == formats.MISSING else escape(written)


def _is_numeric(values: pd.Series, name: Any) -> bool:
    column = name[-1] if isinstance(name, tuple) else name
    return all(_NUMERIC.fullmatch(formats.cell(value, str(column))) for value in values)


def _align(right: bool) -> str:
    return ' style="text-align:right"' if right else ""


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
    """Fold the data of a figure away as a table; of a panel also its notes and download link."""
    if output.data.columns.empty:
        return ""
    table = grid(output.data.set_index(output.data.columns[0]), f"Data of {output.label}")
    inner = f"{_download(output)}{_notes(output)}{table}" if anchor else table
    return f"<details{anchor}><summary>{output.label}: {escape(what)}</summary>{inner}</details>"
