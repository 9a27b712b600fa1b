from __future__ import annotations

import pytest

from peerbook.chapters.side_by_side.stand_in.cells import table_cells
from peerbook.chapters.side_by_side.stand_in.targets import (
    CELLS,
    MODELS,
    SD_SHARE,
    association_cells,
    targets,
)
from peerbook.published import load
from stand_in.make.side_by_side import printed

IMPOSSIBLE = {"pairs registered"}


@pytest.fixture(scope="module")
def listed(study, results):
    return targets(study, results)


@pytest.fixture(scope="module")
def associated(results):
    return association_cells(results)


@pytest.mark.parametrize("area", ["Flow", "Calendar", "Tables", "Entry", "Trends", "Associations"])
def test_every_target_that_can_be_met_is(listed, area):
    rows = listed[listed["area"] == area]
    assert len(rows) >= 3
    assert rows.loc[~rows["met"] & ~rows["target"].isin(IMPOSSIBLE), "target"].tolist() == []


def test_the_printed_pairs_of_registered_people_cannot_be(study):
    """83 people without registration and 125 logs leave 42 pairs at most to them."""
    outsiders = printed.claim("logs_unregistered") - printed.claim("unregistered")
    most = printed.claim("pairs") - outsiders
    assert most > printed.claim("pairs_registered")
    assert study.flow["pairs_registered"] == most


def test_the_tables_agree_in_every_cell_that_other_print_does_not_rule_out(study):
    cells = table_cells(study)
    assert cells.groupby("table")["met"].sum().to_dict() == {
        "A4.1": 324,
        "A4.2": 579,
        "A4.3": 347,
        "A4.4": 187,
    }
    assert (cells["met"] == ~cells["contradicted"]).all()


def test_means_lie_in_the_printed_intervals(associated):
    assert len(associated) == 420
    assert associated["inside"].mean() >= CELLS


def test_every_cell_but_one_misprint_has_its_pairs(associated):
    assert associated["n_near"].mean() >= CELLS
    overall = associated[associated["table"] == "A4.5"]
    assert (overall["n_rebuilt"] - overall["n"]).abs().max() <= 3


def test_models_agree_on_significance(associated):
    models = associated.drop_duplicates(["sample", "exposure", "outcome", "subgroup_variable"])
    assert len(models) == 100
    assert models["same_call"].sum() >= MODELS


@pytest.mark.parametrize(
    ("outcome", "sd"),
    [
        ("wellbeing", 4.24), ("self_efficacy", 12.45), ("hope", 4.98), ("family", 2.30),
        ("friends", 2.88), ("neighbours", 2.83), ("health", 2.29),
    ],
)  # fmt: skip
def test_changes_vary_as_the_effect_sizes_imply(study, outcome, sd):
    """The SDs of the log specification, section 4."""
    assert study.pairs[f"{outcome}_change"].std() == pytest.approx(sd, rel=SD_SHARE)
    assert printed.change_sd(outcome) == pytest.approx(sd, rel=0.005)


def test_a_cohort_with_other_numbers_misses(study, results):
    moved = association_cells(results.assign(mean=results["mean"] + 5))
    assert moved["inside"].mean() < 0.2
    changed = targets(study, results.assign(mean=results["mean"] + 5))
    assert not changed.set_index("target").loc["means inside the printed interval", "met"]


def test_conflicts_say_what_was_printed_what_chosen_and_why():
    table = printed.conflicts()
    assert list(table.columns) == ["where", "printed", "chosen", "why"]
    assert len(table) >= 15
    assert not table.isna().any().any()
    assert not table.duplicated(["where", "printed"]).any()


def test_every_misprinted_count_of_the_four_tables_is_among_the_conflicts():
    misprints = {name: load(name).query("misprint") for name in ("demographics", "baseline", "baseline_use")}
    where = " ".join(printed.conflicts()["where"])
    for name, table in (("demographics", "A4.2"), ("baseline", "A4.3"), ("baseline_use", "A4.4")):
        assert len(misprints[name])
        assert f"Table {table}" in where
