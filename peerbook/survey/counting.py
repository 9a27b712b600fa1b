"""Counts of answers: of every number who it is of, how it was rounded, and how sure it is.

A base is "everybody", "asked", "answered", or a condition as in `peerbook.survey.routing`. People of the base
who gave no answer have a row of their own, so that a reader sees whether they are in the percentages.
"""

from __future__ import annotations

import pandas as pd

from peerbook.survey.rounding import HALF_UP, rounded_percent
from peerbook.survey.routing import answered, asked, holds
from peerbook.survey.survey import Survey

EVERYBODY, ASKED, WHO_ANSWERED = "everybody", "asked", "answered"
NO_ANSWER = "No response"
LEVEL = 0.95
COLUMNS = [
    "question", "option", "label", "people", "base", "base_is", "percent", "shown", "ci_low", "ci_high",
]  # fmt: skip


def base_of(survey: Survey, question: str, base: str) -> pd.Series:
    """Say of every person whether they are in the base of a question's percentages."""
    if base == EVERYBODY:
        return pd.Series(True, index=survey.answers.index)
    if base == ASKED:
        return asked(survey, question)
    if base == WHO_ANSWERED:
        return answered(survey, question)
    return holds(survey, base)


def count(
    survey: Survey,
    question: str,
    base: str = WHO_ANSWERED,
    rounding: str = HALF_UP,
    digits: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Count the people of a base who chose each option of a question.

    Parameters
    ----------
    survey : Survey
    question : str
        With options; of several ticks a person counts in each.
    base : str
        See the module. Answers of people outside the base are left out.
    rounding : str
        A rule of `peerbook.survey.rounding`.
    digits : int
        Decimals of `shown`.
    level : float
        Of the intervals, from 0 to 1.

    Returns
    -------
    DataFrame
        One row per option in the order of the form, and one for no response (with a blank `option`) if
        somebody of the base gave none: `question`, `option`, `label`, `people`, `base` (how many), `base_is`
        (in words), `percent` (not rounded), `shown` (rounded by the rule), and the Wilson interval of the
        share in percent, `ci_low` and `ci_high` [1]_.

    Notes
    -----
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal
       of the American Statistical Association, 22(158), 209-212.

    Examples
    --------
    >>> asked = pd.DataFrame({"question": ["helped"], "label": ["Did it help?"], "type": ["single"]})
    >>> boxes = pd.DataFrame({"question": ["helped"] * 2, "option": ["yes", "no"], "label": ["Yes", "No"]})
    >>> given = pd.DataFrame({"helped": ["yes", "yes", "no", None]})
    >>> counted = count(Survey.of(given, asked, boxes), "helped", base="everybody")
    >>> counted[["label", "people", "base", "shown"]].to_numpy().tolist()
    [['Yes', 2, 4, 50.0], ['No', 1, 4, 25.0], ['No response', 1, 4, 25.0]]
    """
    people = base_of(survey, question, base)
    ticks = survey.ticks(question)[people]
    numbers = [(option, label, int(ticks[option].sum())) for option, label in survey.labels(question).items()]
    silent = int((~survey.written(question)[people]).sum())
    if silent:
        numbers.append(("", NO_ANSWER, silent))
    whole = int(people.sum())
    rows = [
        (question, option, label, n, whole, base, *_shares(n, whole, rounding, digits, level))
        for option, label, n in numbers
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _shares(n: int, whole: int, rounding: str, digits: int, level: float) -> tuple[float, ...]:
    """Return the exact share in percent, the rounded one, and its Wilson interval."""
    shown = rounded_percent(n, whole, rounding, digits)
    if not whole:
        return (float("nan"),) * 4
    return 100 * n / whole, shown, *wilson(n, whole, level)


def wilson(n: float, whole: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the ends of the Wilson interval of a share, in percent.

    Examples
    --------
    >>> [round(end, 1) for end in wilson(5, 10)]
    [23.7, 76.3]
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(n, whole, alpha=1 - level, method="wilson")
    return 100 * float(low), 100 * float(high)


def cross_tab(
    survey: Survey,
    question: str,
    by: str,
    base: str = WHO_ANSWERED,
    rounding: str = HALF_UP,
    digits: int = 0,
) -> pd.DataFrame:
    """Count a question within the answers to another, with percentages of each group.

    Parameters
    ----------
    survey : Survey
    question : str
        What is counted.
    by : str
        The question whose options are the groups; those of several ticks may overlap.
    base, rounding, digits
        As for `count`.

    Returns
    -------
    DataFrame
        The columns of `count`, and before them `group` and `group_label`: first the whole base (blank and
        "All"), then each group.
    """
    labels = survey.labels(by)
    groups = {"": "All", **labels}
    whole = base_of(survey, question, base)
    parts = []
    for group, label in groups.items():
        inside = whole & survey.ticks(by)[group] if group else whole
        narrowed = Survey(survey.answers[inside], survey.questions, survey.options)
        counted = count(narrowed, question, EVERYBODY, rounding, digits)
        parts.append(counted.assign(group=group, group_label=label, base_is=base))
    return pd.concat(parts, ignore_index=True)[["group", "group_label", *COLUMNS]]
