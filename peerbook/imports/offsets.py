"""Which characters a selection means, found out by cutting them out of the text.

REFI-QDA 1.5 (section 10.2) counts Unicode code points and lets `endPosition` name the last character.
Programs differ: some let it name the one after, some count line ends as one character and store two, or the
other way round. Most write the selected words beside the numbers, so the reading that gives them back can be
found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENDS = {"the last character": 1, "the one after": 0}  # what has to be added for an end past the selection
MISSING_TAIL = ("...", "…")


@dataclass(frozen=True)
class Selection:
    """A selection as written: two numbers, and the words it is said to hold (perhaps cut short, or none)."""

    start: int
    end: int
    words: str = ""


@dataclass(frozen=True)
class Reading:
    """How the numbers of a source are to be read.

    Attributes
    ----------
    text : str
        The text with the line ends that the numbers count.
    line_ends, end : str
        How they were read, in words.
    added : int
        What is added to an end, so that it is one past the last character.
    matches, with_words : int
        Selections whose words come out, up to white space, and selections that have words to compare.
    exact : int
        Selections whose words come out to the character.
    """

    text: str
    line_ends: str
    end: str
    added: int
    matches: int
    with_words: int
    exact: int

    def cut(self, selection: Selection) -> tuple[int, int, str]:
        """Return start, end (one past the last character) and the words between them."""
        end = selection.end + self.added
        return selection.start, end, self.text[selection.start : end]


def find_reading(text: str, selections: Sequence[Selection]) -> Reading | None:
    """Find the reading under which the most selections hold their words.

    Parameters
    ----------
    text : str
        As stored, without byte order mark.
    selections : sequence of Selection

    Returns
    -------
    Reading or None
        Of equally good ones, the first: line ends as stored, ends as the standard says. None if some
        selection lies outside the text under every reading.

    Examples
    --------
    >>> reading = find_reading("one two", [Selection(4, 7, "two")])
    >>> reading.end, reading.cut(Selection(4, 7))
    ('the one after', (4, 7, 'two'))
    """
    readings = [
        Reading(variant, line_ends, end, added, *_compared(variant, selections, added))
        for line_ends, variant in _variants(text).items()
        for end, added in ENDS.items()
        if all(0 <= s.start < s.end + added <= len(variant) for s in selections)
    ]
    return max(readings, key=lambda reading: (reading.matches, reading.exact), default=None)


def holds(words: str, selection: Selection) -> bool:
    """Say whether words cut out of the text are those of the selection, up to white space.

    Examples
    --------
    >>> holds("one  two", Selection(0, 8, "one two")), holds("one two three", Selection(0, 13, "one two..."))
    (True, True)
    """
    said, found = " ".join(selection.words.split()), " ".join(words.split())
    for tail in MISSING_TAIL:
        if said.endswith(tail) and not found.endswith(tail):
            return found.startswith(said.removesuffix(tail).rstrip())
    return said == found


def _variants(text: str) -> dict[str, str]:
    """Return the text with its line ends as stored, as one character, and as two."""
    one = text.replace("\r\n", "\n").replace("\r", "\n")
    return {"as stored": text, "one character": one, "two characters": one.replace("\n", "\r\n")}


def _compared(text: str, selections: Sequence[Selection], added: int) -> tuple[int, int, int]:
    """Count selections whose words come out, those that have words, and those that come out exactly."""
    with_words = [s for s in selections if s.words.strip()]
    cut = [text[s.start : s.end + added] for s in with_words]
    matches = sum(holds(words, s) for words, s in zip(cut, with_words, strict=True))
    return matches, len(with_words), sum(words == s.words for words, s in zip(cut, with_words, strict=True))
