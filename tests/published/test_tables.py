from __future__ import annotations

import pytest

from peerbook.errors import ParameterError
from peerbook.published import TABLES, as_printed, load

ROWS = {
    "partners": 9,
    "regions": 9,
    "questionnaires": 5,
    "log_completion": 165,
    "demographics": 550,
    "baseline": 286,
    "baseline_use": 187,
    "figures": 34,
    "associations": 420,
    "claims": 183,
    "references": 75,
    "identities": 58,
    "statements": 81,
}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_printed_rows(name):
    table = load(name)
    assert len(table) == ROWS[name]
    assert all(table[column].dtype == float for column in TABLES[name].numbers)


@pytest.mark.parametrize("name", TABLES)
def test_a_printed_number_that_needs_no_correction_is_never_missing(name):
    table = load(name)
    for column in (c for c in table if c.endswith("_printed")):
        best = table[column.removesuffix("_printed")]
        unmarked = ~table["misprint"]
        assert best[unmarked].equals(table.loc[unmarked, column])


def test_a_misprint_keeps_both_readings():
    row = load("associations").query("exposure == 'group_given' and outcome == 'self_efficacy'").iloc[1]
    assert (row["mean_printed"], row["mean"], row["misprint"]) == (32, -0.32, True)
    assert "minus sign" in row["note"]


def test_a_number_with_a_slash_is_read_only_once_corrected():
    row = load("baseline").query("variable == 'self_efficacy' and mean == 32.8").iloc[0]
    assert row["mean_printed"] != row["mean_printed"]
    assert row["printed"] == "32/8 (12.7)"


def test_a_p_value_below_a_bound_is_read_as_the_bound_and_marked():
    table = load("associations")
    assert table.loc[table["p_value_below"], "p_value"].unique().tolist() == [0.001]
    assert table["p_value_below"].sum() == 30
    assert table["p_value"].notna().all()


def test_as_printed_undoes_every_correction():
    printed = as_printed(load("associations"))
    assert "mean_printed" not in printed
    assert printed.query("outcome == 'hope' and exposure == 'types_given' and table == 'A4.5'")[
        "change"
    ].tolist() == ["decreased", "unchanged", "unchanged"]


def test_a_caller_cannot_change_the_next_caller_s_table():
    mine = load("baseline")
    mine.loc[0, "n"] = -1
    assert load("baseline").loc[0, "n"] == 16


def test_outcomes_carry_the_names_of_the_package():
    assert set(load("associations")["outcome"]) == {
        "wellbeing", "self_efficacy", "hope", "family", "friends", "neighbours", "health",
    }  # fmt: skip


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(ParameterError, match="associations"):
        load("appendix")
