"""What the review says in numbers and words, computed from its rows and set beside print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.uwe import rows
from peerbook.data.text import text_of
from peerbook.evidence.beside_print import NO_ROWS, laid_out
from peerbook.outputs import Output, formats, label, table
from peerbook.outputs.evidence import PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.published.comparison import STATUSES
from peerbook.review import amounts, citations, search, stages

if TYPE_CHECKING:
    from peerbook.study import Study

STUDY = "uwe"
SEARCH, FINDINGS = "search and choice of papers", "findings and references"
INVENTORY, ROSENBERG = "Brief Symptom Inventory", "Rosenberg Self-Esteem Scale"
Computed = Mapping[str, float | str]
# Words of the text that stand for one of `peerbook.review.amounts`, by the claim that has them.
_SAID = {"C018": "most articles", "C028": "most articles", "C129": "widely used", "C138": "most"}
_DESIGN_NAMES = {
    "literature review": "reviews", "commentary or reflection": "commentaries", "case study": "case_studies",
    "qualitative": "qualitative", "mixed methods": "mixed", "quantitative": "quantitative", "RCT": "trials",
}  # fmt: skip


def search_numbers(study: Study) -> Computed:
    """Compute what the review says of its search and of the papers it chose, by the name of the statement."""
    counted, records = rows.boxes(study), study.table("records")
    years = records.loc[records["ref_id"].notna(), "year"].astype(float)
    passed, chosen = rows.at(counted, stages.PASSED), rows.at(counted, stages.INCLUDED)
    listed = study.table("citations").query("section == 'findings overview'")["ref_id"]
    return {
        "databases": len(study.table("databases")),
        **_numbered("terms", study.table("search_terms")["concept"].value_counts()),
        "term_triples": search.combinations(study.table("search_terms")),
        "earliest": years.min(),
        "latest": years.max(),
        "criteria_listed": int((study.table("criteria")["listed"] == "yes").sum()),
        "potential": passed,
        "not_selected": passed - chosen,
        "selected": chosen,
        "selected_percent": formats.share(chosen, passed),
        "names_by_design": len(listed),
        "in_matrix": len(set(listed) & set(study.table("studies")["ref_id"])),
        **_of_studies(study),
        **_of_measures(study),
        "service_cells": int(study.table("service_types")["cell"].notna().sum()),
        **_of_lists(study),
    }


def _numbered(name: str, counts: pd.Series) -> Computed:
    return {f"{name}_{number}": int(n) for number, n in counts.items()}


def _of_studies(study: Study) -> Computed:
    studies = rows.studies_named(study)
    designs = studies["design"].value_counts()
    journals = studies["container"].value_counts()
    return {
        **_numbered("section", studies["section"].value_counts()),
        "sections": studies["section"].nunique(),
        "continued": studies.loc[studies["part"] == "continued", "section"].nunique(),
        **{f"design_{name}": int(designs.get(design, 0)) for design, name in _DESIGN_NAMES.items()},
        "design_groups": len(designs),
        "journal_most": int(journals.max()) if len(journals) else float("nan"),
        "interviewees": float(studies["sample_n"].sum(min_count=1)),
    }


def _of_measures(study: Study) -> Computed:
    measures = study.table("measures")
    scales = int((measures["kind"] == "scale").sum())
    others = len(measures) - scales
    held = f"{formats.plural(scales, 'scale')} and {formats.plural(others, 'other entry', 'other entries')}"
    return {
        "scale_items": float(measures["n_items"].sum(min_count=1)),
        "measure_cells": "measures" if not others else held,
    }


def _of_lists(study: Study) -> Computed:
    sizes = study.table("concept_lists")["list"].value_counts()
    return {
        "ladder_steps": int(sizes.get("ladder of involvement", 0)),
        "coproduction_features": int(sizes.get("features of co-production", 0)),
    }


def findings_numbers(study: Study) -> Computed:
    """Compute what the review says of its findings and references, by the name of the statement."""
    framework, links = study.table("framework"), rows.linked(study)
    answers = framework["question"].value_counts(sort=False)
    return {
        "questions": framework["question"].nunique(),
        **_numbered("answers", answers.set_axis(answers.index.str.removeprefix("Q"))),
        "answers": len(framework),
        "question_table": label("table-2"),
        **_amounts(study, links),
        **_sources_of_measures(study),
        "studies_cited": links.loc[links["study_id"] != "", "study_id"].nunique(),
        **_of_references(study),
    }


def _amounts(study: Study, links: pd.DataFrame) -> Computed:
    """Repeat the word of the text where a count bears it out; else write the count."""
    found = amounts.amounts(
        rows.optional(study, "quantifiers"), links, study.table("studies"), study.table("measures")
    ).set_index("claim_id")
    said = {
        claim: _SAID.get(claim, row["quantifier"])
        if row["borne_out"] == "yes"
        else f"{formats.count(row['n'])} of {formats.count(row['of'])}"
        for claim, row in found.iterrows()
    }
    names = {
        "C018": "reciprocity", "C028": "growth", "C129": "self_esteem_scale", "C138": "symptom_inventory",
    }  # fmt: skip
    return {name: said[claim] for claim, name in names.items() if claim in said}


def _sources_of_measures(study: Study) -> Computed:
    measures = study.table("measures")
    cited, names = text_of(measures["citation"]), measures["measure"]
    hope = cited[measures["construct"].eq("hope")].str.extract(r"(\d{4})")[0].dropna().unique()
    moran = studies_of(study, "Moran").intersection(measures["study_id"])
    recovery = cited[measures["study_id"].isin(moran) & names.str.startswith("Recovery Assessment")]
    return {
        "empowerment_users": measures.loc[cited.str.contains("Rogers et al. 1997"), "study_id"].nunique(),
        "hope_scale_year": formats.words(hope),
        "recovery_scale_source": formats.words(recovery.unique()),
        "inventory_users": measures.loc[names.str.contains(INVENTORY, regex=False), "study_id"].nunique(),
    }


def studies_of(study: Study, author: str) -> pd.Index:
    """Return the studies whose first author has this surname."""
    named = rows.studies_named(study)
    return pd.Index(named.loc[named["name"].str.startswith(author), "study_id"])


def _of_references(study: Study) -> Computed:
    references, cited = study.table("references"), study.table("citations")
    states = citations.check_citations(cited, references)["state"]
    inside = references["ref_id"].isin(set(study.table("studies")["ref_id"]))
    return {
        "references": len(references),
        "references_included": int(inside.sum()),
        "references_others": int((~inside).sum()),
        "not_listed": int((states == citations.NOT_LISTED).sum()),
        "never_cited": len(citations.uncited(cited, references)),
        "other_year": int((states == citations.OTHER_YEAR).sum()),
        "other_name": int((states == citations.OTHER_NAME).sum()),
        "out_of_order": len(citations.out_of_order(references)),
    }


NUMBERS = {SEARCH: search_numbers, FINDINGS: findings_numbers}
PLACES = {SEARCH: "table-statements-search", FINDINGS: "table-statements-findings"}


def claims_of(study: Study, part: str) -> pd.DataFrame:
    """Return the claims of a part of the review, with the columns of `peerbook.published.CLAIM`."""
    return published.claims(STUDY, part, NUMBERS[part](study), NO_ROWS, PLACES[part])


def statements_table(study: Study, part: str) -> Output:
    """Set the statements of a part of the review beside what its rows give.

    Parameters
    ----------
    study : Study
    part : {SEARCH, FINDINGS}
    """
    return folded(
        PLACES[part],
        f"Statements on {part}, in print and in this book",
        claims_of(study, part),
        laid_out,
        notes=_statuses_in_words,
        people=rows.OF_WORKS,
    )


def _statuses_in_words(compared: pd.DataFrame) -> list[str]:
    counts = compared["status"].value_counts().reindex(STATUSES, fill_value=0)
    summary = "; ".join(f"{status}: {n}" for status, n in counts.items() if n)
    return [f"{formats.plural(len(compared), 'statement')}: {summary}."]


def discrepancies_table(id: str) -> Output:
    """List where the review says two things, and what is done here."""
    found = published.load(STUDY, "discrepancies")[["where", "one_reading", "another", "done_here", "claims"]]
    return table(
        id,
        "Where the review says two things",
        found,
        lambda data: data.drop(columns="claims").set_index("where").rename(columns=_HEADS),
        evidence=PUBLISHED,
    )


_HEADS = {"one_reading": "it says", "another": "and also, or its own rows say", "done_here": "done here"}


def exceptions() -> pd.DataFrame:
    """Return the items of the review that are not rebuilt, with their reasons."""
    items = published.load_list(STUDY, "items")
    return items.loc[items["exception"] != "", ["title", "kind", "exception", "reason"]]
