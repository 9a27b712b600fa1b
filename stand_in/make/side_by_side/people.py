"""Who there is: 703 registered people, 83 who logged without registering, their subgroups and projects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.totals import deal, spread, trade, with_moments

MULTIPLE_CHOICE = ("age_band", "gender", "transgender_history", "sexual_orientation", "ethnicity", "area")
YES_NO = ("formal_services", "learning_disability", "physical_condition")
YEARS = (0, 90)
AGES = {"18-24": 0, "25-34": 1, "35-44": 2, "45-54": 3, "55-64": 4, "65+": 5}

CODES = {"Kensington & Chelsea": "KEN"}
BAME_REGIONS = {"Leeds": 3, "Kensington & Chelsea": 2, "Middlesbrough": 2}
THEMES = ("Garden", "Kitchen", "Art", "Walking", "Women's", "Men's", "Young adults'", "Evening", "Music")
DIAGNOSIS_PARTNERS = ("Bipolar UK", "Depression Alliance")
ONLINE, GROUP, ONE_TO_ONE = "Online", "Group", "One to one"
PROJECT_TYPES = {ONLINE: "Elefriends", GROUP: "Group", ONE_TO_ONE: "One to One"}  # as Table A4.10 calls them


def registered_people(rng: np.random.Generator) -> pd.DataFrame:
    """Make one row per registered person, with the counts of Table A4.2 in every region.

    Returns
    -------
    DataFrame
        Columns of `registrations.csv` that describe the person; blanks are empty text.
    """
    counts = printed.demographics()
    people = pd.concat([_one_region(rng, counts[region], region) for region in printed.regions()])
    people = people.reset_index(drop=True).assign(registered=True)
    return _with_years(rng, people)


def unregistered_people(rng: np.random.Generator) -> pd.DataFrame:
    """Make one row per person who logged but never registered; only the region is known.

    Regions whose Table A4.3 counts more people with a log than Table A4.2 counts registered people need
    some; the rest are spread in proportion to people with a log.
    """
    registered = printed.demographics().loc[("n", "")].to_numpy()
    logging = printed.baseline_counts().loc[("n", "")].to_numpy()
    least = np.maximum(logging - registered, 0)
    online = np.array([region == "Elefriends" for region in printed.regions()])
    rest = printed.claim("unregistered") - least.sum()
    counts = least + spread(int(rest), np.where(online, 0.2, 1.0) * logging)
    return pd.DataFrame({"region": np.repeat(printed.regions(), counts), "registered": False})


def _one_region(rng: np.random.Generator, counts: pd.Series, region: str) -> pd.DataFrame:
    """Shuffle the printed labels of one region; younger people are more often women (Figure 4.5)."""
    size = int(counts[("n", "")])
    columns = {name: _labels(rng, counts[name], size) for name in MULTIPLE_CHOICE}
    columns |= {name: _labels(rng, counts[name].rename({"Yes": "yes"}), size, "no") for name in YES_NO}
    age = np.array([AGES.get(label, 3) for label in columns["age_band"]]) + rng.normal(0, 1.5, size)
    woman = (columns["gender"] == "Female") + rng.normal(0, 1.2, size)
    columns["age_band"] = columns["age_band"][np.argsort(age)]
    columns["gender"] = columns["gender"][np.argsort(-woman)]
    return pd.DataFrame({"region": region, **columns}).iloc[rng.permutation(size)]


def _labels(rng: np.random.Generator, counts: pd.Series, size: int, other: str = "") -> np.ndarray:
    """Deal the printed labels; MISSING is blank, people not counted get `other`."""
    wanted = {label: int(n) for label, n in counts.items() if label != printed.MISSING}
    return deal(rng, {**wanted, other: size - sum(wanted.values())})


def _with_years(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Add years of service use with the printed mean, sd, minimum and maximum of each region."""
    years = pd.Series("", index=people.index, dtype=object)
    for region, row in printed.service_years().iterrows():
        users = people.index[(people["region"] == region) & (people["formal_services"] == "yes")]
        low, high = max(int(row["min"]), YEARS[0]), int(row["max"])
        skewed = rng.gamma(0.8, size=len(users) - 2)
        fitted = with_moments(skewed, row["mean"], row["sd"], low, high, fixed=(low, high))
        years[users] = rng.permutation(fitted).astype(str)
    return people.assign(formal_services_years=years)


