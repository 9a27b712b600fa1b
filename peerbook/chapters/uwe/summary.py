"""The review in brief: what it asked and of which papers, what it found, how strong that is, what is wrong.

Table 1 and Boxes 1 and 2 have the names of the review; all else is added.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.uwe import beside_print, rows
from peerbook.evidence.register import study_by_origin
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import PUBLISHED
from peerbook.published.comparison import AGREES, CONTRADICTED, DIFFERS, NOT_COMPUTABLE, STATUSES
from peerbook.review import amounts, selection, stages, support

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "answers_drawn",
    "strength",
    "checked",
    "contradictions",
    "not_rebuilt",
    "service_types",
    "ladder",
    "features",
    "row_origins",
]

LADDER, FEATURES = "ladder of involvement", "features of co-production"


def in_short(study: Study) -> Output:
    """Say in three lines what the review asked, what it found and how it holds."""
    answers = support.by_subtheme(rows.linked(study), study.table("framework"))
    first = answers.sort_values("included", ascending=False).head(1)
    status = _claims(study)["status"].value_counts()
    numbers = {
        "studies": len(study.table("studies")),
        "passed": rows.at(rows.boxes(study), stages.PASSED),
        "answer": formats.words(first["label"]),
        "papers": int(first["included"].sum()),
        "statements": int(status.sum()),
        "agree": int(status.get(AGREES, 0)),
        "contradicted": int(status.get(CONTRADICTED, 0)),
    }
    return text("text-in-short-summary", _in_short, numbers, people=rows.OF_WORKS)


def _in_short(n: dict) -> str:
    count = {name: formats.count(float(n[name])) for name in n if name != "answer"}
    passed = "" if formats.is_missing(n["passed"]) else f", chosen from {count['passed']}"
    lines = [
        f"The review read {count['studies']} papers{passed}. It asked what peer support groups are, what "
        "helps them start and grow, and how to tell if they work.",
        f"Most papers ({count['papers']} of {count['studies']}) speak of one answer: {n['answer']}.",
        f"We checked {count['statements']} statements. {count['agree']} agree with the review's own rows. "
        f"{count['contradicted']} go against something else that the review says.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _claims(study: Study) -> pd.DataFrame:
    parts = (beside_print.SEARCH, beside_print.FINDINGS)
    return pd.concat([beside_print.claims_of(study, part) for part in parts], ignore_index=True)


def answers_drawn(study: Study) -> Output:
    """Draw how many papers are cited for each answer of the review."""
    data = support.by_subtheme(rows.linked(study), study.table("framework"))
    asked = study.table("framework").drop_duplicates("question").set_index("question")["question_label"]
    data = data.assign(question=data["question"].map(asked), answer=data["subtheme"] + " " + data["label"])
    return figure(
        "fig-review-answers",
        "Papers cited for each answer of the review. Added by this book.",
        _answers_in_words,
        data[["answer", "question", "included", "others"]].rename(
            columns={"included": "papers in the review", "others": "other works"}
        ),
        _answers_bars,
        notes=[
            "Counts say how often an answer comes up, not how well it is shown. Answers are in our words."
        ],
        people=rows.OF_WORKS,
    )


def _answers_in_words(data: pd.DataFrame) -> str:
    if data.empty:
        return "A picture without bars: the review has no answers."
    ordered = data.sort_values("papers in the review", ascending=False)
    named = [
        f"{row['answer']}, {formats.count(row['papers in the review'])}"
        for _, row in pd.concat([ordered.head(3), ordered.tail(1)]).iterrows()
    ]
    return (
        f"Bars for {formats.plural(len(data), 'answer')}. Most papers: {'; '.join(named[:-1])}. "
        f"Fewest: {named[-1]}."
    )


def _answers_bars(data: pd.DataFrame) -> Figure:
    values = data.set_index("answer")[["papers in the review", "other works"]]
    labels = [
        f"{formats.count(row.iloc[0])}" + (f" + {formats.count(row.iloc[1])}" if row.iloc[1] else "")
        for _, row in values.iterrows()
    ]
    return diagrams.bars(values, labels, "Papers and other works")


def strength(study: Study) -> Output:
    """Say what kind of papers the review rests on, and how far its claims and criteria can be checked."""
    studies, links = study.table("studies"), rows.linked(study)
    weighed = support.weights(links)
    records = study.table("records")
    kept = records[records["ref_id"].isin(set(studies["ref_id"]))]
    judged = selection.verdicts(kept, study.table("criterion_tests"), rows.optional(study, "overrides"))
    unseen = judged["verdict"].eq(selection.NOT_RECORDED).groupby(judged["criterion_id"]).all()
    words = amounts.amounts(rows.optional(study, "quantifiers"), links, studies, study.table("measures"))[
        "borne_out"
    ]
    numbers = {
        "studies": len(studies),
        "trials": int((studies["design"] == "RCT").sum()),
        "commentaries": int((studies["design"] == "commentary or reflection").sum()),
        "sizes": int(studies["sample_n"].notna().sum()),
        "claims": len(weighed),
        "on one": int((weighed["works"] == 1).sum()),
        "criteria": len(unseen),
        "unseen": int(unseen.sum()),
        "words": len(words),
        "borne out": int((words == "yes").sum()),
    }
    return text("text-review-strength", _strength, numbers, people=rows.OF_WORKS)


def _strength(n: dict[str, float]) -> str:
    count = {name: formats.count(value) for name, value in n.items()}
    return (
        f"Of {count['studies']} papers, {count['trials']} are trials and {count['commentaries']} are "
        f"commentaries or reflections. The review gives the number of people for {count['sizes']} of them. "
        f"We read {count['claims']} claims in it; {count['on one']} rest on one work. Of {count['criteria']} "
        f"criteria that can be put as rules, {count['unseen']} cannot be checked for any paper, because what "
        f"they ask for was not recorded. The text says “most” or the like {count['words']} times where rows "
        f"can be counted; the counts bear it out {count['borne out']} times."
    )


def checked(study: Study) -> Output:
    """Count the statements of the review by how they compare."""
    found = _claims(study)
    counts = pd.crosstab(found["chapter"], found["status"]).reindex(
        index=found["chapter"].unique(), columns=list(STATUSES), fill_value=0
    )
    always = (AGREES, DIFFERS, NOT_COMPUTABLE, CONTRADICTED)
    counts = counts[[status for status in STATUSES if status in always or counts[status].any()]]
    counts.insert(0, "statements", counts.sum(axis=1))
    data = counts.rename_axis(columns=None).reset_index().rename(columns={"chapter": "part of the review"})
    return table(
        "table-review-checked",
        "Statements of the review by how they compare with its rows. Added by this book.",
        data,
        notes=[
            "The rows were taken from the same text. That a number agrees shows that the review counts "
            "well, not that it is right about peer support."
        ],
        people=rows.OF_WORKS,
    )


def contradictions(study: Study) -> Output:
    """List where the review says two things.

    Parameters
    ----------
    study : Study
        Not read: the list is about the printed review.
    """
    return beside_print.discrepancies_table("table-review-contradictions")


def not_rebuilt(study: Study) -> Output:
    """List what the review has or should have, and this book cannot rebuild, with the reason.

    Parameters
    ----------
    study : Study
    """
    items = beside_print.exceptions().rename(columns={"title": "what", "exception": "because"})
    counted = rows.boxes(study)
    blank = counted[counted["n"].isna()]
    unstated = pd.DataFrame(
        {
            "what": [
                formats.upper_first(reason or stage)
                for stage, reason in blank[["stage", "reason"]].to_numpy()
            ],
            "kind": "number",
            "because": "not stated",
            "reason": "The review does not give it.",
        }
    )
    return table(
        "table-review-not-rebuilt",
        "What cannot be rebuilt, and why. Added by this book.",
        pd.concat([items, unstated], ignore_index=True),
        evidence=PUBLISHED,
    )


def service_types(study: Study) -> Output:
    """Table 1: kinds of service by who designs and who delivers them."""
    data = study.table("service_types")[["delivered_by", "designed_by", "cell"]]
    return table(
        "table-1", "Kinds of service, by who designs and who delivers them", data, _grid, evidence=PUBLISHED
    )


def _grid(data: pd.DataFrame) -> pd.DataFrame:
    who = list(dict.fromkeys(data["delivered_by"]))
    wide = data.pivot_table(index="delivered_by", columns="designed_by", values="cell", aggfunc="first")
    wide = wide.reindex(index=who, columns=list(dict.fromkeys(data["designed_by"])))
    wide = wide.rename(columns=lambda name: f"designed by {name}", index=lambda name: f"delivered by {name}")
    return wide.astype(object).where(wide.notna(), None).rename_axis(index="service", columns=None)


def ladder(study: Study) -> Output:
    """Box 1: the steps of involvement, the highest first."""
    return _list(study, LADDER, "table-box-1", "Ladder of involvement, the highest step first", "step")


def features(study: Study) -> Output:
    """Box 2: what makes co-production."""
    return _list(study, FEATURES, "table-box-2", "Features of co-production", "feature")


def _list(study: Study, name: str, id: str, caption: str, head: str) -> Output:
    lists = study.table("concept_lists")
    data = lists.loc[lists["list"] == name, ["rank", "item"]].sort_values("rank").reset_index(drop=True)
    return table(id, caption, data, partial(_items, head=head), evidence=PUBLISHED)


def _items(data: pd.DataFrame, head: str) -> pd.DataFrame:
    return data.rename(columns={"rank": "place", "item": head}).set_index("place")


def row_origins(study: Study) -> Output:
    """Count the raw rows of each table by where they come from."""
    caption = "Raw rows by where they come from. Added by this book."
    return table("table-review-rows", caption, study_by_origin(study), people=rows.OF_WORKS)
