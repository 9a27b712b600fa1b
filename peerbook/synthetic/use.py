"""Which types of support are used at each log: Table A4.4 at entry, then as the changes say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.synthetic import printed
from peerbook.synthetic.allocate import fill_cells, spread
from peerbook.synthetic.walk import bounds, changes_by_log, walk

TYPES = ("informal", "one_to_one", "pairs", "groups", "peer_led", "networks", "elefriends", "other_online")
MOST = len(TYPES)
DIRECTIONS = ("given", "received")
TREND = np.zeros(15)  # what the types used drift to where the printed changes leave room
FAITHFUL = 2.0  # how much more readily rare types are dropped than popular ones
SWAP = 0.12  # chance that one type replaces another while their number stays


def types_used(
    rng: np.random.Generator, logs: pd.DataFrame, people: pd.DataFrame, pairs: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Return for each direction which of the eight types each log uses: bool, shape (logs, 8)."""
    used: dict[str, np.ndarray] = {}
    for direction in DIRECTIONS:
        change = changes_by_log(logs, pairs, f"types_{direction}")
        least, most = bounds(logs, change, MOST)
        entry = _entry(rng, logs, people, least, most, direction, used.get("given"))
        number = walk(rng, logs, change, entry.sum(axis=1), least, most, TREND)
        used[direction] = _sets(rng, logs, number, entry, direction)
    return used


def _entry(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    least: np.ndarray,
    most: np.ndarray,
    direction: str,
    given: np.ndarray | None,
) -> np.ndarray:
    """Return the types used at each first log (other rows stay False), with the counts of Table A4.4."""
    counts = printed.baseline_use(direction).loc[list(TYPES)]
    first = np.flatnonzero(logs["number"] == 1)
    home = people["region"].reindex(logs["person"].iloc[first]).to_numpy()
    moved = (logs["moved"].iloc[first] != "").to_numpy()
    active, ones = _how_many_active(direction, counts)
    used = np.zeros((len(logs), MOST), dtype=bool)
    for region in printed.regions():
        rows = first[(home == region) & ~moved]
        low, high = _person_bounds(rng, least[rows], most[rows], active[region], ones[region], given, rows)
        liking = rng.random((len(rows), MOST)) + 0.6 * rng.random((len(rows), 1))
        if given is not None:
            liking = liking - 0.8 * given[rows]
        used[rows] = fill_cells(liking, low, high, counts[region].to_numpy())
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
        quiet = quiet + 0.8 * given[rows].any(axis=1)
    order = np.argsort(quiet)
    none, some = order[: len(rows) - active], order[len(rows) - active :]
    singles = some[np.argsort(rng.random(len(some)) + 10 * (least[some] > 1))][:ones]
    low, high = np.maximum(least, 2), most.copy()
    low[singles], high[singles] = 1, 1
    low[none], high[none] = 0, 0
    return np.minimum(low, high), high


def _sets(
    rng: np.random.Generator, logs: pd.DataFrame, number: np.ndarray, entry: np.ndarray, direction: str
) -> np.ndarray:
    """Drop or add types until each log uses as many as its number says, popular types first to come."""
    popular = printed.baseline_use(direction).loc[list(TYPES)] + 1.0
    weight = FAITHFUL * np.log(popular / popular.sum())
    used = entry.copy()
    region = logs["region"].to_numpy()
    jitter = rng.gumbel(size=(len(logs), MOST))
    swaps = rng.random(len(logs)) < SWAP
    for log in np.flatnonzero(logs["number"].to_numpy() > 1):
        keep = used[log - 1]
        liking = weight[region[log]].to_numpy() + jitter[log] + (0.0 if swaps[log] else 30.0) * keep
        more = number[log] - keep.sum()
        if more <= 0 and not swaps[log]:
            liking = np.where(keep, liking, -np.inf)
        used[log, np.argsort(-liking)[: number[log]]] = True
    return used
