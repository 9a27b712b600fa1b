from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.data import load_definitions, open_folder, validate
from peerbook.data.definitions import Definitions
from peerbook.data.sampler import sample, write_sample
from peerbook.data.schema import Constraints, Field, ForeignKey, Schema
from peerbook.errors import DataError, ParameterError

BLANK = {"": "Not answered"}
LIMITS = ("required", "unique", "minimum", "maximum", "pattern")


def a_field(name: str, kind: str = "string", **properties) -> Field:
    """Return a field, constraints given as properties; a blank means not answered unless told otherwise."""
    limits = {key: properties.pop(key) for key in LIMITS if key in properties}
    properties = {"missing_values": BLANK} | properties
    return Field(name, name.title(), type=kind, constraints=Constraints(**limits), **properties)


def a_schema(name: str, *fields: Field, key: tuple = (), links: dict | None = None) -> Schema:
    """Return a schema; `links` leads from columns to a table and its columns."""
    foreign = tuple(ForeignKey(own, table, other) for own, (table, other) in (links or {}).items())
    return Schema(name, name.title(), {field.name: field for field in fields}, "", key, foreign)


def a_study(*schemas: Schema) -> Definitions:
    """Return the definitions of a study that has these tables only."""
    tables = {schema.name: schema for schema in schemas}
    coded = frozenset(name for name in tables if name.startswith("coding/"))
    return replace(_project(), tables=tables, optional=coded)


@cache
def _project() -> Definitions:
    return load_definitions("side_by_side")


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


def test_a_table_whose_schema_says_so_stays_empty():
    drawn = sample(a_study(replace(PEOPLE, sampled=False)), rows=30)["people"]
    assert drawn.empty
    assert list(drawn) == list(PEOPLE.fields)


def test_tables_and_columns_are_those_of_the_schemas_in_their_order(definitions):
    tables = sample(definitions, rows=5)
    assert list(tables) == [*definitions.tables]
    for name, schema in definitions.tables.items():
        assert list(tables[name]) == list(schema.fields)
        assert set(tables[name].dtypes.astype("str")) == {"str"}
        assert not tables[name].isna().any(axis=None)


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
    code = "from tests.data.test_sampler import fingerprint; print(fingerprint())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": hashing},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "194dc51051c8ad8f", done.stderr


def test_numbers_of_rows_count_from_the_least():
    found = table(a_schema("logs", a_field("log_id", "integer", minimum=1, required=True), key=("log_id",)))
    assert found["log_id"].astype(int).tolist() == list(range(1, 301))


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
    codes = table(a_schema("codes", book, CODE, PARENT, key=("book", "code"), links=link), rows=3000)
    known = set(codes[["book", "code"]].itertuples(index=False, name=None))
    led = codes.loc[codes["parent"] != "", ["book", "parent"]]
    assert len(led) > 0.9 * len(codes)
    assert set(led.itertuples(index=False, name=None)) <= known


def test_a_parent_that_is_required_is_the_row_itself_at_the_top():
    parent = a_field("parent", required=True)
    codes = table(a_schema("codes", CODE, parent, links={("parent",): ("", ("code",))}))
    assert codes.loc[0, "parent"] == codes.loc[0, "code"]
    assert set(codes["parent"]) <= set(codes["code"])


def test_a_link_that_can_lead_nowhere_is_an_error():
    link = {("whose",): ("people", ("person_id",))}
    with pytest.raises(
        DataError, match="beds: the foreign key whose: no row of people has a value that fits"
    ):
        table(PEOPLE, a_schema("beds", a_field("whose", "date"), links=link))


def test_a_circle_is_an_error():
    one, two = a_field("one", required=True), a_field("two")
    ones = a_schema("ones", one, two, key=("one",), links={("two",): ("twos", ("two",))})
    twos = a_schema("twos", one, two, key=("two",), links={("one",): ("ones", ("one",))})
    with pytest.raises(DataError, match="ones and twos: found columns that lead in a circle"):
        table(ones, twos)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("coding/visits", PERSON),
        ("visits", a_field("person_id", pattern="[A-Z]{4}")),
        ("visits", a_field("person_id", "integer", minimum=90_000)),
    ],
)
def test_a_column_of_another_folder_or_look_leads_nowhere(name, field):
    tables = sample(a_study(PEOPLE, a_schema(name, field)), rows=30)
    assert not set(tables[name]["person_id"]) <= set(tables["people"]["person_id"]) | {""}


