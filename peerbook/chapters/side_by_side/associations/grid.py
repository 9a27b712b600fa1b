"""The grid of association models: which models there are, how each is fitted, and the frame of results.

One model asks whether the change in an outcome between two consecutive logs differs between periods in which
a support measure decreased, stayed unchanged or increased. The grid holds every outcome with every measure,
every characteristic of people with the overall measures, and the subsamples. What these are stands in the
definitions of the study; the printed tables say which models are in print, and in which order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.choices import check_between, check_one_of
from peerbook.errors import ModelError
from peerbook.log.pairing import CHANGES
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.data import Definitions
    from peerbook.log import Log
    from peerbook.stats import RandomIntercept

WHOLE = "whole"
PROJECTS_TERMS = ("missing_level", "complete_case", "none")
DDF = ("satterthwaite", "kenward-roger")
ESTIMATED, WITHHELD, NOT_ESTIMATED = "estimated", "withheld", "not estimated"
MODEL = ("sample", "exposure", "outcome", "subgroup_variable")
CELL = (*MODEL, "subgroup_level", "change")
_MEAN = ("n", "mean", "se", "df", "ci_low", "ci_high")
_TEST = ("statistic", "num_df", "den_df", "p_value")
_READ = ("effect_size", "size", "changed", "sd_change", "status", "warnings", "printed")
_TOO_FEW = "The complete pairs are too few, of too few people, or too alike, for this model."
COLUMNS = ("table", *CELL, *_MEAN, *_TEST, *_READ)


@dataclass(frozen=True)
class Model:
    """One model of the grid.

    Attributes
    ----------
    sample : str
        "whole" for all pairs of the study, or a region in small letters: the pairs whose earlier log was sent
        in from there, wherever the person registered.
    exposure, outcome : str
        A support measure and an outcome, as in the columns of the pairs.
    subgroup_variable : str
        A characteristic that interacts with the change in support; empty for none.
    """

    sample: str
    exposure: str
    outcome: str
    subgroup_variable: str = ""

    @property
    def change(self) -> str:
        """Column with the change category of the support measure."""
        return f"{self.exposure}_category"

    @property
    def factors(self) -> list[str]:
        """Columns whose marginal means are wanted: the change category, and the characteristic if any."""
        return [self.change, *filter(None, [self.subgroup_variable])]

    @property
    def term(self) -> str:
        """The term whose F test decides: the change category, or its interaction with the characteristic."""
        return ":".join(self.factors)

    def formula(self, projects_term: str = "missing_level") -> str:
        """Write the model as a formula (log specification, section 4).

        Examples
        --------
        >>> Model("whole", "types_given", "hope").formula()
        'hope_change ~ hope_start + types_given_category + projects_term'
        >>> Model("whole", "projects_attended", "hope", "age_group").formula()
        'hope_change ~ hope_start + projects_attended_category * age_group'
        """
        terms = [f"{self.outcome}_start", " * ".join(self.factors)]
        if self.exposure != "projects_attended" and projects_term != "none":
            terms.append("projects_term")
        return f"{self.outcome}_change ~ {' + '.join(terms)}"


def grid(definitions: Definitions, subsamples: bool = True) -> list[Model]:
    """List every model: whole sample, subgroups, subsamples.

    Parameters
    ----------
    definitions : Definitions
        Which outcomes, measures, characteristics and subsamples there are.
    subsamples : bool
        Whether the models of the subsamples are wanted.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> len(grid(load_definitions("side_by_side")))
    350
    """
    outcomes, measures = outcomes_of(definitions), measures_of(definitions)
    overall = [measure for measure in measures if measure in definitions.support_types.overall]
    regions = [region.lower() for region in definitions.subsamples] if subsamples else []
    return [
        *(Model(WHOLE, measure, outcome) for measure, outcome in product(measures, outcomes)),
        *(
            Model(WHOLE, measure, outcome, characteristic)
            for characteristic, measure, outcome in product(definitions.subgroups, overall, outcomes)
        ),
        *(
            Model(region, measure, outcome)
            for region, measure, outcome in product(regions, overall, outcomes)
        ),
    ]


def printed_tables() -> dict[Model, str]:
    """Return the models that the report prints, in its order, and the table each is in."""
    columns = ["sample", "exposure", "outcome", "subgroup_variable", "table"]
    rows = published.load("side_by_side", "associations")[columns].drop_duplicates()
    return {Model(*row[:4]): row[4] for row in rows.itertuples(index=False)}


def outcomes_of(definitions: Definitions) -> list[str]:
    """Return the outcomes of a study: in printed order, then those that are not in print."""
    return _printed_first(definitions.outcomes, (model.outcome for model in printed_tables()))


def measures_of(definitions: Definitions) -> list[str]:
    """Return the support measures of a study: in printed order, then those that are not in print."""
    return _printed_first(definitions.support_types.measures, (model.exposure for model in printed_tables()))


def _printed_first(names: Iterable[str], printed: Iterable[str]) -> list[str]:
    names = list(names)
    first = [name for name in dict.fromkeys(printed) if name in names]
    return [*first, *(name for name in names if name not in first)]


def associations(log: Log, **choices: object) -> pd.DataFrame:
    """Fit the whole grid to a log.

    Parameters
    ----------
    log : Log
    **choices
        As for `fit_models`.

    Returns
    -------
    DataFrame
        As `fit_models` returns it. A log of one region has no subsamples, and none of its rows is printed.
    """
    everywhere = log.region == ALL_REGIONS
    models = grid(log.definitions, subsamples=everywhere)
    results = fit_models(pairs_of(log), models, **choices)
    return results.assign(printed=results["printed"] & everywhere)


def pairs_of(log: Log) -> pd.DataFrame:
    """Return the pairs of a log with the characteristics of the person: what the models are fitted to."""
    from peerbook.log import with_subgroups

    return with_subgroups(log.pairs, log.tables, log.definitions)


def fit_models(
    pairs: pd.DataFrame,
    models: Iterable[Model],
    *,
    projects_term: str = "missing_level",
    level: float = 0.95,
    minimum_cell: int = 1,
    ddf: str = "satterthwaite",
) -> pd.DataFrame:
    """Fit models and return the adjusted mean changes, their tests and effect sizes.

    Parameters
    ----------
    pairs : DataFrame
        From `pairs_of`: one row per pair of consecutive logs, with the subgroup columns (categorical); not
        changed.
    models : iterable of Model
    projects_term : {"missing_level", "complete_case", "none"}
        The change in projects attended as a covariate: "not recorded" as a category of its own; only pairs
        with a record; or no such covariate.
    level : float
        Confidence level of the intervals.
    minimum_cell : int
        Cells with fewer pairs are withheld.
    ddf : {"satterthwaite", "kenward-roger"}

    Returns
    -------
    DataFrame
        One row per model, subgroup level and change category: `table` (empty if the report does not print
        the model), `sample`, `exposure`, `outcome`, `subgroup_variable`, `subgroup_level`, `change`, `n`
        (pairs), `mean`, `se`, `df`, `ci_low`, `ci_high` (points of the outcome), `statistic`, `num_df`,
        `den_df`, `p_value` (of the change category, or of the interaction), `effect_size` and its word
        `size` (only where the reading rule is met), `changed` (the reading rule), `sd_change` (over all
        pairs of `pairs`; missing if they all changed alike),
        `status` ("estimated", "withheld", "not estimated"), `warnings`, `printed`.

    Raises
    ------
    ParameterError
        If a choice is unknown or out of its range.
    """
    from threadpoolctl import threadpool_limits

    from peerbook.stats import reading_rule, size_word

    check_one_of("projects_term", projects_term, PROJECTS_TERMS)
    check_one_of("ddf", ddf, DDF)
    check_between("level", level, 0, 1)
    check_between("minimum_cell", minimum_cell, 0)
    models = list(models)
    # The designs are narrow: a second thread of linear algebra costs more than it saves.
    with threadpool_limits(1, "blas"):
        fitted = [_estimates(model, pairs, projects_term, level, ddf) for model in models]
    results = _empty_cells(models, pairs)
    results = results.merge(pd.concat([means for means, _ in fitted]), on=list(CELL), how="left")
    tests = pd.DataFrame([test for _, test in fitted], columns=[*MODEL, *_TEST, "warnings"])
    results = results.merge(tests, on=list(MODEL)).astype(dict.fromkeys([*_MEAN, *_TEST], float))
    shown = _withhold(_say_status(results), minimum_cell)
    read = reading_rule(shown, shown["p_value"], shown["sd_change"])
    # The word goes with the effect as written: the report calls 0.198, printed as 0.20, small.
    return read.assign(size=read["effect_size"].round(2).map(size_word))[list(COLUMNS)]


def fit_model(model: Model, pairs: pd.DataFrame, projects_term: str = "missing_level") -> RandomIntercept:
    """Fit one model of the grid.

    Parameters
    ----------
    model : Model
    pairs : DataFrame
        One row per pair of consecutive logs of all samples, with the subgroup columns; not changed.
    projects_term : {"missing_level", "complete_case", "none"}
        As for `fit_models`.

    Raises
    ------
    ModelError
        If the rows cannot support the model.
    """
    from peerbook.stats import random_intercept

    rows = pairs if model.sample == WHOLE else pairs[pairs["region"].str.lower() == model.sample]
    change = rows["projects_attended_category"]
    if projects_term == "missing_level":
        change = change.astype(object).where(change.notna(), "not recorded")
    return random_intercept(model.formula(projects_term), rows.assign(projects_term=change), "person_id")


def _empty_cells(models: list[Model], pairs: pd.DataFrame) -> pd.DataFrame:
    """Every cell that the models should have, whether or not it can be estimated, in printed order."""
    table_of = printed_tables()
    spread = {model.outcome: pairs[f"{model.outcome}_change"].std() for model in models}
    sd_change = {outcome: sd if sd > 0 else float("nan") for outcome, sd in spread.items()}
    rows = []
    for model in models:
        levels = pairs[model.subgroup_variable].cat.categories if model.subgroup_variable else [""]
        about = asdict(model) | {"table": table_of.get(model, ""), "printed": model in table_of}
        about["sd_change"] = sd_change[model.outcome]
        rows += [
            about | {"change": change, "subgroup_level": level} for change, level in product(CHANGES, levels)
        ]
    return pd.DataFrame(rows)


def _estimates(
    model: Model, pairs: pd.DataFrame, projects_term: str, level: float, ddf: str
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Marginal means of a model, and its test with the warnings, or with the reason why there is no fit."""
    try:
        fit = fit_model(model, pairs, projects_term)
        means = fit.marginal_means(model.factors, ddf=ddf, level=level)
        tests = fit.f_tests(ddf=ddf)
    except ModelError:
        # The reason in the error may quote a person's number or answer, which must not be published.
        return pd.DataFrame(columns=[*CELL, *_MEAN]), asdict(model) | {"warnings": _TOO_FEW}
    means = means.rename(columns={model.change: "change", model.subgroup_variable: "subgroup_level"})
    if not model.subgroup_variable:
        means = means.assign(subgroup_level="")
    test = tests[tests["term"] == model.term].to_dict("records")[0]
    # The first warning counts the rows with missing values, which `n` shows already.
    warnings = " ".join(fit.warnings[bool(fit.dropped.rows) :])
    return means.assign(**asdict(model)), test | asdict(model) | {"warnings": warnings}


def _say_status(results: pd.DataFrame) -> pd.DataFrame:
    """Say which cells have an estimate, and why a cell of a fitted model has none."""
    known = results["mean"].notna()
    empty = ~known & (results["warnings"] == "")
    return results.assign(
        status=known.map({True: ESTIMATED, False: NOT_ESTIMATED}),
        warnings=results["warnings"].mask(empty, "A cell without pairs has no mean."),
    )


def _withhold(results: pd.DataFrame, minimum_cell: int) -> pd.DataFrame:
    """Blank the cells with fewer pairs than may be shown, and say so."""
    small = results["n"].between(1, minimum_cell - 1)
    reason = f"Cells with fewer than {minimum_cell} pairs are withheld."
    said = results["warnings"].map(lambda warning: " ".join(filter(None, [warning, reason])))
    return results.assign(
        **{name: results[name].mask(small) for name in _MEAN},
        status=results["status"].mask(small, WITHHELD),
        warnings=results["warnings"].mask(small, said),
    )
