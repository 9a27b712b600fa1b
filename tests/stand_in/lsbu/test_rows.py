"""The rows of the evaluation: printed lists as transcribed, people made up to add up to what is printed."""

from __future__ import annotations

import pytest

from peerbook import published
from peerbook.data import open_folder
from peerbook.paths import stand_in
from stand_in.make.lsbu import make_tables

MADE_UP = {
    "participants", "participation_events", "consent_events", "sources", "transcript_edits", "speakers",
    "participant_facts", "literature_records",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    return make_tables(1)


def test_only_people_their_sources_and_literature_are_made_up(tables):
    made_up = {name for name, table in tables.items() if (table["status"] == "synthetic").all()}
    assert made_up == MADE_UP | {"references"}
    assert tables["references"].empty
    assert not any(
        (table["status"] == "synthetic").any() for name, table in tables.items() if name not in MADE_UP
    )


def test_no_word_of_a_quotation_and_no_trait_of_a_person_is_there(tables):
    assert "verbatim" not in tables["segments"]
    assert set(tables["participants"]["demographics"]) == {""}
    assert "demographics" not in open_folder(stand_in("lsbu")).tables["participants"]
    assert set(tables["segments"]) == {"segment_id", "speaker_role", "is_note", "n_words", "line", "status"}


def test_speakers_have_the_role_that_is_printed(tables):
    roles = tables["participants"].set_index("participant_id")["role"]
    said = tables["speakers"].merge(tables["segments"], on="segment_id")
    assert (said["participant_id"].map(roles) == said["speaker_role"]).all()
    assert said["is_note"].eq("no").all()


def test_everybody_agreed_on_the_day_and_before_they_limited_it(tables):
    events = tables["consent_events"]
    first = events.drop_duplicates(["participant_id", "activity"])
    assert first["event"].eq("given").all()
    later = events[events["event"] != "given"]
    given = events[events["event"] == "given"].set_index(["participant_id", "activity"])["date"]
    assert all(row.date > given[row.participant_id, row.activity] for row in later.itertuples())


def test_printed_lists_are_as_transcribed(tables):
    for table, name in {
        "guide_questions": "guide",
        "segment_uses": "segment_uses",
        "stances": "stances",
    }.items():
        assert tables[table].drop(columns="status").equals(published.load("lsbu", name))


def test_whatever_the_seed_the_rows_are_the_same(tables):
    assert all(table.equals(make_tables(2)[name]) for name, table in tables.items())
