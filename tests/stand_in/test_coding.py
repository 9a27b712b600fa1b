"""The stand-in coded material fits every printed count and says which of its cells are made up."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.data.schema import load_schema
from peerbook.published import load
from stand_in.make.side_by_side import coding

TABLES = (
    "people",
    "projects",
    "sources",
    "segments",
    "segment_codes",
    "codebooks",
    "links",
    "lexicon",
    "decisions",
)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return coding.make(seed=2017)


def counts(column: pd.Series) -> dict[str, int]:
    return column.value_counts().to_dict()


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_levels_are_those_of_the_schema(tables, name):
    schema, table = coding_schema(name), tables[name]
    assert list(table) == list(schema.fields)
    for column, field in schema.fields.items():
        if field.categories:
            assert set(table[column]) <= {"", *field.categories}
        if field.constraints.required:
            assert (table[column] != "").all()
        if field.constraints.pattern:
            assert table.loc[table[column] != "", column].str.fullmatch(field.constraints.pattern).all()
    assert not table.duplicated(list(schema.primary_key)).any()
    for key in schema.foreign_keys:
        known = set(tables[key.resource][key.reference_fields[0]])
        assert set(table[key.fields[0]]) <= {"", *known}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    first, again, other = (
        coding.write(tmp_path / name, seed) for name, seed in zip("abc", (1, 1, 2), strict=True)
    )
    same = [(first / f"{name}.csv").read_bytes() == (again / f"{name}.csv").read_bytes() for name in TABLES]
    assert all(same)
    assert (first / "people.csv").read_bytes() != (other / "people.csv").read_bytes()


def test_all_printed_quotations_are_there_and_no_words_of_anyone(tables):
    quoted = tables["segments"].query("quoted == 'yes'")
    assert len(quoted) == 726
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
    rows = load("side_by_side", "table_6_1").query("characteristic == @characteristic")
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
