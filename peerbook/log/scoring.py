"""Scores and support measures of each log, as `data_schema/` defines them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.choices import check_one_of
from peerbook.data.definitions import Definitions
from peerbook.data.questionnaires import Questionnaire
from peerbook.data.support_types import SupportTypes

SCALES = ("raw", "metric")
MISSING_ITEMS = ("complete", "prorated")


def score(
    logs: pd.DataFrame,
    definitions: Definitions,
    scale: str = "raw",
    missing_items: str = "complete",
) -> pd.DataFrame:
    """Return the logs with their scores and support measures.

    Parameters
    ----------
    logs : DataFrame
        Cleaned logs.
    definitions : Definitions
        Which questionnaires and types of support there are.
    scale : {"raw", "metric"}
        Whether a score that has a metric one is the raw sum or the metric score. The metric score has a
        column of its own either way.
    missing_items : {"complete", "prorated"}
        Whether a score needs all its items, or may be prorated where `questionnaires.yml` has a rule for it.
        Prorating is for sensitivity analyses.

    Returns
    -------
    DataFrame
        A new frame with a `float64` column for every score and for every measure of
        `definitions.support_types.measures`; `nan` is missing.

    Raises
    ------
    ParameterError
        If a choice is unknown.
    """
    check_one_of("scale", scale, SCALES)
    check_one_of("missing_items", missing_items, MISSING_ITEMS)
    columns: dict[str, np.ndarray] = {}
    for questionnaire in definitions.questionnaires.values():
        columns |= _scores(logs, questionnaire, prorate=missing_items == "prorated")
        if questionnaire.metric and scale == "metric":
            columns[questionnaire.outcome] = columns[questionnaire.metric.name]
    columns |= measures(logs, definitions.support_types)
    return pd.concat(
        [
            logs.drop(columns=[name for name in columns if name in logs]),
            pd.DataFrame(columns, index=logs.index),
        ],
        axis=1,
    )


def measures(logs: pd.DataFrame, support: SupportTypes) -> dict[str, np.ndarray]:
    """Return the support measures: projects, numbers of types used, amounts (sums of numbers of times)."""
    columns = {"projects_attended": _numbers(logs, ["projects_attended"])[:, 0]}
    for direction in support.directions:
        used = [logs[f"used_{kind}_{direction}"].to_numpy(dtype=float) for kind in support.types]
        total = np.sum(used, axis=0)
        unanswered = f"unanswered_{direction}"
        known = ~logs[unanswered].to_numpy() if unanswered in logs else True
        columns[f"types_{direction}"] = np.where(known, total, np.nan)
    for name, amount in support.amounts.items():
        for direction in support.directions:
            times = [logs[f"times_{kind}_{direction}"].to_numpy(dtype=float) for kind in amount.types]
            columns[f"{name}_{direction}"] = np.sum(times, axis=0)
    return columns


def sum_score(answers: np.ndarray, questionnaire: Questionnaire, prorate: bool = False) -> np.ndarray:
    """Add up answers, reversed items turned over.

    Parameters
    ----------
    answers : ndarray, shape (logs, items)
        Answers as given, `nan` where missing, items in the order of the questionnaire.
    questionnaire : Questionnaire
        Range, reversed items, missing rule.
    prorate : bool
        Complete a score by the mean of its answered items, if its rule allows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rule = SimpleNamespace(complete=2, prorated=None)
    >>> two = SimpleNamespace(items=["still", "restless"], reversed=["restless"], range=(0, 4), missing=rule)
    >>> sum_score(np.array([[1, 0], [1, np.nan]]), two).tolist()
    [5.0, nan]
    """
    turned = np.where([item in questionnaire.reversed for item in questionnaire.items], -1.0, 1.0)
    shift = np.where(turned < 0, sum(questionnaire.range), 0.0)
    values = answers * turned + shift
    answered = np.isfinite(values).sum(axis=1)
    rule = questionnaire.missing
    needed = rule.prorated.at_least if prorate and rule.prorated else rule.complete
    total = np.nansum(values, axis=1) * (rule.complete / np.maximum(answered, 1))
    return np.where(answered >= needed, total, np.nan)


def metric_score(raw: np.ndarray, questionnaire: Questionnaire) -> np.ndarray:
    """Look raw sums up in the metric table; prorated sums are rounded first."""
    lowest, _ = questionnaire.bounds
    table = np.array([*questionnaire.metric.table.values(), np.nan])
    place = np.where(np.isnan(raw), len(table) - 1, np.rint(raw) - lowest)
    return table[place.astype(int)]


def value_set_score(answers: np.ndarray, questionnaire: Questionnaire) -> np.ndarray:
    """Return the EQ-5D-3L index of health states; missing if any answer is."""
    value_set, low = questionnaire.value_set, questionnaire.range[0]
    missing = np.isnan(answers)
    places = np.where(missing, low, answers).astype(int) - low
    decrements = np.array([[0.0, *values.values()] for values in value_set.decrements.values()])
    lost = decrements[np.arange(answers.shape[1]), places].sum(axis=1)
    lost += value_set.any_problem * (places > 0).any(axis=1)
    lost += value_set.any_extreme * (places == decrements.shape[1] - 1).any(axis=1)
    return np.where(missing.any(axis=1), np.nan, np.round(1 - lost, 3))


def _scores(logs: pd.DataFrame, questionnaire: Questionnaire, prorate: bool) -> dict[str, np.ndarray]:
    answers = _numbers(logs, list(questionnaire.items))
    if questionnaire.score == "value_set":
        return {questionnaire.outcome: value_set_score(answers, questionnaire)}
    total = sum_score(answers, questionnaire, prorate)
    scores = {questionnaire.outcome: total}
    if questionnaire.metric:
        scores[questionnaire.metric.name] = metric_score(total, questionnaire)
    return scores


def _numbers(logs: pd.DataFrame, columns: list[str]) -> np.ndarray:
    return logs[columns].to_numpy(dtype=float, na_value=np.nan)