def test_a_table_has_a_third_of_the_rows_of_those_that_lead_to_it():
    region = a_field("region_id", required=True)
    regions = a_schema("regions", region, key=("region_id",))
    people = a_schema("people", PERSON, region, key=("person_id",))
    tables = sample(a_study(a_schema("visits", PERSON), people, regions), rows=100)
    lengths = {name: len(found) for name, found in tables.items()}
    assert lengths == {
        "visits": 100,
        "people": 34,
        "regions": 12,
    }


def answers(field: Field) -> set[str]:
    return set(table(a_schema("t", replace(field, name="a")), rows=3000)["a"]) - {""}


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        (a_field("a", categories={"yes": "Yes", "no": "No"}), {"yes", "no"}),
        (a_field("a", "integer", minimum=-1, maximum=2), {"-1", "0", "1", "2"}),
        (a_field("a", "integer", minimum=0.5, maximum=2.5), {"1", "2"}),
        (a_field("a", "number", minimum=-1, maximum=1), {f"{tenth / 10}" for tenth in range(-10, 11)}),
        (a_field("a", "number", minimum=0.1, maximum=0.1), {"0.1"}),
        (a_field("a", "boolean", true_values=("1", "x"), false_values=("0",)), {"1", "0"}),
        (a_field("a", "date", minimum="2027-02-28", maximum="2027-03-01"), {"2027-02-28", "2027-03-01"}),
        (a_field("a", missing_values=BLANK), {f"A {number}" for number in range(1, 9)}),
        (a_field("a", pattern="(|a|b)"), {"a", "b"}),
        (a_field("a", pattern=r"^x\.?y{2}[0-1]$"), {"xyy0", "xyy1", "x.yy0", "x.yy1"}),
    ],
)
def test_answers_are_all_that_a_field_allows(field, texts):
    assert answers(field) == texts


@pytest.mark.parametrize(
    "pattern",
    ["[0-9]{4}", "[A-Z]{3}-[0-9]{2}", "(x|[0-9]{1,3})?", "(one|two words)(;(one|two words))*",
     r"\d{2}/\w+\s\S",
     "(?:a|b)+.c", "[]a-]x[^]]", r"[\d\-x][+-.]", "a{2,}b{1,40}c{3}", r"\[\]", "é[à-ü]?"],
)  # fmt: skip
def test_texts_match_the_pattern(pattern):
    texts = answers(a_field("a", pattern=pattern))
    assert texts
    assert all(re.fullmatch(pattern, text) for text in texts)


pieces = st.sampled_from(["a", "-", r"\.", "[a-c]", "[^a-y]", r"\d", "(?:b|cd)", "(e)"])
counts = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}"])
sequences = st.lists(st.tuples(pieces, counts).map("".join), max_size=5).map("".join)


@settings(max_examples=40)
@given(st.lists(sequences, min_size=1, max_size=3).map("|".join))
def test_texts_match_any_pattern(pattern):
    found = table(a_schema("t", a_field("a", pattern=f"z({pattern})?", required=True)), rows=20)["a"]
    assert all(re.fullmatch(f"z({pattern})?", text) for text in found)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?P<a>x)", "(?!a)b", "a+?", r"\bword", "(?i)abc", "a{,2}"])
def test_a_pattern_that_is_not_known_is_an_error_that_names_the_field(pattern):
    with pytest.raises(DataError, match="t: field 'a': no texts can be made up for the pattern"):
        answers(a_field("a", pattern=pattern))


@pytest.mark.parametrize(
    "field",
    [
        a_field("a", "integer", minimum=-9, maximum=-9, missing_values={"-9": "Not known"}),
        a_field("a", "date", pattern="[0-9]"),
        a_field("a", categories={" yes": "Yes"}),
    ],
)
def test_a_field_that_nothing_fits_is_an_error(field):
    with pytest.raises(DataError, match="field 'a': no text was found that fits; expected"):
        answers(field)


def test_a_limit_that_is_no_date_is_an_error():
    with pytest.raises(DataError, match="field 'a': a limit is no date"):
        answers(a_field("a", "date", minimum="2027"))


def test_a_row_says_the_region_of_its_parent():
    region = a_field("region", categories={"North": "North", "South": "South"}, required=True)
    people = a_schema("people", PERSON, region, key=("person_id",))
    tables = sample(a_study(people, a_schema("visits", PERSON, region)), rows=300)
    of_person = tables["people"].set_index("person_id")["region"].reindex(tables["visits"]["person_id"])
    assert (tables["visits"]["region"].to_numpy() == of_person.to_numpy()).all()
    assert set(of_person) == {"North", "South"}


