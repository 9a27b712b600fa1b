"""Concepts across studies: what each study has on them, whether they agree, and how strong that is.

Rules. A study has *found* a concept if a code of it is the same, is *close* if codes are only near, speaks
*against* it, or *both*; else it is silent. Studies *contradict* if one speaks against the concept; they
*agree* if more than half of all found it; they agree *partly* if fewer did, or only came close. The strength
looks at what can be counted: *strong* needs `STRONG_NEEDS` studies and as many kinds of evidence, *fair*
`FAIR_NEEDS`. What authors conclude and a code that nobody is seen to have count for nothing there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.across.sources import sources_of
from peerbook.evidence.matrix import DIVERGENT, evidence_matrix, require_resolved

if TYPE_CHECKING:
    from peerbook.study import Study

FOUND, CLOSE, AGAINST, BOTH, SILENT = "found", "close", "against", "both", "silent"
AGREE, PARTLY, CONTRADICT = "agree", "partly", "contradict"
VERDICTS = (AGREE, PARTLY, CONTRADICT, SILENT)
STRONG, FAIR, WEAK = "strong", "fair", "weak"
STRONG_NEEDS, FAIR_NEEDS = 3, 2  # studies, and kinds of evidence
AUTHORS = "authors"  # the kind of what a report concludes
SUPPORTS, CONTRADICTS, SAME = "supports", "contradicts", "same"


def matched(study: Study) -> pd.DataFrame:
    """Return every match whose code is in the data of its study.

    Returns
    -------
    DataFrame
        One row per match: `subject`, `concept_id`, `concept`, `study` (what it is called here), `kind`, `place`,
        `code`, `label`, `line`, `sense`, `stance`, `rationale`, `has` (a set: who or what has the code), `base`,
        `units`.
    """
    sources = sources_of(study)
    matches = study.table("matches").astype(str)
    matches = matches[matches["source_id"].isin(sources)]
    known = pd.concat(
        [found.codes.assign(source_id=name) for name, found in sources.items()]
        or [pd.DataFrame(columns=["source_id", "code", "label", "line"], dtype=str)]
    )
    rows = matches.merge(known, on=["source_id", "code"]).merge(concepts(study), on="concept_id")
    rows = rows.merge(_described(study), on="source_id")
    keys = rows[["source_id", "code", "stance"]].itertuples(index=False, name=None)
    has = [sources[name].units(code, stance) for name, code, stance in keys]
    bases = [sources[name].base for name in rows["source_id"]]
    rows = rows.assign(has=pd.Series(has, rows.index, dtype=object), base=bases)
    columns = [
        "subject",
        "concept_id",
        "concept",
        "study",
        "source_id",
        "kind",
        "place",
        "code",
        "label",
        "line",
    ]
    return rows[[*columns, "sense", "stance", "rationale", "has", "base", "units"]]


def concepts(study: Study) -> pd.DataFrame:
    """Return the concepts as text: `concept_id`, `subject`, `concept`, `resolution`."""
    rows = study.table("concepts")[["concept_id", "subject", "concept", "resolution"]].astype(object)
    return rows.where(rows.notna(), "").astype(str)


def names(study: Study) -> dict[str, str]:
    """Return what each study that is read here is called, by its name, in order."""
    rows = study.table("studies").astype(str)
    return {row.study: row.name for row in rows.itertuples(index=False) if row.study in study.others}


def _described(study: Study) -> pd.DataFrame:
    rows = study.table("sources").astype(object)
    rows = rows.where(rows.notna(), "").astype(str)
    return rows.assign(study=rows["study"].map(names(study)))[
        ["source_id", "study", "kind", "place", "units"]
    ]


def counted(study: Study) -> pd.DataFrame:
    """Count what each study has on each concept.

    Returns
    -------
    DataFrame
        One row per concept, study, source and stance, and one for each study that is silent: `subject`,
        `concept`, `study`, `state`, `kind` and `stance` (blank where it is silent), `n` and `base` (missing
        where nothing can be counted), `units`, `verdict`, `strength`.

    Raises
    ------
    DataError
        If studies contradict each other on a concept and no row says what to make of it.
    """
    rows = matched(study)
    keys = ["concept_id", "study", "source_id", "stance"]
    has = rows.groupby(keys, sort=False)["has"].agg(lambda sets: len(set().union(*sets))).rename("n")
    cells = rows.drop_duplicates(keys).merge(has.reset_index(), on=keys)
    countable = cells["base"] > 0
    cells = cells.assign(n=cells["n"].where(countable), base=cells["base"].where(countable))
    states = _states(rows, study)
    every = states.merge(concepts(study)[["concept_id", "subject", "concept"]], on="concept_id")
    found = every.merge(
        cells[["concept_id", "study", "kind", "stance", "n", "base", "units"]],
        on=["concept_id", "study"],
        how="left",
    )
    found = found.astype({"n": "Int64", "base": "Int64"}).fillna({"kind": "", "stance": "", "units": ""})
    judged = _judged(rows, cells, study)
    found = found.merge(judged, on="concept_id")
    columns = ["subject", "concept", "study", "state", "kind", "stance", "n", "base", "units", "verdict"]
    return found[[*columns, "strength"]]


def _states(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Say of each concept and study how it speaks: `concept_id`, `study`, `state`, in the order of both."""
    said = {key: _state(of) for key, of in rows.groupby(["concept_id", "study"])}
    every = [(one, name) for one in concepts(study)["concept_id"] for name in names(study).values()]
    return pd.DataFrame(
        [(*key, said.get(key, SILENT)) for key in every], columns=["concept_id", "study", "state"]
    )


