"""The rows of the stakeholder evaluation: transcribed where it prints them, made up where it only counts.

The report prints its search, its guide, its themes and where each quotation stands. Of people it prints how
many, so people, consent and facts about them are made up to add up to that. Nothing is random.
"""

from __future__ import annotations

import pandas as pd

from peerbook import published

SEED = 2017  # nothing is random: whatever the seed, the rows are the same
TITLE = "A stakeholder evaluation: its printed lists, and made-up people where it prints only how many"
STUDY = "lsbu"
FOCUS_GROUP_DAY = "2017-01-12"
INTERVIEW_DAYS = ("2016-12-06", "2016-12-08", "2016-12-13", "2016-12-15")  # made up; the months are printed
FACILITATORS = tuple(f"PF{i}" for i in range(1, 5))
INVITED = tuple(f"PM{i:02d}" for i in range(1, 32))  # the report says over 30
MEMBERS, LATE = INVITED[:10], INVITED[10:12]
STAFF, COMMISSIONER = ("PA1", "PA2"), "PC1"
MONTHS = (4, 7, 11, 18, 26, 40, 63, 95, 130, 186)  # printed: from months to over 15 years
PAID = 4
PAPERS = 98


def make_tables(seed: int) -> dict[str, pd.DataFrame]:
    """Return every table of the raw folder, cells as text.

    Parameters
    ----------
    seed : int
        Not used.
    """
    segments, uses = _printed("segments", "derived"), _printed("segment_uses", "derived")
    return {
        "participants": _participants(),
        "participation_events": _participation(),
        "consent_events": _consent(),
        "access_rules": _printed("access_rules"),
        "sources": _sources(),
        "transcript_edits": _made(
            ["edit_id", "source_id", "participant_id", "action", "unit"],
            [("E1", "I1", "PF1", "remove", "paragraph")],
        ),
        "guide_questions": _printed("guide"),
        "guide_provenance": _printed("guide_inputs").assign(part_id=""),
        "segments": segments,
        "speakers": _speakers(segments),
        "segment_uses": uses,
        "codebook": _printed("codebook", "derived"),
        "codings": _codings(uses),
        "findings": _findings(),
        "stances": _printed("stances", "inferred"),
        "participant_facts": _facts(),
        "literature_records": _literature(),
        "search_fields": _printed("search_fields"),
        "criteria": _printed("criteria"),
        "models": _printed("models"),
        "terms": _printed("terms"),
        "design_steps": _printed("design_steps"),
        "citations": _printed("citations", "derived"),
        "search_terms": _printed("search_terms"),
        "references": _made(["ref_id", "authors", "year", "title", "type"], []),  # print has no list
    }


def _printed(name: str, status: str = "printed") -> pd.DataFrame:
    return published.load(STUDY, name).assign(status=status)


def _made(columns: list[str], rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype=str).assign(status="synthetic")


def _participants() -> pd.DataFrame:
    roles = [
        *((person, "facilitator", "mind_group") for person in FACILITATORS),
        *((person, "member", "mind_group") for person in INVITED),
        *((person, "staff", "university") for person in STAFF),
        (COMMISSIONER, "commissioner", "commissioner"),
    ]
    people = _made(["participant_id", "role", "organisation"], roles)
    return people.assign(demographics="")  # withheld in print, and never read


def _participation() -> pd.DataFrame:
    """Invite and count those of whom print says so; of the film it says only who came late."""
    interviews = zip(FACILITATORS, INTERVIEW_DAYS, strict=True)
    rows = [
        *((person, "interview", "invited", "") for person in FACILITATORS),
        *((person, "interview", "attended", day) for person, day in interviews),
        *((person, "focus_group", "invited", "") for person in INVITED),
        *((person, "focus_group", "attended", FOCUS_GROUP_DAY) for person in (*MEMBERS, *STAFF)),
        *((person, "film", "late", FOCUS_GROUP_DAY) for person in LATE),
        (COMMISSIONER, "film", "attended", FOCUS_GROUP_DAY),
    ]
    return _made(["participant_id", "activity", "event", "held_on"], rows)


def _consent() -> pd.DataFrame:
    """Let everybody agree who took part, one restrict and another take back consent to the film later."""
    interviews = zip(FACILITATORS, INTERVIEW_DAYS, strict=True)
    rows = [
        *((person, "interview", "given", "", day) for person, day in interviews),
        *((person, "focus_group", "given", "", FOCUS_GROUP_DAY) for person in MEMBERS),
        *((person, "film", "given", "", FOCUS_GROUP_DAY) for person in (*MEMBERS, *LATE)),
        (MEMBERS[0], "film", "restricted", "no face", "2017-01-26"),
        (MEMBERS[1], "film", "withdrawn", "", "2017-01-26"),
    ]
    return _made(["participant_id", "activity", "event", "scope", "date"], rows)


def _sources() -> pd.DataFrame:
    rows = [
        *((f"I{i}", "interview", day, "interview") for i, day in enumerate(INTERVIEW_DAYS, 1)),
        ("G1", "focus_group", FOCUS_GROUP_DAY, "focus_group"),
        ("N1", "field_note", FOCUS_GROUP_DAY, "field_note"),
        ("N2", "field_note", FOCUS_GROUP_DAY, "field_note"),
        ("V1", "film", FOCUS_GROUP_DAY, "focus_group"),
    ]
    return _made(["source_id", "kind", "date", "evidence_type"], rows)


def _speakers(segments: pd.DataFrame) -> pd.DataFrame:
    """Give words of a known role to people of that role in turn; leave out notes and unknown speakers."""
    rows = []
    for role, people, activity in (
        ("member", MEMBERS, "focus_group"),
        ("facilitator", FACILITATORS, "interview"),
    ):
        speech = segments["speaker_role"].eq(role) & segments["is_note"].eq("no")
        said = segments.loc[speech, "segment_id"]
        rows += [(id, people[i % len(people)], activity) for i, id in enumerate(said)]
    return _made(["segment_id", "participant_id", "activity"], rows)


def _codings(uses: pd.DataFrame) -> pd.DataFrame:
    pairs = uses[["segment_id", "theme_id"]].drop_duplicates(ignore_index=True)
    return pairs.assign(coder="authors", direction="supports", status="derived")


def _findings() -> pd.DataFrame:
    """Mark findings that a reader put together, and resolutions that the report does not give."""
    found = _printed("findings", "derived")
    judged = found["basis"].eq("reader") | found["resolution_by"].eq("this book")
    return found.assign(status=found["status"].mask(judged, "proposed"))


def _facts() -> pd.DataFrame:
    columns = [
        "participant_id", "months_in_group", "referral_source", "offered_professional_referral",
        "paid_work_started_during", "access_need",
    ]  # fmt: skip
    rows = [
        (person, str(months), "word_of_mouth", "", "yes" if i < PAID else "no", "no")
        for i, (person, months) in enumerate(zip(MEMBERS, MONTHS, strict=True))
    ]
    return _made(columns, rows)


def _literature() -> pd.DataFrame:
    rows = [(f"L{i:02d}", "", "", "include", "") for i in range(1, PAPERS + 1)]
    return _made(["record_id", "grey", "year", "decision", "reason"], rows)
