from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from peerbook.data import load_definitions
from peerbook.errors import ParameterError
from peerbook.log import clean, score
from peerbook.log.scoring import metric_score, sum_score, value_set_score

QUESTIONNAIRES = load_definitions("side_by_side").questionnaires
SUMS = [name for name, q in QUESTIONNAIRES.items() if q.score != "value_set"]
EQ5D = QUESTIONNAIRES["eq5d_index"]


def answers(name: str):
    """Complete answers to a questionnaire."""
    questionnaire = QUESTIONNAIRES[name]
    low, high = questionnaire.range
    return arrays.arrays(float, (4, len(questionnaire.items)), elements=st.integers(low, high).map(float))


@pytest.mark.parametrize("name", SUMS)
@given(data=st.data())
def test_a_sum_stays_in_its_bounds(name, data):
    total = sum_score(data.draw(answers(name)), QUESTIONNAIRES[name])
    lowest, highest = QUESTIONNAIRES[name].bounds
    assert ((lowest <= total) & (total <= highest)).all()


@given(data=st.data())
def test_reversing_twice_gives_the_answers_back(data):
    hope = QUESTIONNAIRES["hope"]
    given_answers = data.draw(answers("hope"))
    reversed_items = np.isin(list(hope.items), hope.reversed)
    turned = np.where(reversed_items, sum(hope.range) - given_answers, given_answers)
    assert np.array_equal(sum_score(turned, hope), turned[:, ~reversed_items].sum(axis=1)
                          + given_answers[:, reversed_items].sum(axis=1))  # fmt: skip
    assert np.array_equal(np.where(reversed_items, sum(hope.range) - turned, turned), given_answers)


@pytest.mark.parametrize("name", SUMS)
@given(data=st.data())
def test_a_higher_answer_raises_the_score_unless_it_is_reversed(name, data):
    questionnaire = QUESTIONNAIRES[name]
    low, high = questionnaire.range
    before = np.full((1, len(questionnaire.items)), float(data.draw(st.integers(low, high - 1))))
    place = data.draw(st.integers(0, before.shape[1] - 1))
    after = before.copy()
    after[0, place] += 1
    step = -1 if list(questionnaire.items)[place] in questionnaire.reversed else 1
    assert sum_score(after, questionnaire) - sum_score(before, questionnaire) == step


def test_hope_reverses_items_three_and_six():
    ones = np.ones((1, 12))
    assert sum_score(ones, QUESTIONNAIRES["hope"]).tolist() == [10 + 4 + 4]
    best = np.where(np.isin(np.arange(12), [2, 5]), 1.0, 4.0)[None]
    assert sum_score(best, QUESTIONNAIRES["hope"]).tolist() == [48]


def test_one_missing_item_makes_a_score_missing():
    row = np.array([[3, 3, 3, np.nan, 3, 3, 3], [3] * 7])
    assert np.isnan(sum_score(row, QUESTIONNAIRES["wellbeing"])).tolist() == [True, False]


@pytest.mark.parametrize(("missing", "total"), [(0, 21.0), (1, 21.0), (2, None), (7, None)])
def test_prorating_uses_the_mean_of_the_answered_items_down_to_the_rule(missing, total):
    row = np.full((1, 7), 3.0)
    row[0, :missing] = np.nan
    found = sum_score(row, QUESTIONNAIRES["wellbeing"], prorate=True)[0]
    assert found == total if total is not None else np.isnan(found)


def test_prorating_turns_reversed_items_first():
    row = np.full((1, 12), 4.0)
    row[0, 0] = np.nan
    assert sum_score(row, QUESTIONNAIRES["hope"], prorate=True)[0] == pytest.approx((9 * 4 + 2 * 1) / 11 * 12)


def test_a_questionnaire_without_a_rule_is_never_prorated():
    assert np.isnan(sum_score(np.array([[1, 2, np.nan]]), QUESTIONNAIRES["family"], prorate=True)).all()


