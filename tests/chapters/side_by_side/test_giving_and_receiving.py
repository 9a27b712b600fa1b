"""People and extracts behind every theme are counted from coded rows, and held back if few."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook import open_study
from peerbook.chapters.side_by_side import giving_and_receiving as chapter
from peerbook.errors import ParameterError
from peerbook.outputs.evidence import JUDGEMENT
from tests.chapters.notebook import data_held, shown
from tests.chapters.side_by_side.rows import study_of


@pytest.fixture(scope="module")
def changed(coded):
    """The means to look at another region or other tables than those of the stand-in."""

    def change(region: str = "all", themes: pd.DataFrame | None = None, **tables: pd.DataFrame):
        told = coded.tables["synthesis/themes"] if themes is None else themes
        return study_of({**coded.coding, **tables}, coded.definitions, region, synthesis__themes=told)

    return change


@pytest.fixture(scope="module")
def logs_only(coded):
    return study_of({}, coded.definitions)


def row(data: pd.DataFrame, code: str) -> dict:
    return data.set_index("code").loc[code].to_dict()


def test_people_and_extracts_are_those_the_chapter_cites(coded):
    data = chapter.themes(coded)
    assert (row(data, "TH17")["people"], row(data, "TH17")["extracts"]) == (3, 4)
    assert (row(data, "TH19")["people"], row(data, "TH19")["extracts"]) == (1, 2)
    crisis = row(data, "TH15")
    assert (crisis["group"], crisis["one_to_one"], crisis["online"]) == (1, 0, 2)
    assert (data["kind"] != "heading").sum() == 62 + 1
    whole = row(data, "all")
    assert (whole["extracts"], whole["people"]) == (100, 48)


def test_a_heading_counts_a_person_once_and_holds_what_stands_below_it(coded):
    data = chapter.themes(coded)
    below = data[data["heading"] == "synthesis.access.activity"]
    heading = row(data, "synthesis.access.activity")
    assert heading["extracts"] == below["extracts"].sum()
    assert heading["people"] <= below["people"].sum()


def test_the_approach_is_that_of_the_person_or_of_the_extract(coded):
    recruited, context = (
        chapter.extracts_and_people(coded, by).data.set_index("approach") for by in chapter.BY
    )
    assert context["extracts"].tolist() == [60, 21, 19, 100]
    assert recruited["extracts"].tolist() == [61, 20, 19, 100]
    assert recruited.loc["All", "people_interviewed"] == 69
    with pytest.raises(ParameterError, match="approach"):
        chapter.themes(coded, "phone")


def test_few_people_are_held_back_and_cannot_be_worked_out(coded):
    data = chapter.themes(coded, minimum_people=3)
    for held in data[data["held_back"] == "approaches"].to_dict("records"):
        assert all(pd.isna(held[name]) for name in chapter.APPROACHES)
        assert held["people"] >= 3
    whole = data[data["held_back"] == "all"]
    assert "TH19" in set(whole["code"])
    assert whole[["people", "extracts", *chapter.APPROACHES]].isna().all(axis=None)
    kept = data[data["held_back"] == ""]
    assert all(n == 0 or n >= 3 for name in chapter.APPROACHES for n in kept[name])
    shown_rows = chapter.reasons(coded, minimum_people=3).shown
    assert "few" in set(shown_rows["People"])
    assert not {"1", "2"} & set(shown_rows["People"])


def test_thin_places_are_marked(coded):
    thin = chapter.reasons(coded).shown["Thin"]
    assert thin.xs("Carrying on").tolist() == ["one person"]
    groups = chapter.meanings_and_benefits(coded).shown
    titles = [title.split(" bring ")[1] for title in groups]
    assert titles == ["in groups: 15 themes", "one to one: 9 themes", "online: 8 themes"]
    assert "nobody cited" in set(next(iter(groups.values()))["Thin"])


def test_words_for_how_many_stand_beside_the_people_cited(coded):
    shown_rows = next(iter(chapter.words_for_how_many(coded).shown.values()))
    told = shown_rows.loc["Carries on with or through friends, keeps up contact"]
    assert told.tolist() == ["some people", "1", "no"]
    assert chapter.words_for_how_many(coded).notes[0].startswith("In 9 of 38 themes")


def test_a_theme_whose_people_change_says_so(coded, changed):
    codes = coded.coding["segment_codes"]
    crisis = codes[codes["code_id"] == "TH15"]["segment_id"]
    none = changed(segment_codes=codes[codes["code_id"] != "TH15"])
    assert row(chapter.themes(none), "TH15")["people"] == 0
    assert "Crisis: 0 people" in chapter.reasons_at_a_glance(none).alt
    assert "5 kinds of reason" in chapter.in_short(none).markup
    assert len(crisis) == 3


def test_in_short_counts_reasons_people_and_thin_themes(coded):
    lines = chapter.in_short(coded).markup.splitlines()
    assert lines == [
        "- People gave 6 kinds of reason to come. What came up most was something to do (10 people).",
        "- How people give and receive was told by this many of them: 20 in groups, 9 one to one and 6 "
        "online.",
        "- This comes from 100 extracts of 48 people. 15 themes of 47 rest on one person.",
    ]


def test_roles_are_compared_in_each_setting(coded):
    drawn = chapter.roles_at_a_glance(coded)
    assert drawn.alt.startswith("More is told of giving than of receiving: group and one to one.")
    assert "Online: 4 on giving, 4 on receiving, 3 on both" in drawn.alt


def test_ties_with_values_are_judgements_that_say_whose(coded):
    ties = chapter.ties_with_values(coded)
    assert ties.evidence == JUDGEMENT
    assert ties.data["basis"].value_counts().to_dict() == {
        "a reader's judgement": 69,
        "named by the chapter": 53,
        "the same extract is quoted there": 6,
    }
    assert next(iter(ties.shown)) == "Table 8.15. What ties in with experience in common: 10 themes"


def test_one_region_counts_its_own_people(changed):
    leeds, whole = (chapter.themes(changed(region)).iloc[-1] for region in ("Leeds", "all"))
    assert 0 < leeds["people"] < whole["people"]


def test_a_folder_without_interviews_says_what_is_missing(logs_only):
    assert "coding/segments" in chapter.in_short(logs_only).markup
    for output in shown("side_by_side", "giving_and_receiving", study=logs_only):
        assert output.caption is not None
        assert output.record()


def test_outputs_hold_no_data_but_their_own_and_are_drawn(coded):
    outputs = shown("side_by_side", "giving_and_receiving", study=coded, minimum_people=2)
    assert [held for output in outputs for held in data_held(output)] == []
    assert all(output.markup for output in outputs)


def test_the_study_opened_from_its_folder_has_the_themes():
    study = open_study(study="side_by_side", region="Leeds")
    assert chapter.in_short(study).markup.count("\n") == 2
