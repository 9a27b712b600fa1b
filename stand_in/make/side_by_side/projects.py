"""The 46 projects and Elefriends, and which one each registered person named."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.allocate import spread
from stand_in.make.side_by_side.trade import trade

CODES = {"Kensington & Chelsea": "KEN", "Elefriends": "ELE"}
BAME_REGIONS = {"Leeds": 3, "Kensington & Chelsea": 2, "Middlesbrough": 2}
THEMES = ("Garden", "Kitchen", "Art", "Walking", "Women's", "Men's", "Young adults'", "Evening", "Music")
DIAGNOSIS_PARTNERS = ("Bipolar UK", "Depression Alliance")
ONLINE, GROUP, ONE_TO_ONE = "Online", "Group", "One to one"


def make_projects() -> pd.DataFrame:
    """Make one row per project: a strategic partner project per region, the grant funded rest, Elefriends.

    Table 1.1 names the partner of each region; how the grant funded projects spread over the regions is not
    printed and follows the number of people with a log.
    """
    partners = printed.load("partners").set_index("region")["strategic_partner"]
    sizes = printed.baseline_counts().loc[("n", "")].drop("Elefriends")
    grants = spread(printed.claim("grant_funded_projects"), sizes.to_numpy(dtype=float))
    rows = []
    for region, count in zip(sizes.index, grants, strict=True):
        partner = partners[region] if partners[region] in DIAGNOSIS_PARTNERS else "Mind"
        rows.append(_project(region, 1, "Partner project", partner=partner))
        rows += [_project(region, number, "") for number in range(2, count + 2)]
    online = {
        "project_id": "ELE-01",
        "name": "Elefriends",
        "region": "Elefriends",
        "funding": "",
        "partner": "Mind",
    }
    rows.append({**online, "approach": ONLINE, "bame_specific": "no", "diagnosis_specific": "no"})
    return pd.DataFrame(rows)


def _project(region: str, number: int, name: str, partner: str = "") -> dict[str, str]:
    """Return one row; the second and third grant funded projects of a region work one to one."""
    bame = 1 < number <= 1 + BAME_REGIONS.get(region, 0)
    theme = "Community languages" if bame else THEMES[number % len(THEMES)]
    return {
        "project_id": f"{CODES.get(region, region[:3].upper())}-{number:02d}",
        "name": f"{region} {name or theme + ' peers'} {number}".strip(),
        "region": region,
        "funding": "Strategic partner" if partner else "Grant",
        "partner": partner,
        "approach": ONE_TO_ONE if number == 4 or (number == 3 and not bame) else GROUP,
        "bame_specific": "yes" if bame else "no",
        "diagnosis_specific": "yes" if partner in DIAGNOSIS_PARTNERS else "no",
    }


def with_projects(rng: np.random.Generator, people: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Give every registered person a project of their region, or none for a few.

    People trade projects within region and ethnic group until the pairs of full logs per project type are
    those of the project type model in Table A4.10.
    """
    picked = pd.Series("", index=people.index, dtype=object)
    for region, here in people[people["registered"]].groupby("region"):
        local = projects[projects["region"] == region]
        bame = (local["bame_specific"] == "yes").to_numpy()
        for index, group in here["level_ethnic_group"].items():
            weights = np.where(bame, 4.0 if group not in ("White", "") else 0.05, 1.0)
            picked[index] = rng.choice(local["project_id"], p=weights / weights.sum())
    people = people.assign(project_id=picked)
    return _trade_projects(rng, people, projects)


def _trade_projects(rng: np.random.Generator, people: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    table = printed.associations()
    printed_pairs = table[table["subgroup_variable"] == "project_type"].groupby("subgroup_level")["n"].sum()
    approach = people["project_id"].map(projects.set_index("project_id")["approach"]).fillna("")
    holdings = np.column_stack([approach == GROUP, approach == ONE_TO_ONE]).astype(float)
    targets = np.array([[printed_pairs["Group"], printed_pairs["One to One"]]])
    groups = people["region"] + people["level_ethnic_group"].where(people["registered"], "unregistered")
    order = trade(rng, holdings, people[["full_pairs"]].to_numpy(dtype=float), targets, groups.to_numpy())
    return people.assign(project_id=people["project_id"].to_numpy()[order])


def with_project_type(people: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Add the project type of Table A4.10: Group, One to One or Elefriends; blank without a project."""
    labels = {GROUP: "Group", ONE_TO_ONE: "One to One", ONLINE: "Elefriends"}
    approach = projects.set_index("project_id")["approach"].map(labels)
    return people.assign(level_project_type=people["project_id"].map(approach).fillna(""))
