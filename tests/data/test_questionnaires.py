from __future__ import annotations

import hashlib

import pytest
import yaml

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.data.questionnaires import load_questionnaires
from peerbook.errors import DataError

OUTCOMES = ["wellbeing", "hope", "family", "friends", "neighbours", "self_efficacy", "health", "eq5d_index"]


def test_the_questionnaires_of_the_log():
    questionnaires = load_definitions("side_by_side").questionnaires
    assert list(questionnaires) == OUTCOMES
    bounds = {name: q.bounds for name, q in questionnaires.items()}
    assert bounds == {
        "wellbeing": (7, 35), "hope": (12, 48), "family": (0, 15), "friends": (0, 15), "neighbours": (0, 15),
        "self_efficacy": (6, 60), "health": (1, 10), "eq5d_index": (-0.594, 1.0),
    }  # fmt: skip
    assert {q.direction for q in questionnaires.values()} == {"high is good"}
    assert questionnaires["hope"].reversed == ["hope_3", "hope_6"]


def test_the_metric_table_is_the_one_that_was_checked():
    metric = load_definitions("side_by_side").questionnaires["wellbeing"].metric
    printed = " ".join(f"{raw}:{score:.2f}" for raw, score in metric.table.items())
    assert hashlib.sha256(printed.encode()).hexdigest()[:16] == "5a59cbd55841824b"
    assert metric.table[29] == 26.02
    assert metric.variants == {29: 25.99}


def test_no_item_is_in_two_questionnaires():
    items = [item for q in load_definitions("side_by_side").questionnaires.values() for item in q.items]
    assert len(items) == len(set(items))


def written(tmp_path, outcome, **changes):
    block = yaml.safe_load((paths.data_schema() / "side_by_side" / "questionnaires.yml").read_text())[outcome]
    (tmp_path / "questionnaires.yml").write_text(yaml.safe_dump({outcome: block | changes}, sort_keys=False))
    return tmp_path


@pytest.mark.parametrize(
    ("outcome", "changes", "message"),
    [
        ("hope", {"revresed": []}, "hope: unknown key 'revresed'; did you mean 'reversed'"),
        ("hope", {"reversed": ["hope_13"]}, "reversed items must be items"),
        ("hope", {"score": "mean"}, "score 'mean' is none of sum, value, value_set"),
        ("hope", {"range": [4, 1]}, "range 4 to 1 is empty"),
        ("hope", {"missing": {"complete": 11}}, "a complete answer has 12 items"),
        (
            "hope",
            {"missing": {"complete": 12, "prorated": {"at_least": 12, "source": ""}}},
            "must allow a missing",
        ),
        (
            "hope",
            {"missing": {"complete": 12, "prorated": {"atleast": 9}}},
            "missing, prorated: unknown key 'atleast'",
        ),
        ("hope", {"score": "value", "missing": {"complete": 12}}, "needs exactly one item"),
        ("hope", {"score": "value_set", "missing": {"complete": 12}}, "need each other"),
        ("wellbeing", {"range": [1, 4]}, "the metric table must list every possible sum in order"),
        ("eq5d_index", {"range": [1, 4]}, "every item needs a decrement for"),
        ("eq5d_index", {"missing": {"complete": 5, "prorated": {"at_least": 4, "source": ""}}}, "only a sum"),
    ],
)
def test_a_block_that_contradicts_itself_is_refused(tmp_path, outcome, changes, message):
    with pytest.raises(DataError, match=message):
        load_questionnaires(written(tmp_path, outcome, **changes))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"table": {7: 7.0}}, "the metric table must list every possible sum"),
        ({"variants": {36: 1.0}}, "a variant must be of a sum in the table"),
        ({"tabel": {}}, "metric: unknown key 'tabel'; did you mean 'table'"),
    ],
)
def test_a_metric_that_does_not_fit_is_refused(tmp_path, change, message):
    block = yaml.safe_load((paths.data_schema() / "side_by_side" / "questionnaires.yml").read_text())[
        "wellbeing"
    ]
    with pytest.raises(DataError, match=message):
        load_questionnaires(written(tmp_path, "wellbeing", metric=block["metric"] | change))
