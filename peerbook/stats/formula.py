"""From a formula and a frame to the rows of a model: outcome, factors, terms and groups.

The language is that of statsmodels, read by patsy. What is done with the factors (coding, aliased columns,
hypotheses) is in `peerbook.stats.design`.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.columns import Column, as_column, as_labels
from peerbook.stats.factors import Factor, evaluate, namespace

Terms = tuple[tuple[str, ...], ...]


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
    group_labels : Index
        Label of each group.
    missing : mapping of str to int
        Missing values in each column that had some.
    dropped : int
        Rows left out because of them.
    source : mapping of str to Series
        The columns read. pandas copies a frame on writing only while somebody else holds its columns;
        the arrays above are views of these, so that holding them keeps the fit from changing.
    """

    outcome: np.ndarray
    factors: Mapping[str, Factor]
    terms: Terms
    groups: np.ndarray
    group_labels: pd.Index
    missing: Mapping[str, int]
    dropped: int
    source: Mapping[str, pd.Series]


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
    if not isinstance(data, pd.DataFrame):
        raise ModelError(f"The data are a {type(data).__name__}; a model needs a pandas DataFrame.")
    response, terms = read_formula(formula)
    codes = list(dict.fromkeys([response, *(code for term in terms for code in term)]))
    used = {code: _variables(code, data.columns) for code in codes}
    source = {
        name: _series(data, name) for name in [*(name for names in used.values() for name in names), group]
    }
    columns = {name: as_column(name, source[name]) for names in used.values() for name in names}
    groups, labels = as_labels(source[group])
    keep, missing = _complete(
        {**{name: column.missing() for name, column in columns.items()}, group: groups < 0}
    )
    columns, groups = _keep(keep, columns, groups)
    factors, undefined = _evaluate_all(used, columns)
    if undefined.any():
        missing = {**missing, "undefined after evaluation": int(undefined.sum())}
        columns, groups = _keep(~undefined, columns, groups)
        factors, _ = _evaluate_all(used, columns)
    present = np.bincount(groups, minlength=len(labels)) > 0
    return ModelRows(
        outcome=_outcome(factors[response]),
        factors={code: factors[code] for term in terms for code in term},
        terms=terms,
        groups=groups if present.all() else (np.cumsum(present) - 1)[groups],
        group_labels=pd.Index(labels if present.all() else labels[present]),
        missing=missing,
        dropped=len(data) - len(groups),
        source=source,
    )


@lru_cache(maxsize=256)  # grids and curves fit a few formulas hundreds of times
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


def _complete(flags: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, int]]:
    """Find the rows where no column is missing, and count the values each column lacks."""
    missing = {name: int(flag.sum()) for name, flag in flags.items() if flag.any()}
    keep = ~np.logical_or.reduce([flags[name] for name in missing or flags])
    if not keep.any():
        gaps = ", ".join(f"`{name}` lacks {count}" for name, count in missing.items()) or "there are no rows"
        raise ModelError(f"No row has a value in every column of the model: {gaps}. Check the selection.")
    return keep, missing


def _keep(
    rows: np.ndarray, columns: dict[str, Column], groups: np.ndarray
) -> tuple[dict[str, Column], np.ndarray]:
    """Take some rows of every column; all of them without copying."""
    if rows.all():
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
