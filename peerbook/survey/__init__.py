"""Surveys with closed and open questions: routing, several ticks, and a named base for every number.

`Survey` holds the answers, one row per person, and what was asked. `asked`, `answered` and `unasked` follow
the routing; `count` and `cross_tab` say of every number who it is of and how it was rounded; the recodes
(`banded`, `one_of_several`, `flagged`) make new questions out of others and leave a record of each step.
"""

from __future__ import annotations

from peerbook.survey.counting import count, cross_tab
from peerbook.survey.keys import PEOPLE, conditions, keyed, people_by_answer, people_unasked, unasked_keyed
from peerbook.survey.recodes import banded, flagged, one_of_several
from peerbook.survey.rounding import counts_that_print, rounded_percent, wholes_that_print
from peerbook.survey.routing import answered, asked, holds, unasked
from peerbook.survey.survey import Step, Survey

__all__ = [
    "PEOPLE",
    "Step",
    "Survey",
    "answered",
    "asked",
    "banded",
    "conditions",
    "count",
    "counts_that_print",
    "cross_tab",
    "flagged",
    "holds",
    "keyed",
    "one_of_several",
    "people_by_answer",
    "people_unasked",
    "rounded_percent",
    "unasked",
    "unasked_keyed",
    "wholes_that_print",
]
