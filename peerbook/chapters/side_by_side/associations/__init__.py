"""The associations chapter: do outcomes change when the use of peer support changes.

Every output is made from the frame that `associations` returns: `table-a4.5` to `table-a4.9` (whole sample,
by kind of support), `table-a4.10` (subgroups), `table-a4.11` (subsamples), `table-a4.12` (models the report
does not print), `fig-4.9a` to `fig-4.9h`, `fig-4.10a` to `fig-4.10e`, `fig-4.11` (overview), `text-findings`.
"""

from __future__ import annotations

from peerbook.chapters.side_by_side.associations.figures import (
    outcome_figure,
    overview,
    subgroup_figure,
    support_figure,
)
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.associations.tables import grid_table, measures_table, model_table
from peerbook.chapters.side_by_side.associations.words import findings

__all__ = [
    "associations",
    "findings",
    "grid_table",
    "measures_table",
    "model_table",
    "outcome_figure",
    "overview",
    "subgroup_figure",
    "support_figure",
]
