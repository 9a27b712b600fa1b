"""When a rebuilt number agrees with a printed one: every rule and tolerance, by name.

A study names the rule of each number it prints. A name may carry an amount: `rounds 1` is rounding to one
decimal, `within 0.35` a difference of at most 0.35, `within 2%` a share of the printed number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from peerbook.audit.rounding import GUARD, decimals_of, rounds_to
from peerbook.choices import check_one_of
from peerbook.stats.effects import ALPHA, size_word

# A row of the comparison: `printed`, `low`, `high`, `rebuilt_text`, `rebuilt_other` beside the two numbers.
Cell = Mapping[str, Any]
Test = Callable[[float, float, Cell], bool]

N_SHARE, N_FEW = 0.10, 3
# "About 8" allows a tenth either way or the rounding of the printed digits, whichever is wider.
ABOUT = 0.1
# A limit of an interval allows this share of the interval's width.
OF_WIDTH = 0.1
# A share in words allows five percentage points.
SHARE_SLACK = 5.0


@dataclass(frozen=True)
class Rule:
    """How one kind of number is compared.

    Attributes
    ----------
    words : str
        What is asked, for readers.
    holds : callable
        Whether a rebuilt number, a printed number and the rest of their cell meet it.
    decimals : int, optional
        Decimals in which such numbers are printed: a number is then asked a second, stricter question,
        whether it prints exactly as printed. Without decimals the two questions are one.
    of_words : bool
        Whether words are compared and not numbers.
    reads_interval : bool
        Whether the printed interval beside the number takes part.
    zero : float
        The number in a table of zeros: 0; a p value of 1; missing where nothing is printed for no effect.
    """

    words: str
    holds: Test
    decimals: int | None = None
    of_words: bool = False
    reads_interval: bool = False
    zero: float = 0.0

    def written(self, number: float) -> str:
        """Write a rebuilt number to the printed digits; without decimals, whole or to four digits.

        Examples
        --------
        >>> rule_named("rounds 1").written(2.449), rule_named("about").written(2.449)
        ('2.4', '2.449')
        """
        if self.decimals is None:
            return f"{number:.0f}" if float(number).is_integer() else f"{number:.4g}"
        return f"{number:.{self.decimals}f}"


def rule_named(name: str) -> Rule:
    """Return a rule by its name, with its amount if it has one.

    Parameters
    ----------
    name : str
        A key of `RULES`, "rounds" with a number of decimals, or "within" with an amount or a percentage.

    Raises
    ------
    ParameterError
        If there is no such rule.

    Examples
    --------
    >>> rule_named("inside").words
    'mean inside the printed interval'
    >>> rule_named("within 0.3").words
    'within 0.3'
    """
    stem, _, amount = name.partition(" ")
    plain = amount.removesuffix("%")
    if stem == "rounds" and amount.isdigit():
        kind = "digits" if int(amount) else "whole number"
        return Rule(f"rounds to the printed {kind}", _rounds(int(amount)), int(amount))
    if stem == "within" and plain.replace(".", "", 1).isdigit():
        share = plain != amount
        return Rule(name, _within(float(plain) / 100 if share else float(plain), share), 2)
    check_one_of("rule", name, RULES)
    return RULES[name]


def _rounds(decimals: int | None = None) -> Test:
    """Ask for the number to some decimals; without them, for as many as are said."""
    return lambda found, said, _: rounds_to(found, said, decimals_of(said) if decimals is None else decimals)


def _within(amount: float, share: bool = False) -> Test:
    return lambda found, said, _: abs(found - said) <= amount * (abs(said) if share else 1) + GUARD


def _share(found: float, said: float, cell: Cell) -> bool:
    shares = (found, cell["rebuilt_other"])
    return any(rounds_to(share, said, 1) for share in shares if not np.isnan(share))


def _about(found: float, said: float, cell: Cell) -> bool:
    return _within(ABOUT, share=True)(found, said, cell) or _rounds()(found, said, cell)


def _limit(found: float, said: float, cell: Cell) -> bool:
    return abs(found - said) <= OF_WIDTH * (cell["high"] - cell["low"]) + GUARD


def _same_size(found: float, said: float, _: Cell) -> bool:
    """Compare the words for two effects as they print, with two decimals."""
    same = size_word(round(found, 2)) == size_word(round(said, 2))
    return bool(same and np.sign(found) == np.sign(said))


def _same_words(_: float, __: float, cell: Cell) -> bool:
    return cell["rebuilt_text"] == cell["printed"]


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "equal": Rule("equal", lambda found, said, _: bool(found == said)),
        "rounds": Rule("rounds to the printed digits", _rounds()),
        "share": Rule("rounds to the printed percentage, of those who answered or of everybody", _share, 1),
        "near": Rule(
            "n within 10% or 3", lambda found, n, _: abs(found - n) <= max(N_FEW, N_SHARE * n) + GUARD, 0
        ),
        "inside": Rule(
            "mean inside the printed interval",
            lambda found, _, cell: cell["low"] - GUARD <= found <= cell["high"] + GUARD,
            2,
            reads_interval=True,
        ),
        "limit": Rule("within a tenth of the printed interval's width", _limit, 2, reads_interval=True),
        "side": Rule("on the same side of 0.05", lambda p, said, _: (p < ALPHA) == (said < ALPHA), 3, zero=1),
        "size": Rule(
            "same sign and same size: trivial, small, medium or large", _same_size, 2, zero=float("nan")
        ),
        "about": Rule("within a tenth, or rounds to the printed digits", _about),
        "over": Rule("larger", lambda found, said, _: found > said),
        "under": Rule("smaller", lambda found, said, _: found < said),
        "just over": Rule(
            "larger, by at most a tenth", lambda found, said, _: said < found and _about(found, said, _)
        ),
        "just under": Rule(
            "smaller, by at most a tenth", lambda found, said, _: found < said and _about(found, said, _)
        ),
        "at least": Rule("at least as many", lambda found, said, _: found >= said),
        "share in words": Rule("within 5 percentage points", _within(SHARE_SLACK)),
        "same": Rule("the same words", _same_words, of_words=True),
        "date": Rule("the same date", _same_words, of_words=True),
        "judgement": Rule("a judgement in words", _same_words, of_words=True),
    }
)
