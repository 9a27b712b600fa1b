"""Sums per group: all that a random-intercept model needs to know of its rows.

Let u be a row of the matrix [X y] and let group g have n rows with mean m. Any inner product weighted by
the inverse covariance of the model is a combination of

    within    W   = sum over rows   of (u - m)(u - m)'
    between   B_n = sum over groups of n rows of n m m'

because the covariance treats the mean of a group in one way and the deviations from it in another
(Searle, Casella and McCulloch 1992, Variance Components, chapter 3). A model with ten million rows is then
as quick to fit as one with a hundred, and resampling people is a reweighting of these sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from peerbook.stats.design import Reader, blocks, in_memory

UNSEEN = 1e-9  # share of a column's length within groups below which it does not vary there


@dataclass(frozen=True)
class GroupSums:
    """Within and between sums of the columns [X y], for one data set or for many of the same shape.

    Attributes
    ----------
    within : ndarray
        W, shape (..., columns, columns); the outcome is the last column.
    between : ndarray
        B_n, shape (..., sizes, columns, columns).
    sizes : ndarray
        The distinct group sizes n, shape (sizes,).
    counts : ndarray
        Number of groups of each size, or the sum of their weights, shape (..., sizes).
    rank : ndarray
        Number of coefficients that can be estimated, shape (...).
    """

    within: np.ndarray
    between: np.ndarray
    sizes: np.ndarray
    counts: np.ndarray
    rank: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Number of rows, shape (...)."""
        return self.counts @ self.sizes

    def least_squares_within(self) -> tuple[int, float]:
        """Fit within groups only, by least squares, for a single data set.

        Returns
        -------
        tuple
            The number of coefficients (directions) that vary within groups, and the sum of squares left.
        """
        values, directions = np.linalg.eigh(self.within[:-1, :-1])
        seen = values > UNSEEN * np.diagonal(self.within + self.between.sum(axis=0))[:-1].max(initial=0.0)
        pulls = self.within[-1, :-1] @ directions[:, seen]
        return int(seen.sum()), float(self.within[-1, -1] - (pulls**2 / values[seen]).sum())

    def at(self, places: np.ndarray) -> GroupSums:
        """Take some members of a stack."""
        if len(places) == len(self.within):
            return self
        return GroupSums(
            self.within[places], self.between[places], self.sizes, self.counts[places], self.rank[places]
        )


def stacked(sums: Sequence[GroupSums]) -> GroupSums:
    """Stack single data sets with equally many columns; sizes that one does not have count no groups."""
    sizes = np.unique(np.concatenate([one.sizes for one in sums]))
    shape = sums[0].within.shape
    between, counts = np.zeros((len(sums), len(sizes), *shape)), np.zeros((len(sums), len(sizes)))
    for place, one in enumerate(sums):
        at = np.searchsorted(sizes, one.sizes)
        between[place, at], counts[place, at] = one.between, one.counts
    within, rank = np.array([one.within for one in sums]), np.array([one.rank for one in sums])
    return GroupSums(within, between, sizes, counts, rank)


def group_sums(columns: np.ndarray, outcome: np.ndarray, groups: np.ndarray) -> GroupSums:
    """Add up a design matrix and an outcome held as arrays.

    Parameters
    ----------
    columns : ndarray
        X, shape (rows, coefficients), of full column rank.
    outcome : ndarray
        y, shape (rows,).
    groups : ndarray of int
        Number of the group of each row, 0 to groups - 1, each occurring.
    """
    return read_sums(lambda rows: np.column_stack([columns[rows], outcome[rows]]), groups)


