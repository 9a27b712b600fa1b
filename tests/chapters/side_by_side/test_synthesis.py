"""The synthesis: judgements keep their rows, and say what they rest on when the data change."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook import open_log
from peerbook.chapters.side_by_side import synthesis as chapter
from peerbook.chapters.side_by_side.associations.grid import (
    Model,
    fit_models,
    pairs_of,
    ranges_of,
)
from peerbook.chapters.side_by_side.synthesis.at_a_glance import cells_of
from peerbook.chapters.side_by_side.synthesis.findings import GONE, HOLDS, WEAKER, findings
from peerbook.chapters.side_by_side.synthesis.joined import (
    ALONE,
    NEVER,
    NO_LONGER,
    NOT_DISCUSSED,
    NOT_SHOWN,
    ONLY_HERE,
    OPEN,
    STANDS,
    joined,
    matrix_of,
    states,
)
from peerbook.data.sampler import write_sample
from peerbook.errors import DataError, ParameterError
from peerbook.evidence import links
from tests.chapters.notebook import data_held, shown
from tests.chapters.side_by_side.rows import study_of
from tests.reading import GRADE, grade

NEEDED = ("evidence/judgements", "evidence/statements")


@pytest.fixture(scope="module")
def found(study, results):
    return findings(study, results)


@pytest.fixture(scope="module")
def whole(study, found):
    return joined(study, found)


@pytest.fixture(scope="module")
def outputs(study, results, found, whole):
    made = shown("side_by_side", "synthesis", log=study, results=results, found=found, whole=whole)
    return {output.id: output for output in made}


def log_with(study, coding=None, **tables):
    """Return the log with other raw tables; None takes a table away."""
    kept = {**study.tables, **{f"evidence/{name}": table for name, table in tables.items()}}
    kept = {name: table for name, table in kept.items() if table is not None}
    coded = study.study.coding if coding is None else coding
    kept = {name: table for name, table in kept.items() if not name.startswith("coding/")}
    inner = study_of(coded, study.definitions, **kept)
    return SimpleNamespace(
        study=inner, tables=kept, region="all", definitions=study.definitions, pairs=study.pairs
    )


def of(whole, finding):
    return whole.judged[whole.judged["finding"] == finding]


def test_the_joint_display_has_every_judgement_and_every_undiscussed_finding(whole, study):
    judged = whole.judged
    assert (judged["judgement"] != "").sum() == len(study.tables["evidence/judgements"]) == 115
    left = judged[judged["relation"] == NOT_DISCUSSED]
    assert set(left["finding"]) == set(whole.found.loc[whole.found["state"] == "new", "finding"])
    assert set(left["standing"]) == {NOT_DISCUSSED}


def test_people_and_extracts_are_counted_behind_every_theme(whole, study):
    rows = whole.judged.set_index(["finding", "theme"])
    assert rows.loc[("LF10", "TH32"), ["people", "extracts", "people_by"]].tolist() == [3, 3, "group 3"]
    assert rows.loc[("LF28", "TH19"), ["people", "extracts"]].tolist() == [1, 2]
    assert rows.loc[("LF10", "TH24"), "extracts"] == 0
    context = joined(study, whole.found, join="context").judged.set_index(["finding", "theme"])
    assert context["people"].equals(rows["people"])
    assert not context["people_by"].equals(rows["people_by"])


def test_a_judgement_says_what_it_rests_on(whole):
    rows = whole.judged
    holds = rows["state"] == HOLDS
    assert set(rows.loc[holds & (rows["printed_state"] == HOLDS), "standing"]) == {STANDS}
    assert set(rows.loc[holds & rows["printed_state"].isin([GONE, WEAKER]), "standing"]) <= {ONLY_HERE}
    lost = rows["state"].isin([GONE, WEAKER]) & (rows["printed_state"] == HOLDS)
    assert lost.any()
    assert rows["standing"].eq(NO_LONGER).equals(lost)
    assert set(rows.loc[rows["finding"] == "", "standing"]) == {ALONE}


@pytest.fixture(scope="module")
def unlinked(study, results):
    """A cohort in which wellbeing no longer follows from support: its changes are dealt out again."""
    pairs = pairs_of(study)
    again = np.random.default_rng(11).permutation(pairs["wellbeing_change"].to_numpy())
    models = [Model("whole", measure, "wellbeing") for measure in study.definitions.support_types.measures]
    refitted = fit_models(pairs.assign(wellbeing_change=again), models, ranges_of(study.definitions))
    others = results[~((results["outcome"] == "wellbeing") & (results["subgroup_variable"] == ""))]
    return joined(study, findings(study, pd.concat([refitted, others])))


def test_where_wellbeing_no_longer_follows_from_groups_the_row_says_so(unlinked, whole, study):
    rows = of(unlinked, "LF09")
    assert len(rows) == len(of(whole, "LF09")) == 5
    assert set(rows["state"]) <= {GONE, WEAKER}
    assert set(rows["standing"]) == {NO_LONGER}
    table = chapter.joint_display(study, unlinked)
    group = table.shown["Group support"].loc["Wellbeing when group support given increased"]
    assert group["Judgement today"].eq(NO_LONGER).all()
    assert group["Log today"].str.startswith(("gone", "weaker")).all()
    lost = (unlinked.judged["standing"] == NO_LONGER).sum()
    assert table.notes[0].startswith(f"{lost} judgements rest on a finding that no longer holds.")
    said = unlinked.said[unlinked.said["findings"].str.split().map(lambda names: "LF09" in names)]
    assert set(said["standing"]) == {links.LOST}
    drawn = chapter.at_a_glance(study, unlinked)
    assert "Wellbeing rises when people gave more group support" not in drawn.alt
    assert "Wellbeing when group support given increased (8 people)" in drawn.alt


def test_a_finding_that_turns_is_lost_and_speaks_against_the_statement(study, results):
    cell = {"exposure": "group_given", "outcome": "wellbeing", "sample": "whole", "change": "increased"}
    rows = (results[list(cell)] == pd.Series(cell)).all(axis=1) & (results["subgroup_variable"] == "")
    turned = results.copy()
    turned.loc[rows, ["mean", "ci_low", "ci_high"]] = [-0.9, -1.5, -0.3]
    now = joined(study, findings(study, turned))
    assert set(of(now, "LF09")["standing"]) == {NO_LONGER}
    matrix = matrix_of(now).set_index("key")
    assert "contradicts" in matrix.loc["group_giving", "log"]
    assert matrix.loc["group_giving", "state"] == "divergent"


def test_a_new_finding_is_not_yet_discussed_until_somebody_judges_it(study, results):
    cell = {"exposure": "online_given", "outcome": "hope", "sample": "whole", "change": "increased"}
    rows = (results[list(cell)] == pd.Series(cell)).all(axis=1) & (results["subgroup_variable"] == "")
    found = findings(study, results.assign(changed=results["changed"].mask(rows, True)))
    new = "new-hope-online_given-increased"
    assert of(joined(study, found), new)["standing"].tolist() == [NOT_DISCUSSED]
    judged = study.tables["evidence/judgements"]
    theirs = judged.iloc[[0]].assign(judgement_id="J900", finding_id=new, relation="extends")
    discussed = log_with(study, judgements=pd.concat([judged, theirs]))
    assert of(joined(discussed, found), new)["standing"].tolist() == [STANDS]
    # In other data the finding is not there, and the judgement stays with its row.
    gone = of(joined(discussed, findings(study, results)), new)
    assert gone["state"].tolist() == [GONE]


def test_correction_leaves_fewer_findings_to_rest_on(study, results, whole):
    strict = joined(study, findings(study, results, correction="false_discovery"))
    assert (strict.judged["standing"] == NO_LONGER).sum() > (whole.judged["standing"] == NO_LONGER).sum()
    assert (strict.judged["standing"] == NEVER).sum() >= (whole.judged["standing"] == NEVER).sum()


def test_every_contradiction_needs_a_resolution_and_ids_must_exist(study, found):
    judged = study.tables["evidence/judgements"]
    bare = judged.assign(resolution=judged["resolution"].mask(judged["judgement_id"] == "J005"))
    with pytest.raises(DataError, match="J005"):
        joined(log_with(study, judgements=bare), found)
    wrong = judged.assign(code_id=judged["code_id"].mask(judged["judgement_id"] == "J002", "TH99"))
    with pytest.raises(DataError, match="TH99"):
        joined(log_with(study, judgements=wrong), found)
    with pytest.raises(ParameterError, match="join"):
        joined(study, found, join="nearest")


def test_the_matrix_has_a_row_for_every_headline_and_resolves_what_diverges(whole):
    matrix = matrix_of(whole).set_index("key")
    assert len(matrix) == 26
    assert matrix.loc["group_giving", ["log", "interviews"]].tolist() == [
        "supports",
        "supports, extends, contradicts",
    ]
    assert matrix.loc["purpose", ["log", "interviews", "state"]].tolist() == [
        "not asked",
        "supports",
        "single",
    ]
    assert matrix.loc["trend", "interviews"] == "silent"  # a reading of the authors, without an extract
    divergent = matrix[matrix["state"] == "divergent"]
    assert len(divergent)
    assert divergent["resolution"].str.endswith(".").all()
    assert not divergent["resolution"].str.contains("not resolved").any()


def test_headlines_stand_by_their_findings(whole):
    said = whole.said.set_index("statement_id")
    assert said.loc["HL009", ["computed", "holding", "standing"]].tolist() == [4, 4, links.STANDS]
    assert said.loc["HL001", "standing"] == ALONE
    assert said.loc["HL017", "people"] == 1
    known = states(whole.found).set_index("id")
    assert known.loc["LF06", "printed"] == False  # noqa: E712 a missing value is neither
    assert pd.isna(known.loc["LF24", "printed"])


def test_few_people_are_held_back(study, found, whole):
    held = joined(study, found, minimum_people=3)
    thin = whole.judged["people"].isin([1, 2])
    assert held.judged.loc[thin, ["people", "extracts"]].isna().all(axis=None)
    assert held.judged.loc[~thin, "people"].tolist() == whole.judged.loc[~thin, "people"].tolist()
    assert held.judged.loc[thin, "people_by"].eq("").all()
    drawn = chapter.at_a_glance(study, held)
    assert drawn.data["people"].dropna().isin([0, *range(3, 100)]).all()
    assert "a few people" in drawn.alt
    shown_rows = pd.concat(chapter.joint_display(study, held).shown.values())
    assert not shown_rows["People and extracts"].dropna().str.contains("from [12] p", regex=True).any()


def test_the_figure_marks_what_the_log_shows_and_counts_people_of_the_approach(whole, outputs):
    cells = cells_of(whole).set_index("finding")
    assert cells.loc["LF09", ["people", "against"]].tolist() == [8, 3]
    assert cells.loc["LF05", "people"] == 0
    assert not cells.loc["LF02", "met"]
    drawn = outputs["fig-8.1"]
    met = int(cells["met"].sum())
    assert drawn.alt.startswith(f"The log shows {met} links; people in interviews speak to ")
    assert len(drawn.pictures) == 2


def test_in_short_counts_what_the_tables_show(outputs, whole):
    said = outputs["text-in-short-synthesis"].markup
    listed = whole.found[whole.found["taken_up"] == "yes"]
    assert len(said.splitlines()) == 3
    assert f"{(listed['state'] == HOLDS).sum()} of them hold." in said
    assert "48 people were heard, in 100 extracts" in said
    assert grade(said) <= GRADE


def test_nothing_but_its_data_reaches_a_reader(outputs):
    assert list(outputs) == [
        "text-in-short-synthesis",
        "fig-8.1",
        "table-8.1",
        "table-8.2",
        "table-8.3",
        "table-8.4",
        "table-8.5",
    ]
    assert [place for output in outputs.values() for place in data_held(output)] == []
    assert all(output.notes is not None and output.markup for output in outputs.values())


def test_a_folder_with_logs_alone_makes_a_page_that_says_what_it_lacks(study, results, found):
    bare = log_with(study, coding={}, judgements=None, statements=None)
    alone = joined(bare, found)
    assert alone.lacks == (*NEEDED, "coding/codebooks")
    made = {
        output.id: output
        for output in shown("side_by_side", "synthesis", log=bare, results=results, found=found, whole=alone)
    }
    assert "the table evidence/judgements would be needed" in made["text-8.1"].markup
    assert "no coded interviews" in made["text-in-short-synthesis"].markup
    assert "the table evidence/statements would be needed" in made["table-8.3"].notes[0]
    assert all(output.markup is not None for output in made.values())
    assert set(made["table-8.1"].data["standing"]) == {NOT_DISCUSSED}


def test_the_outputs_stand_data_of_nobody(study, found):
    nobody = replace(joined(study, found), found=found.iloc[:0])
    empty = replace(
        nobody, judged=nobody.judged.iloc[:0], said=nobody.said.iloc[:0], behind=nobody.behind[:0]
    )
    for output in (
        chapter.in_short(study, empty),
        chapter.at_a_glance(study, empty),
        chapter.joint_display(study, empty),
        chapter.print_and_today(study, empty),
        chapter.evidence_matrix(empty),
        chapter.headlines(empty),
    ):
        assert output.markup is not None
        assert output.notes is not None


@pytest.mark.slow
def test_eight_random_people_make_a_page(tmp_path, definitions):
    random = open_log(write_sample(tmp_path / "raw", definitions, rows=8, seed=1), "side_by_side")
    measures = random.definitions.support_types.measures
    models = [
        Model("whole", measure, outcome) for measure in measures for outcome in random.definitions.outcomes
    ]
    found = findings(random, fit_models(pairs_of(random), models, ranges_of(random.definitions)))
    whole = joined(random, found)
    made = shown("side_by_side", "synthesis", log=random, results=None, found=found, whole=whole)
    assert all(output.markup is not None and output.notes is not None for output in made)
    assert set(whole.judged.loc[whole.judged["finding"] != "", "standing"]) <= {
        NOT_SHOWN,
        NOT_DISCUSSED,
        OPEN,
    }
