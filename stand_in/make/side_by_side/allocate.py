"""Hand out counts and labels so that printed totals come out exactly.

Random draws meet a printed table only on average. Here whole numbers are found by an integer linear
programme with random costs, so the outcome is as random as the printed totals allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Margin:
    """A total to meet: `weights @ counts` lies between `low` and `high`.

    A soft margin may be missed, at `penalty` per unit; a hard one (penalty None) may not.
    """

    weights: np.ndarray
    low: float
    high: float
    penalty: float | None = None


def margin(weights: np.ndarray, target: float, penalty: float | None = None) -> Margin:
    """Return a margin met by one number only."""
    return Margin(np.asarray(weights, dtype=float), target, target, penalty)


def whole_counts(costs: np.ndarray, upper: np.ndarray, margins: list[Margin]) -> np.ndarray:
    """Find whole numbers from 0 to `upper`, at least total cost, that meet the margins.

    Parameters
    ----------
    costs : ndarray, shape (n,)
        Cost of each unit counted; random costs give a random choice.
    upper : ndarray, shape (n,)
        Largest allowed counts.
    margins : list of Margin

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    RuntimeError
        If the hard margins contradict each other.

    Examples
    --------
    >>> two_of_three = margin(np.ones(3), 2)
    >>> whole_counts(np.array([0.1, 0.9, 0.5]), np.ones(3), [two_of_three]).tolist()
    [1, 0, 1]
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array, eye_array, hstack

    n = len(costs)
    soft = np.array([each.penalty is not None for each in margins])
    miss = eye_array(len(margins), format="csc")[:, soft]
    weights = csc_array(np.array([each.weights for each in margins]))
    penalties = np.array([each.penalty for each in margins if each.penalty is not None] * 2, dtype=float)
    result = milp(
        c=np.concatenate([costs, penalties]),
        integrality=np.concatenate([np.ones(n), np.zeros(len(penalties))]),
        bounds=Bounds(0, np.concatenate([upper, np.full(len(penalties), np.inf)])),
        constraints=LinearConstraint(
            hstack([weights, miss, -miss]).tocsc(),
            [each.low for each in margins],
            [each.high for each in margins],
        ),
        options={"mip_rel_gap": 0.05},
    )
    if result.x is None:
        raise RuntimeError(f"The totals to meet contradict each other: {result.message}")
    return np.rint(result.x[:n]).astype(int)


def fill_cells(costs: np.ndarray, low: np.ndarray, high: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Choose cells so that every row has between low and high, and every column exactly its count.

    Parameters
    ----------
    costs : ndarray, shape (rows, columns)
    low, high : ndarray, shape (rows,)
    columns : ndarray, shape (columns,)

    Returns
    -------
    ndarray of bool, shape (rows, columns)
    """
    rows, kinds = costs.shape
    row, kind = np.divmod(np.arange(rows * kinds), kinds)
    within = [Margin((row == which).astype(float), low[which], high[which]) for which in range(rows)]
    totals = [margin(kind == which, count) for which, count in enumerate(columns)]
    filled = whole_counts(costs.ravel(), np.ones(rows * kinds), within + totals)
    return filled.reshape(rows, kinds).astype(bool)


def deal(rng: np.random.Generator, counts: dict[str, int]) -> np.ndarray:
    """Return every label as often as its count says, in random order."""
    labels = np.repeat(np.array(list(counts), dtype=object), list(counts.values()))
    return rng.permutation(labels)


def spread(total: int, weights: np.ndarray) -> np.ndarray:
    """Split a whole number in proportion to weights, by largest remainder.

    Examples
    --------
    >>> spread(10, np.array([1.0, 1.0, 1.0])).tolist()
    [4, 3, 3]
    """
    shares = total * weights / weights.sum()
    whole = np.floor(shares).astype(int)
    first = np.argsort(whole - shares, kind="stable")[: total - whole.sum()]
    whole[first] += 1
    return whole
