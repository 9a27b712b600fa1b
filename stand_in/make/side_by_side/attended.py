"""How many projects were attended in the month before each log, and which."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.walk import bounds, changes_by_log, steered_walk

MOST = 8
MIDDLE, END = 6, 12  # log numbers in the middle and at the end of the figures
THREE_OR_MORE = (3, 4, 5)
SHARES = (0.7, 0.2, 0.1)
TWO = 0.75  # share of two among people who attended one or two


def projects_attended(rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Return the number of projects of each log, NaN where the question is blank.

    At entry as many people attended none, and three or more, as the report says.
    """
    change = changes_by_log(logs, pairs, "projects_attended")
    least, most = bounds(logs, change, MOST)
    answered = logs["has_projects"].to_numpy()
    first = np.flatnonzero((logs["number"] == 1) & answered)
    entry = np.zeros(len(logs), dtype=int)
    entry[first] = _entry(rng, least[first], most[first])
    start, end = (printed.claim_number(f"projects_mean_{when}") for when in ("start", "end"))
    aims = {MIDDLE: start, END: end}
    return np.where(answered, steered_walk(rng, logs, change, entry, MOST, aims, answered), np.nan)


def _entry(rng: np.random.Generator, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    none = printed.claim("baseline_no_projects")
    many = printed.claim("baseline_three_or_more_projects")
    values = np.maximum(1 + (rng.random(len(least)) < TWO), least)
    order = np.argsort(least + rng.random(len(least)))
    values[order[:none]] = 0
    room = (most >= THREE_OR_MORE[-1]) + 2 * (least >= THREE_OR_MORE[0]) + rng.random(len(least))
    keen = order[none:][np.argsort(-room[order[none:]])][:many]
    values[keen] = np.maximum(rng.choice(THREE_OR_MORE, many, p=SHARES), least[keen])
    return values


def projects_named(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    projects: pd.DataFrame,
    attended: np.ndarray,
) -> np.ndarray:
    """Return names of as many projects of the region as there are; a person's own project first."""
    local = {region: rows["name"].to_numpy() for region, rows in projects.groupby("region")}
    own = people["project_id"].map(projects.set_index("project_id")["name"]).fillna("")
    region, mine_of = logs["region"].to_numpy(), own[logs["person"]].to_numpy()
    named = np.full(len(logs), "", dtype=object)
    for log in np.flatnonzero(np.nan_to_num(attended) > 0):
        names, mine = rng.permutation(local[region[log]]), mine_of[log]
        listed = [mine, *names[names != mine]] if mine else list(names)
        named[log] = "; ".join(listed[: int(attended[log])])
    return named
