"""Who took part: counts of characteristics, in detail and grouped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from peerbook.coding.material import Material
from peerbook.data.codes import GROUPS

NOT_KNOWN = "Missing"


def characteristics(people: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Count people by each characteristic, those without an answer included.

    Parameters
    ----------
    people : DataFrame
        One row per person.
    columns : mapping of str to str
        Column and the name of the characteristic.

    Returns
    -------
    DataFrame
        `characteristic`, `category`, `people`, `percent` (of all people, 0 to 100). Categories that begin
        with a number (ages) in their order, others from the most to the least frequent, missing last.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": ["Male", "", "Male"]})
    >>> characteristics(people, {"gender": "Gender"})["people"].tolist()
    [2, 1]
    """
    parts = [_counts(people[column], title) for column, title in columns.items()]
    return pd.concat(parts, ignore_index=True)


def leading_roles(people: pd.DataFrame, leading: Sequence[str]) -> pd.DataFrame:
    """Count people who lead or facilitate; they are a part of all people, not a division of them.

    Parameters
    ----------
    people : DataFrame
        One row per person, `role`.
    leading : sequence of str
        Roles that lead.

    Returns
    -------
    DataFrame
        As from `characteristics`.
    """
    counted = _counts(people["role"], "In a leading role")
    return counted[counted["category"].isin(list(leading))].reset_index(drop=True)


def people_of_projects(material: Material, having: str) -> pd.DataFrame:
    """Return the people interviewed, or in a focus group, who came from projects of some kind.

    Parameters
    ----------
    material : Material
    having : str
        A column of `projects` that is filled for projects of that kind.

    Returns
    -------
    DataFrame
        Rows of `people`, one per person: who did both counts once.
    """
    projects = material.projects.loc[material.projects[having] != "", "project_id"]
    in_groups = material.took_part(*material.defined.holding(GROUPS))
    spoke = pd.concat([material.interviewed(), in_groups])
    return spoke[spoke["project_id"].isin(projects)].drop_duplicates("person_id")


def grouped(people: pd.DataFrame, column: str, groups: Mapping[str, Any]) -> pd.DataFrame:
    """Count people by the groups of a study, sub-groups beneath their group.

    Parameters
    ----------
    people : DataFrame
    column : str
    groups : mapping
        The detailed labels of each group, or of each of its sub-groups: a block of the study's `groups.yml`.

    Returns
    -------
    DataFrame
        `category`, `part_of` (the group a sub-group belongs to, or nothing), `people`. A label that no group
        lists is a group of its own; groups without anyone are left out.
    """
    rows = []
    labels = people[column].replace("", NOT_KNOWN)
    for group, members in groups.items():
        parts = members if isinstance(members, dict) else {}
        rows.append((group, "", labels.isin(_flat(members)).sum()))
        rows += [(part, group, labels.isin(detailed).sum()) for part, detailed in parts.items()]
    known = _flat(groups)
    rows += [(label, "", n) for label, n in labels[~labels.isin(known)].value_counts().items()]
    table = pd.DataFrame(rows, columns=["category", "part_of", "people"])
    return table[table["people"] > 0].reset_index(drop=True)


def _counts(values: pd.Series, title: str) -> pd.DataFrame:
    counted = values.replace("", NOT_KNOWN).value_counts().rename_axis("category").reset_index(name="people")
    place = counted["category"].map(lambda name: (name == NOT_KNOWN, name if name[:1].isdigit() else ""))
    counted = counted.assign(place=place).sort_values(["place", "category"], kind="stable")
    counted = counted.sort_values(
        ["place", "people"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return pd.DataFrame(
        {
            "characteristic": title,
            "category": counted["category"],
            "people": counted["people"],
            "percent": 100 * counted["people"] / max(len(values), 1),
        }
    )


def _flat(members: Any) -> list[str]:
    """Return every detailed label of a group, a group of groups, or the whole list."""
    if isinstance(members, dict):
        return [label for part in members.values() for label in _flat(part)]
    return list(members)
