"""Cells judged by hand, from the words of the rules and of the statuses, before they were computed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from peerbook.published import compare
from peerbook.published.cells import PLACE
from peerbook.published.comparison import STATUSES
from peerbook.published.rules import RULES, rule_named

JUDGED = pd.read_csv(Path(__file__).with_name("judged_by_hand.csv"), dtype=str, keep_default_na=False)
JUDGED = JUDGED.assign(table="1", row=JUDGED["why"], column="", quantity="value")
ANSWERS = ["within_rule", "as_printed", "zero_agrees", "status"]


def numbers(column):
    return pd.to_numeric(JUDGED[column], errors="coerce")


@pytest.fixture(scope="module")
def compared():
    flags = {name: JUDGED[name] == "yes" for name in ("corrected", "interval_corrected")}
    bounds = {name: numbers(name) for name in ("value", "low", "high")}
    printed = JUDGED[[*PLACE, "printed", "rule", "conflict"]].assign(**bounds, **flags)
    words = JUDGED["rule"].map(lambda name: rule_named(name).of_words)
    found = JUDGED[PLACE].assign(
        value=numbers("rebuilt").mask(words),
        other=numbers("other"),
        text=JUDGED["rebuilt"].where(words & (JUDGED["rebuilt"] != ""), None),
        blank=JUDGED["blank"] == "yes",
    )
    rebuilt = found[(JUDGED["rebuilt"] != "") | found["blank"]]
    return compare(printed, rebuilt).set_index("row")


@pytest.mark.parametrize("cell", JUDGED.to_dict("records"), ids=lambda cell: cell["why"])
def test_a_cell_has_the_status_that_a_reader_of_the_rules_gives_it(compared, cell):
    assert compared.loc[cell["why"], ANSWERS].tolist() == [
        cell["within"], cell["strict"], cell["zero"], cell["status"],
    ]  # fmt: skip


def test_every_rule_and_every_status_was_judged():
    assert len(JUDGED) >= 60
    assert JUDGED["why"].is_unique
    assert set(JUDGED["status"]) == set(STATUSES)
    assert set(RULES) <= set(JUDGED["rule"])
    assert {name.split()[0] for name in JUDGED["rule"]} >= {"rounds", "within"}
