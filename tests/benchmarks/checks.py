"""How often each check of the robustness chapter finds something where there is nothing.

    python -m tests.benchmarks.checks [data sets]

draws scores for the logs of the cohort (see `chained`), fits models with large and with very small cells and
puts every check to them, at 5%. A check of contrasts errs if it calls any of the three pairs of categories of
a subgroup different; the number of people is that of the smallest of the three cells. A check of the model
errs if it finds the change in support to matter; the number of people is that of the smallest cell of the
model. A check of a mean errs if its interval leaves out the truth.

Before: the two checks as they were, estimating equations with an uncorrected sandwich and people compared
with themselves, both for the pair that lay furthest apart and without adjustment.

Writes `error_rates.csv` into the chapter, which shows it. 400 data sets take some minutes on two processors;
the checks that resample are put to every third of them only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed

from peerbook import open_log
from peerbook.chapters.side_by_side import robustness
from peerbook.chapters.side_by_side.associations.grid import Model, fit_model, pairs_of, ranges_of
from peerbook.chapters.side_by_side.robustness.checks import ROUTES, adjusted_contrasts
from peerbook.errors import ModelError
from peerbook.stats import RandomIntercept, family_wise, within_person
from tests.benchmarks.chained import MODELS, simulate_scores, truth
from tests.benchmarks.gee import gee_contrast

ALPHA, BEFORE, NOW = 0.05, "before", "now"
RESAMPLES, EVERY = 200, 3
PEOPLE = (2, 5, 9, 19, 49, 10_000)  # ends of the classes of people in a cell: 3 to 5, 6 to 9, ...
FILE = Path(robustness.__file__).with_name("error_rates.csv")


def trial(pairs: pd.DataFrame, ranges: dict, model: Model, seed: int) -> list[dict]:
    """Put one data set to every check: a row for each answer."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        simulated = simulate_scores(pairs, seed)
        try:
            fit = fit_model(model, simulated, ranges)
        except ModelError:  # refused, so that no check is asked
            return []
        found = [*_of_the_model(fit, model, seed), *_of_means(fit, model, simulated, seed)]
        return [row | {"seed": seed} for row in [*found, *_of_contrasts(fit, model)]]


def _resampled(seed: int) -> bool:
    return seed % EVERY == 0


def _of_the_model(fit: RandomIntercept, model: Model, seed: int) -> list[dict]:
    smallest = fit.marginal_means(model.factors)["groups"].min()
    tests = fit.f_tests().set_index("term")
    p_values = {"model": tests.loc[model.term, "p_value"]}
    if _resampled(seed):
        p_values["family_wise"] = family_wise({"only": fit}, model.term, RESAMPLES, seed)["p_family"].iloc[0]
    return [_answer(check, NOW, smallest, p <= ALPHA) for check, p in p_values.items()]


def _of_means(fit: RandomIntercept, model: Model, pairs: pd.DataFrame, seed: int) -> list[dict]:
    true = truth(model, pairs)
    means = fit.marginal_means(model.factors)
    intervals = {"interval": zip(means["ci_low"], means["ci_high"], strict=True)}
    if _resampled(seed):
        resampled = fit.cluster_bootstrap(RESAMPLES, seed, model.factors)
        intervals["bootstrap"] = zip(resampled["percentile_low"], resampled["percentile_high"], strict=True)
    return [
        _answer(check, NOW, people, not low <= true <= high)
        for check, found in intervals.items()
        for people, (low, high) in zip(means["groups"], found, strict=True)
        if low == low
    ]


def _of_contrasts(fit: RandomIntercept, model: Model) -> list[dict]:
    means = fit.marginal_means(model.factors)
    routes = adjusted_contrasts(fit, model, dict.fromkeys(ROUTES, 2))
    before = {
        "gee": gee_contrast(fit, model.factors, correlation="independence"),
        "within_person": within_person(fit, model.factors),
    }
    answers = []
    for level, cells in means.groupby(model.subgroup_variable or (lambda _: "")):
        names = [" ".join([change, level]).strip() for change in cells[model.change]]
        people = cells["groups"].min()
        for check, contrasts in routes.items():
            own = contrasts[contrasts["subgroup_level"] == level]
            answers.append(_answer(check, NOW, people, (own["p_value"] < ALPHA).any()))
        for check, contrasts in before.items():
            own = contrasts[[set(name.split(" - ")) <= set(names) for name in contrasts["contrast"]]]
            furthest = own.loc[own["estimate"].abs().idxmax()]
            answers.append(_answer(check, BEFORE, people, furthest["p_value"] < ALPHA))
    return answers


def _answer(check: str, when: str, people: int, wrong: bool) -> dict:
    return {"check": check, "when": when, "people": int(people), "wrong": float(wrong)}


def summary(answers: pd.DataFrame) -> pd.DataFrame:
    """Shares of wrong answers by class of people; answers of one data set count as one for the error."""
    classes = pd.cut(answers["people"], PEOPLE, labels=False)
    by_class = answers.assign(low=classes.map(lambda place: PEOPLE[place] + 1))
    keys = ["check", "when", "low"]
    shares = by_class.groupby([*keys, "seed"])["wrong"].mean().groupby(keys)
    found = pd.DataFrame({"data_sets": shares.size(), "error": shares.mean(), "error_error": shares.sem()})
    found.insert(1, "answers", by_class.groupby(keys).size())
    high = dict(zip((low + 1 for low in PEOPLE[:-1]), PEOPLE[1:], strict=True))
    found = found.round(5).reset_index()
    found.insert(3, "high", found["low"].map(high).where(lambda end: end < PEOPLE[-1]).astype("Int64"))
    return found


def run(data_sets: int, jobs: int = 2) -> pd.DataFrame:
    """Simulate, fit and check."""
    log = open_log(study="side_by_side")
    pairs, ranges = pairs_of(log), dict(ranges_of(log.definitions))
    tasks = (delayed(trial)(pairs, ranges, model, seed) for seed in range(data_sets) for model in MODELS)
    return pd.DataFrame([row for rows in Parallel(jobs)(tasks) for row in rows])


def main(data_sets: int = 400) -> None:
    """Write `error_rates.csv`."""
    table = summary(run(data_sets))
    table.to_csv(FILE, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
