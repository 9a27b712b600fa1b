"""Specification curves: how far a finding depends on choices that could have been made otherwise.

They are estimated and summed up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    DDF,
    MODEL,
    PROJECTS_TERMS,
    Model,
    fit_models_by_ddf,
    ranges_of,
)

if TYPE_CHECKING:
    from peerbook.data import Definitions

_ESTIMATES = ("n", "mean", "ci_low", "ci_high", "p_value", "changed")
DRAWN = ("effect", "effect_low", "effect_high", "main")
REACH = ("specifications", "main_effect", "lowest", "highest", "same_direction", "without_zero")
_SAME = 9  # decimals in which two means must differ
LONG_GAP = 45  # days; a pair of monthly logs that far apart skipped a month


@dataclass(frozen=True)
class Specification:
    """One way to analyse the pairs; the defaults are those of the report.

    Attributes
    ----------
    projects_term : str
        How the change in projects attended is adjusted for.
    ticked, short, long_gaps : {"kept", "left out"}
        Pairs with a bare tick, with a short version of the form, with more than `LONG_GAP` days between.
    ddf : {"satterthwaite", "kenward-roger"}
        Degrees of freedom.
    wellbeing : {"raw", "metric"}
        Score of the wellbeing questionnaire.
    """

    projects_term: str = "missing_level"
    ticked: str = "kept"
    short: str = "kept"
    long_gaps: str = "kept"
    ddf: str = "satterthwaite"
    wellbeing: str = "raw"

    def select(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the pairs that the specification analyses, with the scores it analyses."""
        out = pd.Series(False, index=pairs.index)
        for choice, marked in (
            (self.ticked, pairs["any_ticked"]),
            (self.short, pairs["any_short"]),
            (self.long_gaps, pairs["days"] > LONG_GAP),
        ):
            out |= marked.astype(bool) & (choice == "left out")
        kept = pairs[~out]
        if self.wellbeing == "raw":
            return kept
        return kept.assign(
            wellbeing_start=kept["wellbeing_metric_start"], wellbeing_change=kept["wellbeing_metric_change"]
        )


def specifications_of(model: Model, definitions: Definitions) -> list[Specification]:
    """List the specifications that can differ for a model.

    Ticks are already missing from amounts, and short versions from outcomes they do not ask about, so these
    choices are open only where they matter.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> definitions = load_definitions("side_by_side")
    >>> len(specifications_of(Model("whole", "types_given", "wellbeing"), definitions))
    96
    >>> len(specifications_of(Model("whole", "group_given", "hope"), definitions))
    12
    """
    left_out = ("kept", "left out")
    asked_in_short = "short" in definitions.questionnaires[model.outcome].versions
    choices = (
        PROJECTS_TERMS if model.exposure != "projects_attended" else PROJECTS_TERMS[:1],
        left_out if model.exposure in definitions.support_types.overall else left_out[:1],
        left_out if asked_in_short else left_out[:1],
        left_out,
        DDF,
        ("raw", "metric") if model.outcome == "wellbeing" else ("raw",),
    )
    return [Specification(*chosen) for chosen in product(*choices)]


