"""What published reports print, as data, and whether rebuilt numbers agree with it.

Each study is a folder: CSV files with the characters as printed, misprints beside the reading that repairs
them, and an index (`tables.yml`; the module `tables` explains it). `load` reads a file; `printed_cells` and
`printed_statements` take tables and prose apart into numbers, `rebuilt_cells` and `rebuilt_statements` what
was rebuilt; `compare` sets the two side by side. `decisions` and `interval_widths` say what is read as an
effect, and how wide intervals are. `audit_report` says what in a whole report does not add up, and
`contradictions` which of its numbers conflict with another. `claims` are compared statements in one shape
(`CLAIM`) that a whole book can collect.
"""

from __future__ import annotations

from peerbook.published.cells import printed_cells, rebuilt_cells
from peerbook.published.claims import CLAIM, as_claims, claims, claims_in_words
from peerbook.published.comparison import compare, counts_in_words, summary, summary_lines
from peerbook.published.means import decisions, interval_widths
from peerbook.published.report import audit_report, contradictions
from peerbook.published.statements import (
    derive,
    printed_statements,
    rebuilt_statements,
    statements_that_follow,
)
from peerbook.published.tables import as_printed, has_report, load, load_list, table_index

__all__ = [
    "CLAIM",
    "as_claims",
    "as_printed",
    "audit_report",
    "claims",
    "claims_in_words",
    "compare",
    "contradictions",
    "counts_in_words",
    "decisions",
    "derive",
    "has_report",
    "interval_widths",
    "load",
    "load_list",
    "printed_cells",
    "printed_statements",
    "rebuilt_cells",
    "rebuilt_statements",
    "statements_that_follow",
    "summary",
    "summary_lines",
    "table_index",
]
