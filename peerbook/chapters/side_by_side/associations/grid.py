"""The grid of association models: which models there are, how each is fitted, and the frame of results.

One model asks whether the change in an outcome between two consecutive logs differs between periods in which
a support measure decreased, stayed unchanged or increased. The grid holds every outcome with every measure,
every characteristic of people with the overall measures, and the subsamples. What these are stands in the
definitions of the study; the printed tables say which models are in print, and in which order.

A mean that the pairs do not determine is "not estimated", with the reason, and so is a mean of a single pair
or person, or one that no score can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.choices import check_between, check_one_of
from peerbook.disclosure import Counted
from peerbook.errors import ModelError
from peerbook.log.pairing import CHANGES
from peerbook.shared import shared
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.data import Definitions
    from peerbook.log import Log
    from peerbook.stats import Family, RandomIntercept

WHOLE = "whole"
PROJECTS_TERMS = ("missing_level", "complete_case", "none")
DDF = ("satterthwaite", "kenward-roger")
ESTIMATED, NOT_ESTIMATED = "estimated", "not estimated"
LEAST = 2  # fewer pairs, or fewer people, are not a mean
CHANGE_PAIRS, CHANGE_PEOPLE = 5, 3  # fewer are too few to call their mean a change
ROWS_AT_ONCE = 20_000_000  # of the fits in memory at once, all their rows together: less than a gigabyte
TOLD_PAIRS = 20  # fewer are too few to say in words that something changed, and by how much
MODEL = ("sample", "exposure", "outcome", "subgroup_variable")
CELL = (*MODEL, "subgroup_level", "change")
PAIRS = "pairs in models"
_COUNTS = ("n", "people")
_MEAN = ("mean", "se", "df", "ci_low", "ci_high")
_TEST = ("statistic", "num_df", "den_df", "p_value")
_READ = ("effect_size", "size", "changed", "told", "sd_change", "status", "reason", "warnings", "printed")
COLUMNS = ("table", *CELL, *_COUNTS, *_MEAN, *_TEST, *_READ)
_NO_MODEL = "The complete pairs are too few, of too few people, or too alike, for this model."
_NOTHING = "No pair has everything that this model needs."
_NO_PAIRS = "A cell without pairs has no mean."
_ONE = "All pairs are of one person, or there is only one: that is no mean."
_NO_TEST = "The change in support cannot be tested with these pairs."
_FEW = "Fewer than {} pairs, or pairs of fewer than {} people, are too few to count as changed."

Ranges = Mapping[str, tuple[float, float]]


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


def counted(cells: pd.DataFrame, characteristic: str = "", **more: object) -> Counted:
    """Say what rows of models count: pairs of logs and their people, by change in support and subgroup.

    Parameters
    ----------
    cells : DataFrame
        Rows with the columns of `CELL`, or some of them; with `_people` where `people` are not shown, since
        many pairs may be of few people.
    characteristic : str
        The one that all rows have, where they have no column for it.
    more
        Of `Counted`, what these rows have besides.
    """
    units = {"n": PAIRS, **dict.fromkeys(("people", "_people"), "people in models")}
    words = (*("size", "changed", "told", "survives", "status", "reason"), *more.pop("words", ()))
    shared = {"warnings": tuple(name for name in MODEL if name in cells)} if "warnings" in cells else {}
    numbers = more.pop("counts", {})
    return Counted(
        counts={name: unit for name, unit in units.items() if name in cells} | numbers,
        by=(
            "sample",
            "subgroup_level" if characteristic else ("subgroup_variable", "subgroup_level"),
            "change",
            *more.pop("by", ()),
        ),
        each=("exposure", "outcome"),
        called={"subgroup_level": characteristic},
        words=tuple(name for name in words if name in cells),
        shared=shared,
        **more,
    )


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


@cache
def printed_tables() -> Mapping[Model, str]:
    """Return the models that the report prints, in its order, and the table each is in."""
    columns = ["sample", "exposure", "outcome", "subgroup_variable", "table"]
    rows = published.load("side_by_side", "associations")[columns].drop_duplicates()
    return MappingProxyType({Model(*row[:4]): row[4] for row in rows.itertuples(index=False)})


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
    ranges = ranges_of(log.definitions, log.choices.get("scale", "raw"))
    results = _fit_grid(pairs_of(log), models, ranges, yardstick=log.all_pairs, **choices)
    return results.assign(printed=results["printed"] & everywhere)


def ranges_of(definitions: Definitions, scale: str = "raw") -> Ranges:
    """Say how far each outcome can move between two logs: from low - high to high - low of its scale.

    Parameters
    ----------
    definitions : Definitions
        Whose questionnaires say what the lowest and the highest score are.
    scale : {"raw", "metric"}
        Which score an outcome is, if it has a metric one.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> ranges = ranges_of(load_definitions("side_by_side"))
    >>> ranges["wellbeing"], ranges["health"]
    ((-28, 28), (-9, 9))
    """
    found = {}
    for name in definitions.outcomes:
        questionnaire = definitions.questionnaires[name]
        low, high = questionnaire.bounds
        if scale == "metric" and questionnaire.metric:
            low, *_, high = questionnaire.metric.table.values()
        found[name] = (low - high, high - low)
    return MappingProxyType(found)


def pairs_of(log: Log) -> pd.DataFrame:
    """Return the pairs of a log with the characteristics of the person: what the models are fitted to."""
    from peerbook.log import with_subgroups

    return with_subgroups(log.pairs, log.tables, log.definitions)


def fit_models(
    pairs: pd.DataFrame,
    models: Iterable[Model],
    ranges: Ranges,
    *,
    yardstick: pd.DataFrame | None = None,
    projects_term: str = "missing_level",
    level: float = 0.95,
    minimum_cell: int = TOLD_PAIRS,
    minimum_pairs: int = CHANGE_PAIRS,
    minimum_people: int = CHANGE_PEOPLE,
    ddf: str = "satterthwaite",
) -> pd.DataFrame:
    """Fit models and return the adjusted mean changes, their tests and effect sizes.

    Parameters
    ----------
    pairs : DataFrame
        From `pairs_of`: one row per pair of consecutive logs, with the subgroup columns (categorical); not
        changed.
    models : iterable of Model
    ranges : mapping of str to tuple of float
        From `ranges_of`: how far each outcome can move. A mean outside is not estimated.
    yardstick : DataFrame, optional
        The pairs whose standard deviation of change effects are in: those of all regions (log specification,
        section 4), whatever sample or region is looked at. `pairs` themselves if omitted.
    projects_term : {"missing_level", "complete_case", "none"}
        The change in projects attended as a covariate: "not recorded" as a category of its own; only pairs
        with a record; or no such covariate.
    level : float
        Confidence level of the intervals.
    minimum_cell : int
        Pairs that a changed mean needs to be told in words: with fewer it is marked in the tables, as the
        report does, and gets no word for its size, no sentence and no checks.
    minimum_pairs, minimum_people : int
        Pairs, and people they are of, that a mean needs to count as changed; at least `LEAST`, without which
        there is no mean at all.
    ddf : {"satterthwaite", "kenward-roger"}

    Returns
    -------
    DataFrame
        One row per model, subgroup level and change category: `table` (empty if the report does not print
        the model), `sample`, `exposure`, `outcome`, `subgroup_variable`, `subgroup_level`, `change`, `n`
        (complete pairs), `people` (whose pairs they are), `mean`, `se`, `df`, `ci_low`, `ci_high` (points of
        the outcome), `statistic`, `num_df`, `den_df`, `p_value` (of the change category, or of the
        interaction), `effect_size` (only where the reading rule is met) and its word `size` (only where it is
        told), `changed` (the reading rule), `told` (changed, with pairs enough to say so), `sd_change` (over
        all pairs of `yardstick`; missing if they all changed alike), `status` ("estimated", "not estimated"),
        `reason` (why a mean is not estimated, or cannot count as changed; empty if neither), `warnings`
        (about the model), `printed`.

    Raises
    ------
    ParameterError
        If a choice is unknown or out of its range.
    ModelError
        If an outcome moved further than its range says it can.
    """
    choices = {"yardstick": yardstick, "projects_term": projects_term, "level": level}
    least = {
        "minimum_cell": minimum_cell,
        "minimum_pairs": minimum_pairs,
        "minimum_people": minimum_people,
    }
    return fit_models_by_ddf(pairs, models, ranges, (ddf,), **choices, **least)[ddf]


def fit_models_by_ddf(
    pairs: pd.DataFrame,
    models: Iterable[Model],
    ranges: Ranges,
    ddfs: Iterable[str],
    *,
    yardstick: pd.DataFrame | None = None,
    projects_term: str = "missing_level",
    level: float = 0.95,
    minimum_cell: int = TOLD_PAIRS,
    minimum_pairs: int = CHANGE_PAIRS,
    minimum_people: int = CHANGE_PEOPLE,
) -> dict[str, pd.DataFrame]:
    """Fit models once and read them with each of several degrees of freedom; else as `fit_models`."""
    from threadpoolctl import threadpool_limits

    ddfs = tuple(ddfs)
    check_one_of("projects_term", projects_term, PROJECTS_TERMS)
    for ddf in ddfs:
        check_one_of("ddf", ddf, DDF)
    check_between("level", level, 0, 1)
    check_between("minimum_cell", minimum_cell, LEAST - 1)
    check_between("minimum_pairs", minimum_pairs, LEAST - 1)
    check_between("minimum_people", minimum_people, LEAST - 1)
    models = list(models)
    _check_outcomes(pairs, models, ranges)
    # The designs are narrow: a second thread of linear algebra costs more than it saves.
    with threadpool_limits(1, "blas"):
        cells = _empty_cells(models, pairs, pairs if yardstick is None else yardstick)
        parts = [
            _part(fit_family(few, pairs, ranges, projects_term), pairs, projects_term, level, ddfs)
            for few in _batches(models, len(pairs))
        ]
    least = minimum_cell, minimum_pairs, minimum_people
    return {ddf: _read(_estimated(cells, [part[ddf] for part in parts]), *least) for ddf in ddfs}


def _estimated(cells: pd.DataFrame, parts: list[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Put the means and tests of all batches into their cells."""
    means, tests = (pd.concat(frames) for frames in zip(*parts, strict=True))
    return cells.merge(means, on=list(CELL), how="left").merge(tests, on=list(MODEL))


