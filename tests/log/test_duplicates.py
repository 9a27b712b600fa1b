from __future__ import annotations

import pandas as pd
import pytest

from peerbook.log.duplicates import (
    BOTH_FORMS,
    ENTERED_LAST,
    MORE_COMPLETE,
    TWO_ANSWERS,
    TYPED_TWICE,
    repeated_logs,
)


@pytest.fixture
def found(raw, definitions):
    """Find the duplicates among raw logs: removed log, kept log, kind, reason."""

    def find(*logs):
        table = raw.tables(logs=list(logs))["logs"]
        dated = table.assign(completed_on=pd.to_datetime(table["completed_on"], errors="coerce"))
        repeated = repeated_logs(dated, definitions.tables["logs"])
        removed = dated.loc[repeated.index, "log_id"]
        return list(zip(removed, repeated["kept"], repeated["rule"], repeated["reason"], strict=True))

    return find


def test_of_both_forms_the_one_entered_last_is_kept(raw, found):
    logs = raw.log(1, form="quarterly"), raw.log(2, form="monthly")
    assert found(*logs) == [(1, 2, BOTH_FORMS, ENTERED_LAST)]


def test_a_form_given_up_half_way_is_removed_even_if_it_came_last(raw, found):
    logs = raw.log(1, form="monthly"), raw.log(2, form="quarterly", swemwbs_6="", swemwbs_7="")
    assert found(*logs) == [(2, 1, BOTH_FORMS, MORE_COMPLETE)]


def test_questions_only_one_form_asks_do_not_make_it_more_complete(raw, found):
    logs = raw.log(1, form="quarterly", medication="yes", work_hours="8"), raw.log(2, form="monthly")
    assert found(*logs) == [(1, 2, BOTH_FORMS, ENTERED_LAST)]


def test_the_short_and_the_full_version_are_two_versions(raw, found):
    logs = raw.log(1, version="short"), raw.log(2, version="full")
    assert found(*logs) == [(1, 2, BOTH_FORMS, ENTERED_LAST)]


def test_a_paper_form_typed_twice(raw, found):
    assert found(raw.log(1), raw.log(2)) == [(1, 2, TYPED_TWICE, ENTERED_LAST)]


def test_the_same_form_with_other_answers_is_named_as_such(raw, found):
    assert found(raw.log(1), raw.log(2, swemwbs_1="5")) == [(1, 2, TWO_ANSWERS, ENTERED_LAST)]


def test_of_three_logs_of_a_day_one_is_kept(raw, found):
    logs = raw.log(1), raw.log(2), raw.log(3, swemwbs_1="")
    assert [(removed, kept) for removed, kept, *_ in found(*logs)] == [(3, 2), (1, 2)]


def test_other_people_other_days_and_logs_without_a_date_are_no_duplicates(raw, found):
    logs = [
        raw.log(1),
        raw.log(2, "0002"),
        raw.log(3, completed_on="2016-02-02"),
        raw.log(4, completed_on=""),
        raw.log(5, completed_on=""),
    ]
    assert found(*logs) == []


def test_rows_may_come_in_any_order(raw, found):
    assert found(raw.log(9), raw.log(3)) == [(3, 9, TYPED_TWICE, ENTERED_LAST)]