def _state(rows: pd.DataFrame) -> str:
    against, agrees = rows["stance"].eq(CONTRADICTS), rows["stance"].eq(SUPPORTS)
    if against.any():
        return BOTH if agrees.any() else AGAINST
    return FOUND if (agrees & rows["sense"].eq(SAME)).any() else CLOSE


def _judged(rows: pd.DataFrame, cells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Judge each concept: `concept_id`, `verdict`, `strength`."""
    every = concepts(study)
    resolutions = every.set_index("concept_id")["resolution"].to_dict()
    stances = rows.rename(columns={"concept_id": "statement"})[["statement", "study", "stance"]]
    matrix = evidence_matrix(
        stances.rename(columns={"study": "kind"}), None, resolutions, statements=every["concept_id"]
    )
    states = require_resolved(matrix, "concepts.csv").set_index("statement")["state"]
    found = (
        rows[rows["stance"].eq(SUPPORTS) & rows["sense"].eq(SAME)].groupby("concept_id")["study"].nunique()
    )
    return pd.DataFrame(
        [
            (one, verdict_of(states[one], int(found.get(one, 0)), len(study.others)), strength_of(of_concept))
            for one, of_concept in ((one, cells[cells["concept_id"] == one]) for one in every["concept_id"])
        ],
        columns=["concept_id", "verdict", "strength"],
    )


def verdict_of(state: str, found: int, studies: int) -> str:
    """Say how studies stand to each other on a concept.

    Parameters
    ----------
    state : str
        Of the evidence matrix: "divergent" if a study speaks against, "silent" if none speaks.
    found, studies : int
        How many studies found it, and of how many.

    Examples
    --------
    >>> verdict_of("convergent", 3, 5), verdict_of("convergent", 2, 5), verdict_of("divergent", 5, 5)
    ('agree', 'partly', 'contradict')
    """
    if state == DIVERGENT:
        return CONTRADICT
    if state == SILENT:
        return SILENT
    return AGREE if 2 * found > studies else PARTLY


def strength_of(cells: pd.DataFrame) -> str:
    """Say how strong what speaks for a concept is.

    Parameters
    ----------
    cells : DataFrame
        `study`, `kind`, `stance`, `n` (missing where nothing can be counted), a row for each source.

    Examples
    --------
    >>> rows = pd.DataFrame({"study": ["a", "b"], "kind": ["survey", "papers"],
    ...                      "stance": "supports", "n": [30, 2]})
    >>> strength_of(rows), strength_of(rows.assign(n=[30, 0]))
    ('fair', 'weak')
    """
    seen = cells["n"].isna() | cells["n"].gt(0).fillna(value=False)
    counts = cells[cells["stance"].eq(SUPPORTS) & cells["kind"].ne(AUTHORS) & seen]
    reach = min(counts["study"].nunique(), counts["kind"].nunique())
    return STRONG if reach >= STRONG_NEEDS else FAIR if reach >= FAIR_NEEDS else WEAK
