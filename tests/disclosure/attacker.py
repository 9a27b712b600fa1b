"""An attacker who shares no code with what is attacked: from published frames to bounds of what is withheld.

He knows the rules, reads the counts of people from the frames alone, and knows which of them add up because a
table of people has a row for each answer. He asks CP-SAT, not linear programming, so whole numbers count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd
from ortools.sat.python import cp_model

MARK = "[c]"
MOST = 2000


@dataclass
class Attacker:
    """What somebody knows; `tell` and `sum_up` add to it.

    Parameters
    ----------
    threshold, rounding
        The rules, as the book's own page states them.
    knows_small
        Whether he knows of each withheld number whether it fell under the threshold.
    """

    threshold: int
    rounding: int
    knows_small: bool = False
    shown: dict = field(default_factory=dict)
    sums: list = field(default_factory=list)
    small: set = field(default_factory=set)

    def tell(self, name: object, written: str) -> None:
        """Note a count as it is published."""
        self.shown.setdefault(name, set()).add(written)

    def sum_up(self, whole: object, parts: Iterable[object], complete: bool = True) -> None:
        """Note that a count is the sum of others, or at least their sum."""
        self.sums.append((whole, tuple(parts), complete))

    def bounds(self, name: object) -> tuple[int, int]:
        """Return the least and the most that a count can be."""
        return self._extreme(name, False), self._extreme(name, True)

    def withheld(self) -> list[object]:
        """Name the counts that are published as a mark."""
        return [name for name, written in self.shown.items() if MARK in written]

    def _extreme(self, name: object, highest: bool) -> int:
        model = cp_model.CpModel()
        names = set(self.shown) | {each for whole, parts, _ in self.sums for each in (whole, *parts)}
        counts = {each: model.new_int_var(0, MOST, str(each)) for each in names}
        for each, written in self.shown.items():
            for text in written:
                self._read(model, counts[each], text, each)
        for whole, parts, complete in self.sums:
            summed = sum(counts[part] for part in parts)
            model.add(counts[whole] == summed) if complete else model.add(counts[whole] >= summed)
        (model.maximize if highest else model.minimize)(counts[name])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        return round(solver.objective_value)

    def _read(self, model, count, text: str, name: object) -> None:
        if text == MARK:
            if self.knows_small:
                model.add(count <= self.threshold) if name in self.small else model.add(count >= 0)
                if name in self.small:
                    model.add(count >= 1)
            return
        n = int(float(text))
        if n == 0:
            model.add(count == 0)
        else:
            model.add(count >= self.threshold + 1)
            model.add(2 * count >= 2 * n - self.rounding)
            model.add(2 * count < 2 * n + self.rounding)


def read_table(attacker: Attacker, csv: pd.DataFrame, by: list[str], count: str, unit: str) -> None:
    """Read a published table whose rows split people by `by`; rows with "Total" are margins."""
    for row in csv.astype(str).to_dict("records"):
        where = frozenset((name, row[name]) for name in by if row[name] != "Total")
        attacker.tell((unit, where), row[count])


def add_margins(attacker: Attacker) -> None:
    """Note every margin: a count is the sum of the counts that have one condition more."""
    keys = list(attacker.shown)
    conditions = {name for _, where in keys for name, _ in where}
    for unit, where in keys:
        for condition in conditions - {name for name, _ in where}:
            parts = [
                (unit, other)
                for kind, other in keys
                if kind == unit and len(other) == len(where) + 1 and where < other
                and next(iter(other - where))[0] == condition
            ]  # fmt: skip
            if parts:
                attacker.sum_up((unit, where), parts)
