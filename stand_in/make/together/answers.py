"""The people who answered the survey: made up, one row each, to add up to the printed tables and sentences.

Every margin comes from print. How answers hang together beyond what is printed is ours, and is random. Where
print does not add up, one reading is taken:

- Table 2 has two people more under "informal" and two fewer under "both" in the column of all than in the
  roles. Two people tick a formal and an informal setting: as "both" they make the roles, as "informal" the
  column of all.
- 59 and 15 per cent of those who attend fit no count of 23. They fit 16 and 4 of 27, so four people who do
  not attend left an answer that says neither.
- 66 per cent of BME people fit no count of 14. Of the 14, 12 were asked and 8 ticked.
- 34 people have a view on training and 33 offer support: one of them does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial

import numpy as np
import pandas as pd

from peerbook import published
from peerbook.survey import counts_that_print

load = partial(published.load, "together")
ALL_ATTEND_ANSWERS = 27  # the base on which 59 and 15 per cent are counts
TWO_SETTINGS = ("paid", "volunteer")  # the roles of the two people who tick two settings
OPENED_FOR = timedelta(weeks=4)
BANDS = {"26-35": (26, 35), "36-45": (36, 45), "46-55": (46, 55), "56-65": (56, 64), "65+": (66, 80)}
# Print groups people by these questions; a blank option is no response.
DEMOGRAPHY = {
    "gender": "q17",
    "ethnicity": "q18",
    "sexual_orientation": "q19",
    "religion": "q20",
    "disability": "q21",
}


def make_answers(rng: np.random.Generator) -> pd.DataFrame:
    """Make the answers, every cell as text.

    Returns
    -------
    DataFrame
        One row per person, with the columns of `data_schema/together/answers.schema.json`.
    """
    people = int(printed("responses"))
    rows = pd.DataFrame(index=range(people))
    rows = rows.assign(**_demography(rng, people))
    rows = rows.assign(**_peers(rng, rows["q18"]))
    rows = rows.assign(**_support(rng, people))
    rows = rows.assign(**_settings(rng, rows["q14"]), **_training(rng, rows["q14"]))
    days = _days(rng, people)
    mixed = rows.iloc[rng.permutation(people)].reset_index(drop=True)
    ids = [f"R{n:02d}" for n in range(1, people + 1)]
    mixed = mixed.assign(respondent_id=ids, submitted_on=days, status="synthetic")
    return mixed[["respondent_id", "submitted_on", *_columns(), "status"]]


def printed(name: str) -> float:
    """Return a number of the prose, or the percentage that it prints."""
    return float(_statements()[name])


def counted(name: str, whole: int) -> int:
    """Return the one count of a whole that prints a percentage of the prose.

    Raises
    ------
    ValueError
        If no count, or more than one, prints so.
    """
    (found,) = counts_that_print(printed(name), whole)
    return found


@cache
def _statements() -> dict[str, str]:
    return load("statements").set_index("name")["value"].to_dict()


def _columns() -> list[str]:
    """List the questions whose answers are held: all but those in words."""
    questions, options = load("questions"), load("options")
    columns = []
    for question, kind in questions.loc[questions["type"] != "open", ["question", "type"]].to_numpy():
        boxes = options.loc[options["question"] == question, "option"]
        columns += [f"{question}_{box}" for box in boxes] if kind == "several" else [question]
    return columns


def _shuffled(rng: np.random.Generator, counts: Mapping[str, int], people: int) -> list[str]:
    """Deal options to people, as often as each is counted; the rest give no answer."""
    dealt = [option for option, n in counts.items() for _ in range(n)]
    return list(rng.permutation([*dealt, *[""] * (people - len(dealt))]))


def _some(rng: np.random.Generator, among: Sequence[int], n: int) -> set[int]:
    """Choose some people."""
    return set(rng.permutation(list(among))[:n].tolist())


def _ticked(chosen: set[int], people: int) -> list[str]:
    return ["yes" if person in chosen else "" for person in range(people)]


def _demography(rng: np.random.Generator, people: int) -> dict[str, list[str]]:
    """Follow Table 1."""
    table, options = load("table_1"), load("options")
    counts = table.set_index(["variable", "category"])["n"].astype(int)
    columns = {}
    for variable, question in DEMOGRAPHY.items():
        names = options[options["question"] == question].set_index("label")["option"]
        columns[question] = _shuffled(
            rng, {names[label]: n for label, n in counts[variable].items() if label in names}, people
        )
    bands = _shuffled(rng, {band: counts["age", band] for band in BANDS}, people)
    columns["q16"] = [str(rng.integers(BANDS[band][0], BANDS[band][1] + 1)) if band else "" for band in bands]
    called = dict(zip(("su", "former_su", "carer"), counts["user_carer"], strict=False))
    status = _shuffled(rng, called, people)
    return columns | {f"q22_{option}": ["yes" if s == option else "" for s in status] for option in called}


def _peers(rng: np.random.Generator, ethnicity: pd.Series) -> dict[str, list[str]]:
    """Follow what people say a peer should share, for everybody and for BME people."""
    people = len(ethnicity)
    bme = ethnicity.index[ethnicity == "bme"].tolist()
    others = ethnicity.index[ethnicity != "bme"].tolist()
    asked = counted("more_than_distress", people)
    asked_bme, ticked_bme = _some(rng, bme, 12), 8
    asked_others = _some(rng, others, asked - len(asked_bme))
    said = sorted(asked_bme | asked_others)
    rest = dict(enumerate(_shuffled(rng, {"no": 7, "dont_know": 4}, people - asked)))
    silent = [person for person in range(people) if person not in set(said)]
    more = dict.fromkeys(said, "yes") | {person: rest[n] for n, person in enumerate(silent)}
    (identity,) = counts_that_print(printed("share_identity"), asked)
    chosen = {
        "identity": _some(rng, sorted(asked_bme), ticked_bme)
        | _some(rng, sorted(asked_others), identity - ticked_bme),
        **{
            option: _some(rng, said, counted(f"share_{option}", asked))
            for option in ("diagnosis", "recovery", "treatment")
        },
    }
    ticks = {f"q3_{option}": _ticked(who, people) for option, who in chosen.items()}
    return {"q2": [more[person] for person in range(people)], **ticks}


def _support(rng: np.random.Generator, people: int) -> dict[str, list[str]]:
    """Follow who attends, who offers and in which role, and how support is received."""
    attend, offer, both = (counted(name, people) for name in ("attends", "offers", "both"))
    order = rng.permutation(people).tolist()
    attending, offering = set(order[:attend]), set(order[attend - both : attend - both + offer])
    roles = {role: counted(f"role_{role}", offer) for role in ("paid", "volunteer", "group_member")}
    dealt = iter(_shuffled(rng, roles, offer))
    role = {person: next(dealt) for person in sorted(offering)}
    ways = {
        "mutual": counts_that_print(printed("received_mutual"), ALL_ATTEND_ANSWERS)[0],
        "paid": counts_that_print(printed("received_paid"), ALL_ATTEND_ANSWERS)[0],
        "both": int(printed("received_both")),
    }
    dealt = iter(_shuffled(rng, ways, attend))
    way = {person: next(dealt) for person in sorted(attending)}
    away = sorted(set(range(people)) - attending)
    way |= dict.fromkeys(_some(rng, away, ALL_ATTEND_ANSWERS - attend), "unclear")
    return {
        "q7": ["yes" if person in attending else "no" for person in range(people)],
        "q10": [way.get(person, "") for person in range(people)],
        "q14": [role.get(person, "") for person in range(people)],
    }


def _settings(rng: np.random.Generator, roles: pd.Series) -> dict[str, list[str]]:
    """Follow Table 2 by role; two of those under "both" tick two settings instead of writing it."""
    counts = load("table_2").set_index(["role", "context"])["people_implied"].astype(int)
    contexts = list(counts["all"].index)
    ticks = {context: set() for context in contexts}
    for role in ("paid", "volunteer", "group_member"):
        people = roles.index[roles == role]
        dealt = _shuffled(rng, counts[role].to_dict(), len(people))
        for person, context in zip(people.tolist(), dealt, strict=True):
            ticks[context].add(person)
        if role in TWO_SETTINGS:
            two = min(ticks["both"] & set(people.tolist()))
            ticks["both"].discard(two)
            ticks["formal_distinct"].add(two)
            ticks["informal"].add(two)
    return {f"q15_{context}": _ticked(who, len(roles)) for context, who in ticks.items()}


def _training(rng: np.random.Generator, roles: pd.Series) -> dict[str, list[str]]:
    """Follow the sentences on training: who has a view, who was trained, on which course."""
    trained = {
        "paid": int(printed("trained_paid")),
        "group_member": int(printed("trained_member")),
        "volunteer": int(printed("trained_volunteer")),
    }
    chosen = {
        person for role, n in trained.items() for person in _some(rng, roles.index[roles == role].tolist(), n)
    }
    offering = roles.index[roles != ""].tolist()
    not_offering = roles.index[roles == ""].tolist()
    views = set(offering) | _some(rng, not_offering, int(printed("training_views")) - len(offering))
    untrained = sorted(views - chosen)
    other = _some(rng, untrained, len(untrained) // 2)
    accredited = _some(rng, sorted(chosen), int(printed("trained_accredited")))

    def view(person: int) -> str:
        if person not in views:
            return ""
        return "specific_ps" if person in chosen else "other" if person in other else "none"

    def course(person: int) -> str:
        if person not in chosen:
            return ""
        return "ocn_accredited" if person in accredited else "intentional_ps"

    return {
        "q13": [view(person) for person in range(len(roles))],
        "q13_course": [course(person) for person in range(len(roles))],
    }


def _days(rng: np.random.Generator, people: int) -> list[str]:
    """Draw the days of the answers: the first and the last day that the survey was open are among them."""
    closed = date.fromisoformat(load("statements").set_index("name").loc["closing_date", "printed"])
    opened = closed - OPENED_FOR + timedelta(days=1)
    offsets = sorted([0, OPENED_FOR.days - 1, *rng.integers(0, OPENED_FOR.days, people - 2).tolist()])
    return [str(opened + timedelta(days=int(offset))) for offset in offsets]
