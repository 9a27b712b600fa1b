"""The rows give what is printed, on the base that is named; where print is wrong, print alone shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerbook import published
from peerbook.chapters.together import rows
from peerbook.evidence import beside_print
from peerbook.survey import count, unasked

CONTRADICTED = {
    "received_mutual", "received_paid", "bme_share_identity", "course_days", "course_days_again",
    "future_sections", "future_items", "formal_training_projects",
}  # fmt: skip
OUTSIDE = {"assistant_pay", "prison_problems", "population_problems", "case_studies", "study_months"}


@pytest.fixture
def claims(together, survey):
    return beside_print.stated("together", rows.numbers(together, survey), "table-t29").set_index("claim")


def test_every_number_of_the_text_agrees_or_is_known_not_to(claims):
    status = claims["status"]
    assert set(claims.index[status == "source contradicts itself"]) == CONTRADICTED
    assert set(claims.index[status == "not computable"]) == OUTSIDE
    assert set(status[~status.index.isin(CONTRADICTED | OUTSIDE)]) == {"agrees"}


def test_what_contradicts_itself_differs_on_the_base_that_is_named(claims):
    shares = claims.loc[["received_mutual", "received_paid", "bme_share_identity"], "rebuilt"]
    assert shares.tolist() == ["70", "17", "57"]


def test_every_claim_of_the_inventory_is_there_once(claims):
    numbered = [f"C{n:02d}" for n in (*range(1, 17), *range(20, 27), *range(30, 44))]
    assert sorted(claims["claims"][claims["claims"] != ""]) == numbered


def test_another_rounding_rule_changes_what_is_shown(together, survey):
    cut = rows.numbers(together, survey, "down")
    assert (cut["both"], cut["share_recovery"]) == (45, 75)
    assert (
        count(survey, "q3", "q18 = bme and q2 = yes", "down").set_index("option").loc["identity", "shown"]
        == 66
    )


def test_tables_1_and_2_agree_but_for_two_slips_and_two_cells_that_cannot(survey):
    compared = rows.cells(survey)
    assert compared["status"].value_counts().to_dict() == {
        "agrees": 68,
        "agrees with the corrected reading": 2,
        "source contradicts itself": 2,
    }


def test_table_2_contradicts_itself_in_two_rows():
    found = rows.conflicts_of_table_2().set_index("row")
    assert found[["of_all", "of_roles"]].T.to_dict("list") == {"informal": [19, 17], "both": [4, 6]}


def test_a_table_2_that_adds_up_has_no_conflict(monkeypatch):
    printed = published.load("together", "table_2")
    repaired = printed.assign(
        percent=printed["percent"].mask(
            (printed["role"] == "all") & printed["context"].isin(["informal", "both"]),
            printed["context"].map({"informal": 52.0, "both": 18.0}),
        )
    )
    monkeypatch.setattr(rows.published, "load", lambda study, name: repaired)
    assert rows.conflicts_of_table_2().empty


def test_the_other_coding_gives_the_column_of_all_and_loses_the_roles(together):
    compared = rows.cells(rows.survey_of(together, "informal")).set_index(["row", "column"])
    assert compared.loc[("informal", "all"), "rebuilt"] == compared.loc[("informal", "all"), "printed"]
    assert compared.loc[("informal", "paid"), "status"] == "differs"


def test_five_answers_come_from_people_who_were_not_asked(survey):
    found = unasked(survey).set_index("question")["not_asked"]
    assert found[found > 0].to_dict() == {"q10": 4, "q13": 1}


def test_each_recode_is_on_record(survey):
    steps = survey.recorded().set_index("into")
    assert steps["judged"].to_dict() == {
        "age_band": 0, "setting": 2, "status": 0, "offers": 0, "both_ways": 0,
    }  # fmt: skip


def test_a_person_of_65_is_counted_once_and_noticed(together_with, together):
    answers = together.table("survey/answers")
    aged = answers.assign(q16=answers["q16"].where(answers.index != answers["q16"].first_valid_index(), 65))
    survey = rows.survey_of(together_with(survey__answers=aged))
    assert survey.recorded().set_index("into").loc["age_band", "judged"] == 1
    assert rows.table_1(survey).query("variable == 'age'")["n"].sum() == len(answers)


def test_a_project_counts_in_each_of_its_kinds(together):
    kinds = rows.kinds_of_project(together.table("projects"))
    assert kinds.sum()[["bme_projects", "inpatient_projects", "marginalised_projects"]].tolist() == [3, 2, 6]


def test_without_rows_a_measure_is_missing_and_not_invented(together_with, together, survey):
    none = together.table("measures").iloc[:0]
    found = rows.numbers(together_with(measures=none), survey)
    assert found["course_cost"] != found["course_cost"]
    claims = beside_print.stated("together", found, "table-t29").set_index("claim")
    assert claims.loc["course_cost", "status"] == "not computable"


def test_the_survey_is_not_changed_by_a_count(survey):
    before = replace(survey).answers.copy()
    rows.table_2(survey)
    assert survey.answers.equals(before)
