"""The peer support log: clean it, score it, pair a person's consecutive logs.

`clean` keeps a record of everything it does, `score` follows `data_schema/`, `pairs` are what the models see.
"""

from __future__ import annotations

from peerbook.log.cleaning import Cleaned, clean
from peerbook.log.counting import flow
from peerbook.log.pairing import pairs
from peerbook.log.scoring import score
from peerbook.log.subgroups import with_subgroups

__all__ = ["Cleaned", "clean", "flow", "pairs", "score", "with_subgroups"]
