from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.economics import DAYS, by_person, nearest


def logs_of(days: dict[str, list[int]]) -> tuple[pd.DataFrame, pd.Series]:
    rows = [(person, day, f"{person}{day}") for person, told in days.items() for day in told]
    frame = pd.DataFrame(rows, columns=["person_id", "day", "log"])
    frame["completed_on"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return frame, pd.Series(pd.Timestamp("2026-01-01"), index=frame["person_id"].unique())


def chosen(days: dict[str, list[int]], last: int = 2) -> dict[tuple[str, int], str]:
    found = nearest(*logs_of(days), last)
    return dict(zip(zip(found["person_id"], found["quarter"], strict=True), found["log"], strict=True))


def test_a_log_tells_of_the_quarter_it_is_nearest_to_and_a_quarter_has_the_nearest_log():
    assert chosen({"a": [0, 45, 46, 88, 97, 200, 400]}) == {
        ("a", 0): "a0", ("a", 1): "a88", ("a", 2): "a200",
    }  # fmt: skip


def test_of_two_logs_as_near_the_earlier_counts_whatever_their_order():
    frame, started_on = logs_of({"a": [0, 10]})
    frame["completed_on"] = frame["completed_on"].iloc[0]
    frame["log"] = ["first", "second"]
    assert nearest(frame, started_on, 0)["log"].tolist() == ["first"]


def test_logs_without_a_date_or_before_the_start_are_in_no_quarter():
    frame, started_on = logs_of({"a": [0, 91]})
    undated = frame.assign(completed_on=frame["completed_on"].where(frame["day"] == 0))
    assert nearest(undated, started_on, 2)["quarter"].tolist() == [0]
    assert nearest(frame, started_on + pd.Timedelta(days=200), 2).empty


def test_the_frame_is_left_as_it_was():
    frame, started_on = logs_of({"a": [91, 0]})
    before = frame.copy()
    nearest(frame, started_on, 2)
    pd.testing.assert_frame_equal(frame, before)


def test_people_and_quarters_without_a_log_are_missing():
    frame, started_on = logs_of({"a": [0, 182], "b": [0]})
    wide = by_person(nearest(frame, started_on, 2), "day", pd.Index(["b", "a", "c"]), 2)
    np.testing.assert_array_equal(
        wide.to_numpy(), [[0, np.nan, np.nan], [0, np.nan, 182], [np.nan, np.nan, np.nan]]
    )
    assert list(wide.index) == ["b", "a", "c"]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=12))
def test_no_log_is_nearer_to_its_quarter_than_the_chosen_one(days):
    frame, started_on = logs_of({"a": days})
    found = nearest(frame, started_on, 5).set_index("quarter")["day"]
    assert found.index.is_unique
    for quarter, day in found.items():
        assert abs(day - quarter * DAYS) <= min(abs(other - quarter * DAYS) for other in days) + 1e-9
        assert abs(day - quarter * DAYS) <= DAYS / 2