def test_all_answers_are_about_equally_likely():
    counts = table(a_schema("scores", SCORE), rows=10_000)["score"].value_counts()
    assert len(counts) == 10
    assert counts.between(850, 1150).all()


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
    of_the_log = {name: definitions.tables[name] for name in ("registrations", "projects", "logs")}
    definitions = replace(definitions, tables=of_the_log)
    started = time.process_time()
    assert len(sample(definitions, rows=100_000)["logs"]) == 100_000
    assert time.process_time() - started < 10


def read_bytes(folder) -> dict:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("rows", [1, 30, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sample_of_the_project_has_no_errors(tmp_path, definitions, rows, seed):
    folder = write_sample(tmp_path / "raw", definitions, rows, seed)
    report = validate(folder)
    assert report.ok, str(report)
    assert set(report.problems["file"]) <= {"logs.csv"}
    assert set(report.problems["column"]) <= set(definitions.tables["logs"].names(left_to_cleaning=True))


@pytest.mark.slow
def test_a_sample_of_the_project_can_be_read_and_says_that_it_is_synthetic(tmp_path, definitions):
    folder = write_sample(tmp_path / "new" / "raw", definitions, rows=30)
    assert open_folder(folder).synthetic
    tables = open_folder(folder).checked().tables
    assert list(tables) == [*definitions.tables]
    assert len(tables["logs"]) == len(tables["coding/segment_codes"]) == 30
    described = json.loads((folder / "datapackage.json").read_text())
    assert [resource["path"] for resource in described["resources"]] == [f"{name}.csv" for name in tables]
    assert described["seed"] == 1


def test_contact_details_of_a_sample_stay_outside_the_door(tmp_path, definitions):
    folder = write_sample(tmp_path, definitions, rows=300)
    raw = (folder / "registrations.csv").read_text()
    opened = open_folder(folder)
    tables, report = opened.tables, opened.report
    read = " ".join([str(report), *(frame.to_csv() for frame in tables.values())])
    for secret in ("@example.org", "07700 900", "Example Street"):
        assert secret in raw
        assert secret not in read
    personal = load_definitions("side_by_side").tables["registrations"].names(personal=True)
    assert not set(personal) & set(tables["registrations"])


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path, definitions):
    one, again, other = (
        read_bytes(write_sample(tmp_path / name, definitions, 30, seed))
        for name, seed in (("one", 7), ("again", 7), ("other", 8))
    )
    assert one == again
    assert all(one[name] != other[name] for name in ("logs.csv", "registrations.csv", "datapackage.json"))


def test_tables_that_are_not_declared_synthetic_are_left_alone(raw, definitions):
    folder = raw.folder()
    (folder / "datapackage.json").write_text('{"synthetic": false}')
    before = read_bytes(folder)
    with pytest.raises(DataError, match="found tables that are not declared synthetic"):
        write_sample(folder, definitions)
    assert read_bytes(folder) == before


def test_an_earlier_sample_is_replaced(tmp_path, definitions):
    write_sample(tmp_path, definitions, rows=30)
    write_sample(tmp_path, definitions, rows=10)
    assert len(open_folder(tmp_path).checked().tables["logs"]) == 10


@pytest.mark.slow
def test_the_period_of_collection_is_written(tmp_path, definitions):
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    collected = {"registrations": ["2031-01-10", "2031-09-30"], "logs": ["2031-01-10", "2031-12-31"]}
    (earlier / "datapackage.json").write_text(json.dumps({"study": "side_by_side", "collected": collected}))
    folder = write_sample(tmp_path / "raw", open_folder(earlier).definitions, rows=30)
    assert json.loads((folder / "datapackage.json").read_text())["collected"] == collected
    assert validate(folder).problems.query("kind == 'out-of-range value'").empty
    assert open_folder(folder).checked().tables["registrations"]["registered_on"].dt.year.eq(2031).all()


# Small studies of any shape


DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))
WORDS = st.text("abcXY 12,;'\"é\n", min_size=1, max_size=6).map(str.strip).filter(bool)
CODES = {"-9": "Unreadable", "99": "Not known"}
PATTERNS = ["[0-9]{4}", "[A-Z]{2}-[0-9]{1,3}", "(x|[0-9]{1,3})?", r"\d+[^\w,]?", "(a|b c)(;(a|b c))*"]
BOXES = [
    {"missing_values": {}, "true_values": ("1",), "false_values": ("", "0")},
    {"missing_values": BLANK, "true_values": ("yes", "y"), "false_values": ("no",)},
]
KEY = {"required": True, "personal": False, "form": "", "left_to_cleaning": False}


