"""The columns of a model, in the three shapes that inference needs.

The *complete* design Z has an indicator for every level of every factor and for every cell of every
interaction, as SAS writes it. Its columns repeat each other, but what may be asked of a model is easiest to
say in it: a marginal mean is a product of simple weights, a Type III hypothesis an orthogonality.
A *coding* K picks or combines those columns (W = Z K: the design of statsmodels or R), and an orthonormal
*basis* Q of the same space is what the computations use, so that neither the units of a covariate nor its
distance from zero costs digits. All are tied by small matrices: Z = W C, W T = Q and Z = Q M.

What follows from terms, levels and contrasts alone is a *pattern*. It is worked out once, however many
models share it; only W is ever read from rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import product

import numpy as np

from peerbook.stats.factors import Factor, Scheme
from peerbook.stats.formula import Terms

ALIASED = 1e-7  # share of a column left over by the columns before it: the tolerance of R's qr and of lme4
ESTIMABLE = 1e-8  # the same for a linear function, relative to its length (R package estimability)
ROUNDING = 1e-9  # distance below which a coefficient of a coding is a whole number
EMPTY = 1e-12  # share of its parts that rounding leaves of a column without rows
BLOCK = 65_536  # rows read at a time
SLAB = 8_192  # numbers decomposed at a time

Reader = Callable[[slice], np.ndarray]


@dataclass(frozen=True, eq=False)
class Pattern:
    """A design without its rows: the terms, and how each factor is coded; models that are alike share one.

    Columns of a term are products over its factors, the first factor varying fastest, as in R and patsy.
    """

    terms: Terms
    schemes: tuple[tuple[str, Scheme], ...]

    @cached_property
    def scheme(self) -> Mapping[str, Scheme]:
        """Coding of each factor."""
        return dict(self.schemes)

    @property
    def is_treatment(self) -> bool:
        """Whether every factor is coded as it is by default."""
        return all(scheme.is_treatment for _, scheme in self.schemes)

    def numeric(self, term: tuple[str, ...]) -> frozenset[str]:
        """Pick the numeric factors of a term."""
        return frozenset(code for code in term if not self.scheme[code].is_categorical)

    @cached_property
    def reduced(self) -> Mapping[tuple[str, ...], Mapping[str, bool]]:
        """Say of every factor of every term whether it is coded with one column fewer; see `is_reduced`."""
        return {term: {code: self.is_reduced(term, code) for code in term} for term in self.terms}

    def is_reduced(self, term: tuple[str, ...], code: str) -> bool:
        """Say whether a factor is coded with one column fewer, because an earlier term holds what is left.

        The rule of R's ``model.matrix``: drop the factor from the term; if an earlier term contains the
        rest (with the same numeric factors), an indicator for every level would repeat it.
        """
        rest = set(term) - {code}
        earlier = self.terms[: self.terms.index(term)]
        return any(rest <= set(other) and self.numeric(other) == self.numeric(term) for other in earlier)

    def columns(self, blocks: Mapping[str, np.ndarray]) -> np.ndarray:
        """Multiply out the complete design from a matrix per factor, all with the same number of rows."""
        rows = len(next(iter(blocks.values()))) if blocks else 1
        ones = np.ones((rows, 1))
        return np.hstack([reduce(_products, (blocks[code] for code in term), ones) for term in self.terms])

    def coding(self, treatment: bool = False) -> Coding:
        """Code the factors as the formula says, or by treatment coding with the first level as reference."""
        return _coding(self, treatment)

    def from_coding(self, treatment: bool = False) -> np.ndarray:
        """Find C with Z = W C, shape (coded columns, complete columns), for a coding W = Z K."""
        return _from_coding(self, treatment)

    def _rows(self) -> np.ndarray:
        """Write rows of the complete design whose combinations are all rows that there can be.

        Term by term: every cell of its factors, with all other factors at their first level or at zero. A
        sum of functions of the terms is known everywhere once it is known there.
        """
        settings: dict[tuple, None] = {}
        for term in self.terms:
            places = {code: range(self._settings(code)) for code in term}
            for chosen in product(*places.values()):
                at = dict(zip(places, chosen, strict=True))
                settings[tuple(at.get(code, 0) for code, _ in self.schemes)] = None
        table = np.array(list(settings), dtype=int).reshape(len(settings), len(self.schemes))
        return self.columns(
            {code: self._setting(code)[table[:, at]] for at, (code, _) in enumerate(self.schemes)}
        )

    def _settings(self, code: str) -> int:
        return len(self._setting(code))

    def _setting(self, code: str) -> np.ndarray:
        """List values of a factor of which all others are combinations: its levels; zero and units."""
        units = np.eye(len(self.scheme[code].full))
        return units if self.scheme[code].is_categorical else np.vstack([0 * units[:1], units])


@lru_cache(maxsize=1024)
def _pattern(terms: Terms, schemes: tuple[tuple[str, Scheme], ...]) -> Pattern:
    """Give all models with the same terms and schemes one pattern."""
    return Pattern(terms, schemes)


@lru_cache(maxsize=512)
def _coding(pattern: Pattern, treatment: bool) -> Coding:
    parts = [_term_coding(pattern, term, treatment) for term in pattern.terms]
    matrix = np.zeros((sum(len(part) for part, _ in parts), sum(part.shape[1] for part, _ in parts)))
    row = column = 0
    for part, _ in parts:
        matrix[row : row + part.shape[0], column : column + part.shape[1]] = part
        row, column = row + part.shape[0], column + part.shape[1]
    names = tuple(name for _, names in parts for name in names)
    owners = [term for term, (_, names) in zip(pattern.terms, parts, strict=True) for _ in names]
    return Coding(matrix, names, tuple(owners))


def _term_coding(pattern: Pattern, term: tuple[str, ...], treatment: bool) -> tuple[np.ndarray, list[str]]:
    """Code one term: the matrix and the names of its columns."""
    matrix, names = np.ones((1, 1)), [""]
    for code in term:
        coding, suffixes = pattern.scheme[code].coding(pattern.is_reduced(term, code), treatment)
        matrix = np.kron(coding, matrix)
        names = [
            f"{name}:{code}{suffix}" if name else f"{code}{suffix}" for suffix in suffixes for name in names
        ]
    return matrix, names if term else ["Intercept"]


@lru_cache(maxsize=512)
def _from_coding(pattern: Pattern, treatment: bool) -> np.ndarray:
    complete = pattern._rows()
    found = np.linalg.lstsq(complete @ _coding(pattern, treatment).matrix, complete, rcond=None)[0]
    whole = np.rint(found)  # exactly so by treatment; else a covariate far from zero would magnify rounding
    return np.where(np.abs(found - whole) < ROUNDING, whole, found)


@dataclass(frozen=True)
class Design:
    """The terms of a model and the factors they are made of."""

    factors: Mapping[str, Factor]
    terms: Terms

    @cached_property
    def pattern(self) -> Pattern:
        """What the design is without its rows."""
        return _pattern(self.terms, tuple((code, factor.scheme) for code, factor in self.factors.items()))

    def block(self, rows: slice, extra: np.ndarray | None = None) -> np.ndarray:
        """Read the design W of the formula for some rows of the data, shape (rows, columns).

        Parameters
        ----------
        rows : slice
            With a start and a stop.
        extra : ndarray, optional
            Numbers of all rows, to stand in a last column.
        """
        height = rows.stop - rows.start
        parts = [self._term(term, rows) if term else np.ones((1, height)) for term in self.terms]
        return np.concatenate(parts if extra is None else [*parts, extra[None, rows]]).T

    def _term(self, term: tuple[str, ...], rows: slice) -> np.ndarray:
        """Multiply out the columns of a term, shape (columns, rows)."""
        reduced = self.pattern.reduced[term]
        parts = (self.factors[code].coded(rows, reduced[code]) for code in term)
        return reduce(lambda left, right: (right[:, None] * left).reshape(-1, left.shape[-1]), parts)


@dataclass(frozen=True)
class Coding:
    """A design as combinations Z K of the complete columns: K, the names of its columns and their terms."""

    matrix: np.ndarray
    names: tuple[str, ...]
    owners: tuple[tuple[str, ...], ...]

    def keep(self, kept: np.ndarray) -> Coding:
        """Keep some of the columns."""
        return Coding(
            self.matrix[:, kept],
            tuple(self.names[column] for column in kept),
            tuple(self.owners[column] for column in kept),
        )


@dataclass(frozen=True)
class Basis:
    """An orthonormal basis Q of the columns of a design.

    Attributes
    ----------
    from_coded : ndarray
        T with W T = Q, shape (coded columns, rank); zero for aliased columns.
    from_complete : ndarray
        The same for the complete design, shape (complete columns, rank).
    to_complete : ndarray
        M with Z = Q M, shape (rank, complete columns).
    outcome : ndarray
        Q'y, the least squares coefficients in the basis, shape (rank,).
    written : Coding
        The coding of the formula, without aliased columns.
    to_written : ndarray
        Turns coefficients in the basis into those of the formula as written, shape (rank, rank).
    aliased : tuple of str
        Columns of the formula that the columns before them already hold.
    """

    from_coded: np.ndarray
    from_complete: np.ndarray
    to_complete: np.ndarray
    outcome: np.ndarray
    written: Coding
    to_written: np.ndarray
    aliased: tuple[str, ...]

    @cached_property
    def working(self) -> np.ndarray:
        """Matrix that turns rows of [W y] into rows of [Q, y - QQ'y], whose sums the fit needs."""
        coded, rank = self.from_coded.shape
        matrix = np.zeros((coded + 1, rank + 1))
        matrix[:-1, :-1] = self.from_coded
        matrix[:-1, -1] = -self.from_coded @ self.outcome
        matrix[-1, -1] = 1
        return matrix

    def estimable(self, functions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn functions of the complete coefficients into functions in the basis; see `estimable`."""
        return estimable(self.from_complete, self.to_complete, functions)


def estimable(
    from_complete: np.ndarray, to_complete: np.ndarray, functions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn linear functions of the coefficients of Z = Q M into functions of the coefficients of Q = Z T.

    A function l is estimable when it is a combination of rows of Z (Searle 1971, Linear Models, section
    5.4), that is when l = M'a for some a; then l'b in the coefficients of Z is a'b in those of Q. Since
    M T = I, that a is T'l.

    Parameters
    ----------
    from_complete : ndarray
        T, shape (columns, rank).
    to_complete : ndarray
        M, shape (rank, columns).
    functions : ndarray
        l, shape (functions, columns).

    Returns
    -------
    tuple of ndarray
        The vectors a, shape (functions, rank), and whether each function is estimable.
    """
    lengths = np.sqrt((to_complete**2).sum(axis=0))
    scale = np.where(lengths > 0, lengths, 1.0)
    found = functions @ from_complete
    left_over = (((found @ to_complete - functions) / scale) ** 2).sum(axis=1)
    return found, left_over <= ESTIMABLE**2 * ((functions / scale) ** 2).sum(axis=1)


def basis(design: Design, read: Reader, rows: int) -> Basis:
    """Find the rank of a design, the columns to drop and an orthonormal basis of what is left.

    The rows are read in blocks: the triangle of a QR decomposition has the same inner products as the
    columns it stands for, so everything after it is done on that small triangle.

    Parameters
    ----------
    design : Design
        The model.
    read : callable
        Gives the rows of [W y] for a slice.
    rows : int
        How many there are.
    """
    triangle = _triangle(read, rows)
    coded, response = triangle[:, :-1], triangle[:, -1]
    coding = design.pattern.coding()
    kept = _kept(coded, centred=() in design.terms)
    if len(kept) == coded.shape[1]:  # the usual case: the triangle is what another decomposition would give
        rank, upper, turned, outcome = (
            len(kept),
            coded[: len(kept)],
            coded[: len(kept)],
            response[: len(kept)],
        )
    else:
        rank = len(kept)
        orthonormal, upper = np.linalg.qr(coded[:, kept])
        turned, outcome = orthonormal.T @ coded, orthonormal.T @ response
    to_complete = turned @ design.pattern.from_coding()
    terms = np.sqrt((turned**2).sum(axis=0)) @ np.abs(design.pattern.from_coding())
    empty = np.sqrt((to_complete**2).sum(axis=0)) <= EMPTY * terms
    inverse = np.linalg.inv(upper)
    from_coded = np.zeros((coded.shape[1], rank))
    from_coded[kept] = inverse
    return Basis(
        from_coded=from_coded,
        from_complete=coding.matrix @ from_coded,
        to_complete=np.where(empty, 0.0, to_complete),
        outcome=outcome,
        written=coding.keep(kept),
        to_written=inverse,
        aliased=tuple(np.delete(coding.names, kept).tolist()),
    )


def blocks(rows: int) -> list[slice]:
    """Cut the rows into blocks."""
    return [slice(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK)]


def in_memory(read: Reader, rows: int) -> Reader:
    """Read all rows at once, if they fit into a block, and give them from memory afterwards."""
    return read(slice(0, rows)).__getitem__ if rows <= BLOCK else read


def _triangle(read: Reader, rows: int) -> np.ndarray:
    """Decompose [Z y] by QR; return the triangle R."""
    triangles = [_upper(read(block)) for block in blocks(rows)]
    return triangles[0] if len(triangles) == 1 else _upper(np.vstack(triangles))


def _upper(rows: np.ndarray) -> np.ndarray:
    """Decompose slab by slab, then the triangles (Demmel et al. 2012, SIAM J Sci Comput 34:A206).

    A slab is too small for the linear algebra library to start threads, which on a busy machine cost a fit
    twenty times what they save.
    """
    height = max(SLAB // rows.shape[1], 4 * rows.shape[1])
    while len(rows) > height:
        padded = np.zeros((-(-len(rows) // height) * height, rows.shape[1]))  # rows of zeros add nothing
        padded[: len(rows)] = rows
        stack = padded.reshape(-1, height, rows.shape[1])
        rows = np.linalg.qr(stack, mode="r").reshape(-1, rows.shape[1])
    return np.linalg.qr(rows, mode="r")


def independent(columns: np.ndarray, centred: bool) -> np.ndarray:
    """Find the columns that are not combinations of columns before them.

    A column is measured by its distance from its mean when the first column is the intercept, so that a
    covariate far from zero is not mistaken for a constant.
    """
    return _kept(np.linalg.qr(columns, mode="r"), centred)


def _kept(upper: np.ndarray, centred: bool) -> np.ndarray:
    """Find independent columns from the triangle of a QR decomposition, which has their inner products."""
    lengths = np.sqrt((upper**2).sum(axis=0))
    if centred:
        spread = np.sqrt((upper[1:] ** 2).sum(axis=0))
        lengths[1:] = np.where(spread > 1e-12 * lengths, spread, np.inf)[1:]
    if upper.shape[0] >= upper.shape[1] and (np.abs(upper.diagonal()) > ALIASED * lengths).all():
        return np.arange(upper.shape[1])
    kept, directions = [], np.zeros((len(upper), 0))
    for place, column in enumerate(upper.T):
        rest = column - directions @ (directions.T @ column)
        rest = rest - directions @ (directions.T @ rest)
        if np.linalg.norm(rest) > ALIASED * lengths[place]:
            kept.append(place)
            directions = np.column_stack([directions, rest / np.linalg.norm(rest)])
    return np.array(kept, dtype=int)


def _products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Multiply every column of `right` with every column of `left`, row by row, `left` fastest."""
    return (right[:, :, None] * left[:, None, :]).reshape(len(right), -1)
