from __future__ import annotations

import pandas as pd
import pytest

from peerbook.data import open_folder
from peerbook.log import clean
from peerbook.log.cleaning import ISSUE_COLUMNS, chain, put_in_order

STEPS = ["registration", "dates", "duplicates", "ticks", "unasked"]


@pytest.fixture
def cleaned(raw):
    """Five logs, each with one thing to find, and what cleaning makes of them."""
    logs = [
        raw.log(1, completed_on="2016-03-01"),
        raw.log(2, completed_on="2016-02-01", informal_given="x", groups_given="4"),
        raw.log(3, completed_on="2016-02-31", informal_given="-9"),
        raw.log(4, completed_on="2016-03-01", form="quarterly"),
        raw.log(5, "9999", version="short", hope_1="2", medication="yes"),
    ]
    tables = raw.tables(logs=logs)
    before = {name: table.copy() for name, table in tables.items()}
    done = clean(tables, raw.definitions)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    return done


def by_log(cleaned, column):
    return cleaned.data.set_index("log_id")[column].to_dict()


def test_logs_are_kept_flagged_and_put_in_order(cleaned):
    assert cleaned.data["log_id"].tolist() == [2, 4, 3, 5]
    assert by_log(cleaned, "registered") == {2: True, 4: True, 3: True, 5: False}
    assert cleaned.data["month"].tolist() == [1, 2, pd.NA, 1]


def test_a_log_without_a_usable_date_stays_without_a_month(cleaned):
    assert cleaned.data["completed_on"].isna().tolist() == [False, False, True, False]
    assert str(cleaned.data["completed_on"].dtype).startswith("datetime64")


def test_a_tick_counts_as_used_and_leaves_the_whole_log_without_amounts(cleaned):
    log = cleaned.data.set_index("log_id").loc[2]
    assert log["ticked"]
    assert log[["used_informal_given", "used_groups_given", "used_pairs_given"]].tolist() == [
        True,
        True,
        False,
    ]
    assert log.filter(regex="^times_").isna().all()


def test_an_unreadable_cell_counts_as_used_and_lacks_only_its_own_amount(cleaned):
    log = cleaned.data.set_index("log_id").loc[3]
    assert not log["ticked"]
    assert log["used_informal_given"]
    assert pd.isna(log["times_informal_given"])
    assert log["times_groups_received"] == 2
    assert log["times_pairs_given"] == 0


def test_raw_support_cells_are_gone(cleaned, definitions):
    assert not set(definitions.support_types.fields) & set(cleaned.data)


def test_what_a_form_does_not_ask_is_missing_not_zero(cleaned):
    log = cleaned.data.set_index("log_id").loc[5]
    assert log["short"]
    assert pd.isna(log["hope_1"])
    assert pd.isna(log["medication"])
    assert by_log(cleaned, "short") == {2: False, 4: False, 3: False, 5: True}


def test_every_action_is_an_issue(cleaned):
    assert list(cleaned.issues) == ISSUE_COLUMNS
    said = cleaned.issues[["step", "log_id", "person_id", "column", "rule"]].itertuples(
        index=False, name=None
    )
    assert list(said) == [
        ("registration", 5, "9999", "person_id", "no registration with this personal ID"),
        ("dates", 3, "0001", "completed_on", "unusable date"),
        ("duplicates", 1, "0001", "log_id", "same day, both versions of the form"),
        ("ticks", 2, "0001", "support cells", "bare ticks instead of numbers"),
        ("ticks", 3, "0001", "informal_given", "written but unreadable"),
        ("unasked", 5, "9999", "hope_1", "only the full form asks this"),
        ("unasked", 5, "9999", "medication", "only the quarterly form asks this"),
    ]
    assert cleaned.issues["value"].tolist() == [
        "9999", "'2016-02-31'", "kept log 4", "1 ticked", "unreadable", "an answer", "an answer",
    ]  # fmt: skip


def test_none_of_several_boxes_ticked_means_not_answered(raw):
    logs = [
        raw.log(1, "0001", form="quarterly", employment_retired="1"),
        raw.log(2, "0002", form="quarterly"),
        raw.log(3, "0003", form="monthly"),
    ]
    data = clean(raw.tables(logs=logs), raw.definitions).data
    assert data["employment_retired"].tolist() == [True, pd.NA, pd.NA]
    assert data["employment_student"].tolist() == [False, pd.NA, pd.NA]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("", "missing value"),
        ("31/03/2016", "unusable date"),
        ("2061-03-01", "out-of-range value"),
        ("2015-09-24", "out-of-range value"),
    ],
)
def test_dates_that_cannot_be_used(raw, written, rule):
    done = clean(raw.tables(logs=[raw.log(1, completed_on=written), raw.log(2)]), raw.definitions)
    assert done.issues["rule"].tolist() == [rule]
    assert done.data["log_id"].tolist() == [2, 1]
    assert done.data["month"].tolist() == [1, pd.NA]


def test_a_date_cell_with_contact_details_is_not_shown(raw):
    done = clean(raw.tables(logs=[raw.log(1, completed_on="jo@example.org")]), raw.definitions)
    assert done.issues["value"].tolist() == ["(not shown: it may identify a person)"]


def test_logs_of_one_day_go_by_number_when_there_is_no_date(raw):
    logs = [raw.log(2, completed_on=""), raw.log(1, completed_on="")]
    assert clean(raw.tables(logs=logs), raw.definitions).data["log_id"].tolist() == [1, 2]


def test_nobody_is_lost_without_logs_or_registrations(raw):
    empty = open_folder(raw.folder(logs=[], registrations=[], projects=[])).tables
    done = clean(empty, raw.definitions)
    assert len(done.data) == 0
    assert done.issues.empty
    assert {"month", "ticked", "short", "registered", "times_pairs_given"} <= set(done.data)


def test_a_chain_keeps_the_issues_of_every_step(raw, definitions):
    tables = raw.tables()
    assert chain(tables["logs"], []).data is tables["logs"]
    assert chain(tables["logs"], [put_in_order]).data["month"].tolist() == [1, 2]
