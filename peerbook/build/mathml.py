"""Sphinx extension: formulas as MathML, which browsers draw and screen readers read without a script.

Jupyter Book's own renderer loads its script from the network.
"""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the renderer `mathml`; called by Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="peerbook-formula"))
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
