from __future__ import annotations

import pandas as pd
import pytest

from peerbook.errors import DataError, ParameterError
from peerbook.review.selection import decisions, verdicts

TESTS = pd.DataFrame(
    [
        ("years", 1, "year", "at least", "2004"),
        ("years", 1, "year", "at most", "2014"),
        ("quality", 1, "reviewed", "is", "yes"),
        ("quality", 2, "personal", "is", "yes"),
        ("place", 1, "setting", "is not", "ward"),
        ("part", 1, "part", "one of", "member|paid"),
    ],
    columns=["criterion_id", "alternative", "field", "rule", "value"],
)
GOOD = {"year": 2010, "reviewed": "yes", "personal": "no", "setting": "town", "part": "paid"}


def judged(overrides=None, **fields) -> dict[str, str]:
    records = pd.DataFrame([{"record_id": "a"} | GOOD | fields])
    found = verdicts(records, TESTS, overrides)
    return dict(zip(found["criterion_id"], found["verdict"], strict=True))


def test_a_record_that_meets_everything_is_included():
    records = pd.DataFrame([{"record_id": "a"} | GOOD])
    found = verdicts(records, TESTS)
    assert set(found["verdict"]) == {"meets"}
    assert decisions(found).to_numpy().tolist() == [["a", "include", ""]]


@pytest.mark.parametrize(
    ("criterion", "fields", "verdict"),
    [
        ("years", {"year": 2003}, "fails"),
        ("years", {"year": 2015}, "fails"),
        ("years", {"year": 2004}, "meets"),
        ("years", {"year": None}, "not recorded"),
        ("quality", {"reviewed": "no", "personal": "yes"}, "meets"),
        ("quality", {"reviewed": "no", "personal": "no"}, "fails"),
        ("quality", {"reviewed": None, "personal": "yes"}, "meets"),
        ("quality", {"reviewed": None, "personal": "no"}, "not recorded"),
        ("place", {"setting": "ward"}, "fails"),
        ("place", {"setting": None}, "not recorded"),
        ("place", {"setting": ""}, "not recorded"),
        ("part", {"part": "none"}, "fails"),
        ("part", {"part": None}, "not recorded"),
    ],
)
def test_each_rule_fails_where_it_should_and_says_where_nothing_is_recorded(criterion, fields, verdict):
    found = judged(**fields)
    assert found.pop(criterion) == verdict
    assert set(found.values()) == {"meets"}


def test_half_of_an_alternative_that_fails_decides_even_if_the_other_half_is_not_recorded():
    both = pd.DataFrame([("k", 1, "a", "is", "yes"), ("k", 1, "b", "is", "yes")], columns=TESTS.columns)
    records = pd.DataFrame({"record_id": ["x", "y"], "a": ["no", "yes"]})
    assert verdicts(records, both)["verdict"].tolist() == ["fails", "not recorded"]


def test_a_reason_sets_a_failure_aside_and_nothing_else():
    overrides = pd.DataFrame(
        {"record_id": ["a", "a"], "criterion_id": ["years", "part"], "reason": ["a classic", "not needed"]}
    )
    records = pd.DataFrame(
        [{"record_id": "a"} | GOOD | {"year": 1999}, {"record_id": "b"} | GOOD | {"year": 1}]
    )
    found = verdicts(records, TESTS, overrides).set_index(["record_id", "criterion_id"])
    assert tuple(found.loc[("a", "years")]) == ("set aside", "a classic")
    assert tuple(found.loc[("a", "part")]) == ("meets", "")
    assert found.loc[("b", "years"), "verdict"] == "fails"
    assert decisions(found.reset_index()).to_numpy().tolist() == [
        ["a", "include", ""],
        ["b", "exclude", "years"],
    ]


def test_what_is_not_recorded_leaves_a_decision_open_unless_something_fails():
    records = pd.DataFrame(
        [{"record_id": "a"} | GOOD | {"part": None}, {"record_id": "b"} | GOOD | {"part": None, "year": 1}]
    )
    assert decisions(verdicts(records, TESTS))["decision"].tolist() == ["undecided", "exclude"]


def test_an_unknown_rule_is_refused():
    with pytest.raises(ParameterError, match="at leats"):
        verdicts(pd.DataFrame({"record_id": ["a"]}), TESTS.assign(rule="at leats"))


def test_without_tests_nothing_is_judged():
    assert verdicts(pd.DataFrame({"record_id": ["a"]}), TESTS.head(0)).empty


def test_a_limit_that_is_no_number_is_refused():
    with pytest.raises(DataError, match="found 'recent' for 'at least' of years"):
        verdicts(pd.DataFrame({"record_id": ["a"]}), TESTS.replace({"value": {"2004": "recent"}}))
