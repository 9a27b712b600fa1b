"""The checks of a finding: the same question asked in other ways.

A finding is a mean change that meets the reading rule. Checks of the test of its model ask how surprising
that test is among all models of its kind; checks of the mean ask whether it, or the difference behind it,
comes out again by another route.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    MODEL,
    WHOLE,
    Model,
    Ranges,
    fit_model,
)

if TYPE_CHECKING:
    from peerbook.stats import RandomIntercept

ALPHA = 0.05
LEAST_PEOPLE = 20  # fewer people are too few to resample, and too few for robust standard errors
KNOWN = 0.99  # share of resamples that must hold the cell: about five people
YES, NO, NOT_COMPUTABLE = "yes", "no", "not computable"
CHECKS = MappingProxyType(
    {
        "false_discovery": "Benjamini-Hochberg",
        "holm": "Holm",
        "family_wise": "Largest test",
        "bootstrap": "Other people",
        "within_person": "Within person",
        "gee": "GEE",
    }
)


_TESTS = ("false_discovery", "holm", "family_wise")
_BOOTSTRAP = ("bootstrap_low", "bootstrap_high", "bootstrap_resamples")
_ROUTES = ("within_person", "gee")
COLUMNS = (
    *CELL, "table", "kind", "people", "mean", "p_value", *CHECKS, *(f"p_{name}" for name in _TESTS),
    *_BOOTSTRAP, "against", "difference",
    *(f"{route}_{what}" for route in _ROUTES for what in ("difference", "p")),
)  # fmt: skip


def kind_of(row: Mapping[str, object]) -> str:
    """Say which family of models a row belongs to.

    Examples
    --------
    >>> kind_of({"sample": "whole", "subgroup_variable": "age_group"})
    'subgroup'
    """
    if row["sample"] != WHOLE:
        return "subsample"
    return "subgroup" if row["subgroup_variable"] else "whole sample"


def headlines(results: pd.DataFrame) -> pd.DataFrame:
    """Return the headline findings: mean changes of printed models that meet the reading rule.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    """
    return results[(results["table"] != "") & results["changed"]].reset_index(drop=True)


def check_findings(
    pairs: pd.DataFrame,
    results: pd.DataFrame,
    ranges: Ranges,
    *,
    bootstraps: int = 500,
    seed: int = 1,
    jobs: int = 1,
) -> pd.DataFrame:
    """Put every headline finding to every check.

    Parameters
    ----------
    pairs : DataFrame
        One row per pair, with the subgroup columns; not changed.
    results : DataFrame
        The whole grid fitted to these pairs, from `associations`: findings and the families they stand in.
    ranges : mapping of str to tuple of float
        How far each outcome can move, from `ranges_of`.
    bootstraps : int
        Resamples of people, for the largest test and for the interval of each mean.
    seed : int
        Of the random numbers.
    jobs : int
        Processes.

    Returns
    -------
    DataFrame
        One row per finding: its keys, `table`, `kind`, `people` (in the model), `mean`, `p_value`; for each
        check yes, no or not computable; and what they rest on: `p_false_discovery`, `p_holm`,
        `p_family_wise` (of the model), `bootstrap_low`, `bootstrap_high` (95% percentile interval of the
        mean), `bootstrap_resamples` (those that hold people of the cell; with fewer than 99% the answer is
        not computable), `against` (the category that the finding's is compared with: the one whose mean lies
        furthest from it), `difference` (of these means), and the same difference within people and by
        estimating equations, each with its p value.
    """
    from joblib import Parallel, delayed

    findings = headlines(results)
    if findings.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    findings = findings.assign(kind=[kind_of(row) for row in findings.to_dict("records")])
    families = [group for kind, group in _families(results) if kind in set(findings["kind"])]
    tasks = [delayed(_check_tests)(pairs, ranges, family, bootstraps, seed) for family in families]
    tasks += [
        delayed(_check_means)(pairs, ranges, results, Model(*key), rows, bootstraps, seed)
        for key, rows in findings.groupby(list(MODEL), sort=False)
    ]
    done = Parallel(n_jobs=jobs)(tasks)
    tests, means = pd.concat(done[: len(families)]), pd.concat(done[len(families) :])
    kept = findings[[*CELL, "table", "kind", "mean", "p_value"]]
    checked = kept.merge(tests, on=list(MODEL), how="left").merge(means, on=list(CELL), how="left")
    checked = checked.reindex(columns=list(COLUMNS))
    return checked.assign(**_answers(checked, bootstraps))


def _families(results: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the models of each kind that could be tested: one row a model."""
    models = results.drop_duplicates(list(MODEL)).dropna(subset="p_value")
    kinds = models.assign(kind=[kind_of(row) for row in models.to_dict("records")])
    yield from kinds.groupby("kind", sort=False)


