"""Sphinx extension: words of the glossary lead to it where a page first uses them.

Headings, links, code, formulas and the HTML of outputs stay as they are. An entry such as `Code (of an
interview)` is explained but not looked for, because as a plain word it means other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

KEPT = (
    nodes.title,
    nodes.rubric,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.caption,
    nodes.term,
    nodes.footnote,
    nodes.citation,
    addnodes.pending_xref,
    addnodes.glossary,
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Link words once pages are resolved; called by Sphinx."""
    app.connect("doctree-resolved", _link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _link(app: Sphinx, doctree: nodes.document, page: str) -> None:
    terms = {
        term: place
        for (kind, term), place in app.env.domains["std"].objects.items()
        if kind == "term" and place[0] != page
    }
    left = dict(sorted(terms.items(), key=lambda term: (-len(term[0]), term[0])))
    if not left:
        return
    for text in [text for text in doctree.findall(nodes.Text) if not _is_kept(text)]:
        found = first_uses(text.astext(), left)
        if found:
            text.parent.replace(text, _linked(app, page, text.astext(), found, terms))
            for term, _, _ in found:
                del left[term]


def first_uses(text: str, terms: Iterable[str]) -> list[tuple[str, int, int]]:
    """Find the first use of each term, as a whole word, in the singular or the plural.

    Parameters
    ----------
    text
        Some prose.
    terms
        Words to look for; of two that overlap the one named first wins.

    Returns
    -------
    list of (str, int, int)
        Term, beginning and end, as they follow each other.

    Examples
    --------
    >>> first_uses("Of all pairs, a mixed model", ["Mixed model", "Pair", "Model"])
    [('Pair', 7, 12), ('Mixed model', 16, 27)]
    """
    found: list[tuple[str, int, int]] = []
    for term in terms:
        for use in re.finditer(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text, re.IGNORECASE):
            if all(use.end() <= begin or use.start() >= end for _, begin, end in found):
                found.append((term, use.start(), use.end()))
                break
    return sorted(found, key=lambda use: use[1])


def _is_kept(text: nodes.Text) -> bool:
    if _in_written_link(text):
        return True
    above = text.parent
    while above is not None:
        if isinstance(above, KEPT):
            return True
        above = above.parent
    return False


def _in_written_link(text: nodes.Text) -> bool:
    """Say whether a text stands between `<a ...>` and `</a>` that were written as HTML in its paragraph."""
    beside = text.parent.children
    before = beside[: next(n for n, node in enumerate(beside) if node is text)]
    written = "".join(node.astext() for node in before if isinstance(node, nodes.raw))
    return written.rfind("<a ") > written.rfind("</a>")


def _linked(
    app: Sphinx, page: str, text: str, found: list[tuple[str, int, int]], terms: dict[str, tuple[str, str]]
) -> list[nodes.Node]:
    """Cut a text at the words found, and make links of these."""
    made, at = [], 0
    for term, begin, end in found:
        target, anchor = terms[term]
        address = f"{app.builder.get_relative_uri(page, target)}#{anchor}"
        made += [
            nodes.Text(text[at:begin]),
            nodes.reference("", text[begin:end], internal=True, refuri=address, classes=["peerbook-term"]),
        ]
        at = end
    return [*made, nodes.Text(text[at:])]
