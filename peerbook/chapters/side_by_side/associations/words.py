"""Words for the association models: what their parts are called, and findings as plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    MODEL,
    NOT_ESTIMATED,
    TOLD_PAIRS,
    WHOLE,
    counted,
    measures_of,
    outcomes_of,
)
from peerbook.disclosure import MARK, Cell, is_withheld
from peerbook.outputs import Output, describe, formats, text
from peerbook.outputs.describe import Reading
from peerbook.outputs.formats import lower_first

if TYPE_CHECKING:
    from peerbook.data import Definitions, Subgroup
    from peerbook.log import Log

ALPHA = 0.05  # of the reading rule
ARROWS = MappingProxyType({"decreased": "↓", "unchanged": "↔", "increased": "↑"})
_ACTS = MappingProxyType({"given": "gave", "received": "received", "attended": "attended"})
_MORE = MappingProxyType({"decreased": ("fewer", "less"), "increased": ("more", "more")})

Row = Mapping[str, object]


@dataclass(frozen=True)
class Names:
    """What the models of a study are called for readers. Its methods word rows of the results.

    Attributes
    ----------
    outcomes, measures : mapping of str to str
        Labels, in printed order.
    overall : tuple of str
        The measures that are numbers of types or projects, not amounts.
    subgroups : mapping of str to Subgroup
        The characteristics.
    regions : mapping of str to str
        Names of regions, by the sample of their people.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> names = names_of(load_definitions("side_by_side"))
    >>> row = {"sample": "whole", "exposure": "types_given", "outcome": "wellbeing", "change": "increased",
    ...        "subgroup_variable": "age_group", "subgroup_level": "55+", "n": 339, "mean": 0.84,
    ...        "ci_low": 0.28, "ci_high": 1.4, "effect_size": 0.2, "size": "small"}
    >>> names.finding(row)
    'Wellbeing when types of support given increased among people aged 55 or over'
    >>> names.sentence(row)
    'Among people aged 55 or over: when they gave more types of support, wellbeing rose by 0.84 points on \
average (95% interval 0.28 to 1.40; a small effect, 0.20; 339 pairs).'
    >>> names.plain(row)
    'When people gave more types of support, their wellbeing rose by 0.8 points on average.'
    >>> names.act({"exposure": "group_received", "change": "unchanged"})
    'people received as much group support as before'
    >>> names.model_title(row), names.comparison(row)
    ('Wellbeing by types of support given, Age', 'Types of support given, 55+')

    Of a subsample:

    >>> leeds = {**row, "sample": "leeds", "subgroup_variable": "", "subgroup_level": ""}
    >>> names.people(leeds), names.model_title(leeds)
    ('people of Leeds', 'Wellbeing by types of support given, Leeds only')
    """

    outcomes: Mapping[str, str]
    measures: Mapping[str, str]
    overall: tuple[str, ...]
    subgroups: Mapping[str, Subgroup]
    regions: Mapping[str, str]

    def outcome(self, row: Row) -> str:
        """Name the outcome."""
        return self.outcomes[row["outcome"]]

    def measure(self, row: Row) -> str:
        """Name the support measure."""
        return self.measures[row["exposure"]]

    def topic(self, row: Row) -> str:
        """Say what the model adds to the whole sample: a characteristic or a subsample; empty if nothing."""
        if row["subgroup_variable"]:
            return self.subgroups[row["subgroup_variable"]].label
        return "" if row["sample"] == WHOLE else f"{self.regions[row['sample']]} only"

    def people(self, row: Row) -> str:
        """Name the people whose pairs the row is about; empty if they are everybody."""
        if row["subgroup_variable"]:
            return self.subgroups[row["subgroup_variable"]].people[row["subgroup_level"]]
        return "" if row["sample"] == WHOLE else f"people of {self.regions[row['sample']]}"

    def model_title(self, row: Row) -> str:
        """Name the model."""
        return _joined(f"{self.outcome(row)} by {lower_first(self.measure(row))}", self.topic(row))

    def comparison(self, row: Row) -> str:
        """Name what is compared: the measure, and the subgroup level if there is one."""
        return _joined(self.measure(row), row["subgroup_level"])

    def finding(self, row: Row) -> str:
        """Name a finding in a few words."""
        how = {"unchanged": "stayed unchanged"}.get(row["change"], row["change"])
        what = f"{self.outcome(row)} when {lower_first(self.measure(row))} {how}"
        return " among ".join(filter(None, [what, self.people(row)]))

    def act(self, row: Row, who: str = "people") -> str:
        """Say what people did between the two logs, in plain words."""
        noun, _, act = lower_first(self.measure(row)).rpartition(" ")
        counted = row["exposure"] in self.overall
        if row["change"] not in _MORE:
            return f"{who} {_ACTS[act]} as {'many' if counted else 'much'} {noun} as before"
        return f"{who} {_ACTS[act]} {_MORE[row['change']][0 if counted else 1]} {noun}"

    def reading(self, row: Row) -> Reading:
        """Read the mean change of a row: the source of every word about its direction."""
        return describe.change(row["mean"], row["told"])

    def headline(self, row: Row) -> str:
        """Say a finding as the title of a picture."""
        who = self.people(row) or "people"
        return f"{self.outcome(row)} {self.reading(row).past} where {self.act(row, who)}"

    def plain(self, row: Row) -> str:
        """Say a finding that meets the reading rule in a plain sentence without its statistics."""
        moved = describe.change(row["mean"], told=True).past
        points, outcome = formats.number(abs(row["mean"]), 1), lower_first(self.outcome(row))
        return f"When {self.act(row)}, their {outcome} {moved} by {points} points on average."

    def sentence(self, row: Row, level: float = 0.95) -> str:
        """Say a finding that meets the reading rule in a plain sentence; `level` is that of its interval."""
        opening = f"Among {self.people(row)}: when" if self.people(row) else "When"
        limits = formats.interval(row["ci_low"], row["ci_high"])
        return (
            f"{opening} {self.act(row, 'they' if self.people(row) else 'people')}, "
            f"{lower_first(self.outcome(row))} {describe.change(row['mean'], told=True).past} by "
            f"{formats.number(abs(row['mean']), 2)} points on average "
            f"({formats.percent(100 * level, digits=0)} interval {limits}; a {row['size']} effect, "
            f"{formats.number(row['effect_size'], 2)}; {formats.plural(row['n'], 'pair')})."
        )


def names_of(definitions: Definitions) -> Names:
    """Collect the labels that the definitions of a study give.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> measures = names_of(load_definitions("side_by_side")).measures
    >>> measures["types_given"], measures["one_to_one_received"], measures["projects_attended"]
    ('Types of support given', 'One-to-one support received', 'Projects attended')
    """
    support = definitions.support_types
    measures = {"projects_attended": "Projects attended"}
    for direction in support.directions:
        measures[f"types_{direction}"] = f"Types of support {direction}"
        for name, amount in support.amounts.items():
            measures[f"{name}_{direction}"] = f"{amount.label} support {direction}"
    return Names(
        outcomes={name: definitions.questionnaires[name].label for name in outcomes_of(definitions)},
        measures={name: measures[name] for name in measures_of(definitions)},
        overall=tuple(support.overall),
        subgroups=definitions.subgroups,
        regions={region.lower(): region for region in definitions.regions},
    )


def cell_title(row: Row) -> str:
    """Name a cell within its model: the change category, and the subgroup level if there is one.

    Examples
    --------
    >>> cell_title({"change": "increased", "subgroup_level": "55+"})
    'Increased, 55+'
    """
    return _joined(row["change"].capitalize(), row["subgroup_level"])


def instead(row: Row) -> str:
    """Say what stands in the place of a mean that is missing; nothing if nothing does.

    Examples
    --------
    >>> instead({"mean": float("nan"), "reason": "A cell without pairs has no mean."})
    'not estimated'
    >>> instead({"mean": float("nan"), "reason": "[c]"})
    '[c]'
    """
    if is_withheld(row["mean"]) or row["reason"] == MARK:
        return MARK
    return NOT_ESTIMATED if row["reason"] else ""


def told_in_words(cells: pd.DataFrame, names: Names, emphasis: str = "") -> list[str]:
    """Say what is told of some mean changes, the largest first, those of one outcome and one way together.

    The text of a picture and the sentences of the page are made here, so that they cannot disagree.

    Parameters
    ----------
    cells : DataFrame
        Rows of the association results.
    names : Names
    emphasis : str
        Markdown around what moved.

    Returns
    -------
    list of str
        Such as "Hope rose when people gave more types of support (by 1.00 points, effect 0.20; 281 pairs)."
        Empty if nothing is told.
    """
    rows = [row for row in cells.to_dict("records") if names.reading(row).clear]
    groups: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: -abs(row["effect_size"])):
        moved = f"{emphasis}{names.outcome(row)} {names.reading(row).past}{emphasis}"
        groups.setdefault(moved, []).append(_case(row, names))
    return [f"{moved} when {'; when '.join(cases)}." for moved, cases in groups.items()]


def _case(row: Row, names: Names) -> str:
    """Say in which case an outcome moved, by how much, and how many pairs it rests on."""
    points, effect = (formats.number(abs(row[what]), 2) for what in ("mean", "effect_size"))
    who = names.people(row) or "people"
    return f"{names.act(row, who)} (by {points} points, effect {effect}; {formats.plural(row['n'], 'pair')})"


def rest_in_words(cells: pd.DataFrame, names: Names, minimum_cell: int = TOLD_PAIRS) -> str:
    """Count the mean changes of which nothing is told: unclear, of few pairs, not estimated, or withheld."""
    told = sum(names.reading(row).clear for row in cells.to_dict("records"))
    withheld = cells["mean"].map(is_withheld) | (cells["reason"] == MARK)
    missing = cells["mean"].isna() & ~withheld & (cells["reason"] != "")
    few = ~missing & ~withheld & (cells["n"] < minimum_cell)
    unclear = len(cells) - told - int((withheld | missing | few).sum())
    means = formats.plural(unclear, "mean change")
    rest = (few | missing | withheld).any()
    said = [f"{describe.UNCLEAR} in {'the other ' if told else ''}{means}"] if unclear or not rest else []
    said += [f"too few pairs to say in {formats.count(few.sum())}"] if few.any() else []
    said += [f"{NOT_ESTIMATED}: {formats.count(missing.sum())}"] if missing.any() else []
    said += [f"withheld: {formats.count(withheld.sum())}"] if withheld.any() else []
    return f"{formats.upper_first('; '.join(said))}."


def strongest(cells: pd.DataFrame) -> Row | None:
    """Return the told mean change with the largest effect; None if nothing is told."""
    told = cells[cells["told"].astype(bool)]
    return None if told.empty else told.loc[told["effect_size"].abs().idxmax()].to_dict()


def headline(cells: pd.DataFrame, names: Names) -> str:
    """Say the strongest of some mean changes as the title of a picture; nothing if none is told."""
    row = strongest(cells)
    return "" if row is None else names.headline(row)


def surviving(cells: pd.DataFrame) -> pd.DataFrame:
    """Say which changes stand when we allow for the number of models: `p_adjusted` and `survives`.

    The p value of each model is adjusted after Benjamini and Hochberg over all models given.

    Parameters
    ----------
    cells : DataFrame
        The whole sample's rows of the association results.
    """
    from peerbook.stats import adjust_p_values

    tests = cells.drop_duplicates(list(MODEL))
    adjusted = tests[list(MODEL)].assign(p_adjusted=adjust_p_values(tests["p_value"], "benjamini-hochberg"))
    cells = cells.merge(adjusted, on=list(MODEL))
    return cells.assign(survives=cells["changed"] & (cells["p_adjusted"] < ALPHA))


def of_everybody(results: pd.DataFrame) -> pd.Series:
    """Say of each row of the association results whether it is about the whole sample, all people alike."""
    return (results["sample"] == WHOLE) & (results["subgroup_variable"] == "")


def whole_sample(results: pd.DataFrame, measures: Iterable[str]) -> pd.DataFrame:
    """Return the models of the whole sample without a characteristic, of some measures.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    measures : iterable of str
    """
    cells = results[of_everybody(results)]
    return cells[cells["exposure"].isin(list(measures))]


def findings(log: Log, results: pd.DataFrame) -> Output:
    """Say which printed associations of the whole sample are told; the others are counted.

    Those that survive correction for the number of models (as in Figure 4.11) come first.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    names = names_of(log.definitions)
    stand = surviving(whole_sample(results, names.measures))[[*CELL, "survives"]]
    printed = results[results["table"] != ""].merge(stand, on=list(CELL), how="left")
    printed = printed.assign(survives=printed["survives"].eq(True))

    def words(printed: pd.DataFrame) -> str:
        of_all = of_everybody(printed)
        firm = printed["survives"].astype(bool)
        lists = {
            "These hold when we allow for how many questions were asked, the largest effect first:": firm,
            "These are clear too, but among so many questions some are clear by luck:": ~firm,
        }
        lines = [
            line
            for heading, which in lists.items()
            for line in _list(heading, told_in_words(printed[of_all & which], names, emphasis="**"))
        ] or ["No mean change of the whole sample is told.", ""]
        return "\n".join([*lines, _counted(printed, of_all, tables)])

    tables = "the report's tables" if log.definitions.printed else "Tables A4.5 to A4.11"
    return text("text-findings", words, printed, people=counted(printed))


