"""What is answered on the logs: questionnaires that add up to the scores, and the quarterly questions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.totals import fill_cells

LOAD = (0.7, 0.45, 0.95, 0.9, 1.25)  # how strongly illness shows in each health dimension
BLANK = 0.004  # of the health state answers
SPREAD = 0.22  # how far answers to one questionnaire stray from their mean, as a share of the range

BOXES = {
    "Full-time": "full_time",
    "Part-time": "part_time",
    "Voluntary": "voluntary",
    "Work-related training": "training",
    "Unemployed": "unemployed",
    "Not working due to illness": "illness",
    "Retired": "retired",
    "Student": "student",
    "Homemaker": "homemaker",
    "Family caregiver": "caregiver",
}
STAYS = ("mental", "physical", "maternity", "residential")
VISITS = ("emergency_mental", "emergency_physical", "outpatient_mental", "outpatient_other")
COMMUNITY = (
    "cmht", "crisis_team", "other_mental_team", "group_therapy", "individual_therapy", "gp", "practice_nurse",
    "health_visitor", "midwife", "complementary", "home_help", "day_centre", "employment_support",
    "recovery_college", "faith_groups", "other",
)  # fmt: skip
KEEPS = 0.85  # chance that work and medication are as on the quarterly log before


def item_answers(rng: np.random.Generator, scores: pd.DataFrame, spoilt: pd.DataFrame) -> pd.DataFrame:
    """Turn scores into item answers.

    Parameters
    ----------
    rng : Generator
    scores : DataFrame
        One column per outcome, whole numbers, NaN where there is no score.
    spoilt : DataFrame of bool
        For some outcomes, logs without a score for want of a single answer; the others are blank.

    Returns
    -------
    DataFrame
        One column per item, reversed items as ticked on the form; NaN where blank.
    """
    columns = {}
    for outcome, questionnaire in printed.definitions().questionnaires.items():
        if outcome not in scores:
            continue
        totals, items = scores[outcome].to_numpy(), len(questionnaire.items)
        almost = spoilt[outcome].to_numpy() if outcome in spoilt else np.zeros(len(totals), dtype=bool)
        totals = np.where(almost, np.rint(np.nanmean(totals)), totals)
        answers = answers_for(rng, totals, items, questionnaire.range)
        answers[np.flatnonzero(almost), rng.integers(0, items, almost.sum())] = np.nan
        for place, item in enumerate(questionnaire.items):
            turned = item in questionnaire.reversed
            columns[item] = sum(questionnaire.range) - answers[:, place] if turned else answers[:, place]
    return pd.DataFrame(columns, index=scores.index)


def answers_for(
    rng: np.random.Generator, totals: np.ndarray, items: int, limits: tuple[int, int]
) -> np.ndarray:
    """Spread totals over items that share one factor.

    Each item is the person's mean plus its own shift and noise; answers that miss the total move, the one
    furthest from its wish first.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers_for(rng, np.array([20.0, 7.0]), 7, (1, 5)).sum(axis=1).tolist()
    [20.0, 7.0]
    """
    low, high = limits
    known = ~np.isnan(totals)
    wish = (
        (totals / items)[:, None]
        + rng.normal(0, SPREAD, items)
        + rng.normal(0, SPREAD * (high - low) * 0.6, (len(totals), items))
    )
    answers = np.clip(np.rint(wish), low, high)
    while True:
        short = np.where(known, totals - np.nan_to_num(answers.sum(axis=1)), 0.0)
        rows = np.flatnonzero(short)
        if not len(rows):
            return np.where(known[:, None], answers, np.nan)
        step = np.sign(short[rows])[:, None]
        room = (answers[rows] + step >= low) & (answers[rows] + step <= high)
        gain = np.where(room, (wish[rows] - answers[rows]) * step, -np.inf)
        place = gain.argmax(axis=1)
        answers[rows, place] += step[:, 0]


def health_states(rng: np.random.Generator, health: np.ndarray) -> pd.DataFrame:
    """Return EQ-5D-3L levels that go with health today (1 to 10); a few answers are left blank."""
    illness = (10 - np.nan_to_num(health, nan=5.5)) / 9
    severity = illness[:, None] * np.array(LOAD) + rng.normal(0, 0.25, (len(health), len(LOAD)))
    levels = 1.0 + (severity > 0.45) + (severity > 1.05)
    levels[rng.random(levels.shape) < BLANK] = np.nan
    return pd.DataFrame(levels, columns=list(printed.definitions().questionnaires["eq5d_index"].items))


def quarterly_answers(rng: np.random.Generator, logs: pd.DataFrame) -> pd.DataFrame:
    """Return the quarterly questions as text cells, blank on monthly logs.

    At first logs the counts and missing answers of Table A4.3 hold; the short quarterly form has hospital
    stays but neither work nor medication.
    """
    home = logs["home"].to_numpy()
    long = ((logs["form"] == "quarterly") & ~logs["short"]).to_numpy()
    work = _with_entry_blanks(rng, logs, home, long, "employment")
    boxes, medication = _work(rng, logs, home, work), _medication(rng, logs, home, work)
    stays = _with_entry_blanks(rng, logs, home, (logs["form"] == "quarterly").to_numpy(), "admission")
    columns = {
        f"employment_{name}": np.where(boxes[:, place], "1", "") for place, name in enumerate(BOXES.values())
    }
    columns |= _hours(rng, boxes, work)
    columns["medication"] = np.where(work, np.where(medication, "yes", "no"), "")
    change = rng.choice(["Decreased", "Stayed the same", "Increased"], len(logs), p=[0.15, 0.7, 0.15])
    columns["medication_change"] = np.where(work & medication, change, "")
    columns |= _hospital(rng, logs, home, stays) | _community(rng, work)
    return pd.DataFrame(columns, index=logs.index)


def _with_entry_blanks(
    rng: np.random.Generator, logs: pd.DataFrame, home: np.ndarray, asked: np.ndarray, question: str
) -> np.ndarray:
    """Leave a question blank on first logs until its printed missing count is met."""
    missing = printed.baseline_counts().loc[(question, printed.MISSING)]
    first = (logs["number"] == 1).to_numpy()
    answered = asked.copy()
    for region in printed.regions():
        here = first & (home == region)
        extra = missing[region] - (here & ~asked).sum()
        answered[rng.choice(np.flatnonzero(here & asked), max(extra, 0), replace=False)] = False
    return answered


def _work(rng: np.random.Generator, logs: pd.DataFrame, home: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Return the employment boxes; at first logs with the printed counts, later mostly as before."""
    counts = printed.baseline_counts().loc["employment"].loc[list(BOXES)]
    boxes = np.zeros((len(logs), len(BOXES)), dtype=bool)
    first = (logs["number"] == 1).to_numpy()
    for region in printed.regions():
        rows = np.flatnonzero(first & answered & (home == region))
        columns = counts[region].to_numpy()
        least = np.full(len(rows), 1 if columns.sum() >= len(rows) else 0)
        boxes[rows] = fill_cells(rng.random((len(rows), len(BOXES))), least, np.full(len(rows), 4), columns)
    share = boxes[first & answered].mean(axis=0)
    drawn = np.eye(len(BOXES), dtype=bool)[rng.choice(len(BOXES), len(logs), p=share / share.sum())]
    return _carried(rng, logs, answered, first, boxes, drawn)


