from __future__ import annotations

import pytest
from docutils import nodes

from peerbook.builder.explained import _is_kept, first_uses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two logs make a log.", [("Log", "logs")]),
        ("A catalogue, logged, log-normal", []),
        ("The mixed model", [("Mixed model", "mixed model")]),
        ("P values, and a P value", [("P value", "P values")]),
        ("A code", []),
    ],
)
def test_whole_words_are_found_once(text, found):
    terms = ["Code (of an interview)", "Mixed model", "P value", "Model", "Log"]
    assert [(term, text[begin:end]) for term, begin, end in first_uses(text, terms)] == found


@pytest.mark.parametrize(("written", "inside"), [('<a href="log.html">', True), ("<b>", False)])
def test_words_inside_a_link_written_as_html_are_left_alone(written, inside):
    words, after = nodes.Text("Log findings"), nodes.Text(" and a log")
    nodes.paragraph("", "", nodes.raw("", written, format="html"), words, nodes.raw("", "</a>"), after)
    assert (_is_kept(words), _is_kept(after)) == (inside, False)
