"""What people leave blank, so that every model finds its printed number of pairs.

Long sections, hope and wellbeing are left blank on a few later logs, mostly by people who never registered:
the registered pairs of Table A4.10 leave no other place for them. About a quarter of people never say how
many projects they attended, a few leave that blank on their last log.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.people import pairs_per_level
from stand_in.make.side_by_side.totals import margin, trade, whole_counts

CLOSE_UP = ("Elefriends", "Leeds")  # regions whose models are printed separately keep all their pairs
ALL, NONE, NOT_LAST = 0, 1, 2  # the habits of answering how many projects were attended
SHARES = {ALL: 0.72, NONE: 0.25, NOT_LAST: 0.03}  # of people, as far as the printed pairs allow
FAITHFUL = 12  # people with so many logs always answer
FEW = 40  # people who leave the question blank on their last log


def blank_answers(rng: np.random.Generator, logs: pd.DataFrame) -> pd.DataFrame:
    """Add `has_wellbeing`, `has_contact`, `has_hope` and `has_self_efficacy` to the logs."""
    pairs = printed.pairs()["types_given"]
    full = ~logs["short"]
    later = (logs["number"] == logs["logs"]) & (logs["number"] > 1) & logs["dated"]
    later &= ~logs["region"].isin(CLOSE_UP)
    both_full = (full & (logs["number"] > 1) & logs["dated"]).sum()
    long = _pick(rng, logs, later & full, both_full - pairs["self_efficacy"])
    hope = _pick(rng, logs, later & full & ~long, pairs["self_efficacy"] - pairs["hope"], outsiders=False)
    wellbeing = _pick(rng, logs, later & ~long & ~hope, pairs["health"] - pairs["wellbeing"])
    contact = full & ~long
    entry = _entry_blanks(rng, logs, full)
    return logs.assign(
        has_wellbeing=~wellbeing & ~entry["wellbeing"],
        has_contact=contact,
        has_hope=contact & ~hope & ~entry["hope"],
        has_self_efficacy=contact & ~entry["self_efficacy"],
    )


def spoilt_answers(logs: pd.DataFrame) -> pd.DataFrame:
    """Return the logs that lack a score for want of one answer: the section was reached."""
    return pd.DataFrame(
        {
            "wellbeing": ~logs["has_wellbeing"],
            "hope": logs["has_contact"] & ~logs["has_hope"],
            "self_efficacy": logs["has_contact"] & ~logs["has_self_efficacy"],
        }
    )


def _pick(
    rng: np.random.Generator, logs: pd.DataFrame, allowed: pd.Series, count: float, outsiders: bool = True
) -> pd.Series:
    """Pick that many allowed logs, people who never registered first."""
    last_choice = logs["registered"] if outsiders else ~logs["registered"]
    order = pd.Series(last_choice + rng.random(len(logs)) * 0.5, index=logs.index)[allowed].sort_values()
    return pd.Series(logs.index.isin(order.index[: int(count)]), index=logs.index)


def _entry_blanks(rng: np.random.Generator, logs: pd.DataFrame, full: pd.Series) -> dict[str, pd.Series]:
    """Blank single first logs until the missing counts of Table A4.3 are met."""
    counts = printed.baseline_counts()
    contact = counts.loc[("social_network", printed.MISSING)]
    extra = {name: counts.loc[(name, printed.MISSING)] - contact for name in ("hope", "self_efficacy")}
    extra["wellbeing"] = counts.loc[("wellbeing", printed.MISSING)]
    blank = {name: pd.Series(False, index=logs.index) for name in extra}
    for name, missing in extra.items():
        for region in missing.index[missing > 0]:
            single = logs.index[
                full & (logs["logs"] == 1) & (logs["region"] == region) & (logs["moved"] == "")
            ]
            blank[name][rng.choice(single, missing[region], replace=False)] = True
    return blank


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
    pairs = printed.pairs()["projects_attended"]
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
