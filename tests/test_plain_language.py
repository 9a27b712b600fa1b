"""What speaks to all readers takes nine years of school: hand-written pages, and each page in short."""

from __future__ import annotations

import json
import re

import pytest

from peerbook import paths
from tests import reading

PAGES = [page for page in sorted(paths.book().glob("*.md")) if reading.prose(reading.page(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_written_by_hand_is_plain(page):
    text = re.sub(r"```(?:{glossary}|{tableofcontents})?\n|:sorted:", "", reading.page(page))
    assert reading.grade(text) <= reading.GRADE


@pytest.mark.slow
def test_every_page_in_short_and_the_summary_are_plain(built_book):
    files = (built_book / "outputs").glob("*/text-*.json")
    records = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    spoken = {
        record["id"]: record["text"]
        for record in records
        if record["id"].startswith(("text-in-short-", "text-summary"))
    }
    grades = {id: reading.grade(text) for id, text in spoken.items() if reading.prose(text)}
    assert {id: grade for id, grade in grades.items() if grade > reading.GRADE} == {}


def test_long_words_and_long_sentences_are_hard():
    plain = "People met once a week. They talked about what helped. Most of them felt a little better."
    hard = (
        "Consequently, the heterogeneous configuration of organisational infrastructures necessitated "
        "considerable methodological flexibility throughout the implementation of the evaluation programme."
    )
    assert reading.grade(plain) < 5 < reading.GRADE < reading.grade(hard)


def test_numbers_do_not_make_a_text_easy():
    assert reading.grade("Of 1,414 pairs 0.25 and 16 rose.") == reading.grade(
        "Of forty pairs forty and forty rose."
    )


def test_only_prose_is_measured():
    text = (
        "# A heading of some kind\n\n```python\nx = 1\n```\n\n"
        "- One line of a list that [says](a.md) much\n- Two {cite:p}`a`."
    )
    assert reading.prose(text) == "One line of a list that says much."
