"""What each conclusion rests on, what of it holds in these data, and what stands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side.beside_print import STUDY
from peerbook.chapters.side_by_side.coded_rows import labels_of, material_of
from peerbook.chapters.side_by_side.conclusions.claims import TABLES, Number, parts_of
from peerbook.chapters.side_by_side.synthesis.findings import HOLDS as FINDING_HOLDS
from peerbook.chapters.side_by_side.synthesis.findings import NOT_COMPUTABLE
from peerbook.coding.codings import SUPPORTS, codings, difficulties
from peerbook.evidence.links import FAILS, HOLDS, OPEN, UNKNOWN, check_links, standing, supports
from peerbook.outputs import formats
from peerbook.published.comparison import AGREEING, CONTRADICTED
from peerbook.published.comparison import NOT_COMPUTABLE as NOT_COMPUTED
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peerbook.log import Log

CONCLUSIONS, REFLECTIONS, LINKS = "conclusions/conclusions", "conclusions/reflections", "evidence/links"
FINDING, CLAIM, CODE, CONCLUSION = "finding", "claim", "code", "conclusion"
# Statements of other chapters: the log's, and those on coded rows.
OTHER_TABLES = ("text", "chapter 5", "chapter 6", "chapter 7")
STATES = ["kind", "id", "what", "state", "printed"]
PLAN = "plan"
DOUBTED = " (the report contradicts itself)"
COLUMNS = [
    "conclusion_id", "place", "section", "kind", "label", "strength", "line", "headline", "standing",
    "evidence", "bearing", "computed", "holding", "no_longer", "fails", "unknown",
]  # fmt: skip
# What kinds of evidence are called; the others are read on another page.
_EVIDENCE = MappingProxyType({FINDING: "the log", CLAIM: "numbers", CODE: "interviews"})
ELSEWHERE = "other pages"


def conclusions_of(log: Log) -> pd.DataFrame:
    """Return the conclusions of the raw folder, of all places; without the table, no rows."""
    return _table(log, CONCLUSIONS)


def reflections_of(log: Log) -> pd.DataFrame:
    """Return what the team said of making the evaluation together; without the table, no rows."""
    return _table(log, REFLECTIONS)


def links_of(log: Log) -> pd.DataFrame:
    """Return the links of the raw folder; without the table, no rows."""
    return _table(log, LINKS)


def _table(log: Log, name: str) -> pd.DataFrame:
    """Return a raw table with text for its categories, and blank text where a cell is empty."""
    fields = log.definitions.tables[name].read_fields
    if name not in log.tables:
        return pd.DataFrame(columns=list(fields), dtype=object)
    rows = log.tables[name].reindex(columns=list(fields))
    text = [field for field, described in fields.items() if described.type == "string"]
    return rows.astype(dict.fromkeys(text, object)).fillna(dict.fromkeys(text, ""))


def judged(
    log: Log, found: pd.DataFrame, results: pd.DataFrame, numbers: Mapping[str, Number]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say of every conclusion what stands, and of everything it rests on what holds.

    Parameters
    ----------
    log : Log
    found : DataFrame
        Findings of the log.
    results : DataFrame
        From `associations`.
    numbers : mapping
        From `numbers_of`.

    Returns
    -------
    conclusions : DataFrame
        One row per conclusion, recommendation and plan, with its `standing` (blank for a plan, which rests on
        nothing); how many findings, statements and themes are `bearing` it, how many of these were `computed`
        and are `holding`, and how many held in print and do so `no_longer`; `fails` and `unknown` name those
        that do not hold or cannot be told; `evidence` says of what kinds they are.
    supported : DataFrame
        One row per thing a conclusion rests on: `peerbook.evidence.links.supports`, with `what` it says.

    Raises
    ------
    DataError
        If a link leads to a conclusion, finding, claim or code that is not there.
    """
    rows, links = conclusions_of(log), links_of(log)
    check_links(links, _known(log, rows))
    supported = supports(links, states(log, found, results, numbers))
    supported = supported[supported["from_kind"] == CONCLUSION].reset_index(drop=True)
    stands = standing(supported).rename(columns={"id": "conclusion_id"}).drop(columns="kind")
    bearing = supported[supported["to_kind"].isin(_EVIDENCE)]
    lists = {
        "fails": _named(bearing[bearing["state"] == FAILS]),
        "unknown": _named(bearing[bearing["state"] == UNKNOWN]),
        "evidence": supported.groupby("from_id")["to_kind"].agg(_in_words),
    }
    joined = rows.merge(stands, on="conclusion_id", how="left")
    joined = joined.assign(
        standing=joined["standing"].astype(object).fillna(OPEN).mask(joined["kind"] == PLAN, ""),
        **{
            name: joined["conclusion_id"].map(listed).astype(object).fillna("")
            for name, listed in lists.items()
        },
    )
    joined = joined.assign(bearing=joined["conclusion_id"].map(bearing["from_id"].value_counts()))
    counts = ["bearing", "computed", "holding", "no_longer"]
    joined = joined.astype(dict.fromkeys(counts, "Int64")).fillna(dict.fromkeys(counts, 0))
    return joined[COLUMNS], supported


