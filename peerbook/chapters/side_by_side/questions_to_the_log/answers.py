"""What the log answers: groups of people compared, measures compared, and what came first.

A comparison of groups is a model of the grid with a characteristic more: does the link of a change in support
with a change in an outcome differ between the groups? Its test is that of the interaction, and its size the
difference of two mean changes. A comparison of measures has both of them in one model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    CHANGES,
    LEAST,
    MODEL,
    TOLD_PAIRS,
    WHOLE,
    Model,
    Ranges,
    fit_family,
    fit_models,
    measures_of,
    outcomes_of,
    ranges_of,
    rows_of_model,
)
from peerbook.chapters.side_by_side.associations.words import ALPHA
from peerbook.choices import check_between, check_one_of
from peerbook.data import Subgroup
from peerbook.errors import ModelError
from peerbook.log import with_subgroups
from peerbook.shared import shared

if TYPE_CHECKING:
    from peerbook.data import Definitions
    from peerbook.log import Log

PLACES = ("recorded", "left_out", "strategic_partner", "grant")
CORRECTIONS = ("none", "false_discovery")
FEWER, SAME, MORE = CHANGES
RECORDED, LEFT_OUT = PLACES[:2]
LEEDS, ELSEWHERE = "Leeds", "Other regions"
BAME_ONLY = Subgroup(
    name="bame_specific",
    label="BaME-specific project",
    table="projects",
    field="bame_specific",
    levels={"Yes": ["yes"], "No": ["no"]},
    people={"Yes": "people of BaME-specific projects", "No": "people of other projects"},
)
SUPPORT_FIRST, TOGETHER, OUTCOME_FIRST = "support first", "at the same time", "outcome first"
ORDERS: Mapping[str, int] = MappingProxyType({SUPPORT_FIRST: 1, TOGETHER: 0, OUTCOME_FIRST: -1})
ORDERED = ("projects_attended", "types_given")  # the measures of the findings that were read both ways
MONTHS = 12
LAST = "last log of those with several"


@dataclass(frozen=True)
class Comparison:
    """A question of the report that sets groups of people beside each other.

    Attributes
    ----------
    title : str
    variable : str
        The characteristic, a column of the pairs.
    groups : mapping of str to str
        Its levels, and what readers call them; differences are those of an earlier less a later one.
    measures : tuple of str
        The measures of support looked at; those of the overall use if empty.
    """

    title: str
    variable: str
    groups: Mapping[str, str]
    measures: tuple[str, ...] = ()


COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        "QL1": Comparison(
            "Diagnosis-specific projects and others",
            "diagnosis_specific",
            {"Yes": "diagnosis-specific projects", "No": "other projects"},
        ),
        "QL2a": Comparison(
            "Strategic partners and grant funded projects",
            "funding",
            {"Strategic partner": "strategic partner projects", "Grant funded": "grant funded projects"},
        ),
        "QL2c": Comparison(
            "Leeds and the other regions", "in_leeds", {LEEDS: "Leeds", ELSEWHERE: "the other regions"}
        ),
        "QL4": Comparison(
            "Kinds of project that people came from",
            "project_type",
            {"Group": "group projects", "One to One": "one-to-one projects", "Elefriends": "Elefriends"},
        ),
        "QL7": Comparison(
            "Ethnic groups",
            "ethnic_group",
            {"White": "White people", "Black": "Black people", "Asian": "Asian people", "Other": "others"},
        ),
        "QL8": Comparison(
            "BaME-specific projects and others: group support",
            "bame_specific",
            {"Yes": "BaME-specific projects", "No": "other projects"},
            ("group_given", "group_received"),
        ),
    }
)
ALONE: Mapping[str, str] = MappingProxyType({"QL2b": LEEDS, "QL3": "Elefriends"})
# Of online and group giving; giving and receiving of every kind follow from the definitions.
ONLINE_AND_GROUP = ("online_given", "group_given")


@dataclass(frozen=True)
class Answers:
    """What the log answers, one frame for each kind of question.

    Attributes
    ----------
    cells : DataFrame
        `question`, then the rows of `fit_models`, and `p_adjusted` (Benjamini and Hochberg, over the models
        of the question) and `clear` (whether the test of the model is, by the correction asked for).
    differences : DataFrame
        One row per question, model, change in support and two groups: `question`, `exposure`, `outcome`,
        `change`, `first`, `second`, `n` and `people` (of both), `mean` (change in the first group less that
        in the second, in points), `ci_low`, `ci_high`, `p_value`, `sd_change`, `reason`.
    groups : DataFrame
        One row per question and group: `question`, `title`, `group`, `people`, `pairs`; the group "not known"
        holds the people of whom the characteristic is not.
    shared : DataFrame
        One row: people of strategic partners (`partner`), of diagnosis-specific projects (`diagnosis`) and of
        `both`.
    rivals : DataFrame
        One row per two measures and outcome: `question`, `first`, `second`, `outcome`, `n`, `people`, `mean`
        (of more of the first less more of the second), `ci_low`, `ci_high`, `p_value`, `p_adjusted`,
        `sd_change`, `reason`, `clear`.
    order : DataFrame
        `order` (which came first), then the rows of `fit_models`, `p_adjusted` and `clear`.
    unused : DataFrame
        One row per month of participation, and one of the last logs of people who sent several: `month`,
        `logs`, `none` (logs without any support).
    """

    cells: pd.DataFrame
    differences: pd.DataFrame
    groups: pd.DataFrame
    shared: pd.DataFrame
    rivals: pd.DataFrame
    order: pd.DataFrame
    unused: pd.DataFrame


def answers(
    log: Log,
    *,
    place_of_elefriends: str = RECORDED,
    correction: str = "none",
    level: float = 0.95,
    minimum_cell: int = TOLD_PAIRS,
    minimum_people: int = 3,
) -> Answers:
    """Put every question to a log that it can answer.

    Parameters
    ----------
    log : Log
    place_of_elefriends : {"recorded", "left_out", "strategic_partner", "grant"}
        Where people of Elefriends stand when projects are compared by funding and by diagnosis: as the table
        of projects has it; nowhere; or with one of the kinds of funding.
    correction : {"none", "false_discovery"}
        Whether a test is clear by its own p value, or by the one adjusted for the models of its question.
    level : float
        Confidence level of the intervals.
    minimum_cell, minimum_people : int
        Pairs that a mean needs to be told, and people that it needs to count as changed. A test is clear only
        if two of its groups have as many.

    Raises
    ------
    ParameterError
        If a choice is unknown or out of its range.
    """
    check_one_of("place_of_elefriends", place_of_elefriends, PLACES)
    check_one_of("correction", correction, CORRECTIONS)
    check_between("level", level, 0, 1)
    pairs = pairs_compared(log, place_of_elefriends)
    ranges = ranges_of(log.definitions, log.choices.get("scale", "raw"))
    cells, differences, rivals, order = _asked(
        pairs,
        ranges,
        log.all_pairs,
        list(models_asked(log.definitions)),
        rivals_of(log.definitions),
        [name for name in ORDERED if name in measures_of(log.definitions)],
        outcomes_of(log.definitions),
        correction,
        level,
        minimum_cell,
        minimum_people,
    )
    return Answers(cells, differences, _groups(pairs), _shared(pairs), rivals, order, _unused(log.logs))


@shared()
def _asked(
    pairs: pd.DataFrame,
    ranges: Ranges,
    yardstick: pd.DataFrame,
    compared: list[tuple[str, list[Model]]],
    rivals: list[tuple[str, str, str]],
    ordered: list[str],
    outcomes: list[str],
    correction: str,
    level: float,
    minimum_cell: int,
    minimum_people: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Fit all models: the cells, differences, rivals and order of `Answers`."""
    ask = _Asking(pairs, ranges, yardstick, correction, level, minimum_cell, minimum_people)
    cells = pd.concat([ask.fitted(question, models) for question, models in compared])
    return (
        cells.reset_index(drop=True),
        ask.differences(cells),
        ask.rivals(rivals, outcomes),
        ask.order(ordered, outcomes),
    )


