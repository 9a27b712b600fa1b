"""Two texts side by side: sentences matched, and of a changed one the words that differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from peerbook.builder.compare.cells import same

SAME, GONE, NEW = "same", "gone", "new"
_SENTENCE = re.compile(r"\n+|(?<=[.!?])[^\S\n]+(?=[^a-z\s])")
_LISTED = re.compile(r"^[-*+] +")
_WORD = re.compile(r"([+\-−]?\d[\d,]*(?:\.\d+)?%?|\w+(?:[’'-]\w+)*|[^\w\s])(\s*)")


class Piece(NamedTuple):
    """A run of words: in both texts, only in the first, or only in the second."""

    kind: str
    text: str


def sentences(text: str) -> list[str]:
    r"""Split a text at ends of lines and sentences, without the marks of a list.

    Examples
    --------
    >>> sentences("- In all 3.5 logs. Few came from there.\nMore, e.g. here.")
    ['In all 3.5 logs.', 'Few came from there.', 'More, e.g. here.']
    """
    parts = (_LISTED.sub("", part.strip()) for part in _SENTENCE.split(text))
    return [part for part in parts if part]


def same_words(a: str, b: str, tolerance: float = 0.0) -> bool:
    """Say whether two texts say the same: word by word, and their numbers within a tolerance."""
    if a == b:
        return True
    first, second = _words(a), _words(b)
    return len(first) == len(second) and all(
        _same(one, other, tolerance) for one, other in zip(first, second, strict=True)
    )


def matched(
    a: Sequence[str], b: Sequence[str], tolerance: float = 0.0
) -> list[tuple[str | None, str | None]]:
    """Match the sentences of two texts that say the same, or nearly; the others stand alone."""
    pairs: list[tuple[str | None, str | None]] = []
    for kind, i, j, k, m in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += zip(a[i:j], b[k:m], strict=True)
        else:
            pairs += _nearest(a[i:j], b[k:m], lambda one, other: same_words(one, other, tolerance))
    return pairs


def pieces(a: str, b: str) -> list[Piece]:
    """Return the words of two texts as they follow each other, those that differ marked.

    Examples
    --------
    >>> pieces("In all 30 logs", "In all 31 logs")
    [Piece(kind='same', text='In all '), Piece(kind='gone', text='30 '), Piece(kind='new', text='31 '), \
Piece(kind='same', text='logs')]
    """
    first, second = _WORD.findall(a), _WORD.findall(b)
    found = SequenceMatcher(a=[w for w, _ in first], b=[w for w, _ in second], autojunk=False)
    made: list[Piece] = []
    for kind, i, j, k, m in found.get_opcodes():
        if kind == "equal":
            made.append(Piece(SAME, _joined(second[k:m])))
        else:
            made += [
                Piece(what, _joined(words))
                for what, words in ((GONE, first[i:j]), (NEW, second[k:m]))
                if words
            ]
    return made


def _joined(words: Sequence[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in words)


def _words(text: str) -> list[str]:
    return [word for word, _ in _WORD.findall(text)]


def _same(a: str, b: str, tolerance: float) -> bool:
    if a == b:
        return True
    if a.endswith("%") != b.endswith("%") or not tolerance:
        return False
    return same(_plain(a), _plain(b), tolerance)


def _plain(word: str) -> str:
    return word.rstrip("%").replace(",", "").replace("−", "-")


def _nearest(
    a: Sequence[str], b: Sequence[str], equal: Callable[[str, str], bool]
) -> list[tuple[str | None, str | None]]:
    """Match sentences that share half of their words, without crossing."""
    pairs: list[tuple[str | None, str | None]] = []
    start = 0
    for one in a:
        like = [
            1.0 if equal(one, other) else SequenceMatcher(a=_words(one), b=_words(other)).ratio()
            for other in b[start:]
        ]
        best = max(range(len(like)), key=like.__getitem__, default=None)
        if best is None or like[best] < 0.5:
            pairs.append((one, None))
            continue
        pairs += [(None, other) for other in b[start : start + best]]
        pairs.append((one, b[start + best]))
        start += best + 1
    return pairs + [(None, other) for other in b[start:]]
