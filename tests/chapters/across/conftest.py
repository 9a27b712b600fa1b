"""The crosswalk as committed with the studies that it is read beside, and crosswalks of a few rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from peerbook import Study, open_beside
from peerbook.chapters.across.crosswalk import Crosswalk
from peerbook.study import Tables

STUDIES = ("side_by_side", "together", "uwe", "lsbu", "leeds")


@pytest.fixture(scope="session")
def five() -> Study:
    """Return the crosswalk beside its five studies, opened once; do not change its frames."""
    return open_beside(study="across", studies=dict.fromkeys(STUDIES, ""))


@pytest.fixture(scope="session")
def crosswalk(five) -> Crosswalk:
    return Crosswalk(five)


@pytest.fixture
def changed(five) -> Callable[..., Crosswalk]:
    """Return a function that gives the crosswalk with other tables, and other studies or tables of them."""

    def change(others: dict[str, Study] | None = None, **tables: pd.DataFrame) -> Crosswalk:
        kept = dict(five.tables) | tables
        return Crosswalk(replace(five, tables=Tables(kept), others=five.others if others is None else others))

    return change


def with_tables(study: Study, leave_out: tuple[str, ...] = (), **tables: pd.DataFrame) -> Study:
    """Return a study with other tables, or without some."""
    kept = {name: frame for name, frame in study.tables.items() if name not in leave_out}
    return replace(study, tables=Tables(kept | tables))
