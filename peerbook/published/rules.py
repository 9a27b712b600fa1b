"""When a rebuilt number agrees with a printed one: one rule for each kind of number.

Each rule is asked twice: whether the rebuilt number prints exactly as printed, and whether it lies
within the rule. The second is as strict as the first except where a rule says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from peerbook.audit.rounding import GUARD, rounds_to

Cell = Mapping[str, Any]

ALPHA = 0.05
# Cohen's bounds, as the report reads effect sizes: trivial, small, medium, large.
SIZE_BOUNDS = (0.2, 0.5, 0.8)
N_SHARE, N_FEW = 0.10, 3


@dataclass(frozen=True)
class Rule:
    """How one kind of number is compared: the words, the decimals printed, the test."""

    words: str
    decimals: int
    within: Callable[[Cell], bool]


def _exactly(cell: Cell) -> bool:
    return bool(cell["rebuilt_value"] == cell["printed_value"])


def _rounded(decimals: int) -> Callable[[Cell], bool]:
    return lambda cell: rounds_to(cell["rebuilt_value"], cell["printed_value"], decimals)


def _either_share(cell: Cell) -> bool:
    shares = (cell["rebuilt_value"], cell["rebuilt_other"])
    return any(rounds_to(share, cell["printed_value"], 1) for share in shares if not np.isnan(share))


def _nearly_n(cell: Cell) -> bool:
    allowed = max(N_FEW, N_SHARE * cell["printed_value"])
    return abs(cell["rebuilt_value"] - cell["printed_value"]) <= allowed + GUARD


def _inside(cell: Cell) -> bool:
    return cell["low"] - GUARD <= cell["rebuilt_value"] <= cell["high"] + GUARD


def _same_side(cell: Cell) -> bool:
    return (cell["rebuilt_value"] < ALPHA) == (cell["printed_value"] < ALPHA)


def _same_size(cell: Cell) -> bool:
    rebuilt, printed = cell["rebuilt_value"], cell["printed_value"]
    sizes = np.searchsorted(SIZE_BOUNDS, np.round(np.abs([rebuilt, printed]), 2), side="right")
    return bool(np.sign(rebuilt) == np.sign(printed) and sizes[0] == sizes[1])


COUNT = Rule("equal", 0, _exactly)
SHARE = Rule("rounds to the printed percentage, of those who answered or of everybody", 1, _either_share)
MEAN = Rule("rounds to the printed digits", 1, _rounded(1))
WHOLE = Rule("rounds to the printed whole number", 0, _rounded(0))
PAIRS = Rule("n within 10% or 3", 0, _nearly_n)
CHANGE = Rule("mean inside the printed interval", 2, _inside)
P_VALUE = Rule("on the same side of 0.05", 3, _same_side)
JUDGEMENT = Rule("a judgement in words", 0, _exactly)
EFFECT = Rule("same sign and same size: trivial, small, medium or large", 2, _same_size)

ASSOCIATION_RULES = {"n": PAIRS, "mean": CHANGE, "p_value": P_VALUE, "effect_size": EFFECT}
COUNT_RULES = {
    **dict.fromkeys(("n", "quarterly", "monthly"), COUNT),
    **dict.fromkeys(("mean", "sd"), MEAN),
    **dict.fromkeys(("min", "max"), WHOLE),
    "percent": SHARE,
    "rating": JUDGEMENT,
}


def rule_for(cell: Cell) -> Rule:
    """Choose the rule of a number by its table and quantity.

    Examples
    --------
    >>> rule_for({"table": "A4.7", "quantity": "mean"}).words
    'mean inside the printed interval'
    """
    associations = cell["table"] in {f"A4.{number}" for number in range(5, 12)}
    return (ASSOCIATION_RULES if associations else COUNT_RULES)[cell["quantity"]]
