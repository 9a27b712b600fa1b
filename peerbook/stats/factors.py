"""The factors of a formula: expressions evaluated on the rows of a frame, and their coding.

patsy evaluates the expressions, so that `np.log(x)`, `I(x**2)`, `C(x, Sum)`, `Q("a name")` and
`center(x)` mean what they mean in statsmodels. A bare column name, the usual case, is read directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.errors import ModelError


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
    full, reduced : ndarray
        Coding of the formula with as many columns as levels, and with one column fewer; a row per level.
        Both are the identity for a numeric factor.
    full_names, reduced_names : tuple of str
        What patsy appends to the factor's name for each column.
    levels : tuple or None
        Categories in order; None for a numeric factor.
    typical : ndarray or None
        A numeric factor evaluated at the mean of its variables, shape (width,), as emmeans does.
    """

    code: str
    variable: str
    data: np.ndarray
    full: np.ndarray
    reduced: np.ndarray
    full_names: tuple[str, ...]
    reduced_names: tuple[str, ...]
    levels: tuple | None = None
    typical: np.ndarray | None = None

    @property
    def is_categorical(self) -> bool:
        """Whether the factor has levels rather than numbers."""
        return self.levels is not None

    @property
    def is_treatment(self) -> bool:
        """Whether the first level is the reference of the reduced coding."""
        indicators = np.eye(len(self.full))
        return not self.is_categorical or np.array_equal(self.reduced, indicators[:, 1:])

    def coding(self, reduced: bool, treatment: bool) -> tuple[np.ndarray, tuple[str, ...]]:
        """Code the levels as written or by treatment: the matrix and what to append to the name."""
        if not self.is_categorical or not treatment:
            return (self.reduced, self.reduced_names) if reduced else (self.full, self.full_names)
        indicators = np.eye(len(self.levels))
        names = tuple(f"[{level}]" for level in self.levels)
        return (indicators[:, 1:], names[1:]) if reduced else (indicators, names)

    def block(self, rows: slice) -> np.ndarray:
        """Read indicators of the levels, or the numbers themselves, for some rows: shape (rows, width)."""
        return np.eye(len(self.levels))[self.data[rows]] if self.is_categorical else self.data[rows]


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


def evaluate(code: str, variables: tuple[str, ...], columns: Mapping[str, pd.Series]) -> Factor:
    """Evaluate one factor on complete rows.

    Parameters
    ----------
    code : str
        The factor as written.
    variables : tuple of str
        The columns that `code` uses.
    columns : mapping of str to Series
        The rows used, without missing values in `variables`.
    """
    if code in columns:
        result, typical = columns[code], None
    else:
        result, typical = _run(code, variables, columns)
    coded = result if isinstance(result, Coded) else Coded(result)
    if isinstance(result, Coded) or _has_categories(result):
        return _categorical(code, variables[0] if len(variables) == 1 else code, coded)
    return _numeric(code, result, typical)


def _run(code: str, variables: tuple[str, ...], columns: Mapping[str, pd.Series]) -> tuple[object, object]:
    """Evaluate on all rows and, where the expression is one of numbers, on a row that holds their means."""
    import patsy

    factor, state = patsy.EvalFactor(code), {}
    as_read = (
        _has_categories if not code.startswith("C(") else lambda column: True
    )  # C keeps whole numbers whole
    data = {name: columns[name] if as_read(columns[name]) else _floats(columns[name]) for name in variables}
    with np.errstate(all="ignore"):
        try:
            for number in range(factor.memorize_passes_needed(state, patsy.EvalEnvironment([namespace()]))):
                factor.memorize_chunk(state, number, data)
                factor.memorize_finish(state, number)
            result = factor.eval(state, data)
        except patsy.PatsyError as error:
            raise ModelError(f"`{code}` cannot be evaluated: {error.message}. Check the formula.") from error
        numeric = not isinstance(result, Coded) and not any(map(_has_categories, [result, *data.values()]))
        means = {name: np.array([np.mean(values)]) for name, values in data.items()} if numeric else {}
        return result, factor.eval(state, means) if numeric else None


def _has_categories(values: object) -> bool:
    """Say whether values are read as levels: categories, text or true and false."""
    dtype = getattr(values, "dtype", None)
    if dtype is None:
        return False
    return not pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype)


def _floats(values: pd.Series | np.ndarray) -> np.ndarray:
    if isinstance(values, pd.Series):
        return values.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(values, dtype=float)


def _numeric(code: str, result: object, typical: object) -> Factor:
    values = np.atleast_1d(_floats(result))
    values = values.reshape(len(values), -1)
    width = values.shape[1]
    names = ("",) if width == 1 else tuple(f"[{column}]" for column in range(width))
    means = values.mean(axis=0) if typical is None else _floats(typical).reshape(-1)
    return Factor(code, code, values, np.eye(width), np.eye(width), names, names, None, means)


def _categorical(code: str, variable: str, coded: Coded) -> Factor:
    codes, levels = _level_codes(code, pd.Series(coded.data), coded.levels)
    full, reduced = _codings(code, levels, coded.contrast)
    return Factor(
        code=code,
        variable=variable,
        data=codes,
        full=full.matrix.astype(float),
        reduced=reduced.matrix.astype(float),
        full_names=tuple(full.column_suffixes),
        reduced_names=tuple(reduced.column_suffixes),
        levels=tuple(levels),
    )


def _level_codes(code: str, values: pd.Series, given: object) -> tuple[np.ndarray, list]:
    """Find the level of each row and the levels that occur: in the order of the categories, else sorted."""
    if values.dtype.kind in "mM":
        raise ModelError(f"`{code}` holds dates or durations. Turn them into numbers (days) or into groups.")
    if given is not None:
        strange = values[~values.isin(list(given))]
        if len(strange):
            raise ModelError(
                f"`{code}` meets {strange.iloc[0]!r}, which is not among its levels {list(given)}."
            )
        values = values.astype(pd.CategoricalDtype(list(given)))
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, labels = values.array.codes, values.array.categories
        order = np.unique(codes)
    else:
        codes, labels = pd.factorize(values)
        order = _sorted(code, labels)
    rank = np.zeros(len(labels), dtype=np.int32)
    rank[order] = np.arange(len(order))
    labels = pd.Index(labels).tolist()
    return rank[codes], [labels[place] for place in order]


def _sorted(code: str, labels: object) -> np.ndarray:
    try:
        return np.argsort(np.asarray(labels), kind="stable")
    except TypeError as error:
        raise ModelError(f"`{code}` mixes text and numbers. Write all its values the same way.") from error


def _codings(code: str, levels: list, contrast: object) -> tuple:
    """Ask patsy for the coding with as many columns as levels, and for the reduced coding."""
    import patsy

    chosen = patsy.Treatment if contrast is None else contrast
    chosen = chosen() if isinstance(chosen, type) else chosen
    try:
        return chosen.code_with_intercept(levels), chosen.code_without_intercept(levels)
    except (patsy.PatsyError, AttributeError) as error:
        raise ModelError(f"The contrast of `{code}` does not fit its levels {levels}: {error}.") from error
