from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook import published
from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    Model,
    fit_models,
    outcomes_of,
    pairs_of,
    ranges_of,
)
from peerbook.chapters.side_by_side.associations.words import surviving
from peerbook.chapters.side_by_side.synthesis.findings import (
    COLUMNS,
    GONE,
    HOLDS,
    NEW,
    NOT_COMPUTABLE,
    STATES,
    TURNED,
    WEAKER,
    claims,
    direction_of,
    findings,
    word_of,
)
from peerbook.errors import ParameterError

GROUP = {"sample": "whole", "exposure": "group_given", "outcome": "wellbeing", "subgroup_variable": ""}
LF09 = {**GROUP, "subgroup_level": "", "change": "increased"}


@pytest.fixture(scope="module")
def found(study, results):
    return findings(study, results)


def state(found, name):
    return found.set_index("finding").loc[name, "state"]


def with_cell(results, **numbers):
    """Return the results with other numbers in the cell of LF09."""
    rows = (results[list(LF09)] == pd.Series(LF09)).all(axis=1)
    assert rows.sum() == 1
    changed = results.copy()
    for name, value in numbers.items():
        changed.loc[rows, name] = value
    return changed


def test_every_printed_finding_has_its_row_and_one_state(found):
    listed = published.load("side_by_side", "log_findings")
    assert list(found.columns) == list(COLUMNS)
    assert found["finding"].tolist()[: len(listed)] == listed["finding"].tolist()
    assert len(listed) == 44
    assert found["finding"].is_unique
    assert set(found["state"]) <= set(STATES)
    assert found["what"].ne("").all()


def test_in_print_fourteen_of_the_cells_taken_up_meet_the_rule_and_eight_do_not(found):
    cells = found[(found["kind"] == "cell") & found["mean_printed"].notna() & (found["taken_up"] == "yes")]
    met = cells["printed_state"] == HOLDS
    assert (len(cells), met.sum()) == (22, 14)
    missed = set(cells.loc[~met, "finding"])
    assert missed == {"LF02", "LF04", "LF06", "LF13", "LF18", "LF20", "LF22", "LF33"}


def test_a_cell_holds_exactly_if_the_rule_is_met_in_the_printed_direction(found, results):
    cells = found[(found["kind"] == "cell") & (found["state"] != NEW)].merge(
        results[[*CELL, "changed"]], on=list(CELL)
    )
    same = (cells["mean"] > 0) == (cells["direction"] == "up")
    assert (cells["state"].eq(HOLDS) == (cells["changed"] & same)).all()
    assert cells["direction_today"].eq("none").equals(~cells["changed"].astype(bool))


@pytest.mark.parametrize(
    ("numbers", "expected", "direction"),
    [
        ({"changed": False, "ci_low": -0.1}, WEAKER, "none"),
        ({"changed": False, "ci_low": -0.1, "p_value": 0.3}, GONE, "none"),
        ({"changed": True, "mean": -0.9, "ci_low": -1.5, "ci_high": -0.2}, TURNED, "down"),
        ({"changed": False, "mean": -0.1, "ci_low": -0.6}, GONE, "none"),
        ({"status": "not estimated", "mean": np.nan, "changed": False}, NOT_COMPUTABLE, ""),
    ],
)
def test_a_finding_weakens_turns_disappears_or_cannot_be_computed(
    study, results, numbers, expected, direction
):
    found = findings(study, with_cell(results, **numbers)).set_index("finding")
    assert found.loc["LF09", ["state", "direction_today"]].tolist() == [expected, direction]


def test_a_cell_that_meets_the_rule_and_is_on_no_list_is_new(study, results):
    rows = {"sample": "whole", "exposure": "online_given", "outcome": "hope", "change": "increased"}
    chosen = (results[list(rows)] == pd.Series(rows)).all(axis=1) & (results["subgroup_variable"] == "")
    planted = results.assign(changed=results["changed"].mask(chosen, True))
    found = findings(study, planted)
    assert state(found, "new-hope-online_given-increased") == NEW
    assert "new-hope-online_given-increased" not in set(findings(study, results)["finding"])