@pytest.mark.parametrize(
    ("raw_sum", "metric"), [(7, 7.0), (20, 18.59), (29, 26.02), (35, 35.0), (21.4, 19.25)]
)
def test_metric_scores_are_looked_up(raw_sum, metric):
    assert metric_score(np.array([raw_sum]), QUESTIONNAIRES["wellbeing"]).tolist() == [metric]


def test_a_missing_sum_has_no_metric_score():
    assert np.isnan(metric_score(np.array([np.nan]), QUESTIONNAIRES["wellbeing"])).all()


@given(st.lists(st.integers(7, 35), min_size=2, max_size=2, unique=True))
def test_the_metric_keeps_the_order_of_the_sums(sums):
    low, high = metric_score(np.array(sorted(sums), dtype=float), QUESTIONNAIRES["wellbeing"])
    assert low < high


@pytest.mark.parametrize(
    ("state", "index"),
    [("11111", 1.0), ("11112", 0.848), ("11121", 0.796), ("21111", 0.850), ("22222", 0.516), ("21232", 0.088),
     ("33333", -0.594)],
)  # fmt: skip
def test_eq5d_index_of_published_states(state, index):
    assert value_set_score(np.array([[float(level) for level in state]]), EQ5D).tolist() == [index]


@given(data=st.data())
def test_a_worse_health_state_never_has_a_higher_index(data):
    state = data.draw(answers("eq5d_index"))
    worse = np.minimum(
        state + data.draw(arrays.arrays(float, state.shape, elements=st.sampled_from([0.0, 1.0]))), 3
    )
    lost = value_set_score(state, EQ5D) - value_set_score(worse, EQ5D)
    assert (lost >= 0).all()
    assert (value_set_score(state, EQ5D) >= EQ5D.bounds[0]).all()


def test_an_incomplete_health_state_has_no_index():
    assert np.isnan(value_set_score(np.array([[1, 1, 1, 1, np.nan]]), EQ5D)).all()


@pytest.fixture
def logs(raw):
    """Two cleaned logs."""
    cells = {"pairs_given": "2", "one_to_one_given": "1", "networks_given": "5", "elefriends_received": "7"}
    rows = [
        raw.log(1, **cells),
        raw.log(2, completed_on="2016-03-01", pairs_given="-9", projects_attended=""),
    ]
    return clean(raw.tables(logs=rows), raw.definitions).data


def test_support_measures(logs, definitions):
    scored = score(logs, definitions)
    first, second = (scored.loc[row, definitions.support_types.measures].to_dict() for row in (0, 1))
    assert first == {
        "projects_attended": 1, "types_given": 4, "types_received": 2,
        "informal_given": 3, "informal_received": 0,
        "one_to_one_given": 3, "one_to_one_received": 0, "group_given": 0, "group_received": 2,
        "online_given": 0, "online_received": 7,
    }  # fmt: skip
    assert second["types_given"] == 2
    assert np.isnan(second["one_to_one_given"])
    assert np.isnan(second["projects_attended"])


def test_scores_are_new_columns_and_the_logs_stay_as_they_are(logs, definitions):
    before = logs.copy()
    scored = score(logs, definitions)
    pd.testing.assert_frame_equal(logs, before)
    assert scored[definitions.scores].iloc[0].dropna().to_dict() == {
        "wellbeing": 21.0, "wellbeing_metric": 19.25, "health": 6.0,
    }  # fmt: skip
    assert (scored[definitions.scores].dtypes == "float64").all()


def test_a_score_may_be_the_metric_one(logs, definitions):
    scored = score(logs, definitions, scale="metric")
    assert scored["wellbeing"].tolist() == scored["wellbeing_metric"].tolist() == [19.25, 19.25]


@pytest.mark.parametrize("choice", [{"scale": "metrics"}, {"missing_items": "prorate"}])
def test_an_unknown_choice_is_refused_with_the_nearest(logs, definitions, choice):
    with pytest.raises(ParameterError, match="did you mean"):
        score(logs, definitions, **choice)