def with_subgroups(people: pd.DataFrame) -> pd.DataFrame:
    """Add a column `level_<variable>` per subgroup variable of the registrations; blank without a level."""
    columns = {
        f"level_{name}": people[subgroup.field].map(_levels(subgroup.levels)).fillna("")
        for name, subgroup in printed.definitions().subgroups.items()
        if subgroup.table == "registrations"
    }
    return people.assign(**columns)


def pairs_per_level(people: pd.DataFrame, models: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return who is in which subgroup level or subsample, and how many pairs print gives it.

    Parameters
    ----------
    people : DataFrame
        With subgroup levels.
    models : DataFrame
        Rows of Tables A4.10 and A4.11.

    Returns
    -------
    traits : ndarray, shape (people, levels)
    pairs : ndarray, shape (levels, 2)
        Of all logs, and of the full version; NaN where not printed.
    """
    questionnaires = printed.definitions().questionnaires
    full_only = models["outcome"].map(lambda outcome: list(questionnaires[outcome].versions) == ["full"])
    traits, pairs = [], []
    keys = ["sample", "subgroup_variable", "subgroup_level"]
    for (sample, variable, level), rows in models.groupby(keys, sort=False):
        traits.append(members(people, sample, variable, level))
        n = rows.groupby([full_only[rows.index], "exposure", "outcome"])["n"].sum()
        pairs.append(n.groupby(level=0).max().reindex([False, True]).to_numpy(dtype=float))
    return np.column_stack(traits).astype(float), np.array(pairs)


def members(people: pd.DataFrame, sample: str, variable: str, level: str) -> np.ndarray:
    """Say who belongs to a subsample and, of registered people, to a subgroup level."""
    there = np.ones(len(people), dtype=bool)
    if sample != "whole":
        there &= (people["log_region"] == sample.title()).to_numpy()
    if variable:
        there &= (people["registered"] & (people[f"level_{variable}"] == level)).to_numpy()
    return there


def _levels(levels: dict[str, list[str]]) -> dict[str, str]:
    return {answer: level for level, answers in levels.items() for answer in answers}


def make_projects() -> pd.DataFrame:
    """Make one row per project: a strategic partner project per region, the grant funded rest, Elefriends.

    Table 1.1 names the partner of each region; how the grant funded projects spread over the regions is not
    printed and follows the number of people with a log.
    """
    partners = printed.partners()
    sizes = printed.baseline_counts().loc[("n", "")].drop("Elefriends")
    grants = spread(printed.claim("grant_funded_projects"), sizes.to_numpy(dtype=float))
    rows = []
    for region, count in zip(sizes.index, grants, strict=True):
        partner = partners[region] if partners[region] in DIAGNOSIS_PARTNERS else "Mind"
        rows.append(_project(region, 1, "Partner project", partner=partner))
        rows += [_project(region, number, "") for number in range(2, count + 2)]
    elefriends = {"project_id": "ELE-01", "name": "Elefriends", "region": "Elefriends", "partner": "Mind"}
    specific = {"bame_specific": "no", "diagnosis_specific": "no"}
    return pd.DataFrame([*rows, {**elefriends, "funding": "", "approach": ONLINE, **specific}])


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
    """Give every registered person a project of their region, and the project type of Table A4.10.

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
    types = projects.set_index("project_id")["approach"].map(PROJECT_TYPES)
    picked = picked.iloc[_order_of_projects(rng, people, picked.map(types))].set_axis(people.index)
    return people.assign(project_id=picked, level_project_type=picked.map(types).fillna(""))


def _order_of_projects(rng: np.random.Generator, people: pd.DataFrame, kind: pd.Series) -> np.ndarray:
    table = printed.associations()
    pairs = table[table["subgroup_variable"] == "project_type"].groupby("subgroup_level")["n"].sum()
    traded = ["Group", "One to One"]
    holdings = np.column_stack([kind == each for each in traded]).astype(float)
    groups = people["region"] + people["level_ethnic_group"].where(people["registered"], "unregistered")
    full_pairs = people[["full_pairs"]].to_numpy(dtype=float)
    return trade(rng, holdings, full_pairs, pairs[traded].to_numpy()[None, :], groups.to_numpy())
