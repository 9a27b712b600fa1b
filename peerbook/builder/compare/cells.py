"""Which cells are the same: as they are written, or as numbers within a tolerance."""

from __future__ import annotations

import re

# 007 is no number but a name: it must not be the same as 7.
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)")


def same(a: str, b: str, tolerance: float = 0.0) -> bool:
    """Say whether two cells are the same.

    Two numbers are the same if they differ by at most `tolerance`, or by at most this share of the larger one
    if it is above one: 0.001 forgives 0.25 for 0.2505, and 1,000 for 1,001.

    Examples
    --------
    >>> same("1.50", "1.5"), same("007", "7"), same("0.25", "0.2505"), same("0.25", "0.2505", 0.001)
    (True, False, False, True)
    """
    if a == b:
        return True
    first, second = number(a), number(b)
    if first is None or second is None:
        return False
    return abs(first - second) <= tolerance * max(1.0, abs(first), abs(second))


def number(cell: str) -> float | None:
    """Return a cell as a number; None if it is none."""
    return float(cell) if _NUMBER.fullmatch(cell) else None


def is_whole(cell: str) -> bool:
    """Whether a cell is a whole number."""
    return bool(_WHOLE.fullmatch(cell))
