"""Texts that match a regular expression: how many there are, which is the n-th, and one drawn at random.

Own code because the libraries for it do not serve: rstr and xeger give other texts in every run for a class
such as `[^,;]`, greenery does not know `^` and `(?!`, sre_yield is not kept up, exrex is under the AGPL.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

from peerbook.errors import DataError

MORE = 5  # `+`, `*` and wide repetitions go this far beyond their least
DIGITS = string.digits
WORD = string.ascii_letters + DIGITS + "_"
PLAIN = string.ascii_letters + DIGITS + " "
PRINTABLE = PLAIN + string.punctuation
CLASSES = {"d": DIGITS, "w": WORD, "s": " "}
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
UNKNOWN_ESCAPES = "xuUN0123456789"
_GROUP = re.compile(r"\((?!\?)|\(\?:|\(\?P<\w+>|\(\?[aiLmsux]*(-[imsx]+)?:")
_LOOK = re.compile(r"\(\?<?[=!]")
_FLAGS = re.compile(r"\(\?[aiLmsux]+\)")
_TIMES = re.compile(r"([*+?]|\{(?=[\d,])(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})[?+]?")
_SHORTHAND = {"*": (0, None), "+": (1, None), "?": (0, 1)}


@dataclass(frozen=True)
class Texts:
    """Numbered texts.

    Attributes
    ----------
    size : int
        How many there are.
    nth : callable
        From a number, 0 to `size - 1`, to its text.
    drawn : callable
        From a source of draws to a text. The source gives a whole number below its argument. Alternatives and
        numbers of repetitions are equally likely, so that short texts are not lost among the many long ones.
    """

    size: int
    nth: Callable[[int], str]
    drawn: Callable[[Callable[[int], int]], str]


def matching(pattern: str) -> Texts:
    """Return the texts that a regular expression matches as a whole.

    Parameters
    ----------
    pattern : str
        A valid regular expression. Repetitions without an end, and wide ones, go at most five beyond their
        least. Conditions on what comes before or after are not kept: check the texts with `re.fullmatch`.

    Raises
    ------
    DataError
        If the pattern refers to an earlier group or has another part that is not known here.

    Examples
    --------
    >>> ids = matching("[A-Z]{3}-[0-9]{2}")
    >>> ids.size, ids.nth(0), ids.nth(105)
    (1757600, 'AAA-00', 'AAB-05')
    """
    texts, end = _alternatives(pattern, 0)
    if end < len(pattern):
        raise _unknown(pattern, end)
    return texts


def _alternatives(pattern: str, at: int) -> tuple[Texts, int]:
    branch, at = _sequence(pattern, at)
    branches = [branch]
    while pattern[at : at + 1] == "|":
        branch, at = _sequence(pattern, at + 1)
        branches.append(branch)
    return _either(branches), at


def _sequence(pattern: str, at: int) -> tuple[Texts, int]:
    parts = []
    while at < len(pattern) and pattern[at] not in "|)":
        part, at = _part(pattern, at)
        times = _TIMES.match(pattern, at)
        if times:
            part, at = _repeated(part, *_limits(times)), times.end()
        parts.append(part)
    return _together(parts), at


def _part(pattern: str, at: int) -> tuple[Texts, int]:
    """Return the texts of one character, class or group, and where the next part begins."""
    mark = pattern[at]
    if mark == "(":
        return _group(pattern, at)
    if mark == "[":
        return _class(pattern, at + 1)
    if mark == "\\":
        characters, at = _escape(pattern, at)
        return (_one_of(characters) if characters else NOTHING), at
    if mark in "^$":
        return NOTHING, at + 1
    return _one_of(PLAIN if mark == "." else mark), at + 1


def _group(pattern: str, at: int) -> tuple[Texts, int]:
    flags, look, group = (form.match(pattern, at) for form in (_FLAGS, _LOOK, _GROUP))
    if flags:
        return NOTHING, flags.end()
    if not look and not group:
        raise _unknown(pattern, at)
    inside, end = _alternatives(pattern, (look or group).end())
    return (NOTHING if look else inside), end + 1


def _class(pattern: str, at: int) -> tuple[Texts, int]:
    """Return the texts of a class such as `[a-z_]`; `at` is after its bracket."""
    negated = pattern[at] == "^"
    at += negated
    found, first = "", True
    while first or pattern[at] != "]":
        characters, at = _escape(pattern, at) if pattern[at] == "\\" else (pattern[at], at + 1)
        if pattern[at] == "-" and pattern[at + 1] != "]":
            last, at = _escape(pattern, at + 1) if pattern[at + 1] == "\\" else (pattern[at + 1], at + 2)
            characters = "".join(map(chr, range(ord(characters), ord(last) + 1)))
        found, first = found + characters, False
    if negated:
        found = "".join(mark for mark in PRINTABLE if mark not in found)
    return _one_of("".join(dict.fromkeys(found))), at + 1


def _escape(pattern: str, at: int) -> tuple[str, int]:
    r"""Return the characters that an escape such as `\d` stands for; none if it is a place, as `\b` is."""
    mark, end = pattern[at + 1], at + 2
    if mark in UNKNOWN_ESCAPES:
        raise _unknown(pattern, at)
    if mark in "bBAZ":
        return "", end
    if mark.lower() in CLASSES:
        known = CLASSES[mark.lower()]
        return known if mark.islower() else "".join(m for m in PRINTABLE if m not in known), end
    return CONTROLS.get(mark, mark), end


def _limits(times: re.Match) -> tuple[int, int]:
    if times["comma"] is None:
        low, high = _SHORTHAND[times[1]]
    else:
        low = int(times["low"] or 0)
        high = int(times["high"]) if times["high"] else None if times["comma"] else low
    return low, low + MORE if high is None else min(high, low + MORE)


def _one_of(characters: str) -> Texts:
    size = len(characters)
    return Texts(size, characters.__getitem__, lambda draw: characters[draw(size)])


def _either(branches: Sequence[Texts]) -> Texts:
    """Return the texts of several alternatives, numbered one after the other."""

    def nth(number: int) -> str:
        for branch in branches:
            if number < branch.size:
                return branch.nth(number)
            number -= branch.size
        raise IndexError(number)

    size = sum(branch.size for branch in branches)
    return Texts(size, nth, lambda draw: branches[draw(len(branches))].drawn(draw))


def _together(parts: Sequence[Texts]) -> Texts:
    """Return the texts made of one text of each part, numbered with the last part changing fastest."""

    def nth(number: int) -> str:
        said = []
        for part in reversed(parts):
            number, place = divmod(number, part.size)
            said.append(part.nth(place))
        return "".join(reversed(said))

    size = prod(part.size for part in parts)
    return Texts(size, nth, lambda draw: "".join(part.drawn(draw) for part in parts))


def _repeated(part: Texts, low: int, high: int) -> Texts:
    return _either([_together([part] * times) for times in range(low, high + 1)])


def _unknown(pattern: str, at: int) -> DataError:
    return DataError(
        f"the pattern {pattern!r}, from {pattern[at : at + 6]!r}: no texts can be made up for this part; "
        "write the pattern without it, or list the answers as categories"
    )


NOTHING = Texts(1, lambda number: "", lambda draw: "")
