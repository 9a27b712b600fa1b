"""Numbers that follow from data are computed, never typed into the prose of a notebook.

The prose may hold definitions, such as "two consecutive logs". They are listed here, each with its reason;
a limit that the code has is written from the code, so that the prose cannot fall behind it.
"""

from __future__ import annotations

import json
import re

import pytest

from peerbook import paths
from peerbook.builder.contents import read_contents
from peerbook.chapters.side_by_side.robustness.specification_curve import LONG_GAP
from peerbook.chapters.side_by_side.summary import LEAST_ROUTES
from peerbook.economics.imputed import DONORS, LEAST
from peerbook.economics.quarters import DAYS
from peerbook.outputs.formats import in_words
from peerbook.stats.effects import LARGE, MEDIUM, SMALL

WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? millions? "
    "dozens? half halves thirds? quarters? fifths? tenths? single twice thrice double triple "
    "most fewest largest smallest highest lowest majority minority"
)
NUMBER = re.compile(rf"\d[\d,.]*\d%?|\d%?|\b(?:{'|'.join(WORDS.split())})\b", re.IGNORECASE)
PLACE = r"[A-Z]?\d+(?:\.\d+)?[a-z]?"
NOT_PROSE = re.compile(
    r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|{\w+(?::\w+)?}`[^`]*`|`[^`]*`"  # code, formulas, citations
    r"|^ *\d+\. ",  # the numbers of a list
    re.DOTALL | re.MULTILINE,
)
REFERENCE = re.compile(rf"\b(?:Tables?|Figures?|chapters?) {PLACE}(?:(?:, | and | to ){PLACE})*")
DEFINITIONS = {
    "summary": {
        "changed between two logs": "what a pair of logs is",
        "p below 0.05": "the reading rule",
        f"At least {in_words(LEAST_ROUTES)} of them": "a rule of the choice",
        "pass most checks": "how cards are sorted",
        "largest effect": "how cards are sorted",
    },
    "log_findings": {
        "Two logs of one person on one day": "what a duplicate is",
        "month 1 is the first log": "what a month of participation is",
        "two people who support each other": "what a pair of peers is",
    },
    "methods": {
        "every third in between": "which form is sent when",
        "minority ethnic": "a name",
        "three categories of support": "decreased, unchanged, increased",
        "p < 0.05": "the reading rule",
        "95% confidence interval": "the reading rule",
        f"From {SMALL:g} it is called small, from {MEDIUM:g} medium, above {LARGE:g} large": "Cohen's words",
    },
    "associations": {
        "two logs of the same person": "what a pair of logs is",
        "three kinds of pair": "decreased, unchanged, increased",
        "asks for two things": "the reading rule",
        "asks for a third thing": "the reading rule",
        "rest on a single pair or person": "what is no mean",
        "second half of the reading rule; the first half stays at 0.05": "the reading rule",
        "p below 0.05": "the reading rule",
        "Below 0.2 it is called trivial": "Cohen's words",
        f"from {SMALL:g} small, from {MEDIUM:g} medium, above {LARGE:g} large": "Cohen's words",
    },
    "associations_tables": {
        "one in twenty": "0.05 in words",
        "p below 0.05": "what a test asks",
    },
    "robustness": {
        "one in twenty": "0.05 in words",
        "Largest test": "the name of a check",
        "the largest test that turns up": "what the check compares with",
        "an earlier version": "of this book",
        "The last rows of Table R.5": "where they stand",
        "middle 95%": "the level of an interval",
        "corrected for that (CR2)": "the name of a correction",
        "differences between two categories": "what a difference is",
        "about one time in twenty": "0.05 in words",
        "some people send many logs and most send few": "turnout, which no one number says",
        "p below 0.05": "what a check asks",
        f"more than {LONG_GAP} days": "a choice of the analysis",
        "A 95% interval should cover the truth 95 times in a hundred": "what an interval is",
    },
    "economics": {
        "five questions about health": "what the index is made from",
        "any of the five answers": "the same",
        "1 is full health, 0 is as bad as being dead": "what the index means",
        "one number": "the same",
        "last three months": "what a form asks about",
        "three months *before* the first log": "the same",
        "three months before the first log": "the same",
        "between two quarters": "what the area is made from",
        "quarter": "of a year: how time is counted",
        f"{DAYS:.1f} days": "how long that is",
        "two ends times 0.25": "a quarter of a year",
        "Half a year at an index of 0.6 counts as 0.3": "what a quality-adjusted life year is",
        "mean is given in three ways": "the rows of a table",
        "EQ-5D-3L": "the name of a questionnaire",
        f"one of {DONORS} people who are alike": "how gaps are filled",
        f"fewer than {LEAST} answers": "a limit of filling gaps",
    },
    "detectable": {
        "two ways to find out": "by formula and by simulation",
        "of two groups": "what a t test compares",
        "The smallest change that can be seen is": "what is looked for",
    },
    "monitoring": {
        "So is every third, and the last": "which form is due when",
        "so is every third after it": "the same",
        "The last before the end of the study": "the same",
    },
    "consultation": {"so single words are not counted": "what is counted"},
    "values_framework": {
        "Where two people read the same": "what agreement of coders is",
        "whether anything was coded twice": "the same",
    },
    "bame": {"minority ethnic": "a name"},
    "agreement": {
        "a table of zeros": "what lenient rules are tried on",
        "zeros meet": "the same",
        "no single printed truth": "what a contradiction is",
        "two readings": "what an ambiguity is",
        "there are two answers": "the lenient and the strict one",
        "side of 0.05": "the lenient rule",
    },
    "audit": {"looked for twice": "as printed, and corrected"},
    "stand_in": {"No single person": "what is not done"},
    "together/survey": {"Most faults of the printed numbers": "a judgement, which the table bears out"},
}
# Chapters of the first study by their name, of others by their place.
CHAPTERS = {
    chapter.place.removeprefix("side_by_side/"): chapter for chapter in read_contents(paths.root()).chapters
}
every_chapter = pytest.mark.parametrize("name", CHAPTERS)


