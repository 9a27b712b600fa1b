"""Health and costs over a follow-up: logs at quarters, use of services, costs, quality-adjusted life years.

Frames in, frames out; the index of a health state is a score of the log (`peerbook.log.scoring`).
"""

from __future__ import annotations

from peerbook.economics.costs import costs, used
from peerbook.economics.imputed import Pooled, can_be_drawn, imputed
from peerbook.economics.qaly import mean_of_answers, qalys, weights
from peerbook.economics.quarters import DAYS, by_person, nearest

__all__ = [
    "DAYS",
    "Pooled",
    "by_person",
    "can_be_drawn",
    "costs",
    "imputed",
    "mean_of_answers",
    "nearest",
    "qalys",
    "used",
    "weights",
]
