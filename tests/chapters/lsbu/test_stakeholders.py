"""People and consent: small numbers are held back, consent follows its events, repeats are named."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.lsbu import rows
from peerbook.chapters.lsbu import stakeholders as chapter
from peerbook.chapters.lsbu import themes_and_triangulation as themes
from peerbook.errors import DataError


def test_of_few_people_no_number_is_told(evaluation):
    assert chapter.took_part(evaluation, smallest=5).data["what"].tolist() == ["Focus group of members"]
    assert "fewer than 5 facilitators" in chapter.in_short(evaluation, smallest=5).words
    consents = chapter.consents(evaluation, smallest=11).data.set_index("activity")["people"]
    assert consents.to_dict() == {
        "Interview": "fewer than 11", "Focus group": "fewer than 11", "Film": "12",
    }  # fmt: skip
    assert "fewer than 5 found paid work" in chapter.facts(evaluation, smallest=5).words


def test_no_page_tells_how_many_limited_their_consent(evaluation):
    assert list(chapter.consents(evaluation).data) == ["activity", "people", "all_agree"]


def test_the_film_may_be_used_until_somebody_says_otherwise(evaluation):
    def film(day: str) -> str:
        return chapter.consents(evaluation, day).shown.loc["Film", "may be used"]

    assert film("2017-01-12") == "whole"
    assert film("2017-01-26") == film("") == "not at all"


def test_an_extract_may_be_quoted_if_its_speaker_agreed(evaluation, changed):
    counts = chapter.quotable(evaluation).data.set_index("role")
    assert counts["all"].to_dict() == {"members": 7, "facilitators": 8, "not stated": 10}
    assert counts["yes"].to_dict() == {"members": 7, "facilitators": 6, "not stated": 0}
    assert counts["unknown"].to_dict() == {"members": 0, "facilitators": 2, "not stated": 10}
    assert chapter.quotable(evaluation, "2016-12-31").data["yes"].sum() == 6
    events = evaluation.tables["consent_events"]
    taken_back = events[events["participant_id"] == "PF1"].assign(
        event="withdrawn", date=pd.Timestamp("2017-06-01")
    )
    after = changed(consent_events=pd.concat([events, taken_back], ignore_index=True))
    assert chapter.quotable(after).data.set_index("role").loc["facilitators", "yes"] == 4


def test_who_was_not_admitted_is_found(evaluation, changed):
    assert chapter.access(evaluation).data["kept"].eq("yes").all()
    events = evaluation.tables["participation_events"]
    early = events[events["participant_id"] == "PC1"].assign(activity="focus_group")
    found = chapter.access(changed(participation_events=pd.concat([events, early], ignore_index=True)))
    assert found.data.query("kept == 'no'")[["session", "role"]].to_numpy().tolist() == [
        ["Focus group", "commissioner"]
    ]
    assert "1 rule not kept" in found.notes[-1]


def test_repeats_are_those_found_in_print(evaluation):
    data = chapter.repeats(evaluation).data
    assert dict(data[["use_id", "first_use"]].to_numpy().tolist()) == {
        "Q13": "Q05", "Q14": "Q06", "Q20": "Q04", "Q29": "Q01 Q02", "Q30": "Q03",
    }  # fmt: skip


def test_words_at_hand_are_compared_and_shown_nowhere(evaluation, changed):
    words = "a planted sentence of nobody"
    segments = evaluation.tables["segments"].assign(verbatim=words)
    shown = evaluation.tables["segment_uses"].assign(edited_text=f"{words} else")
    study = changed(segments=segments, segment_uses=shown)
    output = chapter.repeats(study)
    assert output.data.set_index("use_id")["likeness"]["Q13"] == pytest.approx(10 / 11)
    outputs = [output, chapter.quotable(study), themes.ways(study), themes.core_themes(study)]
    assert not any("planted" in each.markup + each.csv() for each in outputs)


def test_changed_words_need_a_reason(evaluation, changed):
    bare = evaluation.tables["segment_uses"].assign(edit_reason="")
    with pytest.raises(DataError, match="Q13, Q14"):
        rows.placements(changed(segment_uses=bare))


def test_the_guide_has_its_questions_by_section(evaluation):
    assert list(chapter.guide(evaluation).shown) == [
        "Welcome: 0 questions",
        "Opening: 3 questions",
        "During: 9 questions",
        "On reflection: 5 questions",
        "Closure: 1 question",
    ]
