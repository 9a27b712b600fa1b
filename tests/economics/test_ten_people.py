"""Index, cost and QALYs of ten people who were worked out by hand (`tests/golden/economics/`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from peerbook import economics
from peerbook.data import load_definitions
from peerbook.data.services import load_services
from peerbook.log.scoring import value_set_score

GOLDEN = Path(__file__).parents[1] / "golden" / "economics"
SERVICES = load_services(GOLDEN)
EQ5D = load_definitions("side_by_side").questionnaires["eq5d_index"]


@pytest.fixture(scope="module")
def logs() -> pd.DataFrame:
    rows = pd.read_csv(GOLDEN / "logs.csv", dtype={"state": str})
    states = [[float(answer) if answer != "." else np.nan for answer in state] for state in rows["state"]]
    return rows.assign(
        completed_on=pd.Timestamp("2026-01-01") + pd.to_timedelta(rows["day"], unit="D"),
        found_index=value_set_score(np.array(states), EQ5D),
        found_cost=economics.costs(economics.used(rows, SERVICES), SERVICES)["total"],
    )


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "people.csv").set_index("person_id")


def by_quarter(logs: pd.DataFrame, column: str) -> pd.DataFrame:
    started_on = logs.groupby("person_id")["completed_on"].min()
    chosen = economics.nearest(logs, started_on, 2)
    return economics.by_person(chosen, column, started_on.index, 2)


def test_there_are_ten():
    assert len(pd.read_csv(GOLDEN / "people.csv")) == 10


def test_the_index_of_every_state(logs):
    np.testing.assert_array_equal(logs["found_index"], logs["index"])


def test_the_cost_of_every_form(logs):
    np.testing.assert_array_equal(logs["found_cost"], logs["cost"])


def test_qalys_of_every_person(logs, people):
    found = economics.qalys(by_quarter(logs[logs["found_index"].notna()], "found_index"))
    pd.testing.assert_series_equal(found, people["qalys"], rtol=0, atol=1e-12)


def test_cost_of_the_follow_up_of_every_person(logs, people):
    cost = by_quarter(logs[logs["form"] == "quarterly"], "found_cost")
    pd.testing.assert_series_equal(
        cost.loc[:, 1:].sum(axis=1, skipna=False).rename("cost"), people["cost"], check_dtype=False
    )