def _check_tests(
    pairs: pd.DataFrame, ranges: Ranges, family: pd.DataFrame, bootstraps: int, seed: int
) -> pd.DataFrame:
    """Adjust the tests of a family of models, three ways."""
    from threadpoolctl import threadpool_limits

    from peerbook.stats import adjust_p_values, family_wise

    models = {str(key): Model(*key) for key in family[list(MODEL)].itertuples(index=False, name=None)}
    with threadpool_limits(1, "blas"):
        fits = {name: fit_model(model, pairs, ranges) for name, model in models.items()}
        largest = family_wise(fits, {name: model.term for name, model in models.items()}, bootstraps, seed)
    return family[list(MODEL)].assign(
        p_false_discovery=adjust_p_values(family["p_value"], "benjamini-hochberg"),
        p_holm=adjust_p_values(family["p_value"], "holm"),
        p_family_wise=largest["p_family"].to_numpy(),
    )


def _check_means(
    pairs: pd.DataFrame,
    ranges: Ranges,
    results: pd.DataFrame,
    model: Model,
    findings: pd.DataFrame,
    bootstraps: int,
    seed: int,
) -> pd.DataFrame:
    """Ask for the findings of one model again by three other routes."""
    from threadpoolctl import threadpool_limits

    from peerbook.stats import within_person

    with threadpool_limits(1, "blas"):
        fit = fit_model(model, pairs, ranges)
        resampled = fit.cluster_bootstrap(bootstraps, seed, model.factors).set_index(model.factors)
        routes = {"within_person": within_person(fit, model.factors), "gee": _gee(fit, model.factors)}
    return pd.DataFrame(
        [
            {"people": fit.n_groups} | _check_mean(finding, results, resampled, routes)
            for finding in findings.to_dict("records")
        ]
    )


def _check_mean(
    finding: Mapping[str, object],
    results: pd.DataFrame,
    resampled: pd.DataFrame,
    routes: Mapping[str, pd.DataFrame],
) -> dict[str, object]:
    """Collect what the checks of one mean rest on; without another category there is no difference."""
    cell = (finding["change"], *filter(None, [finding["subgroup_level"]]))
    interval = resampled.loc[cell if len(cell) > 1 else cell[0]]
    bounds = interval[["percentile_low", "percentile_high", "resamples"]]
    checked = {name: finding[name] for name in CELL} | dict(zip(_BOOTSTRAP, bounds, strict=True))
    against = _furthest(finding, results)
    if against is None:
        return checked
    checked |= {"against": against["change"], "difference": finding["mean"] - against["mean"]}
    for route, contrasts in routes.items():
        checked |= _difference(contrasts.set_index("contrast"), cell, against["change"], route)
    return checked


def _gee(fit: RandomIntercept, factors: list[str]) -> pd.DataFrame:
    """Contrasts by estimating equations; pairs are unrelated if equally related pairs have no solution."""
    from statsmodels.tools.sm_exceptions import IterationLimitWarning

    from peerbook.stats import gee_contrast

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", IterationLimitWarning)
        contrasts = gee_contrast(fit, factors)
    unsolved = any(issubclass(warning.category, IterationLimitWarning) for warning in caught)
    return gee_contrast(fit, factors, correlation="independence") if unsolved else contrasts


def _furthest(finding: Mapping[str, object], results: pd.DataFrame) -> pd.Series | None:
    """Return the cell of the same model and level whose mean lies furthest from the finding's, if any."""
    same = (
        results[[*MODEL, "subgroup_level"]] == [finding[name] for name in (*MODEL, "subgroup_level")]
    ).all(axis=1)
    others = results[same & (results["change"] != finding["change"])].dropna(subset="mean")
    return None if others.empty else others.loc[(others["mean"] - finding["mean"]).abs().idxmax()]


def _difference(contrasts: pd.DataFrame, cell: tuple[str, ...], against: str, route: str) -> dict[str, float]:
    """Look up the difference between two cells, whichever way round it was formed."""
    this, other = " ".join(cell), " ".join([against, *cell[1:]])
    sign, name = (
        (1, f"{this} - {other}") if f"{this} - {other}" in contrasts.index else (-1, f"{other} - {this}")
    )
    found = contrasts.loc[name]
    return {f"{route}_difference": sign * found["estimate"], f"{route}_p": found["p_value"]}


def _answers(checked: pd.DataFrame, bootstraps: int) -> dict[str, pd.Series]:
    """Turn what was computed into yes, no or not computable."""
    passed = {name: checked[f"p_{name}"] < ALPHA for name in _TESTS}
    known = {name: checked[f"p_{name}"].notna() for name in passed}
    low, high, resamples = (checked[name] for name in _BOOTSTRAP)
    passed["bootstrap"] = (low > 0) | (high < 0)
    known["bootstrap"] = resamples >= KNOWN * bootstraps
    for route in _ROUTES:
        same = checked[f"{route}_difference"] * checked["difference"] > 0
        passed[route] = same & (checked[f"{route}_p"] < ALPHA)
        known[route] = checked[f"{route}_p"].notna()
    for name in ("family_wise", "bootstrap", "gee"):
        known[name] &= checked["people"] >= LEAST_PEOPLE
    return {
        name: passed[name].map({True: YES, False: NO}).where(known[name], NOT_COMPUTABLE) for name in CHECKS
    }
