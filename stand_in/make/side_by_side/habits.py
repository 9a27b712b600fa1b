"""Who answers how many projects they attended, so that every model finds its printed number of pairs.

About a quarter of people never answer, a few leave the question blank on their last log.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.blanks import pairs_printed
from stand_in.make.side_by_side.people import pairs_per_level
from stand_in.make.side_by_side.totals import margin, trade, whole_counts

ALL, NONE, NOT_LAST = 0, 1, 2
SHARES = {ALL: 0.72, NONE: 0.25, NOT_LAST: 0.03}  # of people, as far as the printed pairs allow
FAITHFUL = 12  # people with so many logs always answer
FEW = 40  # people who leave the question blank on their last log


def answers_projects(rng: np.random.Generator, people: pd.DataFrame, logs: pd.DataFrame) -> np.ndarray:
    """Say for each log whether the projects question is answered.

    How many people of each turnout have which habit follows from the printed pairs; then people of equal
    turnout trade until the subgroups of Tables A4.10 and A4.11 have theirs.
    """
    people = people[people["logs"] > 0]
    turnout = people[["logs", "short"]].astype(int)
    habit = _deal_habits(rng, turnout)
    kept = np.select([habit == ALL, habit == NOT_LAST], [people["pairs"], people["pairs"] - 1], 0)
    table = printed.associations()
    models = table[table["table"].isin(["A4.10", "A4.11"]) & (table["exposure"] == "projects_attended")]
    holdings = np.column_stack([kept, kept * ~people["short"]]).astype(float)
    groups = (turnout["logs"] * 2 + turnout["short"]).to_numpy()
    order = trade(rng, holdings, *pairs_per_level(people, models), groups)
    habit = pd.Series(habit[order], index=people.index)[logs["person"]].to_numpy()
    return (habit == ALL) | ((habit == NOT_LAST) & (logs["number"] < logs["logs"])).to_numpy()


def _deal_habits(rng: np.random.Generator, turnout: pd.DataFrame) -> np.ndarray:
    """Deal the three habits within each turnout so that the whole-sample pairs are as printed."""
    kinds = turnout.value_counts().rename("people").reset_index()
    habits = pd.concat([kinds.assign(habit=habit) for habit in SHARES], ignore_index=True)
    counts = _habit_counts(rng, kinds, habits)
    dealt = np.zeros(len(turnout), dtype=int)
    for kind in kinds.itertuples():
        rows = (habits["logs"] == kind.logs) & (habits["short"] == kind.short)
        who = (turnout["logs"] == kind.logs) & (turnout["short"] == kind.short)
        dealt[who] = rng.permutation(np.repeat(habits["habit"][rows], counts[rows]))
    return dealt


def _habit_counts(rng: np.random.Generator, kinds: pd.DataFrame, habits: pd.DataFrame) -> np.ndarray:
    """How many people of each turnout have each habit."""
    pairs = pairs_printed(printed.associations())["projects_attended"]
    always, not_last = habits["habit"] == ALL, habits["habit"] == NOT_LAST
    kept = np.select([always, not_last], [habits["logs"] - 1, habits["logs"] - 2], 0)
    margins = [
        margin(not_last, FEW),
        margin(kept, pairs["health"]),
        margin(kept * (habits["short"] == 0), pairs["self_efficacy"]),
    ]
    margins += [
        margin((habits["logs"] == kind.logs) & (habits["short"] == kind.short), kind.people)
        for kind in kinds.itertuples()
    ]
    wanted = habits["people"] * habits["habit"].map(SHARES)
    margins += [margin(np.eye(len(habits))[row], n, penalty=0.5) for row, n in enumerate(wanted)]
    barred = (not_last & (habits["logs"] <= 2)) | (~always & (habits["logs"] >= FAITHFUL))
    upper = habits["people"] * ~barred
    return whole_counts(0.1 * rng.random(len(habits)), upper.to_numpy(dtype=float), margins)
