"""The study while it runs: what came in against what was due, as it stood on a day.

All of it is added by this book. `followed` gathers what was known on the day; the others are the outputs of
the page, in its order.
"""

from __future__ import annotations

from peerbook.chapters.side_by_side.monitoring.due import (
    due_by_region,
    due_by_wave,
    forms_by_month,
    in_short,
    registered_by_month,
    registered_by_region,
    where_forms_went,
)
from peerbook.chapters.side_by_side.monitoring.gathered import Followed, followed
from peerbook.chapters.side_by_side.monitoring.running import (
    intervals_by_the_end,
    problems_by_source,
    quality_by_month,
    reasons,
    silent_projects,
    who_stays,
    why_people_stopped,
)

__all__ = [  # noqa: RUF022 the order of the page
    "Followed",
    "followed",
    "in_short",
    "registered_by_region",
    "registered_by_month",
    "due_by_wave",
    "due_by_region",
    "forms_by_month",
    "where_forms_went",
    "who_stays",
    "why_people_stopped",
    "reasons",
    "silent_projects",
    "quality_by_month",
    "problems_by_source",
    "intervals_by_the_end",
]