def read_sums(read: Reader, groups: np.ndarray) -> GroupSums:
    """Add up rows that are read in blocks, so that memory holds the groups but not the design.

    Parameters
    ----------
    read : callable
        Gives the rows of [X y] for a slice.
    groups : ndarray of int
        Number of the group of each row.
    """
    read = in_memory(read, len(groups))
    sizes_by_group = np.bincount(groups)
    means = _totals(read, groups, len(sizes_by_group))
    means /= sizes_by_group
    within = 0
    for rows in blocks(len(groups)):
        deviations = read(rows).T - means[:, groups[rows]]
        within = within + deviations @ deviations.T
    counts = np.bincount(sizes_by_group)
    sizes = np.flatnonzero(counts)
    counts = counts[sizes]
    ends = np.cumsum(counts)
    means = (means * np.sqrt(sizes_by_group))[:, np.argsort(sizes_by_group, kind="stable")]
    runs = [means[:, end - count : end] for count, end in zip(counts, ends, strict=True)]
    between = [run @ run.T for run in runs]
    return GroupSums(within, np.array(between), sizes, counts.astype(float), np.array(len(within) - 1))


def _totals(read: Reader, groups: np.ndarray, number: int) -> np.ndarray:
    """Add up each column over the rows of each group, shape (columns, groups)."""
    totals = None
    for rows in blocks(len(groups)):
        block = np.ascontiguousarray(read(rows).T)
        totals = np.zeros((len(block), number)) if totals is None else totals
        for total, column in zip(totals, block, strict=True):
            np.add.at(total, groups[rows], column)
    return totals


@dataclass(frozen=True)
class GroupProducts:
    """What each group adds to the sums, so that weights on the groups give the sums of a resample.

    Attributes
    ----------
    totals : ndarray
        Sum over the rows of a group of u u', shape (groups, columns * columns), groups sorted by size.
    means : ndarray
        n m m' of each group, same shape and order.
    order : ndarray
        Number of the group in each place.
    sizes, ends : ndarray
        The distinct sizes, and the place after the last group of each.
    """

    totals: np.ndarray
    means: np.ndarray
    order: np.ndarray
    sizes: np.ndarray
    ends: np.ndarray

    @property
    def groups(self) -> int:
        """Number of groups."""
        return len(self.totals)

    def weighted(self, weights: np.ndarray) -> GroupSums:
        """Add up resamples in which each group occurs a number of times.

        A group drawn twice counts as two groups: the likelihood is then the sum of the likelihoods of the
        groups times their weights.

        Parameters
        ----------
        weights : ndarray
            Shape (resamples, groups), in the order of the groups' numbers.
        """
        size = int(np.sqrt(self.totals.shape[1]))
        weights = weights[:, self.order]
        runs = [slice(start, end) for start, end in zip([0, *self.ends], self.ends, strict=False)]
        between = np.stack([weights[:, run] @ self.means[run] for run in runs], axis=1)
        counts = np.add.reduceat(weights, [run.start for run in runs], axis=1)
        within = weights @ self.totals - between.sum(axis=1)
        shape = (len(weights), size, size)
        return GroupSums(
            within.reshape(shape),
            between.reshape(shape[0], -1, size, size),
            self.sizes,
            counts,
            np.full(len(weights), size - 1),
        )


def group_products(rows: np.ndarray, groups: np.ndarray) -> GroupProducts:
    """Multiply out the rows of [X y] and add them up per group.

    Parameters
    ----------
    rows : ndarray
        u, shape (rows, columns).
    groups : ndarray of int
        Number of the group of each row, 0 to groups - 1, each occurring.
    """
    counts = np.bincount(groups)
    order = np.argsort(counts, kind="stable")
    by_group = np.argsort(counts[groups] * len(counts) + groups, kind="stable")
    starts = np.cumsum(counts[order]) - counts[order]
    sorted_rows = rows[by_group]
    products = (sorted_rows[:, :, None] * sorted_rows[:, None, :]).reshape(len(rows), -1)
    sums = np.add.reduceat(sorted_rows, starts)
    means = (sums[:, :, None] * sums[:, None, :]).reshape(len(sums), -1) / counts[order][:, None]
    sizes, number = np.unique(counts, return_counts=True)
    return GroupProducts(np.add.reduceat(products, starts), means, order, sizes, np.cumsum(number))
