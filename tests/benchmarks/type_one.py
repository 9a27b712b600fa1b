"""How often each check of a contrast finds something where there is nothing, in cells of few pairs.

    python -m tests.benchmarks.type_one [data sets]

draws data sets in which the category makes no difference: 90 people with 336 pairs as uneven as those of the
diary, a start value, people who differ (a fifth of the variance) or do not. One category, `increased`, has 4
to 18 pairs of randomly drawn people; the others share the rest. Checked is the difference between that small
cell and another, at the level 0.05:

- gee: estimating equations, the sandwich without correction, standard normal, against `unchanged`;
- gee_furthest: the same, against whichever category's mean lies furthest;
- cr2: least squares with the sandwich CR2 and its degrees of freedom, against `unchanged`;
- cr2_any: the same, any of the two pairs with the small cell, adjusted by Holm over all three;
- model: the random-intercept model with Satterthwaite's degrees of freedom, against `unchanged`.

Prints a table and writes it to `peerbook/stats/type_one.csv`, where the book can read it. `given` is the
share of data sets in which CR2 gives an answer at all.
"""

from __future__ import annotations

import sys
import warnings
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from peerbook import stats
from peerbook.stats import random_intercept, robust_contrasts
from tests.benchmarks.gee import gee_contrast
from tests.golden.stats.datasets import diary

CELLS, CORRELATIONS, LEVEL = (4, 6, 8, 12, 18), (0.0, 0.2), 0.05
FILE = Path(stats.__file__).with_name("type_one.csv")
SMALL, OTHERS = "increased", ("decreased", "unchanged")


def simulate(people: np.ndarray, cell: int, correlation: float, seed: int) -> pd.DataFrame:
    """Draw one data set in which the category makes no difference."""
    random = np.random.default_rng([cell, round(100 * correlation), seed])
    rows = len(people)
    category = random.choice(OTHERS, rows, p=[0.45, 0.55])
    category[random.choice(rows, cell, replace=False)] = SMALL
    start = random.normal(22, 5, rows)
    effect = random.normal(0, 4 * np.sqrt(correlation), people.max() + 1)[people]
    change = -0.4 * (start - 22) + effect + random.normal(0, 4 * np.sqrt(1 - correlation), rows)
    return pd.DataFrame({"person": people, "start": start, "category": category, "change": change})


def p_values(frame: pd.DataFrame) -> dict[str, float]:
    """Put one data set to every check."""
    fit = random_intercept("change ~ start + category", frame, "person")
    pair = f"{SMALL} - unchanged"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gee = gee_contrast(fit, "category").set_index("contrast")
    ours = gee[gee.index.str.contains(SMALL)]
    robust = robust_contrasts(fit, "category").set_index("contrast")
    return {
        "gee": gee.loc[pair, "p_value"],
        "gee_furthest": ours.loc[ours["estimate"].abs().idxmax(), "p_value"],
        "cr2": robust.loc[pair, "p_unadjusted"],
        "cr2_any": robust.loc[robust.index.str.contains(SMALL), "p_value"].min(),
        "model": fit.contrasts("category").set_index("contrast").loc[pair, "p_value"],
    }


def run(
    data_sets: int, cells: tuple[int, ...] = CELLS, correlations: tuple[float, ...] = CORRELATIONS
) -> pd.DataFrame:
    """Count rejections for every size of the cell and correlation."""
    people = pd.factorize(diary()["person"])[0]
    rows = []
    for cell, correlation in product(cells, correlations):
        found = pd.DataFrame(
            [p_values(simulate(people, cell, correlation, seed)) for seed in range(data_sets)]
        )
        shares = (found < LEVEL).sum() / found.notna().sum()
        rows.append(
            {"cell": cell, "correlation": correlation, "data_sets": data_sets}
            | shares.round(4).to_dict()
            | {"given": found["cr2"].notna().mean()}
        )
    return pd.DataFrame(rows)


def main(data_sets: int = 600) -> None:
    """Write `type_one.csv`."""
    with threadpool_limits(1, "blas"):
        table = run(data_sets)
    table.to_csv(FILE, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
