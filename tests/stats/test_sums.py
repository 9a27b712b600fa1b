"""Sums per group against the definition."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from peerbook.stats import design, random_intercept
from peerbook.stats.sums import group_products, group_sums


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    groups = np.concatenate([np.arange(15), random.integers(0, 15, 45)])
    return random.normal(size=(60, 3)), random.normal(size=60), groups


def test_within_and_between_follow_the_definition(sample):
    columns, outcome, groups = sample
    found = group_sums(columns, outcome, groups)
    u = np.column_stack([columns, outcome])
    within = np.zeros((4, 4))
    between = {int(size): np.zeros((4, 4)) for size in found.sizes}
    for group in range(15):
        own = u[groups == group]
        mean = own.mean(axis=0)
        within += (own - mean).T @ (own - mean)
        between[len(own)] += len(own) * np.outer(mean, mean)
    np.testing.assert_allclose(found.within, within, atol=1e-12)
    np.testing.assert_allclose(found.between, list(between.values()), atol=1e-12)
    assert found.rows == 60
    assert found.counts.sum() == 15


def test_reading_in_blocks_gives_the_same_sums(sample, monkeypatch):
    whole = group_sums(*sample)
    monkeypatch.setattr(design, "BLOCK", 7)
    blocks = group_sums(*sample)
    np.testing.assert_allclose(blocks.within, whole.within, atol=1e-12)
    np.testing.assert_allclose(blocks.between, whole.between, atol=1e-12)


def test_weights_count_groups(sample):
    """A group with weight 2 is two groups, one with weight 0 none."""
    columns, outcome, groups = sample
    weights = np.random.default_rng(1).integers(0, 3, 15)
    found = group_products(np.column_stack([columns, outcome]), groups).weighted(weights[None].astype(float))
    copies = [np.flatnonzero(groups == group) for group in range(15) for _ in range(weights[group])]
    rows = np.concatenate(copies)
    expected = group_sums(
        columns[rows], outcome[rows], np.repeat(np.arange(len(copies)), [len(c) for c in copies])
    )
    np.testing.assert_allclose(found.within[0], expected.within, atol=1e-11)
    assert found.rows[0] == expected.rows
    for size, between, count in zip(expected.sizes, expected.between, expected.counts, strict=True):
        place = found.sizes.tolist().index(size)
        np.testing.assert_allclose(found.between[0, place], between, atol=1e-11)
        assert found.counts[0, place] == count


def test_memory_stays_within_three_times_the_arrays():
    random = np.random.default_rng(2)
    rows, groups = 2_000_000, 600_000
    frame = pd.DataFrame(
        {
            "person": random.integers(0, groups, rows),
            "x": random.normal(size=rows),
            "y": random.normal(size=rows),
        }
    )
    random_intercept("y ~ x", frame.head(1000).assign(person=[1, 2] * 500), "person")  # imports
    tracemalloc.start()
    random_intercept("y ~ x", frame, "person")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 2 * frame.memory_usage().sum()  # beyond the frame itself
