"""Recodes as recorded steps: each makes a new question out of another and says what it did."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from peerbook.survey.routing import holds
from peerbook.survey.survey import Step, Survey

FIRST = "first"


def banded(
    survey: Survey, into: str, out_of: str, bands: Mapping[str, tuple[float, float]], label: str = ""
) -> Survey:
    """Put numbers into bands; a number that fits two goes into the first, and the step counts such people.

    Parameters
    ----------
    survey : Survey
    into : str
        Name of the new question.
    out_of : str
        A question whose answers are numbers.
    bands : mapping of str to (low, high)
        Limits are inside the band.
    label : str
        What the new question is called; by default as the old one.

    Examples
    --------
    >>> asked = pd.DataFrame({"question": ["age"], "label": ["Age"], "type": ["number"]})
    >>> boxes = pd.DataFrame(columns=["question", "option", "label"])
    >>> survey = Survey.of(pd.DataFrame({"age": [30, 65]}), asked, boxes)
    >>> done = banded(survey, "age_band", "age", {"26-65": (26, 65), "65+": (65, 120)})
    >>> done.answers["age_band"].tolist(), done.steps[0].judged
    (['26-65', '26-65'], 1)
    """
    numbers = pd.to_numeric(survey.answers[out_of], errors="coerce").astype(float)
    inside = pd.DataFrame({band: numbers.between(low, high) for band, (low, high) in bands.items()})
    values = inside.idxmax(axis=1).where(inside.any(axis=1)) if len(inside) else pd.Series(dtype=object)
    rule = "bands " + ", ".join(bands)
    step = Step(into, out_of, rule, int(inside.any(axis=1).sum()), int((inside.sum(axis=1) > 1).sum()))
    names = {band: band for band in bands}
    return survey.with_question(into, label or survey.label(out_of), values, names, step)


def one_of_several(
    survey: Survey, into: str, out_of: str, several: str = FIRST, label: str = "", said: str = ""
) -> Survey:
    """Turn a question of several ticks into one of a single answer.

    Parameters
    ----------
    survey : Survey
    into : str
        Name of the new question.
    out_of : str
        A question of several ticks.
    several : str
        What a person with two ticks or more gets: "first" (the first of their ticks in the order of the
        form), or an option, which may be a new one.
    label : str
        What the new question is called; by default as the old one.
    said : str
        The label of a new option.
    """
    ticks, options = survey.ticks(out_of), survey.labels(out_of)
    many = ticks.sum(axis=1) > 1
    values = ticks.idxmax(axis=1).where(ticks.any(axis=1))
    if several != FIRST:
        values = values.mask(many, several)
    new = {} if several == FIRST or several in options else {several: said or several}
    rule = f"of several ticks the {FIRST}" if several == FIRST else f"several ticks become '{several}'"
    step = Step(into, out_of, rule, int(ticks.any(axis=1).sum()), int(many.sum()))
    return survey.with_question(into, label or survey.label(out_of), values, options | new, step)


def flagged(survey: Survey, into: str, condition: str, label: str) -> Survey:
    """Make a question of yes and no out of a condition: yes where it holds, no for everybody else.

    Parameters
    ----------
    survey : Survey
    into, label : str
        Name of the new question, and what it is called.
    condition : str
        As in `peerbook.survey.routing`.
    """
    found = holds(survey, condition)
    values = found.map({True: "yes", False: "no"})
    step = Step(into, condition, "yes where this holds, else no", int(found.sum()))
    return survey.with_question(into, label, values, {"yes": "Yes", "no": "No"}, step)
