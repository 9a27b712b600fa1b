"""How fast the models are, as ratios within one run.

    python -m tests.benchmarks.speed          everything, about five minutes
    python -m tests.benchmarks.speed fit      one of: fit, bootstrap, r, large, million, family

Both sides of a ratio run on one thread, one after the other, and are measured in processor time, so that
other work of the machine matters little. The part against R needs Rscript with lmerTest and emmeans and is
left out without them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from peerbook.stats import family_wise, random_intercept, random_intercepts
from tests.golden.stats.datasets import change_scores

FORMULA = "change ~ start + category + projects"


def seconds(function: Callable[[], object], times: int = 1) -> float:
    """Processor seconds per call, after one call that is not counted."""
    function()
    start = time.process_time()
    for _ in range(times):
        function()
    return (time.process_time() - start) / times


def answer(formula: str, frame: pd.DataFrame, factors: list[str], ddf: str = "satterthwaite") -> None:
    """Fit a model and ask for what the report prints of it; `ddf` is that of the means."""
    fit = random_intercept(formula, frame, "person")
    fit.f_tests()
    fit.marginal_means(factors, ddf=ddf)


def mixed_lm(frame: pd.DataFrame) -> Callable[[], object]:
    """A function that fits the report's model by statsmodels; building its design is not counted."""
    import statsmodels.formula.api as smf

    objects = frame.astype({"category": object, "projects": object, "person": object})
    model = smf.mixedlm(FORMULA, objects, groups="person")

    def fit() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.fit()

    return fit


def against_mixed_lm() -> dict[str, float]:
    """Time a fit with F tests and marginal means against `MixedLM.fit` alone."""
    frame = change_scores()
    ours, theirs = seconds(lambda: answer(FORMULA, frame, ["category"]), 200), seconds(mixed_lm(frame), 10)
    return {"ours": ours, "theirs": theirs, "ratio": theirs / ours, "required": 30}


def bootstrap() -> dict[str, float]:
    """Time 2,000 cluster bootstraps of a model against 20 fits by `MixedLM`."""
    frame = change_scores()
    fit = random_intercept(FORMULA, frame, "person")
    ours, theirs = seconds(lambda: fit.cluster_bootstrap(2000, 1), 3), 20 * seconds(mixed_lm(frame), 10)
    return {"ours": ours, "theirs": theirs, "ratio": theirs / ours, "required": 1}


def printed_models() -> pd.DataFrame:
    """List 100 models of the printed shapes, no two alike: 56 of the whole sample, 44 with a subgroup."""
    whole = list(product(range(8), range(7), [""]))
    subgroup = list(product(range(8), range(3), ["gender", "age"]))[:44]
    return pd.DataFrame(
        [
            {
                "name": f"{outcome} by {measure} {characteristic}",
                "formula": f"change{outcome} ~ start + category{measure}"
                f"{' * ' if characteristic else ''}{characteristic} + projects",
                "factors": f"category{measure} {characteristic}".strip(),
            }
            for outcome, measure, characteristic in whole + subgroup
        ]
    )


def printed_frame() -> pd.DataFrame:
    """Draw the rows of these models: eight outcomes, seven measures, two characteristics, gaps in each."""
    frame = change_scores()
    random = np.random.default_rng(2)
    change, person = frame["change"].to_numpy(), pd.factorize(frame["person"])[0]
    gap = random.uniform(size=(15, len(frame))) < 0.05
    columns = {
        f"change{at}": np.where(gap[at], np.nan, change + random.normal(0, 1, len(frame))) for at in range(8)
    }
    for at in range(7):
        levels = random.permutation(frame["category"].to_numpy(dtype=object))
        levels[gap[8 + at]] = None
        columns[f"category{at}"] = levels
    age = random.choice(["18-34", "35-54", "55+"], person.max() + 1)[person]
    whole = frame.assign(age=age, **columns)
    names = ["person", "projects", "gender", "age", *(f"category{at}" for at in range(7))]
    return whole.drop(columns="category").astype(dict.fromkeys(names, "category"))  # as R holds them


