"""What was known of a study on a day: who took part, who had withdrawn, what had come in.

Later days only add to it. A form counts from the day it came in: a paper form that lay in a drawer for a
month was not there before. Contact details are not in it, so a new address changes nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.choices import did_you_mean
from peerbook.errors import ParameterError
from peerbook.fieldwork.rules import Rules, day_of, rules_of

if TYPE_CHECKING:
    from peerbook.study import Study

ALL_PROJECTS = "all"
WITHDRAWALS, SENT = "fieldwork/withdrawals", "fieldwork/sent"
FORMS = ["log_id", "person_id", "region", "form", "version", "mode", "completed_on"]
PEOPLE = ["person_id", "registered_on", "region", "project_id", "prize_draw"]


@dataclass(frozen=True)
class Records:
    """What was known on a day.

    Attributes
    ----------
    as_of : Timestamp
        The day; what happened on it is known.
    people : DataFrame
        One row per person registered by then: `person_id`, `registered_on`, `region`, `project_id`,
        `prize_draw`, and `withdrawn_on`, missing for those who had not withdrawn.
    forms : DataFrame
        One row per form that had come in, without duplicates: `log_id`, `person_id`, `region` (the home of
        its writer, if the logs tell it), `form`, `version`, `mode`, `completed_on`, `came_in_on`,
        `registered`.
    undated : DataFrame
        The same for forms of which no day can be read; they are known, but not when they came.
    sent : DataFrame
        One row per form, link or reminder that was sent: `person_id`, `sent_on`.
    tells_sent : bool
        Whether the data hold a record of what was sent.
    last_day : Timestamp
        The last day that the data tell of, whatever `as_of` is.
    rules : Rules
    reasons : DataFrame
        One row per withdrawal by then: `person_id`, `withdrawn_on`, `reason`.
    tells_withdrawals : bool
        Whether the data hold a list of withdrawals.
    """

    as_of: pd.Timestamp
    people: pd.DataFrame = field(repr=False)
    forms: pd.DataFrame = field(repr=False)
    undated: pd.DataFrame = field(repr=False)
    sent: pd.DataFrame = field(repr=False)
    tells_sent: bool
    last_day: pd.Timestamp
    rules: Rules
    reasons: pd.DataFrame = field(repr=False)
    tells_withdrawals: bool

    @property
    def ends(self) -> pd.Timestamp:
        """The last day of the study; missing if nobody says."""
        return day_of(self.rules.ends) or pd.NaT

    @property
    def is_complete(self) -> bool:
        """Whether the data tell of nothing after the day."""
        return bool(self.as_of >= self.last_day)


def records_of(
    study: Study,
    forms: pd.DataFrame,
    as_of: str | date | None = "",
    project: str = ALL_PROJECTS,
    rules: Rules | None = None,
) -> Records:
    """Gather what was known of a study on a day.

    Parameters
    ----------
    study : Study
        Narrowed to a region or not.
    forms : DataFrame
        Its cleaned logs (`peerbook.log.clean`).
    as_of : str or date
        The day; "" is the last that the data tell of.
    project : str
        "all", or a project: the people who registered from there.
    rules : Rules, optional
        How the study is run; by default what its definitions say.

    Raises
    ------
    ParameterError
        If the day is none, or before anybody registered, or nobody is of the project.
    """
    people, came_in = _people(study, project), _came_in(study, forms, project)
    days = [people["registered_on"].max(), came_in["came_in_on"].max()]
    last_day = pd.Series(days).max()
    day = day_of(as_of)
    day = last_day if day is None else day
    known = people[people["registered_on"] <= day].reset_index(drop=True)
    if known.empty:
        first = people["registered_on"].min()
        since = (
            f"The first registered on {first:%Y-%m-%d}" if len(people) else "The data have no registrations"
        )
        raise ParameterError(f"as_of: nobody had registered by {day:%Y-%m-%d}. {since}.")
    left = _rows(study, WITHDRAWALS, ["person_id", "withdrawn_on", "reason"])
    left = left[left["person_id"].isin(known["person_id"]) & (left["withdrawn_on"] <= day)]
    withdrawn = left.groupby("person_id")["withdrawn_on"].min().reindex(known["person_id"])
    sent = _rows(study, SENT, ["person_id", "sent_on"])
    sent = sent[sent["person_id"].isin(known["person_id"]) & (sent["sent_on"] <= day)]
    dated = came_in["came_in_on"].notna()
    rules = rules_of(study.definitions) if rules is None else rules
    return Records(
        as_of=day,
        people=known.assign(withdrawn_on=pd.to_datetime(withdrawn.to_numpy())),
        forms=came_in[dated & (came_in["came_in_on"] <= day)].reset_index(drop=True),
        undated=came_in[~dated].reset_index(drop=True),
        sent=sent.reset_index(drop=True),
        tells_sent=SENT in study.tables,
        last_day=last_day,
        rules=rules,
        reasons=left.reset_index(drop=True),
        tells_withdrawals=WITHDRAWALS in study.tables,
    )


def _people(study: Study, project: str) -> pd.DataFrame:
    people = study.table("registrations").reindex(columns=PEOPLE)  # a study may not ask all of them
    people = people.assign(registered_on=pd.to_datetime(people["registered_on"]))
    if project == ALL_PROJECTS:
        return people
    projects = sorted(people["project_id"].dropna().astype(str).unique())
    if project not in projects:
        raise ParameterError(
            f"project: nobody here registered from '{project[:40]}'{did_you_mean(project, projects)} "
            f"Projects with people: {', '.join(projects) or 'none'}"
        )
    return people[people["project_id"] == project].reset_index(drop=True)


def _came_in(study: Study, forms: pd.DataFrame, project: str) -> pd.DataFrame:
    """Give every form the day it came in: the later of the days it was filled in and received."""
    registered = study.tables["registrations"].reindex(columns=["person_id", "project_id"])
    kept = forms.reindex(columns=[*FORMS, *(["received_on"] if "received_on" in forms else [])])
    if "home_region" in forms:
        kept = kept.assign(region=forms["home_region"])
    completed = pd.to_datetime(kept["completed_on"])
    days = pd.DataFrame({"completed": completed})
    if "received_on" in kept:
        days["received"] = pd.to_datetime(kept["received_on"])
    kept = kept.assign(
        completed_on=completed,
        came_in_on=days.max(axis=1),
        registered=kept["person_id"].isin(registered["person_id"]),
    )
    if project != ALL_PROJECTS:
        of_project = registered.loc[registered["project_id"] == project, "person_id"]
        kept = kept[kept["person_id"].isin(of_project)]
    return kept.drop(columns="received_on", errors="ignore").reset_index(drop=True)


def _rows(study: Study, name: str, columns: list[str]) -> pd.DataFrame:
    """Return columns of a table, days as days; no rows if the folder does not have it."""
    rows = study.tables[name][columns] if name in study.tables else pd.DataFrame(columns=columns)
    days: Mapping[str, pd.Series] = {
        column: pd.to_datetime(rows[column]) for column in columns if column.endswith("_on")
    }
    return rows.assign(**days)
