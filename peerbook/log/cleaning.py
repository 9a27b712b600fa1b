"""Cleaning: a chain of named steps, each giving new logs and a record of what it did.

No step changes the logs it is given. The order is that of the log specification, section 2:

1. `flag_registered`: logs of people who never registered are kept.
2. `read_dates`: a log whose date cannot be used is kept and counted, but not put in order.
3. `remove_duplicates`: one log per person and day.
4. `read_support`: a bare tick counts as "used" and not as a number.
5. `set_aside_unasked`: what a form does not ask is missing, never zero.
6. `put_in_order`: a person's logs by date; the number of the log is its `month`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from peerbook.data.definitions import Definitions
from peerbook.data.problems import shown
from peerbook.data.rules import unasked
from peerbook.data.schema import Schema
from peerbook.data.support_types import SupportTypes
from peerbook.data.values import parse
from peerbook.log.duplicates import repeated_logs

ISSUE_COLUMNS = ["step", "log_id", "person_id", "column", "value", "rule", "action"]


@dataclass(frozen=True)
class Cleaned:
    """Logs after cleaning, and what was done to them.

    Attributes
    ----------
    data : DataFrame
        One row per log.
    issues : DataFrame
        One row per action; columns `step, log_id, person_id, column, value, rule, action`.
    """

    data: pd.DataFrame
    issues: pd.DataFrame


Step = Callable[[pd.DataFrame], Cleaned]


def clean(tables: Mapping[str, pd.DataFrame], definitions: Definitions) -> Cleaned:
    """Clean the logs of a raw folder.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed tables, "logs" and "registrations" among them.
    definitions : Definitions
        What the study's tables mean.

    Returns
    -------
    Cleaned
        Logs sorted by person and date, with `registered`, `ticked`, `short`, `month`, and for every support
        type and direction `times_...` (number, missing for ticked logs) and `used_...` (yes or no).

    Notes
    -----
    `month` is the number of the log within its person. A log without a usable date has none: it counts as
    a log (2,064 in the report) but is nobody's first log and is in no pair (1,414 in the report, which is
    2,063 less 649 people).
    """
    schema = definitions.tables["logs"]
    return chain(
        tables["logs"],
        [
            partial(flag_registered, registered=tables["registrations"]["person_id"]),
            partial(read_dates, schema=schema),
            partial(remove_duplicates, schema=schema),
            partial(read_support, support=definitions.support_types),
            partial(set_aside_unasked, schema=schema),
            put_in_order,
        ],
    )


def chain(logs: pd.DataFrame, steps: Sequence[Step]) -> Cleaned:
    """Apply the steps one after the other and keep all their issues."""
    issues = []
    for step in steps:
        done = step(logs)
        logs = done.data
        issues.append(done.issues)
    return Cleaned(logs, _joined(issues))


def flag_registered(logs: pd.DataFrame, registered: pd.Series) -> Cleaned:
    """Say which logs belong to somebody who registered (`registered`); keep the others."""
    known = logs["person_id"].isin(registered)
    lost = logs[~known]
    return Cleaned(
        logs.assign(registered=known),
        _issues(
            "registration", lost, "person_id", lost["person_id"], "no registration with this personal ID",
            "kept; left out where answers at registration are needed",
        ),
    )  # fmt: skip


def read_dates(logs: pd.DataFrame, schema: Schema) -> Cleaned:
    """Make `completed_on` a date; one that cannot be used becomes missing, and the log stays."""
    field = schema.fields["completed_on"]
    codes, texts = pd.factorize(logs["completed_on"].fillna(""))
    parsed = [parse(field, text) for text in texts]
    usable = pd.array([None if fault else value for value, fault in parsed] + [None], dtype="datetime64[s]")
    faults = np.array([fault.kind if fault else "" for _, fault in parsed] + [""], dtype=object)[codes]
    bad = logs[faults != ""]
    values = [shown(text, field) for text in bad["completed_on"].fillna("")]
    action = "kept and counted; not put in order"
    return Cleaned(
        logs.assign(completed_on=usable[codes]),
        _issues("dates", bad, "completed_on", values, faults[faults != ""], action),
    )


def remove_duplicates(logs: pd.DataFrame, schema: Schema) -> Cleaned:
    """Keep one log per person and day, the more complete one; see `peerbook.log.duplicates`."""
    repeated = repeated_logs(logs, schema)
    removed = logs.loc[repeated.index]
    values = "kept log " + repeated["kept"].astype(str)
    action = "removed; kept " + repeated["reason"]
    return Cleaned(
        logs.drop(index=repeated.index).reset_index(drop=True),
        _issues("duplicates", removed, "log_id", values, repeated["rule"], action),
    )


def read_support(logs: pd.DataFrame, support: SupportTypes) -> Cleaned:
    """Turn the support cells into `used_...` (was this type used?) and `times_...` (how often?).

    A log with a bare tick anywhere has no amounts at all: in the report the models of amounts all leave out
    about the same pairs. A cell with something unreadable in it counts as used, its amount is missing: in the
    report the models of types have all 1,414 pairs, while those of amounts differ from each other by a few.
    A code that the data folder says means "no answer" leaves open whether the type was used, so in how many
    types the log used support is then missing (`unanswered_...`).
    """
    none_given = support.cells.not_answered
    times = {
        name: _times(logs[name], support.cells.tick, none_given.get(name, ())) for name in support.fields
    }
    ticks = np.sum([np.isposinf(cells) for cells in times.values()], axis=0)
    columns: dict[str, np.ndarray] = {"ticked": ticks > 0}
    for name, cells in times.items():
        columns[f"times_{name}"] = np.where((ticks > 0) | np.isinf(cells), np.nan, cells)
        columns[f"used_{name}"] = (cells != 0) & ~np.isneginf(cells)
    if none_given:
        for direction in support.directions:
            unknown = [np.isneginf(times[f"{kind}_{direction}"]) for kind in support.types]
            columns[f"unanswered_{direction}"] = np.any(unknown, axis=0)
    added = pd.DataFrame(columns, index=logs.index)
    data = pd.concat([logs.drop(columns=support.fields), added], axis=1)
    unreadable = {name: np.isnan(cells) for name, cells in times.items()}
    unanswered = {name: np.isneginf(cells) for name, cells in times.items()}
    return Cleaned(data, _support_issues(logs, unreadable, unanswered, ticks))


def set_aside_unasked(logs: pd.DataFrame, schema: Schema) -> Cleaned:
    """Make missing what the form does not ask; add `short`.

    Short versions lack hope, contacts and self-efficacy, monthly forms the quarterly questions. Of a question
    with several boxes (employment) none ticked means that it was not answered.
    """
    rows_of = unasked(logs, schema)
    columns: dict[str, pd.Series] = {name: logs[name].mask(rows) for name, rows in rows_of.items()}
    for boxes in _box_questions(logs, schema):
        answered = logs[boxes].assign(**{name: columns[name] for name in boxes if name in columns}).eq(True)
        columns |= {name: answered[name].where(answered.any(axis=1)).astype("boolean") for name in boxes}
    rules = {name: f"only the {schema.fields[name].asked_in} form asks this" for name in rows_of}
    issues = [
        _issues("unasked", logs[rows], name, "an answer", rules[name], "set to missing")
        for name, rows in rows_of.items()
    ]
    data = logs.assign(**columns, short=(logs["version"] == "short").to_numpy(dtype=bool))
    return Cleaned(data, _joined(issues))


def put_in_order(logs: pd.DataFrame) -> Cleaned:
    """Sort by person and date; `month` is 1 for a person's first log, missing without a usable date."""
    ordered = logs.sort_values(["person_id", "completed_on", "log_id"], ignore_index=True)
    dated = ordered["completed_on"].notna()
    number = ordered.groupby("person_id", sort=False).cumcount() + 1
    return Cleaned(ordered.assign(month=number.where(dated).astype("Int32")), _joined([]))


