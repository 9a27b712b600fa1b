"""The evaluation in brief: what it asked and of whom, what it found, how strong that is, what is wrong.

Figures 1 and 2 and Table 1 have the numbers of the report; all else is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.lsbu import rows
from peerbook.data.text import text_of
from peerbook.disclosure import Cell, Counted, is_withheld
from peerbook.evidence import beside_print
from peerbook.evidence.matrix import CONVERGENT, DIVERGENT, SINGLE, STATES
from peerbook.evidence.register import rows_counted, study_by_origin
from peerbook.outputs import Output, diagrams, figure, formats, markup, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.published.comparison import AGREEING, CONTRADICTED, STATUSES
from peerbook.review import search

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "states",
    "strength",
    "models",
    "aims",
    "search_strategy",
    "query",
    "cited",
    "checked",
    "contradictions",
    "not_rebuilt",
    "statements",
    "steps",
    "row_origins",
]

MEANING = {
    CONVERGENT: "two or more kinds of evidence agree",
    DIVERGENT: "kinds of evidence differ",
    SINGLE: "one kind speaks alone",
    "silent": "none speaks",
}


def in_short(study: Study) -> Output:
    """Say in three lines what was asked of whom, what was found and how it holds."""
    found, status = rows.numbers(study), rows.claims(study)["status"]
    triangulated = rows.triangulation(study)
    state, named = triangulated["state"], study.table("findings").set_index("finding_id")["finding"]
    agreed = triangulated.loc[state == CONVERGENT, "statement"].map(named).head(3)
    data = {
        **{name: found[name] for name in ("interviews", "attended", "papers")},
        "findings": len(state),
        "agree": int(state.eq(CONVERGENT).sum()),
        "differ": int(state.eq(DIVERGENT).sum()),
        "statements": len(status),
        "same": int(status.isin(AGREEING).sum()),
        "contradicted": int(status.eq(CONTRADICTED).sum()),
        "agreed": "; ".join(map(formats.lower_first, agreed)),
    }
    counts = {"interviews": rows.INTERVIEWED, "attended": rows.CAME}
    plain = ("papers", "findings", "agree", "differ", "statements", "contradicted")
    said = Counted(counts=counts, extremes=("same",), plain=plain)
    return text("text-in-short-summary", partial(_in_short, made_up=study.synthetic), data, people=said)


def _in_short(n: dict, made_up: bool) -> str:
    said = {name: formats.count(float(value)) for name, value in n.items() if name != "agreed"}
    said["agreed"] = f" Those that agree include: {n['agreed']}." if n["agreed"] else ""
    lines = [
        "The evaluation asked what peer support groups of one local charity do, and what helps them. It drew "
        "on {interviews} interviews with facilitators, a focus group of {attended} people and {papers} "
        "papers.",
        "On {agree} of {findings} findings, two or more kinds of evidence agree. On {differ} they "
        "differ.{agreed}",
        "We checked {statements} statements. {same} come out the same here. {contradicted} go against "
        "something else that the report says."
        + (
            " The rows on people are made up to fit its counts, so this tests its sums and not its findings."
            if made_up
            else ""
        ),
    ]
    return "\n".join(f"- {line.format(**said)}" for line in lines)


def states(study: Study) -> Output:
    """Draw how many findings rest on evidence that agrees, differs or stands alone."""
    counted = rows.triangulation(study)["state"].value_counts().reindex(list(STATES), fill_value=0)
    data = counted.rename_axis("state").rename("findings").reset_index()
    data = data.assign(meaning=data["state"].map(MEANING))[["state", "meaning", "findings"]]
    return figure(
        "fig-evaluation-states",
        "Findings by how the kinds of evidence stand to each other. Added by this book.",
        _states_in_words,
        data[data["findings"] > 0],
        _states_drawn,
        evidence=JUDGEMENT,
    )


def _states_in_words(data: pd.DataFrame) -> str:
    parts = [f"{row.meaning}, {formats.count(row.findings)}" for row in data.itertuples()]
    return f"Bars of findings: {'; '.join(parts) or 'none'}."


def _states_drawn(data: pd.DataFrame) -> Figure:
    values = data.set_index("meaning")[["findings"]]
    return diagrams.bars(values, [formats.count(n) for n in values["findings"]], "Findings")


def strength(study: Study) -> Output:
    """Say how strong each kind of evidence is."""
    found = rows.numbers(study)
    coders = study.table("codings")["coder"].nunique()
    usable = {"yes": "all in it agree to its use", "no": "not all in it agree to its use"}
    data = pd.DataFrame(
        [
            ("Interviews", found["interviews"], "facilitators", "share of those asked", found["completion"]),
            (
                "Focus group",
                found["attended"],
                "people, once",
                "share of those invited, at most",
                found["uptake"],
            ),
            ("Film", found["films"], "films to show", usable[found["film_usable"]], None),
            ("Literature", found["papers"], "papers", "choice of papers not told in numbers", None),
            (
                "Coding",
                coders,
                "reading" if coders == 1 else "readings",
                "no count of how far coders agree",
                None,
            ),
        ],
        columns=["evidence", "n", "of_what", "strength", "percent"],
    )
    caption = "How strong the evidence is"
    said = Counted(counts={"n": _people}, by=(), extremes=("percent",))
    return table("table-evaluation-strength", caption, data, _strength, evidence=JUDGEMENT, people=said)


def _people(row: Mapping[str, object]) -> Cell | None:
    return {"Interviews": rows.INTERVIEWED, "Focus group": rows.CAME}.get(row["evidence"])


def _strength(data: pd.DataFrame) -> pd.DataFrame:
    shares = [
        "" if pd.isna(p) and not is_withheld(p) else f": {formats.percent(p, digits=0)}"
        for p in data["percent"]
    ]
    return pd.DataFrame(
        {
            "amount": [f"{formats.count(n)} {what}" for n, what in data[["n", "of_what"]].to_numpy()],
            "to keep in mind": data["strength"] + pd.Series(shares, data.index, dtype=str),
        }
    ).set_axis(pd.Index(data["evidence"], name="evidence"))


def models(study: Study) -> Output:
    """Figure 1: models of peer support."""
    return _drawn(study, "models", "fig-1", "Models of peer support")


def aims(study: Study) -> Output:
    """Figure 2: aims of groups."""
    return _drawn(study, "aims", "fig-2", "Aims of groups")


def _drawn(study: Study, name: str, id: str, caption: str) -> Output:
    items = study.table("models")
    data = items.loc[text_of(items["list"]) == name, ["position", "label"]].sort_values("position")
    alt, draw = partial(_listed, heading=caption), partial(_framed, heading=caption)
    return figure(id, caption, alt, data.reset_index(drop=True), draw, evidence=PUBLISHED)


def _listed(data: pd.DataFrame, heading: str) -> str:
    return f"{heading}: {formats.words(data['label'])}."


def _framed(data: pd.DataFrame, heading: str) -> Figure:
    return diagrams.lists({heading: list(data["label"])})


def search_strategy(study: Study) -> Output:
    """Table 1: how literature was searched, and what was taken in."""
    terms, rules = study.table("search_terms"), study.table("criteria")
    parts = [
        *((f"Terms {n}", f"{formats.words(said['term'])}") for n, said in terms.groupby("concept")),
        *study.table("search_fields")[["field", "value"]].itertuples(index=False),
        *((f"{row.criterion_id}, {row.decision}", row.rule) for row in rules.itertuples()),
    ]
    data = pd.DataFrame(parts, columns=["field", "value"])
    return folded("table-1", "Strategy of the literature search", data, evidence=PUBLISHED)


def query(study: Study) -> Output:
    """Write the query that the terms of Table 1 make."""
    data = {"query": search.query_string(study.table("search_terms"))}
    return text("text-evaluation-query", _query, data, people=rows.OF_QUOTATIONS)


def _query(n: dict[str, str]) -> str:
    # As code: a page would curl its quotation marks.
    return f"The terms make this query:\n\n{markup.code(n['query'])}"


def cited(study: Study) -> Output:
    """Count citations, works and what the list of references has of them."""
    data = {
        "citations": len(study.table("citations")),
        "works": len(rows.works(study)),
        "listed": rows.listed(study),
        "misspelt": formats.words(rows.misspelt(study)),
    }
    return text("text-evaluation-citations", _cited, data, people=rows.OF_QUOTATIONS)


def _cited(n: dict) -> str:
    said = {name: formats.count(float(n[name])) for name in ("citations", "works", "listed")}
    names = f" Names that are spelt in two ways: {n['misspelt']}." if n["misspelt"] else ""
    return (
        "The text cites {citations} times, from {works} works. The list of references has {listed} of "
        "them.".format(**said)
        + names
    )


def checked(study: Study) -> Output:
    """Count the statements of the report by how they compare."""
    found = rows.claims(study)
    counts = pd.crosstab(found["chapter"], found["status"]).reindex(
        index=found["chapter"].unique(), columns=list(STATUSES), fill_value=0
    )
    counts = counts.loc[:, counts.any()]
    counts.insert(0, "statements", counts.sum(axis=1))
    data = counts.rename_axis(columns=None).reset_index().rename(columns={"chapter": "part of the report"})
    said = Counted(by=(), plain=("statements",), extremes=tuple(data.columns[2:]))
    caption = "Statements by how they compare with the rows"
    return table("table-evaluation-checked", caption, data, people=said)


def contradictions(study: Study) -> Output:
    """List where the report says two things; the list is about print, so the study is not read."""
    return beside_print.discrepancies_table(rows.STUDY, "table-evaluation-contradictions")


def not_rebuilt(study: Study) -> Output:
    """List what cannot be rebuilt, and why; the study is not read."""
    return beside_print.not_rebuilt_table(rows.STUDY, "table-evaluation-not-rebuilt")


def statements(study: Study) -> Output:
    """Set every statement beside what the rows give."""
    return beside_print.statements_table(rows.STATEMENTS, rows.claims(study))


def steps(study: Study) -> Output:
    """List the steps of the work."""
    data = study.table("design_steps").sort_values("position")
    data = data[["step", "activity", "who_leads", "input", "output"]]
    return folded("table-evaluation-steps", "Steps of the work, in our words", data, evidence=PUBLISHED)


def row_origins(study: Study) -> Output:
    """Count the raw rows of each table by where they come from."""
    data = study_by_origin(study)
    caption = "Raw rows by where they come from"
    return folded("table-evaluation-rows", caption, data, people=rows_counted(data))
