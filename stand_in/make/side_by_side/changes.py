"""Whether a measure decreased, stayed or increased over each pair, in the printed numbers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.people import members
from stand_in.make.side_by_side.totals import trade

FADING = 0.08  # how much likelier decreases become from log to log
TOGETHER = 1.25  # how closely receiving follows giving
CATEGORIES = ("decreased", "unchanged", "increased")
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
        answered = logs[column].to_numpy()
        pairs[column] = answered[pairs["start"]] & answered[pairs["end"]]
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
    holdings = (change[:, None] == np.array([-1, 0, 1])).astype(float)
    still = np.arange(1, len(pairs) + 1)
    groups = np.zeros(len(pairs), dtype=int) if free is None else np.where(free, 0, still)
    return change[trade(rng, holdings, traits, targets, groups)]


def category_counts(measure: str, size: int | None = None) -> np.ndarray:
    """Return how many pairs decreased, stayed and increased in the health model of a measure.

    With a `size` the unchanged make up the difference to it. Every pair has a health status, so an n below
    that of the wellbeing model is a misprint and not used.
    """
    counts = _printed_counts().loc[measure].to_numpy(copy=True)
    if size is not None:
        counts[1] += size - counts.sum()
    return counts


@lru_cache
def _printed_counts() -> pd.DataFrame:
    """Pairs by measure and category, of the larger of the health and the wellbeing model."""
    table = printed.associations()
    whole = table[(table["sample"] == "whole") & (table["subgroup_variable"] == "")]
    whole = whole[whole["outcome"].isin(["health", "wellbeing"])]
    counts = whole.pivot_table(index="exposure", columns="change", values="n", aggfunc="max")
    return counts[list(CATEGORIES)].astype(int)


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
