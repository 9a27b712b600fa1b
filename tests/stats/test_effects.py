"""Sizes in words at their boundaries, and the reading rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import ModelError
from peerbook.stats import LARGE, MEDIUM, SMALL, effect_size, reading_rule, size_word


@pytest.mark.parametrize(
    ("effect", "word"),
    [
        (0.0, "trivial"), (0.1999, "trivial"), (SMALL, "small"), (0.4999, "small"), (MEDIUM, "medium"),
        (LARGE, "medium"), (0.8001, "large"), (-0.3, "small"), (-2.0, "large"), (np.nan, ""),
    ],
)  # fmt: skip
def test_words(effect, word):
    assert size_word(effect) == word


def test_effect_size_is_mean_over_standard_deviation():
    assert effect_size(-2.12, 4.24) == pytest.approx(-0.5)
    assert effect_size(np.array([1.0, 2.0]), 4.0).tolist() == [0.25, 0.5]


@pytest.mark.parametrize("sd", [0.0, -1.0])
def test_a_standard_deviation_must_be_positive(sd):
    with pytest.raises(ModelError, match="above 0"):
        effect_size(1.0, sd)


MEANS = pd.DataFrame(
    {
        "category": ["decreased", "unchanged", "increased"],
        "mean": [-2.2, 0.1, 0.9],
        "ci_low": [-3.0, -0.3, 0.0],
        "ci_high": [-1.4, 0.5, 1.8],
    }
)


def test_both_conditions_are_needed():
    before = MEANS.copy(deep=True)
    read = reading_rule(MEANS, p_value=0.049, sd_of_change=4.0)
    pd.testing.assert_frame_equal(MEANS, before)
    assert read["changed"].tolist() == [
        True,
        False,
        False,
    ]  # an interval that touches zero does not leave it out
    assert read["effect_size"].tolist()[0] == pytest.approx(-0.55)
    assert read["effect_size"].isna().tolist() == [False, True, True]
    assert read["size"].tolist() == ["medium", "", ""]
    assert not reading_rule(MEANS, p_value=0.05, sd_of_change=4.0)["changed"].any()


def test_each_row_may_have_its_own_test():
    read = reading_rule(MEANS, p_value=pd.Series([0.2, 0.01, 0.01]), sd_of_change=pd.Series([4.0, 2.0, 1.0]))
    assert not read["changed"].any()


def test_missing_means_have_not_changed():
    empty = MEANS.assign(mean=np.nan, ci_low=np.nan, ci_high=np.nan)
    assert not reading_rule(empty, 0.01, 4.0)["changed"].any()
