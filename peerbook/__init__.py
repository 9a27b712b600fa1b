"""peerbook: an evaluation report that can be rerun.

The road the data take: `peerbook.imports` turns other programs' exports into raw tables, `peerbook.data`
reads and checks these, a `Study` holds them; `peerbook.log` cleans, scores and pairs its logs,
`peerbook.coding` counts its coded material; `peerbook.chapters` turns results into outputs,
`peerbook.builder` makes the book.
"""

from __future__ import annotations

__version__ = "0.1.0"

_HOMES = {
    "Log": "log",
    "Study": "study",
    "open_beside": "study",
    "open_log": "log",
    "open_study": "study",
}


def __getattr__(name: str) -> object:
    """Offer `open_study` and `open_log` without importing pandas before they are used."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"peerbook.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'peerbook' has no attribute {name!r}")
