"""Consistent tables, made the way a report makes them: from numbers that agree, then rounded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

CHANGES = ("decreased", "unchanged", "increased")
REGIONS = ("North", "South", "East", "West")


def make_interval_table(seed: int) -> pd.DataFrame:
    """Models of two outcomes by two measures: each either without effect or with one clear effect."""
    random = np.random.default_rng(seed)
    sds = {"calm": random.uniform(2, 5), "ease": random.uniform(2, 14)}
    complete = {"calm": 1.0, "ease": random.uniform(0.7, 1)}
    rows = []
    for exposure in ("given", "received"):
        people = random.integers(60, 400, 3)
        for outcome, sd in sds.items():
            n = np.round(people * complete[outcome])
            z = random.uniform(-0.5, 0.5, 3)
            if random.random() < 0.5:
                z[random.integers(3)] = random.choice([-1, 1]) * random.uniform(7, 12)
            rows += _model(exposure, outcome, sd, n, z)
    return pd.DataFrame(rows)


def _model(exposure, outcome, sd, n, z):
    mean, half = z * sd / np.sqrt(n), 1.96 * sd / np.sqrt(n)
    x2 = (n * (mean - np.average(mean, weights=n)) ** 2).sum() / sd**2
    p_value = round(float(chi2.sf(x2, 2)), 3)
    for change, k, m, h in zip(CHANGES, n, mean, half, strict=True):
        low, high = round(m - h, 2), round(m + h, 2)
        effect = round(m / sd, 2) if p_value < 0.05 and (low > 0 or high < 0) else np.nan
        yield {
            "table": "T1", "sample": "whole", "exposure": exposure, "outcome": outcome,
            "subgroup_variable": "", "subgroup_level": "", "change": change, "n": k, "mean": round(m, 2),
            "ci_low": low, "ci_high": high, "p_value": p_value, "effect_size": effect,
            "printed": f"{m:.2f} ({low:.2f}, {high:.2f})",
        }  # fmt: skip


def make_count_table(seed: int) -> pd.DataFrame:
    """A question of three levels, one that several may tick, and a scale, by region."""
    random = np.random.default_rng(seed)
    people = pd.DataFrame({"region": random.choice(REGIONS, 300)})
    people["home"] = random.choice(["City", "Town", "Village", None], 300, p=[0.5, 0.3, 0.15, 0.05])
    for tick in ("Bus", "Train"):
        people[tick] = np.where(people["home"].isna(), np.nan, random.random(300) < 0.4)
    people["score"] = np.where(random.random(300) < 0.1, np.nan, random.normal(20, 5, 300).round())
    groups = [*people.groupby("region"), ("Total", people)]
    return pd.DataFrame([row for region, group in groups for row in _column(region, group)])


def _column(region, group):
    def row(variable, level, n=np.nan, of=0, mean=np.nan, sd=np.nan):
        percent = round(100 * n / of, 1) if of else np.nan
        return {"variable": variable, "level": level, "region": region, "n": n, "percent": percent,
                "mean": mean, "sd": sd}  # fmt: skip

    home, score = group["home"].dropna(), group["score"].dropna()
    yield row("n", "", len(group))
    for level in ("City", "Town", "Village"):
        yield row("home", level, (home == level).sum(), len(home))
    yield row("home", "MISSING", len(group) - len(home))
    for tick in ("Bus", "Train"):
        yield row("travel", tick, group[tick].sum(), len(home))
    yield row("travel", "MISSING", len(group) - len(home))
    yield row("score", "", mean=round(score.mean(), 1), sd=round(score.std(), 1))
    yield row("score", "MISSING", len(group) - len(score))


@pytest.fixture(scope="session")
def interval_table():
    return make_interval_table


@pytest.fixture(scope="session")
def count_table():
    return make_count_table
