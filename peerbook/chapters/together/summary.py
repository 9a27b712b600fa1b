"""The user-led study in brief: what it found, how sure that is, and where the report contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.together import rows
from peerbook.chapters.together.rows import (
    ATTENDING,
    HALF_UP,
    KEYS,
    OFFERING,
    SAME,
    STUDY,
    TRAINERS,
    survey_of,
)
from peerbook.disclosure import Cell, Counted
from peerbook.evidence import beside_print
from peerbook.outputs import Output, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.published.comparison import AGREEING, CONTRADICTED
from peerbook.survey import PEOPLE, Survey, count, holds, keyed, people_by_answer
from peerbook.survey.counting import ASKED, EVERYBODY
from peerbook.survey.keys import ANY_ANSWER

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "survey_of",
    "in_short",
    "findings",
    "key_points",
    "strength",
    "by_status",
    "statements",
    "discrepancies",
    "not_rebuilt",
]

STATEMENTS = "table-t29"
# What each chapter says, in words of this book, and what it rests on.
POINTS = (
    (
        "What peer support is",
        "Peers share more than distress: other parts of who they are, and values. It takes many shapes.",
        "survey, projects",
    ),
    (
        "Benefits",
        "People name gains for themselves, for their group, for workers and for services.",
        "survey, projects, literature",
    ),
    (
        "Challenges",
        "Institutions, money and paid roles press on what makes it peer support.",
        "survey, projects, literature",
    ),
    (
        "Training and support",
        "Few had training in peer support. Many had other training that helps.",
        "survey, projects, trainers",
    ),
    (
        "Good practice",
        "It is led by users, held by values, and free to grow in its own way.",
        "survey, projects",
    ),
    (
        "Future work",
        "Look beyond mainstream services, and at what paid roles change.",
        "projects, literature",
    ),
)
# What bounds each kind of evidence.
LIMITS = {
    "Survey": "People chose to answer; nobody knows how many saw the form.",
    "Projects": "Chosen on purpose.",
    "Trainers": "No notes are printed.",
    "Evaluations": "Read, not analysed again.",
    "Quotations": "Chosen to be shown; themes are not counted.",
    "Literature": "Cited, without a rule of search.",
}


def in_short(study: Study, survey: Survey, rounding: str = HALF_UP) -> Output:
    """Say in three lines what was asked of whom, what was found, and how much of the report comes out."""
    claims = _claims(study, survey, rounding)
    found = {
        "people": len(survey.answers),
        "projects": len(study.table("projects")),
        "more": int(holds(survey, "q2 = yes").sum()),
        "trained": int(holds(survey, "q13 = specific_ps").sum()),
        "views": int(survey.written("q13").sum()),
        "claims": len(claims),
        "agree": int(claims["status"].isin(AGREEING).sum()),
        "contradicted": int(claims["status"].eq(CONTRADICTED).sum()),
    }
    who = {
        "people": {},
        "more": {"q2": "yes"},
        "trained": {"q13": "specific_ps"},
        "views": {"q13": ANY_ANSWER},
    }
    said = Counted(
        counts={name: Cell(PEOPLE, where) for name, where in who.items()},
        extremes=("agree",),
        plain=("projects", "claims", "contradicted"),
    )
    return text("text-in-short-summary", partial(_in_short, made_up=study.synthetic), found, people=said)


def _in_short(n: dict[str, float], made_up: bool) -> str:
    said = {name: formats.count(value) for name, value in n.items()}
    lines = [
        "People who use services led this study. {people} people answered a form online, and {projects} "
        "projects were seen. They were asked what peer support is, what it does, and what gets in its way.",
        "For {more} of {people} people a peer shares more than distress. Few were trained in peer support: "
        "{trained} of {views}.",
        "Of {claims} numbers in the text, {agree} come out the same here, and {contradicted} cannot be right "
        "or are said in two ways."
        + (
            " The answers were made up to fit the report, so this tests the sums and not the findings."
            if made_up
            else ""
        ),
    ]
    return "\n".join(f"- {line.format(**said)}" for line in lines)


def findings(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T31: the main numbers of the survey, each with its base and how sure it is."""
    asked = (
        ("A peer should share more than distress", "q2", "yes", EVERYBODY, "everybody"),
        ("They should share an idea of recovery", "q3", "recovery", ASKED, "those who said so"),
        ("Attend a group or service", "q7", "yes", EVERYBODY, "everybody"),
        ("Offer peer support", "offers", "yes", EVERYBODY, "everybody"),
        ("Offer it as a paid worker", "q14", "paid", OFFERING, "those who offer"),
        ("Receive it as mutual support", "q10", "mutual", ATTENDING, "those who attend"),
        ("Were trained in peer support", "q13", "specific_ps", "q13 answered", "those with a view"),
    )
    numbers = ["people", "base", "shown", "ci_low", "ci_high"]
    found = []
    for label, question, option, base, said in asked:
        rows_ = keyed(count(survey, question, base, rounding), survey, same=SAME).set_index("option")
        found.append((label, *rows_.loc[option, numbers], said, *rows_.loc[option, KEYS]))
    columns = ["finding", "people", "base", "percent", "ci_low", "ci_high", "base_is", *KEYS]
    data = pd.DataFrame(found, columns=columns)
    said = people_by_answer(percents=["percent"])
    return table("table-t31", "Main numbers of the survey", data, _findings, people=said)


