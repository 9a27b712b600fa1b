"""What the review found, and which papers each finding rests on.

Table 2 has the number of the review; all else is added. That a claim is a claim, and what each work says of
it, is a reader's reading; that a work is cited for it is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.uwe import beside_print, rows
from peerbook.outputs import Output, figure, formats, plots, table, text
from peerbook.outputs.evidence import PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.review import amounts, citations, support

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "answers",
    "evidence_map",
    "rests_on",
    "stances",
    "claims",
    "words_of_amount",
    "reference_checks",
    "references",
    "statements",
]


def in_short(study: Study) -> Output:
    """Say in three lines what was found, and on how much it rests."""
    links = rows.linked(study)
    answers = support.by_subtheme(links, study.table("framework")).sort_values("included", ascending=False)
    weighed = support.weights(links)
    firmest = answers.head(2)
    numbers = {
        "answers": len(answers),
        "questions": answers["question"].nunique(),
        "studies": len(study.table("studies")),
        **{f"label {i}": row["label"] for i, (_, row) in enumerate(firmest.iterrows(), 1)},
        **{f"papers {i}": row["included"] for i, (_, row) in enumerate(firmest.iterrows(), 1)},
        "claims": len(weighed),
        "on one": int((weighed["works"] == 1).sum()),
        "on none": int((weighed["included"] == 0).sum()),
    }
    return text("text-in-short-findings-of-the-review", _in_short, numbers, people=rows.OF_WORKS)


def _in_short(n: dict) -> str:
    of = formats.count(float(n["studies"]))
    firmest = [
        f"“{n[f'label {i}']}” ({formats.count(float(n[f'papers {i}']))} of {of} papers)"
        for i in (1, 2)
        if f"label {i}" in n
    ]
    claims = formats.count(float(n["claims"]))
    lines = [
        f"The review gives {formats.count(float(n['answers']))} answers to "
        f"{formats.in_words(int(float(n['questions'])))} questions. Most papers speak of "
        f"{formats.words(firmest)}.",
        f"We read {claims} claims in it. {formats.count(float(n['on one']))} of them rest on one work.",
        f"{formats.count(float(n['on none']))} claims rest only on works that the search did not choose.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def answers(study: Study) -> Output:
    """Table 2: the five questions, the answers, and how much stands behind each answer."""
    framework = study.table("framework")
    data = support.by_subtheme(rows.linked(study), framework)
    asked = framework.drop_duplicates("question").set_index("question")["question_label"]
    return table(
        "table-2",
        "The questions of the review, its answers, and what they rest on",
        data.assign(question=data["question"].map(asked)),
        _answers,
        notes=[
            "Questions and answers are printed, here in our words. Claims and papers were counted for this "
            "book."
        ],
        people=rows.OF_WORKS,
    )


def _answers(data: pd.DataFrame) -> pd.DataFrame:
    heads = {"included": "papers in the review", "others": "other works"}
    named = data.assign(
        question=data["question"].map(formats.upper_first), answer=data["subtheme"] + " " + data["label"]
    )
    return named.set_index(["question", "answer"])[["claims", *heads]].rename(columns=heads)


def evidence_map(study: Study) -> Output:
    """Draw which paper speaks to which answer."""
    framework, studies = study.table("framework"), rows.studies_named(study)
    counts = support.evidence_map(rows.linked(study), framework, studies)
    names = studies.set_index("study_id")["name"]
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    data = counts.loc[order].reset_index().melt("study_id", var_name="answer", value_name="claims")
    data.insert(1, "paper", data["study_id"].map(names))
    return figure(
        "fig-evidence-map",
        "Which paper is cited for which answer, and for how many claims. Added by this book.",
        _map_in_words,
        data,
        _map_drawn,
        arrange=_wide,
        notes=["Answers are numbered as in Table 2. An empty field: the paper is not cited there."],
        people=rows.OF_WORKS,
    )


def _wide(data: pd.DataFrame) -> pd.DataFrame:
    order, answers = data["paper"].drop_duplicates(), data["answer"].drop_duplicates()
    wide = data.pivot_table(index="paper", columns="answer", values="claims", aggfunc="sum")
    return wide.reindex(index=order, columns=answers).rename_axis(columns=None)


def _map_in_words(data: pd.DataFrame) -> str:
    if data.empty:
        return "A map without papers."
    cited = data[data["claims"] > 0]
    papers, answers = cited.groupby("paper")["answer"].nunique(), cited.groupby("answer")["paper"].nunique()
    claims = cited.groupby("paper")["claims"].sum()
    fewest = answers[answers == answers.min()]
    return (
        f"A map of {formats.plural(data['paper'].nunique(), 'paper')} and "
        f"{formats.plural(data['answer'].nunique(), 'answer')}. {claims.idxmax()} is cited most: for "
        f"{formats.plural(int(claims.max()), 'claim')}, under "
        f"{formats.plural(int(papers[claims.idxmax()]), 'answer')}. Answer {answers.idxmax()} has "
        f"most papers, {formats.count(answers.max())}; answer {formats.words(fewest.index)} fewest, "
        f"{formats.count(answers.min())}."
    )


def _map_drawn(data: pd.DataFrame) -> Figure:
    wide = _wide(data)
    marks = wide.map(lambda n: formats.count(n) if n else "")
    return plots.heat_map(wide, marks, float(max(wide.max(axis=None), 1)))


def rests_on(study: Study) -> Output:
    """Say on how many works claims rest, and how many on none that the review chose."""
    weighed = support.weights(rows.linked(study))
    return text(
        "text-rests-on",
        _rests_on,
        weighed[["claim_id", "stance", "works", "included", "others"]],
        people=rows.OF_WORKS,
    )


def _rests_on(data: pd.DataFrame) -> str:
    one, several = (data["works"] == 1).sum(), (data["works"] >= 3).sum()
    outside = data[data["included"] == 0]
    instruments = outside["stance"].eq("instrument").sum()
    return (
        f"Of {formats.plural(len(data), 'claim')}, {formats.count(one)} rest on one work and "
        f"{formats.count(several)} on three or more. {formats.count(len(outside))} rest only on works from "
        f"outside the review's own choice; {formats.count(instruments)} of these name the source of a "
        "measure."
    )


def stances(study: Study) -> Output:
    """Count what works are cited for: support, an example, a contrast and so on."""
    links = rows.linked(study)
    kinds = study.definitions.tables["claims"].fields["stance"].categories
    counted = links.groupby("stance").agg(claims=("claim_id", "nunique"), citations=("ref_id", "size"))
    data = counted.sort_values("claims", ascending=False).reset_index()
    data = data.assign(stance=data["stance"].map(lambda stance: kinds.get(stance, stance)))
    return table(
        "table-stances",
        "What works are cited for. Added by this book.",
        data,
        lambda data: data.set_index("stance").rename(columns={"citations": "works cited, repeats counted"}),
        people=rows.OF_WORKS,
    )


def claims(study: Study) -> Output:
    """List every claim with the works it rests on."""
    links = rows.linked(study)
    works = study.table("references")[["ref_id", "authors", "year"]].fillna("").astype(str)
    names = works.set_index("ref_id").apply(
        lambda work: citations.short_name(work["authors"], work["year"]), axis=1
    )
    said = links["ref_id"].map(names).fillna("") + links["study_id"].eq("").map({True: "*", False: ""})
    cited = said.where(links["ref_id"] != "", "").groupby(links["claim_id"]).agg("; ".join)
    data = support.weights(links)
    framework = study.table("framework").set_index("subtheme")["label"]
    data = data.assign(answer=data["subtheme"].map(framework).fillna(""), cited=data["claim_id"].map(cited))
    return folded(
        "table-claims",
        "Claims of the review, in our words, and the works cited for them. Added by this book.",
        data,
        _claims,
        notes=["A star marks a work from outside the papers that the review chose."],
        people=rows.OF_WORKS,
    )


def _claims(data: pd.DataFrame) -> pd.DataFrame:
    shown = ["heading", "label", "stance", "included", "others", "cited"]
    heads = {"label": "claim", "included": "papers in the review", "others": "other works", "cited": "works"}
    opening = "Where question " + data["question"].str.removeprefix("Q") + " opens"
    heading = (data["subtheme"] + " " + data["answer"]).where(data["subtheme"] != "", opening)
    return data.assign(heading=heading)[shown].rename(columns=heads).set_index(["heading", "claim"])


def words_of_amount(study: Study) -> Output:
    """Hold words such as "most" against counts."""
    links = rows.linked(study)
    data = amounts.amounts(
        rows.optional(study, "quantifiers"), links, study.table("studies"), study.table("measures")
    )
    labels = (
        study.table("claims")
        .set_index("claim_id")["label"]
        .str.replace(r" \(claimed of .*\)", "", regex=True)
    )
    data.insert(1, "claim", data["claim_id"].map(labels))
    return table(
        "table-amounts",
        "Does “most” stand where most do? Added by this book.",
        data,
        lambda data: data.drop(columns="claim_id").set_index("claim").rename(columns=_AMOUNTS),
        notes=[
            "“Most”, “majority” and “widely used” ask for more than half. A paper that is not cited may "
            "still agree."
        ],
        people=rows.OF_WORKS,
    )


_AMOUNTS = {"quantifier": "word in the text", "n": "papers", "borne_out": "borne out"}


def reference_checks(study: Study) -> Output:
    """List citations that do not fit the list of references, and references that nobody cites."""
    references = study.table("references")
    checked = citations.check_citations(study.table("citations"), references)
    off = checked.loc[
        checked["state"] != citations.EXACT, ["cited_as", "year_as_cited", "listed_year", "state"]
    ]
    never = citations.uncited(study.table("citations"), references)
    names = [citations.short_name(a, y) for a, y in never[["authors", "year"]].fillna("").to_numpy()]
    unused = pd.DataFrame({"cited_as": names, "year_as_cited": "", "listed_year": never["year"]})
    data = pd.concat([off, unused.assign(state="listed and never cited")], ignore_index=True)
    return folded(
        "table-citations",
        "Citations beside the list of references. Added by this book.",
        data,
        _checked,
        people=rows.OF_WORKS,
    )


def _checked(data: pd.DataFrame) -> pd.DataFrame:
    heads = {"cited_as": "work", "year_as_cited": "year in the text", "listed_year": "year in the list"}
    named = data.assign(state=data["state"].map(formats.upper_first)).replace("", None)
    return named.sort_values("state", kind="stable").rename(columns=heads).set_index(["state", "work"])


def references(study: Study) -> Output:
    """List the works that the review cites, in the order of its list."""
    cited = study.table("citations")["ref_id"].value_counts()
    data = study.table("references").drop(columns=["line", "status"], errors="ignore")
    inside = data["ref_id"].isin(set(study.table("studies")["ref_id"])).map({True: "yes", False: "no"})
    data = data.assign(included=inside, citations=data["ref_id"].map(cited).fillna(0).astype(int))
    early = data["ref_id"].isin(set(citations.out_of_order(data)["ref_id"])).map({True: "yes", False: "no"})
    return folded(
        "table-references",
        "Works that the review cites",
        data.assign(too_early=early),
        _references,
        notes=_order,
        evidence=PUBLISHED,
    )


def _references(data: pd.DataFrame) -> pd.DataFrame:
    shown = ["year", "title", "container", "volume", "pages", "type", "included", "citations"]
    heads = {"container": "in", "included": "in the review", "citations": "times cited"}
    return data.set_index("authors")[shown].rename(columns=heads)


def _order(data: pd.DataFrame) -> list[str]:
    early = data.loc[data["too_early"] == "yes", "authors"].str.split(r"[,;]", regex=True).str[0]
    if early.empty:
        return []
    return [
        f"The printed list is not in order in {formats.plural(len(early), 'place')}: {formats.words(early)} "
        "stand too early."
    ]


def statements(study: Study) -> Output:
    """Set what the review says of its findings and references beside what its rows give."""
    return beside_print.statements_table(study, beside_print.FINDINGS)
