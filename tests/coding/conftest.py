"""The coded material of the stand-in, read once."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from peerbook import open_study
from peerbook.coding import Material
from peerbook.data import load_definitions
from peerbook.data.codes import Codes


@pytest.fixture(scope="session")
def coded_tables() -> Mapping[str, pd.DataFrame]:
    return open_study(study="side_by_side").coding


@pytest.fixture(scope="session")
def defined() -> Codes:
    """Return what the study of the stand-in says of its codes."""
    return load_definitions("side_by_side").codes


@pytest.fixture(scope="session")
def material(coded_tables, defined) -> Material:
    return Material.of(coded_tables, defined=defined)


@pytest.fixture(scope="session")
def nothing() -> Material:
    return Material.of({})
