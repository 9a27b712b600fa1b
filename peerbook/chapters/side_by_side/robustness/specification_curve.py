"""Specification curves: how far a finding depends on choices that could have been made otherwise."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from itertools import product

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    DDF,
    MODEL,
    OVERALL_MEASURES,
    PROJECTS_TERMS,
    Model,
    fit_models,
)
from peerbook.data import load_definitions

_ESTIMATES = ("n", "mean", "ci_low", "ci_high", "p_value", "changed", "effect", "effect_low", "effect_high")
SUMMARY = (
    "specifications", "main_effect", "lowest", "highest", "same_direction", "without_zero", "reading_rule",
    "matters_most",
)  # fmt: skip
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


def specifications_of(model: Model) -> list[Specification]:
    """List the specifications that can differ for a model.

    Ticks are already missing from amounts, and short versions from outcomes they do not ask about, so these
    choices are open only where they matter.

    Examples
    --------
    >>> len(specifications_of(Model("whole", "types_given", "wellbeing")))
    96
    >>> len(specifications_of(Model("whole", "group_given", "hope")))
    12
    """
    left_out = ("kept", "left out")
    choices = (
        PROJECTS_TERMS if model.exposure != "projects_attended" else PROJECTS_TERMS[:1],
        left_out if model.exposure in OVERALL_MEASURES else left_out[:1],
        left_out if model.outcome in _asked_in_short() else left_out[:1],
        left_out,
        DDF,
        ("raw", "metric") if model.outcome == "wellbeing" else ("raw",),
    )
    return [Specification(*chosen) for chosen in product(*choices)]


@lru_cache
def _asked_in_short() -> frozenset[str]:
    """Name the outcomes that short versions of the form ask about."""
    scores = load_definitions("side_by_side").questionnaires.values()
    return frozenset(score.outcome for score in scores if "short" in score.versions)


def specification_curves(pairs: pd.DataFrame, headlines: pd.DataFrame, jobs: int = 1) -> pd.DataFrame:
    """Estimate every headline finding under every specification.

    Parameters
    ----------
    pairs : DataFrame
        One row per pair, with the subgroup columns; not changed.
    headlines : DataFrame
        The rows of `fit_models` that are findings.
    jobs : int
        Processes.

    Returns
    -------
    DataFrame
        One row per finding and specification: the keys of the finding, the choices, `n`, `mean`, `ci_low`,
        `ci_high` (points), `effect`, `effect_low`, `effect_high` (the same divided by the SD of change under
        the specification), `p_value`, `changed` (reading rule), `main` (the specification of the report).
    """
    from joblib import Parallel, delayed

    if headlines.empty:
        return pd.DataFrame(
            columns=[*CELL, *_ESTIMATES, *(choice.name for choice in fields(Specification)), "main"]
        )
    models = [Model(*row) for row in headlines[list(MODEL)].drop_duplicates().itertuples(index=False)]
    planned: dict[Specification, list[Model]] = {}
    for model in models:
        for specification in specifications_of(model):
            planned.setdefault(specification, []).append(model)
    fitted = Parallel(n_jobs=jobs)(delayed(_fit)(pairs, *item) for item in planned.items())
    everything = pd.concat(fitted, ignore_index=True)
    return headlines[list(CELL)].merge(everything, on=list(CELL))


def _fit(pairs: pd.DataFrame, specification: Specification, models: list[Model]) -> pd.DataFrame:
    results = fit_models(
        specification.select(pairs), models, projects_term=specification.projects_term, ddf=specification.ddf
    )
    in_sd = {
        f"effect{end}": results[column] / results["sd_change"]
        for end, column in (("", "mean"), ("_low", "ci_low"), ("_high", "ci_high"))
    }
    kept = results[[*CELL, *_ESTIMATES[:6]]]
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
        One row per finding: its keys, `specifications` (number estimated), `main_effect`, `lowest`, `highest`
        (effects in SDs of change), `same_direction`, `without_zero`, `reading_rule` (percent of the
        specifications), `matters_most` (the choice whose options differ most in mean effect; empty for one
        specification).
    """
    summaries = [
        dict(zip(CELL, key, strict=True)) | _summary(curve)
        for key, curve in curves.groupby(list(CELL), sort=False)
    ]
    return pd.DataFrame(summaries, columns=[*CELL, *SUMMARY])


def _summary(curve: pd.DataFrame) -> dict[str, object]:
    known = curve.dropna(subset="effect")
    main = float(curve.loc[curve["main"], "effect"].iloc[0])
    apart = (known["ci_low"] > 0) | (known["ci_high"] < 0)
    shares = [known["effect"] * main > 0, apart, known["changed"]]
    values = (
        len(known), main, known["effect"].min(), known["effect"].max(),
        *(100 * share.mean() for share in shares), _matters_most(known),
    )  # fmt: skip
    return dict(zip(SUMMARY, values, strict=True))


def _matters_most(curve: pd.DataFrame) -> str:
    """Name the choice whose options lie furthest apart in mean effect."""
    choices = [field.name for field in fields(Specification) if len(curve[field.name].unique()) > 1]
    means = {name: curve.groupby(name)["effect"].mean() for name in choices}
    return max(means, key=lambda name: means[name].max() - means[name].min()) if means else ""
