from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.side_by_side.agreement.statements import STATEMENTS
from peerbook.published import (
    compare,
    contradictions,
    derive,
    load,
    printed_statements,
    rebuilt_statements,
    statements_that_follow,
)
from peerbook.published.rules import rule_named
from peerbook.published.statements import OUTSIDE

STUDY = "side_by_side"


def computed(known, rebuilt):
    return derive(STUDY, known, rebuilt)


def beside(numbers):
    """Every number of the prose of the log chapters beside what was computed for it."""
    rows = rebuilt_statements("text", numbers)
    return compare(printed_statements(STUDY, "text"), rows, contradictions(STUDY)).set_index("row")


def test_every_statement_is_computed_or_says_why_it_lies_outside_the_data():
    tables = {name: load(STUDY, name) for name in ("log_completion", "demographics", "baseline")}
    found = computed(dict.fromkeys(STATEMENTS, 1.0) | {"logs_online": 0.5}, tables)
    said = load(STUDY, "statements").query("table == 'text'").set_index("name")
    assert len(said) == 183
    assert set(said.index[said["outside"] == ""]) == set(found)
    assert set(load(STUDY, "statements")["outside"]) <= set(OUTSIDE)


def test_the_registry_and_the_rules_name_only_statements_there_are():
    names = load(STUDY, "statements")["name"]
    assert names.is_unique
    assert set(STATEMENTS) <= set(names)
    assert set(load(STUDY, "references")["name"]) | set(load(STUDY, "identities")["name"]) <= set(names)
    assert set(load(STUDY, "targets")["name"]) <= set(names)


def test_a_statement_that_repeats_a_cell_is_read_from_the_rebuilt_table():
    table = pd.DataFrame(
        {"variable": ["gender"], "level": ["Male"], "region": ["Total"], "n": [7.0], "percent": 35.0}
    )
    found = computed({}, {"demographics": table})
    assert found["male"] == 7


def test_a_share_of_nobody_is_no_number():
    assert "registered_with_log_percent" not in computed({"registered": 0, "registered_with_log": 0}, {})


def test_a_cell_without_a_value_gives_no_number():
    table = pd.DataFrame(
        {"variable": ["gender"], "level": ["Male"], "region": ["Total"], "n": [None], "percent": None}
    )
    assert "male" not in computed({}, {"demographics": table.astype({"n": float, "percent": float})})


def test_what_follows_is_computed_from_computed_statements_and_plans_as_printed():
    found = computed({"n_per_project": 34, "registered": 200, "unregistered": 50}, {})
    assert found["projects_in_target"] == 3 * 6 + 1
    assert found["target_sample"] == 19 * 34
    assert found["log_participants_all"] == 250
    assert found["summary_programme_share"] == pytest.approx(100 * 250 / 3255)


def test_every_statement_has_a_rule_and_every_number_a_value():
    said = printed_statements(STUDY)
    words = said["rule"].map(lambda name: rule_named(name).of_words)
    assert (said["value"].isna() == words).all()
    assert set(said.loc[said["rule"] == "date", "unit"]) == {"date", "month"}
    assert said["table"].value_counts().to_dict().items() >= {
        "text": 183, "chapter 6": 23, "chapter 5": 12, "chapter 7": 8,
    }.items()  # fmt: skip


def test_a_printed_number_says_its_value():
    said = printed_statements(STUDY, "text").set_index("row")
    plain = said[said["rule"].isin(["rounds", "about", "over", "just over", "just under"])]
    number = plain["printed"].str.extract(r"([\d.]+)$")[0].astype(float)
    assert (number == plain["value"]).all()
    assert said.loc["baseline_gave_none_share", "value"] == pytest.approx(100 / 3)


def test_a_date_agrees_if_it_is_the_same():
    rows = beside({"first_registration": "2015-09-25", "last_registration": "2016-10-01"})
    assert rows["status"][["first_registration", "last_registration"]].tolist() == [
        "agrees", "differs",
    ]  # fmt: skip


def test_a_statement_inherits_the_conflict_of_the_cell_it_repeats():
    row = beside({"bisexual": 44}).loc["bisexual"]
    assert row["status"] == "source contradicts itself"
    assert row["note"].endswith("= 44, printed 46")


def test_a_share_of_the_prose_counts_people_without_an_answer():
    cell = {"variable": "area", "level": "City/large town", "region": "Total", "n": 50.0, "percent": 62.5}
    found = computed({"registered": 100}, {"demographics": pd.DataFrame([cell])})
    assert (found["city"], found["city_percent"]) == (50, 50)


def test_a_statement_that_another_number_conflicts_with_names_it():
    row = beside({"pairs": 1414}).loc["pairs"]
    assert row["status"] == "source contradicts itself"
    assert "logs_after_cleaning - participants_with_log = 1415" in row["note"]


def test_a_statement_that_is_not_computed_says_why():
    rows = beside({"registered": 703})
    assert rows.loc[["registered", "prize_project"], "status"].tolist() == ["agrees", "not computable"]
    assert rows.loc["prize_project", "note"] == OUTSIDE["programme"]


def test_a_conflict_that_readers_found_is_kept_with_the_statement():
    rows = rebuilt_statements("chapter 5", {"word_groups": 14})
    row = compare(printed_statements(STUDY, "chapter 5"), rows).set_index("row").loc["word_groups"]
    assert (row["status"], row["note"]) == ("source contradicts itself", "the table prints 14 groups")


def test_what_follows_from_planted_numbers_alone_is_planted_too():
    planted = statements_that_follow(STUDY, ["baseline_no_projects"])
    # It repeats the base of a calibrated table, so the share of it follows.
    assert {"baseline_no_projects", "baseline_no_projects_percent"} <= planted
    assert "baseline_gave_none_share" not in planted
    assert not planted & set(printed_statements(STUDY).query("outside != ''")["row"])
