"""Words for the association models: names of measures and outcomes, findings as plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from textwrap import fill
from types import MappingProxyType

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import OVERALL_MEASURES, WHOLE
from peerbook.data import Subgroup, load_definitions
from peerbook.outputs import formats

ARROWS = MappingProxyType({"decreased": "↓", "unchanged": "↔", "increased": "↑"})
_VERBS = MappingProxyType({"decreased": "fell", "unchanged": "stayed the same", "increased": "rose"})


@lru_cache
def outcome_labels() -> Mapping[str, str]:
    """Name every outcome.

    Examples
    --------
    >>> outcome_labels()["family"]
    'Family contact'
    """
    return MappingProxyType(
        {name: score.label for name, score in load_definitions("side_by_side").questionnaires.items()}
    )


def cell_title(row: Mapping[str, object]) -> str:
    """Name a cell within its model: the change category, and the subgroup level if there is one.

    Examples
    --------
    >>> cell_title({"change": "increased", "subgroup_level": "55+"})
    'Increased, 55+'
    """
    return ", ".join(filter(None, [row["change"].capitalize(), row["subgroup_level"]]))


def outcome_of(row: Mapping[str, object]) -> str:
    """Name the outcome of a row of the association results."""
    return outcome_labels()[row["outcome"]]


@lru_cache
def measure_labels() -> Mapping[str, str]:
    """Name every support measure.

    Examples
    --------
    >>> labels = measure_labels()
    >>> labels["types_given"], labels["one_to_one_received"], labels["projects_attended"]
    ('Types of support given', 'One-to-one support received', 'Projects attended')
    """
    support = load_definitions("side_by_side").support_types
    amounts = {
        f"{name}_{direction}": f"{amount.label} support {direction}"
        for name, amount in support.amounts.items()
        for direction in support.directions
    }
    types = {f"types_{direction}": f"Types of support {direction}" for direction in support.directions}
    return MappingProxyType({"projects_attended": "Projects attended", **types, **amounts})


@lru_cache
def subgroup_labels() -> Mapping[str, str]:
    """Name every characteristic.

    Examples
    --------
    >>> subgroup_labels()["age_group"]
    'Age'
    """
    return MappingProxyType({name: subgroup.label for name, subgroup in _subgroups().items()})


def finding(row: Mapping[str, object]) -> str:
    """Name a finding in a few words.

    Parameters
    ----------
    row : mapping
        A row of the association results.

    Examples
    --------
    >>> finding({"sample": "whole", "exposure": "types_given", "outcome": "hope", "change": "increased",
    ...          "subgroup_variable": "age_group", "subgroup_level": "55+"})
    'Hope when types of support given increased among people aged 55 or over'
    """
    what = f"{outcome_labels()[row['outcome']]} when {_lower(measure_labels()[row['exposure']])}"
    how = {"unchanged": "stayed unchanged"}.get(str(row["change"]), row["change"])
    return " among ".join(filter(None, [f"{what} {how}", people(row)]))


def panel_title(row: Mapping[str, object]) -> str:
    """Name a finding for the head of a small panel, an arrow saying what support did.

    Examples
    --------
    >>> print(panel_title({"sample": "whole", "exposure": "types_given", "outcome": "hope",
    ...                    "change": "increased", "subgroup_variable": "age_group", "subgroup_level": "55+"}))
    Hope
    ↑ Types of support given
    Age: 55+
    """
    lines = [outcome_of(row), f"{ARROWS[row['change']]} {measure_labels()[row['exposure']]}"]
    if people(row):
        lines.append(": ".join(filter(None, [topic(row), row["subgroup_level"]])))
    return "\n".join(fill(line, 24) for line in lines)


def sentence(row: Mapping[str, object], level: float = 0.95) -> str:
    """Say a finding that meets the reading rule in a plain sentence.

    Parameters
    ----------
    row : mapping
        A row of the association results with `changed` true.
    level : float
        Confidence level of its interval.

    Examples
    --------
    >>> sentence({"sample": "whole", "exposure": "types_given", "outcome": "wellbeing", "change": "increased",
    ...           "subgroup_variable": "", "subgroup_level": "", "n": 339, "mean": 0.84, "ci_low": 0.28,
    ...           "ci_high": 1.4, "effect_size": 0.2, "size": "small"})
    'When the number of types of support given rose between two logs, wellbeing rose by 0.84 points \
on average (95% interval 0.28 to 1.40; a small effect, 0.20; 339 pairs).'
    """
    opening = f"Among {people(row)}, when" if people(row) else "When"
    counted = "number" if row["exposure"] in OVERALL_MEASURES else "amount"
    measure, outcome = _lower(measure_labels()[row["exposure"]]), _lower(outcome_of(row))
    moved = "rose" if row["mean"] > 0 else "fell"
    limits = formats.interval(row["ci_low"], row["ci_high"])
    return (
        f"{opening} the {counted} of {measure} {_VERBS[str(row['change'])]} between two logs, {outcome} "
        f"{moved} by {formats.number(abs(row['mean']), 2)} points on average "
        f"({formats.percent(100 * level, digits=0)} interval {limits}; a {row['size']} effect, "
        f"{formats.number(row['effect_size'], 2)}; {formats.plural(row['n'], 'pair')})."
    )


def people(row: Mapping[str, object]) -> str:
    """Name the people whose pairs a row is about; empty if they are everybody.

    Examples
    --------
    >>> people({"sample": "whole", "subgroup_variable": "age_group", "subgroup_level": "18-34"})
    'people aged 18 to 34'
    >>> people({"sample": "leeds", "subgroup_variable": "", "subgroup_level": ""})
    'people of Leeds'
    """
    if row["subgroup_variable"]:
        return _subgroups()[row["subgroup_variable"]].people[row["subgroup_level"]]
    return "" if row["sample"] == WHOLE else f"people of {str(row['sample']).capitalize()}"


def model_title(row: Mapping[str, object]) -> str:
    """Name the model of a row.

    Examples
    --------
    >>> model_title({"sample": "leeds", "exposure": "types_given", "outcome": "hope",
    ...              "subgroup_variable": ""})
    'Hope by types of support given, Leeds only'
    """
    name = row["subgroup_variable"]
    parts = [
        f"{outcome_labels()[row['outcome']]} by {_lower(measure_labels()[row['exposure']])}",
        "" if row["sample"] == WHOLE and not name else topic(row),
    ]
    return ", ".join(filter(None, parts))


def topic(row: Mapping[str, object]) -> str:
    """Say what a row adds to the whole sample: a characteristic or a subsample.

    Examples
    --------
    >>> topic({"sample": "whole", "subgroup_variable": "age_group"})
    'Age'
    >>> topic({"sample": "leeds", "subgroup_variable": ""})
    'Leeds only'
    """
    name = row["subgroup_variable"]
    return subgroup_labels()[name] if name else f"{str(row['sample']).capitalize()} only"


def comparison(row: Mapping[str, object]) -> str:
    """Name what is compared in a row: the measure, and the subgroup level if there is one.

    Examples
    --------
    >>> comparison({"exposure": "types_given", "subgroup_level": "55+"})
    'Types of support given, 55+'
    """
    return ", ".join(filter(None, [measure_labels()[row["exposure"]], row["subgroup_level"]]))


def intervals(cells: pd.DataFrame) -> str:
    """Say which intervals leave out zero, for the alternative text of a picture.

    Parameters
    ----------
    cells : DataFrame
        Rows of the association results: `group`, `change`, `mean`, `ci_low`, `ci_high`.

    Examples
    --------
    >>> intervals(pd.DataFrame({"group": ["", ""], "change": ["decreased", "increased"], "mean": [0.7, 0.1],
    ...                         "ci_low": [0.2, -0.4], "ci_high": [1.2, 0.6]}))
    'decreased 0.70 (0.20 to 1.20); the other interval includes zero'
    """
    known = cells.dropna(subset=["ci_low", "ci_high"])
    apart = known[(known["ci_low"] > 0) | (known["ci_high"] < 0)]
    rest = len(known) - len(apart)
    if known.empty:
        return "nothing could be estimated"
    if apart.empty:
        return "every interval includes zero"
    said = [_interval(row) for row in apart.to_dict("records")]
    if rest:
        said.append(f"the other {f'{rest} intervals include' if rest > 1 else 'interval includes'} zero")
    return "; ".join(said)


def _interval(row: Mapping[str, object]) -> str:
    limits = formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])
    return " ".join([*row["group"].split(), row["change"], limits])


@lru_cache
def _subgroups() -> Mapping[str, Subgroup]:
    return MappingProxyType(load_definitions("side_by_side").subgroups)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
