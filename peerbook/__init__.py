"""peerbook: an evaluation report that can be rerun.

The road the data take: `peerbook.data` reads and checks raw tables, `peerbook.log` cleans, scores and
pairs them, `peerbook.coding` does the same for coded material, `peerbook.stats` fits the models,
`peerbook.chapters` turns results into outputs, `peerbook.builder` makes the book.
"""

from __future__ import annotations

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Offer `open_study` and `Study` without importing pandas before they are used."""
    if name in ("open_study", "Study"):
        from importlib import import_module

        return getattr(import_module("peerbook.study"), name)
    raise AttributeError(f"module 'peerbook' has no attribute {name!r}")
