"""The people and projects of the stand-in coded material.

Labels, approach and chapter of the people interviewed come from the printed quotations; age, gender and
the rest are dealt out so that every count of Tables 6.1 and 7.1 comes out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed


# Projects by region: one of a strategic partner and one to nine with a grant; 46 with Elefriends beside them.
PROJECTS = {
    "Suffolk": 5,
    "Coventry": 5,
    "Northamptonshire": 4,
    "Leeds": 7,
    "Blackpool": 10,
    "Southampton": 4,
    "Plymouth": 2,
    "Middlesbrough": 4,
    "Kensington & Chelsea": 5,
}
MENTORING = {
    "Middlesbrough 2": 4,
    "Coventry 2": 3,
}  # people interviewed; "two of these three" one-to-one projects
CO_COUNSELLING = "Blackpool 2"
BAME_TYPES = {
    "Middlesbrough 2": "refugee_migrant",
    "Coventry 2": "refugee_migrant",
    "Middlesbrough 3": "general_bame;refugee_migrant",
    "Leeds 2": "general_bame",
    "Northamptonshire 2": "community_specific",
    "Kensington & Chelsea 2": "community_specific;refugee_migrant",
    "Kensington & Chelsea 3": "community_specific",
}
# Interviewed in a group project for BaME peers, and taking part in a focus group there. The person who did
# both is interviewed in Leeds. Together with the mentoring projects: 39 people, by region as in Table 7.1.
BAME_GROUP_INTERVIEWS = {
    "Middlesbrough 3": 3,
    "Leeds 2": 3,
    "Northamptonshire 2": 1,
    "Kensington & Chelsea 2": 2,
    "Kensington & Chelsea 3": 2,
}
FOCUS_GROUPS = {"Kensington & Chelsea 2": 8, "Northamptonshire 2": 8, "Leeds 2": 5}
UNQUOTED_IN_CHAPTER_7 = ["PV25", "PV29"]
# Others in groups, by region: with the three above, 12 interviews in Leeds; most are in the close regions.
OTHER_GROUP_INTERVIEWS = {
    "Leeds": 9,
    "Kensington & Chelsea": 12,
    "Blackpool": 10,
    "Suffolk": 5,
    "Southampton": 2,
    "Plymouth": 1,
}
BAME_INTERVIEWED = {
    "ethnicity": {
        "African": 2,
        "Black British African": 2,
        "Black British Caribbean": 1,
        "Asian British Pakistani": 2,
        "Asian British Bangladeshi": 1,
        "Asian British other": 1,
        "White other": 1,
        "Other mixed background": 1,
        "Other - Somali": 3,
        "Other - Eritrean": 2,
        "Other - Iranian": 2,
    },
    "gender": {"Female": 11, "Male": 7},
}
IN_FOCUS_GROUPS = {
    "ethnicity": {
        "Black British African": 10,
        "Black British Caribbean": 1,
        "Black - unknown": 1,
        "Asian British Pakistani": 5,
        "South Asian - unknown": 3,
        "Arab": 1,
    },
    "gender": {"Female": 15, "Male": 6},
}
TABLE_6_1 = {
    "age_band": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "locality": "Type of locality",
    "sexual_orientation": "Sexual orientation",
}
MISSING = {"Missing", "Missing data"}


def projects() -> pd.DataFrame:
    """Make one row per project: 46, and Elefriends.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/projects`; the name is the id until `coding.make` gives out labels.
    """
    rows = [
        {"project_id": f"{region} {number}", "name": f"{region} {number}", "region": region}
        for region, size in PROJECTS.items()
        for number in range(1, size + 1)
    ]
    rows.append({"project_id": "Elefriends", "name": "Elefriends", "region": "Elefriends"})
    table = pd.DataFrame(rows)
    approaches = dict.fromkeys(MENTORING, "one_to_one") | {
        CO_COUNSELLING: "co_counselling",
        "Elefriends": "online",
    }
    return table.assign(
        approach=table["project_id"].map(approaches).fillna("group"),
        lead_organisation="Organisation behind " + table["name"],
        bame_types=table["project_id"].map(BAME_TYPES).fillna(""),
        status="synthetic",
    )


def interviewed(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the 69 people interviewed.

    Parameters
    ----------
    rng : Generator
    projects : DataFrame
        From `projects`.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/people`; PV1 to PV69 in order.
    """
    quotations = printed.load("quotations")
    approach = (
        quotations.query("recruited != ''").drop_duplicates("person_id").set_index("person_id")["recruited"]
    )
    table = pd.DataFrame({"person_id": [f"PV{number}" for number in range(1, 70)]})
    table["approach"] = table["person_id"].map(approach).fillna("group")
    in_chapter_7 = set(quotations.query("chapter == 'ch7'")["person_id"]) | set(UNQUOTED_IN_CHAPTER_7)
    bame = table["person_id"].isin(in_chapter_7)
    table["project_id"] = _projects_of(rng, table["approach"], bame, projects)
    table["region"] = table["project_id"].map(projects.set_index("project_id")["region"])
    for column, characteristic in TABLE_6_1.items():
        counts = _printed_counts(characteristic)
        inside = BAME_INTERVIEWED.get(column, {})
        outside = {label: n - inside.get(label, 0) for label, n in counts.items()}
        if inside:
            table.loc[bame, column] = deal(rng, inside)
            table.loc[~bame, column] = deal(rng, outside)
        else:
            table[column] = deal(rng, counts)
    strands = np.where(table["person_id"] == _in_both(table), "interview;focus group", "interview")
    return table.assign(strands=strands, role=_roles(rng, table["approach"]), status="synthetic")


def in_focus_groups(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the 21 people who took part in a focus group only; FG1 to FG15 are quoted.

    Parameters
    ----------
    rng : Generator
    projects : DataFrame
        From `projects`.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/people`.
    """
    project = deal(rng, FOCUS_GROUPS)
    return pd.DataFrame(
        {
            "person_id": [f"FG{number}" for number in range(1, len(project) + 1)],
            "strands": "focus group",
            "project_id": project,
            "region": pd.Series(project).map(projects.set_index("project_id")["region"]),
            "approach": "group",
            "ethnicity": deal(rng, IN_FOCUS_GROUPS["ethnicity"]),
            "gender": deal(rng, IN_FOCUS_GROUPS["gender"]),
            "status": "synthetic",
        }
    )


