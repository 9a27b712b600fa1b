"""The stand-in rows of the theory of change fit what is printed and say which of their cells are made up."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook import paths
from peerbook.published import load
from stand_in.make.side_by_side import SEED, capacity


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return capacity.make(SEED)


def test_the_tables_are_those_committed(tables):
    for name, table in tables.items():
        file = paths.stand_in("side_by_side") / f"{name}.csv"
        pd.testing.assert_frame_equal(
            table.reset_index(drop=True), pd.read_csv(file, dtype=str, keep_default_na=False)
        )


def test_every_area_reaches_as_many_people_as_printed(tables):
    monitoring = tables["capacity/monitoring"]
    reached = monitoring["new_people"].astype(int).groupby(monitoring["area"]).sum()
    assert (
        reached.to_dict()
        == load("side_by_side", "table_9_2").set_index("area")["reached"].astype(int).to_dict()
    )
    assert monitoring.groupby("area").size().unique().tolist() == [18]
    assert set(monitoring["status"]) == {"synthetic"}


def test_there_are_as_many_interviews_as_printed_and_more_speakers(tables):
    counts = tables["capacity/interviews"]["grouping"].value_counts()
    assert counts.tolist() == [9, 6, 4, 2]
    assert len(tables["capacity/speakers"]) == 28
    assert set(tables["capacity/speakers"]["interview_id"]) == set(
        tables["capacity/interviews"]["interview_id"]
    )


def test_a_segment_is_coded_with_elements_of_its_own_theme_only(tables):
    codes = tables["capacity/segment_codes"].query("element_status != ''")
    shown = load("side_by_side", "capacity_elements")
    shown = shown[shown["figure"].isin(load("side_by_side", "capacity_themes")["figure"])]
    coded = codes.merge(tables["capacity/segments"], on="segment_id")
    coded = coded.merge(tables["capacity/elements"], on="element_id")
    found = set(zip(coded["theme_id"], coded["component"], coded["label"], strict=True))
    place = "theme_" + shown["figure"].str.replace(".", "_")
    assert found == set(zip(place, shown["component"], shown["element"], strict=True))


def test_what_was_inferred_says_so(tables):
    codes = tables["capacity/segment_codes"].merge(tables["capacity/segments"], on="segment_id")
    inferred = codes.query("element_status == 'inferred'")
    assert set(inferred["theme_id"]) == {"theme_9_4", "theme_9_16"}
    assert set(tables["capacity/merges"].query("basis == 'inferred'")["status"]) == {"inferred"}


def test_another_seed_moves_people_between_months_only(tables):
    other = capacity.make(SEED + 1)
    assert not other["capacity/monitoring"].equals(tables["capacity/monitoring"])
    assert other["capacity/elements"].equals(tables["capacity/elements"])
