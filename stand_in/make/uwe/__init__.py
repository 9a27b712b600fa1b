"""The rows of the literature review: transcribed where it prints them, made up where it prints only how many.

The review prints its terms, databases, criteria, matrix, findings, citations and references. Of the records
that it screened it prints two numbers, and the rows of those it left out are made up to give them.
"""

from __future__ import annotations

import pandas as pd

from peerbook import published

SEED = 2015  # nothing is random: whatever the seed, the rows are the same
TITLE = "The literature review: its printed rows, and made-up records where it prints only their number"
STUDY = "uwe"
EXCEPTION = "STATUTORY_EXCEPTION"
K9 = "K9"  # no primary research within statutory services


def make_tables(seed: int) -> dict[str, pd.DataFrame]:
    """Return every table of the raw folder, cells as text.

    Parameters
    ----------
    seed : int
        Not used.
    """
    studies, databases = _printed("included_studies", "derived"), _printed("databases")
    records = _records(studies, _printed("cited_works"))
    return {
        "search_terms": _printed("search_terms"),
        "databases": databases,
        "search_runs": _search_runs(databases),
        "criteria": _criteria(),
        "criterion_tests": _printed("criterion_tests", "proposed"),
        "overrides": _overrides(studies, records),
        "records": records,
        "screening": _screening(records),
        "references": _printed("cited_works"),
        "studies": studies,
        "measures": _printed("measures"),
        "framework": _printed("framework"),
        "claims": _printed("findings", "inferred").drop(columns="ref_ids"),
        "evidence": _evidence(),
        "quantifiers": _printed("quantifiers", "inferred"),
        "citations": _printed("citations", "derived"),
        "reason_codes": _printed("reason_codes", "inferred"),
        "concept_lists": _printed("concept_lists"),
        "service_types": _printed("service_types"),
    }


def _printed(name: str, status: str = "printed") -> pd.DataFrame:
    return published.load(STUDY, name).assign(status=status)


def _criteria() -> pd.DataFrame:
    """Say of each criterion whether the printed table has it: two stand in the text only."""
    criteria = _printed("criteria")
    in_text = criteria["dimension"].str.endswith(" (not in the table)")
    dimension = criteria["dimension"].str.removesuffix(" (not in the table)")
    listed = in_text.map({True: "no", False: "yes"})
    return criteria.assign(dimension=dimension, listed=listed)


def _search_runs(databases: pd.DataFrame) -> pd.DataFrame:
    """Give each database its one search, of which only the years are printed."""
    years = _printed("criterion_tests").query("field == 'year'").set_index("rule")["value"]
    runs = pd.DataFrame(
        {"run_id": [f"Q{i}" for i in range(1, len(databases) + 1)], "database": databases["database"]}
    )
    return runs.assign(
        searched_on="", date_from=years["at least"], date_to=years["at most"], hits="", status="printed"
    )


def _records(studies: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Give each included study its record, and make up those that were left out."""
    stages = published.load(STUDY, "flow").set_index("stage")["n"]
    left_out = int(stages["not selected after potential list"])
    kept = studies.merge(works[["ref_id", "title", "year"]], on="ref_id")
    kept = kept[["ref_id", "title", "year", "statutory_link"]].assign(
        year=kept["year"].str.rstrip("ab"), status="derived"
    )
    others = pd.DataFrame(
        {"title": [f"Made-up record {i}" for i in range(1, left_out + 1)], "status": "synthetic"}
    )
    records = pd.concat([kept, others], ignore_index=True).fillna("")
    names = [f"D{i:03d}" for i in range(1, len(records) + 1)]
    unknown = dict.fromkeys(
        ["run_id", "duplicate_of", "peer_reviewed", "experiential", "setting", "peer_part", "on_peers",
         "activity", "specificity"], ""
    )  # fmt: skip
    return records.assign(record_id=names, **unknown)


def _screening(records: pd.DataFrame) -> pd.DataFrame:
    """Record that the abstracts of all were passed, and which were chosen; by whom and why is not stated."""
    scan = records[["record_id", "status"]].assign(stage="title_abstract", decision="include")
    chosen = records["ref_id"].ne("").map({True: "include", False: "exclude"})
    selection = records[["record_id", "status"]].assign(stage="selection", decision=chosen)
    rows = pd.concat([scan, selection], ignore_index=True).assign(reviewer="R0", reason="")
    return rows[["record_id", "stage", "reviewer", "decision", "reason", "status"]]


def _overrides(studies: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Set the rule on statutory services aside for the studies that the matrix calls exceptions."""
    kept = studies[studies["reasons"].str.split(";").map(lambda codes: EXCEPTION in codes)]
    named = kept[["ref_id"]].merge(records[["ref_id", "record_id"]], on="ref_id")
    return named[["record_id"]].assign(criterion_id=K9, reason="an exception of the matrix", status="derived")


def _evidence() -> pd.DataFrame:
    """Lay out the works cited for each claim, a row for each."""
    cited = published.load(STUDY, "findings")[["claim_id", "ref_ids"]]
    rows = cited.assign(ref_id=cited["ref_ids"].str.split()).explode("ref_id")
    return rows[["claim_id", "ref_id"]].assign(status="derived").reset_index(drop=True)
