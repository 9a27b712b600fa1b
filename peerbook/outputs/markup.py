"""The HTML of tables and figures: captions, header scopes, cards, downloads; every text escaped."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from peerbook.outputs import formats, widths

_SCRIPT = Path(__file__).with_name("filterable.js")
# Read aloud as "missing", shown as a dash.
_MISSING = f'<span role="img" aria-label="missing">{formats.MISSING}</span>'
_WITHHELD = f'<span role="img" aria-label="withheld">{formats.MARK}</span>'
_LEFT = ' style="text-align:left"'
_RIGHT = ' style="text-align:right"'
_NUMBER = ' style="text-align:right;white-space:nowrap"'
_TYPES = {"csv": "text/csv", "svg": "image/svg+xml"}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_NUMERIC = re.compile(r"[<>−-]?[\d,.]+%?(\s.*)?|–")


def table(id: str, body: str, around: str) -> str:
    """Return a table with its notes and download link."""
    return f'<div class="peerbook-table" id="{id}">{body}{around}</div>'


def figure(id: str, picture: str, caption: str, around: str, data: str, fold_as: str = "") -> str:
    """Return a figure: picture, caption, notes and link, and the data of it or of each panel.

    With words to `fold_as`, all but the caption is folded away below it, under these words.
    """
    said, below = f"<figcaption>{caption}</figcaption>", f"{around}{data}"
    inner = said + fold(fold_as, picture + below) if fold_as else picture + said + below
    return f'<figure class="peerbook-figure" id="{id}" style="margin:1.5rem 0">{inner}</figure>'


def nested(items: Mapping[str, Iterable[str]]) -> str:
    """Return a list of lists, which a screen reader tells as such: how many there are, and in which.

    Examples
    --------
    >>> nested({"Fruit": ["pear", "fig"], "Nuts": []})
    '<ul class="peerbook-nested"><li>Fruit (2)<ul><li>pear</li><li>fig</li></ul></li><li>Nuts (0)</li></ul>'
    """
    parts = []
    for heading, listed in items.items():
        below = "".join(f"<li>{escape(item)}</li>" for item in listed)
        count = below.count("<li>")
        parts.append(f"<li>{escape(heading)} ({count}){f'<ul>{below}</ul>' if below else ''}</li>")
    return f'<ul class="peerbook-nested">{"".join(parts)}</ul>'


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
        f'<form role="search" aria-label="Filter of {id.replace("-", " ")}" hidden>'
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


@dataclass(frozen=True)
class File:
    """Something to download.

    Attributes
    ----------
    name : str
        Of the file in the folder `outputs`, a CSV or an SVG.
    keep_as : str
        The name that a browser gives it on the reader's machine.
    carried : str
        The text of the file, for a page that has no such folder beside it.
    """

    name: str
    keep_as: str
    carried: str = ""


def take_along(id: str, label: str, files: Iterable[File], citation: str) -> str:
    """Return what a reader may take along: a link to the output, its files, and how to cite it."""
    label = escape(label)
    link = f'<a href="#{id}" aria-label="Link to {label}">Link</a>'
    links = " ".join([link, *(_link(file, label) for file in files)])
    cite = f"<summary>Cite<span> {label}</span></summary><p>{escape(citation)}</p>"
    return f'<div class="peerbook-download"><p>{links}</p><details>{cite}</details></div>'


def walk(label: str, told: Mapping[str, Any]) -> str:
    """Return the points of a figure, and the button that lets a reader walk them.

    The button is hidden where `book/_static/looks.js` is not there to show it.
    """
    points = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="peerbook-walk"><button type="button" hidden>Hear and walk {escape(label)}</button>'
        f'<script type="application/json">{points}</script></div>'
    )


def _link(file: File, label: str) -> str:
    kind = Path(file.name).suffix.removeprefix(".")
    address = _carried(file.carried, _TYPES[kind]) if file.carried else f"outputs/{file.name}"
    shown = {"csv": "Data (CSV)", "svg": "Picture (SVG)"}[kind]
    return f'<a href="{address}" download="{file.keep_as}" aria-label="{shown} of {label}">{shown}</a>'


def _carried(text: str, type: str) -> str:
    return f"data:{type};base64," + base64.b64encode(text.encode()).decode()


def pictures(id: str) -> tuple[str, str]:
    """Return the names of the files of a figure's pictures: for a page, and for a phone."""
    return f"{id}.svg", f"{id}-narrow.svg"


