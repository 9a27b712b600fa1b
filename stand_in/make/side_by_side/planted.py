"""The printed models as they bear on the cohort: which pairs, which cells, which means to plant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.stats.reml import reml
from peerbook.stats.sums import group_sums
from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.amounts import UNREADABLE
from stand_in.make.side_by_side.changes import CATEGORIES, answered
from stand_in.make.side_by_side.people import members
from stand_in.make.side_by_side.use import DIRECTIONS, GROUPS

CODES = (-1, 0, 1)
NOT_RECORDED = 2.0  # code of the projects term where a pair has no projects count


@dataclass(frozen=True)
class Fit:
    """Coefficients, their weights on the changes (coefficients x rows), and their covariance."""

    coefficients: np.ndarray
    functional: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class PlantedModel:
    """One printed model of one outcome.

    Attributes
    ----------
    sample, exposure : str
        "whole" or a region; the support measure.
    codes : ndarray, shape (cells,)
        Change category of each cell: -1, 0, 1.
    rows : ndarray of int
        Its pairs.
    cells : ndarray, shape (rows, cells)
        One column per printed mean: 1 where the pair is in that subgroup level and change category.
    others : ndarray, shape (rows, k)
        The projects term, coded so that its levels weigh equally in the cell means; no column without it.
    groups : ndarray of int
        The person of each row, numbered without gaps.
    means : ndarray, shape (cells,)
        Printed means.
    contrast : ndarray, shape (tests, cells)
        What the printed p-value tests: the category, or its interaction with the characteristic.
    p_value : float
        Printed p-value.
    at_most : bool
        Whether the p-value is only printed to be below that.
    """

    sample: str
    exposure: str
    codes: np.ndarray
    rows: np.ndarray
    cells: np.ndarray
    others: np.ndarray
    groups: np.ndarray
    means: np.ndarray
    contrast: np.ndarray
    p_value: float
    at_most: bool

    @property
    def whole(self) -> bool:
        """Whether the model is of the whole sample and has no subgroups."""
        return self.sample == "whole" and len(self.means) == len(CATEGORIES)

    def design(self, start: np.ndarray) -> np.ndarray:
        """Return the design whose first coefficients are the marginal means; `start` is of all pairs."""
        own = start[self.rows]
        return np.column_stack([self.cells, own - own.mean(), self.others])

    def variance_ratio(self, start: np.ndarray, change: np.ndarray) -> float:
        """Estimate the variance between people over that within (REML)."""
        return float(reml(group_sums(self.design(start), change[self.rows], self.groups)).ratio)

    def fit(self, start: np.ndarray, change: np.ndarray, ratio: float) -> Fit:
        """Fit by generalised least squares at a given variance ratio."""
        design, outcome = self.design(start), change[self.rows]
        share = ratio / (1 + ratio * np.bincount(self.groups))
        totals = np.stack([np.bincount(self.groups, column) for column in design.T], axis=1)
        weighted = design - (share[:, None] * totals)[self.groups]
        unscaled = np.linalg.inv(design.T @ weighted)
        functional = unscaled @ weighted.T
        coefficients = functional @ outcome
        left = outcome - design @ coefficients
        square = left @ left - share @ np.bincount(self.groups, left) ** 2
        return Fit(coefficients, functional, unscaled * square / (len(left) - len(coefficients)))


def measured_changes(
    pairs: pd.DataFrame,
    times: pd.DataFrame,
    used: dict[str, np.ndarray],
    attended: np.ndarray,
    ticked: np.ndarray,
) -> pd.DataFrame:
    """Return the change (-1, 0, 1, NaN) of all eleven support measures over each pair."""
    levels = {"projects_attended": attended}
    for direction in DIRECTIONS:
        levels[f"types_{direction}"] = used[direction].sum(axis=1)
        for group, kinds in GROUPS.items():
            cells = times[[f"{kind}_{direction}" for kind in kinds]].to_numpy()
            known = ~ticked & ~(cells == UNREADABLE).any(axis=1)
            levels[f"{group}_{direction}"] = np.where(known, cells.sum(axis=1), np.nan)
    start, end = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    return pd.DataFrame({name: np.sign(level[end] - level[start]) for name, level in levels.items()})


def planted_models(
    outcome: str, pairs: pd.DataFrame, people: pd.DataFrame, changes: pd.DataFrame
) -> list[PlantedModel]:
    """Return the printed models of an outcome; cells without pairs are left out."""
    table = printed.associations()
    keys = ["sample", "exposure", "subgroup_variable"]
    models = table[table["outcome"] == outcome].groupby(keys, sort=False)
    return [_model(*key, rows, pairs, people, changes) for key, rows in models]


def _model(
    sample: str,
    exposure: str,
    variable: str,
    table: pd.DataFrame,
    pairs: pd.DataFrame,
    people: pd.DataFrame,
    changes: pd.DataFrame,
) -> PlantedModel:
    table = table.assign(code=table["change"].map(dict(zip(CATEGORIES, CODES, strict=True))))
    table = table.sort_values(["subgroup_level", "code"])
    valid = answered(pairs, table["outcome"].iloc[0])
    cells = _cells(sample, exposure, variable, table, pairs, people, changes)[valid]
    rows = np.flatnonzero(valid)[cells.any(axis=1)]
    there = cells.any(axis=0)
    table = table[there]
    projects = np.nan_to_num(changes["projects_attended"].to_numpy()[rows], nan=NOT_RECORDED)
    return PlantedModel(
        sample=sample,
        exposure=exposure,
        codes=table["code"].to_numpy(),
        rows=rows,
        cells=cells[cells.any(axis=1)][:, there].astype(float),
        others=np.empty((len(rows), 0)) if exposure == "projects_attended" else _equal_weights(projects),
        groups=np.unique(pairs["person"].to_numpy()[rows], return_inverse=True)[1],
        means=table["mean"].to_numpy(),
        contrast=_contrast(table),
        p_value=float(table["p_value"].iloc[0]),
        at_most=bool(table["p_value_below"].iloc[0]),
    )


def _cells(
    sample: str,
    exposure: str,
    variable: str,
    table: pd.DataFrame,
    pairs: pd.DataFrame,
    people: pd.DataFrame,
    changes: pd.DataFrame,
) -> np.ndarray:
    """Return which pairs are in which printed row, shape (pairs, rows)."""
    who = people.loc[pairs["person"]]
    change = changes[exposure].to_numpy()
    of_level = {level: members(who, sample, variable, level) for level in table["subgroup_level"].unique()}
    columns = [of_level[row.subgroup_level] & (change == row.code) for row in table.itertuples()]
    return np.column_stack(columns)


def _equal_weights(codes: np.ndarray) -> np.ndarray:
    """Code a factor by effects, so that the mean over its levels is zero."""
    levels = np.unique(codes)
    last = (codes == levels[-1])[:, None]
    return (codes[:, None] == levels[:-1]).astype(float) - last


def _contrast(table: pd.DataFrame) -> np.ndarray:
    """Differences between categories, or for subgroups the differences of those between levels."""
    codes = pd.get_dummies(table["code"]).to_numpy(dtype=float)
    levels = pd.get_dummies(table["subgroup_level"]).to_numpy(dtype=float)
    additive = np.column_stack([codes, levels]) if levels.shape[1] > 1 else np.ones((len(table), 1))
    left = np.linalg.svd(additive, full_matrices=True)
    rank = int((left.S > 1e-9).sum())
    return left.U[:, rank:].T
