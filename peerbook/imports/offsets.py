"""Which characters a selection means, found out by cutting them out of the texts of a whole project.

REFI-QDA 1.5 (section 10.2) counts Unicode code points and lets `endPosition` name the last character.
Programs differ: most let it name the one after, some count UTF-16 units or bytes, some count from 1, some
count line ends as one character and store two, or the other way round. A program does the same throughout a
project, so one reading is chosen for all of its texts: the one under which most selections hold the words
that are written beside them and, where none are, begin and end where words do.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

POINTS, UNITS, BYTES = "Unicode code points", "UTF-16 units", "UTF-8 bytes"
STORED, ONE, TWO = "stored", "one character", "two characters"
LAST, AFTER = "the last character", "the one after"
MISSING_TAIL = ("...", "…")
TRIED = 1000  # selections that a reading is chosen by, evenly from all
LONGEST = 10**12  # no text is as long
EXACT, SAME, BEGUN = 12, 10, 6  # how much words count, against at most 6 for clean edges
RARE = 2  # what a reading lacks that few programs have: less than half a selection
KNOWN_END, KNOWN_COUNT = 2, 0.5  # how much it counts that a program is known to count so
CLEAN = 4  # of edges that are clean on both sides, more or less
LETTERS = 12  # of a name that is the beginning of words
CERTAIN, LIKELY, OPEN = "certain", "likely", "not certain"
CLEAR = 1.05  # by how much a reading has to be better than the next to be likely
SEVERAL = 5  # selections, fewer are chance


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection as written: two numbers, and the words it is said to hold (perhaps cut short, or none)."""

    start: int
    end: int
    words: str = ""


@dataclass(frozen=True)
class Reading:
    """How the numbers of a project are to be read.

    Attributes
    ----------
    unit : str
        What is counted.
    line_ends : str
        What a line end counts as.
    end : str
        Which character the end names.
    first : int
        The number of the first character.
    """

    unit: str = POINTS
    line_ends: str = STORED
    end: str = LAST
    first: int = 0

    def __str__(self) -> str:
        """Say it in words."""
        base = f", counted from {self.first}" if self.first else ""
        return f"{self.unit}, ends read as {self.end}, line ends as {self.line_ends}{base}"


