"""The crosswalk of codes of several studies: which of them speak of the same thing.

Nothing here is printed anywhere and nothing is counted. Every row is a judgement, with its reason;
counts come from the rows of the studies.
"""

from __future__ import annotations

import pandas as pd

from stand_in.make.across import matches

SEED = 2026  # nothing is random: whatever the seed, the rows are the same
TITLE = (
    "A crosswalk of the codes of five studies, read for this book; the people behind their rows are made up"
)
# What each study is called beside the others, and what it did.
STUDIES = (
    ("side_by_side", "Main report", "a log of support, interviews, a survey, events and group interviews"),
    ("together", "User-led study", "a small survey, visits to projects, reading"),
    ("uwe", "Review", "papers, searched and chosen by rules"),
    ("lsbu", "Evaluation", "interviews with facilitators, a focus group, papers"),
    ("leeds", "Scoping", "a list of activities, interviews with workers, papers"),
)
# What a study is counted by: source, study, kind of evidence, what one row counts, where the report has it.
SOURCES = (
    ("sbs_words", "side_by_side", "survey", "person", "people", "Table 5.2"),
    ("sbs_not", "side_by_side", "survey", "person", "people", "Table 5.3"),
    ("sbs_hubs", "side_by_side", "group interviews", "hub", "hubs", "Table 5.5"),
    ("sbs_interviews", "side_by_side", "interviews", "person", "people", "Chapters 6 and 8"),
    ("sbs_capacity", "side_by_side", "interviews on capacity", "person", "people", "Chapter 9"),
    ("sbs_commissioners", "side_by_side", "commissioners", "person", "people", "Chapter 10"),
    ("sbs_log", "side_by_side", "log", "", "", "Chapters 4 and 11"),
    ("sbs_conclusions", "side_by_side", "authors", "", "", "Chapter 11 and summary"),
    ("together_survey", "together", "survey", "person", "people", "Chapter 2"),
    ("together_themes", "together", "survey and visits", "quotation", "quotations", "Chapters 2 to 6"),
    ("uwe_works", "uwe", "papers", "work", "works", "Findings"),
    ("lsbu_themes", "lsbu", "focus group and interviews", "person", "people", "Findings"),
    ("lsbu_findings", "lsbu", "sources set side by side", "kind of source", "kinds of source", "Findings"),
    ("lsbu_facts", "lsbu", "focus group and interviews", "person", "people", "Discussion"),
    ("leeds_interviews", "leeds", "interviews", "quotation", "quotations", "Findings"),
    ("leeds_papers", "leeds", "papers", "work", "works", "Literature review"),
    ("leeds_areas", "leeds", "authors", "", "", "Recommendations"),
)
# One study as another cites it: who cites, name and year in its rows, which study that is.
CITATIONS = (
    ("side_by_side", "Faulkner", "2012", "together", "The only work of that name and year in its references"),
    ("uwe", "Faulkner and Kalathil", "2012", "together", "Title and year are those of the study"),
    ("uwe", "Faulkner and Kalathil", "2011", "together", "A slip of the year: the same reference"),
    ("leeds", "Faulkner and Kalathil", "2012", "together", "Authors and year are those of the study"),
    (
        "leeds",
        "Parmenter (printed Paramenter), Fieldhouse and Deering",
        "2015",
        "uwe",
        "Authors and year are those of the review",
    ),
    ("lsbu", "Side by Side", "2017", "side_by_side", "It is cited by its name"),
)


def make_tables(seed: int) -> dict[str, pd.DataFrame]:
    """Return every table of the raw folder, cells as text.

    Parameters
    ----------
    seed : int
        Not used.
    """
    sources = ["source_id", "study", "kind", "unit", "units", "place"]
    cited = ["study", "name", "year", "cited", "rationale"]
    return {
        "concepts": _judged(matches.CONCEPTS, ["concept_id", "subject", "concept", "resolution"]),
        "studies": _judged(STUDIES, ["study", "name", "method"]),
        "sources": _judged(SOURCES, sources),
        "matches": _judged(
            _matches(), ["match_id", "concept_id", "source_id", "code", "sense", "stance", "rationale"]
        ),
        "study_citations": _judged(CITATIONS, cited),
    }


def _matches() -> list[tuple[str, ...]]:
    """Return the matches with numbers, and with how near each is and which way it speaks written out."""
    rows = []
    for concept, source, signed, rationale in matches.MATCHES:
        stance = "contradicts" if signed.startswith("-") else "supports"
        sense = "near" if signed.endswith("~") else "same"
        rows.append((concept, source, signed.strip("-~"), sense, stance, rationale))
    return [(f"X{n:03d}", *row) for n, row in enumerate(rows, 1)]


def _judged(rows: list[tuple[str, ...]] | tuple[tuple[str, ...], ...], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).assign(status="inferred")
