from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from peerbook import published
from peerbook.chapters.side_by_side import associations_tables as tables
from peerbook.chapters.side_by_side.associations.grid import fit_models, grid, ranges_of


@pytest.fixture(scope="module")
def log(definitions):
    """What the outputs need of a log besides the results."""
    return SimpleNamespace(definitions=replace(definitions, printed=True))


@pytest.fixture(scope="module")
def results(thirty_people, definitions):
    return fit_models(thirty_people, grid(definitions), ranges_of(definitions))


@pytest.mark.parametrize("number", ["a4.5", "a4.6", "a4.7", "a4.8", "a4.9"])
def test_tables_set_the_measures_side_by_side(log, results, number):
    out = tables.measures_table(log, results, number)
    measures = 3 if number == "a4.5" else 2
    assert out.id == f"table-{number}"
    assert len(out.data) == 7 * 3 * measures
    assert out.markup.count('scope="colgroup"') == measures
    assert out.markup.count('scope="rowgroup"') == 7


def test_subgroup_and_subsample_tables_hold_the_printed_models(log, results):
    printed = published.load("side_by_side", "associations").groupby("table").size()
    for number in ("a4.10", "a4.11"):
        data = tables.model_table(log, results, number).data
        assert len(data) == printed[number.upper()]
        assert data["printed"].all()


def test_the_rest_of_the_grid_has_a_row_for_every_comparison_and_nothing_printed(log, results):
    out = tables.grid_table(log, results)
    unprinted = results[results["table"] == ""]
    assert not out.data["printed"].any()
    assert len(out.data) == len(unprinted)
    assert out.markup.count('scope="row"') == len(unprinted) / 3
    sections = unprinted.groupby(["sample", "subgroup_variable"]).ngroups
    assert out.markup.count("<details>") == sections == 13
    assert "Types of support given, Male</th>" in out.markup


def test_in_short_counts_models_and_what_is_told_of_them(log, results):
    first, second, third = tables.in_short(log, results).markup.split("\n")
    assert first == "- These tables hold 350 models. The report prints 100 of them."
    assert f"{results['changed'].sum()} count as changed. {results['told'].sum()} of these rest on" in second
    lost = (results["status"] == "not estimated").sum()
    assert third.startswith(f"- {lost} mean" if lost else "- Every mean")
