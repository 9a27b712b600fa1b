"""Which people a count of answers is of, so that the same people are known wherever they are counted.

`keyed` adds to counts what disclosure control has to know of each row; nothing of it is published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from peerbook.disclosure import Cell, Counted
from peerbook.disclosure.counted import ANSWERED as ANY_ANSWER
from peerbook.disclosure.counted import MISSING
from peerbook.survey.counting import ASKED, EVERYBODY, WHO_ANSWERED, wilson
from peerbook.survey.routing import parse, unasked
from peerbook.survey.survey import Survey

PEOPLE = "people in the survey"
BASE, ANSWER, WITHIN = "_base", "_answer", "_within"
SHARES = ("percent", "shown")
ENDS = ("ci_low", "ci_high")


def _of_base(row: Mapping[str, Any]) -> Cell:
    return Cell(PEOPLE, {**row[BASE], **row[WITHIN]})


def _of_answer(row: Mapping[str, Any]) -> Cell:
    return Cell(PEOPLE, {**row[BASE], **row[WITHIN], **row[ANSWER]})


def people_by_answer(people: str = "people", base: str = "base", percents: Iterable[str] = SHARES) -> Counted:
    """Say what rows of `count` and `cross_tab` count, once they are keyed.

    Parameters
    ----------
    people, base : str
        Columns that hold how many chose an answer, and of how many.
    percents : iterable of str
        Columns of their share.
    """
    return Counted(
        counts={people: _of_answer, base: _of_base},
        by=(),
        percents=dict.fromkeys(percents, people),
        bases=dict.fromkeys(percents, base),
        follows=ends_again(people, base),
    )


def ends_again(people: str, base: str, ends: Iterable[str] = ENDS) -> dict[str, Callable]:
    """Say how the ends of the 95% interval of a share are computed again from counts that are shown.

    Parameters
    ----------
    people, base : str
        Columns that hold how many chose an answer, and of how many.
    ends : iterable of str
        Columns of the lower and of the upper end.
    """
    return {name: partial(_end, people=people, base=base, place=place) for place, name in enumerate(ends)}


def _end(row: Mapping[str, Any], people: str, base: str, place: int) -> float | None:
    if pd.isna(row[people]) or not row[base] > 0:
        return None
    return wilson(min(row[people], row[base]), row[base])[place]


def keyed(
    counted: pd.DataFrame,
    survey: Survey,
    by: str = "",
    same: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    """Add to each row of `count` or `cross_tab` the conditions that its people meet.

    Parameters
    ----------
    counted : DataFrame
        With `question`, `option` and `base_is`, of `cross_tab` also `group`.
    survey : Survey
    by : str
        Of `cross_tab`: the question whose options are the groups.
    same : mapping of (str, str) to mapping of str to str, optional
        Answers to questions that were made of others, by question and option, with the conditions that say
        the same.

    Returns
    -------
    DataFrame
        With `BASE`, `WITHIN` and `ANSWER`, each a mapping from questions to answers.

    Examples
    --------
    >>> asked = pd.DataFrame({"question": ["helped"], "label": ["Did it help?"], "type": ["single"]})
    >>> boxes = pd.DataFrame({"question": ["helped"] * 2, "option": ["yes", "no"], "label": ["Yes", "No"]})
    >>> survey = Survey.of(pd.DataFrame({"helped": ["yes", "no"]}), asked, boxes)
    >>> rows = pd.DataFrame({"question": ["helped"], "option": ["yes"], "base_is": ["answered"]})
    >>> keyed(rows, survey)[[BASE, ANSWER]].to_dict("records")
    [{'_base': {'helped': 'ANSWERED'}, '_answer': {'helped': 'yes'}}]
    """
    known = same or {}
    rows = counted.to_dict("records")
    groups = [row.get("group", "") for row in rows]
    within = [known.get((by, group), {by: group}) if group else {} for group in groups]
    answers = [
        known.get((row["question"], row["option"]), {row["question"]: row["option"] or MISSING})
        for row in rows
    ]
    bases = [conditions(survey, row["question"], row["base_is"]) for row in rows]
    return counted.assign(**{BASE: bases, WITHIN: within, ANSWER: answers})


def unasked_keyed(survey: Survey) -> pd.DataFrame:
    """Count answers from people who were not asked, and add the conditions of those who were."""
    counted = unasked(survey)
    return counted.assign(**{BASE: [conditions(survey, name, ASKED) for name in counted["question"]]})


def people_unasked() -> Counted:
    """Say what rows of `unasked_keyed` count."""
    return Counted(counts={"asked": _were_asked, "answered": _answered, "not_asked": _not_asked}, by=())


def _were_asked(row: Mapping[str, Any]) -> Cell:
    return Cell(PEOPLE, row[BASE])


def _answered(row: Mapping[str, Any]) -> Cell:
    return Cell(PEOPLE, {row["question"]: ANY_ANSWER})


def _not_asked(row: Mapping[str, Any]) -> Cell:
    return Cell(PEOPLE, {row["question"]: ANY_ANSWER, "asked": "no"})


def conditions(survey: Survey, question: str, base: str) -> dict[str, str]:
    """Return what everybody in a base has in common: questions and the answers to them.

    Parameters
    ----------
    survey : Survey
    question : str
        What is counted.
    base : str
        As for `peerbook.survey.count`.
    """
    if base == EVERYBODY:
        return {}
    routed = survey.asked_if(question) if base in (ASKED, WHO_ANSWERED) else base
    found = {clause.question: " | ".join(clause.options) or ANY_ANSWER for clause in parse(routed)}
    return found | ({question: ANY_ANSWER} if base == WHO_ANSWERED else {})
