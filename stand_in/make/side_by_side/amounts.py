"""How many times each type of support was used, so that the amounts change as printed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.blanks import pairs_printed
from stand_in.make.side_by_side.changes import category_counts, settle
from stand_in.make.side_by_side.use import DIRECTIONS, GROUPS, TYPES

UNREADABLE = -9
USUAL = {"informal": 6, "one_to_one": 4, "group": 4, "online": 9, "networks": 3}  # times a month


def times_used(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    pairs: pd.DataFrame,
    used: dict[str, np.ndarray],
) -> pd.DataFrame:
    """Return the number of times per support cell: 0 not used, -9 unreadable; ticked logs get numbers too.

    Columns are the raw names, such as `informal_given`.
    """
    cells = {}
    for direction in DIRECTIONS:
        for group, types in GROUPS.items():
            columns = used[direction][:, [TYPES.index(kind) for kind in types]]
            amount, unreadable = _group(rng, logs, people, pairs, columns, f"{group}_{direction}")
            for kind, times in zip(types, _split(rng, amount, columns), strict=True):
                cells[f"{kind}_{direction}"] = np.where(unreadable & (times > 0), UNREADABLE, times)
        networks = used[direction][:, TYPES.index("networks")]
        cells[f"networks_{direction}"] = networks * (1 + rng.poisson(USUAL["networks"], len(logs)))
    return pd.DataFrame(cells, index=logs.index)[[f"{kind}_{way}" for kind in TYPES for way in DIRECTIONS]]


def _group(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    pairs: pd.DataFrame,
    used: np.ndarray,
    measure: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the amount of a group of types at each log, and the logs where a cell is unreadable."""
    numbered = ~logs["ticked"].to_numpy()
    start, end = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    counted = numbered[start] & numbered[end]
    unreadable = _unreadable(rng, logs, pairs, used, counted, measure)
    counted &= ~unreadable[start] & ~unreadable[end]
    forced = used.any(axis=1)[end].astype(float) - used.any(axis=1)[start]
    both = used.any(axis=1)[start] & used.any(axis=1)[end]
    change = forced.copy()
    change[counted] = _categories(rng, forced[counted], both[counted], measure)
    change[counted] = settle(rng, pairs[counted], people, measure, change[counted], both[counted])
    return _amounts(rng, logs, pairs, used, np.where(counted, change, np.nan), measure), unreadable


def _unreadable(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    used: np.ndarray,
    counted: np.ndarray,
    measure: str,
) -> np.ndarray:
    """Make a cell unreadable on as many last logs as the measure is short of pairs."""
    lost = int(counted.sum() - pairs_wanted(measure))
    last = (logs["number"] == logs["logs"]).to_numpy()[pairs["end"]]
    can = pairs["end"].to_numpy()[counted & last & used.any(axis=1)[pairs["end"]]]
    marked = np.zeros(len(logs), dtype=bool)
    marked[rng.choice(can, max(lost, 0), replace=False)] = True
    return marked


def pairs_wanted(measure: str) -> int:
    """Return the pairs with an amount.

    A misprinted n of the health model shows in that it lacks more pairs than the wellbeing model allows.
    """
    printed_pairs = pairs_printed(printed.associations())
    overall = printed_pairs["types_given"]
    lost = overall - printed_pairs[measure].reindex(overall.index)
    without_wellbeing = overall["health"] - overall["wellbeing"]
    return int(overall["health"] - min(lost["health"], lost["wellbeing"] + without_wellbeing))


def _categories(rng: np.random.Generator, forced: np.ndarray, both: np.ndarray, measure: str) -> np.ndarray:
    """Keep the changes that use forces (begun, stopped, never used) and deal the rest as printed."""
    wanted = category_counts(measure, len(forced))
    fixed = np.array([(forced[~both] == change).sum() for change in (-1, 0, 1)])
    dealt = np.repeat([-1.0, 0.0, 1.0], np.maximum(wanted - fixed, 0))
    change = forced.copy()
    change[both] = rng.permutation(np.resize(dealt, both.sum()))
    return change


def _amounts(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    used: np.ndarray,
    change: np.ndarray,
    measure: str,
) -> np.ndarray:
    """Walk through each person's logs, keeping enough for the decreases to come."""
    usual = USUAL[measure.rsplit("_", 1)[0]]
    step = np.full(len(logs), np.nan)
    step[pairs["end"]] = change
    kinds = used.sum(axis=1)
    floor = _floor(logs, step, kinds)
    draw = 1 + rng.geometric(1 / usual, len(logs))
    jump = rng.geometric(0.4, len(logs))
    amount = np.zeros(len(logs), dtype=int)
    for log in np.flatnonzero(kinds):
        before = amount[log - 1]
        value = max(draw[log], floor[log])
        if step[log] == 0:
            value = before
        elif step[log] == 1 and before:
            value = max(before + jump[log], floor[log])
        elif step[log] == -1:
            value = max(min(before - 1, max(draw[log], before - 2 * jump[log])), floor[log])
        amount[log] = value
    return amount


def _floor(logs: pd.DataFrame, step: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Fewest times at each log: one per type used, and one more than any later value it must exceed."""
    floor = kinds.copy()
    follows = (logs["number"].shift(-1) > 1).to_numpy()
    for log in range(len(logs) - 2, -1, -1):
        if follows[log] and kinds[log] and step[log + 1] in (-1, 0):
            floor[log] = max(kinds[log], floor[log + 1] + (step[log + 1] == -1))
    return floor


def _split(rng: np.random.Generator, amount: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Split an amount over the types used, at least once each; shape (types, logs)."""
    if used.shape[1] == 1:
        return amount[None, :]
    first, second = used.T
    share = 1 + np.floor(rng.random(len(amount)) * np.maximum(amount - 1, 0)).astype(int)
    left = np.where(first & second, share, amount * first)
    return np.stack([left, amount - left])
