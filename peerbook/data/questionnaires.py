"""The questionnaires of the log as data: items, range, scoring, missing rule, source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peerbook.data.described import build, read_yaml
from peerbook.errors import DataError

SCORES = ("sum", "value", "value_set")


@dataclass(frozen=True)
class Prorating:
    """How a score may be completed when few items are missing; for sensitivity only."""

    at_least: int
    source: str


@dataclass(frozen=True)
class MissingRule:
    """How many answers a score needs: all of them (`complete`), or fewer if prorated."""

    complete: int
    prorated: Prorating | None = None


@dataclass(frozen=True)
class Metric:
    """A second score that is looked up by the raw sum; `variants` are values other copies print."""

    name: str
    label: str
    table: Mapping[int, float]
    citation: str
    variants: Mapping[int, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class ValueSet:
    """Decrements from full health (1) of an EQ-5D-3L state.

    `1 - any_problem [any answer above 1] - decrements - any_extreme [any answer of 3]`.
    """

    any_problem: float
    any_extreme: float
    decrements: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Questionnaire:
    """One score of the log.

    Attributes
    ----------
    outcome : str
        Name of the score, such as "hope"; the column it becomes.
    items : mapping of str to str
        Field of the logs and its short label (never the wording).
    range : pair of int
        Lowest and highest answer of every item.
    analysed : bool
        Whether the score is an outcome of the analyses.
    reversed : sequence of str
        Items turned over before adding up: low + high - answer.
    versions : sequence of str
        Versions of the form that ask it: "full", "short".
    """

    outcome: str
    label: str
    instrument: str
    direction: str
    versions: Sequence[str]
    items: Mapping[str, str]
    range: tuple[int, int]
    score: str
    missing: MissingRule
    citation: str
    rights: str
    reversed: Sequence[str] = ()
    analysed: bool = True
    metric: Metric | None = None
    value_set: ValueSet | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest possible score."""
        if self.value_set:
            worst = sum(max(values.values()) for values in self.value_set.decrements.values())
            return round(1 - worst - self.value_set.any_problem - self.value_set.any_extreme, 3), 1.0
        return len(self.items) * self.range[0], len(self.items) * self.range[1]


def load_questionnaires(folder: Path) -> dict[str, Questionnaire]:
    """Read the questionnaires, by the name of the score each one gives.

    Parameters
    ----------
    folder : Path
        Where `questionnaires.yml` is: the study's folder of `data_schema/`. Without the file there are none.

    Raises
    ------
    DataError
        If a key is unknown or missing, or a block contradicts itself: a reversed item that is no item,
        a metric table that does not cover the range of the sum, a missing rule that asks for more items than
        there are.
    """
    path = folder / "questionnaires.yml"
    blocks = read_yaml(path) or {} if path.is_file() else {}
    return {name: _questionnaire(name, block, f"{path.name}, {name}") for name, block in blocks.items()}


def _questionnaire(outcome: str, block: Mapping[str, Any], where: str) -> Questionnaire:
    parts = dict(block) if isinstance(block, Mapping) else block
    for key, read in (("missing", _missing_rule), ("metric", _part(Metric)), ("value_set", _part(ValueSet))):
        if isinstance(parts, dict) and key in parts:
            parts[key] = read(parts[key], f"{where}, {key}")
    questionnaire = build(Questionnaire, parts, where, strict=True, outcome=outcome)
    for problem in _contradictions(questionnaire):
        raise DataError(f"{where}: {problem}")
    return questionnaire


def _part(kind: type):
    return lambda description, where: build(kind, description, where, strict=True)


def _missing_rule(description: Mapping, where: str) -> MissingRule:
    parts = dict(description)
    if "prorated" in parts:
        parts["prorated"] = build(Prorating, parts["prorated"], f"{where}, prorated", strict=True)
    return build(MissingRule, parts, where, strict=True)


def _contradictions(questionnaire: Questionnaire) -> list[str]:
    """Return what a block says that cannot all be true."""
    checks = _scoring_checks(questionnaire)
    if questionnaire.value_set:
        checks |= _value_set_checks(questionnaire)
    if questionnaire.metric:
        checks |= _metric_checks(questionnaire)
    return [problem for problem, holds in checks.items() if not holds]


def _scoring_checks(q: Questionnaire) -> dict[str, bool]:
    prorated = q.missing.prorated
    return {
        f"score '{q.score}' is none of {', '.join(SCORES)}": q.score in SCORES,
        f"range {q.range[0]} to {q.range[1]} is empty": q.range[0] < q.range[1],
        "reversed items must be items": set(q.reversed) <= set(q.items),
        f"a complete answer has {len(q.items)} items": q.missing.complete == len(q.items),
        "prorating must allow a missing item": not prorated or 0 < prorated.at_least < len(q.items),
        "score 'value' needs exactly one item": q.score != "value" or len(q.items) == 1,
        "score 'value_set' and a value_set need each other": (q.score == "value_set") == bool(q.value_set),
        "only a sum can be prorated or have a metric": q.score == "sum" or not (prorated or q.metric),
    }


def _value_set_checks(q: Questionnaire) -> dict[str, bool]:
    decrements, answers = q.value_set.decrements, list(range(q.range[0] + 1, q.range[1] + 1))
    return {
        "the decrements must be of the items": list(decrements) == list(q.items),
        f"every item needs a decrement for {answers}": all(list(d) == answers for d in decrements.values()),
    }


def _metric_checks(q: Questionnaire) -> dict[str, bool]:
    lowest, highest = q.bounds
    scores = list(q.metric.table.values())
    return {
        "the metric table must list every possible sum in order": list(q.metric.table)
        == list(range(lowest, highest + 1)),
        "the metric must rise with the sum": scores == sorted(set(scores)),
        "a variant must be of a sum in the table": set(q.metric.variants) <= set(q.metric.table),
    }