class Text:
    r"""A text with line ends of one character, and where its characters stand as programs count.

    Attributes
    ----------
    words : str
        The text; its characters are what the tables count.

    Examples
    --------
    >>> text = Text("one\r\ntwo")
    >>> text.words, text.cut(Reading(end=AFTER), 5, 8)
    ('one\ntwo', (4, 7))
    """

    def __init__(self, stored: str) -> None:
        self.words = stored.replace("\r\n", "\n").replace("\r", "\n")
        self._stored = stored if "\r\n" in stored else ""
        self._wide = not self.words.isascii()
        self._lines = "\n" in self.words
        self._known: dict[tuple[str, str], array | None] = {}

    def cut(self, reading: Reading, start: int, end: int) -> tuple[int, int] | str:
        """Return start and end (one past the last character), or what is wrong with the selection."""
        if end < start:
            return "the end is before the start"
        if start < reading.first:
            return "the start is before the text"
        end += 1 if reading.end == LAST else 0
        if start == end:
            return "it is zero characters wide"
        first, last = self.place(reading, start), self.place(reading, end, up=True)
        if last is None or first is None:
            return "it ends past the end of the text"
        return (first, last) if first < last else "it is zero characters wide"

    def place(self, reading: Reading, position: int, *, up: bool = False) -> int | None:
        """Return the character at a position, or None past the end; between two, the one before or after."""
        position -= reading.first
        edges = self._edges(reading)
        if edges is None:
            return position if 0 <= position <= len(self.words) else None
        if not 0 <= position <= edges[-1]:
            return None
        at = bisect_left(edges, position)
        return at if up or edges[at] == position else at - 1

    def forget(self) -> None:
        """Let go of the places that were worked out; they are worked out anew when asked for."""
        self._known.clear()

    def _edges(self, reading: Reading) -> array | None:
        """Return where each character begins, and the end of the text; None if all are one wide."""
        key = (reading.unit if self._wide else POINTS, reading.line_ends if self._lines else ONE)
        if key not in self._known:
            self._known[key] = self._counted(*key)
        return self._known[key]

    def _counted(self, unit: str, line_ends: str) -> array | None:
        if line_ends == STORED and not self._stored:
            line_ends = ONE
        if unit == POINTS and line_ends == ONE:
            return None
        letters = np.frombuffer(self.words.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        width = np.ones(len(letters), dtype=np.int64)
        if unit == UNITS:
            width += letters > 0xFFFF
        elif unit == BYTES:
            for limit in (0x7F, 0x7FF, 0xFFFF):
                width += letters > limit
        if line_ends == TWO:
            width[letters == 10] = 2
        elif line_ends == STORED:
            width[self._doubled()] += 1
        return array("q", np.concatenate([[0], np.cumsum(width)]).tobytes())

    def _doubled(self) -> np.ndarray:
        """Return the places of the line ends that are stored as two characters."""
        ends = np.frombuffer(self._stored.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        after_return = np.concatenate([[False], ends[:-1] == 13])
        both = (ends == 10) & after_return  # the second character of each
        return np.flatnonzero(both) - np.arange(1, both.sum() + 1)


@dataclass(frozen=True)
class Chosen:
    """The reading of a project, and how sure it is.

    Attributes
    ----------
    reading : Reading
    selections, tried : int
        How many there are, and how many it was chosen by.
    named : int
        Those that have something written beside them.
    same : int
        Those that hold what is written beside them, up to white space, perhaps cut short.
    clean : float
        Share of the tried selections that begin and end where words do.
    sure : str
        One of "certain" (words were verified), "likely" and "not certain".
    next_best : str
        The best reading that gives other words; blank if there is none.
    """

    reading: Reading
    selections: int = 0
    tried: int = 0
    named: int = 0
    same: int = 0
    clean: float = 0.0
    sure: str = OPEN
    next_best: str = ""

    def __str__(self) -> str:
        """Say how sure the reading is, for a reader."""
        if not self.selections:
            return "no selections of text"
        edges = f"{self.clean:.0%} of them begin and end where words do"
        if self.same and self.same == self.named == self.selections:
            return f"{self.sure}: all {self.same} selections hold the words written beside them"
        if self.same:
            return f"{self.sure}: {self.same} of {self.named} selections hold what is written beside them"
        beside = "what is written beside" if self.named else "no words are written beside"
        other = " is not their words" if self.named else ""
        return f"{self.sure}: {beside} the {self.selections} selections{other}; {edges}"

    def record(self) -> dict[str, object]:
        """Return how offsets were read, and how sure that is, for the import record."""
        if not self.selections:
            return {}
        return {
            "reading": str(self.reading),
            "sure": self.sure,
            "because": str(self),
            "selections": self.selections,
            "with_words_beside": self.named,
            "words_come_out": self.same,
            "clean_edges": round(self.clean, 3),
            "next_best_reading": self.next_best,
        }


def choose(texts: Iterable[tuple[Text, Sequence[Selection]]], likely_first: Sequence[Reading] = ()) -> Chosen:
    """Choose the reading of a project.

    Parameters
    ----------
    texts : iterable of (Text, sequence of Selection)
    likely_first : sequence of Reading
        What the program is known to do; decides between readings that fit equally well.

    Examples
    --------
    >>> chosen = choose([(Text("one two"), [Selection(4, 7, "two")])])
    >>> chosen.reading.end, chosen.sure
    ('the one after', 'certain')
    """
    groups = [(text, list(selections)) for text, selections in texts]
    count = sum(len(selections) for _, selections in groups)
    step, at = 1 + count // TRIED, 0
    scores = [_Score(reading, _before(reading, likely_first)) for reading in _readings(likely_first)]
    tried = named = 0
    for text, selections in groups:
        sample = [each for number, each in enumerate(selections, at) if number % step == 0]
        at += len(selections)
        # Of one number twice nobody can say whether it is one character, or a slip.
        telling = [each for each in sample if each.start < each.end or each.words.strip()]
        tried += len(telling)
        named += sum(bool(each.words.strip()) for each in telling)
        for score in scores:
            score.add(text, telling)
        text.forget()
    ranked = _apart(sorted(scores, key=lambda score: -score.total))  # stable: the likelier stays first
    best, following = ranked[0], ranked[1] if len(ranked) > 1 else None
    return Chosen(
        best.reading,
        count,
        tried,
        named,
        best.same,
        best.clean / tried if tried else 0.0,
        _sure(best, following, named, tried),
        str(following.reading) if following else "",
    )


def _before(reading: Reading, known: Sequence[Reading]) -> float:
    """Score a reading before any selection is looked at."""
    rare = RARE * ((reading.unit == BYTES) + (reading.first == 1))
    alike = [
        KNOWN_END * (reading.end == each.end)
        + KNOWN_COUNT * ((reading.unit == each.unit) + (reading.line_ends == each.line_ends))
        for each in known
    ]
    return max(alike, default=0.0) - rare


def _sure(best: _Score, following: _Score | None, named: int, tried: int) -> str:
    if best.same and best.same >= 0.5 * named and (following is None or best.total > following.total):
        return CERTAIN
    if tried and (following is None or (tried >= SEVERAL and best.total > CLEAR * following.total)):
        return LIKELY
    return OPEN


@dataclass
class _Score:
    """How well a reading fits, and what it cuts out."""

    reading: Reading
    total: float
    same: int = 0
    clean: int = 0
    cuts: list[tuple[int, int] | None] = field(default_factory=list)

    def add(self, text: Text, selections: Sequence[Selection]) -> None:
        """Add the selections of a text."""
        for selection in selections:
            cut = text.cut(self.reading, selection.start, selection.end)
            if isinstance(cut, str):
                self.cuts.append(None)
                continue
            self.cuts.append(cut)
            edges = _edge(text.words, *cut)
            words = _alike(selection.words, text.words[slice(*cut)])
            self.total += edges + words
            self.same += words > 0
            self.clean += edges >= CLEAN


def _apart(ranked: Sequence[_Score]) -> list[_Score]:
    """Keep of the readings that cut out the same only the first."""
    found: dict[tuple, _Score] = {}
    for score in ranked:
        found.setdefault(tuple(score.cuts), score)
    return list(found.values())


def _readings(likely_first: Sequence[Reading]) -> list[Reading]:
    """Return the readings to try: likely ones, then usual ones, as the standard says first."""
    counted = product((0, 1), (POINTS, UNITS, BYTES), (STORED, ONE, TWO), (LAST, AFTER))
    usual = (Reading(unit, line_ends, end, first) for first, unit, line_ends, end in counted)
    return list(dict.fromkeys([*likely_first, *usual]))


def _alike(said: str, found: str) -> int:
    """Score how well the words beside a selection are those found."""
    if not said.strip():
        return 0
    said, cut_short = without_tail(said)
    if said == found:
        return EXACT
    said, found = " ".join(said.split()), " ".join(found.split())
    if said == found:
        return SAME
    begun = found.startswith(said) and (cut_short or len(said) >= LETTERS)
    return BEGUN if begun and said else 0


def without_tail(said: str) -> tuple[str, bool]:
    """Return words without the mark that some are left out, and whether there was one."""
    for tail in MISSING_TAIL:
        if said.rstrip().endswith(tail):
            return said.rstrip().removesuffix(tail).rstrip(), True
    return said, False


def _edge(text: str, start: int, end: int) -> int:
    """Score how cleanly a piece begins and ends: 0 within a word, up to 6 where it is a whole phrase."""
    return _begins(text, start) + _ends(text, end)


def _begins(text: str, start: int) -> int:
    letter, before = text[start], text[start - 1] if start else "\n"
    if letter.isspace():
        return 1
    if letter.isalnum() and before.isalnum():
        return 0
    return 3 if before.isspace() else 2


def _ends(text: str, end: int) -> int:
    letter, after = text[end - 1], text[end] if end < len(text) else "\n"
    if letter.isspace():
        return 1
    if letter.isalnum() and after.isalnum():
        return 0
    return 3 if after.isspace() else 2


def holds(words: str, selection: Selection) -> bool:
    """Say whether words cut out of the text are those of the selection, up to white space.

    Examples
    --------
    >>> holds("one  two", Selection(0, 8, "one two")), holds("one two three", Selection(0, 13, "one two..."))
    (True, True)
    """
    return _alike(selection.words, words) > 0
