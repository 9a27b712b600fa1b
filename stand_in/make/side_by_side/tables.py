"""The cohort as the raw tables it would have been collected in, with contact details and duplicates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed

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
    raw = _with_duplicates(rng, raw, registered)
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
    return frame[[name for name in printed.definitions().tables[table].fields if name in frame]]


def _with_duplicates(rng: np.random.Generator, raw: pd.DataFrame, registered: np.ndarray) -> pd.DataFrame:
    """Add the duplicates of registered people, before the log they repeat.

    Some are paper forms typed twice; the others are monthly forms given up half way by somebody who then
    filled in the quarterly one on the same day. How many of the registered people's duplicates are quarterly
    follows from the flow: 1,080 quarterly logs before cleaning against those left after it.

    Parameters
    ----------
    rng : Generator
    raw : DataFrame
        One row per log that stays, columns of `logs.csv` without `log_id`.
    registered : ndarray of bool
        Whose rows belong to registered people.
    """
    quarterly = ((raw["form"] == "quarterly") & registered).sum()
    typed_quarterly = int(printed.claim("logs_registered_quarterly") - quarterly)
    monthly = printed.claim("duplicates") - typed_quarterly
    typed_monthly = monthly // 3
    paper = registered & (raw["mode"] == "paper") & (raw["swemwbs_1"] != "")
    typed = np.concatenate(
        [
            rng.choice(np.flatnonzero(paper & (raw["form"] == form)), count, replace=False)
            for form, count in (("quarterly", typed_quarterly), ("monthly", typed_monthly))
        ]
    )
    complete = (
        registered & (raw["form"] == "quarterly") & (raw["version"] == "full") & (raw["swemwbs_1"] != "")
    )
    complete &= ~np.isin(np.arange(len(raw)), typed)
    mistaken = rng.choice(np.flatnonzero(complete), monthly - typed_monthly, replace=False)
    given_up = _given_up(raw.iloc[mistaken])
    rows = pd.concat([raw.iloc[typed], given_up, raw])
    return rows.sort_index(kind="stable").reset_index(drop=True)


def _given_up(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the same logs as monthly forms with the support part filled in and the rest left blank."""
    columns = list(raw.columns)
    rest = columns[columns.index("swemwbs_1") :]
    return raw.assign(form="monthly", **dict.fromkeys(rest, ""))
