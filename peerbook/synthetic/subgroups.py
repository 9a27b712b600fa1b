"""Subgroup levels of the people, by the rules of `data_schema/subgroups.yml`."""

from __future__ import annotations

import pandas as pd

from peerbook.data import load_subgroups


def with_subgroups(people: pd.DataFrame) -> pd.DataFrame:
    """Add a column `level_<variable>` per subgroup variable of the registrations; blank without a level."""
    columns = {
        f"level_{name}": people[subgroup.field].map(_levels(subgroup.levels)).fillna("")
        for name, subgroup in load_subgroups().items()
        if subgroup.table == "registrations"
    }
    return people.assign(**columns)


def _levels(levels: dict[str, list[str]]) -> dict[str, str]:
    return {answer: level for level, answers in levels.items() for answer in answers}