def image(drawn: tuple[str, ...], alt: str, id: str = "") -> str:
    """Return a picture on a white card, so that it reads on dark pages too, with another for a phone.

    Parameters
    ----------
    drawn : tuple of str
        SVGs for a page and for a phone.
    alt : str
    id : str
        Of a figure whose pictures lie in the folder `outputs`; empty if the page is to carry them.
    """
    saved = (f"outputs/{name}" for name in pictures(id))
    names = list(saved) if id else [_carried(svg, _TYPES["svg"]) for svg in drawn]
    wide, narrow = map(_size, drawn)
    return (
        f'<picture><source media="(max-width: 40rem)" srcset="{names[1]}" {narrow}>'
        f'<img alt="{escape(alt)}" src="{names[0]}" {wide} '
        'style="background:#ffffff;max-width:100%;height:auto;border-radius:4px"></picture>'
    )


def _size(svg: str) -> str:
    """Write how large a picture is, in pixels, so that a page keeps its place while pictures come."""
    width, height = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', svg).groups()
    return f'width="{float(width) * 4 / 3:.0f}" height="{float(height) * 4 / 3:.0f}"'


def badge(evidence: str) -> str:
    """Return what an output rests on as a mark in its caption; nothing without a word."""
    return f' <span class="peerbook-badge">{escape(evidence.capitalize())}</span>' if evidence else ""


def grid(shown: pd.DataFrame, caption: str, evidence: str = "") -> str:
    """Return a frame as an HTML table: its index heads the rows, its columns head the columns.

    An index of two levels groups the rows, columns of two levels are spanned by their first level. A frame
    without rows becomes a sentence.
    """
    if not len(shown):
        return f"<p>{escape(caption.removesuffix('.'))}: there is nothing to show.</p>"
    names = _names(shown)
    written = [formats.column(shown.iloc[:, i], str(name)) for i, name in enumerate(names)]
    numeric = [all(map(_NUMERIC.fullmatch, cells)) for cells in written]
    aligned = [_attributes(*column) for column in zip(numeric, written, _begins(shown), strict=True)]
    rows = list(zip(*written, strict=True)) or [()] * len(shown)
    headings = [formats.heading(name) for name in names]
    fit = widths.fit(_row_names(shown), headings, written, numeric)
    return (
        f'<div class="{fit.around}"><table class="{fit.table}" style="{escape(_labels(shown))}">'
        + f"<caption>{escape(caption)}{badge(evidence)}</caption>"
        + f"<thead>{_head(shown, numeric)}</thead>"
        + "".join(_bodies(shown.index, rows, aligned))
        + "</table></div>"
    )


def plain(value: Any) -> str:
    r"""Escape a value from raw data for use inside markdown, so that it reads as it was typed.

    An underscore inside a word is no mark of markdown and stays, as in the name of a file.

    Examples
    --------
    >>> print(plain("R&D <i>"), plain("a_b *c* _d_"), plain("- no"), plain("1. no"), sep=", ")
    R&D &lt;i&gt;, a_b \*c\* \_d\_, \- no, 1\. no
    """
    said = _MARKS.sub(r"\\\g<0>", _SPACES.sub(" ", str(value)))
    said = _ENTITY.sub("&amp;", said).replace("<", "&lt;").replace(">", "&gt;")
    return _BEGINS.sub(r"\1\\\2", said)


def code(value: Any) -> str:
    """Write a value from raw data as code inside markdown, letter by letter.

    Examples
    --------
    >>> print(code("a* OR b"), code("a `b`"))
    `a* OR b` `` a `b` ``
    """
    said = _SPACES.sub(" ", str(value)).strip()
    mark = "`" * (1 + max(map(len, re.findall("`+", said)), default=0))
    space = " " if "`" in said else ""
    return f"{mark}{space}{said}{space}{mark}"


