"""Percentages by a named rounding rule, and which counts could have printed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from types import MappingProxyType

import pandas as pd

from peerbook.choices import check_one_of

HALF_UP = "half up"
RULES: Mapping[str, str] = MappingProxyType(
    {HALF_UP: ROUND_HALF_UP, "half even": ROUND_HALF_EVEN, "down": ROUND_FLOOR, "up": ROUND_CEILING}
)


def rounded_percent(part: int, whole: int, rule: str = HALF_UP, digits: int = 0) -> float:
    """Round a share to a percentage; missing (nan) if the whole is zero.

    The share is divided in decimal arithmetic, so that a half is a half: 1 of 8 is 12.5.

    Parameters
    ----------
    part, whole : int
    rule : str
        A key of `RULES`.
    digits : int
        Decimals.

    Examples
    --------
    >>> [rounded_percent(1, 8, rule) for rule in RULES]
    [13.0, 12.0, 12.0, 13.0]
    """
    check_one_of("rounding", rule, RULES)
    if not whole:
        return float("nan")
    share = Decimal(100 * int(part)) / Decimal(int(whole))
    return float(share.quantize(Decimal(1).scaleb(-digits), RULES[rule]))


def counts_that_print(percent: float, whole: int, rule: str = HALF_UP, digits: int = 0) -> list[int]:
    """List the counts that a whole could have had where a percentage is printed.

    Examples
    --------
    >>> counts_that_print(75, 44), counts_that_print(59, 23)
    ([33], [])
    """
    return [part for part in range(whole + 1) if rounded_percent(part, whole, rule, digits) == percent]


def wholes_that_print(
    percents: Iterable[float], most: int, rule: str = HALF_UP, digits: int = 0, least: int = 1
) -> pd.DataFrame:
    """List the wholes on which several percentages can all be printed.

    Parameters
    ----------
    percents : iterable of float
        Of parts that exclude each other.
    most, least : int
        The largest and the smallest whole to try.
    rule : str
    digits : int

    Returns
    -------
    DataFrame
        One row per whole: `whole`, `parts` (the first counts that print the percentages, with commas between)
        and `left` (how many of the whole they leave).

    Examples
    --------
    >>> wholes_that_print([50, 25], most=9)["whole"].tolist()
    [4, 8]
    """
    percents = list(percents)
    rows = []
    for whole in range(least, most + 1):
        found = [counts_that_print(percent, whole, rule, digits) for percent in percents]
        if all(found) and sum(counts[0] for counts in found) <= whole:
            parts = [counts[0] for counts in found]
            rows.append((whole, ", ".join(map(str, parts)), whole - sum(parts)))
    return pd.DataFrame(rows, columns=["whole", "parts", "left"])
