"""The models of the whole sample again, with errors that chain: pairs that share a log.

The log that ends a pair starts the next one, so that a good day lifts one change and lowers the other. A
random intercept cannot say so. Here the errors of two such pairs have a correlation of their own, and the
report's rule is put to the means that come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    ESTIMATED,
    MODEL,
    TOLD_PAIRS,
    Model,
    Ranges,
    fit_family,
)
from peerbook.chapters.side_by_side.associations.words import of_everybody
from peerbook.errors import ModelError

if TYPE_CHECKING:
    from peerbook.stats import RandomIntercept

_READ = ("mean", "ci_low", "ci_high", "p_value")
COLUMNS = (
    *CELL, "n", "people", *_READ, "changed",
    *(f"chained_{name}" for name in (*_READ, "changed")), "links", "correlation",
)  # fmt: skip


def chained_readings(
    pairs: pd.DataFrame, ranges: Ranges, results: pd.DataFrame, jobs: int = 1
) -> pd.DataFrame:
    """Read the printed models of the whole sample with and without errors that chain.

    Parameters
    ----------
    pairs : DataFrame
        From `pairs_of`.
    ranges : mapping of str to tuple of float
        From `ranges_of`.
    results : DataFrame
        From `associations`, of these pairs.
    jobs : int
        Processes.

    Returns
    -------
    DataFrame
        One row per cell with pairs enough to be told: its keys, `n` (pairs), `people`; `mean`, `ci_low`,
        `ci_high`, `p_value` (of the model) and `changed` (the reading rule) as in the results, and with
        errors that chain the same under `chained_...` (missing where that model cannot be fitted); `links`
        (pairs that start with the log another pair ends with) and `correlation` (of the errors of these).
    """
    from joblib import Parallel, delayed, effective_n_jobs

    enough = (results["status"] == ESTIMATED) & (results["n"] >= TOLD_PAIRS)
    whole = of_everybody(results) & (results["table"] != "")
    cells = results[enough & whole]
    models = [Model(*key) for key in dict.fromkeys(cells[list(MODEL)].itertuples(index=False, name=None))]
    shares = [models[first :: effective_n_jobs(jobs)] for first in range(effective_n_jobs(jobs))]
    again = Parallel(n_jobs=jobs)(delayed(_chained)(few, pairs, ranges) for few in shares)
    found = cells.merge(pd.concat(again), on=list(CELL), how="left")
    return found.reindex(columns=list(COLUMNS)).astype({"chained_changed": object})


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=[*CELL, *COLUMNS[-7:]]).astype(object)


def _chained(models: list[Model], pairs: pd.DataFrame, ranges: Ranges) -> pd.DataFrame:
    """Fit models of all pairs with errors that chain; nothing where that cannot be."""
    import scipy.optimize  # noqa: F401 what is loaded later has no limit: its threads wait for work, busily
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        fits = fit_family(models, pairs, ranges)
        return pd.concat([_nothing(), *(_read_again(model, fit, pairs) for model, fit in fits.items())])


def _read_again(model: Model, fit: RandomIntercept, pairs: pd.DataFrame) -> pd.DataFrame:
    from peerbook.stats import chained_errors, reading_rule

    try:
        again = chained_errors(fit, pairs["log_id_start"], pairs["log_id_end"])
        means, tests = again.marginal_means(model.change), again.f_tests().set_index("term")
    except ModelError:
        return _nothing()
    p_value = tests.loc[model.term, "p_value"]
    read = reading_rule(means, p_value, 1.0).assign(p_value=p_value).rename(columns={model.change: "change"})
    named = read.rename(columns={name: f"chained_{name}" for name in (*_READ, "changed")})
    keys = dict(zip(MODEL, (model.sample, model.exposure, model.outcome, ""), strict=True))
    named = named.assign(**keys, subgroup_level="", links=again.links, correlation=again.rho)
    return named[[*CELL, *COLUMNS[-7:]]].astype({"change": object})


def differing(data: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are changed by either reading, but not by both; a missing one is no reading."""
    known = data.dropna(subset="chained_changed")
    return known[known["changed"] != known["chained_changed"].astype(bool)]
