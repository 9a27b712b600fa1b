from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from peerbook.data import load_definitions
from peerbook.data.sampler import sample
from peerbook.errors import DataError, ParameterError
from tests.data.sampler.small import a_field, a_schema, a_study

PERSON = a_field("person_id", required=True, pattern="[0-9]{4}")
JOINED = a_field("joined", "date", minimum="2027-01-01", maximum="2027-12-31")
PEOPLE = a_schema("people", PERSON, JOINED, key=("person_id",))
SCORE = a_field("score", "integer", minimum=1, maximum=10, required=True)
DAY = a_field("day", "date", minimum="2027-01-01", maximum="2028-12-31", required=True)


def table(*schemas, rows: int = 300, seed: int = 1) -> pd.DataFrame:
    """Return the last of some tables, made up."""
    return sample(a_study(*schemas), rows, seed)[schemas[-1].name]


def test_rows_below_one_are_refused():
    with pytest.raises(ParameterError, match="rows: found 0"):
        sample(a_study(PEOPLE), rows=0)


def test_tables_and_columns_are_those_of_the_schemas_in_their_order(definitions):
    tables = sample(definitions, rows=5)
    assert list(tables) == [*definitions.tables]
    for name, schema in definitions.tables.items():
        assert list(tables[name]) == list(schema.fields)
        assert set(tables[name].dtypes.astype("str")) == {"str"}
        assert not tables[name].isna().any(axis=None)


# The same seed


def test_another_seed_gives_other_answers():
    one, two = (table(a_schema("scores", SCORE), seed=seed)["score"] for seed in (1, 2))
    assert 0 < (one == two).mean() < 0.3


def test_a_new_column_changes_no_other():
    before = table(PEOPLE, a_schema("visits", PERSON, DAY, SCORE))
    new = a_field("mood", categories={"low": "Low", "high": "High"})
    after = table(PEOPLE, a_schema("visits", new, PERSON, DAY, SCORE))
    pd.testing.assert_frame_equal(after[list(before)], before)


def fingerprint() -> str:
    """Return a hash of a small sample with a bit of everything."""
    text = a_field("text", pattern="[^a-x]{3}|[0-9]+")
    found = table(PEOPLE, a_schema("visits", PERSON, DAY, SCORE, text), rows=50)
    return hashlib.sha256(found.to_csv(index=False).encode()).hexdigest()[:16]


@pytest.mark.parametrize("hashing", ["1", "2"])
def test_the_same_seed_gives_the_same_texts_in_every_process(hashing):
    """If the hash must change, everybody's test data change: say so in CHANGELOG.md."""
    code = "from tests.data.sampler.test_tables import fingerprint; print(fingerprint())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": hashing},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "4113b0d7938ee586", done.stderr


# Keys


def test_numbers_of_rows_count_from_the_least():
    found = table(a_schema("logs", a_field("log_id", "integer", minimum=1, required=True), key=("log_id",)))
    assert found["log_id"].astype(int).tolist() == list(range(1, 301))


def test_a_table_is_as_long_as_its_keys_allow():
    wave = a_field("wave", categories={"1": "First", "2": "Second"}, required=True)
    visits = a_schema("visits", PERSON, wave, key=("person_id", "wave"))
    people = a_schema("people", a_field("person_id", required=True, pattern="[0-4]"), key=("person_id",))
    visits = replace(visits, fields={**visits.fields, **people.fields})
    tables = sample(a_study(people, visits), rows=300)
    assert len(tables["people"]) == 5
    assert tables["visits"].to_numpy().tolist() == [[p, w] for p in "01234" for w in "12"]


def test_a_key_of_person_and_wave_does_not_repeat_and_goes_with_the_dates():
    wave = a_field("wave", "integer", minimum=1, maximum=6, required=True)
    found = table(PEOPLE, a_schema("visits", PERSON, wave, DAY, key=("person_id", "wave")))
    assert len(found) == 300
    assert not found.duplicated(["person_id", "wave"]).any()
    in_order = found.sort_values(["person_id", "wave"])
    assert in_order.groupby("person_id")["day"].agg(lambda days: days.is_monotonic_increasing).all()
    assert 2 < found.groupby("person_id").size().mean() < 4


