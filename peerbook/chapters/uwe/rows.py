"""The rows of the review as its chapters look at them: studies with names, claims with their works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.disclosure import Nobody
from peerbook.review import citations, stages, support

if TYPE_CHECKING:
    from peerbook.study import Study

# In the order of the review: from reading of others' work to trials.
DESIGNS = (
    "literature review", "commentary or reflection", "case study", "qualitative", "mixed methods",
    "quantitative", "RCT",
)  # fmt: skip
NOT_STATED = "not stated"
OF_WORKS = Nobody("counts papers, claims and works, which are printed: a review has no people")


def studies_named(study: Study) -> pd.DataFrame:
    """Return the included studies with their references: `name`, `title`, `container`, `year` and more."""
    works = study.table("references")[["ref_id", "authors", "year", "title", "container", "type"]]
    found = study.table("studies").merge(works, "left", "ref_id")
    names = [
        citations.short_name(authors, year)
        for authors, year in found[["authors", "year"]].fillna("").astype(str).to_numpy()
    ]
    return found.assign(name=names)


def linked(study: Study) -> pd.DataFrame:
    """Return claims with the works cited for them, a row for each; see `peerbook.review.support.links`."""
    return support.links(study.table("claims"), study.table("evidence"), study.table("studies"))


def boxes(study: Study) -> pd.DataFrame:
    """Count the records at each stage; see `peerbook.review.stages.prisma`."""
    runs = study.table("search_runs") if "search_runs" in study.tables else pd.DataFrame({"hits": []})
    reasons = study.table("criteria").set_index("criterion_id")["dimension"]
    return stages.prisma(runs, study.table("records"), study.table("screening"), reasons)


def at(counted: pd.DataFrame, stage: str) -> float:
    """Return how many records were at a stage; missing if nobody says."""
    n = counted.loc[counted["stage"].eq(stage) & counted["reason"].eq(""), "n"]
    return float("nan") if n.empty or pd.isna(n.iloc[0]) else float(n.iloc[0])


def optional(study: Study, name: str) -> pd.DataFrame:
    """Return a table that a raw folder need not have; without rows if it is not there."""
    if name in study.tables:
        return study.table(name)
    return pd.DataFrame(columns=list(study.definitions.tables[name].fields), dtype=str)