def _carried(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    answered: np.ndarray,
    first: np.ndarray,
    values: np.ndarray,
    drawn: np.ndarray,
) -> np.ndarray:
    """Fill in the later logs: mostly what the person's last answer was, else what was drawn."""
    person = logs["person"].to_numpy()
    last: dict[int, int] = {}
    keeps = rng.random(len(logs)) < KEEPS
    filled = values.copy()
    for log in np.flatnonzero(answered):
        if not first[log]:
            filled[log] = filled[last[person[log]]] if keeps[log] and person[log] in last else drawn[log]
        last[person[log]] = log
    return filled


def _medication(
    rng: np.random.Generator, logs: pd.DataFrame, home: np.ndarray, answered: np.ndarray
) -> np.ndarray:
    counts = printed.baseline_counts().loc[("medication", "Yes")]
    first = (logs["number"] == 1).to_numpy()
    takes = np.zeros(len(logs), dtype=bool)
    for region in printed.regions():
        rows = np.flatnonzero(first & answered & (home == region))
        takes[rng.choice(rows, counts[region], replace=False)] = True
    drawn = rng.random(len(logs)) < takes[first & answered].mean()
    return _carried(rng, logs, answered, first, takes, drawn)


def _hours(rng: np.random.Generator, boxes: np.ndarray, answered: np.ndarray) -> dict[str, np.ndarray]:
    """Hours worked, lost and given, in keeping with the boxes."""
    place = {name: number for number, name in enumerate(BOXES.values())}
    n = len(boxes)
    working = boxes[:, place["full_time"]] | boxes[:, place["part_time"]]
    hours = np.where(boxes[:, place["full_time"]], rng.integers(35, 43, n), rng.integers(6, 25, n))
    volunteer, student = boxes[:, place["voluntary"]], boxes[:, place["student"]]
    jobless = boxes[:, place["unemployed"]]
    family, friends = rng.poisson(2, n), rng.poisson(1.5, n)
    return {
        "work_hours": _cells(hours, working),
        "work_days_lost": _cells(rng.poisson(2, n), working),
        "volunteering_hours": _cells(rng.integers(1, 17, n), volunteer),
        "volunteering_hours_lost": _cells(rng.poisson(1, n), volunteer),
        "education_hours": _cells(rng.integers(2, 31, n), student),
        "education_hours_lost": _cells(rng.poisson(2, n), student),
        "weeks_unemployed": _cells(rng.integers(1, 14, n), jobless),
        "family_support_hours": _cells(family, answered),
        "family_time_off": np.where(answered & (family > 0), np.where(rng.random(n) < 0.1, "yes", "no"), ""),
        "friends_support_hours": _cells(friends, answered),
        "friends_time_off": np.where(
            answered & (friends > 0), np.where(rng.random(n) < 0.05, "yes", "no"), ""
        ),
    }