def test_a_key_of_person_and_day_keeps_the_days_apart_and_after_joining():
    found = sample(a_study(PEOPLE, a_schema("visits", PERSON, DAY, key=("person_id", "day"))), rows=300)
    visits = found["visits"]
    assert len(visits) == 300
    assert not visits.duplicated().any()
    joined = found["people"].set_index("person_id")["joined"].reindex(visits["person_id"])
    assert (visits["day"].to_numpy() >= joined.to_numpy()).all()


def test_rows_that_have_no_day_left_are_dropped():
    day = a_field("day", "date", minimum="2027-12-31", maximum="2028-01-01", required=True)
    visits = table(PEOPLE, a_schema("visits", PERSON, day, key=("person_id", "day")))
    assert not visits.duplicated().any()
    assert 150 < len(visits) <= 200


def test_several_unique_columns():
    one, other = a_field("a", unique=True, required=True), a_field("b", "integer", unique=True)
    found = table(a_schema("t", one, other, key=("a",)))
    assert found["a"].is_unique
    assert found.loc[found["b"] != "", "b"].is_unique
    assert 0 < (found["b"] == "").mean() < 0.1


def test_one_to_one():
    people = a_schema("people", PERSON, key=("person_id",))
    link = {("whose",): ("people", ("person_id",))}
    found = table(people, a_schema("beds", replace(PERSON, name="whose"), key=("whose",), links=link))
    assert len(found) == 100
    assert found["whose"].is_unique


# Links


SITE, NUMBER = a_field("site", required=True), a_field("number", "integer", minimum=1, required=True)
MEMBERS = a_schema("members", SITE, NUMBER, key=("site", "number"))


def test_keys_of_several_columns_lead_to_a_row():
    link = {("site", "member"): ("members", ("site", "number"))}
    visits = a_schema("visits", SITE, replace(NUMBER, name="member"), links=link)
    tables = sample(a_study(MEMBERS, visits), rows=300)
    known = set(tables["members"].itertuples(index=False, name=None))
    met = set(tables["visits"].itertuples(index=False, name=None))
    assert met <= known
    assert len(met) > 0.8 * len(known)


def test_two_links_that_share_a_column_are_both_followed():
    sites = a_schema("sites", SITE, key=("site",))
    site = {("site",): ("sites", ("site",))}
    members = replace(MEMBERS, foreign_keys=a_schema("m", links=site).foreign_keys)
    both = {("site", "number"): ("members", ("site", "number")), **site}
    visits = a_schema("visits", SITE, NUMBER, links=both)
    tables = sample(a_study(sites, members, visits), rows=300)
    assert set(tables["members"]["site"]) <= set(tables["sites"]["site"])
    met = set(tables["visits"].itertuples(index=False, name=None))
    assert met <= set(tables["members"].itertuples(index=False, name=None))


def test_people_have_several_logs_in_order_and_none_before_they_joined():
    tables = sample(a_study(PEOPLE, a_schema("visits", PERSON, DAY)), rows=300)
    visits = tables["visits"]
    numbers = visits.groupby("person_id").size()
    assert (numbers > 1).mean() > 0.5
    assert visits.groupby("person_id")["day"].agg(lambda days: days.is_monotonic_increasing).all()
    assert not visits.duplicated().any()
    joined = tables["people"].set_index("person_id")["joined"].reindex(visits["person_id"])
    assert (visits["day"].to_numpy() >= joined.to_numpy()).all()


CODE, PARENT = a_field("code", required=True), a_field("parent")


def test_a_table_may_lead_to_itself_and_makes_a_tree():
    codes = table(a_schema("codes", CODE, PARENT, links={("parent",): ("codes", ("code",))}))
    assert codes["code"].is_unique
    place = dict(zip(codes["code"], range(len(codes)), strict=True))
    led = codes[codes["parent"] != ""]
    assert len(led) > 0.9 * len(codes)
    assert all(place[row.parent] < place[row.code] for row in led.itertuples())


