"""Disclosure control: what of real people may be published, decided for all numbers of a book at once.

A study says of each of its outputs what it counts (`Counted`, `Nobody`). All counts of a book are one linear
system (`joined`), and `decide` withholds the small ones and the fewest others without which a small one
could be worked out. `release` gives the data that readers get.
"""

from __future__ import annotations

from peerbook.disclosure.counted import (
    LARGEST,
    Cell,
    Counted,
    Entry,
    Key,
    Nobody,
    Personal,
    Quoted,
    share_of_two,
)
from peerbook.disclosure.policy import Policy, read_policy
from peerbook.disclosure.release import Held, alone, joined, less_private, release, unchecked
from peerbook.disclosure.suppress import Decisions, decide
from peerbook.disclosure.system import System
from peerbook.disclosure.withheld import MARK, WITHHELD, is_withheld, marked

__all__ = [
    "LARGEST",
    "MARK",
    "WITHHELD",
    "Cell",
    "Counted",
    "Decisions",
    "Entry",
    "Held",
    "Key",
    "Nobody",
    "Personal",
    "Policy",
    "Quoted",
    "System",
    "alone",
    "decide",
    "is_withheld",
    "joined",
    "less_private",
    "marked",
    "read_policy",
    "release",
    "share_of_two",
    "unchecked",
]
