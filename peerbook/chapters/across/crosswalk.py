"""Concepts across studies: what each study has on them, whether they agree, and how strong that is.

Rules. A study has *found* a concept if a code of it is the same, is *close* if codes are only near, speaks
*against* it, or *both*; else it is silent. Studies *contradict* if one speaks against the concept; they
*agree* if more than half of all found it; they agree *partly* if fewer did, or only came close. The strength
looks at what can be counted: *strong* needs `STRONG_NEEDS` studies and as many kinds of evidence, *fair*
`FAIR_NEEDS`. What authors conclude and a code that nobody is seen to have count for nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.across.sources import Source, sources_of
from peerbook.data.text import text_of
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


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """A study of crosswalks, and what its rows find in the studies that it is read beside.

    Attributes
    ----------
    study : Study
        With `others`.
    """

    study: Study = field(repr=False)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources of every study, by name; see `peerbook.chapters.across.sources.sources_of`."""
        return sources_of(self.study)

    @cached_property
    def concepts(self) -> pd.DataFrame:
        """The concepts as text: `concept_id`, `subject`, `concept`, `resolution`."""
        return text_of(self.study.table("concepts")[["concept_id", "subject", "concept", "resolution"]])

    @cached_property
    def called(self) -> dict[str, str]:
        """What each study that is read here is called, by its name, in order."""
        rows = self.study.table("studies").astype(str)
        named = rows[["study", "name"]].itertuples(index=False, name=None)
        return {study: name for study, name in named if study in self.study.others}

    @cached_property
    def names(self) -> dict[str, str]:
        """The same of studies whose data have a source at all: others are not silent, they are not there."""
        rows = self.study.table("sources")
        present = set(rows.loc[rows["source_id"].isin(self.sources), "study"])
        return {study: name for study, name in self.called.items() if study in present}

    @cached_property
    def matched(self) -> pd.DataFrame:
        """Every match whose code is in the data of its study, one row each.

        `subject`, `concept_id`, `concept`, `study` (what it is called here), `source_id`, `kind`, `place`,
        `code`, `label`, `line`, `sense`, `stance`, `rationale`, `has` (a set: who or what has the code),
        `base`, `units`.
        """
        matches = self.study.table("matches").astype(str)
        matches = matches[matches["source_id"].isin(self.sources)]
        known = pd.concat(
            [found.codes.assign(source_id=name) for name, found in self.sources.items()]
            or [pd.DataFrame(columns=["source_id", "code", "label", "line"], dtype=str)]
        )
        described = text_of(self.study.table("sources"))
        described = described.assign(study=described["study"].map(self.names))
        rows = matches.merge(known, on=["source_id", "code"]).merge(self.concepts, on="concept_id")
        rows = rows.merge(described[["source_id", "study", "kind", "place", "units"]], on="source_id")
        keys = rows[["source_id", "code", "stance"]].itertuples(index=False, name=None)
        has = [self.sources[name].units(code, stance) for name, code, stance in keys]
        bases = [self.sources[name].base for name in rows["source_id"]]
        rows = rows.assign(has=pd.Series(has, rows.index, dtype=object), base=pd.Series(bases, rows.index))
        where = ["subject", "concept_id", "concept", "study", "source_id", "kind", "place", "code", "label"]
        return rows[[*where, "line", "sense", "stance", "rationale", "has", "base", "units"]]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """What each study has on each concept, counted.

        One row per concept, study, source and stance, and one for each study that is silent: `subject`,
        `concept`, `study`, `state`, `kind` and `stance` (blank where it is silent), `n` and `base` (missing
        where nothing can be counted), `units`, `verdict`, `strength`; `_source`, which is not published.

        Raises
        ------
        DataError
            If studies contradict each other on a concept and no row says what to make of it.
        """
        rows = self.matched
        keys = ["concept_id", "study", "source_id", "stance"]
        has = rows.groupby(keys, sort=False)["has"].agg(lambda sets: len(set().union(*sets))).rename("n")
        cells = rows.drop_duplicates(keys).merge(has.reset_index(), on=keys)
        countable = cells["base"] > 0
        cells = cells.assign(n=cells["n"].where(countable), base=cells["base"].where(countable))
        states = _states(rows, self.concepts["concept_id"], self.names.values())
        every = states.merge(self.concepts[["concept_id", "subject", "concept"]], on="concept_id")
        cells = cells.assign(_source=cells["source_id"])
        columns = ["concept_id", "study", "kind", "stance", "n", "base", "units", "_source"]
        found = every.merge(cells[columns], on=["concept_id", "study"], how="left")
        found = found.astype({"n": "Int64", "base": "Int64"}).fillna({"kind": "", "stance": "", "units": ""})
        found = found.merge(_judged(rows, cells, self.concepts, len(self.names)), on="concept_id")
        where = ["subject", "concept", "study", "state", "kind", "stance", "n", "base", "units"]
        return found[[*where, "verdict", "strength", "_source"]]


def _states(rows: pd.DataFrame, concepts: Iterable[str], studies: Iterable[str]) -> pd.DataFrame:
    """Say of each concept and study how it speaks: `concept_id`, `study`, `state`, in the order of both."""
    said = {key: _state(of) for key, of in rows.groupby(["concept_id", "study"])}
    every = list(product(concepts, studies))
    return pd.DataFrame(
        [(*key, said.get(key, SILENT)) for key in every], columns=["concept_id", "study", "state"]
    )


def _state(rows: pd.DataFrame) -> str:
    against, agrees = rows["stance"].eq(CONTRADICTS), rows["stance"].eq(SUPPORTS)
    if against.any():
        return BOTH if agrees.any() else AGAINST
    return FOUND if (agrees & rows["sense"].eq(SAME)).any() else CLOSE


def _judged(rows: pd.DataFrame, cells: pd.DataFrame, concepts: pd.DataFrame, studies: int) -> pd.DataFrame:
    """Judge each concept: `concept_id`, `verdict`, `strength`."""
    resolutions = concepts.set_index("concept_id")["resolution"].to_dict()
    stances = rows.rename(columns={"concept_id": "statement"})[["statement", "study", "stance"]]
    matrix = evidence_matrix(
        stances.rename(columns={"study": "kind"}), None, resolutions, statements=concepts["concept_id"]
    )
    states = require_resolved(matrix, "concepts.csv").set_index("statement")["state"]
    found = (
        rows[rows["stance"].eq(SUPPORTS) & rows["sense"].eq(SAME)].groupby("concept_id")["study"].nunique()
    )
    return pd.DataFrame(
        [
            (one, verdict_of(states[one], int(found.get(one, 0)), studies), strength_of(of_concept))
            for one, of_concept in (
                (one, cells[cells["concept_id"] == one]) for one in concepts["concept_id"]
            )
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
