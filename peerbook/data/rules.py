"""Rules that tie together cells of a row, or rows of two tables.

All are warnings: cleaning deals with what they find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from peerbook.data.problems import WARNING, Problem
from peerbook.data.schema import Schema


def unasked(data: pd.DataFrame, schema: Schema) -> dict[str, np.ndarray]:
    """Return, for each column, the rows that answer a question their form does not ask.

    Parameters
    ----------
    data : DataFrame
        Typed rows of the table.
    schema : Schema
        A field with `form: quarterly` is asked only in rows whose `form` is "quarterly"; so for `version`.

    Returns
    -------
    dict of str to ndarray of bool
        Only columns with such answers. A box that is not ticked is no answer.
    """
    found = {}
    for name, field in schema.read_fields.items():
        for condition, value in (("form", field.form), ("version", field.version)):
            if value and condition in data and name in data:
                answered = data[name].eq(True) if field.type == "boolean" else data[name].notna()
                elsewhere = data[condition].notna() & data[condition].ne(value)
                rows = (answered & elsewhere).to_numpy(dtype=bool, na_value=False)
                if rows.any():
                    found[name] = rows
    return found


def rule_problems(
    data: Mapping[str, pd.DataFrame], lines: Mapping[str, np.ndarray], schemas: Mapping[str, Schema]
) -> Iterator[Problem]:
    """List answers nobody asked for, logs of another region and logs from before the registration.

    Parameters
    ----------
    data : mapping of str to DataFrame
        Typed tables by name.
    lines : mapping of str to ndarray
        Line in the file of each row.
    schemas : mapping of str to Schema
        By the same names.
    """
    for name, rows_of in ((name, unasked(frame, schemas[name])) for name, frame in data.items()):
        for column, rows in rows_of.items():
            field = schemas[name].fields[column]
            expected = f"nothing: only the {field.asked_in} form asks this"
            remedy = "Check which form was filled in; cleaning sets the answer aside"
            yield from _warnings(
                lines[name][rows], f"{name}.csv", column, "unasked answer", "an answer", expected, remedy
            )
    if "logs" in data and "registrations" in data:
        yield from _registration_problems(data["logs"], data["registrations"], lines["logs"])


def _registration_problems(
    logs: pd.DataFrame, registrations: pd.DataFrame, lines: np.ndarray
) -> Iterator[Problem]:
    registered = registrations.drop_duplicates("person_id").set_index("person_id")
    own = registered.reindex(logs["person_id"]).set_axis(logs.index)
    given = own["region"].notna() & logs["region"].notna()
    elsewhere = given & (own["region"].astype("str") != logs["region"].astype("str"))
    yield from _warnings(
        lines[elsewhere.to_numpy(dtype=bool)], "logs.csv", "region", "other region",
        "a region that is not the person's", "the region of the person's registration",
        "Check the personal ID; the log counts in its own region, the person in that of the registration",
    )  # fmt: skip
    completed = pd.to_datetime(logs["completed_on"], format="%Y-%m-%d", errors="coerce")
    yield from _warnings(
        lines[(completed < own["registered_on"]).to_numpy()], "logs.csv", "completed_on", "early date",
        "a date before the registration", "the date of registration or later",
        "Check both dates; the log is used as it is",
    )  # fmt: skip


def _warnings(rows: np.ndarray, file: str, column: str, *rest: str) -> Iterator[Problem]:
    kind, found, expected, remedy = rest
    if len(rows):
        yield Problem(file, rows, column, WARNING, kind, found, expected, remedy)
