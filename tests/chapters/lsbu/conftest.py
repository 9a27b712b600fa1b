"""The stakeholder evaluation as committed, and the same with other rows."""

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
def evaluation() -> Study:
    """Return the evaluation, opened once for all tests; do not change its frames."""
    return open_study(study="lsbu")


@pytest.fixture
def changed(evaluation) -> Callable[..., Study]:
    """Return a function that gives the evaluation with other tables."""

    def change(**tables: pd.DataFrame) -> Study:
        return replace(evaluation, tables=Tables(dict(evaluation.tables) | tables))

    return change


@pytest.fixture
def expected() -> Callable[[str], pd.DataFrame]:
    """Return a function that reads what readers of the printed text counted and judged."""
    return lambda name: pd.read_csv(EXPECTED / f"{name}.csv", dtype=str, keep_default_na=False)
