from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from peerbook.log.scoring import sum_score
from stand_in.make.side_by_side.answers import answers_for, health_states, item_answers


@given(st.lists(st.integers(6, 60), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_answers_add_up_and_stay_on_the_scale(totals, seed):
    answers = answers_for(np.random.default_rng(seed), np.array(totals, dtype=float), 6, (1, 10))
    assert answers.sum(axis=1).tolist() == totals
    assert answers.min() >= 1
    assert answers.max() <= 10


def test_items_score_to_what_was_wanted_reversed_items_too(definitions):
    rng = np.random.default_rng(0)
    scores = pd.DataFrame({"hope": [12.0, 31.0, 48.0, np.nan]})
    answers = item_answers(rng, scores, pd.DataFrame({"hope": [False] * 4}))
    hope = definitions.questionnaires["hope"]
    rebuilt = sum_score(answers[list(hope.items)].to_numpy(), hope)
    assert rebuilt[:3].tolist() == [12, 31, 48]
    assert answers.loc[2, ["hope_1", "hope_3", "hope_6"]].tolist() == [4, 1, 1]
    assert answers.loc[3].isna().all()


def test_a_spoilt_questionnaire_lacks_one_answer():
    scores = pd.DataFrame({"wellbeing": [21.0, np.nan, np.nan]})
    answers = item_answers(
        np.random.default_rng(0), scores, pd.DataFrame({"wellbeing": [False, True, False]})
    )
    assert answers.isna().sum(axis=1).tolist() == [0, 1, 7]


def test_items_share_a_factor(study):
    wellbeing = study.logs[[f"swemwbs_{item}" for item in range(1, 8)]].astype(float)
    between = wellbeing.corr().to_numpy()[np.triu_indices(7, 1)]
    assert between.min() > 0.2


def test_health_states_follow_health_today():
    states = health_states(np.random.default_rng(0), np.repeat([1.0, 10.0], 400))
    assert set(np.unique(states.to_numpy()[~np.isnan(states)])) <= {1.0, 2.0, 3.0}
    assert (states[:400].mean() > states[400:].mean() + 0.2).all()
