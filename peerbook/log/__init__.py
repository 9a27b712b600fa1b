"""The peer support log of a study: cleaned, scored, paired.

`open_log` does all of it. `clean` keeps a record of everything it does, `score` follows the study's
definitions, `pairs` are what the models see.
"""

from __future__ import annotations

from peerbook.log.cleaning import Cleaned, clean
from peerbook.log.counting import flow
from peerbook.log.opening import Log, log_of, open_log
from peerbook.log.pairing import pairs
from peerbook.log.scoring import score
from peerbook.log.subgroups import with_subgroups

__all__ = ["Cleaned", "Log", "clean", "flow", "log_of", "open_log", "pairs", "score", "with_subgroups"]
