"""Long tables with a filter: sections to open, native controls, a count that is read aloud.

Without JavaScript the controls stay hidden and everything is there as plain tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

import pandas as pd

from peerbook.outputs import Output, formats, markup

SCRIPT = Path(__file__).with_name("filterable.js")


def filterable(
    id: str,
    caption: str,
    data: pd.DataFrame,
    sections: Mapping[str, pd.DataFrame],
    choose: str,
    choices: Iterable[str],
    *,
    notes: Iterable[str] = (),
) -> Output:
    """Make a long table of sections, each a table to unfold, with a filter over all of them.

    Parameters
    ----------
    id, caption : str
    data : DataFrame
        Tidy; what the CSV holds.
    sections : mapping of str to DataFrame
        Heading of a section, and its rows as shown: the index heads the rows.
    choose : str
        The column to choose by.
    choices : iterable of str
        What to choose from, besides everything.
    notes : iterable of str
    """
    sections = {title: rows for title, rows in sections.items() if len(rows)}
    column = next((1 + list(rows.columns).index(choose) for rows in sections.values()), 1)
    unfolded = "".join(
        f"<details><summary>{escape(title)} ({formats.plural(len(rows), 'row')})</summary>"
        f"{markup.grid(rows, title)}</details>"
        for title, rows in sections.items()
    )
    controls = _controls(id, choose, choices)
    body = (
        f'<div class="peerbook-filterable" data-column="{column}">{controls}{unfolded}</div>'
        f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>"
    )
    return Output(id, "table", caption, data=data.copy(), notes=tuple(notes), markup=body)


def _controls(id: str, choose: str, choices: Iterable[str]) -> str:
    options = "".join(f"<option>{escape(choice)}</option>" for choice in choices)
    return (
        '<form role="search" hidden>'
        f'<label for="{id}-choice">{escape(formats.heading(choose))}</label> '
        f'<select id="{id}-choice"><option value="">all</option>{options}</select> '
        f'<label for="{id}-words">Words in a row</label> <input type="search" id="{id}-words"> '
        '<output role="status"></output></form>'
    )
