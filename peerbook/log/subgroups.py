"""The characteristics people gave at registration, collapsed to the subgroups of the analyses."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from peerbook.data.definitions import Definitions


def with_subgroups(
    rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], definitions: Definitions
) -> pd.DataFrame:
    """Return rows of people with a column for each subgroup.

    Parameters
    ----------
    rows : DataFrame
        Pairs, logs or registrations: anything with `person_id`.
    tables : mapping of str to DataFrame
        Typed tables, "registrations" and "projects" among them.
    definitions : Definitions
        Which subgroups there are.

    Returns
    -------
    DataFrame
        A new frame with the columns of `data_schema/subgroups.yml`, such as `age_group`; categorical, missing
        for people who did not register, did not answer, or gave an answer that is in no level.
    """
    people = tables["registrations"].set_index("person_id")
    fields = dict.fromkeys(
        group.field for group in definitions.subgroups.values() if group.table == "projects"
    )
    projects = tables["projects"].set_index("project_id")[list(fields)]
    answers_of = {"registrations": people, "projects": people[["project_id"]].join(projects, on="project_id")}
    columns = {}
    for name, subgroup in definitions.subgroups.items():
        answer = answers_of[subgroup.table][subgroup.field].reindex(rows["person_id"]).set_axis(rows.index)
        levels = pd.CategoricalDtype(list(subgroup.levels))
        columns[name] = answer.astype("str").map(subgroup.level_of).astype(levels)
    return rows.assign(**columns)