def _times(cells: pd.Series, tick: str, not_answered: Sequence[str] = ()) -> np.ndarray:
    """Return the number in each cell: 0 for an empty one, infinity for a tick, nan for an unreadable one.

    A code that means "no answer" is minus infinity.
    """
    codes, texts = pd.factorize(cells)
    known = {"": 0.0, tick: np.inf, **dict.fromkeys(not_answered, -np.inf)}
    values = [known[text] if text in known else float(text) for text in texts]
    return np.array([*values, np.nan])[codes]


def _support_issues(
    logs: pd.DataFrame,
    unreadable: Mapping[str, np.ndarray],
    unanswered: Mapping[str, np.ndarray],
    ticks: np.ndarray,
) -> pd.DataFrame:
    whose = logs[["log_id", "person_id"]]
    values = [f"{number} ticked" for number in ticks[ticks > 0]]
    action = "counted as types used; all amounts of the log missing"
    issues = [
        _issues("ticks", whose[ticks > 0], "support cells", values, "bare ticks instead of numbers", action)
    ]
    rule, action = "written but unreadable", "counted as used; amount missing"
    issues += [
        _issues("ticks", whose[rows], name, "unreadable", rule, action)
        for name, rows in unreadable.items()
        if rows.any()
    ]
    rule, action = "a code for no answer", "use and amount missing"
    issues += [
        _issues("ticks", whose[rows], name, "no answer", rule, action)
        for name, rows in unanswered.items()
        if rows.any()
    ]
    return _joined(issues)


def _box_questions(logs: pd.DataFrame, schema: Schema) -> list[list[str]]:
    """Return the boxes of each question that has several."""
    groups: dict[str, list[str]] = {}
    for name, field in schema.read_fields.items():
        if field.tick_group and name in logs:
            groups.setdefault(field.tick_group, []).append(name)
    return list(groups.values())


def _issues(
    step: str, rows: pd.DataFrame, column: str, value: object, rule: object, action: object
) -> pd.DataFrame:
    """Return one issue per row of logs."""
    given = {"step": step, "column": column, "value": value, "rule": rule, "action": action}
    plain = {key: np.asarray(v) if isinstance(v, pd.Series) else v for key, v in given.items()}
    frame = rows[["log_id", "person_id"]].reset_index(drop=True).assign(**plain)
    return frame.astype({"value": "str"})[ISSUE_COLUMNS]


def _joined(issues: Sequence[pd.DataFrame]) -> pd.DataFrame:
    found = [rows for rows in issues if len(rows)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=ISSUE_COLUMNS)
