"""How the review found its papers, which it chose, and what kind of papers they are.

Tables 3 and 4 and those of the appendices have the numbers of the review; all else is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.uwe import beside_print, rows
from peerbook.data.text import text_of
from peerbook.evidence.flow import flow_figure
from peerbook.outputs import Output, diagrams, figure, formats, markup, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.review import search, selection, stages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "flow",
    "databases",
    "terms",
    "query",
    "criteria",
    "criteria_checked",
    "exceptions",
    "by_design",
    "designs",
    "years",
    "matrix",
    "measures",
    "statements",
]

OF_DESIGN = {
    "literature review": ("literature review", "literature reviews"),
    "commentary or reflection": ("commentary or reflection", "commentaries or reflections"),
    "case study": ("case study", "case studies"),
    "qualitative": ("qualitative study", "qualitative studies"),
    "mixed methods": ("study with mixed methods", "studies with mixed methods"),
    "quantitative": ("quantitative study", "quantitative studies"),
    "RCT": ("randomised trial", "randomised trials"),
}


def in_short(study: Study) -> Output:
    """Say in three lines what was searched, chosen and not written down."""
    counted = rows.boxes(study)
    studies = study.table("studies")
    numbers = {
        "databases": len(study.table("databases")),
        "terms": len(study.table("search_terms")),
        "passed": rows.at(counted, stages.PASSED),
        "included": len(studies),
        "found": rows.at(counted, stages.FOUND),
        "trials": int((studies["design"] == "RCT").sum()),
        "commentaries": int((studies["design"] == "commentary or reflection").sum()),
        "with country": int(studies["country"].notna().sum()),
    }
    return text("text-in-short-search-and-screening", _in_short, numbers, people=rows.OF_WORKS)


def _in_short(n: dict[str, float]) -> str:
    unknown = formats.is_missing(n["found"])
    passed = "" if formats.is_missing(n["passed"]) else f" out of {formats.count(n['passed'])}"
    lines = [
        f"{formats.upper_first(formats.plural(int(n['databases']), 'database'))} were searched with "
        f"{formats.plural(int(n['terms']), 'term')}. The team chose "
        f"{formats.plural(int(n['included']), 'paper')}{passed}.",
        "The review does not say how many papers the search found, or why papers were left out."
        if unknown
        else f"The search found {formats.plural(int(n['found']), 'record')}.",
        f"{formats.count(n['commentaries'])} of the papers give views or tell of one's own work; "
        f"{formats.plural(int(n['trials']), 'is a trial', 'are trials')}.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def flow(study: Study) -> Output:
    """Draw how many records there were at each stage, in the boxes of PRISMA 2020."""
    return flow_figure(
        "fig-review-flow",
        "From the search to the papers in the review, in the boxes of PRISMA 2020. Added by this book.",
        rows.boxes(study),
        ("record", "records"),
        notes=_not_stated,
        people=rows.OF_WORKS,
    )


def _not_stated(data: pd.DataFrame) -> list[str]:
    blank = data[data["n"].isna() & data["reason"].eq("")]["stage"]
    notes = [f"The review does not state the number of {formats.words(blank)}."] if len(blank) else []
    if stages.READ in set(blank):
        notes.append(
            "Nor does it say which records were left out before their full text was read, and which after."
        )
    return notes


def databases(study: Study) -> Output:
    """Appendix 1: the databases that were searched."""
    data = study.table("databases").drop(columns=["line", "status"], errors="ignore")
    shown = {"coverage_from": "covers from", "growth": "new each year", "also": "other numbers"}
    return table(
        "table-a1",
        "Databases that were searched",
        data,
        lambda data: (
            data.assign(coverage_from=_years(data["coverage_from"]))
            .set_index("database")
            .rename(columns=shown)
        ),
        evidence=PUBLISHED,
    )


def _years(values: pd.Series) -> list[str | None]:
    """Write years without a separator of thousands."""
    return [None if pd.isna(value) else str(int(value)) for value in values]


def terms(study: Study) -> Output:
    """Table 3: the search terms of each concept."""
    data = study.table("search_terms").drop(columns=["line", "status"], errors="ignore")
    return table("table-3", "Search terms", data, _terms, people=rows.OF_WORKS)


def _terms(data: pd.DataFrame) -> pd.DataFrame:
    kind = data["phrase"].map({"yes": "phrase", "no": "words"}).astype(object)
    ending = data["truncated"].map({"yes": ", any ending", "no": ""}).astype(object)
    shown = data.assign(concept="Concept " + data["concept"].astype(str), searched=kind + ending)
    return shown.rename(columns={"searched": "searched as"}).set_index(["concept", "term"])[["searched as"]]


def query(study: Study) -> Output:
    """Write the query that the terms make."""
    found = study.table("search_terms")
    numbers = {"query": search.query_string(found), "combinations": search.combinations(found)}
    return text("text-query", _query, numbers, people=rows.OF_WORKS)


def _query(said: dict[str, str]) -> str:
    return (
        f"Terms of one concept are joined by OR, concepts by AND. This stands for "
        f"{formats.count(float(said['combinations']))} ways to take one term of each. As a query:\n\n"
        f"{markup.code(said['query'])}"  # as code: a page would curl its quotation marks
    )


def criteria(study: Study) -> Output:
    """Table 4: the criteria of selection, and the rules that stand in the text only."""
    data = study.table("criteria").drop(columns=["line", "status"], errors="ignore")
    heads = {"include_rule": "taken in", "exclude_rule": "left out", "rationale": "why"}
    return table(
        "table-4",
        "Criteria of selection, in our words",
        data,
        lambda data: data.set_index("dimension")[list(heads)].rename(columns=heads),
        notes=_in_text_only,
        evidence=PUBLISHED,
    )


def _in_text_only(data: pd.DataFrame) -> list[str]:
    others = data.loc[data["listed"] == "no", "dimension"]
    return [f"In the text only, not in the table: {formats.words(others)}."] if len(others) else []


def criteria_checked(study: Study) -> Output:
    """Count for each criterion how many included papers can be seen to meet it."""
    records = study.table("records")
    kept = records[records["ref_id"].isin(set(study.table("studies")["ref_id"]))]
    judged = selection.verdicts(kept, study.table("criterion_tests"), rows.optional(study, "overrides"))
    counts = pd.crosstab(judged["criterion_id"], judged["verdict"])
    counts = counts.reindex(columns=list(selection.VERDICTS), fill_value=0)
    named = study.table("criteria")[["criterion_id", "dimension"]]
    data = named.merge(counts.reset_index(), "left", "criterion_id").rename_axis(columns=None)
    data = data.astype(dict.fromkeys(selection.VERDICTS, "Int64"))
    return table(
        "table-criteria-checked",
        "Do the papers meet the criteria? Added by this book.",
        data,
        lambda data: data.drop(columns="criterion_id").set_index("dimension"),
        notes=_open,
        people=rows.OF_WORKS,
    )


def _open(data: pd.DataFrame) -> list[str]:
    untested = data.loc[data["meets"].isna(), "dimension"]
    unseen = data[(data["not recorded"] > 0) & (data["meets"] == 0)]
    notes = [f"No rule can be tested for {formats.words(untested)}."] if len(untested) else []
    if len(unseen):
        of = formats.plural(len(unseen), "criterion", "criteria")
        notes.append(f"Of {of} nothing was recorded, so no reader can check them.")
    return notes


def exceptions(study: Study) -> Output:
    """List the papers that a criterion was set aside for."""
    aside = rows.optional(study, "overrides").merge(study.table("records")[["record_id", "ref_id"]], "left")
    named = aside.merge(rows.studies_named(study)[["ref_id", "name", "title"]], "left", "ref_id")
    named = named.merge(study.table("criteria")[["criterion_id", "dimension"]], "left", "criterion_id")
    return table(
        "table-exceptions",
        "Papers that were kept against a criterion. Added by this book.",
        named[["name", "title", "dimension", "reason"]],
        lambda data: data.set_index("name").rename(columns={"dimension": "criterion"}),
        people=rows.OF_WORKS,
    )


def by_design(study: Study) -> Output:
    """Say how many papers there are of each design: the sentence of the review that lists them."""
    counts = study.table("studies")["design"].value_counts()
    data = pd.DataFrame({"design": list(rows.DESIGNS)})
    return text(
        "text-designs",
        _by_design,
        data.assign(papers=data["design"].map(counts).fillna(0).astype(int)),
        people=rows.OF_WORKS,
    )


def _by_design(data: pd.DataFrame) -> str:
    named = [
        formats.plural(n, *OF_DESIGN[design])
        for design, n in data[["design", "papers"]].itertuples(index=False)
        if n
    ]
    return f"The {formats.count(data['papers'].sum())} papers are {formats.words(named)}."


def designs(study: Study) -> Output:
    """Count papers by design and by the part of the matrix they stand in."""
    studies = study.table("studies")
    parts = studies.drop_duplicates("section").sort_values("section")["section_label"].dropna()
    counts = pd.crosstab(studies["design"], studies["section_label"])
    counts = counts.reindex(index=list(rows.DESIGNS), columns=list(parts), fill_value=0)
    data = counts.assign(papers=counts.sum(axis=1)).rename_axis(columns=None).reset_index()
    return table(
        "table-designs",
        "Papers by design and by what they are about. Added by this book.",
        data,
        _shares,
        people=rows.OF_WORKS,
    )


def _shares(data: pd.DataFrame) -> pd.DataFrame:
    total = data["papers"].sum()
    shares = [formats.percent(n, total) for n in data["papers"]]
    return data.assign(percent=shares).set_index("design")


def years(study: Study) -> Output:
    """Draw how many papers appeared in each year."""
    found = rows.studies_named(study)["year"].str.extract(r"(\d{4})")[0].dropna().astype(int)
    every = range(found.min(), found.max() + 1) if len(found) else []
    counts = found.value_counts().reindex(list(every), fill_value=0)
    data = pd.DataFrame({"year": [str(year) for year in every], "papers": counts.to_numpy(dtype=int)})
    return figure(
        "fig-review-years",
        "Papers by year. Added by this book.",
        _years_in_words,
        data,
        _years_drawn,
        people=rows.OF_WORKS,
    )


def _years_in_words(data: pd.DataFrame) -> str:
    if data.empty:
        return "A picture without bars: no paper has a year."
    most = data[data["papers"] == data["papers"].max()]
    return (
        f"Bars for {data['year'].iloc[0]} to {data['year'].iloc[-1]}. Most papers appeared in "
        f"{formats.words(most['year'])}: {formats.count(most['papers'].iloc[0])} of "
        f"{formats.count(data['papers'].sum())}."
    )


def _years_drawn(data: pd.DataFrame) -> Figure:
    return diagrams.bars(data.set_index("year"), [formats.count(n) for n in data["papers"]], "Papers")


def matrix(study: Study) -> Output:
    """Appendix 2: the papers in the review, by part of the matrix."""
    named = rows.studies_named(study)
    columns = [
        "study_id", "name", "title", "container", "section", "section_label", "design", "design_in_matrix",
        "design_agreement", "country", "sample_n", "group", "themes", "limitations", "reasons",
    ]  # fmt: skip
    codes = study.table("reason_codes").set_index("code")["meaning"].to_dict()
    data = named.sort_values(["section", "study_id"])[columns].reset_index(drop=True)
    told = [_reasons(said, codes) for said in text_of(data["reasons"])]
    return folded(
        "table-a2",
        "Papers in the review, by what they are about, in our words",
        data.assign(reasons=told),
        _matrix,
        notes=_designs_differ,
        evidence=JUDGEMENT,
    )


def _reasons(said: str, codes: dict[str, str]) -> str:
    return "; ".join(codes.get(code, code) for code in said.split(";") if code)


def _matrix(data: pd.DataFrame) -> pd.DataFrame:
    heads = {"group": "group or help", "sample_n": "people", "reasons": "why included", "name": "paper"}
    shown = ["title", "design", "country", "sample_n", "group", "themes", "limitations", "reasons"]
    named = data.assign(section=data["section_label"].map(formats.upper_first, na_action="ignore"))
    return named[["section", "name", *shown]].rename(columns=heads).set_index(["section", "paper"])


def _designs_differ(data: pd.DataFrame) -> list[str]:
    differ = data.loc[data["design_agreement"] == "differs", "name"]
    blank = data["country"].isna().sum()
    notes = [f"The country is blank for {formats.plural(int(blank), 'paper')}: the review does not give it."]
    if len(differ):
        notes.append(f"Of {formats.words(differ)} the text and the matrix give different designs.")
    return notes


def measures(study: Study) -> Output:
    """List the measures that the matrix gives for each paper, with the works it cites for them."""
    named = study.table("measures").merge(rows.studies_named(study)[["study_id", "name"]], "left", "study_id")
    kinds = study.definitions.tables["measures"].fields["kind"].categories
    data = named[["name", "measure", "citation", "construct", "n_items", "kind"]]
    data = data.assign(kind=text_of(data["kind"]).map(lambda kind: kinds.get(kind, kind)))
    return folded(
        "table-measures",
        "Measures that the matrix names",
        data,
        _measures,
        notes=_users,
        people=rows.OF_WORKS,
    )


def _measures(data: pd.DataFrame) -> pd.DataFrame:
    heads = {"name": "paper", "citation": "work cited", "construct": "of", "n_items": "items"}
    return data.rename(columns=heads).set_index(["paper", "measure"])


def _users(data: pd.DataFrame) -> list[str]:
    scales = data[data["kind"] == "Scale"]
    return [
        f"{formats.plural(scales['name'].nunique(), 'paper')} use {formats.plural(len(scales), 'scale')} in "
        "all, repeats counted. A cell that names a way of working is not counted as a scale."
    ]


def statements(study: Study) -> Output:
    """Set what the review says of its search and its papers beside what its rows give."""
    return beside_print.statements_table(study, beside_print.SEARCH)