def _findings(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(
        people=[
            f"{formats.count(n)} of {formats.count(base)} ({said})"
            for n, base, said in data[["people", "base", "base_is"]].itertuples(index=False)
        ],
        percent=[formats.percent(p, digits=0) for p in data["percent"]],
        **{
            "95% interval": [
                formats.missing(low) if formats.is_missing(low) else f"{formats.interval(low, high, 0)}%"
                for low, high in data[["ci_low", "ci_high"]].itertuples(index=False)
            ]
        },
    )
    return shown.set_index("finding")[["people", "percent", "95% interval"]]


def key_points(study: Study) -> Output:
    """Text T5: what each chapter of the report says, in our words, with what it rests on."""
    data = pd.DataFrame(POINTS, columns=["chapter", "point", "rests_on"])
    return text("text-t5", _points, data, evidence=JUDGEMENT)


def _points(data: pd.DataFrame) -> str:
    return "\n".join(
        f"- **{row.chapter}.** {row.point} *Rests on: {row.rests_on}.*" for row in data.itertuples()
    )


def strength(study: Study, survey: Survey) -> Output:
    """Table T32: how strong each kind of evidence is."""
    interviews = study.table("interviews")
    amounts = {
        "Survey": (len(survey.answers), "people"),
        "Projects": (interviews["project_id"].nunique(), "projects"),
        "Trainers": (int(interviews["role"].eq("trainer").sum()), "people"),
        "Evaluations": (int(study.table("projects")["evaluation_report"].eq("yes").sum()), "reports"),
        "Quotations": (len(study.table("excerpts")), "places"),
        "Literature": (len(study.table("works")), "works"),
    }
    rows = [(kind, *amounts[kind], limit) for kind, limit in LIMITS.items()]
    data = pd.DataFrame(rows, columns=["evidence", "n", "of_what", "strength"])
    width = count(survey, "q2", EVERYBODY).set_index("option").loc["yes"]
    data = data.assign(half_width=(width["ci_high"] - width["ci_low"]) / 2)
    caption = "How strong the evidence is"
    said = Counted(counts={"n": _people}, by=(), extremes=("half_width",))
    return table("table-t32", caption, data, _strength, notes=_margin, evidence=JUDGEMENT, people=said)


def _people(row: Mapping[str, object]) -> Cell | None:
    units = {"Survey": PEOPLE, "Trainers": TRAINERS}
    return Cell(units[row["evidence"]]) if row["evidence"] in units else None


def _strength(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(
        amount=[f"{formats.count(n)} {what}" for n, what in data[["n", "of_what"]].to_numpy()]
    )
    return shown.set_index("evidence")[["amount", "strength"]]


def _margin(data: pd.DataFrame) -> list[str]:
    return [
        "Even if the people who answered had been drawn at random, a share of everybody would be sure only "
        f"to about {formats.count(data['half_width'].iloc[0])} percentage points either way."
    ]


def _claims(study: Study, survey: Survey, rounding: str) -> pd.DataFrame:
    return beside_print.stated(STUDY, rows.numbers(study, survey, rounding), STATEMENTS)


def by_status(study: Study, survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T33: numbers of the text and cells of tables by how they come out."""
    return beside_print.by_status("table-t33", _claims(study, survey, rounding), rows.cells(survey, rounding))


def statements(study: Study, survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T29: every number of the text beside this build."""
    return beside_print.statements_table(STATEMENTS, _claims(study, survey, rounding))


def discrepancies(study: Study) -> Output:
    """Table T34: where the report says two things, or cannot be right."""
    return beside_print.discrepancies_table(STUDY, "table-t34")


def not_rebuilt(study: Study) -> Output:
    """Table T35: what cannot be rebuilt, and why."""
    return beside_print.not_rebuilt_table(STUDY, "table-t35")
