"""The stand-in rows of programme, literature and commissioners are those committed, and fit print."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook import paths
from stand_in.make.side_by_side import SEED, commissioning, literature, printed, programme

FOLDER = paths.stand_in("side_by_side")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return programme.make() | literature.make() | commissioning.make(SEED)


def test_the_tables_are_those_committed(tables):
    for topic in ("programme", "literature", "commissioning"):
        made = {name for name in tables if name.startswith(f"{topic}/")}
        assert made == {f"{topic}/{path.stem}" for path in (FOLDER / topic).glob("*.csv")}
    for name, table in tables.items():
        committed = pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
        pd.testing.assert_frame_equal(table.astype("str"), committed)


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_every_printed_count_of_the_survey_comes_out_for_any_seed(seed):
    made = commissioning.make(seed)
    responses = made["commissioning/responses"]
    kept = responses[responses["excluded"] == ""]
    assert len(made["commissioning/contacts"]) == 64
    assert kept["sector"].value_counts().to_dict() == {"council": 10, "ccg": 3, "trust": 2}
    assert kept["region"].value_counts().iloc[0] == 5
    assert kept["region"].nunique() == 7
    named = made["commissioning/response_codes"].query("question != 'need'")
    said = printed.load("commissioning_answers").query("question in ['type', 'outcome']")
    expected = said.set_index("option")["n"].astype(int).to_dict()
    assert named["code"].value_counts().to_dict() == expected
    assert set(named["response_id"]) <= set(kept["response_id"])


def test_another_seed_gives_the_answers_to_other_people(tables):
    other = commissioning.make(SEED + 1)["commissioning/responses"]
    assert not other["happy"].equals(tables["commissioning/responses"]["happy"])


def test_whoever_is_quoted_answered_or_was_interviewed(tables):
    said = tables["commissioning/extracts"]
    kept = tables["commissioning/responses"].query("excluded == ''")["response_id"]
    assert set(said["response_id"]) - {""} <= set(kept)
    assert set(said["interview_id"]) - {""} == set(tables["commissioning/interviews"]["interview_id"])
    assert (said.query("quoted == 'no'")["status"] == "synthetic").all()


def test_a_place_printed_beside_a_quotation_is_that_of_the_response(tables):
    said = tables["commissioning/extracts"].query("locality_printed != ''").set_index("response_id")
    region = tables["commissioning/responses"].set_index("response_id")["region"]
    names = tables["programme/area_names"].set_index("name")["region"]
    for response, place in said["locality_printed"].items():
        assert region[response] == names.get(place, place)


def test_what_is_made_up_says_so(tables):
    assert set(tables["commissioning/contacts"]["status"]) == {"synthetic"}
    unnamed = tables["literature/publications"].query("source == 'review'")
    assert set(unnamed["status"]) == {"synthetic"}
    assert {
        status for name in tables if name.startswith("programme/") for status in tables[name]["status"]
    } == {"printed"}
