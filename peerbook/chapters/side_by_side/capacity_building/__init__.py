"""Chapter 9: capacity building."""

from __future__ import annotations

from peerbook.chapters.side_by_side.capacity_building.theory import Theory, theory_of_change

__all__ = ["Theory", "theory_of_change"]