def _hospital(
    rng: np.random.Generator, logs: pd.DataFrame, home: np.ndarray, answered: np.ndarray
) -> dict[str, np.ndarray]:
    """Hospital stays and visits; mental health admissions at entry as printed."""
    counts = printed.baseline_counts().loc[("admission", "Yes")]
    first = (logs["number"] == 1).to_numpy()
    columns = {}
    for stay, rate in zip(STAYS, (0.025, 0.03, 0.004, 0.003), strict=True):
        admitted = rng.random(len(logs)) < rate
        if stay == "mental":
            admitted &= ~first
            for region in printed.regions():
                rows = np.flatnonzero(first & answered & (home == region))
                admitted[rng.choice(rows, counts[region], replace=False)] = True
        admissions = admitted * (1 + (rng.random(len(logs)) < 0.1))
        columns[f"inpatient_{stay}_admissions"] = _cells(admissions, answered)
        columns[f"inpatient_{stay}_nights"] = _cells(rng.integers(1, 30, len(logs)), answered & admitted)
    for visit, mean in zip(VISITS, (0.1, 0.15, 0.6, 0.4), strict=True):
        columns[f"visits_{visit}"] = _cells(rng.poisson(mean, len(logs)), answered)
    return columns


def _community(rng: np.random.Generator, answered: np.ndarray) -> dict[str, np.ndarray]:
    columns = {}
    for place, service in enumerate(COMMUNITY):
        contacts = rng.poisson(1.2 if service == "gp" else 0.6 / (1 + place), len(answered))
        columns[f"community_{service}_contacts"] = _cells(contacts, answered)
        minutes = 5 * rng.integers(2, 13, len(answered))
        columns[f"community_{service}_minutes"] = _cells(minutes, answered & (contacts > 0))
    return columns


def _cells(numbers: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Whole numbers as text where shown, blank elsewhere."""
    return np.where(shown, numbers.astype(int).astype(str), "")
