"""Pairs of logs: how each measure changes over them, in the printed numbers, and counts that change so."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.people import members
from stand_in.make.side_by_side.totals import trade

CATEGORIES = ("decreased", "unchanged", "increased")
CODES = (-1, 0, 1)
FADING = 0.08  # how much likelier decreases become from log to log
TOGETHER = 1.25  # how closely receiving follows giving
DRIFTS = tuple(product((0.0, 0.6, 1.2, 1.8, 2.4), (0.0, 1.0, 2.0, 3.0)))  # to and from the middle
MIDDLE = 6
PULL = 0.5  # share of the way to the trend that a free step goes
NOISE = 1.2
HAS = {  # column of the logs that says whether an outcome is answered; health status always is
    "wellbeing": "has_wellbeing",
    "self_efficacy": "has_self_efficacy",
    "hope": "has_hope",
    "family": "has_contact",
    "friends": "has_contact",
    "neighbours": "has_contact",
    "health": None,
}


def answered(rows: pd.DataFrame, outcome: str) -> np.ndarray:
    """Say which logs, or which pairs at both ends, have an outcome."""
    column = HAS[outcome]
    return rows[column].to_numpy() if column else np.ones(len(rows), dtype=bool)


def make_pairs(logs: pd.DataFrame) -> pd.DataFrame:
    """Make one row per pair of consecutive dated logs.

    `start` and `end` are rows of `logs`, `number` is that of the later log.
    """
    follows = logs["person"].eq(logs["person"].shift()) & logs["dated"]
    end = np.flatnonzero(follows)
    pairs = pd.DataFrame({"start": end - 1, "end": end, "person": logs["person"].to_numpy()[end]})
    pairs = pairs.assign(number=logs["number"].to_numpy()[end])
    for column in ("has_wellbeing", "has_contact", "has_hope", "has_self_efficacy", "has_projects"):
        has = logs[column].to_numpy()
        pairs[column] = has[pairs["start"]] & has[pairs["end"]]
    return pairs


def overall_changes(rng: np.random.Generator, pairs: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Give each pair a category of projects attended, types given and types received (-1, 0, 1; NaN missing).

    Giving and receiving mostly move together; projects move on their own, as the report found. Decreases
    in types come rather late, increases early: use fades over the year (Figure 4.7).
    """
    fading = -FADING * pairs["number"].to_numpy()
    given = _deal(rng, "types_given", fading)
    given = settle(rng, pairs, people, "types_given", given)
    received = _deal(rng, "types_received", fading + TOGETHER * given)
    changes = {"types_given": given}
    changes["types_received"] = settle(rng, pairs, people, "types_received", received)
    projects = np.full(len(pairs), np.nan)
    asked = pairs["has_projects"].to_numpy()
    dealt = _deal(rng, "projects_attended", np.zeros(asked.sum()))
    projects[asked] = settle(rng, pairs[asked], people, "projects_attended", dealt)
    return pairs.assign(projects_attended=projects, **changes)


def settle(
    rng: np.random.Generator,
    pairs: pd.DataFrame,
    people: pd.DataFrame,
    measure: str,
    change: np.ndarray,
    free: np.ndarray | None = None,
) -> np.ndarray:
    """Let pairs trade categories until every cell printed for the measure has its n.

    `free` marks the pairs that may trade (all of them by default).
    """
    traits, targets = _cells(pairs, people, measure)
    holdings = (change[:, None] == np.array(CODES)).astype(float)
    still = np.arange(1, len(pairs) + 1)
    groups = np.zeros(len(pairs), dtype=int) if free is None else np.where(free, 0, still)
    return change[trade(rng, holdings, traits, targets, groups)]


def category_counts(measure: str, size: int | None = None) -> np.ndarray:
    """Return how many pairs decreased, stayed and increased in the health model of a measure.

    With a `size` the unchanged make up the difference to it. Every pair has a health status, so an n below
    that of the wellbeing model is a misprint, and the latter is used.
    """
    models = printed.whole_sample().query("exposure == @measure and outcome in ['health', 'wellbeing']")
    counts = models.groupby("change")["n"].max()[list(CATEGORIES)].to_numpy(dtype=int, copy=True)
    if size is not None:
        counts[1] += size - counts.sum()
    return counts


