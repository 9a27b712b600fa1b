"""A study while it runs: who is due which form, what came in, who stays, who wins a draw.

`records_of` says what was known on a day. Everything else starts from there, so that a list, a draw and a
page of the same day agree.
"""

from __future__ import annotations

from peerbook.fieldwork.records import Records, records_of
from peerbook.fieldwork.rules import Rules, day_of, rules_of
from peerbook.fieldwork.schedule import to_do, waves

__all__ = ["Records", "Rules", "day_of", "records_of", "rules_of", "to_do", "waves"]
