"""Estimated marginal means and what they are compared with: cells, pairs and their tables.

A marginal mean is the model's prediction for a cell, the other factors weighted equally and every number at
its mean over the rows used (Searle, Speed and Milliken 1980; the R package emmeans). In the complete design
it is a product of weights per factor: 1 for the level asked for, 1 / levels for a factor averaged over.
A number that takes only two values stands at its mean like any other; emmeans would average over the two,
which is what ``C()`` around it does here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.design import Design, Pattern
from peerbook.stats.factors import Factor


@dataclass(frozen=True)
class Cells:
    """Combinations of levels of some factors.

    Attributes
    ----------
    variables : tuple of str
        Names of the factors, as columns of a table.
    levels : tuple of tuples
        One level per factor, the last factor varying fastest.
    functions : ndarray
        Marginal mean of each cell as a function of the complete coefficients, shape (cells, columns).
    n : ndarray
        Rows in each cell.
    places : ndarray
        Number of the cell of each row.
    """

    variables: tuple[str, ...]
    levels: tuple[tuple, ...]
    functions: np.ndarray
    n: np.ndarray
    places: np.ndarray

    def groups(self, groups: np.ndarray) -> np.ndarray:
        """Count the groups that have rows in each cell, from the number of the group of each row."""
        number = int(groups.max()) + 1
        occurring = np.bincount(self.places * number + groups, minlength=len(self.n) * number) > 0
        return occurring.reshape(len(self.n), number).sum(axis=1)

    def labels(self) -> dict[str, list]:
        """Name the cells, a column per factor."""
        return {name: [cell[at] for cell in self.levels] for at, name in enumerate(self.variables)}


def as_names(factors: str | Sequence[str]) -> tuple[str, ...]:
    """Accept one or several factor names."""
    return (factors,) if isinstance(factors, str) else tuple(factors)


def cells(design: Design, names: tuple[str, ...]) -> Cells:
    """Cross the levels of the factors named.

    Parameters
    ----------
    design : Design
        The model.
    names : tuple of str
        Columns of the data, or factors as written in the formula (``"region"`` or ``"C(region)"``).

    Raises
    ------
    ModelError
        A name is not a categorical factor of the model.
    """
    if not names:
        raise ModelError("Name at least one categorical factor of the model.")
    asked = [_factor(design, name) for name in names]
    combos = tuple(product(*(factor.levels for factor in asked)))
    variables = tuple((code, factor.variable) for code, factor in design.factors.items())
    weights = _weights(design.pattern, variables, tuple(factor.code for factor in asked))
    shape = tuple(len(factor.levels) for factor in asked)
    places = np.ravel_multi_index([factor.data for factor in asked], shape)
    n = np.bincount(places, minlength=len(combos))
    return Cells(tuple(factor.variable for factor in asked), combos, weights * _typical(design), n, places)


def _factor(design: Design, name: str) -> Factor:
    """Look up a categorical factor."""
    known = [factor for factor in design.factors.values() if factor.is_categorical]
    for factor in known:
        if name in (factor.variable, factor.code):
            return factor
    names = ", ".join(f"`{factor.variable}`" for factor in known) or "none"
    raise ModelError(
        f"`{name}` is not a categorical factor of the model. Those are: {names}. Numbers: use C()."
    )


@lru_cache(maxsize=1024)
def _weights(pattern: Pattern, variables: tuple[tuple[str, str], ...], asked: tuple[str, ...]) -> np.ndarray:
    """Weight the complete columns in each cell, every number being 1: shape (cells, columns)."""
    variable, scheme = dict(variables), pattern.scheme
    combos = list(product(*(scheme[code].levels for code in asked)))
    wanted = {variable[code]: [combo[at] for combo in combos] for at, code in enumerate(asked)}
    blocks = {}
    for code, found in scheme.items():
        if found.levels is None or variable[code] not in wanted:
            width = len(found.full)
            blocks[code] = np.full((len(combos), width), 1.0 if found.levels is None else 1 / width)
        else:
            places = [found.levels.index(level) for level in wanted[variable[code]]]
            blocks[code] = np.eye(len(found.levels))[places]
    return pattern.columns(blocks)


def _typical(design: Design) -> np.ndarray:
    """Multiply out the numbers of every complete column at their typical values, shape (1, columns)."""
    return design.pattern.columns(
        {
            code: np.ones((1, len(factor.levels))) if factor.is_categorical else factor.typical[None]
            for code, factor in design.factors.items()
        }
    )


@dataclass(frozen=True)
class Pairs:
    """Differences between cells.

    Attributes
    ----------
    labels : dict of str to list
        A column per factor held fixed, and ``contrast``.
    functions : ndarray
        Shape (pairs, columns).
    family : ndarray of int
        Pairs with the same number are adjusted for each other.
    means : int
        Number of means compared within a family.
    ends : ndarray of int
        The two cells of each pair, shape (2, pairs).
    """

    labels: dict[str, list]
    functions: np.ndarray
    family: np.ndarray
    means: int
    ends: np.ndarray


def pairs(table: Cells, by: tuple[str, ...]) -> Pairs:
    """Pair the cells: all of them, or those that agree on the factors in `by`."""
    fixed = [at for at, name in enumerate(table.variables) if name in by]
    free = [at for at in range(len(table.variables)) if at not in fixed]
    families: dict[tuple, list[int]] = {}
    for place, cell in enumerate(table.levels):
        families.setdefault(tuple(cell[at] for at in fixed), []).append(place)
    found = [
        (number, key, first, second)
        for number, (key, members) in enumerate(families.items())
        for first, second in combinations(members, 2)
    ]
    labels = {table.variables[at]: [key[place] for _, key, _, _ in found] for place, at in enumerate(fixed)}
    names = [" ".join(str(cell[at]) for at in free) for cell in table.levels]
    labels["contrast"] = [f"{names[first]} - {names[second]}" for _, _, first, second in found]
    ends = np.array([(first, second) for *_, first, second in found], dtype=int).reshape(-1, 2).T
    functions = table.functions[ends[0]] - table.functions[ends[1]]
    family = np.array([number for number, *_ in found], dtype=int)
    return Pairs(labels, functions, family, len(table.levels) // max(len(families), 1), ends)
