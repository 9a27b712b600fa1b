"""The factors of a formula: expressions evaluated on the rows of a frame, and their coding.

patsy evaluates the expressions, so that `np.log(x)`, `I(x**2)`, `C(x, Sum)`, `Q("a name")` and
`center(x)` mean what they mean in statsmodels. A bare column name, the usual case, is read directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.columns import Column, as_column


@dataclass(frozen=True, eq=False)
class Scheme:
    """How the levels of a factor are coded; factors with the same levels and contrast share one.

    Schemes are compared by identity, so that whatever follows from levels and contrasts alone is worked out
    once for all models that share them.

    Attributes
    ----------
    full, reduced : ndarray
        Coding of the formula with as many columns as levels, and with one column fewer; a row per level.
        Both are the identity for a numeric factor.
    full_names, reduced_names : tuple of str
        What patsy appends to the factor's name for each column.
    levels : tuple or None
        Categories in order; None for a numeric factor.
    is_treatment : bool
        Whether the coding is the default, by treatment with the first level as reference.
    """

    full: np.ndarray
    reduced: np.ndarray
    full_names: tuple[str, ...]
    reduced_names: tuple[str, ...]
    levels: tuple | None = None
    is_treatment: bool = True

    @property
    def is_categorical(self) -> bool:
        """Whether the factor has levels rather than numbers."""
        return self.levels is not None

    def coding(self, reduced: bool, treatment: bool) -> tuple[np.ndarray, tuple[str, ...]]:
        """Code the levels as written or by treatment: the matrix and what to append to the name."""
        if not self.is_categorical or not treatment:
            return (self.reduced, self.reduced_names) if reduced else (self.full, self.full_names)
        indicators = np.eye(len(self.levels))
        names = tuple(f"[{level}]" for level in self.levels)
        return (indicators[:, 1:], names[1:]) if reduced else (indicators, names)


@dataclass(frozen=True)
class Factor:
    """One factor of a formula, evaluated on the rows used.

    Attributes
    ----------
    code : str
        As written in the formula, for example ``C(region, Sum)``.
    variable : str
        The column behind a categorical factor when there is exactly one, else `code`.
    data : ndarray
        Level codes, shape (rows,), of a categorical factor; numbers, shape (rows, width), of a numeric one.
    scheme : Scheme
        How its levels are coded.
    typical : ndarray or None
        A numeric factor evaluated at the mean of its variables, shape (width,), as emmeans does.
    """

    code: str
    variable: str
    data: np.ndarray
    scheme: Scheme
    typical: np.ndarray | None = None

    @property
    def is_categorical(self) -> bool:
        """Whether the factor has levels rather than numbers."""
        return self.scheme.levels is not None

    @property
    def levels(self) -> tuple | None:
        """Categories in order; None for a numeric factor."""
        return self.scheme.levels

    @property
    def reduced_names(self) -> tuple[str, ...]:
        """What patsy appends to the factor's name for each column of the reduced coding."""
        return self.scheme.reduced_names

    def coded(self, rows: slice, reduced: bool) -> np.ndarray:
        """Read the columns of the formula's coding for some rows, shape (width, rows)."""
        if not self.is_categorical:
            return self.data[rows].T
        scheme = self.scheme
        if not scheme.is_treatment:
            return (scheme.reduced if reduced else scheme.full).T[:, self.data[rows]]
        return (np.arange(int(reduced), len(scheme.levels))[:, None] == self.data[rows]).astype(float)


@dataclass(frozen=True)
class Coded:
    """What ``C(data, contrast, levels)`` evaluates to: a factor however its column is stored."""

    data: object
    contrast: object = None
    levels: object = None


def namespace() -> dict[str, object]:
    """Name what a formula may use besides columns: `np`, `C` and what patsy has (`Q`, `I`, `Sum`, `bs`)."""
    import patsy.builtins

    builtins = {name: getattr(patsy.builtins, name) for name in patsy.builtins.__all__}
    return {**builtins, "C": Coded, "np": np}


