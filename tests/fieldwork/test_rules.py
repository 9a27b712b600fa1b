"""The rules of a study are read, and refused if they cannot be."""

from __future__ import annotations

import pytest

from peerbook import paths
from peerbook.data import load_definitions, studies
from peerbook.errors import DataError
from peerbook.fieldwork import Rules, read_rules
from peerbook.fieldwork.rules import FILE


@pytest.mark.parametrize("study", studies())
def test_the_rules_of_every_study_hold_together(study):
    rules, definitions = read_rules(study), load_definitions(study)
    assert set(rules.targets) <= set(definitions.regions)
    assert not rules.targets or "fieldwork/withdrawals" in definitions.tables


def test_a_study_that_says_nothing_has_the_usual_rules():
    assert read_rules("no_such_study") == Rules()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("quarterly_every: 0", "quarterly_every: found 0"),
        ("prizes: [car]", "found 'car'"),
        ("quaterly_every: 3", "did you mean"),
        ("silent_months: two", "found"),
    ],
)
def test_rules_that_cannot_be_are_refused(said, found, tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / FILE).write_text(said, encoding="utf-8")
    monkeypatch.setattr(paths, "data_schema", lambda: tmp_path)
    with pytest.raises(DataError, match=r"(?i)" + found):
        read_rules("mine")
