from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook import published
from peerbook.chapters.side_by_side import agreement
from peerbook.chapters.side_by_side.agreement.statements import STATEMENTS, statements_of
from peerbook.chapters.side_by_side.beside_print import ONE_REGION
from peerbook.published.comparison import STATUSES

PROJECTS = pd.DataFrame(
    {
        "project_id": ["LEE-01", "LEE-02", "SUF-01", "ELE-01"],
        "region": ["Leeds", "Leeds", "Suffolk", "Elefriends"],
        "funding": ["Grant", "Strategic partner", "Grant", None],
        "approach": "Group",
        "diagnosis_specific": "no",
    }
)


def complete(study, **changes):
    """Give a small study the tables that the agreement reads besides."""
    registrations = study.registrations.assign(project_id="LEE-01")
    tables = {"registrations": registrations, "projects": PROJECTS}
    flow = study.flow.reindex([*study.flow.index, "people"], fill_value=5)
    more = {"projects": PROJECTS, "tables": tables, "synthetic": True, "flow": flow, "region": "all"}
    return SimpleNamespace(**vars(study) | more | changes)


@pytest.fixture
def small(five_people):
    return complete(five_people)


@pytest.fixture
def compared(small):
    return agreement.compare(small, {"associations": published.load("side_by_side", "associations")})


def status(compared, table, row, column, quantity):
    cell = (compared["row"] == row) & (compared["column"] == column) & (compared["quantity"] == quantity)
    return compared[cell & (compared["table"] == table)].iloc[0]


def test_every_printed_number_has_one_row_and_one_status(compared):
    assert not compared[["table", "row", "column", "quantity"]].duplicated().any()
    assert compared["status"].isin(STATUSES).all()
    assert (compared["table"] == "text").sum() == 183
    assert compared.loc[compared["status"] == "not computable", "note"].ne("").all()


def test_counts_are_those_of_the_people(compared):
    men = status(compared, "A4.2", "gender / Male", "Leeds", "n")
    assert (men["rebuilt"], men["status"]) == ("1", "differs")
    month = status(compared, "A4.1", "Leeds", "month 3", "monthly")
    assert (month["rebuilt"], month["difference"]) == ("1", -51)


def test_months_after_the_last_log_have_no_logs_and_absent_regions_no_number(compared):
    assert status(compared, "A4.1", "Leeds", "month 15", "quarterly")["status"] == "agrees"
    absent = status(compared, "A4.1", "Plymouth", "month 1", "quarterly")
    assert (absent["status"], absent["note"]) == ("not computable", agreement.NO_CELL)


def test_the_three_kinds_of_contact_share_their_missing_answers(small):
    baseline = agreement.rebuilt_tables(small)["baseline"]
    rows = baseline[(baseline["level"] == "MISSING") & (baseline["region"] == "Leeds")].set_index("variable")
    assert rows.loc["social_network", "n"] == rows.loc["family", "n"]


def test_bases_are_set_over_the_support_used(small):
    use = agreement.rebuilt_tables(small)["baseline_use"]
    assert use[use["support_type"] == "n"].set_index("region")["n"].to_dict() == {
        "Suffolk": 1, "Leeds": 3, "Total": 4,
    }  # fmt: skip


def test_tables_of_other_sources_are_not_computable(compared):
    outside = compared[compared["table"].isin(["3.1", "3.2"])]
    assert set(outside["status"]) == {"not computable"}
    assert set(outside["note"]) == {agreement.CENSUS, agreement.JUDGED}


def test_a_study_of_one_region_is_compared_in_its_column_only(five_people):
    leeds = complete(
        five_people,
        region="Leeds",
        registrations=five_people.registrations.query("region == 'Leeds'"),
        logs=five_people.logs.query("region == 'Leeds'"),
        logs_of_people=five_people.logs.query("region == 'Leeds'"),
    )
    assert agreement.models(leeds) == {}
    compared = agreement.compare(leeds, {})
    judged = compared[compared["rebuilt"] != ""]
    assert set(judged["table"]) == {"A4.1", "A4.2", "A4.3", "A4.4"}
    assert (judged["row"].eq("Leeds") | judged["column"].eq("Leeds")).all()
    others = compared[compared["table"].isin(["A4.5", "text"]) & (compared["status"] == "not computable")]
    assert ONE_REGION in set(others["note"])


