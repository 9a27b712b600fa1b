"""Findings of the log and what people said, joined by recorded judgements.

A judgement is data: a reader's, with a reason and an author; see `data_schema/evidence/judgements`. What is
computed here is only what it rests on today: the state of the finding, and the people and extracts behind the
theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.coded_rows import APPROACHES, labels_of
from peerbook.chapters.side_by_side.synthesis.findings import (
    GONE,
    HOLDS,
    NEW,
    NO_NUMBERS,
    NOT_COMPUTABLE,
    TURNED,
    in_words,
)
from peerbook.choices import check_between, check_one_of
from peerbook.coding import Material
from peerbook.coding.codings import codings
from peerbook.disclosure import Cell, Counted
from peerbook.evidence import links
from peerbook.evidence.matrix import CONTRADICTS, EXTENDS, SUPPORTS, evidence_matrix, require_resolutions

if TYPE_CHECKING:
    from peerbook.log import Log

BOOK = "synthesis"  # the codebook of Chapter 8
JUDGEMENTS, STATEMENTS = "evidence/judgements", "evidence/statements"
JOINS: Mapping[str, str] = MappingProxyType(
    {"recruited": "the approach a person was recruited from", "context": "the approach an extract is about"}
)
EXPLAINS, NOT_DISCUSSED = "explains", "not yet discussed"
RELATIONS = (EXPLAINS, EXTENDS, CONTRADICTS, "silent", "only log", "only qualitative", NOT_DISCUSSED)
# What a judgement rests on today.
STANDS, ONLY_HERE, NO_LONGER, NOT_SHOWN, NEVER, OPEN = (
    "rests on a finding that holds",
    "rests on a finding that holds here, though not in print",
    "rests on a finding that no longer holds",
    "rests on a finding that these data do not show",
    "rests on a finding that did not hold in print either",
    "rests on a finding that cannot be computed here",
)
ALONE = "rests on interviews alone"
LOG, INTERVIEWS = "log", "interviews"
_SILENT_LOG = ("qualitative only", "not computable")  # statements that no measure of the log speaks of
_STANCES = MappingProxyType({EXPLAINS: SUPPORTS, EXTENDS: EXTENDS, CONTRADICTS: CONTRADICTS})
_ABSENCES = ("no association", "group")
_OF_JUDGEMENTS = (
    "judgement_id", "finding_id", "code_id", "relation", "reason", "author", "date", "resolution", "status",
)  # fmt: skip
_OF_STATEMENTS = (
    "statement_id", "key", "topic", "place", "label", "strength", "evidence", "findings", "codes",
    "resolution",
)  # fmt: skip
_OF_FINDINGS = (
    "finding", "what", "kind", "sample", "exposure", "outcome", "subgroup_variable", "change", "state",
    "direction_today", "printed_state", "mean", "n",
)  # fmt: skip


@dataclass(frozen=True)
class Joined:
    """The parts of the synthesis; frames that nobody changes.

    Attributes
    ----------
    found : DataFrame
        The findings of the log; see `findings`.
    judged : DataFrame
        One row per judgement, and per finding that nobody has judged: the finding (`finding`, `what`,
        `state`, `printed_state`, `estimate`), the `theme` with its `label`, `relation`, `people` and
        `extracts` behind the theme, `people_by` approach, `reason`, `author`, `resolution`, `standing`.
    said : DataFrame
        One row per place of a headline statement, with `people`, `extracts`, `holding` of its `computed`
        findings, and its `standing`.
    behind : DataFrame
        One row per extract under a theme: `code_id`, `person_id`, `segment_id`, `approach`.
    lacks : tuple of str
        Raw tables that these data do not hold.
    join : str
        Which approach people are counted under.
    minimum_people : int
        Fewer people are not shown.
    """

    found: pd.DataFrame = field(repr=False)
    judged: pd.DataFrame = field(repr=False)
    said: pd.DataFrame = field(repr=False)
    behind: pd.DataFrame = field(repr=False)
    lacks: tuple[str, ...] = ()
    join: str = "recruited"
    minimum_people: int = 1


def behind(codes: str, **more: object) -> Counted:
    """Say what rows on themes count: the people and extracts of each; who they are by approach is withheld.

    Parameters
    ----------
    codes : str
        The column that names the themes.
    more
        Of `Counted`, what these rows have besides.
    """
    counts = {name: partial(_of_themes, unit=name, codes=codes) for name in ("people", "extracts")}
    return Counted(counts=counts | more.pop("counts", {}), by=(), extremes=("people_by",), **more)


def _of_themes(row: Mapping[str, object], unit: str, codes: str) -> Cell:
    return Cell(f"{unit}, theme {row[codes]}")


def joined(log: Log, found: pd.DataFrame, *, join: str = "recruited", minimum_people: int = 1) -> Joined:
    """Join the findings of a log with the judgements and statements of its raw folder.

    Parameters
    ----------
    log : Log
    found : DataFrame
        From `findings`.
    join : {"recruited", "context"}
        Whether people count under the approach they were recruited from, or the one an extract is about.
    minimum_people : int
        People behind a theme that a count needs to be shown.

    Raises
    ------
    ParameterError
        If a choice is unknown or out of its range.
    DataError
        If a judgement names a finding or a theme that is not there, or a contradiction has no resolution.
    """
    check_one_of("join", join, JOINS)
    check_between("minimum_people", minimum_people, 0)
    minimum_people = 0 if log.study.protection else minimum_people  # of real people the policy decides
    judgements, statements = (
        _rows(log, name, columns)
        for name, columns in ((JUDGEMENTS, _OF_JUDGEMENTS), (STATEMENTS, _OF_STATEMENTS))
    )
    material = Material.of(log.study.coding, log.region, log.study.definitions.codes)
    codes = labels_of(material)
    _check(judgements, statements, found, set(codes.index))
    behind = codings(material, BOOK).rename(columns={join: "approach"})
    behind = behind[["code_id", "person_id", "segment_id", "approach"]]
    lacks = [name for name in (JUDGEMENTS, STATEMENTS) if name not in log.tables]
    lacks += [] if len(material.codes(BOOK)) else ["coding/codebooks"]
    return Joined(
        found,
        _judged(judgements, found, codes, behind, minimum_people),
        _said(statements, found, behind, minimum_people),
        behind,
        tuple(lacks),
        join,
        minimum_people,
    )


def _rows(log: Log, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """Return a raw table with blank text for what is not there; without rows if the folder lacks it."""
    table = log.tables[name] if name in log.tables else pd.DataFrame()
    return table.reindex(columns=list(columns)).astype(object).fillna("").reset_index(drop=True)


def _check(judgements: pd.DataFrame, statements: pd.DataFrame, found: pd.DataFrame, codes: set[str]) -> None:
    """Refuse judgements and statements on what is not there, and contradictions that nobody resolves."""
    require_resolutions(judgements, "judgement_id", "relation", JUDGEMENTS)
    ends = [
        *_ends(judgements, "judgement_id", "judgement", "on", "finding_id", "code_id"),
        *_ends(statements, "statement_id", "statement", "rests on", "findings", "codes"),
    ]
    columns = ["from_kind", "from_id", "relation", "to_kind", "to_id"]
    # A finding on no list has its name only while it is there; data without interviews have no themes.
    named = {row[4] for row in ends if row[3] == "finding" and row[4].startswith(f"{NEW}-")}
    known = {"finding": {*found["finding"], *named}, "theme": codes}
    # Judgements that name nothing of ours are of another list or codebook: they show, and rest on nothing.
    ours = {kind for kind, ids in known.items() if any(row[3] == kind and row[4] in ids for row in ends)}
    links.check_links(pd.DataFrame(ends, columns=columns), {kind: known[kind] for kind in ours})


def _ends(
    rows: pd.DataFrame, id: str, kind: str, relation: str, findings: str, codes: str
) -> list[tuple[str, ...]]:
    return [
        (kind, row[id], relation, to, name)
        for row in rows.to_dict("records")
        for to, column in (("finding", findings), ("theme", codes))
        for name in row[column].split()
    ]


def _judged(
    judgements: pd.DataFrame,
    found: pd.DataFrame,
    codes: pd.Series,
    behind: pd.DataFrame,
    minimum_people: int,
) -> pd.DataFrame:
    named = judgements.rename(
        columns={"finding_id": "finding", "code_id": "theme", "judgement_id": "judgement"}
    )
    of_log = found[list(_OF_FINDINGS)].assign(estimate=[in_words(row) for row in found.to_dict("records")])
    # Listed findings that nobody judged are only those of a list that grew; new ones are of these data.
    undiscussed = of_log[~of_log["finding"].isin(named["finding"])]
    undiscussed = undiscussed[["finding"]].assign(relation=NOT_DISCUSSED)
    rows = (
        pd.concat([named, undiscussed], ignore_index=True).fillna("").merge(of_log, on="finding", how="left")
    )
    away = rows["finding"].ne("") & rows["state"].isna()  # a new finding of other data
    rows = rows.assign(
        what=rows["what"].where(~away, rows["finding"]),
        state=rows["state"].mask(away, GONE),
        label=[codes.get(theme, "") for theme in rows["theme"]],
    )
    text = ["what", "kind", "state", "direction_today", "printed_state", "estimate"]
    rows = rows.fillna(dict.fromkeys(text, ""))
    counts = _counts(behind, rows["theme"], minimum_people)
    counted = pd.DataFrame(counts, index=rows.index, columns=["people", "extracts", "people_by", "held_back"])
    return rows.join(counted).assign(standing=[standing(row) for row in rows.to_dict("records")])


def standing(row: Mapping[str, object]) -> str:
    """Say what a judgement rests on today, from the state of its finding here and in print.

    Examples
    --------
    >>> standing({"finding": "LF09", "state": "gone", "printed_state": "holds", "relation": "explains"})
    'rests on a finding that no longer holds'
    >>> standing({"finding": "LF06", "state": "weaker", "printed_state": "gone", "relation": "silent"})
    'rests on a finding that did not hold in print either'
    >>> standing({"finding": "new", "state": "new", "printed_state": "", "relation": "not yet discussed"})
    'not yet discussed'
    """
    if row["relation"] == NOT_DISCUSSED:
        return NOT_DISCUSSED
    if not row["finding"]:
        return ALONE
    state, printed = row["state"], row["printed_state"]
    if state in (HOLDS, NEW):
        return STANDS if printed in (HOLDS, NO_NUMBERS, "") else ONLY_HERE
    if state == NOT_COMPUTABLE:
        return OPEN
    if printed == HOLDS or state == TURNED:
        return NO_LONGER
    return NEVER if printed not in (NO_NUMBERS, "") else NOT_SHOWN


def _counts(
    behind: pd.DataFrame, themes: pd.Series, minimum_people: int
) -> list[tuple[float, float, str, bool]]:
    """Count people and extracts for each cell of themes, which often come again."""
    counted = {cell: _count(behind, cell.split(), minimum_people) for cell in themes.unique()}
    return [counted[cell] for cell in themes]


def _count(
    behind: pd.DataFrame, themes: Iterable[str], minimum_people: int
) -> tuple[float, float, str, bool]:
    """Count people and extracts under themes; what is too few is missing, and so is who they are."""
    rows = behind[behind["code_id"].isin(list(themes))]
    told = rows[rows["person_id"] != ""]
    people, extracts = told["person_id"].nunique(), rows["segment_id"].nunique()
    by = told.groupby("approach")["person_id"].nunique()
    named = {APPROACHES[name]: int(n) for name, n in by.items() if name in APPROACHES}
    if 0 < people < minimum_people:
        return float("nan"), float("nan"), "", True
    few = any(n < minimum_people for n in named.values())
    listed = [f"{label.lower()} {named[label]}" for label in APPROACHES.values() if label in named]
    return people, extracts, "" if few else ", ".join(listed), few


def _said(
    statements: pd.DataFrame, found: pd.DataFrame, behind: pd.DataFrame, minimum_people: int
) -> pd.DataFrame:
    counts = _counts(behind, statements["codes"], minimum_people)
    columns = ["people", "extracts", "people_by", "held_back"]
    rows = statements.join(pd.DataFrame(counts, index=statements.index, columns=columns))
    ends = pd.DataFrame(
        [("statement", row[1], links.RESTS_ON, *row[3:]) for row in _resting(statements)],
        columns=["from_kind", "from_id", "relation", "to_kind", "to_id"],
    )
    stood = links.standing(links.supports(ends, states(found))) if len(ends) else pd.DataFrame(columns=["id"])
    stood = stood.reindex(columns=["id", "computed", "holding", "no_longer", "standing"])
    rows = rows.merge(stood, left_on="statement_id", right_on="id", how="left").drop(columns="id")
    return rows.assign(standing=rows["standing"].astype(object).fillna(ALONE))


def _resting(statements: pd.DataFrame) -> list[tuple[str, ...]]:
    ends = _ends(statements, "statement_id", "statement", links.RESTS_ON, "findings", "codes")
    return [end for end in ends if end[3] == "finding"]


def states(found: pd.DataFrame) -> pd.DataFrame:
    """Lay findings out as states that statements and conclusions rest on, in the words of `evidence.links`.

    Parameters
    ----------
    found : DataFrame
        From `findings`.

    Returns
    -------
    DataFrame
        `kind`, `id`, `state`, and `printed`: whether it held in print (missing without printed numbers).
    """
    words = found["state"].map({HOLDS: links.HOLDS, NEW: links.HOLDS, NOT_COMPUTABLE: links.UNKNOWN})
    known = ~found["printed_state"].isin([NO_NUMBERS, ""])
    printed = found["printed_state"].eq(HOLDS).astype("boolean").where(known)
    return pd.DataFrame(
        {"kind": "finding", "id": found["finding"], "state": words.fillna(links.FAILS), "printed": printed}
    )


def matrix_of(whole: Joined) -> pd.DataFrame:
    """Set the headline statements, one for each key, against log and interviews.

    The log supports a statement if a finding behind it holds, and contradicts it if one has turned, or holds
    though print says that it goes against the statement. Interviews take the stance of the judgements on
    these findings, by themes of the statement or against it; a statement without findings they support if
    somebody is behind its themes. A theme without an extract, a reading of the authors, is no evidence.

    Returns
    -------
    DataFrame
        `key`, `topic`, then as from `peerbook.evidence.matrix.evidence_matrix`: `log`, `interviews`, `state`,
        `resolution`.
    """
    found, with_people = whole.found.set_index("finding"), set(whole.behind["code_id"])
    judged = whole.judged[whole.judged["relation"].isin(_STANCES) & whole.judged["theme"].isin(with_people)]
    stances, asked, made = [], [], {}
    for row in whole.said.to_dict("records"):
        names = [name for name in row["findings"].split() if name in found.index]
        themes = with_people.intersection(row["codes"].split())
        relevant = judged[judged["finding"].isin(names) & (len(row["codes"]) > 0)]
        against = relevant["relation"] == CONTRADICTS
        heard = relevant.loc[relevant["theme"].isin(themes) | against, "relation"].map(_STANCES)
        heard = list(heard) or ([SUPPORTS] if themes else [])
        stances += [(row["key"], LOG, stance) for stance in _log_stances(row, found.loc[names])]
        stances += [(row["key"], INTERVIEWS, stance) for stance in heard]
        asked.append((row["key"], LOG, "no" if row["evidence"] in _SILENT_LOG or not names else "yes"))
        asked.append((row["key"], INTERVIEWS, "yes" if row["codes"] else "no"))
        made.setdefault(row["key"], []).extend([*relevant.loc[against, "resolution"], row["resolution"]])
    could = pd.DataFrame(asked, columns=["statement", "kind", "could_speak"])
    matrix = evidence_matrix(
        pd.DataFrame(stances, columns=["statement", "kind", "stance"]),
        could.groupby(["statement", "kind"], sort=False)["could_speak"].max().reset_index(),
        {key: _each_once(said) for key, said in made.items()},
        statements=whole.said["key"].unique(),
    ).rename(columns={"statement": "key"})
    topics = whole.said.drop_duplicates("key").set_index("key")["topic"]
    matrix = matrix.assign(topic=matrix["key"].map(topics))
    return matrix.reindex(columns=["key", "topic", LOG, INTERVIEWS, "state", "resolution"])


def _each_once(said: Iterable[str]) -> str:
    """Join what is said, every sentence once.

    Examples
    --------
    >>> _each_once(["Left open. One person.", "", "Left open. Two logs."])
    'Left open. One person. Two logs.'
    """
    sentences = [sentence for words in said if words for sentence in words.removesuffix(".").split(". ")]
    return "".join(f"{sentence}. " for sentence in dict.fromkeys(sentences)).strip()


def _log_stances(row: Mapping[str, object], behind: pd.DataFrame) -> list[str]:
    """Say what the findings behind a statement say of it."""
    if row["evidence"] in _SILENT_LOG:
        return []
    against = str(row["evidence"]).startswith("contradicts")
    held = behind[behind["state"] == HOLDS]
    opposed = held["kind"].isin(_ABSENCES) & against
    said = {
        SUPPORTS: bool((~opposed).any()),
        CONTRADICTS: bool(opposed.any() or (behind["state"] == TURNED).any()),
    }
    return [stance for stance, is_said in said.items() if is_said]
