from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.errors import ModelError
from peerbook.stats import effective_number, random_intercept, simulated, smallest_difference, smallest_mean

sizes = st.lists(st.integers(1, 20), min_size=1, max_size=30)


def rows(people: int, each: int, seed: int = 5) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), each)
    return pd.DataFrame({"person": person, "support": random.choice(["more", "same"], len(person))})


@settings(max_examples=25)
@given(sizes, st.floats(0, 1))
def test_rows_are_worth_no_more_than_themselves_and_no_less_than_their_groups(n, correlation):
    found = effective_number(n, correlation)
    assert len(n) - 1e-9 <= found <= sum(n) + 1e-9


@pytest.mark.parametrize(
    ("n", "significance", "power"), [(34, 0.05, 0.8), (3, 0.05, 0.8), (10, 0.01, 0.9), (403, 0.05, 0.8)]
)
def test_the_smallest_mean_has_the_power_that_the_noncentral_t_distribution_says(n, significance, power):
    from scipy.stats import nct, t

    far, limit = smallest_mean(n, significance, power) * n**0.5, t.ppf(1 - significance / 2, n - 1)
    assert nct.sf(limit, n - 1, far) + nct.cdf(-limit, n - 1, far) == pytest.approx(power, abs=1e-6)


@settings(max_examples=25)
@given(st.floats(3, 5000), st.floats(3, 5000))
def test_the_smallest_difference_is_found_for_any_two_numbers(first, second):
    from statsmodels.stats.power import TTestIndPower

    found = smallest_difference(first, second)
    assert TTestIndPower().power(found, first, 0.05, second / first) == pytest.approx(0.8, abs=1e-6)


def test_two_rows_show_nothing():
    assert math.isnan(smallest_mean(2))
    assert math.isnan(smallest_difference(2, 400))


def test_without_correlation_simulation_and_formula_agree():
    frame = rows(100, 4)
    n = frame["support"].value_counts()
    between = ("support", "more", "same")
    assert simulated(frame, "person", 0.0) == pytest.approx(smallest_mean(400), rel=0.06)
    formula = smallest_difference(n["more"], n["same"])
    assert simulated(frame, "person", 0.0, between) == pytest.approx(formula, rel=0.06)


def test_with_correlation_a_mean_is_harder_to_see_and_a_difference_within_people_easier():
    frame = rows(100, 4)
    alike = effective_number([4] * 100, 0.5)
    between = ("support", "more", "same")
    n = frame["support"].value_counts() * alike / 400
    assert simulated(frame, "person", 0.5) == pytest.approx(smallest_mean(alike), rel=0.08)
    assert simulated(frame, "person", 0.5, between) < 0.75 * smallest_difference(n["more"], n["same"])


@pytest.mark.slow
def test_a_change_as_large_as_said_is_found_as_often_as_said():
    frame = rows(60, 3)
    size = simulated(frame, "person", 0.4, ("support", "more", "same"), simulations=400, seed=1)
    random, found = np.random.default_rng(2), 0
    for _ in range(400):
        common = random.standard_normal(60)[frame["person"]] * 0.4**0.5
        drawn = common + random.standard_normal(len(frame)) * 0.6**0.5 + size * (frame["support"] == "more")
        fit = random_intercept("drawn ~ support", frame.assign(drawn=drawn), "person")
        found += fit.f_tests()["p_value"].iloc[0] < 0.05
    assert found / 400 == pytest.approx(0.8, abs=0.05)


def test_the_same_seed_gives_the_same_and_another_nearly():
    frame = rows(50, 3)
    assert simulated(frame, "person", 0.3, simulations=40) == simulated(frame, "person", 0.3, simulations=40)
    other = simulated(frame, "person", 0.3, simulations=40, seed=9)
    assert other != simulated(frame, "person", 0.3, simulations=40)
    assert other == pytest.approx(simulated(frame, "person", 0.3, simulations=40), rel=0.25)


def test_what_cannot_be_fitted_shows_nothing():
    alone = pd.DataFrame({"person": [1, 2, 3, 4], "support": ["more", "more", "same", "same"]})
    assert math.isnan(simulated(alone, "person", 0.2, simulations=20))
    nobody = rows(30, 2).assign(support="same")
    assert math.isnan(simulated(nobody, "person", 0.2, ("support", "more", "same"), simulations=20))


def test_too_few_simulations_are_refused():
    with pytest.raises(ModelError, match="at least 20"):
        simulated(rows(20, 2), "person", 0.2, simulations=10)