def against_r() -> dict[str, float] | None:
    """Time the 100 printed models against lmerTest and emmeans, both with the same degrees of freedom.

    F tests are by Satterthwaite on both sides, as `anova` of lmerTest gives them unasked; marginal means by
    Kenward-Roger, as emmeans gives them unasked, and by Satterthwaite. Ours are fitted as a family.
    """
    if shutil.which("Rscript") is None:
        return None
    frame, models = printed_frame(), printed_models()
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder, "pairs.csv"), index=False)
        models.to_csv(Path(folder, "models.csv"), index=False)
        script = ["Rscript", str(Path(__file__).with_name("speed.R")), folder]
        printed = subprocess.run(script, check=True, capture_output=True, text=True).stdout
    formulas = dict(zip(models["name"], models["formula"], strict=True))
    factors = {
        name: {f"factor {at}": factor for at, factor in enumerate(asked.split())}
        for name, asked in zip(models["name"], models["factors"], strict=True)
    }

    def every(ddf: str) -> None:
        family = random_intercepts(formulas, frame, "person")
        family.f_tests()
        family.marginal_means(factors, ddf)

    measured = {"required (satterthwaite)": 100}
    for ddf, theirs in zip(("kenward-roger", "satterthwaite"), map(float, printed.split()), strict=True):
        ours = seconds(lambda ddf=ddf: every(ddf), 5)
        measured |= {f"ours ({ddf})": ours, "theirs": theirs, f"ratio ({ddf})": theirs / ours}
    return measured


def large() -> dict[str, float]:
    """Measure memory and time of ten million rows in three million groups."""
    script = [sys.executable, "-m", "tests.benchmarks.large"]
    small, big = (
        np.array(
            subprocess.run([*script, str(rows)], check=True, capture_output=True, text=True).stdout.split(),
            float,
        )
        for rows in (2_500_000, 10_000_000)
    )
    return {
        "seconds for 2.5 million rows": small[0],
        "seconds for 10 million rows": big[0],
        "memory over that of the arrays": big[1],
        "required memory at most": 3,
    }


def million() -> dict[str, float]:
    """Time a model of four million rows in a million groups, with tests by both degrees of freedom."""
    random, rows = np.random.default_rng(0), 4_000_000
    x = random.normal(size=rows)
    frame = pd.DataFrame(
        {
            "person": random.integers(0, rows // 4, rows),
            "x": x,
            "arm": pd.Categorical.from_codes(random.integers(0, 3, rows), ["a", "b", "c"]),
            "y": 0.5 * x + random.normal(size=rows),
        }
    )

    def both() -> None:
        fit = random_intercept("y ~ x + arm", frame, "person")
        for ddf in ("satterthwaite", "kenward-roger"):
            fit.f_tests(ddf)

    return {"seconds": seconds(both), "required at most": 2}


def families() -> dict[str, float]:
    """Time 300 models with 2,000 bootstraps each, and their family-wise test."""
    frame = change_scores()
    random = np.random.default_rng(1)
    noise = pd.DataFrame(random.normal(size=(len(frame), 100)), columns=[f"y{k}" for k in range(100)])
    wide = pd.concat([frame, noise.add(frame["change"], axis=0)], axis=1)
    terms = ("category + projects", "category + gender", "category * gender + projects")
    fits = {
        f"y{k} with {term}": random_intercept(f"y{k} ~ start + {term}", wide, "person")
        for k, term in product(range(100), terms)
    }
    start = time.process_time()
    for fit in fits.values():
        fit.cluster_bootstrap(2000, 1)
    means = time.process_time() - start
    start = time.process_time()
    family_wise(fits, "category", 2000, 1)
    together = time.process_time() - start
    return {"intervals, seconds": means, "family-wise test, seconds": together, "required at most": 60}


PARTS = {
    "fit": against_mixed_lm,
    "bootstrap": bootstrap,
    "r": against_r,
    "large": large,
    "million": million,
    "family": families,
}


def main(names: list[str]) -> None:
    """Print what each part measured."""
    with threadpool_limits(1):
        for name in names or PARTS:
            measured = PARTS[name]()
            text = (
                "no R"
                if measured is None
                else ", ".join(f"{key} {value:.4g}" for key, value in measured.items())
            )
            print(f"{name}: {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
