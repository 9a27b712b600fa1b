"""Chapter 5 from the stand-in's rows: printed tables come out, other data and no data work as well."""

from __future__ import annotations

import pytest

from peerbook.chapters.side_by_side import consultation as chapter
from peerbook.errors import ParameterError
from peerbook.outputs.folding import unfolded
from peerbook.outputs.protect import Protection
from peerbook.published import load


def test_table_5_1(coded):
    rows = chapter.earlier_frameworks(coded).data
    expected = load("side_by_side", "table_5_1")
    assert rows[["framework", "principle"]].to_numpy().tolist() == (
        expected[["framework", "principle"]].to_numpy().tolist()
    )


def test_figure_5_1_shows_live_counts(coded):
    flow = chapter.process(coded)
    people = flow.data.set_index("label")["people"].dropna()
    assert people.to_dict() == {
        "Consultation events": 26,
        "Online survey": 163,
        "Hub group interviews": 38,
        "Interviews with peers": 69,
    }
    assert "Online survey (163)" in flow.alt


def test_table_5_2(coded):
    rows = chapter.answers_counted(coded, 1).data
    expected = load("side_by_side", "table_5_2")
    assert rows["group"].tolist() == expected["group"].tolist()
    assert rows["people"].tolist() == expected["n"].astype(int).tolist()
    assert rows["percent"].round().tolist() == expected["percent"].astype(float).tolist()


def test_fewer_groups_keep_ties(coded):
    assert len(chapter.answers_counted(coded, 1, top_n=3).data) == 3
    assert len(chapter.answers_counted(coded, 1, top_n=12).data) == 14


@pytest.mark.parametrize("question", [1, 2])
def test_bars_show_the_numbers_of_their_table_and_name_the_longest(coded, question):
    bars, rows = chapter.answers_drawn(coded, question), chapter.answers_counted(coded, question).data
    assert bars.data["people"].tolist() == rows["people"].tolist()
    first = rows.iloc[0]
    headline = f"{first.iloc[0].partition(':')[0]} came up most: {first['people']} of {first['base']} people"
    assert bars.alt.startswith(f"{headline}. {len(rows)} bars")
    assert f"{first['people']}: {first.iloc[0]}; " in bars.alt
    assert bars.alt.endswith(f"{rows['people'].iloc[-1]}: {rows.iloc[-1, 0]}.")


def test_nothing_is_said_to_come_up_most_where_nobody_answered(coded, coded_with, uncoded):
    nobody = coded_with(segments=coded.coding["segments"].assign(person_id=""))
    assert "came up most" not in chapter.answers_drawn(nobody, 1).alt
    assert "nobody answered" in chapter.in_short(nobody).markup
    assert chapter.answers_drawn(uncoded, 1) is None


def test_in_short_counts_those_who_were_asked(coded):
    lines = chapter.in_short(coded).markup.splitlines()
    assert lines[0].startswith("- 13 features of peer support came up in at least two of three ways")
    asked = (
        "the online survey (163 people), consultation events (26 people) and interviews with hubs (38 people)"
    )
    assert asked in lines[0]
    assert "“empathy” most often (36 of 157 people)" in lines[1]
    assert "“medical model” most often (44 of 156 people)" in lines[2]
    assert "in all three ways of asking" in chapter.in_short(coded, min_strands=3).markup


def test_what_the_hubs_did_not_speak_of_is_named(coded, coded_with, uncoded):
    said = chapter.hub_gaps(coded).markup
    assert said.startswith("The 9 hubs spoke of nearly everything in the draft.")
    assert "Suffolk of Empathy" in said
    assert said.count(" of Mutuality") == said.count(" of Being Human") == 1
    silent = coded_with(segment_codes=coded.coding["segment_codes"].iloc[:0])
    assert chapter.hub_gaps(silent).markup == "No notes of interviews with hubs are coded."
    assert chapter.hub_gaps(uncoded) is None


def test_a_table_that_a_picture_shows_is_folded_below_it(coded):
    made = chapter.answers_counted(coded, 1)
    assert list(made.shown) == ["Table 5.2. Words used to describe peer support (157 people answered)"]
    assert len(unfolded(made)) == len(made.data)
    assert "<details" in made.markup


def test_table_5_3(coded):
    rows = chapter.answers_counted(coded, 2).data
    expected = load("side_by_side", "table_5_3")
    assert rows[["theme", "people"]].to_numpy().tolist() == (
        expected[["theme", "n"]].astype({"n": int}).to_numpy().tolist()
    )


