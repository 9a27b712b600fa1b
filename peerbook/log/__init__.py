"""The peer support log: clean it, score it, pair a person's consecutive logs.

`clean` keeps a record of everything it does, `score` follows `data_schema/`, `pairs` are what the models see.
"""

from __future__ import annotations

from peerbook.log.clean import Cleaned, clean
from peerbook.log.flow import flow
from peerbook.log.pairs import pairs
from peerbook.log.score import score
from peerbook.log.subgroups import with_subgroups

__all__ = ["Cleaned", "clean", "flow", "pairs", "score", "with_subgroups"]
