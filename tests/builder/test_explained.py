from __future__ import annotations

import pytest

from peerbook.builder.explained import first_uses


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
