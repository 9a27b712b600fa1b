"""Themes and questions of the synthesis are the printed ones; every extract stands under one theme."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook import open_study, paths
from peerbook.coding import Material
from stand_in.make.side_by_side import questions


@pytest.fixture(scope="module")
def material() -> Material:
    study = open_study(study="side_by_side")
    return Material.of(study.coding, defined=study.definitions.codes)


def test_the_tables_are_those_committed():
    for name, table in questions.make().items():
        file = paths.stand_in("side_by_side") / f"{name}.csv"
        committed = pd.read_csv(file, dtype=str, keep_default_na=False)
        pd.testing.assert_frame_equal(table, committed)


def test_a_hundred_extracts_of_48_people_stand_under_one_theme_each(material):
    given = material.final_codes()
    given = given[given["code_id"].isin(material.codes("synthesis")["code_id"])]
    coded = given.merge(material.segments, on="segment_id")
    assert (len(coded), coded["person_id"].nunique()) == (100, 48)
    assert coded["segment_id"].is_unique
    assert coded["context"].value_counts().to_dict() == {
        "group": 60,
        "online": 19,
        "one_to_one": 16,
        "co_counselling": 5,
    }


def test_every_theme_has_a_row_of_its_own_and_its_links_name_codes_of_the_values(material):
    themes = material.codes("synthesis").query("kind != 'heading'")["code_id"]
    assert list(themes) == list(questions.make()["synthesis/themes"]["theme"])
    links = material.links[material.links["from_code"].isin(themes)]
    assert set(links["to_code"]) <= set(material.codes("core_values")["code_id"])
    assert links["status"].value_counts().to_dict() == {"printed": 53, "derived": 6, "inferred": 69}
