"""What all tests share."""

from __future__ import annotations

import pytest

from peerbook import Study, open_study


@pytest.fixture(scope="session")
def study() -> Study:
    """Return the stand-in cohort, simulated and opened once for all tests; do not change its frames."""
    return open_study()
