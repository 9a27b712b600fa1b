"""Models of a few people: random subsets of the diary, as a report of one small region meets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

POSSIBLE = (-28.0, 28.0)  # the diary's score runs from 7 to 35
FORMULAS = {
    "change ~ start + category": ("category",),
    "change ~ start + category + projects": ("category",),
    "change ~ start + category * gender": ("category", "gender"),
    "change ~ start + category * gender + projects": ("category", "gender"),
    "change ~ start + category * age": ("category", "age"),
}


@dataclass(frozen=True)
class Subset:
    """A model of some people: its number, who they are, and the factors whose cells are asked for."""

    number: int
    people: tuple[str, ...]
    formula: str

    @property
    def factors(self) -> tuple[str, ...]:
        """Factors whose cells are asked for."""
        return FORMULAS[self.formula]

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Their rows."""
        return frame[frame["person"].isin(self.people)].reset_index(drop=True)


def subsets(frame: pd.DataFrame, number: int, first: int = 0) -> Iterator[Subset]:
    """Draw 3 to 15 people and a formula, as often as asked; each draw has a seed of its own."""
    people, formulas = frame["person"].unique(), list(FORMULAS)
    for place in range(first, first + number):
        random = np.random.RandomState(10_000 + place)
        chosen = random.choice(people, random.randint(3, 16), replace=False)
        yield Subset(place, tuple(sorted(chosen)), formulas[random.randint(len(formulas))])
