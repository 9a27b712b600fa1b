"""Let units trade what they hold until printed sums come out.

What is held (a number of logs, a change category) is fixed beforehand, so the overall counts stay exact;
trading only settles who holds it, so that the sums per subgroup come out as printed.
"""

from __future__ import annotations

import numpy as np


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

    The sums are `traits.T @ holdings[order]`. Each unit in turn looks at some partners of its own group
    and trades with the one that brings the sums nearest to the targets, if any does.

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
