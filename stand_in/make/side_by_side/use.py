"""Which types of support are used at each log: Table A4.4 at entry, then as the changes say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.changes import category_counts
from stand_in.make.side_by_side.totals import fill_cells, spread
from stand_in.make.side_by_side.walk import bounds, changes_by_log, steered_walk

GROUPS = {
    "informal": ["informal"],
    "one_to_one": ["one_to_one", "pairs"],
    "group": ["groups", "peer_led"],
    "online": ["elefriends", "other_online"],
}
TYPES = ("informal", "one_to_one", "pairs", "groups", "peer_led", "networks", "elefriends", "other_online")
MOST = len(TYPES)
DIRECTIONS = ("given", "received")
YEAR = {"types_mean_month_5": 5, "types_mean_month_11": 11}  # claims and the log number they are of
KEENNESS = 0.6  # how much people differ in how many types they use
MUTUAL = 0.8  # how much more readily people receive what they give
FAITHFUL = 1.25  # how much more readily rare types are dropped than popular ones
STAY = 30.0  # puts types already used before all others
LEARNING = 0.7  # how fast the popularity of a group adapts
DRAWS = 8  # draws of which types are used, of which the best is kept
SWAP = 0.12  # chance that one type replaces another while their number stays


def types_used(rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return for each direction which of the eight types each log uses: bool, shape (logs, 8)."""
    used: dict[str, np.ndarray] = {}
    aims = {number: printed.claim_number(claim) for claim, number in YEAR.items()}
    for direction in DIRECTIONS:
        change = changes_by_log(logs, pairs, f"types_{direction}")
        least, most = bounds(logs, change, MOST)
        entry = _entry(rng, logs, least, most, direction, used.get("given"))
        number = steered_walk(rng, logs, change, entry.sum(axis=1), MOST, aims)
        used[direction] = _best_sets(rng, logs, pairs, number, entry, direction)
    return used


def _entry(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    least: np.ndarray,
    most: np.ndarray,
    direction: str,
    given: np.ndarray | None,
) -> np.ndarray:
    """Return the types used at each first log (other rows stay False), with the counts of Table A4.4."""
    counts = printed.baseline_use(direction).loc[list(TYPES)]
    first = np.flatnonzero(logs["number"] == 1)
    home = logs["home"].to_numpy()[first]
    moved = (logs["moved"].iloc[first] != "").to_numpy()
    active, ones = _how_many_active(direction, counts)
    used = np.zeros((len(logs), MOST), dtype=bool)
    for region in printed.regions():
        rows = first[(home == region) & ~moved]
        low, high = _person_bounds(rng, least[rows], most[rows], active[region], ones[region], given, rows)
        costs = rng.random((len(rows), MOST)) + KEENNESS * rng.random((len(rows), 1))
        if given is not None:
            costs = costs - MUTUAL * given[rows]
        used[rows] = fill_cells(costs, low, high, counts[region].to_numpy())
    return used


def _how_many_active(direction: str, counts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """People per region using any type, and exactly one, adding up to the printed totals."""
    verb = {"given": "gave", "received": "received"}[direction]
    people = printed.baseline_counts().loc[("n", "")]
    everyone = printed.claim("baseline_base")
    active = everyone - printed.claim(f"baseline_{verb}_none")
    ones = active - printed.claim(f"baseline_{verb}_two_or_more")
    floor = counts.max()
    room = np.minimum(people - 2, counts.sum() / 2) - floor
    per_region = floor + spread(int(active - floor.sum()), np.maximum(room, 0).to_numpy(dtype=float))
    return per_region, pd.Series(spread(int(ones), per_region.to_numpy(dtype=float)), index=per_region.index)


def _person_bounds(
    rng: np.random.Generator,
    least: np.ndarray,
    most: np.ndarray,
    active: int,
    ones: int,
    given: np.ndarray | None,
    rows: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Choose who uses none, who one and who more, keeping room for later changes.

    People whose next changes are decreases cannot start from nothing.
    """
    quiet = rng.random(len(rows)) + 10 * (least > 0)
    if given is not None:
        quiet = quiet + MUTUAL * given[rows].any(axis=1)
    order = np.argsort(quiet)
    none, some = order[: len(rows) - active], order[len(rows) - active :]
    singles = some[np.argsort(rng.random(len(some)) + 10 * (least[some] > 1))][:ones]
    low, high = np.maximum(least, 2), most.copy()
    low[singles], high[singles] = 1, 1
    low[none], high[none] = 0, 0
    return np.minimum(low, high), high


def _best_sets(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    number: np.ndarray,
    entry: np.ndarray,
    direction: str,
) -> np.ndarray:
    """Draw the types used several times and keep the draw that forces the amounts least.

    A group of types whose use forces too many pairs to stay unchanged is made more popular in the next draw.
    """
    popular = printed.baseline_use(direction).loc[list(TYPES)] + 1.0
    weight = FAITHFUL * np.log(popular / popular.sum())
    best, least = entry, np.inf
    for _ in range(DRAWS):
        used = _sets(rng, logs, number, entry, weight)
        beyond = _forced_beyond(pairs, used, direction)
        if beyond.max() < least:
            best, least = used, beyond.max()
        learnt = {kind: beyond[group] - beyond.mean() for group, kinds in GROUPS.items() for kind in kinds}
        weight = weight.add(LEARNING * weight.index.map(learnt).fillna(0.0).to_numpy(), axis=0)
    return best


def _sets(
    rng: np.random.Generator, logs: pd.DataFrame, number: np.ndarray, entry: np.ndarray, weight: pd.DataFrame
) -> np.ndarray:
    """Drop or add types until each log uses as many as its number says, popular types first to come."""
    liking_of = weight[logs["region"]].to_numpy().T + rng.gumbel(size=(len(logs), MOST))
    swaps = rng.random(len(logs)) < SWAP
    used = entry.copy()
    for log in np.flatnonzero(logs["number"].to_numpy() > 1):
        keep = used[log - 1]
        liking = liking_of[log] + (0.0 if swaps[log] else STAY) * keep
        more = number[log] - keep.sum()
        if more <= 0 and not swaps[log]:
            liking = np.where(keep, liking, -np.inf)
        used[log, np.argsort(-liking)[: number[log]]] = True
    return used


def _forced_beyond(pairs: pd.DataFrame, used: np.ndarray, direction: str) -> pd.Series:
    """Return for each group of types how far the pairs forced to stay unchanged exceed the printed share.

    Use begun forces an amount to increase, use stopped to decrease, no use at all to stay; only pairs with
    use at both ends are free. In shares of the smallest printed category.
    """
    start, end = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    beyond = {}
    for group, types in GROUPS.items():
        any_use = used[:, [TYPES.index(kind) for kind in types]].any(axis=1)
        wanted = category_counts(f"{group}_{direction}")
        idle = (~any_use[start] & ~any_use[end]).mean() - wanted[1] / wanted.sum()
        beyond[group] = idle * wanted.sum() / wanted.min()
    return pd.Series(beyond)
