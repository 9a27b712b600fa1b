"""Chapter 7 from the stand-in's rows: Table 7.1 comes out, types are sets, the comparison has two groups."""

from __future__ import annotations

from peerbook.chapters.side_by_side import bame as chapter
from peerbook.published import load


def test_table_7_1(coded):
    found = chapter.sample(coded).data
    named = found["part_of"].where(found["part_of"] == "", found["part_of"] + "-") + found["category"]
    found = found.assign(category=named).set_index(["characteristic", "category"])["people"]
    expected = load("side_by_side", "table_7_1").set_index(["characteristic", "category"])["n"].astype(int)
    assert found.to_dict() == expected.to_dict()


def test_printed_cells_agree(coded):
    assert chapter.printed_tables(coded).notes == ("22 of 22 printed cells agree exactly.",)


def test_one_region_is_not_held_against_all(coded_with):
    leeds = coded_with(region="Leeds")
    for output in (chapter.printed_tables(leeds), chapter.statements(leeds, chapter="7", id="table-7.8")):
        assert set(output.data["status"]) == {"not computable"}
        assert "one region" in output.notes[1]


def test_people_are_counted_once(coded):
    counts = chapter.people_spoken_to(coded).data.set_index("name")["value"]
    assert counts.to_dict() == {
        "people": 39,
        "in focus groups": 22,
        "interviewed": 18,
        "in both": 1,
        "_only in focus groups": 21,
        "projects": 7,
        "regions": 5,
        "through an interpreter": 4,
    }


def test_a_project_counts_in_each_of_its_types(coded):
    types = chapter.types(coded)
    assert types.shown["projects"].sum() > 7
    counted = types.data.set_index("type")["projects"]
    assert counted[["any type", "several types"]].tolist() == [7, 2]
    assert types.notes == ("2 of 7 projects are of several types, so the rows do not add up.",)


def test_the_figure_says_which_sets_occur(coded):
    drawn = chapter.overlaps(coded)
    assert drawn.data["projects"].sum() == 7
    assert "1 project: General BaME peer support with Refugee and migrant peer support" in drawn.alt


def test_dimensions_set_both_kinds_of_project_side_by_side(coded):
    rows = chapter.dimensions(coded)
    setting = rows.data.query("aspect == 'setting'")
    assert setting["BaME-specific"].sum() == 7
    assert setting["mainstream"].sum() == 40
    assert rows.data["aspect"].iloc[0] == "setting"


def test_aspects_count_the_printed_quotations(coded):
    rows = chapter.common_experience(coded).data.set_index("aspect")
    quoted = load("side_by_side", "quotations").query("code_id.str.startswith('B2.')")
    assert rows["segments"].tolist() == quoted["code_id"].value_counts().sort_index().tolist()
    assert rows.loc["Shared cultural background", "people"] == 14


def test_a_counter_example_is_counted_apart(coded, coded_with):
    codes = coded.coding["segment_codes"]
    against = codes.assign(valence=codes["valence"].mask(codes["segment_id"] == "Q399", "challenge"))
    assert chapter.common_experience(coded_with(segment_codes=against)).data["counter_examples"].tolist() == [
        1,
        0,
        0,
        0,
    ]


def test_in_short_compares_the_kinds_of_project_and_counts_people(coded, coded_with, uncoded):
    lines = chapter.in_short(coded).markup.splitlines()
    assert lines[0].startswith("- All 6 values came up both in BaME-specific projects and elsewhere.")
    assert "freedom to be oneself: 15 of 18 people spoke of it, and elsewhere 34 of 51." in lines[0]
    assert "shared cultural background (14 people)" in lines[1]
    assert lines[2] == "- 39 people of 7 projects were spoken to: 22 in focus groups and 18 in interviews."
    codes = coded.coding["segment_codes"].query("not code_id.str.startswith('V6')")
    assert "5 of the 6 values" in chapter.in_short(coded_with(segment_codes=codes)).markup
    assert "no two kinds of project" in chapter.in_short(uncoded).markup


def test_the_headline_of_the_comparison_gives_both_shares(coded):
    assert chapter.compared(coded).alt.startswith(
        "The gap is widest for Freedom to be oneself: 83% of people of BaME-specific projects spoke of it, "
        "and 67% of mainstream projects."
    )


def test_reasons_are_listed_with_what_stands_under_their_heading(coded):
    reasons = chapter.reasons(coded)
    assert len(reasons.data) == 7
    assert reasons.notes[0].startswith("10 segments of 9 people")
    assert list(reasons.shown) == ["reason"]


def test_the_comparison_counts_people_interviewed(coded):
    drawn = chapter.compared(coded)
    assert drawn.data.groupby("projects")["base"].first().to_dict() == {"BaME-specific": 18, "mainstream": 51}
    assert drawn.data["share"].between(0, 1).all()
    quoted = chapter.compared(coded, segments="quoted").data
    assert (quoted["people"].to_numpy() <= drawn.data["people"].to_numpy()).all()


def test_every_statement_agrees(coded):
    assert set(chapter.statements(coded, chapter="7", id="table-7.8").data["status"]) == {"agrees"}
