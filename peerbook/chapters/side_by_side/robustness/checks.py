"""The checks of a finding: the same question asked in other ways.

A finding is a mean change that meets the reading rule and rests on pairs enough to be told. Checks of the
test of its model ask how surprising that test is among all models of its kind; checks of the mean ask
whether it, or a difference behind it, comes out again by another route. How often each check errs is
simulated (`tests/benchmarks/checks.py`); it is not asked where people are so few that it errs too often, or
hardly ever finds anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    CHANGES,
    MODEL,
    WHOLE,
    Model,
    Ranges,
    fit_family,
    fit_model,
)
from peerbook.shared import shared

if TYPE_CHECKING:
    from peerbook.stats import RandomIntercept

ALPHA = 0.05
YES, NO, NOT_COMPUTABLE = "yes", "no", "not computable"
FEW_PEOPLE, FEW_RESAMPLES = "not enough people", "not enough resamples"
CHECKS = MappingProxyType(
    {
        "false_discovery": "Benjamini-Hochberg",
        "holm": "Holm",
        "family_wise": "Largest test",
        "bootstrap": "Other people",
        "within_person": "Within person",
        "cluster_robust": "Cluster-robust",
    }
)
# People that the smallest cell concerned must have: fewer, and the check errs in less than 4% or more than
# 6% of the simulated data sets in which there is nothing to find (`error_rates.csv`). Holm's adjustment is
# strict where pairs share categories, so that differences stay nearer to 4% than to 5% also in large cells.
LEAST_PEOPLE = MappingProxyType(
    {"family_wise": 10, "bootstrap": 20, "within_person": 6, "cluster_robust": 10}
)
TESTS = ("false_discovery", "holm", "family_wise")
RESAMPLED = ("family_wise", "bootstrap")
ROUTES = ("within_person", "cluster_robust")
COLUMNS = (
    *CELL, "table", "kind", "n", "people", "people_least", "mean", "p_value", *CHECKS,
    *(f"{name}_p" for name in TESTS), "models", "bootstrap_low", "bootstrap_high", "bootstrap_resamples",
    *(f"{route}_{what}" for route in ROUTES for what in ("against", "model", "difference", "p", "people")),
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
    """Return the headline findings: mean changes of printed models that meet the reading rule, and are told.

    A mean of fewer pairs than `minimum_cell` of `fit_models` is none.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    """
    return results[(results["table"] != "") & results["told"]].reset_index(drop=True)


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
        Resamples of people, for the largest test and for the interval of each mean; fewer than
        `LEAST_RESAMPLES` of `peerbook.stats` are not drawn, and these two checks say so.
    seed : int
        Of the random numbers.
    jobs : int
        Processes.

    Returns
    -------
    DataFrame
        One row per finding: its keys, `table`, `kind`, `n` and `people` (of the cell), `people_least` (of the
        smallest cell of the model), `mean`, `p_value`; for each check yes, no, or why it is not asked ("not
        enough people", "not enough resamples", "not computable"); and what the checks rest on:
        `false_discovery_p`, `holm_p`, `family_wise_p` (of the model), `models` (in its family),
        `bootstrap_low`, `bootstrap_high` (95% percentile interval of the mean), `bootstrap_resamples` (that
        hold people of the cell), and for the differences within people and by least squares with
        cluster-robust standard errors: `against` (the category with the clearest difference), `model` (this
        difference in the model), `difference`, `p` (adjusted after Holm over the pairs of categories) and
        `people` (in the smaller of the two cells).
    """
    from peerbook.stats import LEAST_RESAMPLES

    findings = headlines(results)
    if findings.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    findings = findings.assign(kind=[kind_of(row) for row in findings.to_dict("records")])
    families = dict(_families(results))
    draws = bootstraps if bootstraps >= LEAST_RESAMPLES else 0
    done = [
        _check_kind(pairs, ranges, families[kind], _of_models(results, found), found, draws, seed, jobs)
        for kind, found in _by_kind(findings)
    ]
    tests, means = (pd.concat(parts) for parts in zip(*done, strict=True))
    least = results.groupby(list(MODEL), as_index=False).agg(people_least=("people", "min"))
    kept = findings[[*CELL, "table", "kind", "n", "people", "mean", "p_value"]]
    checked = kept.merge(tests, on=list(MODEL), how="left").merge(means, on=list(CELL), how="left")
    checked = checked.merge(least, on=list(MODEL), how="left").reindex(columns=list(COLUMNS))
    return checked.assign(**_answers(checked, draws))