def _list(heading: str, lines: list[str]) -> list[str]:
    return [heading, "", *(f"- {line}" for line in lines), ""] if lines else []


def _counted(printed: pd.DataFrame, of_all: pd.Series, tables: str) -> str:
    """Count what the sentences rest on, and what they leave out."""
    models = printed.drop_duplicates(list(MODEL))
    all_changed, of_everybody = printed["changed"].sum(), (printed["changed"] & of_all).sum()
    count = "counts" if all_changed == 1 else "count"
    counted = (
        f"In the {formats.plural(len(models), 'model')} of {tables} "
        f"{formats.plural(all_changed, 'mean change')} {count} as changed: "
        f"{formats.count(of_everybody)} of all people, {formats.count(all_changed - of_everybody)} of some."
    )
    untold = (printed["changed"] & ~printed["told"]).sum()
    if untold:
        rest = "rests" if untold == 1 else "rest"
        counted += f" Of these, {formats.count(untold)} {rest} on too few pairs to say more about."
    apart = (printed["ci_low"] > 0) | (printed["ci_high"] < 0)
    few = (apart & (printed["p_value"] < ALPHA) & ~printed["changed"] & (printed["reason"] != "")).sum()
    if few:
        counted += f" Another {formats.count(few)} would count, but for too few pairs or people."
    unknown = (printed["status"] == NOT_ESTIMATED).groupby([printed[name] for name in MODEL]).all().sum()
    return counted + (f" Not estimated: {formats.plural(unknown, 'model')}." if unknown else "")


