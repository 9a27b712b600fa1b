"""The stand-in cohort as the tests of its making need it."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def raw_logs(study):
    """`logs.csv` as it is in the raw folder, every cell as text."""
    return pd.read_csv(study.folder / "logs.csv", dtype=str, keep_default_na=False)
