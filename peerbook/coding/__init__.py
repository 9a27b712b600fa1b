"""Coded material: who said what, under which code, and what follows for a framework.

Everything coded is a *segment* of a *source*: an extract of an interview, an answer to a survey question, an
item of a list made at an event, a line of notes. A segment carries codes of versioned codebooks. Tables and
figures of the qualitative chapters are counts of these rows.
"""

from __future__ import annotations

from peerbook.coding.material import Material

__all__ = ["Material"]
