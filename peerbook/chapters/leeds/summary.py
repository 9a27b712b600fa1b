"""The scoping in brief: what it looked for and where, what it found, how sure that is, and what is wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.leeds import rows
from peerbook.chapters.leeds.rows import REGION, STUDY
from peerbook.data.text import text_of
from peerbook.disclosure import Counted
from peerbook.evidence import beside_print
from peerbook.evidence.register import rows_counted, study_by_origin
from peerbook.evidence.scoping import top_tags
from peerbook.outputs import Output, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.published.comparison import AGREES, CONTRADICTED, NOT_COMPUTABLE, STATUSES

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "places",
    "places_drawn",
    "findings",
    "strength",
    "by_status",
    "statements",
    "discrepancies",
    "not_rebuilt",
    "row_origins",
]

STATEMENTS = "table-stated-project"
# What it found, in words of this book, with the theme of the interviews that holds it.
POINTS = (
    ("M", "Peer support is a human bond and not a treatment. Peers lead it."),
    ("V", "Shared experience, respect and empathy hold it up. Power should be shared."),
    ("BW", "People who work in it like their job, and feel better themselves."),
    ("BI", "Within health services it brings new ways of working and new routes to help."),
    ("CW", "Limits between people are hard to keep, and old wounds can open."),
    ("CI", "Health services often do not know what it is, and some look down on it."),
)
# What bounds each kind of evidence.
LIMITS = {
    "Activities": "What could be seen. Whether it still runs is not known.",
    "Interviews": "How many there were is not said; only people who work in peer support.",
    "Quotations": "Chosen to be shown; themes are not counted.",
    "Works": "By four rules, some of them not kept.",
}


def in_short(study: Study) -> Output:
    """Say in three lines what was looked for, what was found, and how it holds."""
    status = rows.all_claims(study, STATEMENTS)["status"].value_counts()
    services = study.table("services")
    found = {
        "activities": len(services),
        "places": len(study.table("places")),
        "without": int(services["place_code"].isna().sum()),
        "recommendations": len(study.table("recommendations")),
        "actions": len(study.table("actions")),
        "claims": int(status.sum()),
        "agree": int(status.get(AGREES, 0)),
        "contradicted": int(status.get(CONTRADICTED, 0)),
        "not_computable": int(status.get(NOT_COMPUTABLE, 0)),
    }
    names = set(found) - {"agree", "not_computable"}
    said = Counted(extremes=("agree", "not_computable"), plain=tuple(sorted(names)))
    return text("text-in-short-summary", partial(_in_short, made_up=study.synthetic), found, people=said)


def _in_short(n: dict, made_up: bool) -> str:
    said = {name: formats.count(value) for name, value in n.items()}
    lines = [
        "This study counted {activities} activities of peer support in a region of {places} places. "
        "For {without} of them no place is given.",
        "It ends with {recommendations} areas of recommendations and {actions} actions. Services should know "
        "what peer support is, and guard its values.",
        "Of {claims} statements, {agree} come out the same here. {contradicted} are said in two ways, and "
        "{not_computable} cannot be checked."
        + (" Most rows were made up to fit, so this tests the sums only." if made_up else ""),
    ]
    return "\n".join(f"- {line.format(**said)}" for line in lines)


def places(study: Study) -> Output:
    """Set activities, people and the experiences shared most beside each other, place by place."""
    counts = rows.experiences_everywhere(study)
    data = rows.activities_by_place(study.table("services"), study.table("places"))
    top = [formats.words(top_tags(counts[place], 3)) for place in data["place"]]
    return table(
        "table-places",
        "Activities by place",
        data.assign(top=top),
        _places,
        notes=_gap,
        people=rows.OF_ACTIVITIES,
    )


def _places(data: pd.DataFrame) -> pd.DataFrame:
    return rows.activities_shown(data).rename(columns={"top": "shared most"})


def _gap(data: pd.DataFrame) -> list[str]:
    whole, people = data["n"].sum(), data["population"].sum()
    known = data.loc[data["population"].notna(), "n"].sum()
    return [
        f"The region has {formats.count(whole)} activities, its places {formats.count(known)}. The rest, "
        f"{formats.count(whole - known)}, may be for the whole region, be counted twice, or be a slip.",
        f"Together the places have {formats.count(people)} people. The counts are of several years, so rates "
        "are rough; the report prints none.",
    ]


def places_drawn(study: Study) -> Output:
    """Draw the activities of each place, most first."""
    found = rows.activities_by_place(study.table("services"), study.table("places"))
    data = found[["place", "n"]].rename(columns={"n": "activities"})
    data = data.sort_values("activities", ascending=False, kind="stable", ignore_index=True)
    caption, draw = f"Activities in {REGION}, by place", rows.draw_activities
    return figure("fig-places", caption, _drawn, data, draw, people=rows.OF_ACTIVITIES)


def _drawn(data: pd.DataFrame) -> str:
    counts = zip(data["place"], data["activities"], strict=True)
    said = formats.words([f"{place}, {formats.count(n)}" for place, n in counts])
    return f"Bars of activities, most first: {said}."


def findings(study: Study) -> Output:
    """Say what the interviews found, with how many codes and quotations stand for it."""
    codes, excerpts = study.table("codes"), study.table("excerpts")
    names = codes.set_index("code")["label"]
    theme = text_of(excerpts["code"]).str.partition(".")[0]
    found = [
        (names[code], said, int((codes["parent"] == code).sum()), int((theme == code).sum()))
        for code, said in POINTS
        if code in names
    ]
    data = pd.DataFrame(found, columns=["theme", "point", "codes", "quotations"])
    return table("table-points-found", "What people who work in peer support say", data, evidence=JUDGEMENT)


def strength(study: Study) -> Output:
    """Say how much there is of each kind of evidence, and what bounds it."""
    made_up = study.table("interviews")["status"].eq("synthetic").all()
    amounts = {
        "Activities": formats.count(len(study.table("services"))),
        "Interviews": "not stated" if made_up else "",
        "Quotations": formats.count(len(study.table("excerpts"))),
        "Works": formats.count(len(study.table("sources"))),
    }
    found = [(kind, amounts[kind], limit) for kind, limit in LIMITS.items()]
    data = pd.DataFrame(found, columns=["evidence", "amount", "limit"])
    if not made_up:
        data = data.assign(people=data["evidence"].map({"Interviews": float(len(study.table("interviews")))}))
    caption = "How strong the evidence is"
    said = rows.OF_ACTIVITIES if made_up else Counted(counts={"people": rows.INTERVIEWED}, by=())
    return table("table-strength", caption, data, _strength, evidence=JUDGEMENT, people=said)


def _strength(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.set_index("evidence")[["amount", "limit"]]
    if "people" in data:
        people = data.set_index("evidence")["people"].map(formats.count)
        shown = shown.assign(amount=shown["amount"].where(shown["amount"] != "", people))
    return shown


def by_status(study: Study) -> Output:
    """Count the statements of the project and of the places by how they come out."""
    claims = rows.all_claims(study, STATEMENTS)
    kinds = {"project": claims["chapter"].eq(rows.PROJECT), "places": claims["chapter"].ne(rows.PROJECT)}
    counts = {name: claims.loc[which, "status"].value_counts() for name, which in kinds.items()}
    data = pd.DataFrame(counts).reindex(STATUSES).dropna(how="all").fillna(0).astype(int)
    data = data.rename_axis("status").reset_index()
    said = Counted(by=(), extremes=tuple(data.columns))
    return table("table-statuses", "How printed statements come out", data, people=said)


def statements(study: Study) -> Output:
    """Set the statements that are about no place beside this build."""
    return beside_print.statements_table(STATEMENTS, rows.project_claims(study, STATEMENTS))


def discrepancies(study: Study) -> Output:
    """List where the report says two things, or cannot be right."""
    return beside_print.discrepancies_table(STUDY, "table-two-readings")


def not_rebuilt(study: Study) -> Output:
    """List what cannot be rebuilt, and why, with the items of the report that are excepted."""
    items = published.load_list(STUDY, "items").query("exception != ''")
    excepted = items.rename(columns={"title": "what"})[["what", "reason"]]
    data = pd.concat([published.load(STUDY, "not_rebuilt"), excepted], ignore_index=True)
    data = data.drop_duplicates("what")
    return table("table-not-rebuilt", "What cannot be rebuilt, and why", data, people=rows.OF_ACTIVITIES)


def row_origins(study: Study) -> Output:
    """Count the raw rows of each table by where they come from."""
    data = study_by_origin(study).set_index("table").sort_index(axis=1).reset_index()
    caption = "Raw rows by where they come from"
    return table("table-origins", caption, data, people=rows_counted(data))
