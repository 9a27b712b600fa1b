"""The data sets on which the models are compared with R, drawn from seeds.

`numpy.random.RandomState` is used because its streams are frozen (NEP 19): the same seed gives the same
numbers with every release of numpy. `results.json` holds a checksum of each frame all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd

GIVEN = ("decreased", "increased", "unchanged")


def _people(
    random: np.random.RandomState, rows: int, groups: int, sd: float
) -> tuple[np.ndarray, np.ndarray]:
    """Group of each row, every group occurring, and the effect of its group."""
    person = np.concatenate([np.arange(groups), random.randint(0, groups, rows - groups)])
    person = person[random.permutation(rows)]
    return person, random.normal(0, sd, groups)[person]


def _pick(random: np.random.RandomState, labels: tuple[str, ...], rows: int, weights=None) -> np.ndarray:
    return np.array(labels)[random.choice(len(labels), rows, p=weights)]


def change_scores() -> pd.DataFrame:
    """Draw 1,414 pairs of 403 people as in the report, projects not recorded for some, gender missing."""
    random = np.random.RandomState(1)
    rows = 1414
    person, effect = _people(random, rows, 403, 1.6)
    start = random.normal(22, 5, rows)
    category = _pick(random, GIVEN, rows, [0.3, 0.3, 0.4])
    projects = _pick(random, (*GIVEN, "not recorded"), rows, [0.15, 0.15, 0.4, 0.3])
    gender = random.choice(["female", "male"], 403)[person].astype(object)
    gender[person % 29 == 3] = None
    shift = 1.1 * (category == "increased") - 0.8 * (category == "decreased")
    slope = 0.9 * (category == "increased") * (gender == "male")
    change = 8 - 0.35 * start + shift + slope + effect + random.normal(0, 3.6, rows)
    return pd.DataFrame(
        {
            "person": [f"p{number:03d}" for number in person],
            "change": change.round(4),
            "start": start.round(2),
            "category": category,
            "projects": projects,
            "gender": gender,
        }
    )


def crossed() -> pd.DataFrame:
    """Forty raters who each saw some of six items under two conditions, unevenly."""
    random = np.random.RandomState(2)
    seen = [
        (rater, item, condition)
        for rater in range(40)
        for item in range(6)
        for condition in ("new", "old")
        if random.uniform() < 0.25 + 0.1 * item - 0.2 * (condition == "old") * (rater % 2)
    ]
    rater, item, condition = (np.array(column) for column in zip(*seen, strict=True))
    score = 3 + 0.4 * item - 0.9 * (condition == "old") + 0.3 * item * (condition == "old")
    score = score + random.normal(0, 1.2, 40)[rater] + random.normal(0, 1, len(rater))
    return pd.DataFrame(
        {"rater": rater + 100, "item": item + 1, "condition": condition, "score": score.round(5)}
    )


def boundary() -> pd.DataFrame:
    """Groups that differ less than chance would have them differ."""
    random = np.random.RandomState(3)
    rows = 100
    person = np.repeat(np.arange(25), 4)
    noise = random.normal(size=(25, 4))
    noise = noise - 0.9 * noise.mean(axis=1, keepdims=True)
    wave = np.tile(["w1", "w2", "w3", "w4"], 25)
    x = random.normal(50, 10, rows)
    return pd.DataFrame(
        {
            "id": person,
            "wave": wave,
            "x": x.round(3),
            "y": (0.02 * x + noise.ravel() + 0.3 * (wave == "w3")).round(5),
        }
    )


def empty_cell() -> pd.DataFrame:
    """Three by four cells, one without rows, the others uneven."""
    random = np.random.RandomState(4)
    rows = 260
    person, effect = _people(random, rows, 45, 1.0)
    a = _pick(random, ("a1", "a2", "a3"), rows, [0.5, 0.3, 0.2])
    b = _pick(random, ("b1", "b2", "b3", "b4"), rows)
    x = random.normal(size=rows)
    y = effect + 0.5 * x + (a == "a2") * (b == "b3") + random.normal(size=rows)
    frame = pd.DataFrame({"person": person, "a": a, "b": b, "x": x.round(4), "y": y.round(5)})
    return frame[~((a == "a3") & (b == "b2"))].reset_index(drop=True)


def large() -> pd.DataFrame:
    """Seventy thousand rows of twenty-two thousand groups, sizes from 1 to about 12."""
    random = np.random.RandomState(5)
    rows = 70_000
    person, effect = _people(random, rows, 22_000, 0.8)
    f = _pick(random, ("f1", "f2", "f3"), rows, [0.6, 0.3, 0.1])
    x = random.normal(1000, 30, rows)
    y = 0.01 * x + 0.02 * (f == "f3") + effect + random.normal(0, 1.5, rows)
    return pd.DataFrame({"person": person, "f": f, "x": x.round(3), "y": y.round(4)})


def curves() -> pd.DataFrame:
    """Draw a square, a logarithm, a slope per arm and an outcome far from zero, with gaps everywhere."""
    random = np.random.RandomState(6)
    rows = 300
    person, effect = _people(random, rows, 70, 2.0)
    arm = _pick(random, ("control", "group", "online"), rows)
    year = random.uniform(0, 10, rows)
    dose = np.exp(random.normal(3, 1, rows))
    y = 30_000 + 4 * (year - 5) ** 2 + 20 * np.log(dose) + (arm == "online") * (year - 5) * 3
    frame = pd.DataFrame(
        {
            "person": [f"id {number}" for number in person],
            "arm": arm,
            "year": year.round(3),
            "dose": dose.round(4),
            "y": (y + 6 * effect + random.normal(0, 15, rows)).round(3),
        }
    )
    for column, share in (("arm", 0.03), ("year", 0.04), ("dose", 0.02), ("y", 0.05), ("person", 0.02)):
        frame[column] = frame[column].mask(random.uniform(size=rows) < share)
    return frame


def three_way() -> pd.DataFrame:
    """Three factors and all their interactions, in strong groups of very different size."""
    random = np.random.RandomState(7)
    rows = 400
    person = np.sort((30 * random.uniform(size=rows) ** 2.5).astype(int))
    a, b = _pick(random, ("x", "y"), rows), _pick(random, ("l", "m", "n"), rows, [0.2, 0.3, 0.5])
    c = _pick(random, ("no", "yes"), rows, [0.7, 0.3])
    y = (
        9 * random.normal(size=30)[person]
        + (a == "y") * (b == "n") * (c == "yes") * 2
        + random.normal(size=rows)
    )
    return pd.DataFrame({"person": person, "a": a, "b": b, "c": c, "y": y.round(6)})


def singletons() -> pd.DataFrame:
    """Mostly people with one row, a few with many, and a characteristic that never varies within a person."""
    random = np.random.RandomState(8)
    person = np.concatenate([np.arange(60), np.repeat(np.arange(60, 72), random.randint(2, 9, 12))])
    rows = len(person)
    region = random.choice(["east", "north", "west"], 72)[person]
    age = random.randint(18, 80, 72)[person]
    visit = _pick(random, ("first", "later"), rows, [0.6, 0.4])
    y = 0.03 * age + (region == "north") + random.normal(size=72)[person] + random.normal(0, 0.8, rows)
    return pd.DataFrame({"person": person, "region": region, "age": age, "visit": visit, "y": y.round(5)})


def diary() -> pd.DataFrame:
    """Draw changes between consecutive answers of 90 people, in whole points of a score from 7 to 35.

    Most people have few pairs, some many; a pair starts where the last one ended, whatever a person is like
    holds for all their pairs, and one of the changes is not recorded for many.
    """
    random = np.random.RandomState(9)
    pairs = np.minimum(1 + random.geometric(0.33, 90), 12) - (random.uniform(size=90) < 0.15)
    rows = []
    for person, number in enumerate(pairs):
        usual = random.normal(22, 4)
        scores = np.clip(np.rint(usual + random.normal(0, 3, number + 1)), 7, 35)
        gender, age = random.choice(["female", "male"]), random.choice(["16-24", "25-39", "40-54", "55+"])
        for start, end in pairwise(scores):
            recorded = random.uniform() < 0.7
            rows.append(
                {
                    "person": f"p{person:02d}",
                    "start": start,
                    "change": end - start,
                    "category": random.choice(GIVEN, p=[0.35, 0.4, 0.25]),
                    "projects": random.choice(GIVEN, p=[0.2, 0.2, 0.6]) if recorded else "not recorded",
                    "gender": gender,
                    "age": age,
                }
            )
    return pd.DataFrame(rows)


def chained(seed: int = 12, own: float = 0.0) -> pd.DataFrame:
    """Draw scores of 120 people on 2 to 9 days and take their changes, some of which are not recorded.

    Parameters
    ----------
    seed : int
        Of the random numbers.
    own : float
        Standard deviation between people of a change of their own, from day to day.
    """
    random = np.random.RandomState(seed)
    rows = []
    for person in range(120):
        days = 2 + min(random.geometric(0.35), 7)
        usual, slope = random.normal(22, 4), random.normal(0, own) if own else 0.0
        scores = usual + slope * np.arange(days) + random.normal(0, 3, days)
        for day, (start, end) in enumerate(pairwise(scores)):
            category = random.choice(GIVEN, p=[0.35, 0.4, 0.25])
            recorded = random.uniform() < 0.85
            lift = 1.5 * (category == "increased")
            rows.append(
                {
                    "person": f"p{person:03d}",
                    "day": day + 1,
                    "usual": round(usual + random.normal(), 3),
                    "change": round(end - start + lift + random.normal(0, 2), 3) if recorded else None,
                    "category": category,
                }
            )
    return pd.DataFrame(rows)


def chained_alike() -> pd.DataFrame:
    """Draw the same where people also differ in how they change."""
    return chained(11, 2.0)


DATASETS: dict[str, Callable[[], pd.DataFrame]] = {
    function.__name__: function
    for function in (change_scores, crossed, boundary, empty_cell, large, curves, three_way, singletons)
}
