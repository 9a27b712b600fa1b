from __future__ import annotations

import pandas as pd
import pytest

from peerbook import open_log
from peerbook.log import with_subgroups


@pytest.fixture
def study(raw):
    """Three people with two logs each: registered, registered with little said, not registered."""
    people = [
        raw.registration("0001", ethnicity="Somalian", sexual_orientation="Bisexual", formal_services="yes"),
        raw.registration("0002", project_id="", age_band="", gender="Prefer not to say"),
    ]
    numbers = ["0001", "0002", "9999"]
    logs = [
        raw.log(2 * i + j, p, completed_on=f"2016-0{j + 2}-01") for i, p in enumerate(numbers) for j in (1, 2)
    ]
    return open_log(raw.folder(logs=logs, registrations=people))


def test_answers_at_registration_become_subgroups(study):
    rows = with_subgroups(study.pairs, study.tables, study.definitions)
    assert rows.loc[0, "gender_group":"funding"].dropna().to_dict() == {
        "gender_group": "Female", "age_group": "35-54", "ethnic_group": "Black", "sexuality_group": "LGBT",
        "formal_services": "Yes", "project_type": "Group", "diagnosis_specific": "No",
        "funding": "Grant funded",
    }  # fmt: skip


def test_what_is_not_known_is_missing(study):
    rows = with_subgroups(study.pairs, study.tables, study.definitions)
    names = list(study.definitions.subgroups)
    assert rows.loc[1, names].isna().all()
    assert rows.loc[2, names].isna().all()


def test_levels_are_in_the_order_of_the_report(study):
    rows = with_subgroups(study.logs, study.tables, study.definitions)
    assert list(rows["ethnic_group"].cat.categories) == ["White", "Black", "Asian", "Other"]
    assert len(rows) == len(study.logs)


def test_the_rows_stay_as_they_are(study):
    before = study.pairs.copy()
    with_subgroups(study.pairs, study.tables, study.definitions)
    pd.testing.assert_frame_equal(study.pairs, before)
