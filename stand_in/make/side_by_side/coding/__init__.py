"""The stand-in coded material of the qualitative chapters: rows that fit every printed count.

Printed marks are kept as they are (who is quoted under which heading, which cell of a table is filled);
what the report does not print (who is how old, what was said in the rest of an interview) is made up.
The column `status` of every row says which is which. No row holds anyone's words.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.coding import consultation, interviews

LISTS = ("codebooks", "links", "lexicon")


# Columns that other studies may have: kinds of project, who spoke together, which coders read a source.
NOT_NEEDED = ("types", "speakers", "read_by")


def make(seed: int) -> dict[str, pd.DataFrame]:
    """Make the tables of the coded material, every cell as text.

    Parameters
    ----------
    seed : int

    Returns
    -------
    dict of DataFrame
        `people`, `projects`, `sources`, `segments`, `segment_codes`, `codebooks`, `links`, `lexicon`,
        `decisions`, with the columns of `data_schema/coding`.

    Examples
    --------
    >>> tables = make(1)
    >>> len(tables["segments"].query("quoted == 'yes'"))
    727
    """
    rng = np.random.default_rng(seed)
    projects = interviews.projects()
    interviewed = interviews.interviewed(rng, projects)
    in_groups = interviews.in_focus_groups(rng, projects)
    said = interviews.material(rng, interviewed, in_groups)
    asked = consultation.material(rng)
    tables = {
        "people": [interviewed, in_groups, interviews.quoted_elsewhere(), asked["people"]],
        "projects": [projects],
        "sources": [said["sources"], asked["sources"]],
        "segments": [said["segments"], asked["segments"]],
        "segment_codes": [said["segment_codes"], asked["segment_codes"]],
        "decisions": [printed.coded("decisions"), interviews.options(rng, projects)],
        **{name: [printed.coded(name)] for name in LISTS},
    }
    labels = {project: f"P{number:02}" for number, project in enumerate(projects["project_id"], 1)}
    return {
        name: _finished(name, pd.concat(parts, ignore_index=True), labels) for name, parts in tables.items()
    }


def _finished(name: str, table: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Give projects their labels and the table the columns of its schema, in order."""
    fields = printed.definitions().tables[f"coding/{name}"].fields
    columns = [field for field in fields if field not in NOT_NEEDED]
    table = table.reindex(columns=columns, fill_value="").astype(object).fillna("")
    return table.replace({"project_id": dict(labels)}) if "project_id" in columns else table
