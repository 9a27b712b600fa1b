"""Do 95% intervals cover 95%, and does a true null get rejected 5% of the time?

    python -m tests.benchmarks.coverage [all | chained]

simulates data sets of the report's shape (403 people, 1,414 pairs, three categories of change, a start
value) in which the category makes no difference, fits the report's model and counts. The Monte Carlo error
of a share of 5% is 0.7 percentage points with 1,000 data sets and 0.2 with 10,000, so both are written to
`peerbook/stats/coverage.csv`: the first 1,000 data sets, and all.

With `chained` only the second part is done, which takes two minutes: scores are drawn for the logs of the
cohort, with pairs that share logs, real turnout and drop-out, and small subgroups (see `chained`), and eight
models of the grid are fitted to each data set. It is written to `coverage.csv` of the robustness chapter.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from peerbook import open_log, stats
from peerbook.chapters.side_by_side import robustness
from peerbook.chapters.side_by_side.associations.grid import MODEL, Model, fit_model, pairs_of, ranges_of
from peerbook.errors import ModelError
from peerbook.stats import random_intercept
from tests.benchmarks.chained import MODELS, simulate_scores, truth

PEOPLE, PAIRS = 403, 1414
CATEGORIES = np.array(["decreased", "increased", "unchanged"])
CORRELATIONS = (0.0, 0.1, 0.3)  # share of the variance between people
METHODS = ("satterthwaite", "kenward-roger")
SD, SLOPE, LEVEL = 4.24, -0.35, 0.95  # the report's standard deviation of change in wellbeing
FILE = Path(stats.__file__).with_name("coverage.csv")  # the book shows both
CHAINED_FILE = Path(robustness.__file__).with_name("coverage.csv")


def simulate(correlation: float, seed: int) -> pd.DataFrame:
    """Draw one data set: everyone has a pair, the other pairs fall on anybody."""
    random = np.random.default_rng([round(1000 * correlation), seed])
    person = np.concatenate([np.arange(PEOPLE), random.integers(0, PEOPLE, PAIRS - PEOPLE)])
    start = random.normal(22, 5, PAIRS)
    effect = random.normal(0, SD * np.sqrt(correlation), PEOPLE)[person]
    noise = random.normal(0, SD * np.sqrt(1 - correlation), PAIRS)
    category = CATEGORIES[random.choice(3, PAIRS, p=[0.3, 0.3, 0.4])]
    change = SLOPE * (start - 22) + effect + noise
    return pd.DataFrame({"person": person, "start": start, "category": category, "change": change})


def trial(correlation: float, seed: int) -> list[dict]:
    """Fit one data set: how many of three intervals cover the truth, and whether the test rejects."""
    frame = simulate(correlation, seed)
    fit = random_intercept("change ~ start + category", frame, "person")
    truth = SLOPE * (frame["start"].mean() - 22)
    found = []
    for method in METHODS:
        means, tests = fit.marginal_means("category", ddf=method), fit.f_tests(ddf=method).set_index("term")
        found.append(
            {
                "correlation": correlation,
                "ddf": method,
                "covered": means["ci_low"].le(truth).mul(means["ci_high"].ge(truth)).mean(),
                "rejected": float(tests.loc["category", "p_value"] < 1 - LEVEL),
            }
        )
    return found


def summary(trials: pd.DataFrame) -> pd.DataFrame:
    """Shares and their Monte Carlo errors, a row per correlation and method."""
    grouped = trials.groupby(["correlation", "ddf"], sort=False)
    shares = grouped.agg(
        data_sets=("rejected", "size"),
        coverage=("covered", "mean"),
        coverage_error=("covered", "sem"),
        rejection=("rejected", "mean"),
        rejection_error=("rejected", "sem"),
    )
    return shares.round(5).reset_index()


def run(data_sets: int, correlations: tuple[float, ...] = CORRELATIONS) -> pd.DataFrame:
    """Simulate and fit."""
    return pd.DataFrame(
        [row for correlation in correlations for seed in range(data_sets) for row in trial(correlation, seed)]
    ).assign(place=lambda rows: rows.groupby(["correlation", "ddf"]).cumcount())


def chained_trial(pairs: pd.DataFrame, ranges: Mapping, model: Model, seed: int) -> dict:
    """Fit one model to scores drawn for the logs; a model that is refused has nothing to cover with."""
    simulated = simulate_scores(pairs, seed)
    known = asdict(model) | {"people_least": np.nan, "refused": 1.0}
    with threadpool_limits(1, "blas"):
        try:
            fit = fit_model(model, simulated, ranges)
        except ModelError:
            return known
        means, tests = (
            fit.marginal_means(model.factors).dropna(subset="mean"),
            fit.f_tests().set_index("term"),
        )
    true = truth(model, simulated)
    return known | {
        "refused": 0.0,
        "people_least": means["groups"].min(),
        "covered": means["ci_low"].le(true).mul(means["ci_high"].ge(true)).mean(),
        "rejected": float(tests.loc[model.term, "p_value"] < 1 - LEVEL),
        "zero": float(fit.estimate.ratio == 0),
    }


def run_chained(data_sets: int, jobs: int = 2) -> pd.DataFrame:
    """Simulate, fit and sum up: a row per model."""
    log = open_log(study="side_by_side")
    pairs, ranges = pairs_of(log), dict(ranges_of(log.definitions))
    trials = pd.DataFrame(
        Parallel(jobs)(
            delayed(chained_trial)(pairs, ranges, model, seed)
            for model in MODELS
            for seed in range(data_sets)
        )
    )
    shares = trials.groupby(list(MODEL), sort=False).agg(
        people_least=("people_least", "min"),
        data_sets=("refused", "size"),
        refused=("refused", "mean"),
        zero=("zero", "mean"),
        coverage=("covered", "mean"),
        coverage_error=("covered", "sem"),
        rejection=("rejected", "mean"),
        rejection_error=("rejected", "sem"),
    )
    return shares.round(5).reset_index()


def main(part: str = "all") -> None:
    """Write the files."""
    chained = run_chained(500)
    chained.to_csv(CHAINED_FILE, index=False)
    print(chained.to_string(index=False))
    if part == "chained":
        return
    trials = run(10_000)
    table = pd.concat([summary(trials[trials["place"] < 1000]), summary(trials)], ignore_index=True)
    table.to_csv(FILE, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
