from __future__ import annotations

import pytest

from peerbook import published
from peerbook.errors import DataError, ParameterError
from peerbook.published import as_printed, table_index
from peerbook.published.tables import LISTS, load_list

STUDY = "side_by_side"

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
    "references": 75,
    "identities": 58,
    "associations_in_words": 81,
    "log_findings": 44,
    "table_5_1": 19,
    "table_5_2": 14,
    "table_5_3": 15,
    "table_5_4": 34,
    "table_5_5": 117,
    "table_5_6": 13,
    "table_6_1": 44,
    "table_7_1": 22,
    "table_10_1": 5,
    "table_9_1": 9,
    "table_9_2": 9,
}


def load(name):
    return published.load(STUDY, name)


@pytest.mark.parametrize("name", ROWS)
def test_every_table_has_its_printed_rows(name):
    assert len(load(name)) == ROWS[name]


@pytest.mark.parametrize("name", table_index(STUDY))
def test_every_listed_table_has_the_columns_that_are_compared_and_its_numbers_are_numbers(name):
    table, entry = load(name), table_index(STUDY)[name]
    assert {*entry.rules, *entry.row, *entry.keys} <= set(table)
    numbers = [column for column in entry.rules if entry.is_number(column)]
    assert all(table[column].dtype == float for column in numbers)
    assert len(numbers) == len(entry.rules) or not entry.shape


def test_the_columns_of_a_shape_are_numbers_though_they_are_not_compared():
    assert load("associations")["ci_low"].dtype == float
    assert load("log_completion")["month"].dtype == float


@pytest.mark.parametrize("name", [name for name in table_index(STUDY) if "misprint" in load(name)])
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


def test_names_that_other_tables_spell_otherwise_stay_corrected_if_asked():
    assert "Plymouth" not in set(as_printed(load("regions"))["region"])
    assert "Plymouth" in set(as_printed(load("regions"), keep=["region"])["region"])


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(ParameterError, match="associations"):
        load("appendix")


def test_an_unknown_study_lists_the_known_ones():
    with pytest.raises(ParameterError, match="side_by_side"):
        published.load("side_by_sid", "baseline")


def test_a_list_that_a_study_need_not_have_is_empty(tmp_path):
    assert load_list(tmp_path, "identities").to_dict("list") == {"name": [], "expression": []}
    assert len(load_list(STUDY, "identities")) == 58


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_of_a_study_have_their_columns(name):
    assert list(load(name)) == LISTS[name]


@pytest.mark.parametrize(
    ("index", "error", "said"),
    [
        ("people: {number: 1, titel: People}", DataError, "titel"),
        ("people: {number: 1}", DataError, "title"),
        ("- people", DataError, "tables.yml"),
        ("people: {number: 1, title: People, rules: {n: eqaul}}", ParameterError, "did you mean 'equal'"),
    ],
)
def test_an_index_that_is_not_as_it_should_be_says_where(tmp_path, index, error, said):
    (tmp_path / "tables.yml").write_text(index, encoding="utf-8")
    with pytest.raises(error, match=said):
        table_index(tmp_path)
