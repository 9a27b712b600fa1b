"""Numbers in sentences: what a printed value says, and whether a number bears it out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from peerbook.audit.rounding import GUARD, decimals_of, rounds_to

# Shares the prose gives in words, in percent.
WORDS = {"about a quarter": 25.0, "a third": 100 / 3, "about half": 50.0, "about two thirds": 200 / 3}
WORD_SLACK = 5.0
# "About 8" allows a tenth either way or the rounding of the printed digits, whichever is wider.
ABOUT = 0.1


def said_number(value: str) -> float | None:
    """Read the number in a printed value; `None` if it is not a number (a date).

    Examples
    --------
    >>> said_number("0.72"), said_number("about half"), said_number("2016-03")
    (0.72, 50.0, None)
    """
    if value in WORDS:
        return WORDS[value]
    try:
        return float(value)
    except ValueError:
        return None


def bears_out(exact: float, value: str, qualifier: str = "") -> bool:
    """Say whether a number bears out what the prose says of it.

    Parameters
    ----------
    exact : float
        The number, unrounded.
    value : str
        As printed: a number or a share in words.
    qualifier : str
        "" (equal after rounding to the printed digits), "about" (within a tenth), "over" (larger),
        "just over" and "just under" (on that side, and within a tenth). A share in words allows five
        percentage points.

    Returns
    -------
    bool

    Examples
    --------
    >>> bears_out(100 * 566 / 703, "81"), bears_out(36.4, "about half"), bears_out(263, "260", "over")
    (True, False, True)
    """
    said = said_number(value)
    if said is None:
        return False
    if value in WORDS:
        return abs(exact - said) <= WORD_SLACK
    near = abs(exact - said) <= ABOUT * abs(said) + GUARD or rounds_to(exact, said, decimals_of(said))
    rules = {
        "": rounds_to(exact, said, decimals_of(said)),
        "about": near,
        "over": exact > said,
        "just over": exact > said and near,
        "just under": exact < said and near,
    }
    return rules[qualifier]


def names_in(expression: str) -> set[str]:
    """List the claims an expression of `load("identities")` is made of.

    Examples
    --------
    >>> sorted(names_in("100 * men / (men + women)"))
    ['men', 'women']
    """
    return {word for word in expression.translate(str.maketrans("()", "  ")).split() if word[0].isalpha()}


def follow(expression: str, numbers: Mapping[str, float]) -> float:
    """Work out an expression of `load("identities")`: sums, products and quotients of claims.

    A share of nobody is missing (nan).

    Examples
    --------
    >>> follow("100 * men / people", {"men": 1, "people": 4})
    25.0
    """
    known = {name: numbers[name] for name in names_in(expression)}
    try:
        return float(pd.eval(expression, local_dict=known, engine="python"))
    except ZeroDivisionError:
        return float("nan")
