"""Chapter 10 from the stand-in's rows: the funnel, shares of everybody, interviews in two readings."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import commissioning as chapter
from peerbook.chapters.side_by_side.commissioning.people import normalised
from peerbook.errors import ParameterError
from peerbook.published import load
from tests import reading
from tests.chapters.notebook import data_held
from tests.chapters.side_by_side.rows import at_random, changed, page, read, without


@pytest.fixture(scope="module")
def shown(coded):
    return read(page(coded, "commissioning"))


def test_the_funnel_has_the_printed_stages(coded):
    stages = chapter.funnel(coded).data.query("group == ''").set_index(["stage", "reason"])["n"]
    assert stages.to_dict() == {
        ("planned", ""): 90,
        ("planned", "not stated"): 26,
        ("found and asked", ""): 64,
        ("found and asked", "not stated"): 45,
        ("answered", ""): 19,
        ("answered", "no question was answered"): 3,
        ("answered", "does not commission mental health services"): 1,
        ("analysed", ""): 15,
    }


def test_sectors_are_those_printed_before_and_after_leaving_out(coded):
    sectors = chapter.funnel(coded).data.query("reason == '' and group != ''")
    printed = load("side_by_side", "commissioning_stages").query("sector != '' and reason == ''")
    assert sectors["n"].astype(int).tolist() == printed["n"].astype(int).tolist()


@pytest.mark.parametrize(
    ("reasons", "base"), [("all", 15), ("no_data", 16), ("not_mental_health", 18), ("none", 19)]
)
def test_reasons_to_leave_out_set_the_base_of_every_share(coded, reasons, base):
    assert set(chapter.answers(coded, reasons).data["base"]) == {base}
    assert chapter.funnel(coded, reasons).data.iloc[-4]["n"] == base


def test_a_reason_that_does_not_exist_is_refused(coded):
    with pytest.raises(ParameterError, match="exclusion_reasons"):
        chapter.answers(coded, "tired")


def test_every_answer_has_the_printed_number_of_people(coded):
    found = chapter.answers(coded).data
    printed = load("side_by_side", "commissioning_answers")
    of_several, n = printed["question"].isin(["type", "outcome"]), printed["n"].astype(int)
    # The page tells the questions with one answer first.
    assert found["n"].tolist() == [*n[~of_several], *n[of_several]]
    assert set(found["base"]) == {15}


def test_a_person_who_names_a_code_twice_counts_once(coded):
    codes = coded.tables["commissioning/response_codes"]
    again = codes.loc[[0]].assign(question="type")
    twice = changed(coded, commissioning__response_codes=pd.concat([codes, again], ignore_index=True))
    assert chapter.answers(twice).data["n"].tolist() == chapter.answers(coded).data["n"].tolist()


def test_intervals_are_those_of_wilson(coded):
    # R 4.3: prop.test(10, 15, correct = FALSE)$conf.int is 0.4171 to 0.8482
    row = chapter.answers(coded).data.iloc[0]
    assert (round(row["low"], 2), round(row["high"], 2)) == (41.71, 84.82)


def test_table_10_1_has_one_example_for_each_theme_and_counts_people(coded):
    found = chapter.needs(coded, show_locality=True).data
    printed = load("side_by_side", "table_10_1")
    assert found["theme"].tolist() == printed["theme"].tolist()
    assert found["respondent"].tolist() == printed["respondent"].tolist()
    assert found["locality"].tolist() == printed["locality"].tolist()
    assert found["respondents"].between(1, 15).all()


def test_no_region_is_named_unless_it_is_asked_for(coded):
    for output in page(coded, "commissioning"):
        if output.id in {"table-10.10", "table-10.9"}:
            continue  # what is printed
        for region in coded.definitions.regions:
            told = output.alt if output.kind == "figure" else output.markup
            assert region not in told + output.csv(), (output.id, region)
    named = read(page(coded, "commissioning", show_locality=True))
    assert "Plymouth" in named["table-10.1"].markup
    assert "Leeds gives 10 of 26" in named["text-10.1"].markup


def test_the_interviews_are_told_in_both_readings(shown):
    found = shown["table-10.4"].shown["printed_number_fits"].to_dict()
    assert found["interviews"] == "without the pilot"
    assert found["clinical commissioning"] == "with the pilot"
    assert found["percent of answers and interviews from one region"] == "with the pilot"
    assert found["speakers of interviews in quotations"] == "neither"
    assert shown["table-10.4"].notes[0].startswith("As printed there are 13 speakers of interviews. 13 tags")


def test_the_pilot_counts_if_asked(coded):
    with_pilot = chapter.interviews(coded, include_pilot_interview=True).data.set_index("what")["interviews"]
    assert with_pilot["all"] == 12
    assert with_pilot[["clinical commissioning", "local authority"]].tolist() == [6, 6]
    status = chapter.statements(coded, include_pilot_interview=True).data.set_index("claim")["rebuilt"]
    assert status["one_region_percent"] == "37"
    assert status["interviews_by_sector"] == "6; 6"


@pytest.mark.parametrize(("threshold", "warned"), [(0.3, True), (0.5, False)])
def test_one_region_is_warned_of_from_the_threshold(coded, threshold, warned):
    said = chapter.one_region(coded, region_dominance_threshold=threshold).markup
    assert said.startswith(
        "The survey reached 7 regions. One region gives 10 of 26 answers and interviews (38.5%)."
    )
    assert ("30% or more" in said) == warned


def test_a_small_l_is_read_as_a_capital_i():
    assert [normalised(tag) for tag in ("Cl23", "CI23", "CS3")] == ["CI23", "CI23", "CS3"]


def test_categories_count_people_and_not_mentions(coded):
    rows = chapter.categories(coded).data.set_index("label")
    assert len(rows) == 18
    assert rows.loc["Proving that it works", ["extracts", "survey", "interviews"]].tolist() == [4, 1, 1]
    assert rows.loc["Tight budgets", "interviews"] == 11
    assert (rows["quoted"] <= rows["extracts"]).all()


def test_every_statement_agrees_or_says_why_not(coded):
    rows = chapter.statements(coded).data.set_index("claim")["status"]
    assert rows.value_counts().to_dict() == {
        "agrees": 11,
        "source contradicts itself": 2,
        "not computable": 1,
    }
    assert rows["survey_pilot"] == "not computable"


def test_of_one_region_print_is_not_compared(coded):
    leeds = read(page(replace(coded, region="Leeds"), "commissioning"))
    assert set(leeds["table-10.9"].data["status"]) == {"not computable"}
    assert set(leeds["table-10.8"].data["status"]) == {"not computable"}
    assert set(leeds["table-10.5"].data["base"]) == {5}


def test_a_folder_without_commissioners_says_what_is_missing(coded):
    bare = read(page(without(coded, "commissioning", "programme"), "commissioning"))
    assert "no survey of commissioners" in bare["text-in-short-commissioning"].markup
    assert "`commissioning/contacts.csv`" in bare["text-in-short-commissioning"].markup
    assert set(bare) == {"text-in-short-commissioning", "table-10.9", "table-10.10"}


def test_a_plan_that_nobody_wrote_down_is_not_stated(coded):
    plan = coded.tables["commissioning/plan"].iloc[:0]
    assert "Planned: not stated." in chapter.funnel(changed(coded, commissioning__plan=plan)).alt


@pytest.mark.slow
def test_rows_at_random_are_shown():
    assert read(page(at_random(), "commissioning"), drawn=True)


def test_no_function_holds_data_and_the_short_text_is_plain(shown):
    assert [held for output in shown.values() for held in data_held(output)] == []
    assert reading.grade(shown["text-in-short-commissioning"].markup) <= reading.GRADE
