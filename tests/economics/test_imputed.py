from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.economics.imputed import imputed, pooled
from peerbook.errors import ModelError, ParameterError


def people(n: int = 80, seed: int = 3) -> pd.DataFrame:
    """Start and end go together."""
    random = np.random.default_rng(seed)
    start = random.normal(0.6, 0.2, n)
    return pd.DataFrame({"start": start, "end": start + random.normal(0.1, 0.05, n)})


def with_gaps(n: int = 80) -> pd.DataFrame:
    """Give the end of most who started high, and of few who started low."""
    whole = people(n)
    kept = np.random.default_rng(4).random(n) < np.where(whole["start"] > 0.6, 0.9, 0.3)
    return whole.assign(end=whole["end"].where(kept))


def end(frame: pd.DataFrame) -> pd.Series:
    return frame["end"]


def test_without_gaps_it_is_the_mean_with_its_standard_error():
    whole = people()
    found = imputed(whole, {"end": end}, 2, 1)["end"]
    assert found.mean == pytest.approx(whole["end"].mean())
    assert found.se == pytest.approx(whole["end"].sem())
    assert found.missing_information == 0


def test_gaps_that_follow_from_what_is_known_are_made_good():
    truth, gaps = people()["end"], with_gaps()
    found = imputed(gaps, {"end": end}, 5, 1)["end"]
    assert abs(found.mean - truth.mean()) < abs(gaps["end"].mean() - truth.mean()) / 2
    assert found.ci_low < truth.mean() < found.ci_high
    assert 0 < found.missing_information < 1


def test_the_same_seed_gives_the_same_and_the_frame_is_left_as_it_was():
    gaps = with_gaps()
    before = gaps.copy()
    first, again = (imputed(gaps, {"end": end}, 2, 7)["end"] for _ in range(2))
    assert first == again
    pd.testing.assert_frame_equal(gaps, before)


def test_rubins_rules_by_hand():
    """W = 0.03, B = 0.01, T = 0.03 + 4/3 x 0.01; degrees 2 (T / (4/3 x 0.01))^2 = 21.125; t = 2.0788."""
    found = pooled([(0.4, 0.02), (0.5, 0.03), (0.6, 0.04)])
    assert found.mean == pytest.approx(0.5)
    assert found.se == pytest.approx((0.03 + 4 / 3 * 0.01) ** 0.5)
    assert found.missing_information == pytest.approx(4 / 13)
    assert (found.ci_high - found.mean) / found.se == pytest.approx(2.0788, abs=1e-4)


def test_too_few_answers_are_refused_and_named():
    gaps = people().assign(end=lambda frame: frame["end"].where(frame.index < 19))
    with pytest.raises(ModelError, match="end: fewer than 20 people answered"):
        imputed(gaps, {"end": end}, 2, 1)


@pytest.mark.parametrize(("imputations", "level"), [(1, 0.95), (5, 1.5)])
def test_choices_that_make_no_sense_are_refused(imputations, level):
    with pytest.raises(ParameterError):
        imputed(people(), {"end": end}, imputations, 1, level)