def prose(cell: str) -> str:
    """Return what of a cell is prose, in one line, without references to tables and figures."""
    return REFERENCE.sub(" ", " ".join(NOT_PROSE.sub(" ", cell).split()))


def numbers_typed(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Find numbers, in digits or in words, and superlatives that stand in no allowed phrase."""
    for phrase in sorted(allowed, key=len, reverse=True):
        text = re.sub(re.escape(phrase), " ", text, flags=re.IGNORECASE)
    return [text[max(0, m.start() - 30) : m.end() + 30] for m in NUMBER.finditer(text)]


def cells_of(name: str) -> list[str]:
    cells = json.loads(CHAPTERS[name].notebook.read_text(encoding="utf-8"))["cells"]
    return [prose("".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"]


@every_chapter
def test_no_number_is_typed_into_the_prose(name):
    allowed = tuple(DEFINITIONS.get(name, {}))
    assert [found for cell in cells_of(name) for found in numbers_typed(cell, allowed)] == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_definition_on_the_list_is_in_the_prose_and_has_a_reason(name):
    text = " ".join(cells_of(name)).lower()
    assert [phrase for phrase in DEFINITIONS[name] if phrase.lower() not in text] == []
    assert all(DEFINITIONS[name].values())


@pytest.mark.parametrize(
    "sentence",
    [
        "Leeds is the region with most logs.",
        "The report prints a hundred models.",
        "The log asks about eight types of support.",
        "The scales run from 0 to 15.",
        "Three earlier frameworks were read.",
        "One event made a single ranked list.",
        "A third of the people said so, two of them twice.",
        "It was 62.5% of them.",
    ],
)
def test_a_typed_number_is_found_in_digits_and_in_words(sentence):
    assert numbers_typed(prose(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "Tables 3.1, 3.2 and A4.1 to A4.11, Figures 4.7d to 4.7q and chapters 3 and 4.",
        "1. **People.** Some.\n2. **Turnout.** Others.",
        "The first question, and the second; everyone often weighed sixpence.",
        "Rules {cite:p}`herth1992,clarke2014`, with $u_2$ and `top_n = 15`.\n```\nrun 3\n```",
    ],
)
def test_references_lists_code_and_ordinals_are_no_typed_numbers(sentence):
    assert numbers_typed(prose(sentence)) == []


def test_an_allowed_phrase_allows_no_other_number():
    assert numbers_typed("Two consecutive logs of two people.", ("two consecutive logs",)) == [
        "  of two people."
    ]