def evaluate(code: str, variables: tuple[str, ...], columns: Mapping[str, Column]) -> Factor:
    """Evaluate one factor on complete rows.

    Parameters
    ----------
    code : str
        The factor as written.
    variables : tuple of str
        The columns that `code` uses.
    columns : mapping of str to Column
        The rows used, without missing values in `variables`.
    """
    variable = variables[0] if len(variables) == 1 else code
    if code in columns:
        column = columns[code]
        return _categorical(code, code, column) if column.levels else _numeric(code, column.values, None)
    result, typical = _run(code, {name: columns[name] for name in variables})
    if isinstance(result, Coded):
        return _categorical(code, variable, _levels(code, result), result.contrast)
    result = result if hasattr(result, "dtype") else np.asarray(result)
    column = as_column(code, result) if np.ndim(result) == 1 else Column(np.asarray(result, dtype=float))
    return _categorical(code, variable, column) if column.levels else _numeric(code, column.values, typical)


def _run(code: str, columns: Mapping[str, Column]) -> tuple[object, object]:
    """Evaluate on all rows and, where the expression is one of numbers, on a row that holds their means."""
    import patsy

    factor, state, whole = patsy.EvalFactor(code), {}, code.startswith("C(")  # C keeps whole numbers whole
    data = {name: column.as_pandas() for name, column in columns.items()}
    data = {
        name: values if whole or columns[name].levels else values.astype(float)
        for name, values in data.items()
    }
    with np.errstate(all="ignore"):
        try:
            for number in range(factor.memorize_passes_needed(state, patsy.EvalEnvironment([namespace()]))):
                factor.memorize_chunk(state, number, data)
                factor.memorize_finish(state, number)
            result = factor.eval(state, data)
        except patsy.PatsyError as error:
            raise ModelError(f"`{code}` cannot be evaluated: {error.message}. Check the formula.") from error
        if whole or any(column.levels for column in columns.values()):
            return result, None
        return result, factor.eval(state, {name: values.mean(keepdims=True) for name, values in data.items()})


def _numeric(code: str, values: np.ndarray, typical: object) -> Factor:
    values = np.atleast_1d(values).astype(float, copy=False)
    values = values.reshape(len(values), -1)
    means = values.mean(axis=0) if typical is None else np.asarray(typical, dtype=float).reshape(-1)
    return Factor(code, code, values, _numbers(values.shape[1]), means)


@cache
def _numbers(width: int) -> Scheme:
    """Leave numbers as they are."""
    names = ("",) if width == 1 else tuple(f"[{column}]" for column in range(width))
    return Scheme(np.eye(width), np.eye(width), names, names)


def _categorical(code: str, variable: str, column: Column, contrast: object = None) -> Factor:
    column = column.used()
    if contrast is not None:
        return Factor(code, variable, column.values, _scheme(code, column.levels, contrast))
    kinds = tuple(map(type, column.levels))  # 1, 1.0 and True are equal, but are not written alike
    return Factor(code, variable, column.values, _treatment(column.levels, kinds))


@lru_cache(maxsize=1024)
def _treatment(levels: tuple, kinds: tuple[type, ...]) -> Scheme:
    """Code levels by treatment, the first being the reference."""
    return _scheme("", levels, None)


def _levels(code: str, coded: Coded) -> Column:
    """Read the argument of ``C`` as levels, in the order given if any."""
    column = as_column(code, coded.data)
    if column.levels is None:
        labels, values = np.unique(column.values, return_inverse=True)
        column = Column(values, tuple(labels.tolist()))
    if coded.levels is None:
        return column
    given = list(coded.levels)
    strange = [level for level in column.used().levels if level not in given]
    if strange:
        raise ModelError(f"`{code}` meets {strange[0]!r}, which is not among its levels {given}.")
    places = np.array([given.index(level) if level in given else -1 for level in column.levels])
    return Column(places[column.values], tuple(given))


def _scheme(code: str, levels: tuple, contrast: object) -> Scheme:
    """Ask patsy for the coding with as many columns as levels, and for the reduced coding."""
    import patsy

    chosen = patsy.Treatment if contrast is None else contrast
    chosen = chosen() if isinstance(chosen, type) else chosen
    try:
        full, reduced = chosen.code_with_intercept(list(levels)), chosen.code_without_intercept(list(levels))
    except (patsy.PatsyError, AttributeError) as error:
        given = list(levels)
        raise ModelError(f"The contrast of `{code}` does not fit its levels {given}: {error}.") from error
    return Scheme(
        full=full.matrix.astype(float),
        reduced=reduced.matrix.astype(float),
        full_names=tuple(full.column_suffixes),
        reduced_names=tuple(reduced.column_suffixes),
        levels=levels,
        is_treatment=contrast is None,
    )
