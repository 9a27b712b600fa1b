"""The difference of two means of different factors is a coefficient of the same model written anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from peerbook.errors import ModelError
from peerbook.stats import random_intercept


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    person = np.repeat(np.arange(25), 4)
    given, received = rng.random((2, 100)) < 0.4
    outcome = given + 0.5 * received + rng.normal(0, 1, 25)[person] + rng.normal(0, 1, 100)
    return pd.DataFrame(
        {
            "person": person,
            "given": np.where(given, "more", "less"),
            "received": np.where(received, "more", "less"),
            "total": given.astype(float) + received,
            "apart": given.astype(float) - received,
            "outcome": outcome,
        }
    )


@pytest.mark.parametrize("ddf", ["satterthwaite", "kenward-roger"])
def test_it_is_the_coefficient_of_half_the_difference(rows, ddf):
    # b1 x1 + b2 x2 = (b1 + b2)/2 (x1 + x2) + (b1 - b2)/2 (x1 - x2); the means differ by (b1 - b2)/2
    fit = random_intercept("outcome ~ given + received", rows, "person")
    found = fit.difference({"given": "more"}, {"received": "more"}, ddf, level=0.9).iloc[0]
    again = random_intercept("outcome ~ total + apart", rows, "person").fixed_effects(ddf, level=0.9)
    expected = again[again["term"] == "apart"].iloc[0]
    for name in ("estimate", "se", "df", "ci_low", "ci_high", "p_value"):
        assert found[name] == pytest.approx(expected[name], rel=1e-6)
    assert found["reason"] == ""


def test_of_one_factor_it_is_the_contrast(rows):
    fit = random_intercept("outcome ~ given + received", rows, "person")
    found = fit.difference({"given": "less"}, {"given": "more"}).iloc[0]
    expected = fit.contrasts("given").iloc[0]
    for name in ("estimate", "se", "df", "ci_low", "ci_high", "p_value"):
        assert found[name] == pytest.approx(expected[name])


def test_a_mean_that_no_score_can_have_is_compared_with_nothing(rows):
    fit = replace(random_intercept("outcome ~ given + received", rows, "person"), possible=(-0.1, 0.1))
    found = fit.difference({"given": "more"}, {"received": "more"}).iloc[0]
    assert np.isnan(found["estimate"])
    assert found["reason"]


def test_an_unknown_level_is_refused(rows):
    fit = random_intercept("outcome ~ given + received", rows, "person")
    with pytest.raises(ModelError, match=r"no level `most`\. It has: less, more"):
        fit.difference({"given": "most"}, {"received": "more"})