def test_a_parent_of_the_same_book():
    book = a_field("book", categories={"a": "A", "b": "B"}, required=True)
    link = {("book", "parent"): ("", ("book", "code"))}
    codes = table(a_schema("codes", book, CODE, PARENT, key=("book", "code"), links=link))
    known = set(codes[["book", "code"]].itertuples(index=False, name=None))
    led = codes.loc[codes["parent"] != "", ["book", "parent"]]
    assert len(led) > 0.9 * len(codes)
    assert set(led.itertuples(index=False, name=None)) <= known


def test_a_parent_that_is_required_is_the_row_itself_at_the_top():
    parent = a_field("parent", required=True)
    codes = table(a_schema("codes", CODE, parent, links={("parent",): ("", ("code",))}))
    assert codes.loc[0, "parent"] == codes.loc[0, "code"]
    assert set(codes["parent"]) <= set(codes["code"])


def test_a_parent_that_may_not_repeat_is_the_row_before():
    parent = a_field("parent", unique=True)
    codes = table(a_schema("codes", CODE, parent, links={("parent",): ("", ("code",))}))
    led = codes[codes["parent"] != ""]
    assert led["parent"].is_unique
    assert (led["parent"].to_numpy() == codes["code"].shift()[led.index].to_numpy()).all()


def test_a_link_that_can_lead_nowhere_stays_empty_or_is_an_error():
    link = {("whose",): ("people", ("person_id",))}
    found = table(PEOPLE, a_schema("beds", a_field("whose", "date"), links=link))
    assert set(found["whose"]) == {""}
    needed = a_schema("beds", a_field("whose", "date", required=True), links=link)
    with pytest.raises(
        DataError, match="beds: the foreign key whose: no row of people has a value that fits"
    ):
        table(PEOPLE, needed)


def test_a_link_given_up_stays_empty():
    person, team = a_field("person_id", required=True), a_field("team_id")
    to_team = {("team_id",): ("teams", ("team_id",))}
    people = a_schema("people", person, team, key=("person_id",), links=to_team)
    lead = {("lead",): ("people", ("person_id",))}
    teams = a_schema("teams", a_field("team_id", required=True), a_field("lead", required=True), links=lead)
    tables = sample(a_study(people, replace(teams, primary_key=("team_id",))), rows=30)
    assert set(tables["people"]["team_id"]) == {""}
    assert set(tables["teams"]["lead"]) <= set(tables["people"]["person_id"])


def test_a_row_says_the_region_of_its_parent():
    region = a_field("region", categories={"North": "North", "South": "South"}, required=True)
    people = a_schema("people", PERSON, region, key=("person_id",))
    tables = sample(a_study(people, a_schema("visits", PERSON, region)), rows=300)
    of_person = tables["people"].set_index("person_id")["region"].reindex(tables["visits"]["person_id"])
    assert (tables["visits"]["region"].to_numpy() == of_person.to_numpy()).all()
    assert set(of_person) == {"North", "South"}


# Answers


def test_all_answers_are_about_equally_likely():
    counts = table(a_schema("scores", SCORE), rows=10_000)["score"].value_counts()
    assert len(counts) == 10
    assert counts.between(850, 1150).all()


def test_answers_of_one_person_resemble_each_other():
    found = table(PEOPLE, a_schema("visits", PERSON, SCORE), rows=5000)
    before = found["score"].shift().where(found["person_id"] == found["person_id"].shift())
    same = (found["score"] == before)[before.notna()].mean()
    assert 0.1 + 0.05 < same < 0.1 + 0.13  # by chance 0.1; 0.3 ** 2 more


def test_boxes_of_a_question():
    box = {"true_values": ("1",), "false_values": ("", "0"), "missing_values": {}, "tick_group": "work"}
    found = table(a_schema("t", *(a_field(f"work_{n}", "boolean", **box) for n in range(4))), rows=2000)
    ticked = found.eq("1").sum(axis=1)
    assert set(found.to_numpy().ravel()) == {"", "1"}
    assert 0.03 < (ticked == 0).mean() < 0.07
    assert (ticked == 1).mean() > 0.6
    assert found.eq("1").mean().between(0.2, 0.45).all()


def test_boxes_that_must_say_no():
    box = {"true_values": ("yes",), "false_values": ("no",), "tick_group": "work"}
    found = table(a_schema("t", *(a_field(f"work_{n}", "boolean", **box) for n in range(3))))
    assert set(found.to_numpy().ravel()) == {"yes", "no"}


