"""The scoping as committed, and the same with other rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from peerbook import Study, open_study
from peerbook.study import Tables


@pytest.fixture(scope="session")
def scoping() -> Study:
    """Return the scoping, opened once for all tests; do not change its frames."""
    return open_study(study="leeds")


@pytest.fixture
def changed(scoping) -> Callable[..., Study]:
    """Return a function that gives the scoping with other tables."""

    def change(**tables: pd.DataFrame) -> Study:
        return replace(scoping, tables=Tables(dict(scoping.tables) | tables))

    return change
