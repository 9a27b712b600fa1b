"""The HTML of tables and figures: captions, header scopes, scrolling, downloads; every text escaped."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from peerbook.outputs import formats

_SCRIPT = Path(__file__).with_name("filterable.js")
# Read aloud as "missing", shown as a dash.
_MISSING = f'<span role="img" aria-label="missing">{formats.MISSING}</span>'
_LEFT = ' style="text-align:left"'
_RIGHT = ' style="text-align:right;white-space:nowrap"'
_NUMERIC = re.compile(r"[<>−-]?[\d,.]+%?(\s.*)?|–")
_SCROLL = (
    '<div class="peerbook-scroll" role="region" tabindex="0" aria-label="{label}" style="overflow-x:auto">'
)


def table(id: str, body: str, around: str) -> str:
    """Return a table with its notes and download link."""
    return f'<div class="peerbook-table" id="{id}">{body}{around}</div>'


def figure(id: str, picture: str, caption: str, around: str, data: str) -> str:
    """Return a figure: picture, caption, notes and link, and the data of it or of each panel."""
    return (
        f'<figure class="peerbook-figure" id="{id}" style="margin:1.5rem 0">{picture}'
        f"<figcaption>{caption}</figcaption>{around}{data}</figure>"
    )


def body(
    shown: pd.DataFrame | Mapping[str, pd.DataFrame],
    caption: str,
    choose: tuple[str, tuple[str, ...]] | None = None,
    id: str = "",
    evidence: str = "",
) -> str:
    """Return a frame as a table, or sections of it to unfold, with a filter over all of them.

    Without JavaScript the controls of the filter stay hidden and everything is there as plain tables.

    Parameters
    ----------
    shown : DataFrame, or mapping of str to DataFrame
        A frame, or headings with the rows below each; sections without rows are left out.
    caption : str
    choose : tuple of (str, tuple of str), optional
        The column to filter sections by, and what to choose from besides everything.
    id : str
        Of the output, for the ids of its controls.
    evidence : str
        The badge that stands in the caption.
    """
    if isinstance(shown, pd.DataFrame):
        return grid(shown, caption, evidence)
    sections = {title: rows for title, rows in shown.items() if len(rows)}
    unfolded = "".join(
        fold(f"{title} ({formats.plural(len(rows), 'row')})", grid(rows, title, evidence))
        for title, rows in sections.items()
    )
    if choose is None:
        return unfolded
    column = next((1 + list(rows.columns).index(choose[0]) for rows in sections.values()), 1)
    script = _SCRIPT.read_text(encoding="utf-8")
    return (
        f'<div class="peerbook-filterable" data-column="{column}">{_controls(id, *choose)}{unfolded}</div>'
        f"<script>{script}</script>"
    )


def _controls(id: str, choose: str, choices: Iterable[str]) -> str:
    options = "".join(f"<option>{escape(choice)}</option>" for choice in choices)
    return (
        '<form role="search" hidden>'
        f'<label for="{id}-choice">{escape(formats.heading(choose))}</label> '
        f'<select id="{id}-choice"><option value="">all</option>{options}</select> '
        f'<label for="{id}-words">Words in a row</label> <input type="search" id="{id}-words"> '
        '<output role="status"></output></form>'
    )


def fold(title: str, inner: str, id: str = "") -> str:
    """Return something to unfold, with an anchor if it has an id."""
    anchor = f' id="{id}"' if id else ""
    return f"<details{anchor}><summary>{escape(title)}</summary>{inner}</details>"


def notes(said: Iterable[str]) -> str:
    """Return notes as a list; nothing without any."""
    items = "".join(f"<li>{escape(note)}</li>" for note in said)
    return f'<ul class="peerbook-notes">{items}</ul>' if items else ""


def download(name: str, what: str, carried: str = "", keep_as: str = "") -> str:
    """Return a link to a CSV file in the folder `outputs`, or, with a text, one that carries the text.

    `keep_as` is the name that a browser gives the file on the reader's machine, if it is another one.
    """
    address = "data:text/csv;base64," + base64.b64encode(carried.encode()).decode()
    return (
        f'<p class="peerbook-download"><a href="{address if carried else f"outputs/{name}"}" '
        f'download="{keep_as or name}">Download {what} (CSV)</a></p>'
    )


def image(svg: str, alt: str) -> str:
    """Return a picture on a white card, so that it reads on dark pages too."""
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{escape(alt)}" src="{address}" '
        'style="background:#ffffff;max-width:100%;height:auto;border-radius:4px">'
    )


def badge(evidence: str) -> str:
    """Return what an output rests on as a mark in its caption; nothing without a word."""
    return f' <span class="peerbook-badge">{escape(evidence.capitalize())}</span>' if evidence else ""


def grid(shown: pd.DataFrame, caption: str, evidence: str = "") -> str:
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
        + f"<table><caption>{escape(caption)}{badge(evidence)}</caption>"
        + f"<thead>{_head(shown, aligned)}</thead>"
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
