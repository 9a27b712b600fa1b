"""Simulated scores for the logs of the cohort: nothing is to be found, everything else is as the data are.

Who wrote which logs, and what support they wrote down, are those of the stand-in: real turnout and drop-out,
small subgroups, and pairs that share a log with the pair before. Only the score is drawn, for every log: what
is a person's own, and what is of the day. It then has nothing to do with support, and the change between two
logs is the difference of their scores, so that a good day lifts one change and lowers the next.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import WHOLE, Model

OUTCOME, MEAN, BETWEEN, WITHIN = "hope", 36.0, 5.3, 3.5  # spread and stability of that score in the stand-in
SLOPE = -(WITHIN**2) / (BETWEEN**2 + WITHIN**2)  # a high score is followed by a lower one
MODELS = (
    Model(WHOLE, "types_given", OUTCOME),
    Model("leeds", "types_given", OUTCOME),
    Model(WHOLE, "projects_attended", OUTCOME, "location_group"),
    Model(WHOLE, "projects_attended", OUTCOME, "diagnosis_specific"),
    Model(WHOLE, "projects_attended", OUTCOME, "funding"),
    Model(WHOLE, "types_received", OUTCOME, "ethnic_group"),
    Model(WHOLE, "types_given", OUTCOME, "ethnic_group"),
    Model(WHOLE, "projects_attended", OUTCOME, "ethnic_group"),
)


def simulate_scores(pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw a score for every log and put it in the place of the outcome, where that was recorded.

    Parameters
    ----------
    pairs : DataFrame
        From `pairs_of`; not changed.
    seed : int
        Of the random numbers.
    """
    random = np.random.default_rng([71, seed])
    people = pd.Series(
        random.normal(MEAN, BETWEEN, pairs["person_id"].nunique()), pairs["person_id"].unique()
    )
    logs = pd.unique(pairs[["log_id_start", "log_id_end"]].to_numpy().ravel())
    today = pd.Series(random.normal(0, WITHIN, len(logs)), logs)
    own = pairs["person_id"].map(people)
    start, end = ((own + pairs[f"log_id_{which}"].map(today)).round() for which in ("start", "end"))
    known = pairs[f"{OUTCOME}_change"].notna()
    return pairs.assign(
        **{f"{OUTCOME}_start": start.where(known), f"{OUTCOME}_change": (end - start).where(known)}
    )


def truth(model: Model, pairs: pd.DataFrame) -> float:
    """Return the true mean change in every cell of a model: what its mean start value leads to."""
    rows = pairs if model.sample == WHOLE else pairs[pairs["region"].str.lower() == model.sample]
    used = rows.dropna(subset=[f"{OUTCOME}_change", *model.factors])
    return SLOPE * (used[f"{OUTCOME}_start"].mean() - MEAN)
