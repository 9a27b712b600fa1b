"""Type III hypotheses: what "no effect of this term" means when cells are unequal or empty.

A term is tested by the estimable functions that involve it and the terms containing it and that are
orthogonal to the functions of those containing terms (SAS/STAT User's Guide, The Four Types of Estimable
Functions; Goodnight 1980). The result depends neither on the coding of factors nor on the counts per cell.
The rows are chosen as in lmerTest, because Satterthwaite's degrees of freedom depend on them slightly. The
two part only where a formula has an interaction without one of its margins (``b + a:b``): there lmerTest
overlooks that `a:b` contains `b`, and tests `b` in the first level of `a`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from peerbook.stats.design import Basis, Coding, Design, Pattern, independent

Term = tuple[str, ...]
NEGLIGIBLE = 1e-8


def type_three(design: Design, basis: Basis) -> dict[Term, np.ndarray]:
    """State the hypothesis of every term, as functions of the coefficients in the basis.

    Returns
    -------
    dict
        By term, shape (rows, rank); no rows for a term that cannot be tested.
    """
    pattern = design.pattern
    tested = [term for term in design.terms if term]
    if len(tested) <= 1:
        return _sequential(basis, tested)
    if pattern.is_treatment and not basis.aliased:  # then the rows of the data do not matter
        return {term: functions @ basis.to_written for term, functions in _without_gaps(pattern).items()}
    coding, to_treatment = _treatment(pattern, basis)
    found = _orthogonal(pattern, coding, to_treatment @ basis.to_complete)
    return {term: functions @ to_treatment for term, functions in found.items()}


def contains(pattern: Pattern, larger: Term, smaller: Term) -> bool:
    """Say whether a term contains another: all its factors and more, with the same numeric factors.

    Examples
    --------
    In ``y ~ a * b + a:x`` the term ``a:b`` contains ``a``; ``a:x`` does not, since x is a number.
    """
    return set(smaller) < set(larger) and pattern.numeric(smaller) == pattern.numeric(larger)


@lru_cache(maxsize=512)
def _without_gaps(pattern: Pattern) -> dict[Term, np.ndarray]:
    """State the hypotheses of a design in which no column is aliased, in the treatment coding."""
    return _orthogonal(pattern, pattern.coding(), pattern.from_coding())


def _orthogonal(pattern: Pattern, coding: Coding, from_coding: np.ndarray) -> dict[Term, np.ndarray]:
    """Make the functions of every term orthogonal to those of the terms that contain it.

    Parameters
    ----------
    pattern : Pattern
        Of the design.
    coding : Coding
        By treatment, without aliased columns.
    from_coding : ndarray
        C with Z = W C.
    """
    tested = [term for term in pattern.terms if term]
    functions = from_coding.T.copy()
    places = {term: [at for at, owner in enumerate(coding.owners) if owner == term] for term in tested}
    for term in sorted(tested, key=len, reverse=True):
        around = [at for other in tested if contains(pattern, other, term) for at in places[other]]
        if around and places[term]:
            functions[:, places[term]] = _residuals(functions[:, places[term]], functions[:, around])
    own = functions[coding.matrix.argmax(axis=0)]
    return {term: _nonzero(own[:, places[term]].T) for term in tested}


def _treatment(pattern: Pattern, basis: Basis) -> tuple[Coding, np.ndarray]:
    """Code by treatment without aliased columns; return also the matrix from the basis to that coding."""
    if pattern.is_treatment:
        return basis.written, basis.to_written
    coding = pattern.coding(treatment=True)
    coding = coding.keep(independent(basis.to_complete @ coding.matrix, () in pattern.terms))
    return coding, np.linalg.inv(basis.to_complete @ coding.matrix)


def _sequential(basis: Basis, tested: list[Term]) -> dict[Term, np.ndarray]:
    """Test the only term, in the rows of Doolittle's elimination that lmerTest uses here."""
    upper = np.linalg.qr(basis.to_complete @ basis.written.matrix, mode="r")
    rows = upper / np.diag(upper)[:, None]
    return {
        term: rows[[owner == term for owner in basis.written.owners]] @ basis.to_written for term in tested
    }


def _residuals(targets: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return targets - columns @ np.linalg.lstsq(columns, targets, rcond=None)[0]


def _nonzero(rows: np.ndarray) -> np.ndarray:
    return rows[np.abs(rows).sum(axis=1) > NEGLIGIBLE]