def in_short(log: Log, results: pd.DataFrame) -> Output:
    """Say in three lines what goes together most clearly, how much is clear, and what it rests on.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    names = names_of(log.definitions)
    cells = results[of_everybody(results) & (results["table"] != "")]
    kept = [*CELL, "n", "mean", "effect_size", "size", "told", "reason"]
    kept = cells[kept].assign(
        _people=cells["people"], pairs=len(log.pairs), people=log.pairs["person_id"].nunique()
    )
    whole = {
        name: Cell(unit, without=("sample", "change"), alone=True)
        for name, unit in {"pairs": "pairs", "people": "people_with_two_or_more"}.items()
    }
    said = counted(kept.drop(columns="people"), counts=whole)
    return text("text-in-short-associations", lambda cells: _in_short(cells, names), kept, people=said)


def _in_short(cells: pd.DataFrame, names: Names) -> str:
    best = strongest(cells)
    if best is None:
        return "\n".join(
            [
                "- Nothing here is clear enough to say that support and feeling better go together.",
                f"- {rest_in_words(cells, names)}",
                "- This does not say that there is no link: the data do not tell.",
            ]
        )
    told = cells[cells["told"].astype(bool)]
    up = formats.count((told["mean"] > 0).sum())
    ways = f"{formats.plural(len(told), 'change')} of {formats.count(len(cells))} looked at"
    return "\n".join(
        [
            f"- {names.outcome(best)} {names.reading(best).past} when {_case(best, names)}. That is the "
            "strongest link.",
            f"- Clear: {ways}. In {up} of them people felt or did better. The strongest is "
            f"a {best['size']} one: {formats.number(abs(best['effect_size']), 2)} of the usual spread.",
            f"- This comes from {formats.plural(cells['pairs'].max(), 'pair')} of logs by "
            f"{formats.plural(cells['people'].max(), 'person', 'people')}. It does not show causes.",
        ]
    )


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
