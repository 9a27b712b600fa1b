"""The synthesis chapter: findings of the log beside what people said in interviews.

`findings` reads the log, `joined` sets recorded judgements, themes and headline statements beside it; every
output is made from the two. The report prints no table or figure of this chapter: all are added by this book.
"""

from __future__ import annotations

from peerbook.chapters.side_by_side.associations import associations
from peerbook.chapters.side_by_side.beside_print import discrepancies
from peerbook.chapters.side_by_side.synthesis.at_a_glance import at_a_glance
from peerbook.chapters.side_by_side.synthesis.findings import claims, direction_of, findings
from peerbook.chapters.side_by_side.synthesis.joined import joined
from peerbook.chapters.side_by_side.synthesis.tables import (
    evidence_matrix,
    headlines,
    joint_display,
    print_and_today,
)
from peerbook.chapters.side_by_side.synthesis.words import in_short, lacks

__all__ = [
    "associations",
    "at_a_glance",
    "claims",
    "direction_of",
    "discrepancies",
    "evidence_matrix",
    "findings",
    "headlines",
    "in_short",
    "joined",
    "joint_display",
    "lacks",
    "print_and_today",
]
