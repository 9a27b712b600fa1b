"""What the published evaluation printed, as data, and whether rebuilt numbers agree with it.

`load` reads a printed table, with misprints beside the reading that repairs them; `audit` says what in
a printed table does not add up, `audit_report` does so for the whole report; `cells` takes a table
apart into numbers and `agreement` sets printed and rebuilt numbers side by side.
"""

from __future__ import annotations

from peerbook.published.cells import cells
from peerbook.published.checks import audit
from peerbook.published.checks.report import audit_report
from peerbook.published.comparison import agreement, contradictions, summary, summary_lines
from peerbook.published.tables import TABLES, as_printed, load

__all__ = [
    "TABLES",
    "agreement",
    "as_printed",
    "audit",
    "audit_report",
    "cells",
    "contradictions",
    "load",
    "summary",
    "summary_lines",
]