def _read(results: pd.DataFrame, minimum_cell: int, minimum_pairs: int, minimum_people: int) -> pd.DataFrame:
    """Say of every cell whether it has a mean, whether that counts as changed, and whether it is told."""
    from peerbook.stats import reading_rule, size_word

    results = results.astype(dict.fromkeys([*_COUNTS, *_MEAN, *_TEST], float))
    shown = _say_status(results)
    many = (shown["n"] >= minimum_pairs) & (shown["people"] >= minimum_people)
    read = reading_rule(shown, shown["p_value"].where(many), shown["sd_change"])
    told = read["changed"] & (read["n"] >= minimum_cell)
    few = _FEW.format(minimum_pairs, minimum_people)
    return read.assign(
        told=told,
        # The word goes with the effect as written: the report calls 0.198, printed as 0.20, small.
        size=read["effect_size"].where(told).round(2).map(size_word),
        reason=read["reason"].mask((read["status"] == ESTIMATED) & ~many, few),
    )[list(COLUMNS)]


_fit_grid = shared()(fit_models)


def fit_model(
    model: Model, pairs: pd.DataFrame, ranges: Ranges, projects_term: str = "missing_level"
) -> RandomIntercept:
    """Fit one model of the grid.

    Parameters
    ----------
    model : Model
    pairs : DataFrame
        One row per pair of consecutive logs of all samples, with the subgroup columns; not changed.
    ranges : mapping of str to tuple of float
        From `ranges_of`.
    projects_term : {"missing_level", "complete_case", "none"}
        As for `fit_models`.

    Raises
    ------
    ModelError
        If the rows cannot support the model.
    """
    from peerbook.stats import random_intercept

    rows = rows_of_model(model, pairs, projects_term)
    return random_intercept(model.formula(projects_term), rows, "person_id", ranges[model.outcome])