def pairs_compared(log: Log, place_of_elefriends: str = RECORDED) -> pd.DataFrame:
    """Return the pairs with every characteristic that is compared.

    Parameters
    ----------
    log : Log
    place_of_elefriends : str
        As for `answers`.
    """
    known = {**log.definitions.subgroups, BAME_ONLY.name: BAME_ONLY}
    pairs = with_subgroups(log.pairs, log.tables, replace(log.definitions, subgroups=known))
    in_leeds = pairs["region"].eq(LEEDS).map({True: LEEDS, False: ELSEWHERE})
    pairs = pairs.assign(in_leeds=pd.Categorical(in_leeds, [LEEDS, ELSEWHERE]))
    online = pairs["project_type"].eq("Elefriends") if "project_type" in pairs else False
    if place_of_elefriends == LEFT_OUT:
        left = [name for name in ("diagnosis_specific", "funding", "in_leeds") if name in pairs]
        return pairs.assign(**{name: pairs[name].mask(online) for name in left})
    of = {"strategic_partner": "Strategic partner", "grant": "Grant funded"}.get(place_of_elefriends)
    return pairs if of is None else pairs.assign(funding=pairs["funding"].mask(online, of))


def models_asked(definitions: Definitions) -> Iterator[tuple[str, list[Model]]]:
    """List the models of every question that compares groups of people, or looks at a group alone."""
    outcomes, measures = outcomes_of(definitions), measures_of(definitions)
    overall = [name for name in measures if name in definitions.support_types.overall]
    variables = {*definitions.subgroups, BAME_ONLY.name, "in_leeds"}
    for question, asked in COMPARISONS.items():
        mine = [name for name in asked.measures or overall if name in measures]
        if asked.variable in variables:
            yield question, [Model(WHOLE, *pair, asked.variable) for pair in product(mine, outcomes)]
    for question, region in ALONE.items():
        if region in definitions.regions:
            yield question, [Model(region.lower(), *pair) for pair in product(overall, outcomes)]


