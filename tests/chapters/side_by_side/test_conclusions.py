"""Chapter 11: each conclusion stands with what it rests on, and falls with it when the data change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from peerbook import open_log
from peerbook.chapters.side_by_side import conclusions as chapter
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.conclusions import claims, listed
from peerbook.chapters.side_by_side.conclusions.standing import states
from peerbook.chapters.side_by_side.synthesis.findings import findings
from peerbook.errors import DataError
from peerbook.evidence.links import FAILS, HOLDS, LOST, OPEN, STANDS, UNKNOWN
from peerbook.published import load, printed_statements
from peerbook.study import Tables
from tests import reading
from tests.chapters.notebook import shown

CHAPTER = "chapter 11"
GROUP_GIVING, TYPES_GIVING, LESS_WHEN_WELL = "HL066", "HL065", "HL062"


@pytest.fixture(scope="module")
def found(study, results):
    return findings(study, results)


def with_tables(log, **tables: pd.DataFrame | None):
    """Return the log with other raw tables; None takes one away. Underscores stand for slashes, twice."""
    given = {name.replace("__", "/"): rows for name, rows in tables.items()}
    kept = {name: given.get(name, log.tables[name]) for name in log.tables}
    there = Tables({name: rows for name, rows in kept.items() if rows is not None})
    return replace(log, study=replace(log.study, tables=there))


def standing_of(rests, headline: str) -> pd.Series:
    rows = rests.of(CHAPTER)
    return rows[rows["headline"] == headline].iloc[0]


def test_every_conclusion_of_the_synthesis_in_this_chapter_is_on_the_list(study):
    rows = chapter.conclusions_of(study)
    assert rows["conclusion_id"].is_unique
    counted = rows.groupby(["place", "kind"], observed=True).size().to_dict()
    assert counted == {
        ("chapter 11", "conclusion"): 73,
        ("chapter 11", "recommendation"): 3,
        ("chapter 11", "plan"): 4,
        ("executive summary", "conclusion"): 58,
        ("executive summary", "recommendation"): 1,
        ("executive summary", "plan"): 1,
    }
    headlines = set(rows["headline"]) - {""}
    assert headlines == {f"HL{n:03}" for n in range(55, 111)}


def test_every_link_has_a_reason_and_an_author_and_leads_somewhere(study, rests):
    links = chapter.links_of(study)
    assert (links[["reason", "author"]] != "").all(axis=None)
    assert not links.duplicated(["from_id", "relation", "to_kind", "to_id"]).any()
    judged = rests.of(CHAPTER)
    resting = set(links.loc[links["relation"] == "rests on", "from_id"])
    assert set(judged.loc[judged["kind"] != "plan", "conclusion_id"]) <= resting


def test_a_broken_link_stops_the_page_and_is_named(study, results, found):
    links = study.tables["evidence/links"].copy()
    links.loc[links.index[0], "to_id"] = "no_such_claim"
    with pytest.raises(DataError, match="there is no claim no_such_claim"):
        chapter.basis(with_tables(study, evidence__links=links), results, found)


def test_findings_that_hold_in_the_stand_in_bear_their_conclusions(rests):
    giving = standing_of(rests, GROUP_GIVING)
    assert (giving["standing"], giving["computed"], giving["holding"]) == (STANDS, 8, 8)
    less = standing_of(rests, LESS_WHEN_WELL)
    assert less["standing"] == LOST
    assert "Contact with family when projects attended decreased" in less["fails"]


@pytest.mark.slow
def test_a_conclusion_falls_when_its_finding_is_gone_from_the_data(study, rests):
    """A cohort in which the changes in wellbeing are dealt out anew, whatever support was given."""
    pairs = study.pairs.copy()
    dealt = np.random.default_rng(11).permutation(len(pairs))
    for column in ("wellbeing_change", "wellbeing_start"):
        pairs[column] = pairs[column].to_numpy()[dealt]
    changed = replace(study, pairs=pairs)
    results = associations(changed)
    now = chapter.basis(changed, results)
    for headline in (GROUP_GIVING, TYPES_GIVING):
        row = standing_of(now, headline)
        assert row["standing"] == LOST
        assert row["no_longer"] == 1
        assert "Wellbeing when" in row["fails"]
    assert standing_of(rests, TYPES_GIVING)["standing"] == STANDS
    table = chapter.each_conclusion(now)
    rows = pd.concat(table.shown.values())
    assert rows.loc["More group giving: four outcomes", "standing"] == LOST
    below = pd.concat(chapter.what_it_rests_on(now).shown.values())
    assert "no longer holds" in set(below.loc["More group giving: four outcomes", "in these data"])
    stated = chapter.statements(changed, now).data.set_index("claim")
    assert stated.loc["ch11_group_given", "rebuilt"] == "3 of 4 hold"
    assert stated.loc["ch11_group_given", "status"] == "differs"


def test_a_conclusion_falls_when_nobody_speaks_of_its_theme_any_more(study, results, found):
    codes = study.tables["coding/segment_codes"]
    without = codes[~codes["code_id"].isin(["TH15"])]
    now = chapter.basis(with_tables(study, coding__segment_codes=without), results, found)
    row = standing_of(now, "HL061")
    assert (row["standing"], row["fails"]) == (LOST, "Crisis")


def test_what_is_known_of_findings_statements_and_themes(study, found, results, rests):
    told = states(study, found, results, rests.numbers).set_index(["kind", "id"])
    assert told.loc[("finding", "LF05"), "state"] == HOLDS
    assert told.loc[("finding", "LF02"), ["state", "printed"]].tolist() == [FAILS, False]
    assert told.loc[("claim", "ch11_more_offered"), "state"] == UNKNOWN
    assert told.loc[("claim", "c009_log_people"), "state"] == UNKNOWN  # the report contradicts itself
    assert told.loc[("code", "V1"), "state"] == HOLDS
    assert told.loc[("code", "TH24"), "state"] == UNKNOWN  # a reading of the authors, without an extract


def test_statements_of_a_direction_are_read_from_their_parts(found, results):
    parts = claims.parts_of(found, results)
    assert set(parts["claim"]) <= set(printed_statements("side_by_side")["row"])
    assert not parts["direction"].isna().any()
    words = claims.directions(found, results)
    assert words["ch11_types_given"] == "up"
    assert words["ch11_men"] == "all hold"
    assert words["ch11_online_received"] == "1 of 2 hold"


def test_a_direction_that_turns_says_so(found, results):
    cell = {"exposure": "types_given", "outcome": "health", "subgroup_level": "Male", "change": "increased"}
    mine = np.logical_and.reduce([results[name] == value for name, value in cell.items()])
    turned = results.assign(mean=results["mean"].mask(mine, -results["mean"]))
    assert claims.directions(found, turned)["ch11_men"] == "1 of 2 hold"


def test_the_statements_of_the_chapter_and_of_the_summary_are_all_there():
    said = load("side_by_side", "statements")
    counts = said["table"].value_counts()
    assert (counts["chapter 11"], counts["summary"]) == (51, 20)
    ids = set(" ".join(said.loc[said["table"].isin(claims.TABLES), "claims"]).split())
    numbered = [*range(1, 14), *range(94, 124)]
    assert ids == {f"C{n:03}" for n in numbered} | {f"S8_{n:03}" for n in range(81, 109)}
    assert not said["note"].str.contains("TODO").any()


def test_every_statement_is_computed_or_says_why_not(study, rests):
    rows = chapter.statements(study, rests).data
    assert (rows.loc[rows["status"] == "not computable", "note"] != "").all()
    counts = rows["status"].value_counts().to_dict()
    assert counts == {
        "agrees": 21,
        "differs": 23,
        "not computable": 6,
        "source contradicts itself": 1,
    }


def test_people_and_logs_are_counted_by_what_taking_part_means(study):
    rows = chapter.participation(study).data.set_index("who_counts")
    printed = rows[rows["chapter_11"] != ""]
    exact = printed[printed["chapter_11"].str.isdigit()]
    assert exact["number"].astype(str).tolist() == exact["chapter_11"].tolist() == ["786", "703", "566", "83"]
    assert rows.loc["sent a log", ["number", "summary"]].tolist() == [649, "over 700"]
    assert rows.loc["used with the log before", ["number", "chapter_11"]].tolist() == [1414, "over 1,400"]


def test_reflections_are_a_register_of_five_themes_in_own_words(study):
    table = chapter.reflections(study)
    assert table.data["theme"].nunique() == 5
    assert len(table.data) == 30
    assert not table.data["label"].str.contains('[“”"]').any()
    assert table.badge == "published"


def test_what_goes_forward_is_told_apart(rests):
    kinds = chapter.going_forward(rests).data["kind"].value_counts().to_dict()
    assert kinds == {"plan": 4, "recommendation": 3}


def test_of_one_region_print_is_not_compared(in_leeds):
    leeds, rests = in_leeds
    assert set(chapter.statements(leeds, rests).data["status"]) == {"not computable"}
    assert LOST not in set(rests.of(CHAPTER)["standing"])
    assert rests.of(CHAPTER)["computed"].sum() > 0
    assert "173 people" in chapter.in_short(leeds, rests).markup


def test_a_folder_with_logs_alone_makes_a_page_that_says_what_it_lacks(study, results, found):
    bare = with_tables(study, **{name.replace("/", "__"): None for name in study.tables if "/" in name})
    outputs = {output.id: output for output in shown("side_by_side", "conclusions", log=bare)}
    assert "no list of conclusions" in outputs["text-in-short-conclusions"].markup
    assert {"fig-11.1", "table-11.1", "table-11.2", "table-11.4", "table-11.5"}.isdisjoint(outputs)
    assert all(output.markup for output in outputs.values())


@pytest.mark.slow
def test_eight_people_are_enough():
    small = open_log(study="side_by_side", region="Middlesbrough")
    outputs = shown("side_by_side", "conclusions", log=small)
    assert all(output.markup and output.csv() for output in outputs)
    assert not any("nan" in output.markup for output in outputs if output.kind == "text")


def test_conclusions_without_links_cannot_be_computed(study, results, found):
    alone = chapter.basis(with_tables(study, evidence__links=None), results, found)
    judged = listed.judgeable(alone.of(CHAPTER))
    assert set(judged["standing"]) == {OPEN}
    assert chapter.what_it_rests_on(alone) is None
    assert "0 of them can be checked" in chapter.in_short(study, alone).markup


def test_the_page_in_short_and_the_picture_are_told_in_plain_words(study, rests):
    assert reading.grade(chapter.in_short(study, rests).markup) <= reading.GRADE
    drawn = chapter.at_a_glance(rests)
    assert drawn.alt.startswith("48 of 65 conclusions that can be checked stand.")
    assert len(drawn.pictures) == 2
