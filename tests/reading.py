"""How hard a text is to read: the school grade of Flesch and Kincaid."""

from __future__ import annotations

import re
from pathlib import Path

import readability

NUMBER = "forty"  # read in place of any number, which else would count as a word without a syllable
GRADE = 9.0  # US school grade that texts for all readers keep to
_NOT_PROSE = re.compile(
    r"```.*?```|^---.*?^---|\$\$.*?\$\$|\$[^$]*\$|<[^>]*>|^\|[^\n]*$|{cite:\w+}`[^`]*`",
    re.DOTALL | re.MULTILINE,
)
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)|{\w+}`([^`<]*)[^`]*`")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


def prose(markdown: str) -> str:
    """Return the running text of markdown: no code, formulas, citations, tables, headings."""
    text = _LINK.sub(lambda link: link[1] or link[2] or "", _NOT_PROSE.sub(" ", markdown))
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", ">")))
    blocks = re.split(r"\n\s*\n|\n(?=\s*[-*:] )", text)
    blocks = [re.sub(r"^\s*(?:[-*:]|\d+\.)\s+", "", block) for block in blocks]
    said = [" ".join(re.sub(r"[*_`\\]", "", block).split()) for block in blocks]
    return "\n".join(
        block if block[-1] in ".:!?" else f"{block}." for block in said if len(block.split()) > 3
    )


def grade(markdown: str) -> float:
    """Return the school grade of a text."""
    sentences = [
        " ".join(NUMBER if word[0].isdigit() else word for word in _WORD.findall(sentence))
        for sentence in _SENTENCE.split(prose(markdown))
    ]
    measured = readability.getmeasures([sentence for sentence in sentences if sentence], lang="en")
    return measured["readability grades"]["Kincaid"]


def page(file: Path) -> str:
    """Return the text of a page."""
    return file.read_text(encoding="utf-8")