def test_correction_asks_that_a_finding_survives(study, results, found):
    strict = findings(study, results, correction="false_discovery")
    whole = results[(results["sample"] == "whole") & (results["subgroup_variable"] == "")]
    survivors = surviving(whole)
    expected = strict.merge(survivors[[*CELL, "survives"]], on=list(CELL), suffixes=("", "_of_the_chapter"))
    listed = expected[expected["state"] != NEW]
    assert (listed["state"].eq(HOLDS) == listed["survives_of_the_chapter"]).all()
    assert strict["state"].eq(HOLDS).sum() < found["state"].eq(HOLDS).sum()
    with pytest.raises(ParameterError, match="correction"):
        findings(study, results, correction="some")


def test_where_wellbeing_is_shuffled_the_findings_on_wellbeing_are_gone(study, results):
    pairs = pairs_of(study)
    rng = np.random.default_rng(8)
    shuffled = pairs.assign(wellbeing_change=rng.permutation(pairs["wellbeing_change"].to_numpy()))
    models = [Model("whole", measure, "wellbeing") for measure in study.definitions.support_types.measures]
    again = fit_models(shuffled, models, ranges_of(study.definitions))
    others = results[~((results["outcome"] == "wellbeing") & (results["subgroup_variable"] == ""))]
    found = findings(study, pd.concat([again, others]))
    for name in ("LF01", "LF05", "LF09", "LF14"):
        assert state(found, name) in (GONE, WEAKER), name
        assert direction_of(found, name) == "none"
    assert state(found, "LF11") == HOLDS  # hope is as it was


def test_months_and_entry_are_read_from_the_logs(found, study, results):
    rows = found.set_index("finding")
    assert rows.loc["LF24", "parts"] == 3
    assert rows.loc["LF26", "parts"] == len(study.definitions.outcomes)
    assert rows.loc["LF25", "parts"] == 14
    flat = SimpleNamespace(
        **{
            name: getattr(study, name)
            for name in ("definitions", "region", "tables", "logs_of_people", "choices")
        },
        logs=study.logs.assign(self_efficacy=50.0),
    )
    assert state(findings(flat, results.iloc[:0]), "LF27") == GONE


def test_without_results_cells_are_not_computable_and_nothing_is_new(study, results):
    none = findings(study, results.iloc[:0])
    assert set(none.loc[none["kind"] == "cell", "state"]) == {NOT_COMPUTABLE}
    assert not none["state"].eq(NEW).any()


def test_states_of_another_page_replace_those_read_here(study, results):
    theirs = pd.DataFrame(
        {"finding": ["LF36"], "state": [HOLDS], "direction_today": ["same as in all participants"]}
    )
    found = findings(study, results, elsewhere=theirs)
    assert state(found, "LF36") == HOLDS
    assert len(found) == len(findings(study, results))


def test_a_claim_takes_the_word_of_the_findings_behind_it(found):
    assert word_of(found, "S8_026 C108") == direction_of(found, "LF09")
    assert word_of(found, "C108") == direction_of(found, "LF09", "LF10", "LF11", "LF12")
    assert word_of(found, "C001") == ""
    assert claims(found, "chapter of nothing") == {}


def test_of_several_findings_it_says_how_many_hold():
    found = pd.DataFrame(
        {
            "finding": ["A", "B", "C"],
            "state": [HOLDS, HOLDS, NOT_COMPUTABLE],
            "direction_today": ["up", "down", ""],
        }
    )
    assert direction_of(found, "A", "B") == "2 of 2 hold"
    assert direction_of(found, "A", "C") == "" == direction_of(found, "X")


def test_one_region_has_its_own_findings_and_no_subsamples(study):
    leeds = SimpleNamespace(definitions=study.definitions, region="Leeds", tables=study.tables)
    leeds.logs, leeds.logs_of_people = study.logs, study.logs_of_people
    models = [Model("whole", "types_given", outcome) for outcome in outcomes_of(study.definitions)]
    pairs = pairs_of(study)
    results = fit_models(pairs[pairs["region"] == "Leeds"], models, ranges_of(study.definitions))
    found = findings(leeds, results).set_index("finding")
    assert (
        found.loc["LF33", "n"]
        == results.query("outcome == 'self_efficacy' and change == 'unchanged'")["n"].item()
    )
    assert found.loc["LN06", "state"] == NOT_COMPUTABLE
    assert found.loc["LF33", "what"] == "Self-efficacy when types of support given stayed unchanged"
    assert "new-self_efficacy-types_given-unchanged" not in found.index
    assert set(found["same_sign"]) == {""}  # print is of all regions together
