"""Chapter 6 from the stand-in's rows: Table 6.1, figures that say what they show, choices of counting."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import bame
from peerbook.chapters.side_by_side import values_framework as chapter
from peerbook.chapters.side_by_side.coded_rows import SPEAKS_OF
from peerbook.data import load_definitions
from peerbook.errors import ParameterError
from peerbook.outputs.folding import unfolded
from peerbook.outputs.protect import Protection
from peerbook.published import load
from tests.chapters.side_by_side.rows import study_of


@pytest.mark.slow
def test_another_framework_needs_no_name_or_number_of_the_report():
    """Two values of our own, two people, one of them silent on the second value."""
    codes = ["care", "care.time", "play"]
    tables = {
        "people": pd.DataFrame(
            {"person_id": ["a", "b"], "strands": "interview", "project_id": ["x", "x"], "approach": "online"}
        ),
        "projects": pd.DataFrame({"project_id": ["x", "y"], "region": "Leeds", "approach": "online"}),
        "codebooks": pd.DataFrame(
            {
                "codebook": "core_values",
                "version": 1,
                "code_id": codes,
                "parent_id": ["", "care", ""],
                "label": ["Care", "Taking time", "Play"],
                "kind": ["value", "subtheme", "value"],
                "level": ["foundation", "", "apex"],
            }
        ),
        "segments": pd.DataFrame(
            {"segment_id": ["1", "2", "3"], "person_id": ["a", "b", "b"], "quoted": "yes"}
        ),
        "segment_codes": pd.DataFrame(
            {
                "segment_id": ["1", "2", "3"],
                "code_id": ["care.time", "care", "play"],
                "coder": "A",
                "round": "final",
                "valence": "supports",
            }
        ),
    }
    said = SimpleNamespace(printed=False, codes=load_definitions("side_by_side").codes)
    ours = study_of(tables, said)
    with_ids = {"row_origins", "statements", "discrepancies", "extracts"}
    made = [getattr(chapter, name)(ours) for name in chapter.__all__ if name not in with_ids]
    assert all(output.markup for output in made if output is not None)
    assert len([output for output in made if output is not None]) > len(made) / 2
    assert chapter.person_by_value(ours).data.to_numpy().tolist() == [
        ["a", True, False, 0],
        ["b", True, True, 0],
    ]
    assert chapter.extracts(ours) is None
    assert chapter.project_coverage(ours).data["state"].tolist() == ["all", "no data"]
    assert "foundation: Care; apex: Play" in chapter.six_values(ours).alt
    assert chapter.subthemes(ours).data.to_numpy().tolist() == [["Care", "Taking time", 1, 1, "theme"]]


def test_one_region_is_enough(coded_with):
    leeds = coded_with(region="Leeds")
    assert chapter.interviews(leeds).data.set_index("name").loc["people", "value"] == 12
    assert len(chapter.project_coverage(leeds).data) == 7
    assert chapter.values_together(leeds).data.shape == (6, 8)


def test_table_6_1(coded):
    agreed = chapter.printed_tables(coded)
    assert len(chapter.sample(coded).data) == 44
    assert agreed.data["status"].tolist() == ["agrees"] * 88
    assert agreed.data.query("row == 'Gender: Other'")["rebuilt"].tolist() == ["1", "1.4"]


def test_stages_keep_the_interview_without_a_stage(coded):
    assert chapter.stages(coded).data["interviews"].tolist() == [8, 40, 6, 14, 1]


def test_the_figure_of_values_names_every_value_by_tier(coded):
    drawn = chapter.six_values(coded)
    assert "foundation: Experience in common, Safety and Choice and control" in drawn.alt
    assert "apex: Freedom to be oneself" in drawn.alt
    assert "Two way interactions and Human connection strengthen each other" in drawn.alt
    assert len(drawn.data) == 16


def test_figures_are_drawn_from_the_codebook(coded, coded_with):
    assert "7 boxes lead to Safety" in chapter.components_of_safety(coded).alt
    assert len(chapter.values_and_decisions(coded).data) == 11
    assert len(chapter.membership_factors(coded).data) == 5
    book = coded.coding["codebooks"].query("code_id != 'V2.4'")
    assert "6 boxes lead to Safety" in chapter.components_of_safety(coded_with(codebooks=book)).alt


def test_six_values_five_decisions(coded):
    assert len(chapter.values(coded).data) == 6
    options = chapter.decision_options(coded).data
    assert options.groupby("decision", sort=False)["aspect"].nunique().tolist() == [5, 3, 4, 6, 4]
    assert set(options["approach"]) == {"group", "one_to_one", "online"}


def test_quoted_sub_themes_add_up_to_the_printed_quotations(coded):
    kinds = load("side_by_side", "codebooks").set_index("code_id")["kind"]
    quotations = load("side_by_side", "quotations").query("chapter == 'ch6'")
    below = quotations["code_id"].map(kinds).isin(["subtheme", "challenge", "approach"])
    assert chapter.subthemes(coded).data["segments"].sum() == below.sum() == 359


def test_choices_change_what_is_counted(coded):
    quoted, every = (chapter.code_by_approach(coded, segments=which).data for which in ("quoted", "all"))
    assert quoted.query("approach == 'total'")["people"].tolist()[:6] == [18, 21, 18, 21, 21, 17]
    assert (every["segments"] >= quoted["segments"]).all()
    about = chapter.code_by_approach(coded, approach="context").data.set_index(["code", "approach"])
    assert about.loc[("Facilitation", "group"), ["segments", "difficulties"]].tolist() == [21, 3]


@pytest.mark.parametrize("choice", [{"segments": "some"}, {"approach": "age"}])
def test_unknown_choices_are_refused(coded, choice):
    with pytest.raises(ParameterError, match="expected one of"):
        chapter.code_by_approach(coded, **choice)


def test_values_together_by_unit(coded):
    people = chapter.values_together(coded)
    assert "Safety with Two way interactions (11 people)" in people.notes[3]
    projects = chapter.values_together(coded, segments="all", unit="project").data.set_index("value")
    assert projects.nunique().eq(1).all()


@pytest.mark.parametrize("segments", ["quoted", "all"])
def test_every_table_counts_by_the_same_definition_of_speaking_of_a_value(coded, segments):
    by_unit = chapter.unit_of_counting(coded, segments=segments).data.set_index(["unit", "value"])
    for unit in ("segment", "person", "project"):
        together = chapter.values_together(coded, segments=segments, unit=unit).data.set_index("value")
        alone = [together.loc[value, value] for value in together.index]
        assert alone == by_unit.loc[unit, "n"].tolist()
        assert together["difficulties_only"].tolist() == by_unit.loc[unit, "difficulties_only"].tolist()
    values = list(together.index)
    each = chapter.person_by_value(coded, segments=segments).data
    assert each[values].sum().tolist() == by_unit.loc["person", "n"].tolist()
    assert each["difficulties_only"].sum() == by_unit.loc["person", "difficulties_only"].sum()
    approach = chapter.code_by_approach(coded, segments=segments).data.query("approach == 'total'").iloc[:6]
    assert approach["people"].tolist() == by_unit.loc["person", "n"].tolist()
    assert approach["segments"].tolist() == by_unit.loc["segment", "n"].tolist()
    covered = chapter.project_coverage(coded, segments=segments).data
    assert covered[values].sum().tolist() == by_unit.loc["project", "n"].tolist()
    assert covered["difficulties_only"].sum() == by_unit.loc["project", "difficulties_only"].sum()
    kinds = bame.compared(coded, segments=segments).data.groupby("value", sort=False)
    assert kinds["people"].sum().tolist() == by_unit.loc["person", "n"].tolist()
    assert kinds["difficulties_only"].sum().tolist() == by_unit.loc["person", "difficulties_only"].tolist()


def test_every_table_that_counts_so_says_how(coded):
    made = [
        *(chapter.code_by_approach(coded), chapter.values_together(coded), chapter.person_by_value(coded)),
        *(chapter.project_coverage(coded), chapter.unit_of_counting(coded), bame.compared(coded)),
    ]
    assert all(SPEAKS_OF in output.notes for output in made)


def test_nobody_quoted_speaks_of_every_value_without_a_difficulty(coded):
    matrix = chapter.person_by_value(coded)
    assert len(matrix.data) == 53
    assert matrix.notes[1] == "0 people spoke of every value."
    assert matrix.data.set_index("person").loc["PV45"].tolist() == [True, True, True, False, True, True, 1]
    assert matrix.data.set_index("person").loc["PV12"].tolist() == [*[False] * 6, 2]


def test_coverage_has_three_states(coded):
    states = chapter.project_coverage(coded).data["state"].value_counts()
    assert states.sum() == 47
    assert states["no data"] > 0
    quoted = chapter.project_coverage(coded, segments="quoted").data
    assert "some" in set(quoted["state"])
    assert quoted.loc[quoted["state"] == "no data", "found"].isna().all()


def test_projects_that_show_the_same_values_share_a_row(coded):
    """A table of a row for each project said the same thing 27 times."""
    whole = chapter.project_coverage(coded).shown
    assert whole["projects"].to_dict() == {"every value": 27, "nobody was interviewed": 20}
    assert whole["people_interviewed"].tolist() == [69, 0]
    quoted = chapter.project_coverage(coded, segments="quoted")
    shown = quoted.shown
    assert shown["projects"].sum() == len(quoted.data) == 47
    assert sorted(", ".join(shown["which"]).split(", ")) == sorted(quoted.data["project_id"])
    assert shown.loc["all but Freedom to be oneself", "which"] == "P07"
    assert shown.loc["only Two way interactions", "which"] == "P01"
    assert shown.index[[0, -1]].tolist() == ["every value", "nobody was interviewed"]


def test_the_picture_of_values_together_shows_its_table_and_says_what_stands_out(coded):
    for unit in ("person", "project"):
        drawn = chapter.values_together_drawn(coded, segments="all", unit=unit)
        table = chapter.values_together(coded, segments="all", unit=unit)
        pd.testing.assert_frame_equal(drawn.data, table.data.drop(columns="difficulties_only"))
        assert table.notes[3] in drawn.alt
    assert table.notes[3] == "Every two values occur together equally often (27 projects)."
    quoted = chapter.values_together_drawn(coded).alt
    assert "Least often: Two way interactions with Freedom to be oneself (4 people)." in quoted


def test_what_people_spoke_of_is_told_where_no_words_may_be_shown(coded, uncoded):
    said = chapter.spoken_of(coded).markup
    assert "**Safety**: ground rules (7 people) and confidentiality (anonymity online) (5 people)." in said
    assert "Facilitation" not in said
    assert "challenge" not in said.lower()
    assert chapter.spoken_of(uncoded).markup == "No words of people are coded by what they are about."


def test_in_short_counts_the_people_interviewed(coded, coded_with):
    lines = chapter.in_short(coded).markup.splitlines()
    assert lines[0] == (
        "- All 6 values came up in every one of the 27 projects where people were interviewed."
    )
    assert lines[1].endswith("62 of the 69 people interviewed.")
    assert len(lines) == 3
    assert "It has 5 choices to make, such as facilitation and type of leadership." in lines[2]
    codes = coded.coding["segment_codes"].query("not code_id.str.startswith('V6')")
    fewer = chapter.in_short(coded_with(segment_codes=codes)).markup
    assert "came up in 0 of the 27 projects" in fewer


def test_agreement_needs_two_coders(coded, coded_with):
    made = chapter.coder_agreement(coded)
    assert made.data["unit"].value_counts().to_dict() == {"segment": 6, "character": 1, "passage": 1}
    assert made.data.set_index("unit").loc["segment", "kappa"].between(0.3, 0.7).all()
    alone = coded.coding["segment_codes"].query("coder != 'B'")
    one = chapter.coder_agreement(coded_with(segment_codes=alone))
    assert one.data.empty
    assert "cannot be computed" in one.notes[0]


def test_agreement_by_character_and_passage_needs_borders_and_lengths(coded, coded_with):
    made = chapter.coder_agreement(coded)
    assert unfolded(made).loc[("By character", "Every value")].tolist()[-2:] == ["not computable"] * 2
    assert "15 of 15 sources cannot be compared. Needed: the length of the text" in made.notes[1]
    place = coded.coding["segments"].groupby("source_id").cumcount()
    placed = coded.coding["segments"].assign(start=100 * place, end=100 * place + 90)
    sources = coded.coding["sources"].assign(characters=30_000)
    whole = chapter.coder_agreement(coded_with(segments=placed, sources=sources))
    assert whole.data["unit"].value_counts().to_dict() == {"character": 8, "passage": 6, "segment": 6}
    assert whole.data["n"].notna().all()
    assert "not computable" not in whole.markup
    assert not any("Needed" in note for note in whole.notes)
    passages, segments = (whole.data.query("unit == @unit")["kappa"] for unit in ("passage", "segment"))
    assert passages.tolist() == segments.tolist()


def test_projects_cannot_tell_values_apart(coded):
    drawn = chapter.unit_of_counting(coded)
    shares = drawn.data.set_index(["unit", "value"])["share"]
    assert shares["project"].eq(1).all()
    assert shares["segment"].max() < 0.5
    assert "of 27 projects, all values equally" in drawn.alt


def test_quotations_with_another_label_are_those_of_the_index(coded):
    checks = chapter.quotation_checks(coded).data.set_index("check")
    assert checks["found"].tolist() == [5, 3, 34, 1, 1]
    assert checks.loc["interviewed and never quoted", "which"] == "PV29"


def test_only_words_with_consent_are_shown_and_no_more_than_asked_for(coded, coded_with):
    assert chapter.extracts(coded) is None
    segments = coded.coding["segments"]
    speaking = segments.assign(
        text=segments["segment_id"], quotable=segments["segment_id"].map({"Q008": "yes", "Q009": "yes"})
    )
    agreed = coded_with(segments=speaking)
    shown = chapter.extracts(agreed)
    assert shown.data["words"].tolist() == ["Q008", "Q009"]
    assert "PV" not in shown.csv() + shown.markup
    assert chapter.extracts(agreed, examples=1).data["words"].tolist() == ["Q008"]


@pytest.mark.parametrize("answer", ["yes", "no", "", None])
def test_of_real_people_words_are_shown_only_with_consent(coded, coded_with, answer):
    segments = coded.coding["segments"]
    speaking = segments.assign(text="a secret", quotable=answer)
    shown = chapter.extracts(coded_with(segments=speaking))
    if answer == "yes":
        real = shown.made_from(False, Protection())
        assert set(real.released["words"]) == {"a secret"}
        refused = replace(shown, data=shown.data.assign(_may_be_quoted="no")).made_from(False, Protection())
        assert "a secret" not in refused.markup + refused.csv()
    else:
        assert shown is None


def test_statuses(coded):
    status = chapter.statements(coded, chapter="6", id="table-6.17").data.set_index("claim")["status"]
    assert (status == "agrees").sum() == 18
    assert status["lived_experience_researchers"] == "not computable"
    assert status["main_interviews"] == "source contradicts itself"
