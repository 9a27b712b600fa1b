"""A study of five people, small enough to check by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook import Study, open_log, open_study
from peerbook.chapters.side_by_side.conclusions import basis
from peerbook.data import load_definitions
from tests.chapters.side_by_side import rows

# person, month, date, region, form, short, ticked, projects, wellbeing, hope, informal given (times or x)
LOGS = [
    ("0001", 1, "2016-01-05", "Leeds", "quarterly", False, False, 2, 20, 30.0, 4),
    ("0001", 2, "2016-02-05", "Leeds", "monthly", False, False, 1, 22, 32.0, 2),
    ("0001", 3, "2016-03-05", "Leeds", "monthly", False, False, 1, 24, 33.0, 0),
    ("0002", 1, "2016-02-10", "Leeds", "quarterly", False, False, 0, 24, 34.0, 0),
    ("0002", 2, "2016-03-10", "Leeds", "monthly", True, True, 3, 26, None, "x"),
    ("0003", 1, "2016-02-11", "Suffolk", "monthly", True, False, 3, 22, None, 1),
    ("0009", 1, "2016-02-12", "Leeds", "quarterly", False, False, None, None, 26.0, 1),
]
PEOPLE = [
    ("0001", "2016-01-05", "Leeds", "18-24", "Female", "White British", "yes"),
    ("0002", "2016-02-10", "Leeds", "25-34", "Male", "Somalian", "no"),
    ("0003", "2016-02-11", "Suffolk", "25-34", "Prefer not to say", None, None),
    ("0004", "2016-04-30", "Suffolk", None, "Female", "Arab", "no"),
]
FLOW = {
    "registered": 4,
    "registered_with_logs": 3,
    "registered_without_logs": 1,
    "logs_of_registered": 7,
    "logs_of_registered_quarterly": 3,
    "logs_of_registered_monthly": 4,
    "logs_without_registration": 1,
    "people_without_registration": 1,
    "logs_before_cleaning": 8,
    "duplicates_removed": 1,
    "logs": 7,
    "logs_without_usable_date": 0,
    "people_with_logs": 4,
    "people_with_one_log": 2,
    "people_with_two_or_more": 2,
    "pairs": 3,
    "pairs_registered": 3,
    "people_in_pairs_registered": 2,
    "logs_ticked": 1,
    "logs_short": 2,
    "logs_online": 0,
}
ISSUES = [
    ("registration", 7, "0009", "person_id", "0009", "no registration", "kept"),
    ("duplicates", 8, "0001", "log_id", "8", "same person and day", "removed; kept the more complete one"),
    ("ticks", 5, "0002", "support cells", "1 ticked", "bare ticks", "counted as types used"),
    ("unasked", 5, "0002", "hope_1", "an answer", "only full forms", "set to missing"),
    ("unasked", 5, "0002", "hope_2", "an answer", "only full forms", "set to missing"),
]
PAIRS = [("0001", "Leeds"), ("0001", "Leeds"), ("0002", "Leeds")]
DEFINITIONS = load_definitions("side_by_side")


def registrations() -> pd.DataFrame:
    names = ["person_id", "registered_on", "region", "age_band", "gender", "ethnicity", "formal_services"]
    people = pd.DataFrame(PEOPLE, columns=names).assign(
        registered_on=lambda d: pd.to_datetime(d["registered_on"])
    )
    blank = [name for name in DEFINITIONS.tables["registrations"].read_fields if name not in names]
    return people.assign(**dict.fromkeys(blank)).assign(formal_services_years=[7.0, None, None, 2.0])


def logs() -> pd.DataFrame:
    names = ["person_id", "month", "completed_on", "region", "form", "short", "ticked", "projects_attended"]
    frame = pd.DataFrame(LOGS, columns=[*names, "wellbeing", "hope", "cell"])
    times = pd.to_numeric(frame["cell"], errors="coerce")
    unused = {f"used_{field}": False for field in DEFINITIONS.support_types.fields}
    amounts = {f"times_{field}": times.where(times.isna(), 0.0) for field in DEFINITIONS.support_types.fields}
    scores = dict.fromkeys(["family", "friends", "neighbours", "self_efficacy", "health"], 5.0)
    boxes = dict.fromkeys(DEFINITIONS.tables["logs"].names(tick_group="employment"), False)
    filled = frame.assign(**unused, **amounts, **scores, **boxes).assign(
        log_id=range(1, len(frame) + 1),
        completed_on=pd.to_datetime(frame["completed_on"]),
        mode="paper",
        registered=frame["person_id"] != "0009",
        home_region=frame["region"],
        used_informal_given=frame["cell"] != 0,
        used_informal_received=True,
        times_informal_given=times,
        types_given=(frame["cell"] != 0).astype(int),
        types_received=1,
        inpatient_mental_admissions=[0, None, None, 1, None, None, None],
        medication=["yes", None, None, "no", None, None, None],
        employment_student=[True, False, False, True, False, False, False],
        employment_voluntary=[True] + [False] * 6,
    )
    return filled.drop(columns="cell")


def study_of(people: pd.DataFrame, kept: pd.DataFrame, flow: dict[str, int]) -> SimpleNamespace:
    issues = pd.DataFrame(
        ISSUES, columns=["step", "log_id", "person_id", "column", "value", "rule", "action"]
    )
    pairs = pd.DataFrame(PAIRS, columns=["person_id", "region"])
    steps = pd.Series(flow, name="number").rename_axis("step")
    return SimpleNamespace(
        definitions=DEFINITIONS,
        region="all",
        registrations=people,
        logs=kept,
        logs_of_people=kept,
        flow=steps,
        issues=issues[issues["log_id"].isin([*kept["log_id"], 8])] if len(kept) else issues.iloc[:0],
        pairs=pairs[pairs["person_id"].isin(kept.loc[kept["month"] > 1, "person_id"])],
    )


def make(size: str) -> SimpleNamespace:
    """Return a fresh study of "five_people", "one_person" or "nobody"."""
    if size == "five_people":
        return study_of(registrations(), logs(), FLOW)
    if size == "one_person":
        flow = dict.fromkeys(FLOW, 0) | {"registered": 1, "registered_with_logs": 1, "logs_of_registered": 1}
        return study_of(registrations().iloc[[0]], logs().iloc[[0]], flow)
    return study_of(registrations().iloc[:0], logs().iloc[:0], dict.fromkeys(FLOW, 0))


@pytest.fixture
def five_people():
    """Four registered people and one unregistered; seven logs; Leeds and Suffolk."""
    return make("five_people")


@pytest.fixture
def one_person():
    """One person of one region, with one log."""
    return make("one_person")


@pytest.fixture
def nobody():
    """Tables without rows."""
    return make("nobody")


@pytest.fixture(scope="session", params=["five_people", "one_person", "nobody"])
def small_study(request):
    """Each of the three in turn; do not change it."""
    return make(request.param)


@pytest.fixture(scope="session")
def coded() -> Study:
    """The stand-in cohort; do not change it. The chapters on coded material read nothing else of it."""
    return open_study(study="side_by_side")


@pytest.fixture(scope="session")
def coded_with(coded):
    """The means to look at another region, or at other tables than those of the stand-in."""

    def changed(region: str = "all", **tables: pd.DataFrame) -> Study:
        return rows.study_of({**coded.coding, **tables}, coded.definitions, region)

    return changed


@pytest.fixture(scope="session")
def rests(study, results):
    """What the conclusions of the report rest on in the stand-in cohort, and what stands."""
    return basis(study, results)


@pytest.fixture(scope="session")
def in_leeds():
    """The log of one region, and what the conclusions rest on there."""
    log = open_log(study="side_by_side", region="Leeds")
    return log, basis(log)


@pytest.fixture(scope="session")
def uncoded() -> Study:
    """A study without coded material."""
    return rows.study_of({}, DEFINITIONS)


@pytest.fixture(scope="session")
def thirty_people():
    """Four pairs each of thirty people. Planted: wellbeing rises six points when types given increase."""
    rng = np.random.default_rng(20)
    person = np.repeat(np.arange(30), 4)
    changes = ["decreased", "unchanged", "increased"]
    frame = pd.DataFrame({"person_id": [f"{number:04d}" for number in person]}).assign(
        region=np.where(person < 20, "Leeds", "Elefriends"),
        days=rng.integers(25, 60, len(person)),
        any_ticked=rng.random(len(person)) < 0.2,
        any_short=rng.random(len(person)) < 0.2,
    )
    categories = {
        f"{measure}_category": pd.Categorical(rng.choice(changes, len(person)), changes, ordered=True)
        for measure in DEFINITIONS.support_types.measures
    }
    frame = frame.assign(**categories)
    frame.loc[rng.random(len(person)) < 0.2, "projects_attended_category"] = None
    planted = 6.0 * (frame["types_given_category"] == "increased")
    for score in DEFINITIONS.scores:
        start = rng.normal(20, 4, len(person)) + rng.normal(0, 2, 30)[person]
        noise = rng.normal(0, 2, len(person))
        change = noise - 0.3 * (start - 20) + (planted if score.startswith("wellbeing") else 0)
        frame = frame.assign(**{f"{score}_start": start, f"{score}_change": change})
    for name, subgroup in DEFINITIONS.subgroups.items():
        levels = list(subgroup.levels)
        frame[name] = pd.Categorical([levels[number % len(levels)] for number in person], levels)
    return frame
