from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from peerbook.audit import audit
from peerbook.errors import DataError

SEEDS = st.integers(0, 2**32 - 1)
MANY = settings(max_examples=25, deadline=None)
FEW = settings(max_examples=4, deadline=None)


@MANY
@given(seed=SEEDS)
def test_a_consistent_interval_table_has_no_finding(interval_table, seed):
    table = interval_table(seed)
    assume(not table.duplicated(["outcome", "change", "mean", "ci_low", "ci_high"]).any())
    assert audit(table).empty


@MANY
@given(seed=SEEDS)
def test_a_consistent_count_table_has_no_finding(count_table, seed):
    assert audit(count_table(seed)).empty


@pytest.mark.parametrize(
    "column",
    [
        "table",
        "sample",
        "exposure",
        "subgroup_variable",
        "subgroup_level",
        "n",
        "p_value",
        "effect_size",
        "printed",
    ],
)
def test_a_column_that_may_be_missing_is_not_missed(interval_table, column):
    table = interval_table(3)
    if column == "exposure":
        table = table[table["exposure"] == "given"]
    assert audit(table.drop(columns=column)).empty


@pytest.mark.parametrize("lacking", ["percent", "mean", "Total"])
def test_a_count_table_may_lack_what_is_not_printed(count_table, lacking):
    table = count_table(3)
    assert audit(table[table["region"] != lacking].drop(columns=lacking, errors="ignore")).empty


def test_groups_of_nobody_are_no_fault(interval_table):
    table = interval_table(3).assign(n=0)
    assert "n against other outcomes" not in set(audit(table)["check"])


# What is planted in the first row of a column, and the checks of which one must find it.
INTERVAL_FAULTS = {
    "a point lost in the mean": ("mean", lambda row: row["mean"] * 100 + 100, {"mean inside interval"}),
    "a limit off by a tenth": ("ci_low", lambda row: row["ci_low"] - 0.1, {"interval symmetric"}),
    "a sign lost": ("ci_low", lambda row: row["ci_high"] + 1, {"mean inside interval"}),
    "n copied short": ("n", lambda row: round(row["n"] * 0.7), {"n against other outcomes"}),
    "a label repeated": ("change", lambda row: "unchanged", {"change categories complete"}),
    "a comma lost": ("printed", lambda row: row["printed"].replace(",", "."), {"punctuation"}),
    "an effect size without ground": (
        "effect_size",
        lambda row: 3.0 if pd.isna(row["effect_size"]) else -row["effect_size"],
        {"effect size only below 0.05", "effect size only off 0", "effect size sign"},
    ),
}


@pytest.mark.parametrize("fault", INTERVAL_FAULTS)
@FEW
@given(seed=SEEDS)
def test_a_planted_fault_in_an_interval_table_is_found(interval_table, fault, seed):
    column, wrong, checks = INTERVAL_FAULTS[fault]
    table = interval_table(seed)
    table.loc[0, column] = wrong(table.loc[0])
    assert checks & set(audit(table)["check"])


COUNT_FAULTS = {
    "a level miscounted": (("home", "City"), "n", 3, {"row adds up to total"}),
    "a level of everybody miscounted": (("home", "City"), "n", 3, {"column adds up to base"}),
    "a tick miscounted": (("travel", "Bus"), "n", 3, {"row adds up to total"}),
    "a percentage mistyped": (("home", "Town"), "percent", 10, {"percentage against count"}),
    "a mean mistyped": (("score", ""), "mean", 10, {"total mean and SD"}),
    "a cell printed twice": (("home", "City"), "region", "South", {"cell stands once"}),
}


@pytest.mark.parametrize("fault", COUNT_FAULTS)
@FEW
@given(seed=SEEDS)
def test_a_planted_fault_in_a_count_table_is_found(count_table, fault, seed):
    (variable, level), column, change, checks = COUNT_FAULTS[fault]
    table = count_table(seed)
    where = (table["variable"] == variable) & (table["level"] == level) & (table["region"] == "North")
    table.loc[where, column] = change if column == "region" else table.loc[where, column] + change
    assert checks <= set(audit(table)["check"])


def test_a_month_with_more_logs_than_the_month_before_is_found():
    table = pd.DataFrame(
        {"region": "Leeds", "month": [1, 2, 3], "quarterly": [5, 2, 1], "monthly": [1, 2, 4]}
    )
    found = audit(table, "Table 1")
    assert found[["table", "row", "column", "arithmetic"]].to_numpy().tolist() == [
        ["Table 1", "Leeds", "month 3", "month 3 has 5 logs, month 2 has 4"]
    ]


def test_shares_may_miss_a_hundred_by_their_rounding_only():
    table = pd.DataFrame({"place": ["A", "B"], "yes_percent": [66.6, 66.6], "no_percent": [33.3, 33.2]})
    assert audit(table)["row"].tolist() == ["B"]


def test_the_table_is_unchanged(count_table):
    table = count_table(1)
    before = table.copy()
    audit(table)
    pd.testing.assert_frame_equal(table, before)


def test_a_table_of_no_known_shape_names_the_shapes():
    with pytest.raises(DataError, match="means with intervals"):
        audit(pd.DataFrame(columns=["a", "b"]))


def test_a_count_table_without_bases_says_what_to_add(count_table):
    with pytest.raises(DataError, match="base of each column"):
        audit(count_table(1).query("variable != 'n'"))
