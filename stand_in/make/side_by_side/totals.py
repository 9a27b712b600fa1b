"""Make whole numbers meet printed totals, at random as far as the totals allow.

Random draws meet a printed table only on average. Three ways make it come out exactly: counts are found by an
integer linear programme with random costs (`whole_counts`); what units hold is fixed, and they trade it until
the sums of every subgroup are right (`trade`); values move by one until mean and standard deviation are right
(`with_moments`).
"""

from __future__ import annotations

from collections.abc import Mapping
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


def deal(rng: np.random.Generator, counts: Mapping[str, int]) -> np.ndarray:
    """Return every label as often as its count says, in random order.

    Examples
    --------
    >>> sorted(deal(np.random.default_rng(1), {"a": 2, "b": 1}).tolist())
    ['a', 'a', 'b']
    """
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


def trade(
    rng: np.random.Generator,
    holdings: np.ndarray,
    traits: np.ndarray,
    targets: np.ndarray,
    groups: np.ndarray,
    rounds: int = 6,
    partners: int = 60,
) -> np.ndarray:
    """Find who should hold what.

    What is held (a number of logs, a change category) is fixed beforehand, so the overall counts stay as they
    are; only who holds it is settled. The sums are `traits.T @ holdings[order]`. Each unit in turn looks at
    some partners of its own group and trades with the one that brings the sums nearest to the targets, if any
    does.

    Parameters
    ----------
    rng : Generator
    holdings : ndarray, shape (units, h)
        What each unit starts with.
    traits : ndarray, shape (units, t)
        Which sums a unit counts in, usually 0 or 1; traits do not move.
    targets : ndarray, shape (t, h)
        Wanted sums; NaN where none is printed.
    groups : ndarray, shape (units,)
        Units trade only within their group.
    rounds, partners : int
        How often every unit gets its turn, and how many partners it looks at.

    Returns
    -------
    ndarray of int, shape (units,)
        `holdings[order]` is what each unit ends with.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> holdings = np.array([[5.0], [1.0], [2.0], [4.0]])
    >>> first_two = np.array([[1.0], [1.0], [0.0], [0.0]])
    >>> order = trade(rng, holdings, first_two, np.array([[3.0]]), np.zeros(4))
    >>> holdings[order][:2].sum()
    np.float64(3.0)
    """
    order = np.arange(len(holdings))
    wanted = (~np.isnan(targets)).astype(float)
    miss = np.where(wanted > 0, traits.T @ holdings - np.nan_to_num(targets), 0.0)
    members = {group: np.flatnonzero(groups == group) for group in np.unique(groups)}
    for _ in range(rounds):
        for unit in rng.permutation(len(holdings)):
            others = members[groups[unit]]
            others = others[rng.integers(0, len(others), partners)]
            leaning = traits[others] - traits[unit]
            gained = holdings[order[unit]] - holdings[order[others]]
            # |miss + leaning x gained|^2 - |miss|^2 without building the matrices
            change = (2 * (leaning @ miss) * gained + (leaning**2 @ wanted) * gained**2).sum(axis=1)
            best = int(change.argmin())
            if change[best] < 0:
                miss = miss + np.outer(leaning[best], gained[best]) * wanted
                other = others[best]
                order[unit], order[other] = order[other], order[unit]
        if not miss.any():
            break
    return order


def with_moments(
    values: np.ndarray, mean: float, sd: float, low: int, high: int, fixed: tuple[int, ...] = ()
) -> np.ndarray:
    """Move whole numbers as little as needed until mean and standard deviation are as wanted.

    Each step moves one value by one: the step that brings both moments nearest.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Starting values on any scale; they are rescaled, rounded and clipped to the range first.
    mean, sd : float
        Wanted mean and standard deviation (n - 1 in the denominator), fixed values included.
    low, high : int
        Range of the scale.
    fixed : tuple of int
        Further values that belong to the sample and stay as they are, such as a printed minimum.

    Returns
    -------
    ndarray of int, shape (n + number of fixed values,)
        Mean and sd are as near as single steps get: within 0.05 for samples of a dozen or more.

    Examples
    --------
    >>> fitted = with_moments(np.array([3.0, 5, 7, 9, 11, 13]), mean=8.5, sd=4.0, low=0, high=15)
    >>> float(fitted.mean().round(2)), float(fitted.std(ddof=1).round(2))
    (8.5, 3.94)
    """
    ends = np.array(fixed, dtype=float)
    n = len(values) + len(ends)
    values = np.clip(np.rint(_rescaled(values, mean, sd)), low, high)
    loss = _miss(ends.sum() + values.sum(), (ends**2).sum() + (values**2).sum(), n, mean, sd)
    for _ in range(20 * n):
        moved = np.concatenate([values + 1, values - 1])
        before = np.tile(values, 2)
        sums = ends.sum() + values.sum() + moved - before
        squares = (ends**2).sum() + (values**2).sum() + moved**2 - before**2
        losses = np.where((moved < low) | (moved > high), np.inf, _miss(sums, squares, n, mean, sd))
        best = int(losses.argmin())
        if losses[best] >= loss:
            break
        values[best % len(values)] = moved[best]
        loss = losses[best]
    return np.concatenate([ends, values]).astype(int)


def _rescaled(values: np.ndarray, mean: float, sd: float) -> np.ndarray:
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    return mean + (values - values.mean()) * (sd / spread if spread else 0.0)


def _miss(total, squares, n: int, mean: float, sd: float):
    """Squared miss of the mean plus that of the standard deviation."""
    variance = np.maximum(squares - total**2 / n, 0) / max(n - 1, 1)
    return (total / n - mean) ** 2 + (np.sqrt(variance) - sd) ** 2
