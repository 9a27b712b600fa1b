"""The nine tables of coded material, completed and narrowed to a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from peerbook.data.codes import BOOK_OF, DECISION, DIFFICULTY, PART, VALUE, VALUES, Codes
from peerbook.data.schema import FINAL, coding_schema
from peerbook.data.text import text_of

TABLES = (
    *("people", "projects", "sources", "segments", "segment_codes", "codebooks", "links", "lexicon"),
    "decisions",
)


@dataclass(frozen=True)
class Material:
    """The coded material of a study, one frame a table.

    Columns are those of `data_schema/coding`. Blank text is an empty string, never missing; blank numbers
    are missing. A table that was not handed over is empty.

    Attributes
    ----------
    people : DataFrame
        One row per person who took part.
    projects : DataFrame
        One row per project, interviewed or not.
    sources : DataFrame
        One row per interview, focus group, survey question, list or set of notes.
    segments : DataFrame
        One row per coded piece.
    segment_codes : DataFrame
        One row per segment, code, coder and round.
    codebooks : DataFrame
        One row per code of each version of each codebook.
    links : DataFrame
        One row per link between two codes.
    lexicon : DataFrame
        One row per phrase and group of words.
    decisions : DataFrame
        One row per aspect of a decision, for an approach or a project.
    defined : Codes
        What the codes are and how people were asked, as far as the rows of all regions bear it out.
    """

    people: pd.DataFrame
    projects: pd.DataFrame
    sources: pd.DataFrame
    segments: pd.DataFrame
    segment_codes: pd.DataFrame
    codebooks: pd.DataFrame
    links: pd.DataFrame
    lexicon: pd.DataFrame
    decisions: pd.DataFrame
    defined: Codes = field(default_factory=Codes)

    @classmethod
    def of(
        cls, tables: Mapping[str, pd.DataFrame], region: str = "all", defined: Codes | None = None
    ) -> Material:
        """Complete the tables of a study; tables and columns that are missing come out empty.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            `study.coding`: frames by table name.
        region : str
            Keep people, projects and what was said there; "all" keeps everything. The consultation was made
            for the whole programme and is kept.
        defined : Codes, optional
            `study.definitions.codes`; without it, codes have their tree and what occurs in the rows.

        Examples
        --------
        >>> Material.of({"people": pd.DataFrame({"person_id": ["PV1"]})}).people["gender"].tolist()
        ['']
        """
        completed = {name: _completed(name, tables.get(name)) for name in TABLES}
        defined = (defined or Codes()).seen(completed)
        books = completed["codebooks"]
        named = books.assign(
            kind=_named_anew(books, "kind", defined.kind_of),
            level=_named_anew(books, "level", defined.level_of),
        )
        whole = cls(**{**completed, "codebooks": named}, defined=defined)
        return whole if region == "all" else whole._within(region)

    def codes(self, codebook: str, *kinds: str) -> pd.DataFrame:
        """Return the codes of the latest version of a codebook, in order.

        Parameters
        ----------
        codebook : str
            Its name, such as "core_values".
        *kinds : str
            Only codes of these kinds; all if none is given.

        Returns
        -------
        DataFrame
            Rows of `codebooks`; empty if there is no such codebook.
        """
        mine = self.codebooks[self.codebooks["codebook"] == codebook]
        mine = mine[mine["version"] == mine["version"].max()]
        return mine[mine["kind"].isin(kinds)] if kinds else mine

    def labels(self, codebook: str, *kinds: str) -> pd.Series:
        """Return the labels of these codes, by code id; the arguments are those of `codes`."""
        return self.codes(codebook, *kinds).set_index("code_id")["label"]

    def book(self, use: str) -> str:
        """Return the name of the codebook that pages use as one of `peerbook.data.codes.BOOKS`.

        What the definition does not name has the name of its use. If there is only one codebook, it holds the
        values.
        """
        named = self.defined.codebooks.get(use, use)
        books = self.codebooks["codebook"].unique()
        return books[0] if use == VALUES and named not in books and len(books) == 1 else named

    def having(self, *roles: str) -> pd.DataFrame:
        """Return the codes that have one of some roles, such as "value", in the order of their codebook.

        Parameters
        ----------
        *roles : str
            Of one codebook; see `peerbook.data.codes.BOOK_OF`.

        Returns
        -------
        DataFrame
            Rows of `codebooks`. Where no code is known to be a value, those at the top of the tree are that
            have no other role; where none is known to be a part, all codes below values and decisions.
        """
        codes = self.codes(self.book(BOOK_OF[roles[0]]))
        chosen = codes["kind"].isin(self.defined.kinds_of(*roles))
        for role, found in ((VALUE, self._at_the_top), (PART, self._below)):
            if role in roles and not codes["kind"].isin(self.defined.kinds_of(role)).any():
                chosen |= found(codes)
        return codes[chosen]

    def _at_the_top(self, codes: pd.DataFrame) -> pd.Series:
        known = codes["kind"].isin(self.defined.kinds_of(DECISION, DIFFICULTY, PART))
        return ~codes["parent_id"].isin(codes["code_id"]) & ~known

    def _below(self, codes: pd.DataFrame) -> pd.Series:
        tops = set(self.having(VALUE, DECISION)["code_id"])
        known = codes["code_id"].isin(tops) | codes["kind"].isin(self.defined.kinds_of(DIFFICULTY))
        return codes["parent_id"].isin(codes["code_id"]) & ~known

    def labels_of(self, *roles: str) -> pd.Series:
        """Return the labels of the codes that have one of some roles, by code id."""
        return self.having(*roles).set_index("code_id")["label"]

    def final_codes(self) -> pd.DataFrame:
        """Return the codes of the final round, each segment and code once, whoever gave it."""
        final = self.segment_codes[self.segment_codes["round"] == FINAL]
        return final.drop_duplicates(["segment_id", "code_id"])[["segment_id", "code_id", "valence"]]

    def took_part(self, *strands: str) -> pd.DataFrame:
        """Return the people who took part in any of some strands; one may have taken part in several."""
        taken = self.people["strands"].str.split(";").map(lambda own: not set(strands).isdisjoint(own))
        return self.people[taken.astype(bool)]

    def interviewed(self) -> pd.DataFrame:
        """Return the people who were interviewed."""
        return self.took_part(*self.defined.interviewed)

    def _within(self, region: str) -> Material:
        asked = self.took_part(*self.defined.consultation)["person_id"]
        people = self.people
        people = people[people["person_id"].isin(asked) | (people["region"] == region)]
        spoke = self.segments["person_id"]
        return replace(
            self,
            people=people,
            projects=self.projects[self.projects["region"] == region],
            segments=self.segments[(spoke == "") | spoke.isin(people["person_id"])],
        )


def _named_anew(codes: pd.DataFrame, column: str, given: Mapping[str, str]) -> pd.Series:
    """Return a column of codes, with what the definition says of some by their id or label in its place."""
    by_label = codes["label"].map(given).where(codes["label"].isin(given), codes[column])
    return codes["code_id"].map(given).where(codes["code_id"].isin(given), by_label)


def _completed(name: str, table: pd.DataFrame | None) -> pd.DataFrame:
    types = _column_types(name)
    table = pd.DataFrame(columns=list(types)) if table is None else table.reindex(columns=list(types))
    return pd.DataFrame(
        {
            column: _whole(table[column]) if kind == "integer" else text_of(table[column])
            for column, kind in types.items()
        }
    )


@lru_cache
def _column_types(name: str) -> Mapping[str, str]:
    fields = coding_schema(name).fields
    return MappingProxyType({column: field.type for column, field in fields.items()})


def _whole(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.replace("", None)).astype("Int64")
