"""The rows of the regional scoping: transcribed where it prints them, made up where it prints only how many.

The report prints how many activities each place has, which experiences their members share most often, and in
words how they divide by sector; the database itself was not published. Activities and interviews are made up
to give these numbers and words, and everything else about them is left blank. The 111 activities that no
place accounts for have no place here either. All other rows are the printed ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from peerbook import published

SEED = 2020  # nothing is random: whatever the seed, the rows are the same
TITLE = "The regional scoping: its printed rows, and made-up activities and interviews that fit what it says"
STUDY = "leeds"
WHOLE = "WYH"
GENERAL = "general mental health"
# Activities of a place for people who share an experience; all others are for mental health in general.
FOCUS = {
    "BRA": {"substance misuse": 30, "physical health": 24},
    "CAL": {"disability": 7, "parenthood": 5, "women's mental health": 4, "BAME": 1},
    "HAR": {"physical health": 14, "disability": 9},
    "KIR": {"men's mental health": 10, "anxiety": 8, "depression": 6, "bereavement": 4},
    "LEE": {"men's mental health": 14, "LGBTQI+": 9, "physical health": 3},
    "WAK": {"anxiety": 14, "depression": 9},
    "": {"men's mental health": 36, "LGBTQI+": 34},
}
# By sector, where the report says something about it in words.
SECTORS = {
    "CAL": {"third": 15, "community": 12, "partnership_nhs": 5, "local_authority": 3},
    "HAR": {"third": 34, "community": 15, "partnership_nhs": 6, "local_authority": 4, "nhs": 5},
    "KIR": {"third": 20, "community": 8, "partnership_nhs": 6, "local_authority": 7, "nhs": 7},
    "WAK": {"third": 29, "community": 4, "partnership_nhs": 4, "local_authority": 3, "nhs": 15},
}
INTERVIEWS = {
    "CAL": {"third": 7, "community": 2, "partnership_nhs": 1},
    "HAR": {"third": 5, "partnership_nhs": 3, "nhs": 1, "community": 1},
    "KIR": {"third": 7, "nhs": 2, "local_authority": 1},
    "WAK": {"third": 5, "nhs": 4, "community": 1},
}
ROLES = {
    "CAL": {"paid_worker": 9, "paid_manager": 1},
    "HAR": {"paid_worker": 6, "volunteer": 2, "paid_manager": 1, "paid_director": 1},
    "KIR": {"paid_worker": 8, "volunteer": 1, "paid_manager": 1},
    "WAK": {"volunteer": 9, "paid_worker": 1},
}
LARGEST_TOWN = {"CAL": ("Halifax", 20)}
IN_HOSPITALS = ("LEE", "physical health", "nhs")  # the one thing the report says of sectors in this place
WORKS = {"academic": 22, "grey": 13, "experiential": 4}
# Codes of interviews and of literature whose labels mean the same, as read for this book.
MATCHES = (
    ("M.2", "VAL.3"), ("M.4", "PEER.1"), ("V.1", "VAL.10"), ("V.3", "VAL.2"), ("V.A3", "VAL.9"),
    ("V.A4", "VAL.1"), ("V.A2", "PEER.6"), ("CW.1", "CH.2"), ("CW.2", "CH.5"), ("CW.3", "CH.3"),
    ("CI.1", "CH.1"), ("BW.2", "BEN.2"), ("BJ.1", "BEN.1"), ("BO.1", "BEN.3"),
)  # fmt: skip
EVENTS = (
    ("Project begins", "2019-10-01", "63;1289"),
    ("Lockdown", "2020-03-23", "69"),
    ("Last month to withdraw", "2020-06-01", "1354"),
    ("Project ends", "2020-07-31", "63;1289"),
)


def make_tables(seed: int) -> dict[str, pd.DataFrame]:
    """Return every table of the raw folder, cells as text.

    Parameters
    ----------
    seed : int
        Not used.
    """
    services = _services()
    places = _printed("places").query("place_code != @WHOLE")
    return {
        "places": places[["place_code", "place", "population", "population_source", "line", "status"]],
        "services": services.drop(columns="focus"),
        "service_focus": services[["service_id", "focus", "status"]].explode("focus"),
        "interviews": _interviews(),
        "codes": _printed("codes"),
        "code_matches": pd.DataFrame(MATCHES, columns=["code", "literature_code"]).assign(status="inferred"),
        "excerpts": _printed("excerpts"),
        "literature_citations": _printed("literature_citations"),
        "sources": _sources(),
        "recommendations": _printed("recommendations"),
        "recommendation_codes": _printed("recommendation_codes", "inferred"),
        "actions": _printed("actions"),
        "tasks": _printed("tasks"),
        "events": pd.DataFrame(EVENTS, columns=["label", "date", "lines"]).assign(status="printed"),
        "questions": _printed("questions"),
        "rules": _printed("rules"),
        "points": _printed("points"),
        "database_columns": _printed("database_columns"),
    }


def _printed(name: str, status: str = "printed") -> pd.DataFrame:
    return published.load(STUDY, name).assign(status=status)


def _services() -> pd.DataFrame:
    """Make up the activities of each place, and print the three of the sample, whose place is not stated."""
    counts = published.load(STUDY, "places").set_index("place_code")["activities_scoped"].astype(int)
    of_places = counts.drop(WHOLE)
    sample = _sample()
    made = [_of_place(code, n) for code, n in of_places.items()]
    rest = _of_place("", int(counts[WHOLE] - of_places.sum() - len(sample)))
    rows = pd.concat([*made, rest, sample], ignore_index=True).fillna("")
    rows.insert(0, "service_id", [f"A{i:03d}" for i in range(1, len(rows) + 1)])
    return rows


def _of_place(code: str, n: int) -> pd.DataFrame:
    focus = _spread(FOCUS[code], n, GENERAL)
    sectors = _spread(SECTORS.get(code, {}), n)
    towns = _spread(dict([LARGEST_TOWN[code]]) if code in LARGEST_TOWN else {}, n)
    rows = pd.DataFrame(
        {
            "place_code": code,
            "settlement": towns,
            "kind": "",
            "sector": sectors,
            "main_focus": "",
            "delivery_model": "",
            "funding_type": "",
            "exclusive": ["no" if one == "BAME" else "" for one in focus],
            "line": "",
            "status": "synthetic",
            # Every other activity for a group is for anyone else too.
            "focus": [[GENERAL, one] if i % 2 and one != GENERAL else [one] for i, one in enumerate(focus)],
        }
    )
    place, shared, sector = IN_HOSPITALS
    if code == place:
        first = focus.index(shared)
        rows.loc[first, "sector"] = sector
    return rows


def _spread(counts: dict[str, int], n: int, rest: str = "") -> list[str]:
    """Return `n` values: each as often as it counts, then the rest."""
    named = [value for value, times in counts.items() for _ in range(times)]
    return named + [rest] * (n - len(named))


def _sample() -> pd.DataFrame:
    """Return the three rows of the database that are printed."""
    printed = published.load(STUDY, "database_sample")
    words = {"mental health": "mental_health", "one to one": "one_to_one", "support group": "support_group",
             "non-statutory": "non_statutory"}  # fmt: skip
    return pd.DataFrame(
        {
            "place_code": "",
            "settlement": "",
            "kind": printed["project_or_support_type"],
            "sector": "",
            "main_focus": printed["main_focus"].replace(words),
            "delivery_model": printed["primary_delivery_model"].replace(words),
            "funding_type": printed["funding_type"].replace(words),
            "exclusive": "",
            "line": printed["line"],
            "status": "printed",
            "focus": [[one] for one in printed["shared_experience"]],
        }
    )


def _interviews() -> pd.DataFrame:
    rows = [
        (code, sector, role)
        for code, sectors in INTERVIEWS.items()
        for sector, role in zip(_listed(sectors), _listed(ROLES[code]), strict=True)
    ]
    made = pd.DataFrame(rows, columns=["place_code", "sector", "role"]).assign(status="synthetic")
    made.insert(0, "interview_id", [f"I{i:02d}" for i in range(1, len(made) + 1)])
    return made


def _sources() -> pd.DataFrame:
    kinds = list(_listed(WORKS))
    names = [f"W{i:02d}" for i in range(1, len(kinds) + 1)]
    return pd.DataFrame({"source_id": names, "kind": kinds, "status": "derived"})


def _listed(counts: dict[str, int]) -> Iterable[str]:
    return _spread(counts, sum(counts.values()))
