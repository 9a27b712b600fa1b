"""The report's summary, rebuilt from what the other chapters compute."""

from __future__ import annotations

from dataclasses import replace

from peerbook.chapters.side_by_side import report_summary as chapter
from peerbook.chapters.side_by_side import summary
from peerbook.chapters.side_by_side.capacity_building.theory import OVERALL, Theory, theory_of_change
from peerbook.published import load
from peerbook.study import Tables
from tests import reading
from tests.chapters.notebook import shown


def bare(log):
    """Return the log without any table but its own."""
    kept = Tables({name: log.tables[name] for name in ("registrations", "logs", "projects")})
    return replace(log, study=replace(log.study, tables=kept))


def test_the_pyramid_has_the_six_values_in_three_tiers(study):
    drawn = chapter.core_values(study)
    assert drawn.label == "Figure E.1"
    assert drawn.alt.startswith(
        "Boxes in 3 tiers, from the bottom: foundation: Experience in common, Safety and"
    )


def test_the_box_of_the_draft_is_filtered_by_the_strands_that_are_asked_for(study):
    printed = load("side_by_side", "codebooks").query("codebook == 'draft' and kind == 'component'")
    two, three = chapter.draft_components(study), chapter.draft_components(study, min_strands=3)
    assert two.shown.index.get_level_values("component").tolist() == printed["label"].tolist()
    assert 0 < len(three.shown) < len(two.shown)
    assert three.notes[0].startswith(f"{len(three.shown)} of 13 components.")


def test_the_theory_of_change_is_the_overall_figure_with_fewer_words(study):
    mine = chapter.theory(study).data
    whole = theory_of_change(Theory.of(study.study), OVERALL)
    assert mine["element_id"].tolist() == whole["element_id"].tolist()
    assert (mine["element"].str.len() <= whole["element"].str.len()).all()
    assert (mine["element"] != whole["element"]).any()
    assert list(chapter.theory(study).form.arrange(mine)) == list(mine["component"].unique())


def test_points_of_the_summary_carry_their_standing(rests):
    rows = rests.of(chapter.PLACE).set_index("headline")["standing"]
    assert rows["HL096"] == "stands"  # more types given
    assert rows["HL100"] == "part does not hold"  # gains from giving online


def test_statements_of_the_summary_that_models_do_not_bear_out_differ(study, rests):
    rows = chapter.statements(study, rests).data.set_index("claim")
    assert rows.loc["es_giving", "status"] == "agrees"
    assert rows.loc["es_giving_online", ["rebuilt", "status"]].tolist() == ["0 of 2 hold", "differs"]
    assert rows.loc["c002_start", ["rebuilt", "status"]].tolist() == ["July 2015", "agrees"]
    assert rows.loc["c009_log_people", ["rebuilt", "status"]].tolist() == ["649", "source contradicts itself"]
    assert (rows["status"] == "not computable").sum() == 0


def test_the_summary_at_a_glance_says_how_much_stands(study, results):
    said = summary.beside_report(study, results).markup
    assert said.startswith("The report's own summary makes 59 points. ")
    assert 'href="report_summary.html"' in said
    assert reading.grade(said) <= reading.GRADE
    assert summary.beside_report(bare(study), results) is None


def test_a_folder_with_logs_alone_makes_a_page_that_says_what_it_lacks(study):
    outputs = {output.id: output for output in shown("side_by_side", "report_summary", log=bare(study))}
    said = outputs["text-in-short-report-summary"].markup
    assert "no list of what the report concludes" in said
    assert "no codes for the core values" in said
    assert {"fig-e.1", "fig-e.2", "fig-e.3", "table-e.1", "table-e.2", "table-e.3"}.isdisjoint(outputs)
    assert all(output.markup for output in outputs.values())


def test_of_one_region_the_points_are_judged_and_print_is_not_compared(in_leeds):
    leeds, rests = in_leeds
    assert chapter.at_a_glance(rests).data["stands"].sum() > 0
    assert chapter.core_values(leeds).alt
    assert set(chapter.statements(leeds, rests).data["status"]) == {"not computable"}


def test_in_short_is_plain(study, rests):
    assert reading.grade(chapter.in_short(study, rests).markup) <= reading.GRADE
