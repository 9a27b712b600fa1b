"""The models of the whole sample again, with errors that chain: pairs that share a log.

The log that ends a pair starts the next one, so that a good day lifts one change and lowers the other. A
random intercept cannot say so. Here the errors of two such pairs have a correlation of their own, and the
report's rule is put to the means that come out.
"""

from __future__ import annotations

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    ESTIMATED,
    MODEL,
    TOLD_PAIRS,
    Model,
    Ranges,
    fit_model,
    rows_of_model,
)
from peerbook.chapters.side_by_side.associations.words import of_everybody
from peerbook.errors import ModelError

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
    from joblib import Parallel, delayed

    enough = (results["status"] == ESTIMATED) & (results["n"] >= TOLD_PAIRS)
    whole = of_everybody(results) & (results["table"] != "")
    cells = results[enough & whole]
    models = [Model(*key) for key in dict.fromkeys(cells[list(MODEL)].itertuples(index=False, name=None))]
    again = Parallel(n_jobs=jobs)(delayed(_chained)(model, pairs, ranges) for model in models)
    found = cells.merge(pd.concat([_nothing(), *again]), on=list(CELL), how="left")
    return found.reindex(columns=list(COLUMNS)).astype({"chained_changed": object})


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=[*CELL, *COLUMNS[-7:]]).astype(object)


def _chained(model: Model, pairs: pd.DataFrame, ranges: Ranges) -> pd.DataFrame:
    """Fit one model with errors that chain; nothing where that cannot be."""
    from threadpoolctl import threadpool_limits

    from peerbook.stats import chained_errors, reading_rule

    rows = rows_of_model(model, pairs)
    try:
        with threadpool_limits(1, "blas"):
            fit = chained_errors(fit_model(model, pairs, ranges), rows["log_id_start"], rows["log_id_end"])
            means, tests = fit.marginal_means(model.change), fit.f_tests().set_index("term")
    except ModelError:
        return _nothing()
    p_value = tests.loc[model.term, "p_value"]
    read = reading_rule(means, p_value, 1.0).assign(p_value=p_value).rename(columns={model.change: "change"})
    named = read.rename(columns={name: f"chained_{name}" for name in (*_READ, "changed")})
    keys = dict(zip(MODEL, (model.sample, model.exposure, model.outcome, ""), strict=True))
    named = named.assign(**keys, subgroup_level="", links=fit.links, correlation=fit.rho)
    return named[[*CELL, *COLUMNS[-7:]]].astype({"change": object})


def differing(data: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are changed by either reading, but not by both; a missing one is no reading."""
    known = data.dropna(subset="chained_changed")
    return known[known["changed"] != known["chained_changed"].astype(bool)]
