"""What the qualitative chapters share: their rows, and where these rows come from."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.coding import Material
from peerbook.outputs import Output, formats, table

if TYPE_CHECKING:
    from peerbook.study import Study

STATUSES = ("collected", "printed", "derived", "inferred", "proposed", "synthetic")


def material_of(study: Study) -> Material:
    """Return the coded material of a study, in its region."""
    return Material.of(study.coding, study.region)


def labels_of(material: Material) -> pd.Series:
    """Return the label of every code of every codebook."""
    return material.codebooks.drop_duplicates("code_id").set_index("code_id")["label"]


def row_origins(study: Study, id: str) -> Output:
    """Say how many rows of each table were collected, printed, derived from print, judged or made up.

    Parameters
    ----------
    study : Study
    id : str
        Id of the table, such as "table-5.10".
    """
    material = material_of(study)
    shown = pd.DataFrame(
        {field.name: getattr(material, field.name)["status"].value_counts() for field in fields(material)}
    )
    shown = shown.reindex(STATUSES).fillna(0).astype(int).T.rename_axis("table")
    shown = shown.rename(index=lambda name: name.replace("_", " "))
    data = shown.reset_index().melt("table", var_name="status", value_name="rows")
    made_up = int(shown["synthetic"].sum())
    notes = ["Derived: worked out from printed marks. Inferred or proposed: judged. Synthetic: made up."]
    if made_up:
        notes.append(
            f"{formats.plural(made_up, 'row')} had to be made up for the printed counts to come out. Where a "
            "table of this chapter agrees with print, the counting rules recover what was put in: that is no "
            "evidence for the finding."
        )
    return table(id, "Where the rows of the coded material come from", data, shown=shown, notes=notes)
