"""Chapter 9: every figure of the theory of change is the printed one, and changed data change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from peerbook import Study, open_study
from peerbook.chapters.side_by_side import capacity_building as chapter
from peerbook.chapters.side_by_side.capacity_building import beside, figures, numbers, theory
from peerbook.chapters.side_by_side.capacity_building.theory import Theory, theory_of_change
from peerbook.data import load_definitions
from peerbook.data.sampler import write_sample
from peerbook.errors import ParameterError
from peerbook.published import load
from peerbook.study import Tables
from tests.chapters.notebook import data_held

PRINTED = load("side_by_side", "capacity_elements")
FIGURES = list(theory.figures()["figure"])
PARTS = [number for number in FIGURES if number not in (theory.OVERALL, theory.SUMMARY)]
INFERRED = ["9.4", "9.13", "9.16"]


@pytest.fixture(scope="module")
def study(coded):
    return coded


@pytest.fixture(scope="module")
def rows(study) -> Theory:
    return Theory.of(study)


@pytest.fixture(scope="module")
def page(study) -> list:
    """Every output of the page of the stand-in."""
    return shown_of(study)


@pytest.fixture(scope="module")
def with_tables(study) -> Callable[..., Study]:
    """Make a study with other tables; None takes a table away."""

    def changed(**tables: pd.DataFrame | None) -> Study:
        given = {name.replace("__", "/"): table for name, table in tables.items()}
        every = {name: study.tables[name] for name in study.tables} | given
        kept = {name: table for name, table in every.items() if table is not None}
        return replace(study, tables=Tables(kept))

    return changed


@pytest.fixture(scope="module")
def without(with_tables):
    """A study that has only the log."""
    names = [
        name for name in load_definitions("side_by_side").tables if name.startswith(("capacity/", "evid"))
    ]
    return with_tables(**{name.replace("/", "__"): None for name in names})


def elements(found: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(found["component"], found["element"], strict=True))


@pytest.mark.parametrize("figure", [number for number in FIGURES if number != theory.SUMMARY])
def test_every_figure_has_just_the_elements_of_the_printed_one(rows, figure):
    found = theory_of_change(rows, figure)
    assert elements(found) == elements(PRINTED[PRINTED["figure"] == figure])
    assert len(found) == len(elements(found))


def test_what_is_inferred_is_marked_and_nothing_else(rows):
    marked = [number for number in FIGURES if (theory_of_change(rows, number)["basis"] == "inferred").any()]
    assert marked == INFERRED
    assert all((theory_of_change(rows, number)["basis"] == "inferred").all() for number in INFERRED)


def test_rows_that_were_really_collected_are_not_called_inferred(rows):
    collected = replace(rows, segment_codes=rows.segment_codes.assign(element_status="", status="collected"))
    assert set(theory_of_change(collected, "9.4")["basis"]) == {""}


def test_the_overall_theory_stands_in_the_printed_order(rows):
    printed = PRINTED[PRINTED["figure"] == "9.18"]
    assert theory_of_change(rows)["element"].tolist() == printed["element"].tolist()
    assert theory_of_change(rows)["component"].tolist() == printed["component"].tolist()


def test_the_figure_of_the_summary_has_three_words_less(rows):
    whole, short = theory_of_change(rows), theory_of_change(rows, theory.SUMMARY)
    changed = whole["element"] != short["element"]
    assert short.loc[changed, "element"].tolist() == [
        "Planned activities (networking, training, mentoring)",
        "Promotional work (newsletters, case studies, outreach)",
    ]
    gone = (
        " ".join(whole["element"]).replace(",", "").split(),
        " ".join(short["element"]).replace(",", "").split(),
    )
    assert len(gone[0]) - len(gone[1]) == len(["experts", "on", "call", "flyers", "signposting"])


def test_an_unknown_figure_or_grouping_is_refused(rows):
    with pytest.raises(ParameterError, match="figure"):
        theory_of_change(rows, "9.99")
    with pytest.raises(ParameterError, match="Hubs"):
        theory_of_change(rows, "9.18", "Hub")


def test_a_grouping_gives_a_part_of_the_whole(rows):
    whole = theory_of_change(rows)
    parts = {grouping: theory_of_change(rows, "9.18", grouping) for grouping in theory.GROUPINGS}
    counted = pd.concat(parts.values())["element_id"].value_counts()
    behind = whole.set_index("element_id")["groupings"]
    assert counted.to_dict() == behind[behind > 0].to_dict()
    assert all(set(part["groupings"]) == {1} for part in parts.values())


def test_an_element_without_segments_leaves_every_figure_and_its_overall_element_with_it(rows):
    gone = rows.segment_codes["element_id"].str.startswith("approach.structured")
    gone |= rows.segment_codes["element_id"].str.startswith("approach.targets")
    fewer = replace(rows, segment_codes=rows.segment_codes[~gone])
    assert "Structured" not in set(theory_of_change(fewer, "9.3")["element"])
    assert "Structured (including targets)" not in set(theory_of_change(fewer)["element"])
    assert figures_that_differ(fewer) == ["9.3", "9.5", "9.6", "9.7", "9.9", "9.10", "9.18", "2"]


def figures_that_differ(changed: Theory) -> list[str]:
    found = theory.beside_printed(changed)
    return found.loc[found["only_printed"] != "", "figure"].tolist()


def test_another_merge_changes_the_whole_only(rows):
    moved = rows.merges["element_id"] == "enablers.credibility_of_mind_brand_and_big_lottery_fund"
    merges = rows.merges.assign(into_id=rows.merges["into_id"].mask(moved, "overall.enablers.time"))
    before, after = theory_of_change(rows), theory_of_change(replace(rows, merges=merges))
    grown = after["segments"] - before["segments"]
    assert after.loc[grown != 0, "element"].tolist() == ["Time"]


def test_segments_speakers_and_groupings_are_counted_once(rows):
    coded = rows.coded
    facilitation = coded[coded["element_id"] == "activities.facilitation"]
    found = theory_of_change(rows, "9.17").set_index("element_id").loc["activities.facilitation"]
    local = facilitation[facilitation["grouping"] == "Local groups"]
    assert found["segments"] == local["segment_id"].nunique()
    assert found["speakers"] == local["speaker_id"].nunique()
    twice = replace(rows, segment_codes=pd.concat([rows.segment_codes, rows.segment_codes]))
    assert theory_of_change(twice)["segments"].equals(theory_of_change(rows)["segments"])


def test_what_was_added_rests_on_nothing(rows):
    whole = theory_of_change(rows)
    assert whole.loc[whole["segments"] == 0, "component"].tolist() == ["Final goals", "Final goals"]


def test_the_merge_map_lists_what_was_dropped_and_added_first(study):
    merged = chapter.merged_elements(study)
    assert merged.data.head(6)[["element", "into"]].eq("").any(axis=1).all()
    assert not merged.data.iloc[6:][["element", "into"]].eq("").any(axis=1).any()
    assert merged.notes[0].startswith("Into the overall theory: 78 explicit, 24 inferred and 3 no home.")
    assert merged.evidence == "judgement"
    assert len(merged.data) == 112
    staff = merged.data.query("element == 'Staff'").set_index("step")["groupings"]
    assert staff.to_dict() == {"grouping": 1, "overall": 4}


def test_the_check_of_merging_finds_what_print_does(study):
    checked = chapter.merges_checked(study)
    assert checked.notes[0] == "7 of 15 lists hold just what their themes hold together."
    found = checked.data.set_index(["figure", "component"])
    assert found.loc[("9.10", "Resources"), "merged"] == "Staff; Volunteers"
    assert found.loc[("9.17", "Enablers"), "from_lost"] == "Self-sustaining model (not reliant on one person)"
    assert found[["in_themes", "in_figure"]].sum().tolist() == [105, 111]


def test_every_printed_figure_agrees_and_lost_ones_are_named(study):
    beside_print = chapter.figures_beside_print(study)
    assert beside_print.notes[0] == "14 of 14 printed figures hold the same elements."
    assert (
        beside_print.notes[1] == "Of 3 figures the picture is lost: Figure 9.4, Figure 9.13 and Figure 9.16."
    )


def test_a_drawn_figure_names_its_lists_and_gives_them_as_a_list(study):
    drawn = chapter.overall_theory(study)
    assert drawn.alt.startswith("6 lists in frames, with the number of elements: Approach (4), Resources (5)")
    listed = drawn.form.arrange(drawn.data)
    assert list(listed) == list(theory.COMPONENTS)
    assert listed["Final goals"] == ["Sustainability of peer support", "Growth in peer support locally"]
    assert "<li>Final goals (2)<ul><li>Sustainability of peer support</li>" in drawn._repr_html_()
    inferred = chapter.part_of_theory(study, "9.16")
    assert "(inferred)" in inferred.form.arrange(inferred.data)["Enablers"][0]
    assert figures.LOST in inferred.notes
    assert inferred.caption.endswith("sustainability of peer support. Inferred: at least these elements")


@pytest.mark.parametrize("number", PARTS)
def test_parts_are_folded_and_have_the_number_of_print(study, number):
    part = chapter.part_of_theory(study, number)
    assert part.id == f"fig-{number}"
    assert part.form.folded


def test_active_ingredients_are_the_enablers(study, rows, with_tables):
    joined = chapter.active_ingredients(study)
    assert joined.notes == ("7 of 7 ingredients stand among the enablers.",)
    gone = rows.segment_codes["element_id"].isin(
        ["enablers.time", "enablers.local_mind_peer_support_reputation"]
    )
    fewer = with_tables(capacity__segment_codes=study.tables["capacity/segment_codes"][~gone.to_numpy()])
    assert chapter.active_ingredients(fewer).notes == ("6 of 7 ingredients stand among the enablers.",)


def test_challenges_count_the_extracts_of_their_lines(study):
    found = chapter.challenges(study).data.set_index("challenge")
    assert len(found) == 12
    assert found.loc["Time-limited funding"].tolist() == [5, 2]
    assert (found["segments"] >= found["speakers"]).all()


def test_table_9_2_and_its_total(study):
    found = chapter.new_people(study)
    printed = load("side_by_side", "table_9_2").set_index("area")
    assert found.data.set_index("area")["reached"].to_dict() == printed["reached"].astype(int).to_dict()
    assert found.data.loc[found.data["met"] == "no", "area"].tolist() == ["B", "D", "I"]
    assert found.notes[0] == "In all 1,560 people of a target of 1,503 (103.8%). 3 areas fell short."


def test_the_other_version_of_the_target_is_easier_to_reach(study):
    found = chapter.new_people(study, target_version="Figure 1.1")
    assert found.notes[0] == "In all 1,560 people of a target of 1,404 (111.1%). 3 areas fell short."
    with pytest.raises(ParameterError, match="target_version"):
        chapter.new_people(study, target_version="Figure 2")


def test_every_version_of_a_target_has_a_row(study):
    found = chapter.planned_and_reached(study).data.set_index(["target", "version"])
    people = found.loc["new people"]
    assert people["planned_each"].to_dict() == {"Figure 1.1": 156, "chapter 9": 167}
    assert people["percent"].astype(float).round(1).tolist() == [111.1, 103.8]
    assert found.loc["groups and organisations engaged", "planned_each"].tolist() == [24, 29, 29]
    assert set(found.loc["networking events", "met"]) == {"not known"}


def test_events_that_were_counted_are_set_beside_their_target(study, with_tables):
    months = study.tables["capacity/monitoring"]
    counted = months.assign(networking_events=(months["month"].dt.month == 3).astype("Int32"))
    found = chapter.planned_and_reached(with_tables(capacity__monitoring=counted)).data
    row = found[found["target"] == "networking events"].iloc[0]
    assert (row["planned"], row["reached"], row["met"]) == (27, 9, "no")


def test_printed_tables_agree_cell_by_cell(study):
    assert chapter.printed_tables(study).notes == ("45 of 45 printed cells agree exactly.",)


def test_statements_agree_or_say_why_not(study):
    found = chapter.statements(study).data.set_index("claim")
    assert found["status"].value_counts().to_dict() == {
        "agrees": 10,
        "not computable": 3,
        "source contradicts itself": 3,
    }
    assert (found.loc[found["status"] != "agrees", "note"] != "").all()
    assert found.loc["themes_per_grouping", "rebuilt"] == "2"


def test_a_statement_differs_when_the_data_do(study, with_tables):
    months = study.tables["capacity/monitoring"]
    more = months.assign(new_people=months["new_people"] + (months["area"] == "B").astype(int))
    found = chapter.statements(with_tables(capacity__monitoring=more)).data.set_index("claim")
    assert found.loc["areas_on_target", ["rebuilt", "status"]].tolist() == ["7", "differs"]


def test_more_speakers_than_interviews(study):
    found = chapter.who_was_spoken_to(study)
    assert found.notes[0] == "21 interviews and 28 speakers: an interview may have several speakers."
    assert found.data["number"].tolist() == [4, 9, 2, 6, 6]


def test_made_up_rows_are_told_apart_and_said_so_only_where_they_are(study, with_tables):
    counts = chapter.row_origins(study).data.set_index(["table", "status"])["rows"]
    assert counts["monitoring", "synthetic"] == 162
    assert counts["hubs", "printed"] == 9
    real = with_tables(
        capacity__segment_codes=study.tables["capacity/segment_codes"].assign(status="collected"),
        capacity__speakers=study.tables["capacity/speakers"].assign(status="collected"),
    )
    assert figures.MADE_UP in chapter.numbers_behind(study).notes
    assert figures.MADE_UP not in chapter.numbers_behind(real).notes
    assert len(chapter.who_was_spoken_to(real).notes) == 1


def test_in_short_tells_what_helps_who_was_reached_and_who_spoke(study):
    lines = chapter.in_short(study).markup.splitlines()
    assert lines[0].startswith("- 7 things help to build capacity: peer leadership, sharing, changing,")
    assert lines[0].endswith("Every grouping named peer leadership, changing, creating and time.")
    assert "1,560 new people" in lines[1]
    assert "6 of 9 areas reached their target" in lines[1]
    assert lines[2] == "- 21 interviews with 28 speakers stand behind this page."


def shown_of(study) -> list:
    """Make every output of the page that there is."""
    made = [getattr(chapter, name)(study) for name in chapter.__all__ if name != "part_of_theory"]
    made += [chapter.part_of_theory(study, number) for number in PARTS]
    return [output for output in made if output is not None]


def test_a_folder_without_these_tables_is_told_so(without):
    made = shown_of(without)
    lines = made[0].markup.splitlines()
    assert [line.count("These data hold no") for line in lines] == [1, 1, 1]
    assert "capacity/segment_codes" in lines[0]
    found = next(output for output in made if output.id == "table-9.13")
    assert set(found.data["status"]) == {"not computable"}
    assert {output.id for output in made} == {
        "text-in-short-capacity-building", "fig-9.1", "fig-9.2", "table-9.5", "table-9.11", "table-9.12",
        "table-9.13", "table-9.14", "table-9.15",
    }  # fmt: skip
    for output in made:
        looked_at(output)


@pytest.mark.slow
def test_a_folder_of_random_rows_can_be_shown(tmp_path):
    folder = write_sample(tmp_path, load_definitions("side_by_side"), rows=8)
    for output in shown_of(open_study(folder, "side_by_side")):
        looked_at(output)


def looked_at(output) -> None:
    """Word, arrange and draw an output, without making an SVG of it."""
    assert output.caption or output.kind == "text"
    assert all(output.notes)
    if output.kind == "figure":
        assert output.form.draw(output.released).axes
        assert output.alt
    else:
        assert output.markup


def test_outputs_hold_no_data_but_their_own(page):
    assert [place for output in page for place in data_held(output)] == []


def test_items_of_the_chapter_are_all_shown(page):
    items = load("side_by_side", "items").query("chapter == '9'")
    shown = {output.id for output in page}
    assert len(items) == 26
    assert {id for ids in items["outputs"] for id in ids.split()} <= shown
    assert (items["outputs"] != "").all()


def test_every_output_that_a_statement_names_is_shown(page):
    named = set(load("side_by_side", "statements").query("table == 'chapter 9'")["output"]) - {""}
    assert named <= {output.id for output in page}


def test_claims_can_be_computed_one_by_one(study, with_tables):
    found = beside.claims(with_tables(capacity__monitoring=None))
    assert "areas_on_target" not in found
    assert found["interviews_capacity"] == 21
    assert numbers.planned(study, numbers.PEOPLE, numbers.ONE) == 156
