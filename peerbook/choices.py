"""Choices that a user names or writes as a number: checked, and the nearest option suggested."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable

from peerbook.errors import ParameterError


def nearest(word: str, options: Iterable[str]) -> str | None:
    """Return the option most like a word, or None if none is near.

    Examples
    --------
    >>> nearest("rurl", ["rural", "urban"])
    'rural'
    >>> nearest("village", ["rural", "urban"]) is None
    True
    """
    by_folded = {option.casefold(): option for option in reversed(list(options))}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest option, or nothing.

    Examples
    --------
    >>> did_you_mean("rnage", ["range", "items"])
    "; did you mean 'range'?"
    """
    near = nearest(word, options)
    return f"; did you mean '{near}'?" if near else ""


def check_one_of(name: str, value: str, options: Iterable[str]) -> None:
    """Refuse a parameter that is not one of the options.

    Raises
    ------
    ParameterError
        With the options, and the nearest of them.

    Examples
    --------
    >>> check_one_of("unit", "persons", ["person", "project"])
    Traceback (most recent call last):
    peerbook.errors.ParameterError: unit: found 'persons'; expected one of person, project; did you mean \
'person'?
    """
    if value not in options:
        hint = did_you_mean(str(value), options)
        raise ParameterError(f"{name}: found {value!r}; expected one of {', '.join(options)}{hint}")


def check_between(name: str, value: float, low: float, high: float = math.inf) -> None:
    """Refuse a parameter that does not lie between two limits, or above the one.

    Raises
    ------
    ParameterError
        If the value is a limit or outside them.

    Examples
    --------
    >>> check_between("level", 95, 0, 1)
    Traceback (most recent call last):
    peerbook.errors.ParameterError: level: found 95; expected a number above 0 and below 1
    """
    if not low < value < high:
        below = "" if high == math.inf else f" and below {high:g}"
        raise ParameterError(f"{name}: found {value}; expected a number above {low:g}{below}")