def test_every_statement_of_the_registry_can_be_computed_for_anybody(small, nobody):
    assert set(statements_of(small)) == set(STATEMENTS)
    assert set(statements_of(complete(nobody))) == set(STATEMENTS)


def test_statements_count_what_they_say(small):
    found = statements_of(small)
    assert found["first_registration"] == "2016-01-05"
    assert found["log_peak"] == "2016-02"
    assert found["log_peak_count"] == 4
    assert found["regions_total"] == 2
    assert (found["projects_total"], found["grant_funded_projects"]) == (3, 2)
    assert found["baseline_no_projects"] == 1
    assert found["baseline_three_or_more_projects"] == 1
    assert found["n_per_project"] == 34
    assert found["projects_mean_start"] == pytest.approx(5 / 3)
    assert found["ethnic_group_white_percent"] == pytest.approx(100 / 3)


def test_the_page_of_synthetic_data_says_that_agreement_is_recovery(small, compared):
    assert "recovered what was planted" in agreement.meaning(small, compared).markup
    real = agreement.meaning(SimpleNamespace(synthetic=False), compared).markup
    assert "recovered what was planted" not in real


def test_the_summaries_count_every_number(compared):
    tables = agreement.by_table(compared).data
    assert tables.set_index("table").loc["all", "numbers"] == len(compared)
    assert agreement.by_rule(compared).data["numbers"].sum() == len(compared)


def test_the_list_shows_every_cell_and_works_without_a_script(compared):
    output = agreement.every_number(compared)
    assert len(output.data) == len(compared)
    html = output._repr_html_()
    assert output.markup.count("<details>") == compared["table"].nunique()
    cells = compared[["table", "row", "column"]].drop_duplicates()
    assert html.count('<th scope="row"') == len(cells)
    assert '<form role="search" aria-label="Filter of table ' in html
    assert '<label for="table-agreement-words">' in html


def test_the_numbers_of_a_cell_stand_in_one_row_with_the_status_that_says_most(compared):
    rows = compared[(compared["row"] == "gender / Male") & (compared["column"] == "Leeds")]
    shown = agreement._shown_rows(rows)
    assert shown.index.tolist() == ["gender / Male, Leeds"]
    assert shown.iloc[0].to_dict() == {
        "printed": "71 (46.1)", "rebuilt": "n 1, % 50.0", "difference": "n -70, % +3.9",
        "status": "differs", "note": "",
    }  # fmt: skip


def test_the_sentence_gives_lenient_strict_and_zero_shares_together_and_by_calibration(compared):
    said = agreement.meaning(SimpleNamespace(synthetic=True), compared).markup
    total = published.summary(compared.assign(table="all")).iloc[0]
    shares = [f"{total[name]:.1f}%" for name in ("agree_percent", "as_printed_percent", "zeros_percent")]
    assert (
        f"{shares[0]} agree by the rule for their kind, {shares[1]} print exactly as they were printed, "
        f"and a table of zeros would agree with {shares[2]}."
    ) in said
    assert "numbers that the stand-in was made to meet, " in said
    assert "numbers that the stand-in was not made to meet, " in said
    assert "stand-in was" not in agreement.meaning(SimpleNamespace(synthetic=False), compared).markup


def test_what_the_stand_in_was_made_to_meet_is_apart_from_what_it_was_not(compared):
    made = compared.groupby("quantity")["calibrated"].unique().map(sorted)
    assert made[["n", "mean", "p_value", "effect_size"]].tolist() == [["yes"]] * 4
    assert made[["ci_low", "ci_high", "rating"]].tolist() == [["no"]] * 3
    prose = compared[compared["table"] == "text"].set_index("row")["calibrated"]
    assert prose[["pairs", "types_mean_start", "baseline_no_projects_percent"]].tolist() == ["yes"] * 3
    # The month in which logs passed a hundred is no target; a fact of the programme is not in the data.
    assert prose[["logs_100_from", "regions_other"]].tolist() == ["no"] * 2


def test_an_effect_size_that_is_not_printed_by_this_build_is_not_made_up(small):
    """A mean over an SD can always be worked out; the reading rule says where it is printed."""
    results = published.load("side_by_side", "associations").assign(sd_change=4.0, effect_size=float("nan"))
    compared = agreement.compare(small, {"associations": results})
    sizes = compared[compared["quantity"] == "effect_size"]
    assert set(sizes["rebuilt"]) == {""}
    assert set(sizes["status"]) == {"only in print", "source contradicts itself"}
    assert set(sizes["within_rule"]) == {"no"}