def rivals_of(definitions: Definitions) -> list[tuple[str, str, str]]:
    """List the measures compared in one model: question, the first and the second measure."""
    measures = measures_of(definitions)
    both = [
        ("QL12", name, name.replace("_given", "_received"))
        for name in measures
        if name.endswith("_given") and name.replace("_given", "_received") in measures
    ]
    return [*both, *([("QL13", *ONLINE_AND_GROUP)] if set(ONLINE_AND_GROUP) <= set(measures) else [])]


@dataclass(frozen=True)
class _Asking:
    """The pairs, and how models of them are fitted and read."""

    pairs: pd.DataFrame
    ranges: Ranges
    yardstick: pd.DataFrame
    correction: str
    level: float
    minimum_cell: int
    minimum_people: int

    def fitted(
        self, question: str, models: Iterable[Model], pairs: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Fit the models of a question, and adjust their tests for their number."""
        results = fit_models(
            self.pairs if pairs is None else pairs,
            models,
            self.ranges,
            yardstick=self.yardstick,
            level=self.level,
            minimum_cell=self.minimum_cell,
            minimum_people=self.minimum_people,
        )
        enough = results.groupby([*MODEL, "subgroup_level"], sort=False).agg({"n": "sum", "people": "max"})
        many = (enough["n"] >= self.minimum_cell) & (enough["people"] >= self.minimum_people)
        groups = many.groupby(list(MODEL), sort=False).agg(["sum", "size"])
        told = (groups["sum"] >= groups["size"].clip(upper=2)).rename("told_apart").reset_index()
        results = results.merge(told, on=list(MODEL)).assign(question=question)
        read = self.read(results, list(MODEL))
        return read.assign(clear=read["clear"] & read["told_apart"]).drop(columns="told_apart")

    def read(self, rows: pd.DataFrame, test: list[str]) -> pd.DataFrame:
        """Adjust the tests of one question for their number, and say which are clear."""
        from peerbook.stats import adjust_p_values

        tests = rows.drop_duplicates(test)[[*test, "p_value"]]
        p = adjust_p_values(tests["p_value"], "benjamini-hochberg")
        rows = rows.merge(tests[test].assign(p_adjusted=p), on=test, how="left")
        used = "p_value" if self.correction == "none" else "p_adjusted"
        return rows.assign(clear=rows[used] < ALPHA)

    def differences(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Compare the groups of every comparison, for each change in support."""
        compared = cells[cells["question"].isin(COMPARISONS)]
        models = {
            Model(*key[1:]): key[0]
            for key in compared[["question", *MODEL]].drop_duplicates().itertuples(index=False, name=None)
        }
        fits = fit_family(models, self.pairs, self.ranges) if models else {}
        parts = [
            fit.contrasts(model.subgroup_variable, by=model.change, level=self.level)
            .rename(columns={model.change: "change", "estimate": "mean"})
            .assign(question=models[model], exposure=model.exposure, outcome=model.outcome)
            for model, fit in fits.items()
        ]
        columns = ["question", "exposure", "outcome", "change", "first", "second", "n", "people", "mean"]
        columns += ["ci_low", "ci_high", "p_value", "sd_change", "reason"]
        if not parts:
            return pd.DataFrame(columns=columns)
        found = pd.concat(parts, ignore_index=True)
        found[["first", "second"]] = found["contrast"].str.split(" - ", expand=True)
        return _with_counts(found, compared)[columns]

    def rivals(self, asked: list[tuple[str, str, str]], outcomes: list[str]) -> pd.DataFrame:
        """Compare more of one measure with more of another, both in one model."""
        from peerbook.stats import random_intercepts

        columns = ["question", "first", "second", "outcome", "n", "people", "mean", "ci_low", "ci_high"]
        columns += ["p_value", "sd_change", "reason", "p_adjusted", "clear"]
        if not asked:
            return pd.DataFrame(columns=columns)
        keys = list(product(asked, outcomes))
        formulas = {
            (
                asked,
                outcome,
            ): f"{outcome}_change ~ {outcome}_start + {asked[1]}_category + {asked[2]}_category "
            "+ projects_term"
            for asked, outcome in keys
        }
        rows = rows_of_model(Model(WHOLE, asked[0][1], outcomes[0]), self.pairs)
        possible = {key: self.ranges[key[1]] for key in keys}
        family = random_intercepts(formulas, rows, "person_id", possible)
        found = [self._rival(key, family) for key in keys]
        table = pd.DataFrame(found)
        parts = [self.read(part, ["first", "second", "outcome"]) for _, part in table.groupby("question")]
        read = pd.concat(parts, ignore_index=True)
        many = (read["n"] >= self.minimum_cell) & (read["people"] >= self.minimum_people)
        return read.assign(clear=read["clear"] & many)[columns]

    def _rival(self, key: tuple[tuple[str, str, str], str], family: Mapping) -> dict[str, object]:
        (question, first, second), outcome = key
        spread = self.yardstick[f"{outcome}_change"].std()
        row = {
            "question": question,
            "first": first,
            "second": second,
            "outcome": outcome,
            "sd_change": spread,
        }
        row |= dict.fromkeys(("mean", "ci_low", "ci_high", "p_value"), float("nan")) | {"n": 0, "people": 0}
        if key not in family:
            return row | {"reason": "The complete pairs are too few, or too alike, for this model."}
        fit = family[key]
        row |= {"n": fit.n_rows, "people": fit.n_groups}
        try:
            found = fit.difference(
                {f"{first}_category": MORE}, {f"{second}_category": MORE}, level=self.level
            )
        except ModelError:
            return row | {"reason": "In no pair did one of the two increase."}
        one = found.iloc[0]
        return row | {
            "mean": one["estimate"],
            **{name: one[name] for name in ("ci_low", "ci_high", "p_value", "reason")},
        }

    def order(self, measures: list[str], outcomes: list[str]) -> pd.DataFrame:
        """Set the change in an outcome beside the change in support in the period before, then, and after."""
        parts = [
            self.fitted("QL11", [Model(WHOLE, measure, name) for name in outcomes], moved).assign(order=order)
            for order, steps in ORDERS.items()
            for measure in measures
            for moved in [moved_by(self.pairs, f"{measure}_category", steps)]
        ]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["order", *CELL])


