"""What the published evaluation printed, as data: tables and the numbers of its prose.

`load` reads a printed table, with misprints beside the reading that repairs them; `audit` says what in
a printed table does not add up, `audit_report` does so for the whole report.
"""

from __future__ import annotations

from peerbook.published.checks import audit
from peerbook.published.checks.report import audit_report
from peerbook.published.tables import TABLES, as_printed, load

__all__ = ["TABLES", "as_printed", "audit", "audit_report", "load"]