def _deal(rng: np.random.Generator, measure: str, leaning: np.ndarray) -> np.ndarray:
    """Deal the printed categories: increases go rather to pairs that lean upwards."""
    dealt = np.empty(len(leaning))
    rank = np.argsort(leaning + rng.normal(size=len(leaning)), kind="stable")
    dealt[rank] = np.repeat([-1.0, 0.0, 1.0], category_counts(measure, len(leaning)))
    return dealt


def _cells(pairs: pd.DataFrame, people: pd.DataFrame, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Traits (pairs x printed rows of three) and the printed n of decreased, unchanged, increased."""
    table = printed.associations()
    who = people.loc[pairs["person"]]
    keys = ["sample", "subgroup_variable", "subgroup_level", "outcome"]
    traits, targets = [], []
    for (*group, outcome), cells in table[table["exposure"] == measure].groupby(keys, sort=False):
        n = cells.set_index("change")["n"].reindex(list(CATEGORIES)).to_numpy(dtype=float)
        if outcome == "health" and group == ["whole", "", ""]:
            n = np.where(n < category_counts(measure), np.nan, n)
        traits.append(members(who, *group) & answered(pairs, outcome))
        targets.append(n)
    return np.column_stack(traits).astype(float), np.array(targets)


def changes_by_log(logs: pd.DataFrame, pairs: pd.DataFrame, measure: str) -> np.ndarray:
    """Return the change (-1, 0, 1) that leads to each log; NaN at first logs and where there is no pair."""
    change = np.full(len(logs), np.nan)
    change[pairs["end"]] = pairs[measure]
    return change


def bounds(logs: pd.DataFrame, change: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Fewest and most at each log that leave room for the changes to come.

    A run of decreases needs as many to lose, a run of increases as many to gain.
    """
    falls = np.zeros(len(logs), dtype=int)
    rises = np.zeros(len(logs), dtype=int)
    follows = (logs["number"].shift(-1) > 1).to_numpy()
    for log in range(len(logs) - 2, -1, -1):
        if follows[log]:
            ahead = change[log + 1]
            falls[log] = 0 if ahead == 1 else falls[log + 1] + (ahead == -1)
            rises[log] = 0 if ahead == -1 else rises[log + 1] + (ahead == 1)
    return falls, most - rises


def steered_walk(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    change: np.ndarray,
    entry: np.ndarray,
    most: int,
    aims: dict[int, float],
    shown: np.ndarray | None = None,
) -> np.ndarray:
    """Walk with several drifts and keep the walk whose means come nearest to the printed trend.

    Parameters
    ----------
    rng, logs, change, entry
        As for `walk`.
    most : int
        Highest count.
    aims : dict
        Printed mean by log number.
    shown : ndarray of bool, optional
        Logs that answer; all by default.
    """
    least, highest = bounds(logs, change, most)
    shown = np.ones(len(logs), dtype=bool) if shown is None else shown

    def distance(number: np.ndarray) -> float:
        means = [number[shown & (logs["number"] == month)].mean() for month in aims]
        return float(np.abs(np.subtract(means, list(aims.values()))).sum())

    walks = [walk(rng, logs, change, entry, least, highest, drift) for drift in DRIFTS]
    return min(walks, key=distance)


def walk(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    change: np.ndarray,
    entry: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
    drift: tuple[float, float],
) -> np.ndarray:
    """Walk from each first log through its changes, drifting where they leave room.

    Parameters
    ----------
    rng : Generator
    logs : DataFrame
        Sorted by person and number.
    change : ndarray, shape (logs,)
        Change that leads to each log; NaN is free.
    entry : ndarray of int, shape (logs,)
        The count at first logs; other rows are not read.
    least, most : ndarray of int, shape (logs,)
        From `bounds`.
    drift : pair of float
        Counts that free steps lean to, up to the sixth log and after it.

    Returns
    -------
    ndarray of int, shape (logs,)
    """
    number = entry.astype(int)
    month = logs["number"].to_numpy()
    noise = rng.normal(0, NOISE, len(logs))
    for log in np.flatnonzero(month > 1):
        before, step = number[log - 1], change[log]
        low, high = least[log], most[log]
        if step == 0:
            low = high = before
        elif step == 1:
            low = max(low, before + 1)
        elif step == -1:
            high = min(high, before - 1)
        lean = drift[0] if month[log] <= MIDDLE else drift[1]
        wish = before + PULL * (lean - before) + noise[log]
        number[log] = int(np.clip(np.rint(wish), low, high))
    return number