def fit_family(
    models: Iterable[Model], pairs: pd.DataFrame, ranges: Ranges, projects_term: str = "missing_level"
) -> Family:
    """Fit models of the grid together; what is asked is as for `fit_model`, a model is its own name."""
    from peerbook.stats import Family, random_intercepts

    samples: dict[str, list[Model]] = {}
    for model in models:
        samples.setdefault(model.sample, []).append(model)
    families = [
        random_intercepts(
            {model: model.formula(projects_term) for model in members},
            rows_of_model(members[0], pairs, projects_term),
            "person_id",
            {model: ranges[model.outcome] for model in members},
        )
        for members in samples.values()
    ]
    fits = {model: fit for family in families for model, fit in family.items()}
    return Family(fits, {model: why for family in families for model, why in family.refused.items()})


def rows_of_model(model: Model, pairs: pd.DataFrame, projects_term: str = "missing_level") -> pd.DataFrame:
    """Return the pairs of the sample of a model, with the change in projects as it is adjusted for."""
    rows = pairs if model.sample == WHOLE else pairs[pairs["region"].str.lower() == model.sample]
    change = rows["projects_attended_category"]
    if projects_term == "missing_level":
        change = change.astype(object).where(change.notna(), "not recorded")
    return rows.assign(projects_term=change)