def test_table_5_4(coded):
    rows = chapter.event_lists(coded).data
    expected = load("side_by_side", "table_5_4")
    assert rows["item"].tolist() == expected["item"].tolist()
    assert rows["position"].tolist() == expected["position"].astype(int).tolist()
    assert rows.groupby("list")["ranked"].first().to_dict()["London, whole group"] == "yes"


def test_lists_without_consent_are_not_shown(coded, coded_with):
    segments = coded.coding["segments"].assign(quotable="")
    assert set(chapter.event_lists(coded_with(segments=segments)).data["item"]) == {"not for quotation"}


def test_table_5_5(coded):
    evidence = chapter.hub_evidence(coded)
    found = evidence.data.assign(filled=(evidence.data["extracts"] > 0).astype(int).astype(str))
    expected = load("side_by_side", "table_5_5").set_index(["component", "hub"])["filled"]
    assert found.set_index(["component", "hub"])["filled"].reindex(expected.index).equals(expected)
    assert evidence.notes[:2] == (
        "114 of 117 pairs of component and hub have an extract.",
        "5 of the extracts speak for more than one component.",
    )


def test_table_5_6(coded):
    rows = chapter.strands(coded).data
    expected = load("side_by_side", "table_5_6")
    assert rows["component"].tolist() == expected["component"].tolist()
    for column in ("survey", "event", "hub_interview"):
        found = rows[column.replace("_", " ")].astype(int).astype(str)
        assert found.tolist() == expected[column].tolist()


def test_a_stricter_rule_moves_components_from_one_table_to_the_other(coded):
    failed = chapter.left_out(coded, min_strands=3).data["feature"].tolist()
    assert failed[:4] == ["Purpose", "Inclusive", "Empathy", "Flexibility"]
    assert len(chapter.draft_framework(coded, min_strands=3).data) == 9


def test_an_impossible_rule_is_refused(coded):
    with pytest.raises(ParameterError, match="min_strands"):
        chapter.strands(coded, min_strands=0)


def test_the_draft_framework_has_three_levels(coded):
    rows = chapter.draft_framework(coded).data
    assert rows["level"].value_counts(sort=False).to_dict() == {
        "Universal Characteristic": 3,
        "Value": 5,
        "Principle": 5,
    }
    assert rows["indicators"].sum() == 46


def test_printed_cells_agree(coded, uncoded):
    agreed = chapter.printed_tables(coded)
    found = agreed.data.groupby("table")["status"].agg(["size", lambda status: (status == "agrees").sum()])
    assert found.to_numpy().tolist() == [[19, 19], [28, 28], [30, 30], [34, 34], [117, 117], [39, 39]]
    assert agreed.notes == ("267 of 267 printed cells agree exactly.",)
    assert set(chapter.printed_tables(uncoded).data["status"]) == {"not computable"}


def test_a_cell_that_is_not_as_printed_differs(coded, coded_with):
    lexicon = coded.coding["lexicon"].query("phrase != 'hope'")
    odd = chapter.printed_tables(coded_with(lexicon=lexicon)).data.query("status == 'differs'")
    assert odd[["table", "row", "column"]].to_numpy().tolist() == [
        ["Table 5.2", "Hope", "n"],
        ["Table 5.2", "Hope", "percent"],
    ]


def statements_of(study):
    return chapter.statements(study, chapter="5", id="table-5.12")


def test_statements_have_a_status(coded, uncoded):
    status = statements_of(coded).data.set_index("claim")["status"]
    assert status["survey_people"] == "agrees"
    assert status["hub_staff"] == status["word_groups"] == "source contradicts itself"
    assert set(statements_of(uncoded).data["status"]) == {"not computable"}
    assert statements_of(uncoded).markup.count('aria-label="missing"') == len(statements_of(uncoded).data)


def test_another_number_differs(coded, coded_with):
    people = coded.coding["people"].query("person_id != 'S001'")
    status = statements_of(coded_with(people=people)).data.set_index("claim")["status"]
    assert status["survey_people"] == "differs"


def test_of_real_people_what_was_written_together_is_shown_only_where_it_may_be_quoted(coded, coded_with):
    segments = coded.coding["segments"].assign(text="a secret")
    for answer, shown in (("yes", True), ("no", False), ("", False)):
        made = chapter.event_lists(coded_with(segments=segments.assign(quotable=answer)))
        real = made.made_from(False, Protection())
        assert ("a secret" in real.markup + real.csv()) == shown
