"""The associations chapter: do outcomes change when the use of peer support changes.

Every output is made from the frame that `associations` returns: `text-in-short-associations`,
`text-findings`, `fig-4.11` (the whole grid as a heat map), `fig-4.9` (forest plot of the whole sample, panels
`fig-4.9a` to `fig-4.9h`), `fig-4.10a` to `fig-4.10f` (forest plots by characteristic of people). The tables
are on a page of their own, `associations_tables`.
"""

from __future__ import annotations

from peerbook.chapters.side_by_side.associations.figures import changes_figure, overview, subgroup_figure
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.associations.words import findings, in_short

__all__ = ["associations", "changes_figure", "findings", "in_short", "overview", "subgroup_figure"]
