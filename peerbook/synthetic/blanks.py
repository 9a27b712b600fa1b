"""Which answers are left blank, so that every model finds its printed number of pairs.

Long sections, hope and wellbeing are left blank on a few later logs, mostly by people who never registered:
the registered pairs of Table A4.10 leave no other place for them. The projects question is left blank by
about a quarter of people on all their logs, and by some on their last.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.synthetic import printed
from peerbook.synthetic.allocate import margin, whole_counts
from peerbook.synthetic.trade import trade
from peerbook.synthetic.turnout import FULL

CLOSE_UP = ("Elefriends", "Leeds")  # regions whose models are printed separately keep all their pairs
ALL, NONE, NOT_LAST = 0, 1, 2


def pairs_printed(table: pd.DataFrame) -> pd.Series:
    """Return pairs per (exposure, outcome) of the whole-sample models."""
    whole = table[(table["sample"] == "whole") & (table["subgroup_variable"] == "")]
    return whole.groupby(["exposure", "outcome"])["n"].sum()


def blank_answers(rng: np.random.Generator, logs: pd.DataFrame) -> pd.DataFrame:
    """Add `has_wellbeing`, `has_contact`, `has_hope` and `has_self_efficacy` to the logs."""
    pairs = pairs_printed(printed.associations())["types_given"]
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

    How many people of each turnout answer always, never, or not on their last log follows from the printed
    pairs; then people of equal turnout trade until the subgroups of Table A4.10 have theirs.
    """
    people = people[people["logs"] > 0]
    turnout = people[["logs", "short"]].astype(int)
    habit = _deal_habits(rng, turnout, people["logs"].to_numpy())
    kept = np.select([habit == ALL, habit == NOT_LAST], [people["pairs"], people["pairs"] - 1], 0)
    traits, targets = _subgroup_targets(people)
    groups = (turnout["logs"] * 2 + turnout["short"]).to_numpy()
    order = trade(
        rng, np.column_stack([kept, kept * ~people["short"]]).astype(float), traits, targets, groups
    )
    habit = pd.Series(habit[order], index=people.index)[logs["person"]].to_numpy()
    return (habit == ALL) | ((habit == NOT_LAST) & (logs["number"] < logs["logs"])).to_numpy()


def _deal_habits(rng: np.random.Generator, turnout: pd.DataFrame, logs: np.ndarray) -> np.ndarray:
    """Deal the three habits within each turnout so that the whole-sample pairs are as printed."""
    pairs = pairs_printed(printed.associations())["projects_attended"]
    kinds = turnout.value_counts().rename("people").reset_index()
    habits = pd.concat([kinds.assign(habit=habit) for habit in (ALL, NONE, NOT_LAST)], ignore_index=True)
    kept = np.select(
        [habits["habit"] == ALL, habits["habit"] == NOT_LAST], [habits["logs"] - 1, habits["logs"] - 2], 0
    )
    size = [
        margin((habits["logs"] == k.logs) & (habits["short"] == k.short), k.people)
        for k in kinds.itertuples()
    ]
    few = margin(habits["habit"] == NOT_LAST, 40)
    totals = [margin(kept, pairs["health"]), margin(kept * (habits["short"] == 0), pairs["self_efficacy"])]
    upper = habits["people"] * ((habits["habit"] != NOT_LAST) | (habits["logs"] > 2))
    wanted = habits["people"] * habits["habit"].map({ALL: 0.72, NONE: 0.25, NOT_LAST: 0.03})
    near = [margin(np.eye(len(habits))[row], n, penalty=0.5) for row, n in enumerate(wanted)]
    counts = whole_counts(
        rng.random(len(habits)) * 0.1, upper.to_numpy(dtype=float), [*size, few, *totals, *near]
    )
    dealt = np.zeros(len(turnout), dtype=int)
    for kind in kinds.itertuples():
        rows = (habits["logs"] == kind.logs) & (habits["short"] == kind.short)
        who = (turnout["logs"] == kind.logs) & (turnout["short"] == kind.short)
        dealt[who] = rng.permutation(np.repeat(habits["habit"][rows], counts[rows]))
    return dealt


def _subgroup_targets(people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Traits and printed pairs with a projects count: all of them, of the full version."""
    table = printed.associations()
    models = table[table["table"].isin(["A4.10", "A4.11"]) & (table["exposure"] == "projects_attended")]
    traits, targets = [], []
    for (sample, variable, level), rows in models.groupby(
        ["sample", "subgroup_variable", "subgroup_level"], sort=False
    ):
        traits.append(
            people["registered"] & (people[f"level_{variable}"] == level)
            if variable
            else people["log_region"] == sample.title()
        )
        model = rows.groupby("outcome")["n"].sum()
        full = model.index.isin(FULL)
        targets.append([model[~full].max(), model[full].max()])
    return np.column_stack(traits).astype(float), np.array(targets, dtype=float)
