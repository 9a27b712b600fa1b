"""Routing: who was asked what, who answered, and who answered without being asked.

A condition is written as clauses joined by "and": `q2 = yes` (this answer, or this box ticked),
`q2 = yes | unsure` (one of these), `q2 answered` (any answer).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.errors import ParameterError
from peerbook.survey.survey import Survey

ANSWERED = "answered"
_NAME = r"[A-Za-z_][\w-]*"
_VALUE = r"[\w+-]+"
_EQUAL = re.compile(rf"({_NAME})\s*={{1,2}}\s*({_VALUE}(?:\s*\|\s*{_VALUE})*)")
_ANY = re.compile(rf"({_NAME})\s+{ANSWERED}")


class Clause(NamedTuple):
    """A question and the options that satisfy the clause; none: any answer does."""

    question: str
    options: tuple[str, ...] = ()


def parse(condition: str) -> tuple[Clause, ...]:
    """Read a condition; a blank one has no clauses and holds for everybody.

    Raises
    ------
    ParameterError
        If it cannot be read.

    Examples
    --------
    >>> parse("q2 = yes | unsure and q7 answered")
    (Clause(question='q2', options=('yes', 'unsure')), Clause(question='q7', options=()))
    """
    parts = re.split(r"\s+and\s+", condition.strip()) if condition.strip() else []
    return tuple(_clause(part.strip(), condition) for part in parts)


def _clause(text: str, condition: str) -> Clause:
    if equal := _EQUAL.fullmatch(text):
        return Clause(equal[1], tuple(option.strip() for option in equal[2].split("|")))
    if any_answer := _ANY.fullmatch(text):
        return Clause(any_answer[1])
    raise ParameterError(
        f"condition: found {text!r} in {condition!r}; expected 'question = option', "
        "'question = option | option' or 'question answered', joined by 'and'"
    )


def written(clauses: Sequence[Clause]) -> str:
    """Write clauses as a condition: the other way round from `parse`.

    Examples
    --------
    >>> written([Clause("q2", ("yes", "unsure")), Clause("q7")])
    'q2 = yes | unsure and q7 answered'
    """
    return " and ".join(
        f"{question} = {' | '.join(options)}" if options else f"{question} {ANSWERED}"
        for question, options in clauses
    )


def holds(survey: Survey, condition: str) -> pd.Series:
    """Say of every person whether a condition holds.

    Parameters
    ----------
    survey : Survey
    condition : str

    Returns
    -------
    Series of bool
        On the index of the answers.

    Raises
    ------
    ParameterError
        If the condition cannot be read, or names a question or an option that the survey does not have.
    """
    found = pd.Series(True, index=survey.answers.index)
    for question, options in parse(condition):
        given = survey.written(question)
        if options:
            ticks = survey.ticks(question)
            for option in options:
                check_one_of(f"option of {question}", option, list(ticks))
            given = ticks[list(options)].any(axis=1)
        found &= given
    return found


def asked(survey: Survey, question: str) -> pd.Series:
    """Say of every person whether a question was asked of them."""
    return holds(survey, survey.asked_if(question))


def answered(survey: Survey, question: str) -> pd.Series:
    """Say of every person whether they were asked and gave an answer."""
    return asked(survey, question) & survey.written(question)


def unasked(survey: Survey) -> pd.DataFrame:
    """Count answers from people who were not asked.

    Returns
    -------
    DataFrame
        One row per question with routing: `question`, `label`, `asked_if`, how many were `asked`, `answered`
        (all who left an answer) and `not_asked` (those of them who should not have been asked).
    """
    rows = []
    routed = survey.questions[survey.questions["asked_if"] != ""]
    for question, label, condition in routed[["question", "label", "asked_if"]].itertuples(index=False):
        right, left = asked(survey, question), survey.written(question)
        counts = int(right.sum()), int(left.sum()), int((left & ~right).sum())
        rows.append((question, label, condition, *counts))
    return pd.DataFrame(rows, columns=["question", "label", "asked_if", "asked", "answered", "not_asked"])
