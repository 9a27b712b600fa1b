"""The rules of a study are read, and refused if they cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerbook import paths
from peerbook.data import About, as_told, load_definitions, read_about, studies
from peerbook.errors import DataError, ParameterError
from peerbook.fieldwork import Rules, rules_of

MAIN = load_definitions("side_by_side")


@pytest.mark.parametrize("study", studies())
def test_the_rules_of_every_study_hold_together(study):
    definitions = as_told(load_definitions(study), read_about(paths.stand_in(study)))
    assert set(rules_of(definitions).targets) <= set(definitions.regions)


def test_the_targets_are_those_of_the_sample_size():
    rules = rules_of(as_told(MAIN, read_about(paths.stand_in("side_by_side"))))
    assert sum(rules.targets.values()) == 19 * 34
    assert str(rules.ends) == MAIN.tables["logs"].fields["completed_on"].constraints.maximum


def test_a_study_that_says_nothing_has_the_usual_rules():
    assert rules_of(replace(MAIN, fieldwork={})) == Rules()


def test_another_study_has_its_own_targets_and_may_change_the_rules():
    own = About(regions=("North",), fieldwork={"quarterly_every": 6, "targets": {"North": 50}})
    rules = rules_of(as_told(MAIN, own))
    assert (rules.quarterly_every, dict(rules.targets)) == (6, {"North": 50})
    assert rules.prizes == rules_of(MAIN).prizes
    assert rules_of(as_told(MAIN, About(regions=("North",)))).targets == {}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"quarterly_every": 0}, "quarterly_every: found 0"),
        ({"prizes": ["car"]}, "found 'car'"),
        ({"quaterly_every": 3}, "did you mean"),
        ({"silent_months": "two"}, "silent_months: found"),
        ({"ends": "2016-02-30"}, "ends: found '2016-02-30'"),
        ({"targets": {"Nowhere": 3}}, "'Nowhere' is not a region"),
    ],
)
def test_rules_that_cannot_be_are_refused(said, found):
    with pytest.raises((DataError, ParameterError), match=r"(?i)" + found):
        rules_of(replace(MAIN, fieldwork=said))
