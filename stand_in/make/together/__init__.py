"""The rows of the user-led study: printed facts as they stand, and 44 made-up people who answered.

Groups, projects, codes and places of quotations are facts of the report. The people who answered are not:
their answers were drawn so that they add up to what is printed, as far as it adds up (see `answers`).
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from peerbook import published
from stand_in.make.together.answers import make_answers

SEED = 2012
TITLE = "Rows of a user-led study: printed facts, and people who answered, made up to fit the printed tables"
PRINTED, INFERRED = "printed", "inferred"
# Lists of the report that are raw tables as they stand; what readers of this project added is inferred.
FACTS = {
    "survey/questions": ("questions", INFERRED),
    "survey/options": ("options", PRINTED),
    "groups": ("groups", INFERRED),
    "projects": ("projects", INFERRED),
    "project_funding": ("project_funding", INFERRED),
    "project_activities": ("project_activities", INFERRED),
    "measures": ("measures", PRINTED),
    "courses": ("courses", PRINTED),
    "training_topics": ("training_topics", PRINTED),
    "excerpts": ("excerpts", INFERRED),
    "topic_guide": ("topic_guide", PRINTED),
    "works": ("works", PRINTED),
}
LOCATED = ("groups", "projects", "project_funding", "project_activities", "measures", "training_topics")
LOCATED += ("excerpts", "topic_guide", "works")

load = partial(published.load, "together")


def make_tables(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make the tables of the raw folder, every cell as text.

    Parameters
    ----------
    seed : int

    Returns
    -------
    dict of DataFrame
        By the names of `data_schema/together/datapackage.json`.
    """
    facts = {table: _fact(table, *origin) for table, origin in FACTS.items()}
    return {
        **facts,
        "groups": facts["groups"].drop(columns="note"),
        "interviews": _interviews(facts["projects"]),
        "coding/codebooks": _codebook(),
        "survey/answers": make_answers(np.random.default_rng(seed)),
    }


def _fact(table: str, name: str, status: str) -> pd.DataFrame:
    rows = load(name)
    if table in LOCATED:
        rows = rows.rename(columns={"line": "locator"})
        rows = rows.assign(locator="line " + rows["locator"].str.replace(";", ", "))
    else:
        rows = rows.drop(columns="line", errors="ignore")
    return rows.assign(status=status)


def _interviews(projects: pd.DataFrame) -> pd.DataFrame:
    """List a conversation for each project and each trainer; how and when is not printed."""
    trainers = int(load("statements").set_index("name").loc["trainers", "value"])
    held = [*projects["project_id"], *[""] * trainers]
    return pd.DataFrame(
        {
            "interview_id": [f"V{n:02d}" for n in range(1, len(held) + 1)],
            "project_id": held,
            "mode": "",
            "role": ["" if project else "trainer" for project in held],
            "held_on": "",
            "status": "derived",
        }
    )


def _codebook() -> pd.DataFrame:
    codes = load("codes")
    return pd.DataFrame(
        {
            "codebook": "themes",
            "version": "1",
            "code_id": codes["code_id"],
            "parent_id": codes["parent_id"],
            "label": codes["label"],
            "kind": codes["kind"],
            "level": codes["level"],
            "order": [str(n) for n in range(1, len(codes) + 1)],
            "definition": ("lines " + codes["lines"]).where(codes["lines"] != "", ""),
            "status": INFERRED,
        }
    )