@st.composite
def ranges(draw, values, width):
    """Return a range with none, one or both of its limits."""
    low = draw(st.none() | values)
    high = None if low is None else draw(st.none() | st.just(low + width(draw(st.integers(0, 40)))))
    limits = {"minimum": low, "maximum": high}
    return {name: day.isoformat() if isinstance(day, date) else day for name, day in limits.items()}


KINDS = {
    "string": st.just({}),
    "categories": st.lists(WORDS, min_size=1, max_size=5).map(
        lambda words: {"categories": {w: w for w in words}}
    ),
    "pattern": st.sampled_from(PATTERNS).map(lambda pattern: {"pattern": pattern}),
    "integer": ranges(st.integers(-2000, 2000), int),
    "number": ranges(st.decimals(-2000, 2000, places=2).map(float), float),
    "date": ranges(DAYS, timedelta),
    "boolean": st.sampled_from(BOXES),
}


@st.composite
def fields(draw, name: str, **fixed):
    """Return a field of any type."""
    kind = draw(st.sampled_from(list(KINDS)))
    said = {
        "missing_values": draw(st.sampled_from([BLANK, BLANK | CODES, CODES])),
        "required": draw(st.booleans()),
        "left_to_cleaning": draw(st.booleans()),
        "personal": draw(st.sampled_from([False, False, True])),
        "unique": draw(st.sampled_from([False, False, False, True])),
        "form": draw(st.sampled_from(["", "", "long"])),
        "tick_group": draw(st.sampled_from(["", "boxes"])),
        "missing_share": draw(st.none() | st.floats(0, 1)),
    }
    written = "string" if kind in ("categories", "pattern") else kind
    return a_field(name, written, **(said | draw(KINDS[kind]) | fixed))


def leading_to(field: Field, name: str, required: bool = False) -> Field:
    """Return a field that may hold what another holds."""
    constraints = Constraints(required=required, pattern=field.constraints.pattern)
    return replace(field, name=name, constraints=constraints, missing_share=None)


@st.composite
def schemas_of_a_study(draw):
    """Return one to four tables with keys and links of every kind."""
    schemas = []
    for name in draw(st.permutations(["people", "visits", "notes", "coding/codes"]))[
        : draw(st.integers(1, 4))
    ]:
        short = name[-5:]
        key = [draw(fields(f"{short}_key_{number}", **KEY)) for number in range(draw(st.integers(0, 3)))]
        more = [draw(fields(f"{short}_answer_{number}")) for number in range(draw(st.integers(2, 4)))]
        form = [a_field("form", categories={"long": "L", "short": "S"})] * draw(st.booleans())
        links, linked, in_key = {}, [], [field.name for field in key]
        for target in [schema for schema in schemas if schema.primary_key and draw(st.booleans())]:
            required = draw(st.booleans())
            own = [
                leading_to(target.fields[column], f"{short}_to_{target.name[-5:]}_{place}", required)
                for place, column in enumerate(target.primary_key)
            ]
            links[tuple(field.name for field in own)] = (target.name, target.primary_key)
            in_key += [field.name for field in own if required and draw(st.booleans())]
            linked += own
        if key and draw(st.booleans()):
            same = tuple(field.name for field in key[:-1])
            linked.append(leading_to(key[-1], f"{short}_parent"))
            links[(*same, f"{short}_parent")] = ("", (*same, key[-1].name))
        schemas.append(a_schema(name, *form, *key, *linked, *more, key=tuple(in_key), links=links))
    return schemas


@settings(max_examples=40)
@given(schemas=schemas_of_a_study(), rows=st.sampled_from([1, 2, 9, 40]), seed=st.integers(0, 99))
def test_a_sample_of_any_study_has_no_errors(tmp_path_factory, schemas, rows, seed):
    study = a_study(*schemas)
    folder = write_sample(tmp_path_factory.mktemp("any") / "raw", study, rows, seed)
    report = validate(folder, study)
    assert report.ok, str(report)
