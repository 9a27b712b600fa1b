"""The consultation of the stand-in: a survey, two events and the hub interviews, as in Chapter 5.

Word groups and themes get as many respondents as printed, event lists and filled cells are the printed
ones. Which respondent gave which phrase is made up.
"""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed


RESPONDENTS, ANSWERED_WORDS, ANSWERED_NOT = 163, 157, 156
EVENTS = {"London": 14, "Leeds": 12}  # 26 people; the split is made up
HUB_STAFF = {
    "Coventry": 4,
    "Kensington & Chelsea": 4,
    "Blackpool": 4,
    "Leeds": 4,
    "Middlesbrough": 4,
    "Northamptonshire": 3,
    "Plymouth": 3,
    "Southampton": 3,
    "Suffolk": 3,
    "Depression Alliance": 3,
    "Elefriends": 3,
}  # 38 people, one of three printed readings
UNLISTED = "something else"  # an answer whose phrase is in no group of words


def material(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Make the people, sources, segments and codes of the consultation.

    Parameters
    ----------
    rng : Generator

    Returns
    -------
    dict of DataFrame
        `people`, `sources`, `segments`, `segment_codes`.
    """
    lists, list_codes = _event_lists()
    evidence, evidence_codes = _hub_evidence()
    themes, theme_codes = _themes(rng)
    return {
        "people": _people(),
        "sources": _sources(),
        "segments": pd.concat([_phrases(rng), themes, lists, evidence], ignore_index=True),
        "segment_codes": pd.concat([theme_codes, list_codes, evidence_codes], ignore_index=True).assign(
            round="final", valence="supports"
        ),
    }


def _respondents() -> list[str]:
    return [f"S{number:03}" for number in range(1, RESPONDENTS + 1)]


def _people() -> pd.DataFrame:
    attended = [place for place, people in EVENTS.items() for _ in range(people)]
    staff = [hub for hub, people in HUB_STAFF.items() for _ in range(people)]
    rows = [(person, "survey", "") for person in _respondents()]
    rows += [(f"E{number:02}", "event", place) for number, place in enumerate(attended, 1)]
    rows += [(f"H{number:02}", "hub interview", hub) for number, hub in enumerate(staff, 1)]
    return pd.DataFrame(rows, columns=["person_id", "strands", "region"]).assign(status="synthetic")


def _sources() -> pd.DataFrame:
    questions = {"words": "Three words for peer support", "not_peer_support": "What is not peer support"}
    survey = [
        {"source_id": f"survey-{question}", "strand": "survey", "question": question, "title": title}
        for question, title in questions.items()
    ]
    events = [
        {
            "source_id": _list_id(row.event, row.group),
            "strand": "event",
            "title": f"{row.event}, {row.group}",
            "place": row.event,
            "period": "June 2015",
            "ranked": row.ranked,
        }
        for row in printed.load("table_5_4").drop_duplicates(["event", "group"]).itertuples()
    ]
    hubs = [
        {
            "source_id": f"hub-{hub}",
            "strand": "hub interview",
            "title": hub,
            "place": hub,
            "period": "April to July 2015",
        }
        for hub in HUB_STAFF
    ]
    return pd.DataFrame([*survey, *events, *hubs]).assign(status="printed")


def _phrases(rng: np.random.Generator) -> pd.DataFrame:
    """Give every group of words its printed number of people, at most three phrases a person."""
    answering = rng.permutation(rng.choice(_respondents(), ANSWERED_WORDS, replace=False))
    phrases = printed.load("lexicon").assign(phrase=lambda rows: rows["phrase"].str.replace("+", " "))
    twice = set(phrases.loc[phrases["phrase"].duplicated(), "phrase"])
    counts = printed.load("table_5_2").set_index("group")["n"].astype(int)
    groups = printed.load("codebooks").query("codebook == 'words'").set_index("label")["code_id"]
    turn, given = cycle(answering), {person: [] for person in answering}
    for label, people in counts.items():
        mine = phrases.loc[phrases["code_id"] == groups[label], "phrase"]
        shared = [phrase for phrase in mine if phrase in twice]
        before = sum(phrase in twice for said in given.values() for phrase in said) if shared else 0
        words = cycle([phrase for phrase in mine if phrase not in twice] if before else mine)
        for _ in range(people - before):
            given[next(turn)].append(next(words))
    rows = [
        {"person_id": person, "position": slot, "text": phrase}
        for person, said in sorted(given.items())
        for slot, phrase in enumerate(said or [UNLISTED], 1)
    ]
    table = pd.DataFrame(rows)
    ids = table["person_id"] + "-w" + table["position"].astype(str)
    return table.assign(segment_id=ids, source_id="survey-words", quotable="no", status="synthetic")


def _themes(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every theme its printed number of people among those who answered."""
    answering = rng.permutation(rng.choice(_respondents(), ANSWERED_NOT, replace=False))
    counts = printed.load("table_5_3").set_index("code_id")["n"].astype(int)
    turn = cycle(answering)
    codes = [(f"{next(turn)}-n", theme) for theme, people in counts.items() for _ in range(people)]
    segments = pd.DataFrame({"person_id": sorted(answering)})
    segments = segments.assign(
        segment_id=segments["person_id"] + "-n", source_id="survey-not_peer_support", status="synthetic"
    )
    return segments, pd.DataFrame(codes, columns=["segment_id", "code_id"]).assign(
        coder="A", status="synthetic"
    )


def _event_lists() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the printed lists; the component each item speaks for is a proposal."""
    items = printed.load("table_5_4")
    source = [_list_id(event, group) for event, group in zip(items["event"], items["group"], strict=True)]
    segments = pd.DataFrame(
        {
            "segment_id": [f"{name}-{place}" for name, place in zip(source, items["position"], strict=True)],
            "source_id": source,
            "position": items["position"],
            "text": items["item"],
            "quotable": "yes",
            "status": "printed",
        }
    )
    codes = segments[["segment_id"]].assign(code_id=items["components"].str.split(";")).explode("code_id")
    return segments, codes.assign(code_id="draft." + codes["code_id"], coder="reader", status="proposed")


def _hub_evidence() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one segment for every filled cell; five of them serve two components."""
    draft = printed.load("codebooks").query("codebook == 'draft' and kind == 'component'")
    cells = printed.load("table_5_5").query("filled == '1'")
    cells = cells.assign(code_id=cells["component"].map(draft.set_index("label")["code_id"]))
    shared = printed.load("shared_extracts").set_index(["hub", "component_b"])["component_a"].to_dict()
    named = [shared.get(cell, cell[1]) for cell in zip(cells["hub"], cells["code_id"], strict=True)]
    cells["segment_id"] = cells["hub"] + "-" + pd.Series(named, index=cells.index).str.removeprefix("draft.")
    cells["source_id"] = "hub-" + cells["hub"]
    segments = cells[["segment_id", "source_id"]].drop_duplicates().assign(status="derived")
    return segments, cells[["segment_id", "code_id"]].assign(coder="report", status="printed")


def _list_id(event: str, group: str) -> str:
    return f"{event}-{group.replace(' ', '-')}".lower()
