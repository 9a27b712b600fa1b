"""Who took part, who was in which session, what may be used, and how extracts were used.

Table 2 has the number of the report; all else is added. The groups are small: numbers of people below
`smallest` are held back, and no row of a table is about one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.lsbu import rows
from peerbook.chapters.lsbu.rows import FILM, FOCUS_GROUP, INTERVIEW, SMALLEST
from peerbook.coding import consent, sessions, uses
from peerbook.data.text import text_of
from peerbook.disclosure import MARK, Cell, Counted
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import PUBLISHED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "took_part",
    "facts",
    "access",
    "consents",
    "quotable",
    "repeats",
    "guide",
    "inputs",
]

ACTIVITIES = {INTERVIEW: "Interview", FOCUS_GROUP: "Focus group", FILM: "Film"}
ROLES = {"member": "members", "facilitator": "facilitators", "not_stated": "not stated"}
OF_MEMBERS = "Focus group of members"
GROUP = "members invited to the focus group"
QUOTABLE = Cell(rows.EXTRACTS, {"may be quoted": "yes"})
UNKNOWN = Cell(rows.EXTRACTS, {"consent": consent.SPEAKER_UNKNOWN})
ADMITTED = {"yes": "may come in", "no": "stays out", sessions.NO_RULE: "no rule"}


def in_short(study: Study, day: str = "", smallest: int = SMALLEST) -> Output:
    """Say in three lines who took part, what may be used, and how extracts were used."""
    found, extracts = rows.numbers(study), rows.extracts(study, day)
    data = {
        "interviews": rows.told(study, int(found["interviews"]), smallest),
        "attended": rows.told(study, int(found["attended"]), smallest),
        "invited": rows.told(study, int(found["members_invited"]), smallest),
        "film": found["film_usable"],
        "extracts": len(extracts),
        "quotable": int(extracts["may_be_quoted"].eq("yes").sum()),
        "unknown": int(extracts["consent"].eq(consent.SPEAKER_UNKNOWN).sum()),
        "placements": found["placements"],
        "repeats": found["repeats"],
    }
    counts = {
        "interviews": rows.INTERVIEWED,
        "attended": rows.CAME,
        "invited": Cell(GROUP),
        "extracts": Cell(rows.EXTRACTS),
        "quotable": QUOTABLE,
        "unknown": UNKNOWN,
    }
    said = Counted(counts=counts, plain=("placements", "repeats"))
    return text("text-in-short-stakeholders", _in_short, data, people=said)


def _in_short(n: dict) -> str:
    said = {
        name: formats.count(float(n[name]))
        for name in ("extracts", "quotable", "unknown", "placements", "repeats")
    }
    film = (
        "All in the film agree to its use."
        if n["film"] == "yes"
        else "The film cannot be used: not all agree."
    )
    said |= {name: rows.said(n[name]) for name in ("interviews", "attended", "invited")}
    lines = [
        f"{said['interviews']} facilitators were interviewed. {said['attended']} people came to the focus "
        f"group, of at least {said['invited']} who were invited.",
        f"{film} {said['quotable']} of {said['extracts']} extracts may be quoted. For {said['unknown']} "
        "nobody says who spoke, so nobody can have agreed.",
        f"Extracts stand in {said['placements']} places, and {said['repeats']} of these repeat an earlier "
        "one.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def took_part(study: Study, smallest: int = SMALLEST) -> Output:
    """Draw how many of those invited took part; of too few people no bar is drawn."""
    facilitators, members = "role == 'facilitator'", "role == 'member'"
    counts = [
        (
            "Interviews with facilitators",
            len(rows.took_part(study, INTERVIEW, "invited").query(facilitators)),
            len(rows.took_part(study, INTERVIEW, "attended").query(facilitators)),
        ),
        (
            OF_MEMBERS,
            len(rows.took_part(study, FOCUS_GROUP, "invited").query(members)),
            len(rows.took_part(study, FOCUS_GROUP, "attended").query(members)),
        ),
    ]
    data = pd.DataFrame(counts, columns=["what", "invited", "took_part"])
    held = f"Numbers below {formats.count(smallest)} are held back. " if study.synthetic else ""
    if study.synthetic:
        enough = data[["invited", "took_part"]].min(axis=1) >= smallest
        data = data[enough].reset_index(drop=True)
    return figure(
        "fig-evaluation-took-part",
        "People invited and people who took part. Added by this book.",
        _took_part_in_words,
        data,
        _took_part_drawn,
        people=Counted(counts={"invited": _invited, "took_part": _came}, by=()),
        notes=[f"{held}How many members were invited is known only as a lower limit."],
    )


def _invited(row: Mapping[str, object]) -> Cell:
    return Cell(GROUP if row["what"] == OF_MEMBERS else "facilitators invited")


def _came(row: Mapping[str, object]) -> Cell:
    return Cell(_invited(row).unit, {"took part": "yes"})


def _took_part_in_words(data: pd.DataFrame) -> str:
    said = [
        f"{row.what}: {formats.count(row.took_part)} of {formats.count(row.invited)}"
        for row in data.itertuples()
    ]
    return f"Bars of those who took part. {'; '.join(said) or 'Nothing to draw'}."


def _took_part_drawn(data: pd.DataFrame) -> Figure:
    parts = pd.DataFrame(
        {
            "took part": data["took_part"].to_numpy(),
            "invited only": (data["invited"] - data["took_part"]).to_numpy(),
        },
        index=data["what"],
    )
    labels = [f"{formats.count(row.took_part)} of {formats.count(row.invited)}" for row in data.itertuples()]
    return diagrams.bars(parts, labels, "People")


def facts(study: Study, smallest: int = SMALLEST) -> Output:
    """Say how many in the focus group found work, and how they heard of it."""
    found = rows.numbers(study)
    data = {
        "people": rows.told(study, len(study.table("participant_facts")), smallest),
        **{
            name: rows.told(study, int(found[name]), smallest)
            for name in ("paid_work", "word_of_mouth", "access_needs")
        },
    }
    counts = {name: Cell("people with facts", {name: "yes"} if name != "people" else {}) for name in data}
    return text("text-evaluation-facts", _facts, data, people=Counted(counts=counts))


def _facts(n: dict) -> str:
    said = {name: rows.said(value) for name, value in n.items()}
    return (
        f"Of {said['people']} people in the focus group, {said['paid_work']} found paid work while they took "
        f"part. {said['word_of_mouth']} had heard of it by word of mouth, and {said['access_needs']} have a "
        "physical disability or an access need. Whether the groups helped them to find work was not tested: "
        "they were not compared with others."
    )


def access(study: Study, smallest: int = SMALLEST) -> Output:
    """Say who might be in which session, and whether that was kept."""
    present = pd.concat(
        [
            rows.took_part(study, session, "attended", "late").assign(session=session)
            for session in (FOCUS_GROUP, FILM)
        ]
    )
    rules = study.table("access_rules")
    found = sessions.check_access(present[["session", "role"]], rules)
    data = found.assign(
        session=found["session"].map(ACTIVITIES).fillna(found["session"]),
        admitted=found["admitted"].map(ADMITTED),
        present=[rows.told(study, n, smallest) for n in found["present"]],
    )
    caption = "Who might be in which session. Added by this book."
    said = Counted("people in a session", counts=("present",), by=("session", "role"), words=("kept",))
    return table("table-evaluation-access", caption, data, _access, notes=_broken, people=said)


def _access(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.rename(columns={"admitted": "rule", "present": "known to be there", "kept": "rule kept"})
    return shown.set_index(["session", "role"])


def _broken(data: pd.DataFrame) -> list[str]:
    if data["kept"].eq(MARK).any():
        return ["Who of the focus group stayed for the film is not stated."]
    broken = int(data["kept"].eq("no").sum())
    said = [f"{formats.plural(broken, 'rule')} not kept, or missing."] if broken else []
    return ["Who of the focus group stayed for the film is not stated.", *said]


def consents(study: Study, day: str = "", smallest: int = SMALLEST) -> Output:
    """Say of each activity how many people decided, and whether all agree, without counting who does not."""
    events = study.table("consent_events")
    kinds = text_of(events["activity"])
    found = []
    for activity in dict.fromkeys(kinds):
        people = events.loc[kinds == activity, "participant_id"]
        usable = consent.jointly_usable(events, people, activity, day or None)["usable"]
        named = ACTIVITIES.get(activity, activity)
        found.append((named, rows.told(study, people.nunique(), smallest), usable))
    data = pd.DataFrame(found, columns=["activity", "people", "all_agree"])
    caption = "Consent by activity. Added by this book."
    said = Counted("people who decided", counts=("people",), by=("activity",), words=("all_agree",))
    return table("table-evaluation-consent", caption, data, _consents, people=said)


def _consents(data: pd.DataFrame) -> pd.DataFrame:
    use = {"yes": "whole", "no": "only what those who agree said", MARK: MARK}
    shown = data.assign(use=data["all_agree"].map(use))
    shown.loc[shown["activity"].eq(ACTIVITIES[FILM]) & shown["all_agree"].eq("no"), "use"] = "not at all"
    return shown.set_index("activity").rename(columns={"people": "people who decided", "use": "may be used"})


def quotable(study: Study, day: str = "") -> Output:
    """Count extracts by whether consent allows a quotation."""
    found = rows.extracts(study, day)
    roles = text_of(found["speaker_role"]).map(ROLES)
    counts = pd.DataFrame({"role": roles, "yes": found["may_be_quoted"].eq("yes"), "all": 1})
    data = counts.groupby("role", sort=False)[["all", "yes"]].sum().astype(int).reset_index()
    unknown = found["consent"].eq(consent.SPEAKER_UNKNOWN).groupby(roles, sort=False).sum()
    data = data.assign(unknown=data["role"].map(unknown).astype(int))
    return table(
        "table-evaluation-quotable",
        "Extracts that may be quoted. Added by this book.",
        data,
        lambda data: data.set_index("role").rename(columns=_QUOTABLE),
        people=Counted(
            counts={"all": Cell(rows.EXTRACTS), "yes": QUOTABLE, "unknown": UNKNOWN}, by=("role",)
        ),
        notes=[
            *(["Who spoke is made up where only the role is printed."] if study.synthetic else []),
            "Words are never shown in this book.",
        ],
    )


_QUOTABLE = {"all": "extracts", "yes": "may be quoted", "unknown": "speaker not known"}


def repeats(study: Study) -> Output:
    """List the places that repeat an earlier quotation, and what was changed."""
    again = uses.repeats(rows.placements(study))
    shown = again.assign(change=text_of(again["change"]), edit_reason=text_of(again["edit_reason"]))
    themes = study.table("codebook").set_index("theme_id")["label"]
    shown = shown.assign(theme=again["theme_id"].map(themes))
    data = shown[["use_id", "first_use", "theme", "edit", "change", "edit_reason", "likeness"]]
    return table(
        "table-evaluation-repeats",
        "Places that repeat an earlier quotation. Added by this book.",
        data,
        _repeats,
        people=rows.OF_QUOTATIONS,
        notes=[
            "Places are numbered in the order of the report. Likeness is 1 for the same words; it is that of "
            "the printed texts."
        ],
    )


def _repeats(data: pd.DataFrame) -> pd.DataFrame:
    names = {"first_use": "first shown as", "theme": "filed under", "edit_reason": "reason given"}
    kept = data.drop(columns="edit")
    shown = kept.astype(object).where(kept.notna(), None)
    return shown.rename(columns={"use_id": "place", **names}).set_index("place")


def guide(study: Study) -> Output:
    """Table 2: the questions of the focus group, by section."""
    data = study.table("guide_questions")[["section", "question_no", "topic", "answer_type"]]
    return table("table-2", "Guide of the focus group, in our words", data, _guide, evidence=PUBLISHED)


def _guide(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    sections = {}
    for section, part in data.groupby(text_of(data["section"]), sort=False):
        asked = int(part["question_no"].notna().sum())
        numbers = ["script" if pd.isna(n) else formats.count(n) for n in part["question_no"]]
        shown = part.assign(question=numbers)[["question", "topic", "answer_type"]]
        heading = f"{formats.upper_first(str(section))}: {formats.plural(asked, 'question')}"
        sections[heading] = shown.set_index("question")
    return sections


def inputs(study: Study) -> Output:
    """Name what the guide was made from."""
    found = text_of(study.table("guide_provenance")["input"]).unique()
    data = {"inputs": formats.words(_INPUTS.get(name, name) for name in found)}
    return text(
        "text-evaluation-guide", lambda n: f"The guide was made from {n['inputs']}.", data, evidence=PUBLISHED
    )


_INPUTS = {
    "literature": "the literature", "interview": "the interviews", "commissioner": "talks with commissioners",
    "academic": "talks with academic staff",
}  # fmt: skip