def test_all_printed_limits_are_compared(compared):
    limits = compared[compared["quantity"].isin(["ci_low", "ci_high"])]
    assert len(limits) == 840
    assert limits["rebuilt"].ne("").all()


def test_print_set_beside_itself_decides_alike_and_is_as_wide():
    fitted = {"associations": published.load("side_by_side", "associations")}
    decided = agreement.decided(fitted).shown
    assert decided.loc["an effect size is printed"].tolist() == ["52", "0", "0", "368"]
    assert (decided[["only print", "only rebuilt"]] == "0").all(axis=None)
    picture = agreement.widths(fitted)
    assert picture.alt.startswith("0 (0.0%) of the intervals are narrower than in print.")
    assert "Of all intervals the median is 1.00." in picture.alt
    assert "419 (100.0%) are within a tenth" in picture.notes[0]


def test_in_short_says_first_that_made_up_data_are_no_evidence(compared):
    fitted = {"associations": published.load("side_by_side", "associations")}
    lines = agreement.in_short(SimpleNamespace(synthetic=True), compared, fitted).markup.splitlines()
    assert "no evidence" in lines[0]
    total = published.summary(compared.assign(table="all")).iloc[0]
    agree = total["agrees"] + total["agrees with the corrected reading"]
    assert f"{agree:,} of the {total['judged']:,} printed numbers" in lines[1]
    assert lines[2].startswith("- The report reads 52 means as a change. This book reads 52 of them")
    real = agreement.in_short(SimpleNamespace(synthetic=False), compared, {}).markup
    assert "evidence" not in real
    assert "no means are compared" in real


def test_the_picture_of_kinds_gives_the_shares_of_the_rules(compared):
    drawn = agreement.by_kind(compared)
    shares = published.summary(compared, ("quantity",)).set_index("quantity")["agree_percent"].dropna()
    assert drawn.data.set_index("quantity")["agree_percent"].to_dict() == shares.to_dict()
    least = agreement.QUANTITIES[shares.idxmin()]
    assert drawn.alt.startswith(f"What agrees least: {least}, {shares.min():.0f}%.")


def test_a_build_of_one_region_has_no_decisions_and_no_widths_and_still_shows_them():
    assert agreement.decided({}).shown.empty
    assert agreement.widths({}).alt == "No intervals to draw."


def test_a_cell_names_the_numbers_that_its_status_is_about(compared):
    rows = compared[compared["row"] == "whole projects_attended wellbeing decreased"]
    moved = rows.assign(status=["agrees", "agrees", "differs", "differs", "agrees"])
    shown = agreement._shown_rows(moved).iloc[0]
    assert (shown["status"], shown["note"]) == ("differs", "differs: low and high")


def test_the_numbers_of_sentences_are_claims_of_their_chapters(compared):
    rows = agreement.statements(compared).data
    assert tuple(rows) == published.CLAIM
    assert len(rows) == 183
    told = rows.set_index("claim")
    assert told.loc[["registered", "regions_total", "projects_total"], "chapter"].tolist() == [
        "chapter 4", "chapter 3", "chapter 1",
    ]  # fmt: skip
    assert (told.loc["registered", "rebuilt"], told.loc["registered", "status"]) == ("4", "differs")


def test_what_sentences_say_of_associations_is_read_from_the_models_alike(small):
    printed = published.load("side_by_side", "associations")
    rows = agreement.in_words(small, {"associations": printed}).data
    assert tuple(rows) == published.CLAIM
    assert len(rows) == 81
    told = rows.set_index("claim")
    assert told.loc["types_given_hope_increased_changed", ["printed", "rebuilt", "status"]].tolist() == [
        "up, small", "up, small", "agrees",
    ]  # fmt: skip
    turned = printed.assign(mean=-printed["mean"], ci_low=-printed["ci_high"], ci_high=-printed["ci_low"])
    again = agreement.in_words(small, {"associations": turned}).data.set_index("claim")
    assert again.loc["types_given_hope_increased_changed", ["rebuilt", "status"]].tolist() == [
        "down, small", "differs",
    ]  # fmt: skip
    assert set(agreement.in_words(small, {}).data["note"]) >= {agreement.NO_CELL}
