"""What the published evaluation printed, as data, and whether rebuilt numbers agree with it.

`load` reads a printed table, with misprints beside the reading that repairs them; `audit` says what in
a printed table does not add up, `audit_report` does so for the whole report; `cells` takes a table
apart into numbers and `agreement` sets printed and rebuilt numbers side by side.
"""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "TABLES": "peerbook.published.tables",
    "agreement": "peerbook.published.comparison",
    "as_printed": "peerbook.published.tables",
    "audit": "peerbook.audit",
    "audit_report": "peerbook.audit.report",
    "contradictions": "peerbook.published.comparison",
    "load": "peerbook.published.tables",
    "summary": "peerbook.published.comparison",
    "summary_lines": "peerbook.published.comparison",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
