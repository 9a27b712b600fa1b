"""The stand-in coded material fits every printed count and says which of its cells are made up."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook import paths
from stand_in.make.side_by_side import SEED, coding, printed

TABLES = sorted(path.stem for path in (paths.stand_in("side_by_side") / "coding").glob("*.csv"))


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return coding.make(SEED)


def counts(column: pd.Series) -> dict[str, int]:
    return column.value_counts().to_dict()


def test_the_tables_are_those_committed(tables):
    folder = paths.stand_in("side_by_side") / "coding"
    assert sorted(tables) == TABLES
    for name, table in tables.items():
        committed = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        pd.testing.assert_frame_equal(table.astype("str"), committed)


def test_another_seed_makes_other_people_of_the_same_counts(tables):
    other = coding.make(SEED + 1)
    assert not other["people"].equals(tables["people"])
    assert other["people"]["gender"].value_counts().equals(tables["people"]["gender"].value_counts())


def test_all_printed_quotations_are_there_and_no_words_of_anyone(tables):
    quoted = tables["segments"].query("quoted == 'yes'")
    assert len(quoted) == 727
    assert set(quoted["status"]) == {"derived"}
    spoken = tables["segments"][tables["segments"]["person_id"].str.contains("PV|FG|CB|CI|CS")]
    assert set(spoken["text"]) == {""}


@pytest.mark.parametrize(
    ("column", "characteristic"),
    [
        ("age_band", "Age"),
        ("gender", "Gender"),
        ("ethnicity", "Ethnicity"),
        ("locality", "Type of locality"),
        ("sexual_orientation", "Sexual orientation"),
    ],
)
def test_people_interviewed_fit_table_6_1(tables, column, characteristic):
    people = tables["people"][tables["people"]["person_id"].str.startswith("PV")]
    rows = printed.coded("table_6_1").query("characteristic == @characteristic")
    labels = rows["category"].replace({"Missing": "", "Missing data": ""})
    assert counts(people[column]) == dict(zip(labels, rows["n"].astype(int), strict=True))


def test_roles_belong_to_the_approach_they_are_named_for(tables):
    people = tables["people"]
    assert counts(people["role"].replace("", pd.NA).dropna()) == {
        "group facilitator": 23,
        "mentor": 6,
        "mentee": 1,
        "online moderator": 1,
    }
    assert set(people.loc[people["role"].isin(["mentor", "mentee"]), "approach"]) == {"one_to_one"}


def test_statements_on_the_sample_hold(tables):
    sources, people = tables["sources"], tables["people"]
    interviews = sources[sources["strand"] == "interview"]
    assert counts(interviews["recorded"]) == {"yes": 65, "no": 4}
    assert counts(interviews["place"])["Leeds"] == 12
    assert counts(interviews["interpreter"])["yes"] == 4
    assert (people["strands"] == "interview;focus group").sum() == 1
    assert people["strands"].str.contains("focus group").sum() == 22


def test_projects_are_46_and_elefriends_with_one_to_nine_grants_a_region(tables):
    by_region = counts(tables["projects"]["region"])
    assert by_region.pop("Elefriends") == 1
    assert sum(by_region.values()) == 46
    assert (min(by_region.values()) - 1, max(by_region.values()) - 1) == (1, 9)


def test_nobody_gives_more_than_three_phrases(tables):
    phrases = tables["segments"].query("source_id == 'survey-words'")
    assert phrases["person_id"].nunique() == 157
    assert phrases["position"].max() <= 3


def test_a_person_says_a_self_care_theme_online_only(tables):
    codes = tables["segment_codes"].query("code_id == 'V4.3.e7'").merge(tables["segments"], on="segment_id")
    assert set(codes["context"]) == {"online"}