def specification_curves(
    pairs: pd.DataFrame,
    headlines: pd.DataFrame,
    definitions: Definitions,
    jobs: int = 1,
    yardstick: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Estimate every headline finding under every specification.

    Parameters
    ----------
    pairs : DataFrame
        One row per pair, with the subgroup columns; not changed.
    headlines : DataFrame
        The rows of `fit_models` that are findings.
    definitions : Definitions
        What the logs ask about in which version.
    jobs : int
        Processes.
    yardstick : DataFrame, optional
        The pairs of all regions, as for `fit_models`; `pairs` if omitted.

    Returns
    -------
    DataFrame
        One row per finding and specification: the keys of the finding, the choices, `n`, `mean`, `ci_low`,
        `ci_high` (points), `p_value`, `changed` (reading rule), `effect`, `effect_low`, `effect_high` (mean
        and interval divided by the SD of change under the specification), `main` (the specification of the
        report).
    """
    from joblib import Parallel, delayed

    if headlines.empty:
        choices = [choice.name for choice in fields(Specification)]
        return pd.DataFrame(columns=[*CELL, *_ESTIMATES, "_people", *DRAWN[:3], *choices, "main"])
    models = [Model(*row) for row in headlines[list(MODEL)].drop_duplicates().itertuples(index=False)]
    planned: dict[Specification, list[Model]] = {}
    for model in models:
        for specification in specifications_of(model, definitions):
            planned.setdefault(specification, []).append(model)
    every = pairs if yardstick is None else yardstick
    alike = {replace(specification, ddf=DDF[0]): models for specification, models in planned.items()}
    fitted = Parallel(n_jobs=jobs)(delayed(_fit)(pairs, every, definitions, *item) for item in alike.items())
    found = {specification: results for part in fitted for specification, results in part.items()}
    everything = pd.concat([found[specification] for specification in planned], ignore_index=True)
    return headlines[list(CELL)].merge(everything, on=list(CELL))


def _fit(
    pairs: pd.DataFrame,
    yardstick: pd.DataFrame,
    definitions: Definitions,
    specification: Specification,
    models: list[Model],
) -> dict[Specification, pd.DataFrame]:
    """Fit the models of specifications that differ in the degrees of freedom only: the fits are the same."""
    by_ddf = fit_models_by_ddf(
        specification.select(pairs),
        models,
        ranges_of(definitions, specification.wellbeing),
        DDF,
        yardstick=specification.select(yardstick),
        projects_term=specification.projects_term,
    )
    return {
        (each := replace(specification, ddf=ddf)): _in_sd(results, each) for ddf, results in by_ddf.items()
    }


def _in_sd(results: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """Keep the estimates of a specification, also in standard deviations of change, with its choices."""
    in_sd = {
        f"effect{end}": results[column] / results["sd_change"]
        for end, column in (("", "mean"), ("_low", "ci_low"), ("_high", "ci_high"))
    }
    kept = results[[*CELL, *_ESTIMATES]].assign(_people=results["people"])
    return kept.assign(**in_sd, **asdict(specification), main=specification == Specification())


def summarise(curves: pd.DataFrame) -> pd.DataFrame:
    """Sum up each curve: how many specifications agree with the report's, and which choice moves it most.

    Parameters
    ----------
    curves : DataFrame
        From `specification_curves`.

    Returns
    -------
    DataFrame
        One row per finding: as `reach` returns it, with `reading_rule` (percent of the specifications) and
        `matters_most` (the choice whose options differ most in mean effect; empty for one specification).
    """
    known = [curve.dropna(subset="effect") for _, curve in curves.groupby(list(CELL), sort=False)]
    found = reach(curves)
    changed = distinct(curves, CELL).groupby(list(CELL))["changed"].mean()
    return found.assign(
        reading_rule=100 * changed.reindex(_cells(found)).to_numpy(),
        matters_most=[_matters_most(curve) for curve in known],
    )


def distinct(curve: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Join the specifications of a finding that give the same mean: a choice that changes nothing is none.

    Parameters
    ----------
    curve : DataFrame
        Rows of `specification_curves` of one finding, or of several.
    by : sequence of str
        Columns that tell the findings apart, if they are several.

    Returns
    -------
    DataFrame
        One row per different mean of a finding, from the lowest to the highest: the columns `by`, `effect`,
        the widest of the intervals (`effect_low`, `effect_high`), `main` if one of them is the report's, and
        `changed` (if it was given) if all of them are.

    Examples
    --------
    >>> curve = pd.DataFrame({"effect": [0.3, 0.2, 0.3], "effect_low": [0.1, 0.0, 0.05],
    ...                       "effect_high": [0.5, 0.4, 0.55], "main": [True, False, False]})
    >>> distinct(curve).to_dict("list")  # doctest: +NORMALIZE_WHITESPACE
    {'effect': [0.2, 0.3], 'effect_low': [0.0, 0.05], 'effect_high': [0.4, 0.55], 'main': [False, True]}
    """
    joined = {"effect": "first", "effect_low": "min", "effect_high": "max", "main": "any", "changed": "all"}
    known = curve.dropna(subset="effect")
    same = known["effect"].astype(float).round(_SAME).rename("same")
    groups = known.groupby([*by, same], sort=True)
    means = groups.agg({name: how for name, how in joined.items() if name in curve})
    return means.reset_index().drop(columns="same")


def reach(curves: pd.DataFrame) -> pd.DataFrame:
    """Say how far each curve reaches, and in how many specifications it agrees with the report's.

    Parameters
    ----------
    curves : DataFrame
        From `specification_curves`; only the keys, the effects and `main` are looked at.

    Returns
    -------
    DataFrame
        One row per finding: its keys, `specifications` (number of different means, see `distinct`),
        `main_effect`, `lowest`, `highest` (effects in SDs of change), `same_direction`, `without_zero`
        (percent of the specifications).
    """
    keys = list(CELL)
    own = curves[curves["main"].astype(bool)].drop_duplicates(keys).set_index(keys)["effect"].astype(float)
    means = distinct(curves, keys).astype({"effect": float})
    apart = (means["effect_low"] > 0) | (means["effect_high"] < 0)
    same = means["effect"] * own.reindex(_cells(means)).to_numpy() > 0
    groups = means.assign(same=same, apart=apart).groupby(keys)
    every = _cells(curves.drop_duplicates(keys))
    found = groups.agg(
        specifications=("effect", "size"),
        lowest=("effect", "min"),
        highest=("effect", "max"),
        same_direction=("same", "mean"),
        without_zero=("apart", "mean"),
    ).reindex(every)
    shares = {name: 100 * found[name] for name in ("same_direction", "without_zero")}
    counts = found["specifications"].fillna(0).astype(int)
    found = found.assign(main_effect=own.reindex(every), specifications=counts, **shares)
    return found[list(REACH)].reset_index()


def _cells(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[list(CELL)])


def _matters_most(curve: pd.DataFrame) -> str:
    """Name the choice whose options lie furthest apart in mean effect."""
    choices = [field.name for field in fields(Specification) if len(curve[field.name].unique()) > 1]
    means = {name: curve.groupby(name)["effect"].mean() for name in choices}
    return max(means, key=lambda name: means[name].max() - means[name].min()) if means else ""
