"""A region has the same numbers in its column of the whole book as when the log is narrowed to it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from peerbook import open_log
from peerbook.chapters.side_by_side import associations_tables, methods
from peerbook.chapters.side_by_side import log_findings as chapter
from peerbook.data import load_definitions
from peerbook.log import log_of
from tests.chapters.notebook import shown

REGIONS = load_definitions("side_by_side").regions
REGISTERED = "People are counted in the region they registered in."
PEOPLE = (
    "People are counted in the region they registered in; those who never registered, in the region their "
    "first log was sent in from."
)
SENT = "Logs are counted in the region they were sent in from."
PAIRS = "Pairs are counted in the region their earlier log was sent in from."
every_region = pytest.mark.parametrize("region", REGIONS)


@pytest.fixture(scope="module")
def narrowed(study):
    """Open the stand-in cohort narrowed to a region, each once."""
    kept = {}

    def log_in(region):
        if region not in kept:
            kept[region] = log_of(replace(study.study, region=region))
        return kept[region]

    return log_in


@pytest.fixture(scope="module")
def whole(study):
    """Data of each output of the whole book, made once."""
    kept = {}

    def data_of(make):
        if make not in kept:
            kept[make] = make(study).data
        return kept[make]

    return data_of


def of(region: str, data: pd.DataFrame) -> pd.DataFrame:
    return data[data["region"] == region].reset_index(drop=True)


def numbers(output) -> dict:
    return output.data.set_index("name")["value"].to_dict()


def counted(data: pd.DataFrame, keys: list[str]) -> dict:
    """Counts by key, without rows that count nothing: a region alone has fewer months."""
    rows = data.set_index(keys)
    return rows[(rows != 0).any(axis=1)].to_dict("index")


@pytest.mark.slow
def test_leeds_has_as_many_people_at_their_first_log_either_way():
    both = [
        chapter.entry_values(open_log(study="side_by_side", region=region))
        .data.query("variable == 'n' and region == 'Leeds'")["n"]
        .item()
        for region in ("all", "Leeds")
    ]
    assert both == [143, 143]


@every_region
@pytest.mark.parametrize(
    "make", [chapter.characteristics, chapter.entry_values, chapter.entry_use, methods.reached]
)
def test_a_table_of_people_has_the_column_of_the_whole_book(region, make, narrowed, whole):
    alone = make(narrowed(region)).data
    assert alone["region"].unique().tolist() == [region]
    assert_frame_equal(alone, of(region, whole(make)), check_dtype=False)


@every_region
def test_logs_by_month_have_the_column_of_the_whole_book(region, narrowed, whole):
    alone = chapter.completion(narrowed(region)).data
    column = of(region, whole(chapter.completion)).drop(columns="region")
    assert counted(alone.drop(columns="region").fillna({"month": 0}), ["month"]) == counted(
        column.fillna({"month": 0}), ["month"]
    )
    by_month = chapter.logs_by_month(narrowed(region)).data
    assert counted(by_month, ["month"]) == counted(column.dropna(), ["month"])


@every_region
@pytest.mark.parametrize("make", [chapter.registrations_by_month, chapter.logs_by_calendar_month])
def test_the_calendar_has_the_column_of_the_whole_book(region, make, narrowed, whole):
    alone, column = make(narrowed(region)).data, of(region, whole(make))
    assert alone["region"].unique().tolist() == [region]
    assert counted(alone, ["month", "region"]) == counted(column, ["month", "region"])


@every_region
def test_ages_are_those_of_the_column_of_registered_people(region, narrowed, whole):
    bars = chapter.age_by_gender(narrowed(region)).data.set_index("age_band").sum(axis=1)
    table = of(region, whole(chapter.characteristics)).query("variable == 'age_band'").set_index("level")["n"]
    assert {age: n for age, n in bars.items() if isinstance(age, str)} == table.drop("MISSING").to_dict()
    assert bars[[not isinstance(age, str) for age in bars.index]].sum() == table["MISSING"]


@every_region
def test_use_at_entry_is_the_column_of_the_table(region, narrowed, whole):
    bars = chapter.use_at_entry(narrowed(region)).data
    assert_frame_equal(bars, of(region, whole(chapter.entry_use))[list(bars)])


@every_region
def test_sentences_have_the_numbers_of_the_columns(region, narrowed, whole):
    log = narrowed(region)
    told = numbers(chapter.progress(log))
    for make, what, number in (
        (chapter.registrations_by_month, "registrations", "people"),
        (chapter.logs_by_calendar_month, "logs", "logs"),
    ):
        months = of(region, whole(make)).dropna().set_index("month")[number]
        assert months[told[f"{what}_peak_month"]] == months.max() == told[f"{what}_peak"]
    entry = of(region, whole(chapter.entry_values)).set_index(["variable", "level"])["n"]
    told = numbers(chapter.at_entry(log))
    assert told["answered_employment"] == entry["n", ""] - entry["employment", "MISSING"]
    assert told["answered_admission"] == entry["n", ""] - entry["admission", "MISSING"]
    assert (told["admitted"], told["medication"]) == (entry["admission", "Yes"], entry["medication", "Yes"])
    told = numbers(chapter.support_at_entry(log))
    use = of(region, whole(chapter.entry_use))
    assert told["people"] == entry["n", ""] == use["people"].max()
    assert {key: told[key] for key in use["support_type"] + "_" + use["direction"]} == dict(
        zip(use["support_type"] + "_" + use["direction"], use["n"], strict=True)
    )
    registered = of(region, whole(chapter.characteristics)).set_index(["variable", "level"])["n"]
    people = chapter.people(log).data
    assert people.loc[people["level"] == region, "n"].tolist() == [registered["n", ""]]
    steps = chapter.flow(log).data.set_index("step")["count"]
    logs = of(region, whole(chapter.completion))
    assert steps["registered"] == registered["n", ""]
    assert steps["logs"] == logs[["quarterly", "monthly"]].sum().sum()
    reached = of(region, whole(methods.reached)).iloc[0]
    assert (steps["people_with_two_or_more"], steps["pairs"]) == (reached["people"], reached["pairs"])
    assert steps["people_with_logs"] == numbers(chapter.repetition(log))["people_with_logs"]


@pytest.mark.parametrize("make", [chapter.flow, chapter.repetition])
def test_regions_add_up_to_the_whole(make, narrowed, whole):
    number = "count" if make is chapter.flow else "value"
    parts = [make(narrowed(region)).data[number] for region in REGIONS]
    assert sum(parts).tolist() == whole(make)[number].tolist()


@every_region
def test_a_log_of_a_region_has_its_rows_of_the_whole_log(region, study, narrowed):
    log = narrowed(region)
    for name in ("logs", "pairs", "registrations"):
        assert_frame_equal(getattr(log, name), of(region, getattr(study, name)))
    at_home = study.logs[study.logs["home_region"] == region].reset_index(drop=True)
    assert_frame_equal(log.logs_of_people, at_home)


def test_the_stand_in_has_people_who_sent_a_log_from_elsewhere(study):
    elsewhere = study.logs["home_region"] != study.logs["region"]
    assert elsewhere.any()


def test_each_output_by_region_states_its_rule(study):
    registered = [chapter.characteristics, chapter.registrations_by_month]
    people = [chapter.entry_values, chapter.entry_use, methods.reached]
    assert all(REGISTERED in make(study).notes for make in registered)
    assert all(PEOPLE in " ".join(make(study).notes) for make in people)
    assert all(SENT in make(study).notes for make in (chapter.completion, chapter.logs_by_calendar_month))
    assert PAIRS in " ".join(methods.reached(study).notes)


def test_a_table_of_subsamples_states_that_pairs_are_counted(study, results):
    for number in ("a4.10", "a4.11"):
        notes = associations_tables.model_table(study, results, number).notes
        assert (PAIRS in notes) == (number == "a4.11")
    assert PAIRS in associations_tables.grid_table(study, results).notes


@pytest.mark.slow
def test_each_output_of_a_region_states_its_rule(study, narrowed):
    for output in shown("side_by_side", "log_findings", log=narrowed("Leeds")):
        if output.kind != "text":
            said = " ".join(output.notes)
            assert REGISTERED in said or PEOPLE in said or SENT in said, output.id
    flow = " ".join(chapter.flow(narrowed("Leeds")).notes)
    assert all(rule in flow for rule in (PEOPLE, SENT, PAIRS))
    assert chapter.flow(study).notes == ()