def quoted_elsewhere() -> pd.DataFrame:
    """Return the people quoted in the chapters on capacity building and on commissioning."""
    strands = {"CB": "capacity interview", "CS": "commissioner survey", "CI": "commissioner interview"}
    ids = printed.load("quotations")["person_id"].drop_duplicates()
    strand = ids.str[:2].map(strands)
    return pd.DataFrame({"person_id": ids, "strands": strand, "status": "derived"}).dropna()


def deal(rng: np.random.Generator, counts: Mapping[str, int]) -> np.ndarray:
    """Return every label as often as counted, shuffled.

    Examples
    --------
    >>> sorted(deal(np.random.default_rng(1), {"a": 2, "b": 1}).tolist())
    ['a', 'a', 'b']
    """
    return rng.permutation(np.repeat(list(counts), list(counts.values())).astype(object))


def _printed_counts(characteristic: str) -> dict[str, int]:
    rows = printed.load("table_6_1").query("characteristic == @characteristic")
    labels = rows["category"].mask(rows["category"].isin(MISSING), "")
    return dict(zip(labels, rows["n"].astype(int), strict=True))


def _projects_of(
    rng: np.random.Generator, approach: pd.Series, bame: pd.Series, projects: pd.DataFrame
) -> pd.Series:
    """Deal people out over projects; a mainstream region's people go round four group projects."""
    mainstream = projects.query("approach == 'group' and bame_types == ''")
    places = [
        project
        for region, people in OTHER_GROUP_INTERVIEWS.items()
        for project in np.resize(mainstream.query("region == @region")["project_id"].head(4), people)
    ]
    chosen = pd.Series("", index=approach.index)
    chosen[approach == "online"] = "Elefriends"
    chosen[approach == "co_counselling"] = CO_COUNSELLING
    chosen[approach == "one_to_one"] = deal(rng, MENTORING)
    chosen[(approach == "group") & bame] = deal(rng, BAME_GROUP_INTERVIEWS)
    chosen[(approach == "group") & ~bame] = rng.permutation(places)
    return chosen


def _in_both(table: pd.DataFrame) -> str:
    """Name the person interviewed who was in the focus group in Leeds as well."""
    return table.loc[table["project_id"] == "Leeds 2", "person_id"].iloc[0]


def _roles(rng: np.random.Generator, approach: pd.Series) -> pd.Series:
    """Give out the printed roles within the approach each belongs to."""
    roles = pd.Series("", index=approach.index)
    facilitators, mentors, moderators = (
        printed.load("table_6_1").query("characteristic.str.contains('leadership')")["n"].astype(int)
    )
    in_approach = approach.value_counts()
    for kind, counts in {
        "group": {"group facilitator": facilitators},
        "one_to_one": {"mentor": mentors, "mentee": in_approach["one_to_one"] - mentors},
        "online": {"online moderator": moderators},
    }.items():
        rest = in_approach[kind] - sum(counts.values())
        roles[approach == kind] = deal(rng, {**counts, "": rest})
    return roles
