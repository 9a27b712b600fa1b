"""The stand-in cohort: made-up raw data that meet the printed tables.

It stands in for the confidential logs so that the whole report can be rebuilt, and shows nothing about peer
support: what its results say was put into it. `_cohort` is its story, each line one step.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import (
    capacity,
    coding,
    commissioning,
    conclusions,
    literature,
    programme,
    questions,
    synthesis,
    tables,
)
from stand_in.make.side_by_side.answers import health_states, item_answers, quarterly_answers
from stand_in.make.side_by_side.blanks import answers_projects, blank_answers, spoilt_answers
from stand_in.make.side_by_side.calendar import registration_dates, start_months
from stand_in.make.side_by_side.changes import make_pairs, overall_changes
from stand_in.make.side_by_side.outcomes import calibrated_scores
from stand_in.make.side_by_side.people import (
    make_projects,
    registered_people,
    unregistered_people,
    with_projects,
    with_subgroups,
)
from stand_in.make.side_by_side.support import (
    measured_changes,
    projects_attended,
    projects_named,
    times_used,
    types_used,
    with_ticks,
)
from stand_in.make.side_by_side.turnout import make_logs, with_turnout

SEED = 2017
TITLE = "Stand-in cohort of the peer support log: made up, calibrated to the printed tables"
# How the study was run, for its `study.yml`.
RUN = """# The last day of the logs, and the sample that was planned: at least 34 people from each of six
# partner projects in three regions, and from the online community; 646 in all.
fieldwork:
  ends: 2016-12-21
  targets: {Suffolk: 204, Blackpool: 204, Kensington & Chelsea: 204, Elefriends: 34}
"""


def make_tables(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make the tables of the raw folder, every cell as text.

    Parameters
    ----------
    seed : int

    Returns
    -------
    dict of DataFrame
        `registrations`, `logs`, `projects`, the coded material as `coding/segments` and so on, and what joins
        the two: `synthesis/themes`, `evidence/questions`, `evidence/judgements`, `evidence/statements`.
    """
    from threadpoolctl import threadpool_limits

    # The matrices are small: a second thread of linear algebra costs more than it saves.
    with threadpool_limits(1, "blas"):
        logged = _cohort(np.random.default_rng(seed))
    return {
        **logged,
        **{f"coding/{name}": table for name, table in coding.make(seed).items()},
        **programme.make(),
        **literature.make(),
        **questions.make(),
        **synthesis.make(),
        **capacity.make(seed),
        **commissioning.make(seed),
        **conclusions.make(),
    }


def _cohort(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Make the people, their logs and what is on them; each step draws its random numbers in turn."""
    projects = make_projects()
    people = _people(rng, projects)
    logs = blank_answers(rng, make_logs(rng, people))
    logs = logs.assign(has_projects=answers_projects(rng, people, logs))
    pairs = overall_changes(rng, make_pairs(logs), people)
    used = types_used(rng, logs, pairs)
    logs = with_ticks(rng, logs, pairs, used)
    times = times_used(rng, logs, people, pairs, used)
    attended = projects_attended(rng, logs, pairs)
    changes = measured_changes(pairs, times, used, attended, logs["ticked"].to_numpy())
    outcomes = calibrated_scores(rng, logs, people, pairs, changes)
    people = people.assign(
        registered_on=registration_dates(rng, people, logs), person_id=tables.person_ids(rng, len(people))
    )
    parts = [
        tables.support_cells(times, logs["ticked"].to_numpy()),
        tables.whole_cells(pd.DataFrame({"projects_attended": attended})),
        pd.DataFrame({"projects_named": projects_named(rng, logs, people, projects, attended)}),
        tables.whole_cells(item_answers(rng, outcomes, spoilt_answers(logs))),
        tables.whole_cells(health_states(rng, outcomes["health"].to_numpy())),
        quarterly_answers(rng, logs),
    ]
    return {
        "registrations": tables.registrations_table(rng, people),
        "logs": tables.logs_table(rng, logs, people, parts),
        "projects": projects,
    }


def _people(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Return everyone: who they are, how many logs they send and when, and their project."""
    people = pd.concat([registered_people(rng), unregistered_people(rng)], ignore_index=True)
    people = with_turnout(rng, with_subgroups(people.fillna("")))
    return start_months(rng, with_projects(rng, people, projects))