_SPACES = re.compile(r"[\t\n\v\f\r \x85\u2028\u2029]+")
_MARKS = re.compile(r"[\\`*{}\[\]|$~]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BEGINS = re.compile(r"^( ?|(?: ?\d+(?=[.)])))([-+=#:.)])(?=\s|$|[-+=#:])")
_WRITTEN = re.compile(  # what chapters write into sentences themselves
    r'<a href="[\w./-]+(?:#[\w.-]+)?">|</a>|<span class="peerbook-[\w-]+">|</span>|<br>|</?su[bp]>'
    r"|(?<!\\)`[^`\n]+`"
)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LEADS_AWAY = re.compile(r"\\.|\](?=\((?!#|[\w./-]*[)#])|:)|!(?=\[)")


def sentence(markdown: str) -> str:
    r"""Return the markdown of a text with nothing in it but what texts are made of.

    Whatever a text was made from, it can hold paragraphs, lists, emphasis, links to pages of the book and
    badges. Other elements, pictures and links that lead out of the book are shown as they were typed.

    Examples
    --------
    >>> print(sentence('See <a href="b.html">b</a> <img src=x>, [out](http://x.org), [in](b.html)'))
    See <a href="b.html">b</a> &lt;img src=x>, [out\](http://x.org), [in](b.html)
    """
    kept, at = [], 0
    for found in _WRITTEN.finditer(markdown):
        kept += [_TAG.sub("&lt;", markdown[at : found.start()]), found[0]]
        at = found.end()
    said = "".join([*kept, _TAG.sub("&lt;", markdown[at:])])
    return _LEADS_AWAY.sub(lambda mark: mark[0] if mark[0].startswith("\\") else f"\\{mark[0]}", said)


def _names(shown: pd.DataFrame) -> list:
    """Return what stands directly over each column."""
    return [name[-1] if isinstance(name, tuple) else name for name in shown.columns]


def _row_names(shown: pd.DataFrame) -> list[str]:
    """Return what stands in the first column: its heading, and the heading of each row."""
    return [
        formats.heading(shown.index.names[-1] or ""),
        *(formats.cell(name[-1] if isinstance(name, tuple) else name) for name in shown.index),
    ]


def _labels(shown: pd.DataFrame) -> str:
    """Return the headings of the columns as properties of style.

    Where a table has no room, each of its rows becomes a card and `peerbook.css` writes these before the
    values. They stand here once instead of in every cell.
    """
    full = [
        f"{name[0]}: {formats.heading(name[-1])}" if begins else formats.heading(below)
        for name, below, begins in zip(shown.columns, _names(shown), _begins(shown), strict=True)
    ]
    quoted = (re.sub(r'([\\"])', r"\\\1", " ".join(heading.split())) for heading in full)
    return ";".join(f'--c{place}:"{heading}"' for place, heading in enumerate(quoted, start=2))


def _head(shown: pd.DataFrame, numeric: list[bool]) -> str:
    corner = escape(formats.heading(shown.index.names[-1] or ""))
    depth = shown.columns.nlevels
    first = (
        f'<th scope="col" rowspan="{depth}"{_LEFT}>{corner}</th>'
        if corner
        else f'<td rowspan="{depth}"></td>'
    )
    below = "".join(
        f'<th scope="col"{_RIGHT if number else _LEFT}>{escape(formats.heading(name))}</th>'
        for name, number in zip(_names(shown), numeric, strict=True)
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
    """Write a cell; between a number and what stands behind it in brackets, the line may break."""
    if written == formats.MISSING:
        return _MISSING
    if written == formats.MARK:
        return _WITHHELD
    parts = widths.in_brackets(written)
    return escape(f"{parts[0]} {parts[1].replace(' ', _NO_BREAK)}" if parts else written)


def _attributes(numeric: bool, cells: list[str], begins: bool) -> str:
    """Return how the cells of a column stand; numbers are kept whole, long texts and new groups are named."""
    long = not numeric and max(map(len, cells), default=0) > widths.LONG
    classes = " ".join(["peerbook-long"] * long + ["peerbook-begins"] * begins)
    whole = numeric and not any(map(widths.in_brackets, cells))
    return (f' class="{classes}"' if classes else "") + (_NUMBER if whole else _RIGHT if numeric else _LEFT)


def _begins(shown: pd.DataFrame) -> list[bool]:
    """Say of each column whether it is the first below a heading that spans several."""
    if shown.columns.nlevels == 1:
        return [False] * shown.shape[1]
    tops = [name[0] for name in shown.columns]
    return [not place or tops[place - 1] != top for place, top in enumerate(tops)]
