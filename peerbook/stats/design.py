"""The columns of a model, in the three shapes that inference needs.

The *complete* design Z has an indicator for every level of every factor and for every cell of every
interaction, as SAS writes it. Its columns repeat each other, but what may be asked of a model is easiest to
say in it: a marginal mean is a product of simple weights, a Type III hypothesis an orthogonality.
A *coding* K picks or combines those columns (Z K: the design of statsmodels or R, aliased columns dropped),
and an orthonormal *basis* Q of the same space is what the computations use, so that neither the units of a
covariate nor its distance from zero costs digits. All three are tied by small matrices: Z T = Q and Z = Q M.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from peerbook.stats.factors import Factor
from peerbook.stats.formula import Terms

ALIASED = 1e-7  # share of a column left over by the columns before it: the tolerance of R's qr and of lme4
ESTIMABLE = 1e-8  # the same for a linear function, relative to its length (R package estimability)
BLOCK = 65_536  # rows read at a time
SLAB = 256  # rows decomposed at a time

Reader = Callable[[slice], np.ndarray]


@dataclass(frozen=True)
class Design:
    """The complete design: terms and the factors they are made of.

    Columns of a term are products over its factors, the first factor varying fastest, as in R and patsy.
    """

    factors: Mapping[str, Factor]
    terms: Terms

    def columns(self, blocks: Mapping[str, np.ndarray]) -> np.ndarray:
        """Multiply out the complete design from a matrix per factor, all with the same number of rows."""
        rows = len(next(iter(blocks.values()))) if blocks else 1
        ones = np.ones((rows, 1))
        return np.hstack([reduce(_products, (blocks[code] for code in term), ones) for term in self.terms])

    def block(self, rows: slice) -> np.ndarray:
        """Read the complete design for some rows of the data."""
        if not self.factors:
            return np.ones((rows.stop - rows.start, 1))
        return self.columns({code: factor.block(rows) for code, factor in self.factors.items()})

    def numeric(self, term: tuple[str, ...]) -> frozenset[str]:
        """Pick the numeric factors of a term."""
        return frozenset(code for code in term if not self.factors[code].is_categorical)

    def is_reduced(self, term: tuple[str, ...], code: str) -> bool:
        """Say whether a factor is coded with one column fewer, because an earlier term holds what is left.

        The rule of R's ``model.matrix``: drop the factor from the term; if an earlier term contains the
        rest (with the same numeric factors), an indicator for every level would repeat it.
        """
        rest = set(term) - {code}
        earlier = self.terms[: self.terms.index(term)]
        return any(rest <= set(other) and self.numeric(other) == self.numeric(term) for other in earlier)

    def coding(self, treatment: bool = False) -> Coding:
        """Code the factors as the formula says, or by treatment coding with the first level as reference."""
        parts = [self._term_coding(term, treatment) for term in self.terms]
        matrix = np.zeros((sum(len(part) for part, _ in parts), sum(part.shape[1] for part, _ in parts)))
        row = column = 0
        for part, _ in parts:
            matrix[row : row + part.shape[0], column : column + part.shape[1]] = part
            row, column = row + part.shape[0], column + part.shape[1]
        names = tuple(name for _, names in parts for name in names)
        owners = [term for term, (_, names) in zip(self.terms, parts, strict=True) for _ in names]
        return Coding(matrix, names, tuple(owners))

    def _term_coding(self, term: tuple[str, ...], treatment: bool) -> tuple[np.ndarray, list[str]]:
        """Code one term: the matrix and the names of its columns."""
        matrix, names = np.ones((1, 1)), [""]
        for code in term:
            coding, suffixes = self.factors[code].coding(self.is_reduced(term, code), treatment)
            matrix = _kronecker(coding, matrix)
            names = [
                f"{name}:{code}{suffix}" if name else f"{code}{suffix}"
                for suffix in suffixes
                for name in names
            ]
        return matrix, names if term else ["Intercept"]


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
    from_complete : ndarray
        T with Z T = Q, shape (complete columns, rank).
    to_complete : ndarray
        M with Z = Q M, shape (rank, complete columns).
    outcome : ndarray
        Q'y, the least squares coefficients in the basis, shape (rank,).
    written : Coding
        The coding of the formula, without aliased columns.
    aliased : tuple of str
        Columns of the formula that the columns before them already hold.
    """

    from_complete: np.ndarray
    to_complete: np.ndarray
    outcome: np.ndarray
    written: Coding
    aliased: tuple[str, ...]

    @cached_property
    def working(self) -> np.ndarray:
        """Matrix that turns rows of [Z y] into rows of [Q, y - QQ'y], whose sums the fit needs."""
        rank, complete = self.to_complete.shape
        matrix = np.zeros((complete + 1, rank + 1))
        matrix[:-1, :-1] = self.from_complete
        matrix[:-1, -1] = -self.from_complete @ self.outcome
        matrix[-1, -1] = 1
        return matrix

    @cached_property
    def to_written(self) -> np.ndarray:
        """Matrix that turns coefficients in the basis into coefficients of the formula as written."""
        return np.linalg.inv(self.to_complete @ self.written.matrix)

    def estimable(self, functions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn functions of the complete coefficients into functions in the basis; see `estimable`."""
        return estimable(self.to_complete, functions)


def estimable(to_complete: np.ndarray, functions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn linear functions of the coefficients of Z = Q M into functions of the coefficients of Q.

    A function l is estimable when it is a combination of rows of Z (Searle 1971, Linear Models, section
    5.4), that is when l = M'a for some a; then l'b in the coefficients of Z is a'b in those of Q.

    Parameters
    ----------
    to_complete : ndarray
        M, shape (rank, columns).
    functions : ndarray
        l, shape (functions, columns).

    Returns
    -------
    tuple of ndarray
        The vectors a, shape (functions, rank), and whether each function is estimable.
    """
    lengths = np.linalg.norm(to_complete, axis=0)
    scale = np.where(lengths > 0, lengths, 1.0)
    rows, wanted = (to_complete / scale).T, (functions / scale).T
    found = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    left_over = np.linalg.norm(wanted - rows @ found, axis=0)
    return found.T, left_over <= ESTIMABLE * np.linalg.norm(wanted, axis=0)


def basis(design: Design, read: Reader, rows: int) -> Basis:
    """Find the rank of a design, the columns to drop and an orthonormal basis of what is left.

    The rows are read in blocks: the triangle of a QR decomposition has the same inner products as the
    columns it stands for, so everything after it is done on that small triangle.

    Parameters
    ----------
    design : Design
        The model.
    read : callable
        Gives the rows of [Z y] for a slice.
    rows : int
        How many there are.
    """
    triangle = _triangle(read, rows)
    complete, response = triangle[:, :-1], triangle[:, -1]
    coding = design.coding()
    kept = independent(complete @ coding.matrix, centred=() in design.terms)
    written = coding.keep(kept)
    orthonormal, upper = np.linalg.qr(complete @ written.matrix)
    return Basis(
        from_complete=np.linalg.solve(upper.T, written.matrix.T).T,
        to_complete=orthonormal.T @ complete,
        outcome=orthonormal.T @ response,
        written=written,
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
    height = max(SLAB, 4 * rows.shape[1])
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
    lengths = np.linalg.norm(columns, axis=0)
    upper = np.linalg.qr(columns, mode="r")
    if centred:
        spread = np.linalg.norm(upper[1:], axis=0)
        lengths[1:] = np.where(spread > 1e-12 * lengths, spread, np.inf)[1:]
    if columns.shape[0] >= columns.shape[1] and (np.abs(np.diag(upper)) > ALIASED * lengths).all():
        return np.arange(columns.shape[1])
    kept, directions = [], np.zeros((len(columns), 0))
    for place, column in enumerate(columns.T):
        rest = column - directions @ (directions.T @ column)
        rest = rest - directions @ (directions.T @ rest)
        if np.linalg.norm(rest) > ALIASED * lengths[place]:
            kept.append(place)
            directions = np.column_stack([directions, rest / np.linalg.norm(rest)])
    return np.array(kept, dtype=int)


def _products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Multiply every column of `right` with every column of `left`, row by row, `left` fastest."""
    return (right[:, :, None] * left[:, None, :]).reshape(len(right), -1)


def _kronecker(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Multiply every entry of `left` with all of `right`; `numpy.kron` takes ten times as long on these."""
    products = left[:, None, :, None] * right[None, :, None, :]
    return products.reshape(len(left) * len(right), -1)