def _check_outcomes(pairs: pd.DataFrame, models: list[Model], ranges: Ranges) -> None:
    """Refuse scores that contradict their scale: no reason beside an empty cell would say so."""
    for outcome in {model.outcome for model in models}:
        low, high = ranges[outcome]
        change = pairs[f"{outcome}_change"].dropna()
        strange = int((~change.between(low, high)).sum())
        if strange:
            raise ModelError(
                f"The change in {outcome} lies outside {low:g} to {high:g} in {strange} of {len(change)} "
                "pairs, which its scale does not allow. Correct the scores, or the range in "
                "`questionnaires.yml`."
            )


def _empty_cells(models: list[Model], pairs: pd.DataFrame, yardstick: pd.DataFrame) -> pd.DataFrame:
    """Every cell that the models should have, whether or not it can be estimated, in printed order."""
    table_of = printed_tables()
    outcomes = {model.outcome for model in models}
    spread = {outcome: yardstick[f"{outcome}_change"].std() for outcome in outcomes}
    sd_change = {outcome: sd if sd > 0 else float("nan") for outcome, sd in spread.items()}
    rows = []
    for model in models:
        levels = pairs[model.subgroup_variable].cat.categories if model.subgroup_variable else [""]
        about = vars(model) | {"table": table_of.get(model, ""), "printed": model in table_of}
        about["sd_change"] = sd_change[model.outcome]
        rows += [
            about | {"change": change, "subgroup_level": level} for change, level in product(CHANGES, levels)
        ]
    return pd.DataFrame(rows)


