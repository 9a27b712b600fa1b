"""Draws that are the same on every machine.

A draw is a function of the seed, the table and what it is for, so that a new column changes no other. Only
the plain stream of a bit generator is used, which numpy keeps the same between versions, and arithmetic that
rounds alike everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import numpy as np

Draw = Callable[[str, int], np.ndarray]
MOST = 2**53


def draws_of(seed: int, table: str) -> Draw:
    """Return the source of a table's draws: from what they are for, and how many, to numbers from 0 to 1.

    A number may be 0 and is always below 1.

    Examples
    --------
    >>> draw = draws_of(1, "logs")
    >>> bool((draw("mode", 3) == draw("mode", 5)[:3]).all())
    True
    """

    def draw(what: str, size: int) -> np.ndarray:
        digest = hashlib.sha256(json.dumps([seed, table, what]).encode()).digest()
        stream = np.random.PCG64(int.from_bytes(digest[:16], "big"))
        return (stream.random_raw(size) >> np.uint64(11)) * 2.0**-53

    return draw


def below(limit: int, drawn: np.ndarray) -> np.ndarray:
    """Turn draws into whole numbers from 0 to below `limit`."""
    return np.minimum((drawn * limit).astype(np.int64), limit - 1)


def different(number: int, limit: int, draw: Draw, what: str) -> np.ndarray:
    """Return so many different whole numbers below `limit`, in order; all of them if there are no more.

    Parameters
    ----------
    limit : int
        At most 2 ** 53.
    """
    if limit <= max(4 * number, 10_000):
        pool = np.arange(limit)
    else:  # of twice as many draws from so wide a range, far more than half differ
        pool = np.unique(below(limit, draw(what, 2 * number + 100)))
    chosen = np.argsort(draw(f"{what}, which", len(pool)), kind="stable")[:number]
    return np.sort(pool[chosen])