def test_contact_details_are_plainly_made_up():
    fields = [a_field(name, personal=True) for name in ("email", "mobile", "name_and_address")]
    choice = a_field("post_wanted", personal=True, categories={"yes": "Yes", "no": "No"})
    found = table(a_schema("people", *fields, choice))
    patterns = {
        "email": r"person\d+@example\.org",
        "mobile": r"07700 900\d{3}",
        "name_and_address": r"Person (\d+), \1 Example Street, ZZ99 9ZZ",
        "post_wanted": "yes|no",
    }
    for name, pattern in patterns.items():
        given = found.loc[found[name] != "", name]
        assert 250 < len(given) < 300
        assert given.str.fullmatch(pattern).all()


# What is left out


@pytest.mark.parametrize(
    ("share", "least", "most"), [(None, 0.04, 0.06), (0.5, 0.47, 0.53), (0, 0, 0), (1, 1, 1)]
)
def test_the_share_of_cells_left_out(share, least, most):
    known = replace(SCORE, constraints=replace(SCORE.constraints, required=False), missing_share=share)
    left_out = (table(a_schema("scores", known), rows=5000)["score"] == "").mean()
    assert least <= left_out <= most


def test_codes_for_missing_are_used_and_nothing_more_often():
    codes = {"": "Not answered", "-8": "Not known", "-9": "Not said"}
    known = a_field("score", "integer", minimum=1, maximum=3, missing_values=codes, missing_share=0.5)
    counts = table(a_schema("scores", known), rows=4000)["score"].value_counts(normalize=True)
    assert counts[""] == pytest.approx(0.4, abs=0.03)
    assert counts["-8"] == pytest.approx(0.05, abs=0.015)
    assert counts["-9"] == pytest.approx(0.05, abs=0.015)


def test_what_a_form_does_not_ask_is_left_out():
    form = a_field("form", categories={"long": "Long", "short": "Short"}, required=True)
    version = replace(form, name="version")
    ticks = {"true_values": ("yes",), "false_values": ("no",), "missing_values": {}}
    found = table(
        a_schema(
            "t",
            form,
            version,
            a_field("a", "integer", form="long"),
            a_field("b", missing_values={"-9": "Unreadable"}, version="long"),
            a_field("c", "boolean", **ticks, form="long", version="short"),
            a_field("d", "integer", required=True, form="long"),
        ),
        rows=1000,
    )
    long = found["form"] == "long"
    assert 0.4 < long.mean() < 0.6
    assert set(found.loc[~long, "a"]) == {""}
    assert (found.loc[long, "a"] != "").mean() > 0.9
    assert set(found.loc[found["version"] == "short", "b"]) == {"-9"}
    asked = long & (found["version"] == "short")
    assert set(found.loc[~asked, "c"]) == {"no"}
    assert set(found.loc[asked, "c"]) == {"yes", "no"}
    assert (found["d"] != "").all()


def test_some_values_left_to_cleaning_do_not_fit():
    day = replace(DAY, left_to_cleaning=True)
    score = replace(SCORE, left_to_cleaning=True)
    found = table(a_schema("t", day, score, replace(DAY, name="other")), rows=3000)
    turned = found["day"].str.fullmatch(r"\d{2}/\d{2}/\d{4}")
    assert 0.01 < turned.mean() < 0.03
    assert found.loc[~turned, "day"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()
    assert 0.01 < (found["score"] == "?").mean() < 0.03
    assert found["other"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()


def test_keys_are_left_to_nobody():
    day = a_field("day", "date", minimum="2027-01-01", left_to_cleaning=True)
    found = table(PEOPLE, a_schema("visits", PERSON, day, key=("person_id", "day")), rows=2000)
    assert found["day"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()


def test_an_error_names_the_table():
    with pytest.raises(DataError, match="scores: field 'score': no text was found that fits"):
        table(a_schema("scores", a_field("score", "integer", minimum=0.2, maximum=0.8)))


@pytest.mark.slow
def test_a_hundred_thousand_logs_take_seconds():
    definitions = load_definitions("side_by_side")
    started = time.process_time()
    assert len(sample(replace(definitions, coding={}), rows=100_000)["logs"]) == 100_000
    assert time.process_time() - started < 10
