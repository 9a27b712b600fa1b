"""The coded material of the stand-in, read once."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from peerbook import open_study
from peerbook.coding import Material


@pytest.fixture(scope="session")
def coded_tables() -> Mapping[str, pd.DataFrame]:
    return open_study(study="side_by_side").coding


@pytest.fixture(scope="session")
def material(coded_tables) -> Material:
    return Material.of(coded_tables)


@pytest.fixture(scope="session")
def nothing() -> Material:
    return Material.of({})
