from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from peerbook.chapters.side_by_side.log_findings import tables as log_tables


def cell(output, **where):
    rows = output.data
    for column, value in where.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_completion_counts_forms_and_shows_months_without_logs_as_zero(five_people):
    output = log_tables.completion(five_people)
    assert cell(output, region="Leeds", month=1)[["quarterly", "monthly"]].tolist() == [3, 0]
    assert cell(output, region="Suffolk", month=2)[["quarterly", "monthly"]].tolist() == [0, 0]
    assert cell(output, region="Total", month=2)[["quarterly", "monthly"]].tolist() == [0, 2]


def test_completion_notes_logs_that_have_no_month(five_people):
    five_people.logs = five_people.logs.assign(
        month=five_people.logs["month"].astype("Int32").where(lambda m: m < 3)
    )
    output = log_tables.completion(five_people)
    assert "1 log without a usable date left out." in output.notes
    undated = output.data[output.data["month"].isna()]
    assert undated[["region", "quarterly", "monthly"]].to_numpy().tolist() == [
        ["Leeds", 0, 1],
        ["Total", 0, 1],
    ]
    assert list(output.shown) == [1, 2, "Total"]


def test_answers_stand_in_the_order_of_the_form_and_missing_ones_last(five_people):
    output = log_tables.characteristics(five_people)
    page = BeautifulSoup(output.markup, "html.parser")
    for body in page.find_all("tbody"):
        answers = [header.get_text() for header in body.find_all("th", scope="row")]
        assert "Missing" not in answers[:-1]
    genders = next(body for body in page.find_all("tbody") if body.th.get_text() == "Gender")
    named = [header.get_text() for header in genders.find_all("th", scope="row")]
    assert named == [
        *five_people.definitions.tables["registrations"].fields["gender"].categories.values(),
        "Missing",
    ]


def test_shares_are_of_people_who_answered(five_people):
    output = log_tables.characteristics(five_people)
    male = cell(output, variable="age_band", level="25-34", region="Total")
    assert (male["n"], male["percent"]) == (2, pytest.approx(200 / 3))
    assert cell(output, variable="age_band", level="MISSING", region="Suffolk")["n"] == 1
    assert cell(output, variable="n", region="Suffolk")["n"] == 2


def test_years_are_described_by_mean_spread_and_range(five_people):
    output = log_tables.characteristics(five_people)
    years = cell(output, variable="formal_services_years", region="Total")
    assert years[["n", "mean", "min", "max"]].tolist() == [2, 4.5, 2, 7]
    assert "4.5 (3.5), 2 to 7" in output.markup


def test_entry_values_use_the_first_log_of_each_person(five_people):
    output = log_tables.entry_values(five_people)
    hope = cell(output, variable="hope", level="", region="Total")
    assert (hope["n"], hope["mean"]) == (3, 30)
    assert cell(output, variable="hope", level="MISSING", region="Suffolk")["n"] == 1
    assert cell(output, variable="admission", level="Yes", region="Total")[["n", "percent"]].tolist() == [
        1,
        50,
    ]
    assert cell(output, variable="medication", level="MISSING", region="Total")["n"] == 2


def test_work_is_missing_when_no_box_is_ticked(five_people):
    output = log_tables.entry_values(five_people)
    student = cell(output, variable="employment", level="Student", region="Leeds")
    assert student[["n", "percent"]].tolist() == [2, 100]
    assert cell(output, variable="employment", level="Voluntary", region="Leeds")["percent"] == 50
    assert cell(output, variable="employment", level="MISSING", region="Leeds")["n"] == 1


def test_entry_use_is_a_share_of_all_first_logs(five_people):
    given = cell(
        log_tables.entry_use(five_people), support_type="informal", direction="given", region="Leeds"
    )
    assert (given["n"], given["percent"], given["people"]) == (2, pytest.approx(200 / 3), 3)


def test_one_region_needs_no_total(one_person):
    output = log_tables.entry_use(one_person)
    assert output.data["region"].unique().tolist() == ["Leeds"]
    assert "Leeds (n = 1)" in output.markup


def test_regions_come_in_the_order_of_the_report(five_people):
    assert [region for region, _ in log_tables.by_region(five_people.logs, five_people, "region")] == [
        "Suffolk",
        "Leeds",
        "Total",
    ]


@pytest.mark.parametrize(
    "make", [log_tables.completion, log_tables.characteristics, log_tables.entry_values, log_tables.entry_use]
)
def test_rows_are_grouped_under_headings_and_every_cell_has_a_column(five_people, make):
    table = BeautifulSoup(make(five_people).markup, "html.parser").table
    columns = len(table.thead.find_all("th", scope="col"))
    assert table.find_all("th", scope="rowgroup")
    assert {1 + len(row.find_all("td")) for row in table.find_all("tr") if row.find("td")} == {columns}


def test_names_are_those_of_the_printed_tables(five_people):
    from peerbook.published import load

    for name, output in {
        "demographics": log_tables.characteristics(five_people),
        "baseline": log_tables.entry_values(five_people),
    }.items():
        printed = load("side_by_side", name)[["variable", "level"]].drop_duplicates()
        rebuilt = output.data[["variable", "level"]].drop_duplicates()
        unknown = printed.merge(rebuilt, how="left", indicator=True).query("_merge == 'left_only'")
        # The printed table has one count of missing answers for the three social network scales together.
        assert set(unknown["variable"]) <= {"social_network"}
    use = log_tables.entry_use(five_people).data
    printed = load("side_by_side", "baseline_use").query("support_type != 'n'")
    assert set(map(tuple, printed[["support_type", "direction"]].to_numpy())) == set(
        map(tuple, use[["support_type", "direction"]].to_numpy())
    )


def test_admission_is_missing_where_the_question_was_not_asked():
    logs = pd.DataFrame({"inpatient_mental_admissions": pd.array([0, 2, None], "Int64")})
    assert log_tables.admitted(logs).tolist()[:2] == [False, True]
    assert log_tables.admitted(logs).isna().tolist() == [False, False, True]
