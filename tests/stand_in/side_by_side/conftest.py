"""The stand-in cohort as the tests of its making need it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from peerbook import paths


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """The committed raw folder."""
    return paths.stand_in("side_by_side")


@pytest.fixture(scope="session")
def raw_logs(raw_folder) -> pd.DataFrame:
    """`logs.csv` as it is in the raw folder, every cell as text."""
    return pd.read_csv(raw_folder / "logs.csv", dtype=str, keep_default_na=False)
