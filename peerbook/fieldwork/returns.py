"""What came in, counted: by wave, by region, by month and kind of form, and by project."""

from __future__ import annotations

import pandas as pd

from peerbook.fieldwork.records import Records
from peerbook.fieldwork.schedule import RETURNED, STATES, months_after, other_forms, waves, whole_months

KINDS = {"form": ("quarterly", "monthly"), "mode": ("online", "paper"), "version": ("full", "short")}
TOTAL = "Total"


def states_by(due: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count the forms that were due, and what became of them, by a column of `waves`.

    Returns
    -------
    DataFrame
        The column, `due`, a column for each of "returned", "open", "overdue" and "withdrawn", which add up
        to `due`, `late` (of the returned), and `percent` of the due that were returned. A row "Total" comes
        last.
    """
    values = due[column].astype(str)
    states = pd.crosstab(values, due["state"]).reindex(columns=list(STATES), fill_value=0)
    order = list(dict.fromkeys(due[column].sort_values().astype(str)))
    counts = states.reindex(order).assign(late=due["late"].groupby(values).sum().reindex(order).astype(int))
    counts.loc[TOTAL] = counts.sum()
    counts = counts.assign(due=counts[list(STATES)].sum(axis=1))
    percent = 100 * counts[RETURNED] / counts["due"].where(counts["due"] > 0)
    counts = counts.assign(percent=percent).rename_axis(column).rename_axis(columns=None).reset_index()
    return counts[[column, "due", *STATES, "late", "percent"]]


def accounts(records: Records) -> pd.Series:
    """Say where every form went: each is in one line, and the lines add up to all that came in.

    Returns
    -------
    Series of int
        `answering` a form that was due, `others` of people who registered, `unregistered`, `undated`, and
        `forms`, their sum.
    """
    answering = int((waves(records)["state"] == RETURNED).sum())
    unregistered = int((~records.forms["registered"]).sum())
    counts = {
        "answering": answering,
        "others": len(other_forms(records)),
        "unregistered": unregistered,
        "undated": len(records.undated) if records.is_complete else 0,
    }
    return pd.Series({**counts, "forms": sum(counts.values())})


def kinds_by_month(forms: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Count forms by the calendar month in which they came in, and by kind.

    Returns
    -------
    DataFrame
        `month` ("2016-01"), `forms`, and a column for each kind of `KINDS`; every month from the first form
        until the day, and a last row "Total".
    """
    months = forms["came_in_on"].dt.to_period("M")
    counts = {"forms": months.value_counts()}
    for column, kinds in KINDS.items():
        counts |= {kind: months[(forms[column] == kind).to_numpy()].value_counts() for kind in kinds}
    every = pd.period_range(months.min(), until, freq="M") if len(forms) else pd.PeriodIndex([], freq="M")
    table = pd.DataFrame(counts).reindex(every).fillna(0).astype(int)
    table = table.rename_axis("month").rename(str)
    table.loc[TOTAL] = table.sum()
    return table.reset_index()


def projects_heard_of(records: Records) -> pd.DataFrame:
    """Say of every project when a form of its people last came in.

    Returns
    -------
    DataFrame
        One row per project: `project_id`, `region` where most of its people registered, `people` who
        registered from there, `forms`, `last_on` (missing if none came), `months` since then or, without a
        form, since its first registration, and `silent`: whether that is as long as the rules say.
    """
    people = records.people.dropna(subset=["project_id"])
    people = people.assign(project_id=people["project_id"].astype(str), region=people["region"].astype(str))
    forms = records.forms.merge(people[["person_id", "project_id"]], on="person_id")
    grouped, sent_in = people.groupby("project_id"), forms.groupby("project_id")["came_in_on"]
    found = pd.DataFrame(
        {
            "region": grouped["region"].agg(lambda regions: regions.mode().iloc[0]),
            "people": grouped.size(),
            "forms": sent_in.size(),
            "last_on": sent_in.max(),
            "began": grouped["registered_on"].min(),
        }
    )
    since = found["last_on"].fillna(found["began"])
    months = whole_months(since, records.as_of)
    silent = months_after(since, records.rules.silent_months) <= records.as_of.to_datetime64()
    found = found.assign(forms=found["forms"].fillna(0).astype(int), months=months, silent=silent)
    return found.drop(columns="began").reset_index()
