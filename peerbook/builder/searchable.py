"""Sphinx extension: a search that finds what stands in tables, and leads to them.

Sphinx indexes the HTML of a table by taking its tags away, which glues neighbouring cells to one word:
`hope` and `283` become `hope283`. A line break after each cell keeps them apart, and shows nowhere. The
number of each table and figure becomes an entry of the index that leads to it.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from peerbook.labels import label

_ENDS = re.compile(r"</(?:t[dh]|caption|figcaption|summary|option|li|p)>(?!\s)")
_OUTPUT = re.compile(r'<(?:div class="peerbook-table|figure class="peerbook-figure)[^>]* id="([^"]+)"')
_PANEL = re.compile(r'<details[^>]* id="(fig-[^"]+)"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend the HTML of outputs as pages are read; called by Sphinx."""
    app.connect("doctree-read", _mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _mend(app: Sphinx, doctree: nodes.document) -> None:
    ids: dict[str, None] = {}
    for node in doctree.findall(nodes.raw):
        if "html" in node.get("format", "").split():
            html = node.astext()
            ids |= dict.fromkeys([*_OUTPUT.findall(html), *_PANEL.findall(html)])
            node.clear()
            node.append(nodes.Text(apart(html)))
    if ids:
        entries = [("single", label(id), id, "", None) for id in ids]
        doctree.insert(0, addnodes.index(entries=entries))


def apart(html: str) -> str:
    r"""Put a line break behind each cell, caption and item.

    Examples
    --------
    >>> apart("<td>hope</td><td>283</td>")
    '<td>hope</td>\n<td>283</td>\n'
    """
    return _ENDS.sub(lambda end: f"{end[0]}\n", html)
