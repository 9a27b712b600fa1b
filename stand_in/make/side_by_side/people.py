"""The people of the stand-in cohort: 703 registrations and 83 people who logged without registering."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.totals import deal, spread, with_moments

MULTIPLE_CHOICE = ("age_band", "gender", "transgender_history", "sexual_orientation", "ethnicity", "area")
YES_NO = ("formal_services", "learning_disability", "physical_condition")
YEARS = (0, 90)
AGES = {"18-24": 0, "25-34": 1, "35-44": 2, "45-54": 3, "55-64": 4, "65+": 5}

# Two people registered in one region and logged under another: Table A4.1 counts one person more in
# Coventry and in Elefriends than Tables A4.3 and A4.4, and one fewer in Northamptonshire and in Leeds.
MOVED = {("Northamptonshire", "Coventry"): "quarterly", ("Leeds", "Elefriends"): "monthly"}


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
