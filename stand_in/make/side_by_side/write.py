"""Put the cohort into a raw folder, as if it had been collected."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from peerbook import paths
from stand_in.make.side_by_side.duplicates import with_duplicates

NO_DAY = "2016-06-31"  # a date that cannot be


def person_ids(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return different four-digit ids as text."""
    return np.array(
        [f"{number:04d}" for number in np.sort(rng.choice(np.arange(1000, 10000), size, replace=False))]
    )


def registrations_table(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Return `registrations.csv`: the people who registered, with made-up contact details."""
    people = people[people["registered"]].copy()
    size = len(people)
    wants = {way: rng.random(size) < share for way, share in (("email", 0.7), ("text", 0.4), ("post", 0.15))}
    columns = {f"consent_{what}": np.full(size, "yes") for what in ("information", "reminders", "use")}
    columns |= {f"contact_{way}_wanted": np.where(wanted, "yes", "no") for way, wanted in wants.items()}
    columns["mobile"] = np.where(wants["text"], "07700900123", "")
    columns["email"] = np.where(wants["email"], people["person_id"] + "@example.org", "")
    columns["name_and_address"] = np.where(wants["post"], "A. Person, 1 Example Street", "")
    for name, share in (("transport_pass", 0.35), ("interview_willing", 0.55), ("prize_draw", 0.8)):
        columns[name] = np.where(rng.random(size) < share, "yes", "no")
    return _ordered("registrations", people.assign(**columns)).sort_values("person_id")


def logs_table(
    rng: np.random.Generator, logs: pd.DataFrame, people: pd.DataFrame, parts: list[pd.DataFrame]
) -> pd.DataFrame:
    """Return `logs.csv`: every log with its answers, the duplicates in between, numbered as entered."""
    date = logs["completed_on"].dt.strftime("%Y-%m-%d").where(logs["dated"], NO_DAY)
    head = pd.DataFrame(
        {
            "person_id": people["person_id"].reindex(logs["person"]).to_numpy(),
            "completed_on": date,
            "region": logs["region"],
            "form": logs["form"],
            "version": np.where(logs["short"], "short", "full"),
            "mode": np.where(logs["online"], "online", "paper"),
        }
    )
    raw = _ordered("logs", pd.concat([head, *parts], axis=1))
    entered = logs["completed_on"].sort_values(kind="stable").index
    raw, registered = raw.loc[entered].reset_index(drop=True), logs["registered"].loc[entered].to_numpy()
    raw = with_duplicates(rng, raw, registered)
    return raw.assign(log_id=np.arange(1, len(raw) + 1).astype(str))[["log_id", *raw.columns]]


def support_cells(times: pd.DataFrame, ticked: np.ndarray) -> pd.DataFrame:
    """Return the support cells as written: numbers, ticks, blanks and the unreadable code."""
    text = times.astype(int).astype(str).where(times != 0, "")
    return text.where(~(ticked[:, None] & (times.to_numpy() != 0)), "x")


def whole_cells(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return whole numbers as text, blank where missing."""
    return numbers.apply(lambda column: column.astype("Int64").astype("string").fillna(""))


def _ordered(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the columns of the schema, in its order."""
    schema = json.loads(
        (paths.data_schema() / "side_by_side" / f"{table}.schema.json").read_text(encoding="utf-8")
    )
    return frame[[field["name"] for field in schema["fields"] if field["name"] in frame]]
