"""Words for the association models: what their parts are called, and findings as plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    MODEL,
    NOT_ESTIMATED,
    WHOLE,
    measures_of,
    outcomes_of,
)
from peerbook.outputs import Output, formats, text

if TYPE_CHECKING:
    from peerbook.data import Definitions, Subgroup
    from peerbook.log import Log

ALPHA = 0.05  # of the reading rule
ARROWS = MappingProxyType({"decreased": "↓", "unchanged": "↔", "increased": "↑"})
_ACTS = MappingProxyType({"given": "gave", "received": "received", "attended": "attended"})
_MORE = MappingProxyType({"decreased": ("fewer", "less"), "increased": ("more", "more")})
_VERBS = MappingProxyType({"decreased": "fell", "unchanged": "stayed the same", "increased": "rose"})

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
    'Among people aged 55 or over, when the number of types of support given rose between two logs, \
wellbeing rose by 0.84 points on average (95% interval 0.28 to 1.40; a small effect, 0.20; 339 pairs).'
    >>> names.plain(row)
    'When people gave more types of support, their wellbeing rose by 0.8 points on average.'
    >>> names.act({"exposure": "group_received", "change": "unchanged"})
    'people received as much group support as before'
    >>> print(names.panel_title(row))
    Wellbeing
    ↑ Types of support given
    Age: 55+
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
        return _joined(f"{self.outcome(row)} by {_lower(self.measure(row))}", self.topic(row))

    def comparison(self, row: Row) -> str:
        """Name what is compared: the measure, and the subgroup level if there is one."""
        return _joined(self.measure(row), row["subgroup_level"])

    def finding(self, row: Row) -> str:
        """Name a finding in a few words."""
        how = {"unchanged": "stayed unchanged"}.get(row["change"], row["change"])
        what = f"{self.outcome(row)} when {_lower(self.measure(row))} {how}"
        return " among ".join(filter(None, [what, self.people(row)]))

    def panel_title(self, row: Row) -> str:
        """Name a finding for the head of a small panel, an arrow saying what support did."""
        lines = [self.outcome(row), f"{ARROWS[row['change']]} {self.measure(row)}"]
        if self.people(row):
            lines.append(": ".join(filter(None, [self.topic(row), row["subgroup_level"]])))
        return "\n".join(fill(line, 24) for line in lines)

    def act(self, row: Row) -> str:
        """Say what people did between the two logs, in plain words."""
        noun, _, act = _lower(self.measure(row)).rpartition(" ")
        counted = row["exposure"] in self.overall
        if row["change"] not in _MORE:
            return f"people {_ACTS[act]} as {'many' if counted else 'much'} {noun} as before"
        return f"people {_ACTS[act]} {_MORE[row['change']][0 if counted else 1]} {noun}"

    def plain(self, row: Row) -> str:
        """Say a finding that meets the reading rule in a plain sentence without its statistics."""
        moved = "rose" if row["mean"] > 0 else "fell"
        points = formats.number(abs(row["mean"]), 1)
        return (
            f"When {self.act(row)}, their {_lower(self.outcome(row))} {moved} by {points} points on average."
        )

    def sentence(self, row: Row, level: float = 0.95) -> str:
        """Say a finding that meets the reading rule in a plain sentence; `level` is that of its interval."""
        opening = f"Among {self.people(row)}, when" if self.people(row) else "When"
        counted = "number" if row["exposure"] in self.overall else "amount"
        moved = "rose" if row["mean"] > 0 else "fell"
        limits = formats.interval(row["ci_low"], row["ci_high"])
        return (
            f"{opening} the {counted} of {_lower(self.measure(row))} {_VERBS[row['change']]} between two "
            f"logs, {_lower(self.outcome(row))} {moved} by {formats.number(abs(row['mean']), 2)} points on "
            f"average ({formats.percent(100 * level, digits=0)} interval {limits}; a {row['size']} effect, "
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


def findings(log: Log, results: pd.DataFrame, level: float = 0.95) -> Output:
    """Say every printed association that meets the reading rule in a sentence; the others get none.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    level : float
        Confidence level the results were made with.
    """
    names = names_of(log.definitions)

    def words(printed: pd.DataFrame) -> str:
        models, met = printed.drop_duplicates(list(MODEL)), printed[printed["changed"]]
        apart = (printed["ci_low"] > 0) | (printed["ci_high"] < 0)
        few = (apart & (printed["p_value"] < ALPHA) & ~printed["changed"] & (printed["reason"] != "")).sum()
        counted = (
            f"Of the {formats.plural(len(models), 'model')} of Tables A4.5 to A4.11, "
            f"{formats.count((models['p_value'] < ALPHA).sum())} have p below 0.05. In these, "
            f"{formats.plural(len(met), 'mean change')} also {'has' if len(met) == 1 else 'have'} an "
            "interval that leaves out zero."
        )
        if few:
            rest = "rests" if few == 1 else "rest"
            counted += f" {formats.count(few)} more {rest} on too few pairs or people to count as changed."
        unknown = (printed["status"] == NOT_ESTIMATED).groupby([printed[name] for name in MODEL]).all().sum()
        if unknown:
            counted += f" Not estimated: {formats.plural(unknown, 'model')}."
        everybody, some = [], []
        for row in met.to_dict("records"):
            (some if names.people(row) else everybody).append(names.sentence(row, level))
        remark = "Among some people (many of these means rest on very few pairs):"
        return "\n".join([counted, *_list("In the whole sample:", everybody), *_list(remark, some)])

    return text("text-findings", words, results[results["table"] != ""])


def _list(heading: str, items: Iterable[str]) -> list[str]:
    """Write the lines of a list with a heading, none without items."""
    lines = [f"- {item}" for item in items]
    return ["", heading, "", *lines] if lines else []


def intervals(cells: pd.DataFrame) -> str:
    """Say which intervals leave out zero and which means are missing, for the text of a picture.

    Parameters
    ----------
    cells : DataFrame
        Rows of the association results: `group`, `change`, `mean`, `ci_low`, `ci_high`, `reason`.

    Examples
    --------
    >>> cells = pd.DataFrame({"group": ["", ""], "change": ["decreased", "increased"], "mean": [0.7, 0.1],
    ...                       "ci_low": [0.2, -0.4], "ci_high": [1.2, 0.6], "reason": ["", ""]})
    >>> intervals(cells)
    'decreased 0.70 (0.20 to 1.20); the other interval includes zero'
    >>> nan = float("nan")
    >>> missing = {"mean": [nan, 0.1], "ci_low": [nan, -0.4], "ci_high": [nan, 0.6], "reason": ["why", ""]}
    >>> intervals(cells.assign(**missing))
    'every interval includes zero; decreased not estimated'
    """
    known = cells.dropna(subset=["ci_low", "ci_high"])
    apart = known[(known["ci_low"] > 0) | (known["ci_high"] < 0)]
    rest = len(known) - len(apart)
    if known.empty:
        return "nothing could be estimated"
    said = [_interval(row) for row in apart.to_dict("records")]
    if apart.empty:
        said.append("every interval includes zero")
    elif rest:
        said.append(f"the other {f'{rest} intervals include' if rest > 1 else 'interval includes'} zero")
    missing = cells[cells["mean"].isna() & (cells["reason"] != "")].to_dict("records")
    said += [" ".join([*row["group"].split(), row["change"], NOT_ESTIMATED]) for row in missing]
    return "; ".join(said)


def _interval(row: Row) -> str:
    limits = formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])
    return " ".join([*row["group"].split(), row["change"], limits])


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