def moved_by(pairs: pd.DataFrame, column: str, steps: int) -> pd.DataFrame:
    """Put beside each pair what a column says of the same person's pair before or after.

    Parameters
    ----------
    pairs : DataFrame
        One row per pair, in order of person and time.
    column : str
    steps : {-1, 0, 1}
        1: of the pair before, which ends with the log this one begins with; -1: of the pair after.

    Examples
    --------
    >>> pairs = pd.DataFrame({"person_id": ["a", "a", "b"], "log_id_start": [1, 2, 5],
    ...                       "log_id_end": [2, 3, 6], "use": ["more", "less", "more"]})
    >>> moved_by(pairs, "use", 1)["use"].tolist(), moved_by(pairs, "use", -1)["use"].tolist()
    ([nan, 'more', nan], ['less', nan, nan])
    """
    if not steps:
        return pairs
    near = ("log_id_start", "log_id_end") if steps == 1 else ("log_id_end", "log_id_start")
    joined = pairs[near[0]].eq(pairs[near[1]].shift(steps)) & pairs["person_id"].eq(
        pairs["person_id"].shift(steps)
    )
    return pairs.assign(**{column: pairs[column].shift(steps).where(joined)})


def _with_counts(found: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Add the pairs and people of both groups of a difference, and the unit of its size."""
    place = ["question", "exposure", "outcome", "change"]
    for side in ("first", "second"):
        counts = cells[[*place, "subgroup_level", "n", "people", "sd_change"]]
        counts = counts.rename(columns={"subgroup_level": side, "n": f"n_{side}", "people": f"people_{side}"})
        found = found.merge(
            counts.drop(columns="sd_change") if side == "first" else counts, on=[*place, side]
        )
    few = (found[["n_first", "n_second", "people_first", "people_second"]] < LEAST).any(axis=1)
    reason = found["reason"].mask(few & (found["reason"] == ""), "One of the two groups has too few pairs.")
    numbers = ["mean", "ci_low", "ci_high", "p_value"]
    found[numbers] = found[numbers].mask(reason != "")
    return found.assign(
        n=found["n_first"] + found["n_second"],
        people=found["people_first"] + found["people_second"],
        reason=reason,
    )


def _groups(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the people and pairs of every group that is compared, and of those who are in none."""
    rows = []
    for question, asked in COMPARISONS.items():
        if asked.variable not in pairs:
            continue
        of = pairs[asked.variable].astype(object).where(pairs[asked.variable].notna(), "not known")
        for level, name in {**asked.groups, "not known": "not known"}.items():
            mine = pairs[of == level]
            rows.append((question, asked.title, name, mine["person_id"].nunique(), len(mine)))
    return pd.DataFrame(rows, columns=["question", "title", "group", "people", "pairs"])


def _shared(pairs: pd.DataFrame) -> pd.DataFrame:
    partner = pairs["funding"].eq("Strategic partner") if "funding" in pairs else pairs["person_id"].eq("")
    diagnosis = pairs["diagnosis_specific"].eq("Yes") if "diagnosis_specific" in pairs else partner
    people = pairs["person_id"]
    counts = {"partner": partner, "diagnosis": diagnosis, "both": partner & diagnosis}
    return pd.DataFrame({name: [people[which].nunique()] for name, which in counts.items()})


def _unused(logs: pd.DataFrame) -> pd.DataFrame:
    """Count the logs that tell of no support at all, by month, and among last logs of people with several."""
    known = logs.dropna(subset=["types_given", "types_received"])
    none = known["types_given"].eq(0) & known["types_received"].eq(0) & ~known["projects_attended"].gt(0)
    known = known.assign(none=none)
    months = known[known["month"].between(1, MONTHS)].groupby("month")["none"].agg(["size", "sum"])
    rows = [(f"{month:.0f}", int(n), int(found)) for month, n, found in months.itertuples(name=None)]
    several = known[known.duplicated("person_id", keep=False)]
    last = several.drop_duplicates("person_id", keep="last")["none"]
    return pd.DataFrame([*rows, (LAST, len(last), int(last.sum()))], columns=["month", "logs", "none"])


def summary(found: Answers) -> pd.DataFrame:
    """Sum up the tests of every question that has some.

    Parameters
    ----------
    found : Answers

    Returns
    -------
    DataFrame
        One row per question: `question`, `models` (that have a test), `below` (p below 0.05), `clear` (by the
        correction asked for), `smallest_p`, `smallest_adjusted`, `expected` (tests below 0.05 by chance),
        `of` (outcome) and `by` (measure of the smallest p), `changed` (means that meet the reading rule; of a
        group alone), `differences` (that have an interval) and `reach` (the largest limit of any of them, in
        standard deviations of change): what could be larger and yet not be seen lies beyond it.
    """
    rows = [
        _summed(question, cells, found) for question, cells in found.cells.groupby("question", sort=False)
    ]
    for question, part in found.rivals.groupby("question", sort=False):
        rows.append(_tests_of(question, part.assign(exposure=part["first"])) | _reach(part))
    if len(found.order):
        tests = found.order.drop_duplicates(["order", *MODEL])
        rows.append(_tests_of("QL11", tests[tests["order"] != TOGETHER]))
    return pd.DataFrame(rows).reindex(columns=SUMMED)


SUMMED = (
    "question", "models", "below", "clear", "smallest_p", "smallest_adjusted", "expected", "of", "by",
    "changed", "differences", "reach",
)  # fmt: skip


def _summed(question: str, cells: pd.DataFrame, found: Answers) -> dict[str, object]:
    row = _tests_of(question, cells.drop_duplicates(list(MODEL)))
    return (
        row
        | {"changed": int(cells["changed"].sum())}
        | _reach(found.differences[found.differences["question"] == question])
    )


def _tests_of(question: str, tests: pd.DataFrame) -> dict[str, object]:
    known = tests.dropna(subset="p_value")
    row = {"question": question, "models": len(known), "below": int((known["p_value"] < ALPHA).sum())}
    row |= {"clear": int(known["clear"].sum()), "expected": ALPHA * len(known), "of": "", "by": ""}
    if known.empty:
        return row
    first = known.loc[known["p_value"].idxmin()]
    smallest = {"smallest_p": first["p_value"], "smallest_adjusted": first["p_adjusted"]}
    return row | smallest | {"of": first["outcome"], "by": first["exposure"]}


def _reach(differences: pd.DataFrame) -> dict[str, object]:
    known = differences.dropna(subset=["ci_low", "ci_high"])
    if known.empty:
        return {"differences": 0}
    limits = known[["ci_low", "ci_high"]].abs().max(axis=1) / known["sd_change"]
    return {"differences": len(known), "reach": float(limits.max())}


def elsewhere(found: Answers) -> pd.DataFrame:
    """Give the state of the finding that only this chapter can compute, for the findings of the log.

    Group support in BaME-specific projects is as in all projects if none of the tests is clear.

    Parameters
    ----------
    found : Answers

    Returns
    -------
    DataFrame
        `finding`, `state`, `direction_today`, `parts`, `parts_met`, `reason`; no row where there is no test.
    """
    columns = ["finding", "state", "direction_today", "parts", "parts_met", "reason"]
    tests = (
        found.cells[found.cells["question"] == "QL8"].drop_duplicates(list(MODEL)).dropna(subset="p_value")
    )
    if tests.empty:
        return pd.DataFrame(columns=columns)
    met = int((~tests["clear"]).sum())
    holds = met == len(tests)
    state, said = ("holds", "same as in all participants") if holds else ("gone", "not the same everywhere")
    reason = "No clear difference is not the same as no difference." if holds else ""
    return pd.DataFrame([("LF36", state, said, len(tests), met, reason)], columns=columns)