def _batches(models: list[Model], pairs: int) -> Iterator[list[Model]]:
    """Cut models into batches whose rows memory can hold at once; a fit keeps those it was made from."""
    most = max(1, ROWS_AT_ONCE // max(pairs, 1))
    for first in range(0, max(len(models), 1), most):
        yield models[first : first + most]


def _part(
    family: Family, pairs: pd.DataFrame, projects_term: str, level: float, ddfs: Iterable[str]
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Give the means of all models of a batch, counts where there is no fit; and their tests; by ddf."""
    # An error counts rows and groups, which disclosure control would not see in a sentence.
    refused = [
        _counted(model, rows_of_model(model, pairs, projects_term), projects_term) for model in family.refused
    ]
    return {ddf: (pd.concat([_means(family, level, ddf), *refused]), _tests(family, ddf)) for ddf in ddfs}


def _means(family: Family, level: float, ddf: str) -> pd.DataFrame:
    """Marginal means of all fits, in the words of the results: groups are people, rows pairs."""
    from peerbook.stats.gate import FEW_DF, OUTSIDE, UNDEFINED

    plain = {
        UNDEFINED: "Cells without pairs leave this mean undefined.",
        OUTSIDE: "The mean would lie outside the range in which the score can move.",
        FEW_DF: "Less than one degree of freedom is left to judge the mean by.",
    }
    columns = ("change", "subgroup_level")
    factors = {model: dict(zip(columns, model.factors, strict=False)) for model in family}
    means = family.marginal_means(factors, ddf, level).rename(columns={"groups": "people"})
    levels = means["subgroup_level"].fillna("") if "subgroup_level" in means else ""
    means = means.assign(subgroup_level=levels, reason=means["reason"].replace(plain))
    return _labelled(means, means["model"])


def _tests(family: Family, ddf: str) -> pd.DataFrame:
    """Give the test and the warnings of every model, a row each; blank where there is no fit."""
    tests = family.f_tests(ddf)
    tests = tests[tests["term"] == tests["model"].map({model: model.term for model in family})]
    # The first warning counts the rows with missing values, which `n` shows already.
    warnings = {model: list(fit.warnings[bool(fit.dropped.rows) :]) for model, fit in family.items()}
    for model in tests.loc[tests["reason"] != "", "model"]:
        warnings[model].append(_NO_TEST)
    said = {model: " ".join(sentences) for model, sentences in warnings.items()}
    every = pd.DataFrame([vars(model) for model in (*family, *family.refused)], columns=list(MODEL))
    found = every.assign(warnings=[said.get(model, "") for model in (*family, *family.refused)])
    numbers = tests.set_index("model")[list(_TEST)].reindex([*family, *family.refused])
    return found.assign(**{name: numbers[name].to_numpy() for name in _TEST})


def _counted(model: Model, rows: pd.DataFrame, projects_term: str) -> pd.DataFrame:
    """Count the complete pairs, and their people, in every cell of a model that has no fit."""
    needed = [f"{model.outcome}_change", f"{model.outcome}_start", *model.factors]
    if "projects_term" in model.formula(projects_term):
        needed.append("projects_term")
    complete = rows.dropna(subset=needed)
    cells = complete.groupby(model.factors, observed=False)["person_id"]
    counts = cells.agg(n="size", people="nunique").reset_index()
    named = counts.rename(columns={model.change: "change", model.subgroup_variable: "subgroup_level"})
    if not model.subgroup_variable:
        named = named.assign(subgroup_level="")
    named = named.assign(reason=_NO_MODEL if counts["n"].any() else _NOTHING)
    return _labelled(named, pd.Series([model] * len(named)))


def _labelled(cells: pd.DataFrame, models: pd.Series) -> pd.DataFrame:
    """Name the model of each cell as in the results."""
    names = {name: [getattr(model, name) for model in models] for name in MODEL}
    known = cells.assign(**names).reindex(columns=[*CELL, *_COUNTS, *_MEAN, "reason"])
    return known.astype({"change": object, "subgroup_level": object})


def _say_status(results: pd.DataFrame) -> pd.DataFrame:
    """Say which cells have an estimate, and why the others have none."""
    counts = results[list(_COUNTS)].fillna(0)
    reason = results["reason"].fillna("")
    reason = reason.mask((reason == "") & (counts < LEAST).any(axis=1), _ONE)
    reason = reason.mask((counts["n"] == 0) & ~reason.isin([_NO_MODEL, _NOTHING]), _NO_PAIRS)
    known = reason == ""
    return results.assign(
        **counts,
        **{name: results[name].where(known) for name in _MEAN},
        status=known.map({True: ESTIMATED, False: NOT_ESTIMATED}),
        reason=reason,
    )
