"""Sphinx extension: formulas and references that screen readers can read.

Formulas become MathML, which browsers draw without a script; Jupyter Book's own renderer loads one from the
network. References become items of a list; Sphinx gives them a role that is not allowed in one.
"""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the renderer `mathml` and mend the list of references; called by Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("html-page-context", _references)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _references(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    context["body"] = context.get("body", "").replace('role="doc-biblioentry"', 'role="listitem"')


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="peerbook-formula", tabindex="0"))
    translator.body.append(_mathml(node, "block"))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _mathml(node: nodes.Element, display: str) -> str:
    """Convert a formula; one that cannot be converted is a warning, and warnings stop the build."""
    try:
        return convert(node.astext(), display=display)
    except Exception as error:  # the converter's errors share no class of their own
        getLogger(__name__).warning("formula %r: %r", node.astext(), error, location=node)
        return ""
