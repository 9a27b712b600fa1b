"""Aliased columns and estimable functions."""

from __future__ import annotations

import numpy as np
import pytest

from peerbook.stats.design import estimable, independent


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ([[1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], [0, 1]),
        ([[1, 1, 1, 1], [0, 0, 0, 0], [1, 2, 3, 5]], [0, 2]),
        ([[1, 1, 1, 1], [2, 2, 2, 2], [1, 2, 3, 5], [2, 3, 4, 6]], [0, 2]),
        ([[1, 1, 1, 1], [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 5]], [0, 1]),
        ([[1, 1, 1, 1], [1, 2, 3, 4], [1, 4, 9, 16], [1, 8, 27, 64], [5, 6, 7, 9]], [0, 1, 2, 3]),
    ],
)
def test_columns_that_repeat_earlier_ones_are_found(columns, kept):
    assert independent(np.array(columns, dtype=float).T, centred=True).tolist() == kept


def test_without_an_intercept_a_constant_column_stays():
    columns = np.array([[1.0, 2.0, 4.0], [3.0, 3.0, 3.0]]).T
    assert independent(columns, centred=False).tolist() == [0, 1]


def orthonormal(design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Basis of a design whose first two columns span it, and what turns the design into it."""
    q, upper = np.linalg.qr(design[:, :2])
    return q, np.vstack([np.linalg.inv(upper), np.zeros((design.shape[1] - 2, 2))])


def test_functions_outside_the_rows_are_not_estimable():
    """With an intercept and both indicators of a factor, means and differences can be had, effects cannot."""
    design = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1.0]])
    q, to_basis = orthonormal(design)
    functions = np.array([[1, 1, 0], [0, 1, -1], [0, 1, 0], [1, 0, 0], [1, 0.5, 0.5]])
    vectors, known = estimable(to_basis, q.T @ design, functions)
    assert known.tolist() == [True, True, False, False, True]
    outcome = np.array([1.0, 3.0, 10.0, 12.0])
    assert (vectors @ q.T @ outcome)[known].tolist() == pytest.approx([2.0, -9.0, 6.5])


def test_a_cell_without_rows_is_not_estimable():
    design = np.array([[1, 1, 0, 0], [1, 0, 1, 0.0], [1, 0, 1, 0]])
    q, to_basis = orthonormal(design)
    assert estimable(to_basis, q.T @ design, np.array([[1, 0, 0, 1.0], [1, 1, 0, 0]]))[1].tolist() == [
        False,
        True,
    ]
