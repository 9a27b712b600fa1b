"""Small frames for rules, one of the report's shape for everything else."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from peerbook.stats import RandomIntercept, random_intercept
from tests.golden.stats.datasets import change_scores, empty_cell


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Keep linear algebra to one thread, since the designs are narrow and a second one costs time."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="session")
def change_frame() -> pd.DataFrame:
    return change_scores()


@pytest.fixture(scope="session")
def change_fit(change_frame: pd.DataFrame) -> RandomIntercept:
    return random_intercept("change ~ start + category + projects", change_frame, "person")


@pytest.fixture(scope="session")
def gap_frame() -> pd.DataFrame:
    return empty_cell()


@pytest.fixture(scope="session")
def gap_fit(gap_frame: pd.DataFrame) -> RandomIntercept:
    return random_intercept("y ~ a * b + x", gap_frame, "person")


@pytest.fixture
def rows() -> pd.DataFrame:
    """Twelve rows of four people, small enough to reckon with by hand."""
    return pd.DataFrame(
        {
            "person": ["p1"] * 3 + ["p2"] * 3 + ["p3"] * 4 + ["p4"] * 2,
            "arm": ["a", "b", "b", "a", "a", "b", "b", "a", "b", "a", "a", "b"],
            "sex": ["f", "f", "m", "f", "m", "m", "f", "m", "m", "f", "f", "m"],
            "x": [1.0, 2.0, 4.0, 3.0, 5.0, 8.0, 2.0, 6.0, 7.0, 1.0, 9.0, 3.0],
            "y": [2.0, 3.5, 4.0, 1.0, 1.5, 4.5, 6.0, 3.0, 7.5, 2.5, 5.0, 5.5],
        }
    )
