"""The stand-in coded material, made once."""

from __future__ import annotations

import pytest

from peerbook.coding import Material
from stand_in.make.side_by_side import coding


@pytest.fixture(scope="session")
def material() -> Material:
    return Material.of(coding.make(seed=2017))


@pytest.fixture(scope="session")
def nothing() -> Material:
    return Material.of({})
