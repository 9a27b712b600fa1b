"""The page of a running study: consistent over days, and equal to the log chapter at the end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import log_findings
from peerbook.chapters.side_by_side import monitoring as chapter
from peerbook.chapters.side_by_side.monitoring.running import _known_shares
from peerbook.errors import ParameterError
from peerbook.fieldwork.returns import TOTAL
from tests.chapters.notebook import data_held, shown

DAYS = ("2016-02-29", "2016-06-30", "2016-10-31", "")


@pytest.fixture(scope="module")
def on_days(study):
    """The study on three days and at its end; do not change it."""
    return [chapter.followed(study, day) for day in DAYS]


def indexed(output):
    return output.data.set_index(output.data.columns[0])


def total(output, column):
    return int(indexed(output).loc[TOTAL, column])


def test_the_page_of_a_day_agrees_with_itself(on_days):
    for found in on_days:
        by_wave, forms = chapter.due_by_wave(found), chapter.forms_by_month(found)
        states = ["returned", "open", "overdue", "withdrawn"]
        assert total(by_wave, "due") == sum(total(by_wave, state) for state in states)
        by_region = chapter.due_by_region(found)
        assert all(total(by_region, name) == total(by_wave, name) for name in ["due", *states])
        account = chapter.where_forms_went(found).data.set_index("name")["value"]
        assert account["answering"] == total(by_wave, "returned")
        assert account["forms"] - account["undated"] == total(forms, "forms")
        quality = chapter.quality_by_month(found)
        assert quality.data["forms"].tolist()[-1] == total(forms, "forms")
        registered = chapter.registered_by_month(found).data["people"].sum()
        assert registered == total(chapter.registered_by_region(found), "people")
        assert registered == by_wave.data["due"].iloc[0]
        assert chapter.who_stays(found).data["n"].iloc[0] == found.records.forms["person_id"].nunique()


def test_from_day_to_day_nothing_shrinks(on_days):
    for before, after in pairwise(on_days):
        keys = ["person_id", "wave", "form", "due_on"]
        joined = before.due[keys].merge(after.due[keys], how="left", indicator=True)
        assert (joined["_merge"] == "both").all()
        assert set(before.due["log_id"].dropna()) <= set(after.due["log_id"].dropna())
        for output in (chapter.due_by_wave, chapter.forms_by_month, chapter.quality_by_month):
            first, second = (
                output(found).data.set_index(output(found).data.columns[0]) for found in (before, after)
            )
            counts = [name for name in first if name not in ("open", "overdue", "percent")]
            assert (first[counts] <= second.loc[first.index, counts]).all(axis=None)


def test_at_the_end_the_forms_are_the_logs_of_the_log_chapter(study, on_days):
    found = on_days[-1]
    account = chapter.where_forms_went(found).data.set_index("name")["value"]
    assert account["forms"] == study.flow["logs"] == len(study.logs)
    assert account["unregistered"] == study.flow["logs_without_registration"]
    assert account["undated"] == study.flow["logs_without_usable_date"]
    assert len(found.records.people) == study.flow["registered"]
    months = chapter.forms_by_month(found).data.set_index("month")["forms"].drop(TOTAL)
    printed = log_findings.logs_by_calendar_month(study).data.dropna(subset="month")
    assert months.to_dict() == printed.groupby("month")["logs"].sum().to_dict()
    quality = chapter.quality_by_month(found).data.iloc[-1]
    assert quality["ticked"] == study.flow["logs_ticked"]
    assert quality["duplicates"] == study.flow["duplicates_removed"]


def test_a_day_before_the_end_is_not_what_other_pages_count(on_days):
    assert on_days[-1].unit("registered") == "registered"
    assert on_days[0].unit("registered") == "registered, until 2016-02-29"


def test_a_project_has_its_people_and_no_others(study):
    found = chapter.followed(study, "2016-06-30", "LEE-03")
    people = study.registrations[study.registrations["project_id"] == "LEE-03"]["person_id"]
    assert set(found.records.people["person_id"]) <= set(people)
    assert set(found.records.forms["person_id"]) <= set(people)
    assert chapter.due_by_region(found) is None
    assert "project LEE-03" in chapter.in_short(found).words
    assert "pace" not in chapter.registered_by_month(found).data


def test_where_no_project_is_silent_a_sentence_says_so(study):
    found = chapter.followed(study, "2016-03-31")
    assert chapter.silent_projects(found).words.startswith("There is no project")


def test_another_study_is_not_said_to_have_planned_what_this_one_did(study):
    definitions = replace(study.definitions, printed=False, fieldwork={"targets": {"Leeds": 100}})
    other = replace(study, study=replace(study.study, definitions=definitions))
    found = chapter.registered_by_region(chapter.followed(other))
    assert not any("planned" in note for note in found.notes)
    assert indexed(found).loc["Leeds", "of_target"] == 156
    assert indexed(found).loc[TOTAL, "target"] == 100


def test_what_follows_from_withheld_shares_is_filled_in():
    left = [0, 30, float("nan"), 0, 0, 20]
    share = [float("nan"), 0.7, float("nan"), float("nan"), float("nan"), 0.4]
    filled = _known_shares(pd.DataFrame({"share": share, "left": left}))["share"]
    assert filled.fillna(-1).tolist() == [1, 0.7, -1, -1, -1, 0.4]


def test_an_unknown_project_or_day_is_refused(study):
    with pytest.raises(ParameterError, match="LEE-99"):
        chapter.followed(study, project="LEE-99")
    with pytest.raises(ParameterError, match="first registered on 2015-09-25"):
        chapter.followed(study, "2015-09-24")
    with pytest.raises(ParameterError, match="found '2016-06-31'"):
        chapter.followed(study, "2016-06-31")


@pytest.mark.slow
def test_the_first_day_has_a_page(study):
    outputs = shown("side_by_side", "monitoring", log=study, found=chapter.followed(study, "2015-09-25"))
    for output in outputs:
        assert output.markup
        assert output.kind == "text" or output.caption
        assert data_held(output) == []


def test_withdrawals_and_what_was_sent_are_shown_where_the_data_tell_of_them(study):
    person = study.registrations["person_id"].iloc[0]
    started = pd.Timestamp(study.registrations["registered_on"].iloc[0])
    left = pd.DataFrame(
        {"person_id": [person], "withdrawn_on": [started + pd.Timedelta(days=3)], "reason": ["form"]}
    )
    sent = pd.DataFrame({"person_id": [person], "sent_on": [started]})
    tables = {name: study.tables[name] for name in ("registrations", "logs")}
    tables |= {"fieldwork/withdrawals": left, "fieldwork/sent": sent}
    told = SimpleNamespace(tables=tables, table=tables.get, definitions=study.definitions, region="all")
    found = chapter.followed(replace(study, study=told))
    assert chapter.reasons(found).data.to_dict("records") == [
        {"reason": "The form: too long, too often or too personal", "people": 1}
    ]
    assert chapter.why_people_stopped(found).words.startswith("1 person had withdrawn.")
    assert total(chapter.due_by_wave(found), "sent") == 1
    assert not any("no record of what was sent" in note for note in chapter.due_by_wave(found).notes)


def test_without_such_tables_the_page_says_so(on_days):
    found = on_days[-1]
    assert chapter.reasons(found) is None
    assert "these data hold no list of withdrawals" in chapter.why_people_stopped(found).words
    assert any("no record of what was sent" in note for note in chapter.due_by_wave(found).notes)


def test_what_is_expected_is_wider_the_earlier_the_day(on_days):
    early, late = (chapter.intervals_by_the_end(found, draws=100) for found in (on_days[1], on_days[-1]))
    assert (early.data["half_now"] > late.data["half_now"]).all()
    assert (early.data["pairs_by_end"] > early.data["pairs"]).all()
    assert (late.data["pairs_by_end"] == late.data["pairs"]).all()
    assert "The study is over" in late.notes[1]