def _of_models(results: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the results of the models that findings are of."""
    return results.merge(findings[list(MODEL)].drop_duplicates(), on=list(MODEL))


@shared(apart=["jobs"])
def _check_kind(
    pairs: pd.DataFrame,
    ranges: Ranges,
    family: pd.DataFrame,
    results: pd.DataFrame,
    findings: pd.DataFrame,
    draws: int,
    seed: int,
    jobs: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check the tests of a family of models, and the means of the findings of these."""
    from joblib import Parallel, delayed

    means = [
        delayed(_check_means)(pairs, ranges, results, Model(*key), rows, draws, seed)
        for key, rows in findings.groupby(list(MODEL), sort=False)
    ]
    tests, *checked = Parallel(n_jobs=jobs)(
        [delayed(_check_tests)(pairs, ranges, family, draws, seed), *means]
    )
    return tests, pd.concat(checked)


def _families(results: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the models of each kind that could be tested: one row a model."""
    models = results.drop_duplicates(list(MODEL)).dropna(subset="p_value")
    yield from _by_kind(models.assign(kind=[kind_of(row) for row in models.to_dict("records")]))


def _by_kind(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the rows of each kind, numbered anew: alike whatever other kinds there are."""
    for kind, group in rows.groupby("kind", sort=False):
        yield kind, group.reset_index(drop=True)


def _check_tests(
    pairs: pd.DataFrame, ranges: Ranges, family: pd.DataFrame, draws: int, seed: int
) -> pd.DataFrame:
    """Adjust the tests of a family of models, three ways; the third needs resamples."""
    from threadpoolctl import threadpool_limits

    from peerbook.stats import adjust_p_values, family_wise

    adjusted = family[list(MODEL)].assign(
        models=len(family),
        false_discovery_p=adjust_p_values(family["p_value"], "benjamini-hochberg"),
        holm_p=adjust_p_values(family["p_value"], "holm"),
        family_wise_p=float("nan"),
    )
    if not draws:
        return adjusted
    models = [Model(*key) for key in family[list(MODEL)].itertuples(index=False, name=None)]
    with threadpool_limits(1, "blas"):
        fits = fit_family(models, pairs, ranges)
        largest = family_wise(
            {model: fits[model] for model in models}, {model: model.term for model in models}, draws, seed
        )
    return adjusted.assign(family_wise_p=largest["p_family"].to_numpy())


def _check_means(
    pairs: pd.DataFrame,
    ranges: Ranges,
    results: pd.DataFrame,
    model: Model,
    findings: pd.DataFrame,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Ask for the findings of one model again by three other routes."""
    from threadpoolctl import threadpool_limits

    cells = results[(results[list(MODEL)] == findings[list(MODEL)].iloc[0]).all(axis=1)]
    with threadpool_limits(1, "blas"):
        fit = fit_model(model, pairs, ranges)
        routes = adjusted_contrasts(fit, model)
        checked = findings[list(CELL)].merge(_resampled(fit, model, draws, seed), how="left")
    for route, contrasts in routes.items():
        clearest = [_clearest(row, contrasts, cells, route) for row in findings.to_dict("records")]
        checked = pd.concat([checked, pd.DataFrame(clearest)], axis=1)
    return checked


def _resampled(fit: RandomIntercept, model: Model, draws: int, seed: int) -> pd.DataFrame:
    """Resample the means of a model: their percentile intervals, missing without resamples."""
    new = {
        "percentile_low": "bootstrap_low",
        "percentile_high": "bootstrap_high",
        "resamples": "bootstrap_resamples",
    }
    if not draws:
        return pd.DataFrame(columns=["change", "subgroup_level", *new.values()]).astype(object)
    found = fit.cluster_bootstrap(draws, seed, model.factors)
    found = found.rename(columns={model.change: "change", model.subgroup_variable: "subgroup_level", **new})
    if not model.subgroup_variable:
        found = found.assign(subgroup_level="")
    return found[["change", "subgroup_level", *new.values()]].astype(
        {"change": object, "subgroup_level": object}
    )


def adjusted_contrasts(
    fit: RandomIntercept, model: Model, least_people: Mapping[str, int] = LEAST_PEOPLE
) -> dict[str, pd.DataFrame]:
    """Compare all categories of change within each level, within people and cluster-robustly.

    Parameters
    ----------
    fit : RandomIntercept
    model : Model
        That was fitted.
    least_people : mapping of str to int
        People that both cells must have, by route.

    Returns
    -------
    dict of str to DataFrame
        By route: `subgroup_level`, `change`, `other`, `estimate` (the first less the second), `p_value`
        (adjusted after Holm over the pairs of the level), `people` (in the smaller cell), and `few`: whether
        that is too few, so that the pair is not compared.
    """
    from peerbook.stats import adjust_p_values, robust_contrasts, within_person

    means = fit.marginal_means(model.factors)
    people = means.set_index(model.factors)["groups"]
    levels = list(dict.fromkeys(means[model.subgroup_variable])) if model.subgroup_variable else [""]
    computed = {
        "within_person": within_person(fit, model.factors),
        "cluster_robust": robust_contrasts(fit, model.factors, adjust="none"),
    }
    routes = {}
    for route, contrasts in computed.items():
        named, rows = contrasts.set_index("contrast"), []
        for level, (change, other) in (
            (level, pair) for level in levels for pair in combinations(CHANGES, 2)
        ):
            cells = [(name, level) if level else name for name in (change, other)]
            if not all(people.get(cell, 0) for cell in cells):
                continue
            sign, found = _look_up(named, " ".join([change, level]).strip(), " ".join([other, level]).strip())
            fewest = int(people[cells].min())
            few = fewest < least_people[route]
            p_value = float("nan") if few else found["p_value"]
            rows.append((level, change, other, sign * found["estimate"], p_value, fewest, few))
        columns = ["subgroup_level", "change", "other", "estimate", "p_value", "people", "few"]
        table = pd.DataFrame(rows, columns=columns)
        adjusted = table.groupby("subgroup_level")["p_value"].transform(adjust_p_values, method="holm")
        routes[route] = table.assign(p_value=adjusted.astype(float))
    return routes


def _look_up(contrasts: pd.DataFrame, one: str, other: str) -> tuple[int, pd.Series]:
    """Find the difference of two cells, whichever way round it was formed."""
    if f"{one} - {other}" in contrasts.index:
        return 1, contrasts.loc[f"{one} - {other}"]
    return -1, contrasts.loc[f"{other} - {one}"]


def _clearest(
    finding: Mapping[str, object], contrasts: pd.DataFrame, cells: pd.DataFrame, route: str
) -> dict[str, object]:
    """Compare a finding with each other category; return the clearest difference of the model's direction."""
    own = contrasts[contrasts["subgroup_level"] == finding["subgroup_level"]]
    level = cells[cells["subgroup_level"] == finding["subgroup_level"]].set_index("change")["mean"]
    turned = own.rename(columns={"change": "other", "other": "change"}).assign(estimate=-own["estimate"])
    ours = pd.concat([own, turned], ignore_index=True)
    ours = ours[ours["change"] == finding["change"]]
    ours = ours.assign(model=finding["mean"] - ours["other"].map(level).astype(float))
    ours = ours.assign(same=ours["estimate"] * ours["model"] > 0, known=ours["p_value"].notna())
    if ours.empty:
        return {f"{route}_people": float("nan")}
    best = ours.sort_values(["known", "same", "p_value"], ascending=[False, False, True], kind="stable").iloc[
        0
    ]
    return {
        f"{route}_against": best["other"],
        f"{route}_model": best["model"],
        f"{route}_difference": best["estimate"],
        f"{route}_p": best["p_value"],
        f"{route}_people": best["people"],
    }


def _answers(checked: pd.DataFrame, draws: int) -> dict[str, pd.Series]:
    """Turn what was computed into yes, no, or why there is no answer."""
    low, high = checked["bootstrap_low"], checked["bootstrap_high"]
    passed = {name: checked[f"{name}_p"] < ALPHA for name in TESTS}
    known = {name: checked[f"{name}_p"].notna() for name in TESTS}
    people = {"family_wise": checked["people_least"], "bootstrap": checked["people"]}
    passed["bootstrap"], known["bootstrap"] = (low > 0) | (high < 0), low.notna()
    for route in ROUTES:
        same = checked[f"{route}_difference"] * checked[f"{route}_model"] > 0
        passed[route] = same & (checked[f"{route}_p"] < ALPHA)
        known[route] = checked[f"{route}_p"].notna()
        people[route] = checked[f"{route}_people"]
    answers = {}
    for name in CHECKS:
        answer = passed[name].map({True: YES, False: NO}).where(known[name], NOT_COMPUTABLE)
        if name in RESAMPLED and not draws:
            answer = answer.mask(answer == NOT_COMPUTABLE, FEW_RESAMPLES)
        if name in people:
            answer = answer.mask(people[name] < LEAST_PEOPLE[name], FEW_PEOPLE)
        answers[name] = answer
    return answers
