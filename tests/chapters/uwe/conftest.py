"""The literature review as committed, the same with other rows, and what was counted from print before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from peerbook import Study, open_study
from peerbook.study import Tables

EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture(scope="session")
def review() -> Study:
    """Return the review, opened once for all tests; do not change its frames."""
    return open_study(study="uwe")


@pytest.fixture
def changed(review) -> Callable[..., Study]:
    """Return a function that gives the review with other tables."""

    def change(**tables: pd.DataFrame) -> Study:
        return replace(review, tables=Tables(dict(review.tables) | tables))

    return change


@pytest.fixture
def expected() -> Callable[[str], pd.DataFrame]:
    """Return a function that reads counts made from the printed text by another script."""
    return lambda name: pd.read_csv(EXPECTED / f"{name}.csv", dtype={"subtheme": str, "year": str})
