"""Subgroup levels of the people, and the pairs that print gives each level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.data import load_definitions


def with_subgroups(people: pd.DataFrame) -> pd.DataFrame:
    """Add a column `level_<variable>` per subgroup variable of the registrations; blank without a level."""
    columns = {
        f"level_{name}": people[subgroup.field].map(_levels(subgroup.levels)).fillna("")
        for name, subgroup in load_definitions("side_by_side").subgroups.items()
        if subgroup.table == "registrations"
    }
    return people.assign(**columns)


def pairs_per_level(people: pd.DataFrame, models: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return who is in which subgroup level or subsample, and how many pairs print gives it.

    Parameters
    ----------
    people : DataFrame
        With subgroup levels.
    models : DataFrame
        Rows of Tables A4.10 and A4.11.

    Returns
    -------
    traits : ndarray, shape (people, levels)
    pairs : ndarray, shape (levels, 2)
        Of all logs, and of the full version; NaN where not printed.
    """
    questionnaires = load_definitions("side_by_side").questionnaires
    full_only = models["outcome"].map(lambda outcome: list(questionnaires[outcome].versions) == ["full"])
    traits, pairs = [], []
    keys = ["sample", "subgroup_variable", "subgroup_level"]
    for (sample, variable, level), rows in models.groupby(keys, sort=False):
        traits.append(members(people, sample, variable, level))
        n = rows.groupby([full_only[rows.index], "exposure", "outcome"])["n"].sum()
        pairs.append(n.groupby(level=0).max().reindex([False, True]).to_numpy(dtype=float))
    return np.column_stack(traits).astype(float), np.array(pairs)


def members(people: pd.DataFrame, sample: str, variable: str, level: str) -> np.ndarray:
    """Say who belongs to a subsample and, of registered people, to a subgroup level."""
    there = np.ones(len(people), dtype=bool)
    if sample != "whole":
        there &= (people["log_region"] == sample.title()).to_numpy()
    if variable:
        there &= (people["registered"] & (people[f"level_{variable}"] == level)).to_numpy()
    return there


def _levels(levels: dict[str, list[str]]) -> dict[str, str]:
    return {answer: level for level, answers in levels.items() for answer in answers}
