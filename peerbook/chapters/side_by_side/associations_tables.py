"""The tables of the associations: as the report prints them, and the models that it does not print.

`table-a4.5` to `table-a4.9` (whole sample, by kind of support), `table-a4.10` (subgroups), `table-a4.11`
(subsamples), `table-a4.12` (models the report does not print), each from the frame of `associations`.
"""

from __future__ import annotations

from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.associations.tables import (
    grid_table,
    in_short,
    measures_table,
    model_table,
)

__all__ = ["associations", "grid_table", "in_short", "measures_table", "model_table"]