def _named(rows: pd.DataFrame) -> pd.Series:
    return rows["what"].fillna(rows["to_id"]).groupby(rows["from_id"]).agg("; ".join)


def _in_words(kinds: pd.Series) -> str:
    named = [_EVIDENCE.get(kind, ELSEWHERE) for kind in kinds]
    return formats.words(word for word in (*_EVIDENCE.values(), ELSEWHERE) if word in named)


def _known(log: Log, rows: pd.DataFrame) -> dict[str, Iterable[str]]:
    """Name everything that a link may lead to, but for pages and outputs: the book knows them."""
    known = {
        CONCLUSION: set(rows["conclusion_id"]),
        FINDING: set(published.load(STUDY, "log_findings")["finding"]),
        CLAIM: set(published.load(STUDY, "statements")["name"]),
    }
    codes = set(material_of(log.study).codebooks["code_id"])
    return known | ({CODE: codes} if codes else {})


def states(
    log: Log, found: pd.DataFrame, results: pd.DataFrame, numbers: Mapping[str, Number]
) -> pd.DataFrame:
    """Say what findings, claims and codes are in these data and were in print.

    Returns
    -------
    DataFrame
        `kind`, `id`, `what` it says in a few words, `state` ("holds", "does not hold", "not computable") and
        `printed`: whether it held in the printed report; missing where print does not say, as of one region.
    """
    parts = [_findings(found), _claims(log, found, results, numbers), _codes(log)]
    told = pd.concat(parts, ignore_index=True)
    if log.region == ALL_REGIONS:
        return told
    return told.assign(printed=pd.Series(pd.NA, index=told.index, dtype="boolean"))


def _findings(found: pd.DataFrame) -> pd.DataFrame:
    state = (found["state"] == FINDING_HOLDS).map({True: HOLDS, False: FAILS})
    printed = (found["printed_state"] == FINDING_HOLDS).astype("boolean")
    return pd.DataFrame(
        {
            "kind": FINDING,
            "id": found["finding"],
            "what": found["what"],
            "state": state.mask(found["state"] == NOT_COMPUTABLE, UNKNOWN),
            "printed": printed.mask(found["mean_printed"].isna()),
        }
    )[STATES]


def _claims(
    log: Log, found: pd.DataFrame, results: pd.DataFrame, numbers: Mapping[str, Number]
) -> pd.DataFrame:
    """Compare the statements: those of a direction held in print if each of their parts did."""
    tables = (*TABLES, *OTHER_TABLES)
    said = pd.concat([published.printed_statements(STUDY, table) for table in tables], ignore_index=True)
    compared = pd.concat([published.claims(STUDY, table, numbers) for table in tables], ignore_index=True)
    held = parts_of(found, results).groupby("claim")["held"].agg(lambda held: held.all(skipna=False))
    direction, number = compared["claim"].isin(held.index), said["value"].notna()
    state = compared["status"].map(_STATE_OF).fillna(FAILS)
    if log.region != ALL_REGIONS:  # print counts all regions; the directions of one can be read
        state = state.where(direction, UNKNOWN)
    printed = compared["claim"].map(held).astype("boolean")
    return pd.DataFrame(
        {
            "kind": CLAIM,
            "id": compared["claim"],
            "what": compared["statement"]
            + (compared["status"] == CONTRADICTED).map({True: DOUBTED, False: ""}),
            "state": state,
            # A printed number was counted from the data of the report.
            "printed": printed.mask(number & ~direction, other=True),
        }
    )[STATES]


_STATE_OF = MappingProxyType({**dict.fromkeys(AGREEING, HOLDS), NOT_COMPUTED: UNKNOWN, CONTRADICTED: UNKNOWN})


def _codes(log: Log) -> pd.DataFrame:
    """Say of every code whether somebody speaks of it; a reading that nobody is quoted for is left open."""
    material = material_of(log.study)
    labels = labels_of(material)
    heard: set[str] = set()
    for book in material.codebooks["codebook"].unique():
        said = codings(material, book)
        said = said[(said["valence"] == SUPPORTS) & (said["person_id"] != "")]
        heard |= set(said["code_id"]) | set(said["top"])
    hard = difficulties(material.codebooks)
    known = labels[[code not in hard for code in labels.index]]
    quoted = _quoted(known.index)
    people = known.index.isin(heard)
    state = [
        HOLDS if spoken else FAILS if in_print else UNKNOWN
        for spoken, in_print in zip(people, quoted, strict=True)
    ]
    return pd.DataFrame(
        {"kind": CODE, "id": known.index, "what": known.to_numpy(), "state": state, "printed": quoted}
    )[STATES]


def _quoted(codes: pd.Index) -> list[bool]:
    """Say of each code whether the report quotes somebody under it or a code below it."""
    printed = set(published.load(STUDY, "quotations")["code_id"])
    return [any(code == one or one.startswith(f"{code}.") for one in printed) for code in codes]
