"""Log findings: who registered, who completed logs, what support they gave and received, how they were.

`figures` draws Figures 4.1 to 4.6, `trends` the monthly means of Figures 4.7 and 4.8; `words` holds the
paragraphs, `tables` the tables by region. `__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from peerbook.chapters.side_by_side.log_findings.figures import (
    age_by_gender,
    flow,
    logs_by_calendar_month,
    logs_by_month,
    registrations_by_month,
    use_at_entry,
)
from peerbook.chapters.side_by_side.log_findings.tables import (
    characteristics,
    completion,
    entry_use,
    entry_values,
)
from peerbook.chapters.side_by_side.log_findings.trends import outcomes, support
from peerbook.chapters.side_by_side.log_findings.words import (
    at_entry,
    in_short,
    outcomes_in_words,
    people,
    progress,
    repetition,
    response,
    support_at_entry,
    support_in_words,
)

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "response",
    "flow",
    "progress",
    "registrations_by_month",
    "logs_by_calendar_month",
    "repetition",
    "logs_by_month",
    "people",
    "age_by_gender",
    "at_entry",
    "support_at_entry",
    "use_at_entry",
    "support_in_words",
    "support",
    "outcomes_in_words",
    "outcomes",
    "completion",
    "characteristics",
    "entry_values",
    "entry_use",
]
