"""How many records there were at each stage: the boxes of a PRISMA 2020 flow diagram.

Source: Page MJ and others (2021), "The PRISMA 2020 statement", BMJ 372:n71.
"""

from __future__ import annotations

import pandas as pd

FOUND = "records found in databases"
SCREENED = "records screened by title and abstract"
PASSED = "records that passed this screening"
READ = "full texts assessed"
INCLUDED = "studies included"
DUPLICATES = "duplicates"
NO_REASON = "not chosen, no reason stated"


def prisma(
    runs: pd.DataFrame,
    records: pd.DataFrame,
    screening: pd.DataFrame,
    criteria: pd.Series | None = None,
) -> pd.DataFrame:
    """Count records at each stage, for `peerbook.evidence.flow`.

    Parameters
    ----------
    runs : DataFrame
        `hits` of each search; missing: not stated.
    records : DataFrame
        `record_id` and `duplicate_of`.
    screening : DataFrame
        `record_id`, `stage` ("title_abstract", "full_text", or "selection" for the last decision where nobody
        says what was read for it), `decision` and `reason`. A record was included if the decisions on it at
        the last stage are all "include".
    criteria : Series, optional
        Words for reasons, by their name.

    Returns
    -------
    DataFrame
        `stage`, `reason` (blank: the row counts those who were there) and `n` (missing: not stated). Without
        the hits of every search nobody knows how many were found, were duplicates or were screened: the
        records are then only those that somebody kept.
    """
    hits = runs["hits"].astype("Int64")
    known = len(hits) > 0 and hits.notna().all()
    stage, words = screening["stage"].astype(str), {} if criteria is None else criteria.to_dict()
    scan, full, last = (screening[stage == name] for name in ("title_abstract", "full_text", "selection"))
    passed, chosen = _included(scan), _included(full if last.empty else last)
    duplicates = int(records["duplicate_of"].fillna("").ne("").sum()) if known else pd.NA
    rows = [
        (FOUND, "", int(hits.sum()) if known else pd.NA),
        (FOUND, DUPLICATES, duplicates),
        (SCREENED, "", scan["record_id"].nunique() if known else pd.NA),
        *((SCREENED, *row) for row in (_reasons(scan, words) if known else [])),
        (PASSED, "", len(passed)),
        (READ, "", full["record_id"].nunique() if len(full) else pd.NA),
        *((READ, *row) for row in _reasons(full if last.empty else last, words)),
        (INCLUDED, "", len(chosen)),
    ]
    counted = pd.DataFrame(rows, columns=["stage", "reason", "n"])
    return counted.assign(n=counted["n"].astype("Int64"))


def _included(decisions: pd.DataFrame) -> list[str]:
    """Name the records on which all decisions of a stage are to include."""
    kept = decisions["decision"].astype(str).eq("include").groupby(decisions["record_id"]).all()
    return list(kept.index[kept.astype(bool)])


def _reasons(decisions: pd.DataFrame, words: dict[str, str]) -> list[tuple[str, int]]:
    """Count the records that a stage left out, by the reason of the first who gave one."""
    out = decisions[~decisions["record_id"].isin(_included(decisions))]
    given = out.assign(reason=out["reason"].astype(object)).groupby("record_id")["reason"].first()
    named = given.map(lambda reason: words.get(reason, reason) if isinstance(reason, str) and reason else "")
    return [(reason, int(n)) for reason, n in named.replace("", NO_REASON).value_counts().items()]
