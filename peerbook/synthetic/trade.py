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
    wanted = ~np.isnan(targets)
    miss = np.where(wanted, traits.T @ holdings - np.nan_to_num(targets), 0.0)
    members = {group: np.flatnonzero(groups == group) for group in np.unique(groups)}
    for _ in range(rounds):
        for unit in rng.permutation(len(holdings)):
            if not miss.any():
                return order
            others = members[groups[unit]]
            others = others[rng.integers(0, len(others), partners)]
            moved = (traits[others] - traits[unit])[:, :, None] * (
                holdings[order[unit]] - holdings[order[others]]
            )[:, None, :]
            losses = ((miss + moved * wanted) ** 2).sum(axis=(1, 2))
            best = int(losses.argmin())
            if losses[best] < (miss**2).sum():
                miss = miss + moved[best] * wanted
                other = others[best]
                order[unit], order[other] = order[other], order[unit]
    return order
