"""From a formula and a frame to the rows of a model: outcome, factors, terms and groups.

A frame is *observed* once, however many formulas use it; each formula then picks its complete rows.
The language is that of statsmodels, read by patsy. What is done with the factors (coding, aliased columns,
hypotheses) is in `peerbook.stats.design`.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.columns import Column, as_column, as_labels
from peerbook.stats.factors import Factor, evaluate, namespace

Terms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Observations:
    """The columns of a frame that some formulas use, each read once.

    Attributes
    ----------
    rows : int
        Rows of the frame.
    names : Index
        Names of all its columns.
    columns : mapping of str to Column
        Those read.
    gaps : mapping of str to ndarray of bool
        Rows without a value, for each column that lacks some, the groups' column among them.
    lacking : mapping of str to int
        How many these are.
    group : str
        Column of the groups.
    groups : ndarray
        Number of the group of each row, from 0; -1 where it is missing.
    labels : Index
        Label of each group.
    source : mapping of str to Series
        The columns as they stood. pandas copies a frame on writing only while somebody else holds its
        columns; the arrays above are views of these, so that holding them keeps a fit from changing.
    """

    rows: int
    names: pd.Index
    columns: Mapping[str, Column]
    gaps: Mapping[str, np.ndarray]
    lacking: Mapping[str, int]
    group: str
    groups: np.ndarray
    labels: pd.Index
    source: Mapping[str, pd.Series]


@dataclass(frozen=True)
class ModelRows:
    """The rows a model is fitted to.

    Attributes
    ----------
    outcome : ndarray
        Shape (rows,).
    factors : mapping of str to Factor
        By the code of the formula.
    terms : tuple of tuples of str
        Codes of the factors of each term, lower orders first; the intercept is the empty tuple.
    groups : ndarray
        Number of the group of each row, from 0.
    places : ndarray
        Place of each row among the rows of the frame.
    present : ndarray of bool
        Which groups of the observations have rows here.
    missing : mapping of str to int
        Missing values in each column that had some.
    dropped : int
        Rows left out because of them.
    observed : Observations
        Where the rows come from.
    """

    outcome: np.ndarray
    factors: Mapping[str, Factor]
    terms: Terms
    groups: np.ndarray
    places: np.ndarray
    present: np.ndarray
    missing: Mapping[str, int]
    dropped: int
    observed: Observations

    @cached_property
    def group_labels(self) -> pd.Index:
        """Label of each group."""
        labels = self.observed.labels
        return labels if self.present.all() else pd.Index(labels[self.present])

    @cached_property
    def n_groups(self) -> int:
        """Number of groups."""
        return int(self.present.sum())


def observe(data: pd.DataFrame, group: str, formulas: Iterable[str]) -> Observations:
    """Read the columns that formulas use, and tell the groups apart.

    Parameters
    ----------
    data : DataFrame
        One row per observation; not changed.
    group : str
        Column that says which rows belong together.
    formulas : iterable of str
        As for `model_rows`.

    Raises
    ------
    ModelError
        A formula cannot be read, or a column is unknown or of a type that no model can use.
    """
    if not isinstance(data, pd.DataFrame):
        raise ModelError(f"The data are a {type(data).__name__}; a model needs a pandas DataFrame.")
    codes = dict.fromkeys(code for formula in formulas for code in _codes(formula))
    names = dict.fromkeys(name for code in codes for name in _variables(code, data.columns))
    source = {name: _series(data, name) for name in [*names, group]}
    columns = {name: as_column(name, source[name]) for name in names}
    groups, labels = as_labels(source[group])
    flags = {**{name: column.missing() for name, column in columns.items()}, group: groups < 0}
    gaps = {name: flag for name, flag in flags.items() if flag.any()}
    lacking = {name: int(flag.sum()) for name, flag in gaps.items()}
    return Observations(
        len(data), data.columns, columns, gaps, lacking, group, groups, pd.Index(labels), source
    )


def model_rows(formula: str, data: pd.DataFrame, group: str) -> ModelRows:
    """Read a formula, leave out incomplete rows and evaluate every factor.

    Parameters
    ----------
    formula : str
        ``outcome ~ terms``, as in statsmodels; `np` is known, other names must be columns.
    data : DataFrame
        One row per observation; not changed.
    group : str
        Column that says which rows belong together.

    Raises
    ------
    ModelError
        The formula cannot be read, a column is unknown, a value is infinite or no complete row is left.
    """
    return rows_of(formula, observe(data, group, [formula]))


def rows_of(formula: str, observed: Observations) -> ModelRows:
    """Pick the rows of one formula from observations made for it; see `model_rows`."""
    response, terms = read_formula(formula)
    used = {code: _variables(code, observed.names) for code in _codes(formula)}
    columns = {name: observed.columns[name] for names in used.values() for name in names}
    keep, missing = _complete([*columns, observed.group], observed)
    columns, groups = _keep(keep, columns, observed.groups)
    factors, undefined = _evaluate_all(used, columns)
    places = np.arange(observed.rows) if keep is None else keep
    if undefined.any():
        missing = {**missing, "undefined after evaluation": int(undefined.sum())}
        columns, groups = _keep(np.flatnonzero(~undefined), columns, groups)
        places = places[~undefined]
        factors, _ = _evaluate_all(used, columns)
    present = np.bincount(groups, minlength=len(observed.labels)) > 0
    return ModelRows(
        outcome=_outcome(factors[response]),
        factors={code: factors[code] for term in terms for code in term},
        terms=terms,
        groups=groups if present.all() else (np.cumsum(present) - 1)[groups],
        places=places,
        present=present,
        missing=missing,
        dropped=observed.rows - len(groups),
        observed=observed,
    )


@lru_cache(maxsize=4096)  # grids and curves fit a few formulas hundreds of times
def read_formula(formula: str) -> tuple[str, Terms]:
    """Split a formula into response and terms, terms of lower order first (the order of R's `terms`).

    Examples
    --------
    >>> read_formula("change ~ start + a * b")
    ('change', ((), ('start',), ('a',), ('b',), ('a', 'b')))
    """
    import patsy

    try:
        description = patsy.ModelDesc.from_formula(formula)
    except (patsy.PatsyError, SyntaxError) as error:
        raise ModelError(f"The formula `{formula}` cannot be read: {error}.") from error
    responses = [factor.name() for term in description.lhs_termlist for factor in term.factors]
    if len(responses) != 1:
        raise ModelError(f"The formula `{formula}` needs one outcome: write `outcome ~ terms`.")
    terms = [tuple(factor.name() for factor in term.factors) for term in description.rhs_termlist]
    if not terms:
        raise ModelError(f"The formula `{formula}` has no terms: write at least `{responses[0]} ~ 1`.")
    return responses[0], tuple(sorted(terms, key=len))


def _codes(formula: str) -> tuple[str, ...]:
    """List the expressions of a formula, the response first."""
    response, terms = read_formula(formula)
    return tuple(dict.fromkeys([response, *(code for term in terms for code in term)]))


def _variables(code: str, columns: pd.Index) -> tuple[str, ...]:
    """Find the columns that an expression of a formula uses."""
    if code in columns:
        return (code,)
    nodes = list(ast.walk(ast.parse(code, mode="eval")))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    functions = {id(call.func) for call in calls}
    names = [node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in functions]
    known = namespace()
    wanted = [name for name in [*names, *map(_quoted, calls)] if name in columns or name not in known]
    return tuple(dict.fromkeys(_known_column(name, columns) for name in wanted if name is not None))


def _quoted(call: ast.Call) -> str | None:
    """Read the name inside ``Q("...")``."""
    quotes = isinstance(call.func, ast.Name) and call.func.id == "Q" and call.args
    return call.args[0].value if quotes and isinstance(call.args[0], ast.Constant) else None


def _known_column(name: str, columns: pd.Index) -> str:
    if name in columns:
        return name
    near = difflib.get_close_matches(str(name), [str(column) for column in columns], n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"The columns are: {', '.join(map(str, columns))}."
    raise ModelError(f"The model uses `{name}`, which is not a column of the data. {hint}")


def _series(data: pd.DataFrame, name: str) -> pd.Series:
    """Take the one column of that name."""
    column = data[_known_column(name, data.columns)]
    if isinstance(column, pd.DataFrame):
        raise ModelError(f"The data have {column.shape[1]} columns called `{name}`. Rename all but one.")
    return column


def _complete(names: list[str], observed: Observations) -> tuple[np.ndarray | None, dict[str, int]]:
    """Find the rows where no column is missing (all of them: None), and count what each column lacks."""
    missing = {name: observed.lacking[name] for name in dict.fromkeys(names) if name in observed.gaps}
    gaps = [observed.gaps[name] for name in missing]
    keep = np.flatnonzero(~np.logical_or.reduce(gaps)) if gaps else None
    if not observed.rows or (keep is not None and not len(keep)):
        said = ", ".join(f"`{name}` lacks {count}" for name, count in missing.items()) or "there are no rows"
        raise ModelError(f"No row has a value in every column of the model: {said}. Check the selection.")
    return keep, missing


def _keep(
    rows: np.ndarray | None, columns: dict[str, Column], groups: np.ndarray
) -> tuple[dict[str, Column], np.ndarray]:
    """Take some rows of every column; all of them without copying."""
    if rows is None:
        return columns, groups
    return {name: column.keep(rows) for name, column in columns.items()}, groups[rows]


def _evaluate_all(
    used: Mapping[str, tuple[str, ...]], columns: Mapping[str, Column]
) -> tuple[dict[str, Factor], np.ndarray]:
    """Evaluate every factor; flag rows where a number came out undefined (a logarithm of a negative, say)."""
    factors = {code: evaluate(code, variables, columns) for code, variables in used.items()}
    rows = len(next(iter(columns.values())).values)
    undefined = np.zeros(rows, dtype=bool)
    for factor in factors.values():
        if factor.is_categorical:
            continue
        if len(factor.data) != rows:
            raise ModelError(f"`{factor.code}` gives {len(factor.data)} values for {rows} rows.")
        undefined |= _undefined(factor)
    if undefined.all():
        raise ModelError(f"No row is left where {', '.join(f'`{code}`' for code in used)} are all defined.")
    return factors, undefined


def _undefined(factor: Factor) -> np.ndarray:
    """Flag rows without a number; refuse an infinite one."""
    if np.isfinite(factor.data).all():
        return np.zeros(len(factor.data), dtype=bool)
    infinite = np.flatnonzero(np.isinf(factor.data).any(axis=1))
    if len(infinite):
        raise ModelError(
            f"`{factor.code}` is infinite in {len(infinite)} rows, the first being complete row "
            f"{infinite[0] + 1}. Correct the value, or set it to missing to leave its row out."
        )
    return np.isnan(factor.data).any(axis=1)


def _outcome(factor: Factor) -> np.ndarray:
    if factor.is_categorical or factor.data.shape[1] != 1:
        raise ModelError(f"The outcome `{factor.code}` is not one column of numbers. Score it first.")
    return factor.data[:, 0]
