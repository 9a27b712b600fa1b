"""A survey of five people: one question of several ticks that is routed, one of a single answer."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.survey import Survey

QUESTIONS = [
    ("attends", "Attends a group", "single", ""),
    ("liked", "What they like", "several", "attends = yes"),
    ("age", "Age", "number", ""),
    ("words", "In their own words", "open", "attends = yes"),
]
OPTIONS = [
    ("attends", "yes", "Yes"),
    ("attends", "no", "No"),
    ("liked", "talk", "Talking"),
    ("liked", "tea", "Tea"),
]
ANSWERS = [
    # attends, liked_talk, liked_tea, age, words
    ("yes", "yes", "yes", 30, "a"),
    ("yes", "yes", "", 65, "b"),
    ("yes", "", "", 44, ""),
    ("no", "", "yes", None, "c"),
    (None, "", "", 25, ""),
]


@pytest.fixture
def survey() -> Survey:
    answers = pd.DataFrame(ANSWERS, columns=["attends", "liked_talk", "liked_tea", "age", "words"])
    questions = pd.DataFrame(QUESTIONS, columns=["question", "label", "type", "asked_if"])
    return Survey.of(answers, questions, pd.DataFrame(OPTIONS, columns=["question", "option", "label"]))
