"""How long the association grid takes: every model with its test, and every model with its resamples.

    python tests/benchmarks/association_grid.py [resamples] [processes]

Prints seconds on the stand-in cohort. The targets: the grid in 3 seconds of model time, 2,000 resamples of
every model in 60 seconds on two processors.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from peerbook import open_log
from peerbook.chapters.side_by_side.associations.grid import (
    Model,
    Ranges,
    fit_model,
    fit_models,
    grid,
    pairs_of,
    ranges_of,
)


def main(resamples: int = 2000, processes: int = 2) -> None:
    log = open_log(study="side_by_side")
    pairs, models, ranges = pairs_of(log), grid(log.definitions), ranges_of(log.definitions)
    fit_models(pairs, models[:1], ranges)  # the first model also loads the libraries
    report(f"{len(models)} models, tests and marginal means", lambda: fit_models(pairs, models, ranges))
    report(
        f"{len(models)} models, {resamples} resamples each, {processes} processes",
        lambda: Parallel(processes)(delayed(resample)(pairs, model, ranges, resamples) for model in models),
    )


def resample(pairs: pd.DataFrame, model: Model, ranges: Ranges, resamples: int) -> pd.DataFrame:
    with threadpool_limits(1, "blas"):
        return fit_model(model, pairs, ranges).cluster_bootstrap(resamples, factors=model.factors)


def report(what: str, run: Callable[[], object]) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    run()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{what}: {wall:.1f} s ({processor:.1f} s of this process)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
