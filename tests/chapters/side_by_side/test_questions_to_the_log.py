"""The questions are answered by models: planted differences are found, thin ones are not told."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook import open_log
from peerbook.chapters.side_by_side import questions_to_the_log as chapter
from peerbook.chapters.side_by_side.associations.grid import MODEL, Model, fit_model, ranges_of
from peerbook.chapters.side_by_side.questions_to_the_log.answers import (
    COMPARISONS,
    LAST,
    answers,
    elsewhere,
    moved_by,
    pairs_compared,
    summary,
)
from peerbook.data.sampler import write_sample
from peerbook.errors import ParameterError
from peerbook.published import load
from tests.chapters.notebook import data_held, shown


@pytest.fixture(scope="module")
def found(study):
    return answers(study)


@pytest.fixture(scope="module")
def statements(study, results, found):
    return chapter.statements(study, results, found).data.set_index("claim")


def of(frame, **values):
    return frame[(frame[list(values)] == pd.Series(values)).all(axis=1)]


def changed(log, pairs):
    """Return a log with other pairs."""
    names = ("definitions", "tables", "region", "choices", "logs", "all_pairs")
    return SimpleNamespace(**{name: getattr(log, name) for name in names} | {"pairs": pairs})


def test_both_groups_of_a_comparison_have_their_pairs_means_and_test(results, found):
    mine = of(found.cells, question="QL2a")
    assert len(mine) == 21 * 2 * 3
    grid = results[results["subgroup_variable"] == "funding"]
    again = mine[grid.columns].sort_values([*MODEL, "subgroup_level", "change"], ignore_index=True)
    expected = grid.sort_values([*MODEL, "subgroup_level", "change"], ignore_index=True)
    pd.testing.assert_frame_equal(again, expected)


def test_a_difference_is_that_of_two_means_in_one_model(found):
    cells = of(found.cells, question="QL1", outcome="hope", exposure="types_given", change="increased")
    means = cells.set_index("subgroup_level")["mean"]
    row = of(found.differences, question="QL1", outcome="hope", exposure="types_given", change="increased")
    row = row.iloc[0]
    assert (row["first"], row["second"]) == ("Yes", "No")
    assert row["mean"] == pytest.approx(means["Yes"] - means["No"])
    assert row["ci_low"] < row["mean"] < row["ci_high"]
    assert row["n"] == cells["n"].sum()


def test_people_without_a_known_project_are_counted_apart(study, found):
    groups = found.groups.set_index(["question", "group"])
    for question in COMPARISONS:
        mine = found.groups[found.groups["question"] == question]
        assert mine["pairs"].sum() == len(study.pairs)
    assert groups.loc[("QL2a", "not known"), "people"] > groups.loc[("QL1", "not known"), "people"] > 0


def test_people_shared_by_two_comparisons_are_counted(study, found):
    row = found.shared.iloc[0]
    assert 0 < row["both"] <= min(row["partner"], row["diagnosis"])
    said = chapter.limits(study, found).markup
    assert said.startswith(f"Of {row['partner']} people of strategic partner projects, {row['both']} are")


@pytest.mark.parametrize(
    ("place", "column"),
    [("left_out", None), ("strategic_partner", "Strategic partner"), ("grant", "Grant funded")],
)
def test_the_place_of_elefriends_moves_its_people(study, place, column):
    recorded, moved = (pairs_compared(study, name) for name in ("recorded", place))
    online = recorded["project_type"].eq("Elefriends")
    assert recorded.loc[online, "funding"].isna().all()
    if column is None:
        assert moved.loc[online, ["funding", "diagnosis_specific", "in_leeds"]].isna().all(axis=None)
    else:
        assert set(moved.loc[online, "funding"]) == {column}
    assert moved.loc[~online, "funding"].equals(recorded.loc[~online, "funding"])


def test_an_unknown_choice_is_refused(study):
    with pytest.raises(ParameterError, match="place_of_elefriends"):
        answers(study, place_of_elefriends="nowhere")
    with pytest.raises(ParameterError, match="correction"):
        answers(study, correction="some")


def test_the_summary_counts_tests_and_says_what_could_stay_unseen(found):
    sums = summary(found).set_index("question")
    assert sums["models"].to_dict() == {
        **dict.fromkeys(("QL1", "QL2a", "QL2c", "QL4", "QL7", "QL2b", "QL3"), 21),
        **{"QL8": 14, "QL12": 35, "QL13": 7, "QL11": 28},
    }
    tests = of(found.cells, question="QL1").drop_duplicates(list(MODEL))
    assert sums.loc["QL1", "smallest_p"] == tests["p_value"].min()
    assert sums.loc["QL1", "below"] == (tests["p_value"] < 0.05).sum()
    mine = of(found.differences, question="QL1")
    assert sums.loc["QL1", "reach"] == pytest.approx(
        (mine[["ci_low", "ci_high"]].abs().max(axis=1) / mine["sd_change"]).max()
    )


def test_correction_leaves_fewer_tests_clear(study, found):
    strict = summary(answers(study, correction="false_discovery")).set_index("question")
    plain = summary(found).set_index("question")
    assert (strict["clear"] <= plain["clear"]).all()
    assert strict.loc["QL1", "clear"] < plain.loc["QL1", "clear"]
    assert strict["smallest_p"].equals(plain["smallest_p"])


def test_a_difference_that_is_in_the_data_is_found(study):
    pairs = study.pairs.copy()
    partner = pairs_compared(study)["funding"].eq("Strategic partner").to_numpy()
    more = pairs["types_given_category"].eq("increased").to_numpy()
    lifted = np.where(partner & more, 20.0, pairs["self_efficacy_change"])
    planted = answers(changed(study, pairs.assign(self_efficacy_change=lifted)))
    row = of(planted.differences, question="QL2a", outcome="self_efficacy", exposure="types_given")
    row = row.set_index("change").loc["increased"]
    assert row["ci_low"] > 0
    drawn = chapter.differences(study, planted, "QL2a")
    assert "Self-efficacy where people gave more types of support" in drawn.alt


def test_without_any_difference_the_picture_says_that_none_is_ruled_out(study, found):
    calm = SimpleNamespace(**vars(found) | {"cells": found.cells.assign(clear=False)})
    drawn = chapter.differences(study, calm, "QL1")
    assert drawn.alt.startswith(
        "No clear difference between diagnosis-specific projects and other projects, and none ruled out."
    )


def test_giving_and_receiving_stand_in_one_model(study, found):
    row = of(found.rivals, first="types_given", second="types_received", outcome="hope").iloc[0]
    pairs = pairs_compared(study)
    model = Model("whole", "types_given", "hope")
    alone = fit_model(model, pairs, ranges_of(study.definitions)).marginal_means("types_given_category")
    assert row["n"] <= alone["n"].sum()
    assert row["ci_low"] < row["mean"] < row["ci_high"]
    same = pairs.assign(types_received_category=pairs["types_given_category"])
    lost = answers(changed(study, same)).rivals
    assert of(lost, first="types_given", outcome="hope")["mean"].isna().all()


def test_a_change_in_support_is_set_beside_the_period_before_and_after():
    pairs = pd.DataFrame(
        {
            "person_id": ["a", "a", "a", "b"],
            "log_id_start": [1, 2, 4, 9],
            "log_id_end": [2, 3, 5, 10],
            "use": ["less", "more", "same", "more"],
        }
    )
    assert moved_by(pairs, "use", 1)["use"].tolist() == [np.nan, "less", np.nan, np.nan]
    assert moved_by(pairs, "use", -1)["use"].tolist() == ["more", np.nan, np.nan, np.nan]
    assert moved_by(pairs, "use", 0)["use"].tolist() == pairs["use"].tolist()


def test_logs_without_support_are_counted_by_hand(study, found):
    first = study.logs[study.logs["month"] == 1]
    none = first["types_given"].eq(0) & first["types_received"].eq(0) & ~first["projects_attended"].gt(0)
    row = found.unused.set_index("month").loc["1"]
    assert (row["logs"], row["none"]) == (len(first), none.sum())
    assert found.unused["month"].iloc[-1] == LAST


def test_the_register_holds_every_question_with_its_state(study, found):
    register = chapter.register(study, found)
    assert len(register.data) == 20
    states = register.shown["State"].value_counts().to_dict()
    assert states == {"computed here": 13, "computed on another page": 3, "not computable": 4}
    assert "the log has no question on values" in register.shown["Answer here"].str.lower().tolist()


def test_every_statement_has_a_status_and_what_can_be_computed_is(statements):
    assert len(statements) == len(load("side_by_side", "statements").query("table == 'chapter 8'")) == 80
    lost = statements[statements["status"] == "not computable"]
    assert (lost["note"] != "").all()
    assert set(lost["note"]) == {
        "a fact of the programme, not in these data",
        "nothing in these data measures it",
        "a reading of the authors, without a count",
        "the report states no rule for it",
    }
    assert statements.loc["carry_on_with_friends", ["rebuilt", "status"]].tolist() == ["1", "differs"]
    assert statements.loc["extracts_and_people", "status"] == "agrees"
    assert statements.loc["wellbeing_group_given_increased", "rebuilt"] == "up"


def test_the_finding_on_groups_in_bame_projects_follows_its_tests(study, found):
    state = elsewhere(found).set_index("finding").loc["LF36"]
    assert (state["parts"], state["parts_met"]) == (14, 12)
    assert state["state"] == "gone"
    calm = SimpleNamespace(cells=found.cells.assign(clear=False))
    assert elsewhere(calm)["state"].tolist() == ["holds"]
    assert elsewhere(SimpleNamespace(cells=found.cells.iloc[:0])).empty


def test_in_short_says_how_many_tests_are_clear_and_what_luck_gives(study, found):
    lines = chapter.in_short(study, found).markup.splitlines()
    assert len(lines) == 3
    assert "of 21 tests" in lines[0]
    assert "luck alone gives about 1" in lines[0]
    assert lines[2].startswith("- To find no difference is not to show that there is none.")


@pytest.mark.slow
def test_one_region_has_no_other_to_compare_with_and_is_not_held_against_all(results):
    leeds = open_log(study="side_by_side", region="Leeds")
    found = answers(leeds)
    assert of(found.differences, question="QL2c")["mean"].isna().all()
    assert not of(found.cells, question="QL2c")["clear"].any()
    assert "No difference between Leeds" in chapter.differences(leeds, found, "QL2c").alt
    assert set(chapter.statements(leeds, results, found).data["status"]) == {"not computable"}


@pytest.mark.slow
def test_logs_of_a_few_random_people_break_nothing_and_prove_nothing(tmp_path, definitions, results):
    folder = write_sample(tmp_path / "raw", definitions, rows=8, seed=3)
    for place in ("coding", "evidence", "synthesis"):
        for file in (folder / place).glob("*.csv"):
            file.unlink()
    log = open_log(folder, "side_by_side")
    found = answers(log)
    assert not found.cells["clear"].any()
    outputs = shown("side_by_side", "questions_to_the_log", log=log, found=found, results=results)
    assert all(output.alt if output.kind == "figure" else output.markup for output in outputs)
    assert "evidence/questions" in chapter.register(log, found).notes[0]


def test_outputs_hold_no_data_but_their_own(study, found, results):
    outputs = shown("side_by_side", "questions_to_the_log", log=study, found=found, results=results)
    assert [held for output in outputs for held in data_held(output)] == []
    assert len({output.id for output in outputs}) == len(outputs) == 13
